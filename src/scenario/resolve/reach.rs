//! A reward that hardly anybody can reach is a slip: it is refused before an hour of simulation shows it.
//!
//! What a member issues within one term (five years where points do not expire by themselves) is a mixture over segments
//! and purchase rates. The rate runs over a grid of normal scores through the Wilson–Hilferty cube, and given the rate
//! the total is taken as lognormal with its exact mean and variance. Both err by less than a third in the upper tail
//! (for rates of shape 0.05 and more), so only rewards well beyond the 99.9th percentile are refused.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::Context;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::{Between, Expiry, Program, Scenario, Segment, Version, Within};
use crate::scenario::raw;
use crate::scenario::raw::message::shown;

/// Share of members below which a reward is out of reach.
pub(super) const FEW: f64 = 0.001;

/// How far beyond that share's reach a reward must be, to leave room for the approximation and for lifts.
pub(super) const MARGIN: f64 = 1.5;

/// Months in which members save where points do not expire by themselves.
const LONG: f64 = 60.0;

/// Step of the grid of normal scores, from −4 to 4.
const STEP: f64 = 0.25;

/// Refuses unreachable rewards; runs only on scenarios without any other error.
pub fn check(context: &mut Context<'_>, scenario: &Scenario) {
    for (raw, program) in context.raw.program.iter().zip(&scenario.programs) {
        // An inherited book may hold anything, and a card that grants no points at all promises no reward.
        let grants_nothing = |v: &Version| v.earn.points_num == 0 && v.earn.sign_up_bonus == 0;
        if program.opening.is_some() || program.versions.iter().all(grants_nothing) {
            continue;
        }
        let first = program.versions.iter().zip(std::iter::once(&raw.reward));
        let later = program.versions.iter().skip(1);
        let changes = raw.version.iter().map(|change| &change.reward);
        for (version, rewards) in first.chain(later.zip(changes)) {
            if refuse_first(context, scenario, program, version, rewards) {
                break;
            }
        }
    }
}

/// Refuses the first unreachable reward of a list.
fn refuse_first(
    context: &mut Context<'_>,
    scenario: &Scenario,
    program: &Program,
    version: &Version,
    rewards: &[raw::reward::Reward],
) -> bool {
    let months = match version.expiry {
        // Points of month m last to the end of month m + k.
        Expiry::FixedTerm { months } => f64::from(months + 1).min(LONG),
        // Of January, the longest.
        Expiry::Calendar { years, .. } => f64::from(12 * (years + 1)).min(LONG),
        Expiry::Never | Expiry::Inactivity { .. } => LONG,
    };
    let saver = Saver::new(scenario, program, months);
    for reward in rewards {
        let points = reward.points.value as f64;
        if saver.share_reaching(scenario, points / MARGIN) >= FEW {
            continue;
        }
        let most = saver.reach_of_few(scenario, points);
        context.reader.push(
            Diagnostic::error(
                Code::Unsuitable,
                format!("a reward nobody can reach: {} points", shown(points)),
                reward.points.at.span.clone(),
            )
            .expecting(format!(
                "{}, what one member in a thousand earns in {months} months",
                if most < 1.0 {
                    "less than 1".to_owned()
                } else {
                    format!("at most about {}", shown(libm::round(most)))
                }
            ))
            .with_help(if most < 1.0 {
                // A price is a whole number of points.
                "more points per unit of currency, or a later expiry"
            } else {
                "a lower price, more points per unit of currency, or a later expiry"
            }),
        );
        return true;
    }
    false
}

/// How fast points can be saved under the most generous rules of a program.
pub(super) struct Saver {
    months: f64,
    /// Points per minor unit paid; one per visit, whatever is paid, where `None`.
    points_per_minor: Option<f64>,
    bonus: f64,
    /// Most points in these months by the cap per month.
    ceiling: f64,
    /// Largest factor of channel and trend on the purchase rate.
    growth: f64,
}

impl Saver {
    pub(super) fn new(scenario: &Scenario, program: &Program, months: f64) -> Saver {
        let most = |f: fn(&Version) -> f64| program.versions.iter().map(f).fold(0.0, f64::max);
        let rates = program.versions.iter();
        let points = rates
            .map(|v| program.most_points_per_minor(v))
            .fold(0.0, f64::max);
        let market = &scenario.market;
        let years = f64::from(scenario.horizon_months) / 12.0;
        let channel = market
            .channels
            .iter()
            .map(|c| c.rate_factor)
            .fold(1.0, f64::max);
        Saver {
            months,
            points_per_minor: Some(points),
            bonus: most(|v| v.earn.sign_up_bonus as f64),
            ceiling: months
                * most(|v| v.earn.cap_per_month.map_or(f64::INFINITY, |cap| cap as f64)),
            growth: channel * libm::pow(1.0 + market.trend_per_year, years).max(1.0),
        }
    }

    /// The same customers adding up money instead, per minor unit, or visits; neither bonus nor cap.
    pub(super) fn adding_up(mut self, per_minor: Option<f64>) -> Saver {
        self.points_per_minor = per_minor;
        self.bonus = 0.0;
        self.ceiling = f64::INFINITY;
        self
    }

    /// The same customers saving points at this rate, without bonus and under the same cap.
    pub(super) fn at_rate(mut self, points_per_minor: f64) -> Saver {
        self.points_per_minor = Some(points_per_minor);
        self.bonus = 0.0;
        self
    }

