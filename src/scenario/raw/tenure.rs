//! `[[segment.tenure]]`: what changes with the time a customer has stayed.

use super::key::{MAX_MONEY, integer, number};
use super::raw_table;
use super::written::{Integer, Number};
use crate::scenario::law::Interval;

raw_table! {
    /// A point of the curves over tenure: straight between points, flat beyond. In every world alike.
    pub struct Tenure {
        /// Years since arrival.
        years: Integer = integer(0, 100).unit("years");
        /// Multiplies the mean basket.
        basket: Number = number(Interval::above(0.0, 100.0)).or(1.0);
        /// Cost of serving such a customer for a year, at prices of the first month.
        cost_to_serve: Number =
            number(Interval::closed(0.0, MAX_MONEY)).or(0.0).unit("currency per customer and year");
    }
}
