//! The worked examples, number by number, and the properties of the kernel over random books.

// Published numbers stay as they are printed.
#![allow(clippy::inconsistent_digit_grouping)]

mod properties;
mod worked_examples;
