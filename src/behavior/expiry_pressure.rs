//! Expiry pressure: η = lift while points worth something are about to expire, for flexible customers only; and regret:
//! ζ for some months after an actual expiry.
//!
//! A finite expiry can raise purchases, but only of flexible customers (Breugelmans & Liu-Thompkins 2017, Marketing
//! Letters 28: 537–550); Dorotic et al. 2014 advise against expiry. Magnitudes are judgement.

use super::Position;
use crate::scenario::model::ExpiryPressure;

/// η now.
#[inline]
pub fn frequency(effect: &ExpiryPressure, position: &Position) -> f64 {
    if position.expiry_presses {
        effect.lift
    } else {
        0.0
    }
}

/// ζ now.
#[inline]
pub fn attrition(effect: &ExpiryPressure, position: &Position) -> f64 {
    if position.regrets_expiry {
        effect.regret
    } else {
        0.0
    }
}
