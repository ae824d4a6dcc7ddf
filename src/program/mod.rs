//! What a program grants: one file per mechanic. Decides earning, redemption options, expiry,
//! enrollment, status; never a dial.

pub mod earn;
pub mod enrollment;
pub mod expiry;
pub mod opening_book;
pub mod reward;
pub mod rules;
pub mod tier;

pub use rules::{Rules, RulesError};
