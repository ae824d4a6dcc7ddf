//! One person: the traits fixed once and shared by all worlds.

use super::laws::{Attrition, SegmentLaws};
use crate::random::address::{tag, uniform_lane, uniform64};
use crate::random::elementary::ln;
use crate::random::philox::philox_block;
use crate::random::{Key, Purpose, Subject};
use crate::scenario::model::Channel;

/// Traits of a person. Times in months from `start`, rates per month, money in minor units.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub key: Key,
    pub subject: Subject,
    /// Month 0 for the opening base, the arrival instant for arrivals.
    pub anchor: f64,
    /// Alive at month 0 (else: arrives at the anchor).
    pub opening: bool,
    /// Months as a customer at month 0 (0 for arrivals).
    pub age: f64,
    pub rate: f64,
    /// Hazard of leaving per month (0 under BG).
    pub hazard: f64,
    /// Exposure added by each repeat purchase (0 except under BG).
    pub exposure_per_purchase: f64,
    /// Mean basket.
    pub basket: f64,
    /// Exp(1): the person leaves when the exposure reaches it.
    pub threshold: f64,
    /// Exp(1): reluctance to enroll.
    pub enrollment: f64,
    /// Normal score of the redemption threshold τ.
    pub redemption_score: f64,
    /// Uniform: below π₀ the person never redeems.
    pub redeemer: f64,
    /// Uniform: below the flexible share, expiry presses.
    pub flexible: f64,
    /// Cost of the channel of arrival, minor units (0 for the opening base).
    pub arrival_cost: i64,
}

/// Uniforms behind the traits that have a law of the segment.
#[derive(Clone, Copy, Debug)]
pub struct TraitUniforms {
    pub rate: f64,
    pub attrition: f64,
    pub basket: f64,
    pub age: f64,
}

/// Traits that have a law of the segment.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    pub rate: f64,
    pub hazard: f64,
    pub exposure_per_purchase: f64,
    pub basket: f64,
    pub age: f64,
}

impl Traits {
    /// Maps uniforms through the segment's laws.
    pub fn from_uniforms(laws: &SegmentLaws, uniforms: &TraitUniforms, opening: bool) -> Traits {
        let (prior, per_purchase) = match &laws.attrition {
            Attrition::Hazard(table) => (table.at(uniforms.attrition), 0.0),
            Attrition::PerPurchase(table) => (0.0, table.at(uniforms.attrition)),
        };
        let (age, hazard) = match (&laws.opening, opening) {
            (Some(law), true) => law.draw(uniforms.age, uniforms.attrition, prior),
            _ => (0.0, prior),
        };
        let (rate, basket) = match &laws.dependence {
            None => (laws.rate.at(uniforms.rate), laws.basket.at(uniforms.basket)),
            Some(dependence) => dependence.traits(
                hazard.max(per_purchase),
                laws.score.at(uniforms.rate),
                laws.score.at(uniforms.basket),
            ),
        };
        Traits {
            rate,
            hazard,
            exposure_per_purchase: per_purchase,
            basket,
            age,
        }
    }
}

impl Person {
    /// Draws the person. `anchor` is month 0 for the opening base; for arrivals it is the arrival instant, and `channel`
    /// the channel it came through.
    pub fn draw(
        key: Key,
        subject: Subject,
        laws: &SegmentLaws,
        arrival: Option<(f64, &Channel)>,
    ) -> Person {
        let tag = tag(Purpose::Trait, 0, 0);
        let words = philox_block(subject.words(), [0u32, 1, 2, 3], tag, key.0);
        // Pairs of words of ordinals 0 to 3: `pair(ordinal, 0 or 2)`.
        let pair = |ordinal: usize, first: usize| {
            uniform64(
                words[first][ordinal] as u32,
                words[first + 1][ordinal] as u32,
            )
        };
        let uniforms = TraitUniforms {
            rate: pair(0, 0),
            attrition: pair(0, 2),
            basket: pair(1, 0),
            age: pair(2, 0),
        };
        let mut traits = Traits::from_uniforms(laws, &uniforms, arrival.is_none());
        if let Some((_, channel)) = arrival {
            traits.rate *= channel.rate_factor;
            traits.hazard *= channel.attrition_factor;
        }
        Person {
            key,
            subject,
            anchor: arrival.map_or(0.0, |(time, _)| time),
            opening: arrival.is_none(),
            age: traits.age,
            rate: traits.rate,
            hazard: traits.hazard,
            exposure_per_purchase: traits.exposure_per_purchase,
            basket: traits.basket,
            threshold: -ln(pair(1, 2)),
            enrollment: -ln(pair(2, 2)),
            redemption_score: laws.score.at(pair(3, 0)),
            redeemer: uniform_lane(words[2][3]),
            flexible: uniform_lane(words[3][3]),
            arrival_cost: arrival.map_or(0, |(_, channel)| channel.arrival_cost),
        }
    }

    /// Exp(1): the card is abandoned when its exposure reaches it.
    pub fn card_threshold(&self) -> f64 {
        let words = self.subject.draw(self.key, Purpose::Trait, 0, 0, 4);
        -ln(uniform64(words[0], words[1]))
    }

    /// Uniform of the arrival instant inside its month.
    pub fn arrival_uniform(key: Key, subject: Subject) -> f64 {
        let words = subject.draw(key, Purpose::Trait, 0, 0, 4);
        uniform64(words[2], words[3])
    }

    /// When the person leaves where no dial is moved; infinite where no hazard acts.
    pub fn leaving_without_dials(&self) -> f64 {
        if self.hazard > 0.0 {
            self.anchor + self.threshold / self.hazard
        } else {
            f64::INFINITY
        }
    }
}
