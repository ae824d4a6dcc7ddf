//! How high the frequency of one person can be at an instant, from time alone: so cheap that it is asked at every
//! candidate for an extra purchase, and so near that few are looked at in vain.
//!
//! With L the stated lift, A the largest sum of the gains that fade with membership, B that of rewarded behavior, f the
//! multiplier of novelty and g ≤ 1 what is left of rewarded behavior, η ≤ L + f·A + f·g·B. As e^(x·A) ≤ 1 + x·(e^A − 1) for
//! x between 0 and 1, e^η ≤ e^L·(1 + f·(e^A − 1))·(1 + f·g·(e^B − 1)).

use super::{Dials, Mechanics};
use crate::random::elementary::exp;

/// What is the same for all persons of a world.
#[derive(Clone, Copy, Debug)]
pub struct Ceilings {
    /// e^A by whether expiry can press and rewards are redeemed, without points pressure; without the pressure of tiers
    /// and with it.
    gains: [[[f64; 2]; 2]; 2],
    lift: f64,
    rewarded: f64,
    multiplier: f64,
    fading: Fading,
}

/// How gains fade, in halvings per month.
#[derive(Clone, Copy, Debug, Default)]
struct Fading {
    floor: f64,
    novelty: f64,
    rewarded: f64,
}

/// Upper bound of e^η − 1 of one person under one program, as it falls with time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ceiling {
    /// Of all times.
    most: f64,
    lift: f64,
    /// e^A − 1, without and with the pressure of tiers.
    gains: [f64; 2],
    rewarded: f64,
    fading: Fading,
}

impl Ceilings {
    /// In a program of these mechanics.
    pub fn new(dials: &Dials, mechanics: Mechanics) -> Ceilings {
        let b = dials.behavior();
        let m = b.effect_multiplier;
        let status = if mechanics.tiers > 0 {
            b.status.frequency[mechanics.tiers.min(b.status.frequency.len()) - 1].max(0.0)
        } else {
            0.0
        };
        let pressing = b.tier_pressure.strength.max(b.demotion_fear.strength);
        // Where the lower cap binds is counted at candidates: all of them are looked at then.
        let counted = dials.can_fall_to_cap(mechanics);
        let of = |expiry: f64, presses: f64| match counted {
            true => f64::INFINITY,
            false => bounded_exp(m * (expiry + status + presses)),
        };
        let by_expiry = |expiry: f64| {
            let row = [of(expiry, 0.0), of(expiry, pressing.max(0.0))];
            [row, row]
        };
        Ceilings {
            gains: [by_expiry(0.0), by_expiry(b.expiry_pressure.lift.max(0.0))],
            lift: exp(dials.stated_frequency().max(0.0)),
            rewarded: dials.rewarded_rise(),
            multiplier: m,
            fading: Fading {
                floor: b.novelty.floor.min(1.0),
                novelty: 1.0 / b.novelty.half_life_months,
                rewarded: b.rewarded_behavior.halvings_per_month(),
            },
        }
    }

    /// Of one person: whether expiry can press and rewards are redeemed, the strongest points pressure, and the largest
    /// e^η − 1 of all times.
    #[inline]
    pub fn of(&self, flexible: bool, redeemer: bool, pressure: f64, most: f64) -> Ceiling {
        let gains = self.gains[usize::from(flexible)][usize::from(redeemer)];
        let (pressed, rewarded) = if redeemer {
            (bounded_exp(self.multiplier * pressure), self.rewarded)
        } else {
            (1.0, 0.0)
        };
        Ceiling {
            most,
            lift: self.lift,
            gains: gains.map(|gain| gain * pressed - 1.0),
            rewarded,
            fading: self.fading,
        }
    }
}

impl Ceiling {
    /// No level at or above it is accepted so many months after joining (minus infinity before) and after the last
    /// redemption, whether or not tiers can press then.
    #[inline(always)]
    pub fn at(&self, since_joining: f64, since_redemption: f64, tiers_press: bool) -> f64 {
        let fading = &self.fading;
        let novelty = if fading.floor < 1.0 {
            fading.floor + (1.0 - fading.floor) * halved(since_joining * fading.novelty)
        } else {
            1.0
        };
        let rewarded = novelty * halved(since_redemption * fading.rewarded);
        let gains = 1.0 + novelty * self.gains[usize::from(tiers_press)];
        let all = self.lift * gains * (1.0 + rewarded * self.rewarded);
        // A margin for the rounding of both sides.
        (all * (1.0 + 1e-12) - 1.0).min(self.most)
    }
}

/// 2^(−halvings) from above: by the chord between whole numbers of halvings.
#[inline(always)]
fn halved(halvings: f64) -> f64 {
    let halvings = halvings.clamp(0.0, 1000.0);
    // The nearest whole number to half a halving less, by way of the mantissa: the last one done.
    let whole = (halvings - 0.5).max(0.0) + 4_503_599_627_370_496.0;
    let power = f64::from_bits((1023 - (whole.to_bits() & 0x7FF)) << 52);
    let rest = halvings - (whole - 4_503_599_627_370_496.0);
    power * (1.0 - 0.5 * rest)
}

fn bounded_exp(x: f64) -> f64 {
    exp(x.clamp(0.0, 700.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn halvings_are_bounded_from_above_and_near(halvings in 0.0..60.0f64) {
            let true_one = libm::exp2(-halvings);
            prop_assert!(halved(halvings) >= true_one * (1.0 - 1e-15));
            prop_assert!(halved(halvings) <= true_one * 1.0615);
        }
    }

    #[test]
    fn nobody_has_halved_before_joining() {
        assert_eq!(halved(f64::NEG_INFINITY), 1.0);
        assert_eq!(halved(0.0), 1.0);
        assert_eq!(halved(1.0), 0.5);
        assert!(halved(f64::INFINITY) < 1e-300);
    }
}
