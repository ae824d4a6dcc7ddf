//! Does the stated base fit the stated inflow? The stationary base is inflow × expected months alive up to the company's
//! age; a market whose base is far from it drifts in world 0, and every program looks better or worse for it.

use super::error::LawsError;
use super::person::Traits;
use super::pilot::Pilot;
use super::{SegmentLaws, strata};
use crate::scenario::model::{Lifetime, Scenario};
use crate::statistics::special;

/// Stated against implied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stationary {
    /// Opening customers as stated.
    pub stated_base: f64,
    /// Customers the inflow sustains; `None` where it is infinite or there is no inflow.
    pub implied_base: Option<f64>,
    /// Expected customers in world 0 at the horizon.
    pub base_at_horizon: f64,
}

/// Compares the stated base with what inflow and lifetimes imply.
///
/// # Errors
/// Where a segment's laws cannot be built.
pub fn stationary(scenario: &Scenario) -> Result<Stationary, LawsError> {
    let laws = segment_laws(scenario)?;
    let strata = strata::plan(scenario).unwrap_or_default();
    let pilot = Pilot::new(scenario, &laws, &strata);
    let horizon = f64::from(scenario.horizon_months);
    let base_at_horizon = pilot
        .people
        .iter()
        .map(|p| p.weight * libm::exp(-leaving_rate(&p.traits) * (horizon - p.anchor).max(0.0)))
        .sum();
    let inflow = scenario.market.arrivals_per_year / 12.0;
    let age = scenario.market.company_age_months;
    let months: Option<f64> = scenario
        .segments
        .iter()
        .map(|s| months_by_channel(scenario, &s.lifetime, age).map(|m| m * s.share))
        .sum();
    Ok(Stationary {
        stated_base: scenario.market.customers as f64,
        implied_base: months.filter(|_| inflow > 0.0).map(|m| m * inflow),
        base_at_horizon,
    })
}

/// Leavings per month at this moment; under BG those of a coin after each purchase, seasons averaged out.
fn leaving_rate(traits: &Traits) -> f64 {
    traits.hazard + traits.rate * -libm::expm1(-traits.exposure_per_purchase)
}

/// [`expected_months`] over the channels of arrival: a hazard times f is a life f times as fast.
fn months_by_channel(scenario: &Scenario, lifetime: &Lifetime, limit: Option<f64>) -> Option<f64> {
    scenario
        .market
        .channels
        .iter()
        .map(|channel| {
            let speed = channel.attrition_factor;
            let months = expected_months(lifetime, limit.map(|age| age * speed))?;
            Some(channel.share * months / speed)
        })
        .sum()
}

/// The laws of every segment of a scenario.
///
/// # Errors
/// See [`LawsError`].
pub fn segment_laws(scenario: &Scenario) -> Result<Vec<SegmentLaws>, LawsError> {
    let opening = scenario.market.customers > 0;
    scenario
        .segments
        .iter()
        .map(|s| SegmentLaws::new(s, opening, scenario.market.company_age_months))
        .collect()
}

/// E[min(lifetime, limit)] in months of a new customer; `None` where infinite or, under BG, not a calendar time.
pub fn expected_months(lifetime: &Lifetime, limit: Option<f64>) -> Option<f64> {
    match (*lifetime, limit) {
        (Lifetime::Never, limit) => limit,
        (Lifetime::Constant { hazard }, None) => (hazard > 0.0).then(|| 1.0 / hazard),
        (Lifetime::Constant { hazard }, Some(a)) => Some(if hazard > 0.0 {
            -libm::expm1(-hazard * a) / hazard
        } else {
            a
        }),
        (
            Lifetime::Pareto {
                shape,
                scale_months,
            },
            limit,
        ) => {
            let power = 1.0 - shape;
            match limit {
                None => (shape > 1.0).then(|| scale_months / (shape - 1.0)),
                Some(a) if power.abs() < 1e-9 => Some(scale_months * libm::log1p(a / scale_months)),
                Some(a) => {
                    Some(scale_months / power * libm::expm1(power * libm::log1p(a / scale_months)))
                }
            }
        }
        (Lifetime::BetaMonthly { a, b }, limit) => {
            // S(t) = B(a, b + t)/B(a, b), integrated by Simpson's rule on a grid that widens with age.
            let end = match limit {
                None if a <= 1.0 => return None,
                None => 1e7,
                Some(limit) => limit,
            };
            let base = special::ln_beta(a, b);
            let survival = |t: f64| libm::exp(special::ln_beta(a, b + t) - base);
            let cells = 4000;
            let at = |i: usize| {
                let x = i as f64 / f64::from(cells);
                libm::expm1(x * libm::log1p(end))
            };
            Some(
                (0..cells as usize)
                    .map(|i| {
                        let (lo, hi) = (at(i), at(i + 1));
                        (hi - lo) / 6.0
                            * (survival(lo) + 4.0 * survival(0.5 * (lo + hi)) + survival(hi))
                    })
                    .sum(),
            )
        }
        (Lifetime::Bg { .. }, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_months_have_their_closed_forms() {
        let near =
            |a: Option<f64>, b: f64| assert!((a.unwrap() / b - 1.0).abs() < 1e-6, "{a:?} {b}");
        near(
            expected_months(&Lifetime::Constant { hazard: 0.02 }, None),
            50.0,
        );
        near(
            expected_months(
                &Lifetime::Pareto {
                    shape: 3.0,
                    scale_months: 40.0,
                },
                None,
            ),
            20.0,
        );
        near(
            expected_months(
                &Lifetime::Pareto {
                    shape: 1.0,
                    scale_months: 40.0,
                },
                Some(40.0),
            ),
            40.0 * libm::log(2.0),
        );
        assert_eq!(
            expected_months(
                &Lifetime::Pareto {
                    shape: 0.9,
                    scale_months: 40.0
                },
                None
            ),
            None
        );
        // A sharp beta is a constant hazard −ln(1 − p).
        let p: f64 = 0.03;
        near(
            expected_months(
                &Lifetime::BetaMonthly {
                    a: 3e6,
                    b: 3e6 * (1.0 - p) / p,
                },
                Some(1200.0),
            ),
            -1.0 / libm::log1p(-p),
        );
    }
}
