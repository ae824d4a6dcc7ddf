//! The pilot: a fixed set of people from which population constants are computed once, before the run.
//!
//! About 20,000 people at the points of a low-discrepancy sequence (a quadrature over the laws, so that the constants carry no
//! sampling noise worth mentioning), weighted by the stated size of their stratum. The constants therefore do not move
//! with the number of simulated customers, threads or shards, and adding a program changes none.

use super::arrivals::{ChannelSequence, Schedule};
use super::laws::SegmentLaws;
use super::person::{TraitUniforms, Traits};
use super::strata::StratumPlan;
use crate::scenario::model::Scenario;
use crate::statistics::quadrature::Lattice;

/// People of the pilot, over all strata.
pub const PILOT_SIZE: u64 = 20_000;
/// Fewest people of one stratum.
const SMALLEST_STRATUM: u64 = 256;

/// One person of the pilot.
#[derive(Clone, Copy, Debug)]
pub struct PilotPerson {
    pub segment: usize,
    pub opening: bool,
    /// Market families this person stands for.
    pub weight: f64,
    pub anchor: f64,
    pub traits: Traits,
}

/// The pilot and the constants every world shares.
#[derive(Clone, Debug)]
pub struct Pilot {
    pub people: Vec<PilotPerson>,
    /// λ̄: mean purchases per month of those alive at month 0 (of arrivals where there is no opening base).
    pub mean_rate: f64,
    /// Nine inner edges between deciles of expected world-0 value.
    pub decile_edges: [f64; 9],
}

impl Pilot {
    /// Draws the pilot. `laws` by segment, `strata` in their order.
    pub fn new(scenario: &Scenario, laws: &[SegmentLaws], strata: &[StratumPlan]) -> Pilot {
        let total: u64 = strata.iter().map(|s| s.stated).sum();
        let channels = ChannelSequence::new(&scenario.market.channels);
        let lattice = Lattice::<5>::new();
        let mut people = Vec::new();
        for stratum in strata {
            let share =
                u128::from(PILOT_SIZE) * u128::from(stratum.stated) / u128::from(total.max(1));
            let count = (share as u64).max(SMALLEST_STRATUM);
            let schedule = Schedule::new(scenario, count, stratum.stated);
            for i in 0..count {
                let u = lattice.point(i);
                let uniforms = TraitUniforms {
                    attrition: u[0],
                    rate: u[1],
                    basket: u[2],
                    age: u[3],
                };
                let mut traits =
                    Traits::from_uniforms(&laws[stratum.segment], &uniforms, stratum.opening);
                let mut anchor = 0.0;
                if !stratum.opening {
                    anchor = schedule.instant(i, u[4]);
                    let channel = &scenario.market.channels[channels.channel(i)];
                    traits.rate *= channel.rate_factor;
                    traits.hazard *= channel.attrition_factor;
                }
                people.push(PilotPerson {
                    segment: stratum.segment,
                    opening: stratum.opening,
                    weight: stratum.stated as f64 / count as f64,
                    anchor,
                    traits,
                });
            }
        }
        let mean_rate = mean_rate(&people);
        let values: Vec<(f64, f64)> = people
            .iter()
            .map(|p| {
                let margin = laws[p.segment].margin_rate;
                (
                    expected_value(&p.traits, margin, p.anchor, scenario),
                    p.weight,
                )
            })
            .collect();
        Pilot {
            mean_rate,
            decile_edges: decile_edges(values),
            people,
        }
    }

    /// People enrollment is calibrated on: the opening base, or the arrivals where there is none.
    pub fn base(&self) -> impl Iterator<Item = &PilotPerson> {
        let any_opening = self.people.iter().any(|p| p.opening);
        self.people.iter().filter(move |p| p.opening == any_opening)
    }

    /// Decile (0 to 9) of a person's expected world-0 value.
    pub fn decile(&self, value: f64) -> usize {
        self.decile_edges
            .iter()
            .filter(|edge| value >= **edge)
            .count()
    }
}

fn mean_rate(people: &[PilotPerson]) -> f64 {
    let any_opening = people.iter().any(|p| p.opening);
    let (mut sum, mut weight) = (0.0, 0.0);
    for person in people.iter().filter(|p| p.opening == any_opening) {
        sum += person.weight * person.traits.rate;
        weight += person.weight;
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// Expected discounted world-0 margin of a person over the horizon, seasons averaged out, minor units. Ranks customers
/// for the deciles of winners and losers; nothing else depends on it.
pub fn expected_value(traits: &Traits, margin_rate: f64, anchor: f64, scenario: &Scenario) -> f64 {
    let months = (f64::from(scenario.horizon_months) - anchor).max(0.0);
    let discount = libm::log1p(scenario.discount_rate) / 12.0;
    let purchases = if traits.exposure_per_purchase > 0.0 {
        // BG: the expected repeat purchases by t are (1 − e^(−λpt))/p.
        let p = -libm::expm1(-traits.exposure_per_purchase);
        -libm::expm1(-traits.rate * p * months) / p
    } else {
        let decay = traits.hazard + discount;
        let annuity = if decay * months > 1e-9 {
            -libm::expm1(-decay * months) / decay
        } else {
            months
        };
        traits.rate * annuity
    };
    purchases * traits.basket * margin_rate
}

fn decile_edges(mut values: Vec<(f64, f64)>) -> [f64; 9] {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = values.iter().map(|v| v.1).sum();
    let mut edges = [f64::INFINITY; 9];
    let (mut sum, mut next) = (0.0, 0);
    for (value, weight) in values {
        while next < 9 && sum >= total * (next as f64 + 1.0) / 10.0 {
            edges[next] = value;
            next += 1;
        }
        sum += weight;
    }
    edges
}
