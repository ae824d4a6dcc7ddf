//! Studies: questions that take several runs, or the lives themselves.

pub mod backtest;
pub mod book_value;
pub mod break_even;
pub mod multiplier;
pub mod synthetic_ledger;
