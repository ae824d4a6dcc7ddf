//! What must hold on every scenario, tried on random valid ones.
//!
//! Each file answers for some of the invariants: points in integers, lives without dials, the same bits in any order,
//! programs and replications that do not touch each other, tables that tie, accounts that are never overdrawn.

#[path = "../support/mod.rs"]
mod support;

mod account;
mod apart;
mod attribution;
mod dials;
mod lived;
mod lots;
mod order;
mod points;
mod sharing;
mod ties;
