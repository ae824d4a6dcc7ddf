//! Statistics without loyalty words: special functions, inverse CDFs as tables and the laws built on them, estimates
//! with standard errors from batches, and deterministic integration. A leaf: it uses no other module of the crate.
pub mod cholesky;
pub mod curve;
pub mod estimate;
pub mod laws;
pub mod quadrature;
pub mod quantile_table;
pub mod reweight;
pub mod special;
