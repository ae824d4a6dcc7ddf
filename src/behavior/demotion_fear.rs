//! Fear of demotion: what is missing to keep the present tier counts as a gap in the way of tier pressure.
//!
//! One gap presses at a time: of the next tier and the present one, that which presses harder
//! ([`Dials::frequency`](super::Dials::frequency)). No study of this half is known; form and strength are judgement.

use super::{TierGap, tier_pressure};
use crate::scenario::model::{DemotionFear, TierPressure};

/// η of a gap to the present tier; reach and deadline are those of tier pressure.
#[inline]
pub fn frequency(effect: &DemotionFear, pressure: &TierPressure, gap: &TierGap) -> f64 {
    effect.strength * tier_pressure::nearness(pressure, gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_reach_and_the_time_of_tier_pressure() {
        let pressure = TierPressure {
            strength: 9.0,
            reach_months: 2.0,
            deadline_months: 3.0,
        };
        let fear = DemotionFear { strength: 0.3 };
        let at = |months, to_deadline| {
            let gap = TierGap {
                months,
                to_deadline,
            };
            frequency(&fear, &pressure, &gap)
        };
        assert!((at(1.0, 1.0) - 0.15).abs() < 1e-15);
        assert_eq!(at(2.5, 1.0), 0.0);
        assert_eq!(at(1.0, 3.5), 0.0);
    }
}
