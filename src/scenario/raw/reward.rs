//! `[[program.reward]]`: what points buy.

use super::earn::MAX_POINTS;
use super::key::{MAX_MONEY, integer, number, text, word};
use super::raw_table;
use super::written::{Integer, Number, Text, Word};
use crate::scenario::law::Interval;

raw_table! {
    /// What points buy.
    pub struct Reward {
        /// Name of the reward.
        name: Text = text();
        /// "tender": a voucher at our own till, whose cost is the discount. "own_good": one of our goods, whose cost is
        /// its cost of goods and which may replace a paid purchase. "external": a partner's good, paid by invoice.
        kind: Word = word(&["tender", "own_good", "external"]);
        /// Price in points.
        points: Integer = integer(1, MAX_POINTS).unit("points");
        /// Value in the eyes of the customer; of a tender, what it takes off the bill.
        face_value: Number = number(Interval::above(0.0, MAX_MONEY)).unit("currency");
        /// Cost of goods, or the partner's invoice, of one reward.
        unit_cost: Number =
            number(Interval::closed(0.0, MAX_MONEY)).when("kind", &["own_good", "external"]).unit("currency");
        /// Share of the reward's value that replaces a paid purchase at the same visit.
        displacement: Number = number(Interval::closed(0.0, 1.0))
            .evidence("program.reward.displacement")
            .when("kind", &["own_good"]);
    }
}
