//! Published triangles to the digit, the synthetic redemption triangle, closed forms, and triangles that make no sense.

// Published numbers stay as they are printed.
#![allow(clippy::inconsistent_digit_grouping)]

mod closed_forms;
mod hostile;
pub mod published;
mod references;
pub mod synthetic;
