//! Shared by integration tests.

pub mod generator;
