//! Baskets that change with the time a customer stays: part of the fate, the same in every world.

use super::{Fate, Visit, amount};
use crate::population::SegmentLaws;

/// Multiplies the mean basket of listed visits by the curve at their tenure, which counts from an arrival. `factors`: of
/// each visit on the mean basket. Each amount is rounded once.
pub(super) fn grow(
    visits: &mut [Visit],
    factors: impl Iterator<Item = f64>,
    (basket, arrival): (f64, f64),
    laws: &SegmentLaws,
) {
    for (visit, factor) in visits.iter_mut().zip(factors) {
        let tenure = (visit.time - arrival).max(0.0);
        visit.amount = amount(basket * laws.tenure.basket(tenure) * factor);
    }
}

impl Fate<'_> {
    /// What tenure multiplies the mean basket by at an instant.
    pub fn growth(&self, time: f64) -> f64 {
        if self.laws.tenure.points.is_empty() {
            return 1.0;
        }
        self.laws.tenure.basket((time - self.tenure_from).max(0.0))
    }
}
