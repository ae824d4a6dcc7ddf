//! Statistics without loyalty words: special functions, inverse CDFs as tables, and the laws built on them. A leaf.
pub mod laws;
pub mod quantile_table;
pub mod special;
