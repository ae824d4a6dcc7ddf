//! The dials as sums of effects, with their caps, bounds and bands.

use super::{
    Effect, Position, Standing, expiry_pressure, membership, novelty, points_pressure,
    rewarded_behavior, stated_lift,
};
use crate::random::elementary::exp;
use crate::scenario::model::{Behavior, RewardKind, Who};

/// One dial at an instant: its capped total and each effect's part of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dial {
    pub total: f64,
    parts: [f64; Effect::COUNT],
    /// Whether the cap changed the total.
    pub capped: bool,
}

/// Upper bound of η for a person.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    pub total: f64,
    /// Whether the cap cut it.
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

/// Exposure to leaving along one lived path, told once for every stack of effects: none, the first, the first two, …, all.
///
/// The counted split of retention, as [`Dial::band`] is that of frequency: with the effects stacked one after another, a base
/// purchase happens or not at each height, and belongs to the effects at which that changes. Each gets −1, 0 or 1 of it,
/// together they get exactly what the two worlds differ by, however nearly the effects cancel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StackedExposure {
    /// Exposure with the first `i` effects, for `i` from 0 to all.
    heights: [f64; Effect::COUNT + 1],
}

/// Whose work it is that a base purchase is in one world and not in the other: 1 for one that kept the customer, −1 for one
/// that drove the customer away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    pub effects: [i64; Effect::COUNT],
    /// What no effect on attrition did: extra purchases wear out those who leave after a purchase (BG).
    pub unattributed: i64,
}

impl StackedExposure {
    /// Lives on: `exposure` without any effect (hazard times months, or that of a purchase), under a dial.
    pub fn live(&mut self, exposure: f64, dial: &Dial) {
        let mut stacked = 0.0;
        self.heights[0] += exposure;
        for (effect, height) in Effect::ALL.iter().zip(&mut self.heights[1..]) {
            stacked += dial.parts[*effect as usize];
            // Where the cap binds, no stack of some of the effects goes beyond it either.
            let capped = if dial.capped {
                stacked.clamp(dial.total.min(0.0), dial.total.max(0.0))
            } else {
                stacked
            };
            *height += exposure * exp(capped);
        }
    }

