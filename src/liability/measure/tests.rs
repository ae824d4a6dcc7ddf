//! The worked examples, number by number, and the properties of the kernel over random books.

mod properties;
mod worked_examples;
