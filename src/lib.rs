//! Fidelio: a Monte Carlo simulator of loyalty programs.
//!
//! It answers one question: *if we run this program instead of none, what happens to our customers, our margin and our
//! balance sheet, and how sure are we?* Every simulated customer lives several lives, one without a program and one under
//! each; every economic result is the paired difference of two lives of the same people.
//!
//! # Architecture
//!
//! A scenario goes in at the top, a file of results comes out at the bottom, and a module may use only rows below its
//! own (`tests/architecture.rs` enforces it):
//!
//! | layer | modules | note |
//! |---|---|---|
//! | entry | `cli` | everything |
//! | deliver | `report`, `chart` | see only `results`: they cannot run anything |
//! | study | `study` | questions that need several runs |
//! | account | `economics` | from recorded flows to results; cannot see a customer |
//! | simulate | `engine` | knows the order of events and nothing of accounting |
//! | conduct | `behavior`, `program` | the dials, and what a design grants |
//! | state | `population`, `ledger`, `book`, `results` | only `ledger` changes a simulated balance; `book` is a real one |
//! | input | `scenario` | what the user wrote, and what it means |
//! | leaves | `random`, `statistics`, `units`, `errors` | no loyalty words |
//!
//! The story of a run is the body of [`cli::run::run`]; the order of events in a life is the comment above the life loop
//! in `engine`; the contract between computing and presenting is [`results`].
//!
//! The engine is a pure function of (resolved scenario, seed, replication, range of work units) to a tally of integers:
//! the same bits on any number of threads and on every platform. Without the default feature `cli` the library builds
//! without terminal, files or pictures.

// Nothing a user can write may panic: `expect` states why it cannot happen. Standard output and error belong to
// `cli::console`, which treats a reader that left as a success. Unit tests may compare with the platform's mathematics.
#![cfg_attr(test, allow(clippy::disallowed_methods))]
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)
)]

pub mod behavior;
pub mod book;
#[cfg(feature = "cli")]
pub mod chart;
#[cfg(feature = "cli")]
pub mod cli;
pub mod economics;
pub mod engine;
pub mod errors;
pub mod ledger;
pub mod liability;
pub mod population;
pub mod program;
pub mod random;
#[cfg(feature = "cli")]
pub mod report;
pub mod results;
pub mod scenario;
pub mod statistics;
pub mod study;
