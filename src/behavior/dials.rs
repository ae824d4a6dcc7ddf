//! The dials as sums of effects, with their caps, bounds and bands.

use super::{
    Effect, Position, expiry_pressure, membership, novelty, points_pressure, rewarded_behavior,
    stated_lift,
};
use crate::random::elementary::exp;
use crate::scenario::model::{Behavior, RewardKind};

/// One dial at an instant: its capped total and each effect's part of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dial {
    pub total: f64,
    parts: [f64; Effect::COUNT],
    /// Whether the cap changed the total.
    pub capped: bool,
}

impl Dial {
    fn new(parts: [f64; Effect::COUNT], low: f64, high: f64) -> Dial {
        let sum: f64 = parts.iter().sum();
        let total = sum.clamp(low, high);
        Dial {
            total,
            parts,
            capped: total != sum,
        }
    }

    /// The effect whose band holds `level` (a share of the base rate, 0 ≤ level < |e^total − 1|): the effects that act in
    /// the total's direction, stacked in order and scaled to it.
    pub fn band(&self, level: f64) -> Effect {
        let sign = self.sign();
        let sum = self.acting();
        let mut stacked = 0.0;
        let mut last = Effect::StatedLift;
        for effect in Effect::ALL.iter().copied() {
            let part = (self.parts[effect as usize] * sign).max(0.0);
            if part > 0.0 {
                stacked += part / sum * self.total.abs();
                last = effect;
                if level < (exp(sign * stacked) - 1.0).abs() {
                    return effect;
                }
            }
        }
        last
    }

    fn sign(&self) -> f64 {
        if self.total < 0.0 { -1.0 } else { 1.0 }
    }

    /// Sum of the parts that act in the total's direction, without sign.
    fn acting(&self) -> f64 {
        let sign = self.sign();
        self.parts.iter().map(|p| (p * sign).max(0.0)).sum()
    }

    /// Each effect's part, as it was before the cap.
    pub fn parts(&self) -> &[f64; Effect::COUNT] {
        &self.parts
    }

    /// This effect's share of what the dial does: of the effects that act in the total's direction, as in
    /// [`Dial::band`]; 0 where the dial is at zero.
    ///
    /// From 0 to 1 and together 1, however nearly the effects cancel: a share of their net sum would grow without bound
    /// there, and with opposite signs, while the dial does next to nothing.
    pub fn share(&self, effect: Effect) -> f64 {
        let acting = self.acting();
        if self.total == 0.0 || acting == 0.0 {
            0.0
        } else {
            (self.parts[effect as usize] * self.sign()).max(0.0) / acting
        }
    }
}

/// The dials of one scenario: parameters with their logarithms taken once.
#[derive(Clone, Debug)]
pub struct Dials {
    behavior: Behavior,
    lift_frequency: f64,
    lift_attrition: f64,
    lift_basket: f64,
    membership: f64,
    frequency_cap: [f64; 2],
    attrition_cap: [f64; 2],
}

impl Dials {
    pub fn new(behavior: &Behavior) -> Dials {
        let m = behavior.effect_multiplier;
        Dials {
            lift_frequency: m * stated_lift::frequency(&behavior.stated_lift),
            lift_attrition: m * stated_lift::attrition(&behavior.stated_lift),
            lift_basket: m * stated_lift::basket(&behavior.stated_lift),
            membership: m * membership::attrition(&behavior.membership),
            frequency_cap: behavior.frequency_cap.map(libm::log),
            attrition_cap: behavior.attrition_cap.map(libm::log),
            behavior: behavior.clone(),
        }
    }

    /// Parameters behind the dials.
    pub fn behavior(&self) -> &Behavior {
        &self.behavior
    }

    /// η at this position.
    pub fn frequency(&self, position: &Position) -> Dial {
        let b = &self.behavior;
        let mut parts = [0.0; Effect::COUNT];
        if position.member {
            let fading = b.effect_multiplier
                * novelty::multiplier(&b.novelty, position.months_since_joining);
            parts[Effect::ExpiryPressure as usize] =
                fading * expiry_pressure::frequency(&b.expiry_pressure, position);
            if let Some(target) = &position.target {
                parts[Effect::PointsPressure as usize] =
                    fading * points_pressure::frequency(&b.points_pressure, target);
            }
            parts[Effect::RewardedBehavior as usize] = fading
                * rewarded_behavior::frequency(&b.rewarded_behavior, position.since_redemption);
        }
        if stated_lift::acts(&b.stated_lift, position) {
            parts[Effect::StatedLift as usize] = self.lift_frequency;
        }
        Dial::new(parts, self.frequency_cap[0], self.frequency_cap[1])
    }

    /// ζ at this position.
    pub fn attrition(&self, position: &Position) -> Dial {
        let b = &self.behavior;
        let mut parts = [0.0; Effect::COUNT];
        if membership::acts(position) {
            parts[Effect::Membership as usize] = self.membership;
        }
        parts[Effect::ExpiryPressure as usize] =
            b.effect_multiplier * expiry_pressure::attrition(&b.expiry_pressure, position);
        if stated_lift::acts(&b.stated_lift, position) {
            parts[Effect::StatedLift as usize] = self.lift_attrition;
        }
        Dial::new(parts, self.attrition_cap[0], self.attrition_cap[1])
    }

