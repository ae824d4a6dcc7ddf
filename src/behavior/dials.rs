//! The dials as sums of effects, with their caps, bounds and bands.

use super::{
    Effect, Mechanics, Position, ReferralPosition, Standing, TierPosition, bystander, demotion,
    demotion_fear, expiry_pressure, membership, novelty, points_pressure, recommending,
    referral_premium, referred, rewarded_behavior, stated_lift, status, tier_pressure,
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
        let (mut stacked, mut under) = (0.0, exposure);
        self.heights[0] += exposure;
        for (effect, height) in Effect::ALL.iter().zip(&mut self.heights[1..]) {
            let part = dial.parts[*effect as usize];
            if part != 0.0 {
                stacked += part;
                // Where the cap binds, no stack of some of the effects goes beyond it either.
                let capped = if dial.capped {
                    stacked.clamp(dial.total.min(0.0), dial.total.max(0.0))
                } else {
                    stacked
                };
                under = exposure * exp(capped);
            }
            *height += under;
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
            if let Some(tiers) = &position.tiers {
                self.add_tier_frequency(&mut parts, tiers, fading);
            }
        }
        if position.visibility != 0.0 && bystands(position) {
            parts[Effect::Bystander as usize] =
                b.effect_multiplier * bystander::frequency(&b.bystander, position.visibility);
        }
        if stated_lift::acts(&b.stated_lift, position) {
            parts[Effect::StatedLift as usize] = self.lift_frequency;
        }
        Dial::new(parts, self.frequency_cap[0], self.frequency_cap[1])
    }

    /// What status adds to η. Gains fade with membership, a loss does not; of the gap to the next tier and that to the
    /// present one, the one that presses harder acts.
    fn add_tier_frequency(
        &self,
        parts: &mut [f64; Effect::COUNT],
        tiers: &TierPosition,
        fading: f64,
    ) {
        let b = &self.behavior;
        parts[Effect::Status as usize] = fading * status::frequency(&b.status, &tiers.held);
        if let Some(lost) = &tiers.lost {
            parts[Effect::Demotion as usize] =
                b.effect_multiplier * demotion::frequency(&b.demotion, &b.status, lost);
        }
        let next = tiers
            .next
            .map_or(0.0, |gap| tier_pressure::frequency(&b.tier_pressure, &gap));
        let keep = tiers.keep.map_or(0.0, |gap| {
            demotion_fear::frequency(&b.demotion_fear, &b.tier_pressure, &gap)
        });
        if next >= keep {
            parts[Effect::TierPressure as usize] = fading * next;
        } else {
            parts[Effect::DemotionFear as usize] = fading * keep;
        }
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
        if let Some(tiers) = &position.tiers {
            parts[Effect::Status as usize] =
                b.effect_multiplier * status::attrition(&b.status, &tiers.held);
            if let Some(lost) = &tiers.lost {
                parts[Effect::Demotion as usize] =
                    b.effect_multiplier * demotion::attrition(&b.demotion, &b.status, lost);
            }
        }
        if let Some(ties) = &position.referral {
            parts[Effect::Referred as usize] =
                b.effect_multiplier * referred::attrition(&b.referred, ties);
            parts[Effect::Recommending as usize] =
                b.effect_multiplier * recommending::attrition(&b.recommending, ties);
        }
        if stated_lift::acts(&b.stated_lift, position) {
            parts[Effect::StatedLift as usize] = self.lift_attrition;
        }
        Dial::new(parts, self.attrition_cap[0], self.attrition_cap[1])
    }

    /// ξ at this position.
    pub fn basket(&self, position: &Position) -> f64 {
        let lift = self.stated_basket(position);
        match &position.referral {
            None => lift,
            Some(ties) => lift + self.referral_premium(ties),
        }
    }

    /// The part of ξ that a referral makes; the rest is the stated lift's.
    pub fn referral_premium(&self, ties: &ReferralPosition) -> f64 {
        let b = &self.behavior;
        b.effect_multiplier * referral_premium::basket(&b.referred, ties)
    }

    fn stated_basket(&self, position: &Position) -> f64 {
        if self.lift_basket != 0.0 && stated_lift::acts(&self.behavior.stated_lift, position) {
            self.lift_basket
        } else {
            0.0
        }
    }

    /// Whether a stated lift acts on those too who are no members.
    pub fn lifts_everyone(&self) -> bool {
        let lifts = [self.lift_frequency, self.lift_attrition, self.lift_basket];
        self.behavior.stated_lift.who == Who::Everyone && lifts != [0.0; 3]
    }

    /// What a stated lift adds to η.
    pub fn stated_frequency(&self) -> f64 {
        self.lift_frequency
    }

    /// Upper bound of η for anybody: the sum of each effect's own bound, capped.
    pub fn frequency_bound(&self) -> f64 {
        self.frequency_bound_with(Mechanics::default())
    }

    /// The same in a program of these mechanics.
    pub fn frequency_bound_with(&self, mechanics: Mechanics) -> f64 {
        let pressure = points_pressure::largest(&self.behavior.points_pressure);
        self.bound_of(true, true, pressure, mechanics.tiers).total
    }

    /// Upper bound of η for a person in a program of these mechanics: whether expiry can press, whether they redeem at all,
    /// and the strongest points pressure any reward can put on them.
    pub fn person_bound_with(
        &self,
        flexible: bool,
        redeemer: bool,
        pressure: f64,
        mechanics: Mechanics,
    ) -> Bound {
        let pressure = if redeemer { pressure } else { 0.0 };
        self.bound_of(flexible, redeemer, pressure, mechanics.tiers)
    }

    /// The strongest points pressure of a reward of this kind on a person who earns `per_year` of them.
    pub fn pressure_bound(&self, kind: RewardKind, per_year: f64) -> f64 {
        points_pressure::bound(&self.behavior.points_pressure, kind, per_year)
    }

    /// e^B − 1 for the largest part B of η that rewarded behavior can have.
    pub fn rewarded_rise(&self) -> f64 {
        self.rewarded_rise
    }

    fn bound_of(&self, flexible: bool, redeemer: bool, pressure: f64, tiers: usize) -> Bound {
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
        let mut sum =
            self.lift_frequency.max(0.0) + b.effect_multiplier * (expiry + pressure + rewarded);
        if tiers > 0 {
            let highest = b.status.frequency[tiers.min(b.status.frequency.len()) - 1];
            let pressing = b.tier_pressure.strength.max(b.demotion_fear.strength);
            sum += b.effect_multiplier * (highest + pressing);
        }
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
        let tiers = b.status.frequency[2] > 0.0
            || b.tier_pressure.strength > 0.0
            || b.demotion_fear.strength > 0.0;
        let acts = rewarded || expiry || pressed || standing.ranked && tiers;
        stated || b.effect_multiplier > 0.0 && standing.member && acts
    }

    /// Whether η can be negative, so that base purchases must be checked.
    pub fn can_reduce(&self) -> bool {
        self.lift_frequency < 0.0 || self.frequency_cap[1] < 0.0
    }

    /// The same in a program of these mechanics: the demoted and those who look on may buy less.
    pub fn can_reduce_with(&self, mechanics: Mechanics) -> bool {
        let b = &self.behavior;
        let hurt = b.demotion.months > 0.0 && b.status.frequency[2] != 0.0;
        let tiers_reduce = hurt || b.bystander.drop != 0.0;
        self.can_reduce() || mechanics.tiers > 0 && b.effect_multiplier != 0.0 && tiers_reduce
    }

    /// Lower bound of e^η in a program of these mechanics, of those who feel the loss of a tier (`hurt`) or do not: base
    /// purchases whose keep uniform is not above it are never dropped.
    pub fn keep_floor(&self, mechanics: Mechanics, hurt: bool) -> f64 {
        let lowest = self
            .lowest(mechanics, hurt)
            .clamp(self.frequency_cap[0], self.frequency_cap[1]);
        // A margin for the rounding of both sides.
        exp(lowest.min(0.0)) * (1.0 - 1e-12)
    }

    /// Whether the lower cap of η can bind in a program of these mechanics.
    pub fn can_fall_to_cap(&self, mechanics: Mechanics) -> bool {
        self.lowest(mechanics, true) < self.frequency_cap[0]
    }

    /// Lower bound of η before its caps.
    fn lowest(&self, mechanics: Mechanics, hurt: bool) -> f64 {
        let b = &self.behavior;
        let mut sum = self.lift_frequency.min(0.0);
        if mechanics.tiers > 0 {
            let loss = if hurt {
                b.demotion.aversion * b.status.frequency[2]
            } else {
                0.0
            };
            sum -= b.effect_multiplier * (loss.max(0.0) + b.bystander.drop.max(0.0));
        }
        sum
    }

    /// Whether any ζ can differ from zero.
    pub fn moves_attrition(&self) -> bool {
        let b = &self.behavior;
        self.membership != 0.0
            || self.lift_attrition != 0.0
            || b.effect_multiplier * b.expiry_pressure.regret != 0.0
    }

    /// The same in a program of these mechanics.
    pub fn moves_attrition_with(&self, mechanics: Mechanics) -> bool {
        let b = &self.behavior;
        let status = mechanics.tiers > 0 && b.status.attrition[2] != 0.0;
        let ties = b.referred.hazard_ratio != 1.0 || b.recommending.hazard_ratio != 1.0;
        let more = status || mechanics.referral && ties;
        self.moves_attrition() || more && b.effect_multiplier != 0.0
    }

    /// Whether the basket moves.
    pub fn moves_basket(&self) -> bool {
        self.lift_basket != 0.0
    }

    /// The same in a program of these mechanics.
    pub fn moves_basket_with(&self, mechanics: Mechanics) -> bool {
        let b = &self.behavior;
        let premium = b.referred.basket_premium * b.effect_multiplier != 0.0;
        self.moves_basket() || mechanics.referral && premium
    }
}

/// Whether this customer looks on while others hold a tier.
fn bystands(position: &Position) -> bool {
    position.launched && position.tiers.is_none_or(|tiers| tiers.held.rank == 0)
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod attribution;
