//! Published roll-forwards, published percentiles and durations, and tables by hand.

// Published numbers stay as they are printed.
#![allow(clippy::inconsistent_digit_grouping)]

mod published;
mod tables;
