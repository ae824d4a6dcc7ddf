//! `basket`: money of one purchase.

use super::key::{number, word};
use super::raw_table;
use super::written::{Number, Word};
use crate::scenario::law::Interval;

/// Most of an average basket, major units.
pub const MAX_BASKET: f64 = 1e8;

const MOMENTS: &[&str] = &["moments"];
const GAMMA_GAMMA: &[&str] = &["gamma_gamma"];

raw_table! {
    /// Money of one purchase: the customer's own mean times a factor of mean 1.
    pub struct Basket {
        /// "moments": mean and coefficients of variation. "gamma_gamma": the published parameters of Fader and Hardie
        /// (2013).
        model: Word = word(&["moments", "gamma_gamma"]).or_word("moments");
        /// Mean basket.
        mean: Number = number(Interval::above(0.0, MAX_BASKET)).when("model", MOMENTS).unit("currency");
        /// Coefficient of variation of the customers' mean baskets; 0: all alike.
        between_cv: Number = number(Interval::closed(0.0, 10.0)).when("model", MOMENTS);
        /// Coefficient of variation of one customer's baskets; 0: always the same.
        within_cv: Number = number(Interval::closed(0.0, 10.0)).when("model", MOMENTS);
        /// Law across customers.
        between: Word = word(&["lognormal", "inverse_gamma"]).or_word("lognormal").when("model", MOMENTS);
        /// Law of one customer's baskets.
        within: Word = word(&["gamma", "lognormal"]).or_word("gamma").when("model", MOMENTS);
        /// Shape of one customer's baskets.
        p: Number = number(Interval::above(0.0, 1e4)).when("model", GAMMA_GAMMA);
        /// Shape across customers; more than 1, or there is no mean.
        q: Number = number(Interval::above(1.0, 1e4)).when("model", GAMMA_GAMMA);
        /// Scale: the mean basket is p gamma / (q - 1).
        gamma: Number = number(Interval::above(0.0, MAX_BASKET)).when("model", GAMMA_GAMMA).unit("currency");
    }
}
