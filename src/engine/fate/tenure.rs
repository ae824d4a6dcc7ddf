//! Baskets that change with the time a customer stays: part of the fate, the same in every world.

use super::{Visit, amount};
use crate::population::{Person, SegmentLaws};

/// Multiplies the mean basket of listed visits by the curve at their tenure. `factors`: of each visit on the mean basket.
/// Each amount is rounded once.
pub(super) fn grow(
    visits: &mut [Visit],
    factors: impl Iterator<Item = f64>,
    person: &Person,
    laws: &SegmentLaws,
) {
    for (visit, factor) in visits.iter_mut().zip(factors) {
        let tenure = visit.time - person.anchor + person.age;
        visit.amount = amount(person.basket * laws.tenure.basket(tenure) * factor);
    }
}
