//! Studies wrap the engine: runs of runs.
pub mod break_even;
