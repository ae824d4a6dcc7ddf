//! Fidelio: a Monte Carlo simulator of loyalty programs.
pub mod engine;
pub mod random;
pub mod results;
pub mod scenario;
pub mod statistics;
