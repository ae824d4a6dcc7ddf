//! Addressed random numbers: every draw is a function of (seed, replication, customer, purpose, stream, ordinal) and of
//! nothing that was drawn before, so that any life can be replayed alone, in any order, on any number of threads.

pub mod address;
pub mod elementary;
pub mod philox;

pub use address::{Key, Purpose, Subject};
