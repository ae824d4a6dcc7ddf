//! Fidelio: a Monte Carlo simulator of loyalty programs.
pub mod behavior;
pub mod engine;
pub mod ledger;
pub mod population;
pub mod program;
pub mod random;
pub mod results;
pub mod scenario;
pub mod statistics;
