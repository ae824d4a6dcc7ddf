//! Points pressure (goal gradient): η = g·w·(1 − d) towards the next liked reward.
//!
//! d is the share of the way still to go (Kivetz, Urminsky & Zheng 2006, Journal of Marketing Research 43: 39–58: effort
//! depends on the proportion of the original distance remaining, sign-up credit included). w = 1/(1 + (n/2)²) with n the
//! rewards a year at the person's own rate: frequent customers' incentives are practically invariant to their credits
//! (Hartmann & Viard 2008, Quantitative Marketing and Economics 6: 109–137). In cash-type programs rewarded behavior, not
//! points pressure, was found (Nastasoiu et al. 2021, Journal of the Academy of Marketing Science 49), hence g = 0 for
//! tenders by default.

use super::Target;
use crate::scenario::model::{PointsPressure, RewardKind};

/// g by the kind of the target.
pub fn strength(pressure: &PointsPressure, kind: RewardKind) -> f64 {
    match kind {
        RewardKind::Tender => pressure.tender,
        RewardKind::OwnGood => pressure.own_good,
        RewardKind::External => pressure.external,
    }
}

/// Weight of a person who earns `per_year` such rewards a year: frequent customers barely respond.
#[inline]
pub fn weight(per_year: f64) -> f64 {
    let half = 0.5 * per_year;
    1.0 / (1.0 + half * half)
}

/// η towards this target.
pub fn frequency(pressure: &PointsPressure, target: &Target) -> f64 {
    let g = strength(pressure, target.kind);
    if g == 0.0 {
        return 0.0;
    }
    let distance = target.missing as f64 / target.points as f64;
    g * weight(target.expected_per_year) * (1.0 - distance.clamp(0.0, 1.0))
}

/// Largest η a reward of this kind can give a person who earns `per_year` of them.
pub fn bound(pressure: &PointsPressure, kind: RewardKind, per_year: f64) -> f64 {
    strength(pressure, kind) * weight(per_year)
}

/// Largest η any reward can give anybody.
pub fn largest(pressure: &PointsPressure) -> f64 {
    pressure
        .tender
        .max(pressure.own_good)
        .max(pressure.external)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_customers_barely_respond_and_the_gradient_rises() {
        let pressure = PointsPressure {
            tender: 0.0,
            own_good: 0.3,
            external: 0.3,
        };
        let at = |missing, expected_per_year| {
            frequency(
                &pressure,
                &Target {
                    kind: RewardKind::OwnGood,
                    points: 100,
                    missing,
                    expected_per_year,
                },
            )
        };
        assert!((at(50, 0.0) - 0.15).abs() < 1e-15);
        assert!(at(10, 0.5) > at(50, 0.5));
        assert!(at(10, 20.0) < 0.01 * at(10, 0.0) * 1.1);
        assert!(at(1, 0.0) <= bound(&pressure, RewardKind::OwnGood, 0.0));
        assert!(bound(&pressure, RewardKind::OwnGood, 0.0) <= largest(&pressure));
    }
}
