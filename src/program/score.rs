//! The score that ranks customers for status and for being an ambassador: a weighted sum of the visits and the spend of a
//! trailing window, in standard deviations of it above the average customer.
//!
//! Contacts, training and content are no part of it: nothing of them is simulated.

use crate::population::Pilot;
use crate::scenario::model::{Scenario, Within};

/// A linear score with its population constants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// What a visit adds, in standard deviations.
    pub per_visit: f64,
    /// What a minor unit paid adds.
    pub per_minor: f64,
    /// Where the average customer stands, counted from no purchase at all.
    pub average: f64,
}

impl Score {
    /// Weights of visits and spend within a window of so many months, scaled on the pilot's base.
    pub fn new(scenario: &Scenario, pilot: &Pilot, months: f64, weights: [f64; 2]) -> Score {
        let moments = Moments::new(scenario, pilot, months);
        let per = |weight: f64, variance: f64| {
            if variance > 0.0 {
                weight / libm::sqrt(variance)
            } else {
                0.0
            }
        };
        let a = per(weights[0], moments.variance[0]);
        let b = per(weights[1], moments.variance[1]);
        let variance = a * a * moments.variance[0]
            + b * b * moments.variance[1]
            + 2.0 * a * b * moments.covariance;
        let scale = per(1.0, variance);
        let (per_visit, per_minor) = (a * scale, b * scale);
        Score {
            per_visit,
            per_minor,
            average: per_visit * moments.mean[0] + per_minor * moments.mean[1],
        }
    }

    /// Standard deviations above the average customer.
    #[inline]
    pub fn of(&self, visits: u32, paid: i64) -> f64 {
        self.per_visit * f64::from(visits) + self.per_minor * paid as f64 - self.average
    }
}

/// Means, variances and covariance of a window's visits and spend over the pilot's base, seasons averaged out: purchases
/// are Poisson around each person's own rate, baskets vary around each person's own mean.
struct Moments {
    mean: [f64; 2],
    variance: [f64; 2],
    covariance: f64,
}

impl Moments {
    fn new(scenario: &Scenario, pilot: &Pilot, months: f64) -> Moments {
        let (mut weight, mut first, mut second) = (0.0, [0.0; 2], [0.0; 3]);
        for person in pilot.base() {
            let visits = person.traits.rate * months;
            let basket = person.traits.basket;
            let spend = visits * basket;
            let spread = match scenario.segments[person.segment].basket.within {
                Within::Constant => 0.0,
                Within::Lognormal { cv } => cv * cv,
                Within::Gamma { shape } => 1.0 / shape,
            };
            weight += person.weight;
            first[0] += person.weight * visits;
            first[1] += person.weight * spend;
            // Square of the person's mean, and the variance of a compound Poisson sum around it.
            second[0] += person.weight * (visits * visits + visits);
            second[1] += person.weight * (spend * spend + spend * basket * (1.0 + spread));
            second[2] += person.weight * (visits * spend + spend);
        }
        let weight = if weight > 0.0 { weight } else { 1.0 };
        let mean = first.map(|sum| sum / weight);
        Moments {
            mean,
            variance: [0, 1].map(|k| second[k] / weight - mean[k] * mean[k]),
            covariance: second[2] / weight - mean[0] * mean[1],
        }
    }
}
