//! What a program grants: one file per mechanic. Decides earning, redemption options, expiry,
//! enrollment, status, referral; never a dial.

pub mod earn;
pub mod enrollment;
pub mod expiry;
pub mod opening_book;
pub mod promotion;
pub mod referral;
pub mod reward;
pub mod rules;
pub mod score;
pub mod tier;

pub use rules::{Rules, RulesError};
