//! Published roll-forwards, published percentiles and durations, and tables by hand.

mod published;
mod tables;
