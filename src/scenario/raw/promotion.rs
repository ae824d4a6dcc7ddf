//! `[[program.promotion]]`: points multiplied between two dates.

use super::key::{month, number, text};
use super::raw_table;
use super::written::{Month, Number, Text};
use crate::scenario::law::Interval;

raw_table! {
    /// Points multiplied between two dates, beside the multiplier of a tier.
    pub struct Promotion {
        /// Name of the promotion.
        name: Text = text();
        /// First month.
        from: Month = month();
        /// Last month.
        through: Month = month();
        /// Multiplies the points of purchases, with at most three decimals.
        multiplier: Number = number(Interval::closed(1.0, 100.0));
    }
}