    /// ξ at this position.
    pub fn basket(&self, position: &Position) -> f64 {
        if self.lift_basket != 0.0 && stated_lift::acts(&self.behavior.stated_lift, position) {
            self.lift_basket
        } else {
            0.0
        }
    }

    /// Upper bound of η for anybody: the sum of each effect's own bound, capped.
    pub fn frequency_bound(&self) -> f64 {
        let pressure = points_pressure::largest(&self.behavior.points_pressure);
        self.bound_of(true, true, pressure)
    }

    /// Upper bound of η for a person: whether expiry can press, whether they redeem at all, and the strongest points
    /// pressure any reward can put on them.
    pub fn person_bound(&self, flexible: bool, redeemer: bool, pressure: f64) -> f64 {
        self.bound_of(flexible, redeemer, if redeemer { pressure } else { 0.0 })
    }

    /// The strongest points pressure of a reward of this kind on a person who earns `per_year` of them.
    pub fn pressure_bound(&self, kind: RewardKind, per_year: f64) -> f64 {
        points_pressure::bound(&self.behavior.points_pressure, kind, per_year)
    }

    fn bound_of(&self, flexible: bool, redeemer: bool, pressure: f64) -> f64 {
        let b = &self.behavior;
        let expiry = if flexible {
            b.expiry_pressure.lift
        } else {
            0.0
        };
        let rewarded = if redeemer {
            b.rewarded_behavior.lift
        } else {
            0.0
        };
        let sum =
            self.lift_frequency.max(0.0) + b.effect_multiplier * (expiry + pressure + rewarded);
        sum.clamp(0.0, self.frequency_cap[1].max(0.0))
    }

    /// Whether η can be negative, so that base purchases must be checked.
    pub fn can_reduce(&self) -> bool {
        self.lift_frequency < 0.0 || self.frequency_cap[1] < 0.0
    }

    /// Whether any ζ can differ from zero.
    pub fn moves_attrition(&self) -> bool {
        let b = &self.behavior;
        self.membership != 0.0
            || self.lift_attrition != 0.0
            || b.effect_multiplier * b.expiry_pressure.regret != 0.0
    }

    /// Whether the basket moves.
    pub fn moves_basket(&self) -> bool {
        self.lift_basket != 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dial(parts: [f64; 3], low: f64, high: f64) -> Dial {
        let mut all = [0.0; Effect::COUNT];
        all[..3].copy_from_slice(&parts);
        Dial::new(all, low, high)
    }

    fn shares(dial: &Dial) -> Vec<f64> {
        Effect::ALL.iter().map(|e| dial.share(*e)).collect()
    }

    #[test]
    fn effects_in_one_direction_share_by_size() {
        let shares = shares(&dial([-0.1, -0.3, 0.0], -1.0, 1.0));
        assert!((shares[0] - 0.25).abs() < 1e-15 && (shares[1] - 0.75).abs() < 1e-15);
        // The cap cuts the dial, not what each effect has of it.
        assert_eq!(shares, self::shares(&dial([-0.1, -0.3, 0.0], -0.2, 1.0)));
    }

    #[test]
    fn an_effect_against_the_dial_has_no_share_of_it() {
        assert_eq!(
            shares(&dial([-0.1, 0.0, 0.4], -1.0, 1.0))[..3],
            [0.0, 0.0, 1.0]
        );
        // Nearly canceling: a share of the net sum would be −99 and 100.
        assert_eq!(
            shares(&dial([-0.099, 0.0, 0.1], -1.0, 1.0))[..3],
            [0.0, 0.0, 1.0]
        );
        assert_eq!(shares(&dial([-0.1, 0.0, 0.1], -1.0, 1.0))[..3], [0.0; 3]);
    }

    proptest! {
        #[test]
        fn shares_are_shares(parts in prop::array::uniform3(-1.0..1.0f64), cap in 0.0..1.0f64) {
            let dial = dial(parts, -cap, cap);
            let shares = shares(&dial);
            prop_assert!(shares.iter().all(|s| (0.0..=1.0).contains(s)));
            let sum: f64 = shares.iter().sum();
            prop_assert!((sum - f64::from(u8::from(dial.total != 0.0))).abs() < 1e-12, "{}", sum);
        }

        /// The width of an effect's band, in η, is its share of the dial.
        #[test]
        fn bands_are_as_wide_as_shares(parts in prop::array::uniform3(-0.5..0.5f64), place in 0.0..1.0f64) {
            let dial = dial(parts, -2.0, 2.0);
            prop_assume!(dial.total.abs() > 1e-6);
            let level = (libm::exp(place * dial.total) - 1.0).abs();
            let below: f64 = Effect::ALL
                .iter()
                .take_while(|e| **e != dial.band(level))
                .map(|e| dial.share(*e))
                .sum();
            let share = dial.share(dial.band(level));
            prop_assert!(below - 1e-6 <= place && place <= below + share + 1e-6);
        }
    }
}
