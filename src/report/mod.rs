//! Results for people and for spreadsheets: the terminal table, CSV, JSON, and all sentences. Sees only
//! [`crate::results`]; computes nothing beyond layout.

pub mod backtest;
pub mod basis;
mod booking;
pub mod csv;
mod division;
pub mod explained;
mod finding;
pub mod json;
pub mod lookup;
pub mod methods;
pub mod number;
pub mod terminal;
pub mod valuation;
pub mod verdict;
pub mod words;
