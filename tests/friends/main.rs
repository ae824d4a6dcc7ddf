//! Friends who bring friends: every event of a family told a second time, families as branching processes, what is paid, and
//! what must hold of any market of friends.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

#[path = "../support/mod.rs"]
mod support;

mod branching;
mod facts;
mod family;
mod fees;
mod golden;
mod invariants;
mod retelling;
