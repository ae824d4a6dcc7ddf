//! Fidelio: a Monte Carlo simulator of loyalty programs.
pub mod economics;
pub mod engine;
pub mod liability;
pub mod results;
pub mod scenario;
pub mod study;
