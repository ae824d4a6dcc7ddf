//! The program as a user or a script meets it: what it prints, what it writes, how it ends.
//!
//! Every test starts from `fidelio new transactional` in a directory of its own.

mod commands;
mod endings;
mod liability;
mod liability_groups;
mod outputs;
mod place;
mod same_bytes;
mod simulated_books;
mod verification;