    /// Whose work it is that a base purchase, at this exposure and by a customer who leaves at `threshold`, is in this
    /// world (`here`) and in world 0 or not.
    pub fn split(&self, threshold: f64, here: bool, in_world_zero: bool) -> Kept {
        let all = self.heights[Effect::COUNT];
        let there = |height: f64| -> i64 {
            // What the life has decided stands: its own sum may differ in the last bit.
            let alive = if height == all {
                here
            } else {
                height < threshold
            };
            i64::from(alive)
        };
        let mut effects = [0; Effect::COUNT];
        for (index, effect) in effects.iter_mut().enumerate() {
            *effect = there(self.heights[index + 1]) - there(self.heights[index]);
        }
        Kept {
            effects,
            unattributed: there(self.heights[0]) - i64::from(in_world_zero),
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
    rewarded_rise: f64,
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
            rewarded_rise: exp((m * behavior.rewarded_behavior.lift.max(0.0)).min(700.0)) - 1.0,
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
        self.bound_of(true, true, pressure).total
    }

    /// Upper bound of η for a person: whether expiry can press, whether they redeem at all, and the strongest points
    /// pressure any reward can put on them.
    pub fn person_bound(&self, flexible: bool, redeemer: bool, pressure: f64) -> Bound {
        self.bound_of(flexible, redeemer, if redeemer { pressure } else { 0.0 })
    }

    /// The strongest points pressure of a reward of this kind on a person who earns `per_year` of them.
    pub fn pressure_bound(&self, kind: RewardKind, per_year: f64) -> f64 {
        points_pressure::bound(&self.behavior.points_pressure, kind, per_year)
    }

    /// e^B − 1 for the largest part B of η that rewarded behavior can have.
    pub fn rewarded_rise(&self) -> f64 {
        self.rewarded_rise
    }

    fn bound_of(&self, flexible: bool, redeemer: bool, pressure: f64) -> Bound {
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
        let total = sum.clamp(0.0, self.frequency_cap[1].max(0.0));
        Bound {
            total,
            capped: total != sum,
        }
    }

    /// Whether η can be positive for one who stands like this; if not, no candidate need be looked at.
    pub fn can_raise(&self, standing: &Standing) -> bool {
        let b = &self.behavior;
        let stated =
            self.lift_frequency > 0.0 && (b.stated_lift.who == Who::Everyone || standing.member);
        let rewarded = standing.has_redeemed && b.rewarded_behavior.lift > 0.0;
        let expiry = standing.flexible && b.expiry_pressure.lift > 0.0;
        let pressed = standing.redeemer && standing.pressed;
        stated || b.effect_multiplier > 0.0 && standing.member && (rewarded || expiry || pressed)
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

    fn part(kept: &Kept, effect: Effect) -> i64 {
        kept.effects[effect as usize]
    }

    /// Membership halves leaving, expiry doubles it: together nothing, apart a purchase each.
    #[test]
    fn effects_that_cancel_each_have_their_purchase() {
        let half = libm::log(0.5);
        let both = dial([0.0, half, -half], -1.0, 1.0);
        let mut path = StackedExposure::default();
        path.live(3.0, &both);
        // Leaves at 2: in neither world; with membership alone still there.
        let kept = path.split(2.0, false, false);
        assert_eq!(part(&kept, Effect::Membership), 1);
        assert_eq!(part(&kept, Effect::ExpiryPressure), -1);
        assert_eq!(kept.unattributed, 0);
        // Too late or too early for any of them.
        for (threshold, alive) in [(1.0, false), (4.0, true)] {
            let kept = path.split(threshold, alive, alive);
            assert_eq!(kept.effects, [0; Effect::COUNT]);
        }
    }

    /// One after the other on a path, which no instant shows: first spared, then driven.
    #[test]
    fn what_one_effect_saved_another_may_spend_later() {
        let half = libm::log(0.5);
        let mut path = StackedExposure::default();
        path.live(2.0, &dial([0.0, half, 0.0], -1.0, 1.0));
        path.live(1.0, &dial([0.0, 0.0, -0.5 * half], -1.0, 1.0));
        // World 0: 3. Spared 1, spent 0.41: kept all the same, and nothing was lost to the second.
        let kept = path.split(2.7, true, false);
        assert_eq!(part(&kept, Effect::Membership), 1);
        assert_eq!(part(&kept, Effect::ExpiryPressure), 0);
        // Had it not been spent, this one would have been kept too.
        let kept = path.split(2.2, false, false);
        assert_eq!(part(&kept, Effect::Membership), 1);
        assert_eq!(part(&kept, Effect::ExpiryPressure), -1);
    }

    #[test]
    fn wear_by_extra_purchases_is_nobodys() {
        let mut path = StackedExposure::default();
        path.live(3.0, &dial([0.0; 3], -1.0, 1.0));
        // World 0 has lived two purchases, this one three.
        let kept = path.split(2.5, false, true);
        assert_eq!((kept.effects, kept.unattributed), ([0; Effect::COUNT], -1));
    }

    proptest! {
        #[test]
        fn kept_purchases_add_up_to_the_difference_of_the_worlds(
            path in prop::collection::vec((0.0..2.0f64, prop::array::uniform3(-1.0..1.0f64)), 1..6),
            cap in 0.0..1.0f64, threshold in 0.0..8.0f64, in_world_zero: bool,
        ) {
            let mut exposure = StackedExposure::default();
            let mut whole = 0.0;
            for (months, parts) in path {
                let dial = dial(parts, -cap, cap);
                exposure.live(months, &dial);
                whole += months * libm::exp(dial.total);
            }
            prop_assert!((exposure.heights[Effect::COUNT] - whole).abs() < 1e-9 * (1.0 + whole));
            let here = whole < threshold;
            let kept = exposure.split(threshold, here, in_world_zero);
            let sum = kept.effects.iter().sum::<i64>() + kept.unattributed;
            prop_assert_eq!(sum, i64::from(here) - i64::from(in_world_zero));
            prop_assert!(kept.effects.iter().all(|e| e.abs() <= 1));
        }

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
