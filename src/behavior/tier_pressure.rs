//! Tier pressure: η = g·(1 − gap/G) towards the next tier, before its deadline only.
//!
//! Members raise their demand just before the year ends to reach a tier, not earlier (Behrens, de Jong & van Ommeren 2021,
//! Tinbergen DP 21-077); pressure of tiers acts beside that of rewards, without interference (Kopalle et al. 2012,
//! Marketing Science 31). Linear form, strength and reach are judgement.

use super::TierGap;
use crate::scenario::model::TierPressure;

/// η towards a gap: what is missing to reach the next tier.
#[inline]
pub fn frequency(effect: &TierPressure, gap: &TierGap) -> f64 {
    effect.strength * nearness(effect, gap)
}

/// How near a gap is: 1 where nothing is missing, 0 at the edge of the reach and where the deadline is far.
#[inline]
pub fn nearness(effect: &TierPressure, gap: &TierGap) -> f64 {
    let near = gap.months <= effect.reach_months && gap.to_deadline <= effect.deadline_months;
    if near {
        1.0 - gap.months.max(0.0) / effect.reach_months
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EFFECT: TierPressure = TierPressure {
        strength: 0.2,
        reach_months: 4.0,
        deadline_months: 3.0,
    };

    fn at(months: f64, to_deadline: f64) -> f64 {
        frequency(
            &EFFECT,
            &TierGap {
                months,
                to_deadline,
            },
        )
    }

    #[test]
    fn a_near_gap_presses_before_the_deadline_only() {
        assert!((at(1.0, 2.0) - 0.15).abs() < 1e-15);
        assert!((at(3.0, 2.0) - 0.05).abs() < 1e-15);
        assert_eq!(at(4.0, 2.0), 0.0);
        assert_eq!(at(4.1, 2.0), 0.0, "out of reach");
        assert!(at(1.0, 3.0) > 0.0);
        assert_eq!(at(1.0, 3.1), 0.0, "too early");
        assert_eq!(at(1.0, f64::INFINITY), 0.0, "no deadline");
        assert_eq!(
            at(f64::INFINITY, 1.0),
            0.0,
            "one who buys nothing reaches nothing"
        );
    }
}
