//! Fidelio: a Monte Carlo simulator of loyalty programs.
#[cfg(feature = "cli")]
pub mod chart;
pub mod engine;
#[cfg(feature = "cli")]
pub mod report;
pub mod results;
pub mod scenario;
