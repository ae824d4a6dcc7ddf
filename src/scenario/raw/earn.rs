//! `earn`: how points are granted.

use super::key::{integer, number, word};
use super::raw_table;
use super::written::{Integer, Number, Word};
use crate::scenario::law::Interval;

/// Most points of one grant, cap or price.
pub const MAX_POINTS: i64 = 1_000_000_000;

raw_table! {
    /// How points are granted.
    pub struct Earn {
        /// Points per unit of currency paid, with at most six decimals.
        points_per_currency: Number = number(Interval::closed(0.0, 1e6)).or(1.0).unit("points per unit of currency");
        /// Rounding of the points of one purchase.
        rounding: Word = word(&["floor", "nearest", "ceil"]).or_word("floor");
        /// Most points of one purchase.
        cap_per_visit: Option<Integer> = integer(1, MAX_POINTS).optional().unit("points");
        /// Most points of one month.
        cap_per_month: Option<Integer> = integer(1, MAX_POINTS).optional().unit("points");
        /// Points granted at enrollment.
        sign_up_bonus: Integer = integer(0, MAX_POINTS).or(0.0).unit("points");
    }
}
