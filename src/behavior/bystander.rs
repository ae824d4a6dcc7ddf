//! Bystanders: customers without a tier who see others treated better buy less.
//!
//! Programs act in opposite directions on those they favor and on those who look on; visibility magnifies both (Steinhoff &
//! Palmatier 2016, Journal of the Academy of Marketing Science 44: 88–107). The size is judgement.

use crate::scenario::model::BystanderEffect;

/// η of one who looks on: at most zero.
#[inline]
pub fn frequency(effect: &BystanderEffect, visibility: f64) -> f64 {
    -effect.drop * visibility
}
