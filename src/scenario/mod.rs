//! The scenario language: what the user writes, what it means, and what is wrong with it.
pub mod model;
