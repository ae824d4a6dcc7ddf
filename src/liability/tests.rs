//! The mistakes naive tools make.

// Published numbers stay as they are printed.
#![allow(clippy::inconsistent_digit_grouping)]

mod mistakes;
