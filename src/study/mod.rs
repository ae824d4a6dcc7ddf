//! Studies: questions that take several runs.
pub mod break_even;
pub mod multiplier;
pub mod synthetic_ledger;
