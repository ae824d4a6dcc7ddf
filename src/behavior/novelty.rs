//! Novelty: the positive membership effects on frequency fade to a floor after joining.
//!
//! Small changes in purchase behavior eroded six to nine months after joining (Meyer-Waarden & Benavent 2009, Journal of
//! the Academy of Marketing Science 37). Attrition effects do not fade by default.

use crate::random::elementary::exp;
use crate::scenario::model::Novelty;

/// Multiplier `since` months after joining: floor + (1 − floor)·2^(−since/half-life).
#[inline]
pub fn multiplier(novelty: &Novelty, since: f64) -> f64 {
    if novelty.floor >= 1.0 {
        return 1.0;
    }
    let halvings = (since / novelty.half_life_months).min(1000.0);
    novelty.floor + (1.0 - novelty.floor) * exp(-halvings * std::f64::consts::LN_2)
}