    /// Largest amount that a share of [`FEW`] reaches, below `top`.
    pub(super) fn reach_of_few(&self, scenario: &Scenario, top: f64) -> f64 {
        let (mut lo, mut hi) = (0.0, top);
        for _ in 0..40 {
            let middle = 0.5 * (lo + hi);
            if self.share_reaching(scenario, middle) >= FEW {
                lo = middle;
            } else {
                hi = middle;
            }
        }
        lo
    }

    /// Share of customers who issue at least so many points.
    pub(super) fn share_reaching(&self, scenario: &Scenario, points: f64) -> f64 {
        let needed = points - self.bonus;
        if needed <= 0.0 {
            return 1.0;
        }
        if needed > self.ceiling {
            return 0.0;
        }
        let mut share = 0.0;
        for segment in &scenario.segments {
            share += segment.share * self.of_segment(segment, needed);
        }
        share
    }

    fn of_segment(&self, segment: &Segment, needed: f64) -> f64 {
        let purchases = segment.rate_mean * self.months * self.growth;
        let size = Size::of(segment, self.points_per_minor);
        let Some(shape) = segment.rate_shape else {
            return above(needed, purchases, &size);
        };
        let mut share = 0.0;
        let mut z = 4.0;
        while z >= -4.0 {
            // Wilson and Hilferty 1931: the cube root of a gamma variable is nearly normal.
            let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * libm::sqrt(shape));
            let factor = if root > 0.0 { root * root * root } else { 0.0 };
            let weight = STEP * libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * PI);
            share += weight * above(needed, purchases * factor, &size);
            z -= STEP;
        }
        share
    }
}

/// P(points ≥ needed) of a customer with so many expected purchases, by a lognormal of the same mean and variance.
fn above(needed: f64, purchases: f64, size: &Size) -> f64 {
    if purchases * size.mean <= 0.0 {
        return 0.0;
    }
    let visits = (1.0 + size.within) / purchases;
    let variance = libm::log1p((1.0 + size.between) * (1.0 + visits) - 1.0);
    let sigma = libm::sqrt(variance.max(1e-12));
    let score = (libm::log(needed / (purchases * size.mean)) + 0.5 * variance) / sigma;
    0.5 * libm::erfc(score * FRAC_1_SQRT_2)
}

/// What one visit adds: its mean, and its squared coefficients of variation between and within customers.
struct Size {
    mean: f64,
    between: f64,
    within: f64,
}

impl Size {
    fn of(segment: &Segment, per_minor: Option<f64>) -> Size {
        match per_minor {
            Some(per_minor) => Size {
                mean: segment.basket.mean * per_minor,
                between: between(segment),
                within: within(segment),
            },
            None => Size {
                mean: 1.0,
                between: 0.0,
                within: 0.0,
            },
        }
    }
}

fn between(segment: &Segment) -> f64 {
    match segment.basket.between {
        Between::Constant => 0.0,
        Between::Lognormal { cv } => cv * cv,
        Between::InverseGamma { shape } if shape > 2.01 => 1.0 / (shape - 2.0),
        Between::InverseGamma { .. } => 100.0,
    }
}

fn within(segment: &Segment) -> f64 {
    match segment.basket.within {
        Within::Constant => 0.0,
        Within::Lognormal { cv } => cv * cv,
        Within::Gamma { shape } => 1.0 / shape,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Share of customers of a market with one segment who issue so many points in 60 months.
    fn share(purchases: &str, basket: &str, points: f64) -> f64 {
        let text = format!(
            "name = \"x\"\ncurrency = \"EUR\"\nstart = \"2027-01\"\n[market]\narrivals_per_year = 100\n[[segment]]\n\
             name = \"s\"\npurchases_per_year = {purchases}\nlifetime = {{ model = \"never\" }}\nbasket = {basket}\n\
             margin_rate = 0.3\n[[program]]\nname = \"p\"\n[[program.reward]]\nname = \"r\"\nkind = \"tender\"\n\
             points = 10\nface_value = 1\n"
        );
        let scenario = crate::scenario::parse(&text).scenario.unwrap();
        let saver = Saver::new(&scenario, &scenario.programs[0], 60.0);
        saver.share_reaching(&scenario, points)
    }

    #[test]
    fn alike_customers_follow_the_poisson_law() {
        // Poisson of mean 120, ten points a visit: the 99.9th percentile is 155 visits (summed directly). The share must
        // cross one in a thousand within six percent of it.
        let basket = "{ mean = 10, between_cv = 0, within_cv = 0 }";
        assert!(share("24", basket, 1460.0) > FEW);
        assert!(share("24", basket, 1640.0) < FEW);
        let half = share("24", basket, 1200.0);
        assert!((half - 0.5).abs() < 0.03, "{half}");
    }

    #[test]
    fn exponential_rates_have_an_exponential_tail() {
        // Shape 1, large baskets of equal size: P(rate > 6.9 times the mean) = 0.001.
        let basket = "{ mean = 10, between_cv = 0, within_cv = 0 }";
        let tail = share("{ mean = 200, shape = 1 }", basket, 6.9 * 10_000.0);
        assert!((0.0007..0.0014).contains(&tail), "{tail}");
    }
}
