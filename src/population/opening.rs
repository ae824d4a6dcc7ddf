//! The opening base: customers alive at month 0, with the ages of a constant past inflow.
//!
//! A customer who is already there has survived so far. The age density among those alive is proportional to the
//! survival function, truncated at the company's age; given the age, the hazard is drawn from its law among survivors.
//! Older customers leave less by sorting alone.

use super::error::LawsError;
use crate::random::elementary::{exp, ln};
use crate::scenario::model::Lifetime;
use crate::statistics::laws;
use crate::statistics::quantile_table::QuantileTable;
use crate::statistics::reweight::reweighted;

/// Joint law of age and hazard in the opening base.
#[derive(Clone, Debug)]
pub enum OpeningLaw {
    /// The company opened today (or has no age): everyone is new, hazards follow the prior.
    New,
    /// Pareto: age by its inverse CDF, then hazard ~ Gamma(s, β + age).
    Pareto {
        shape: f64,
        scale: f64,
        company_age: Option<f64>,
        /// Gamma(s, 1).
        unit_gamma: QuantileTable,
    },
    /// Hazard by its marginal law among those alive, then age | hazard ~ exponential truncated at the company's age.
    Marginal {
        hazards: QuantileTable,
        company_age: Option<f64>,
    },
    /// Nobody leaves: ages are uniform.
    Uniform { company_age: f64 },
}

impl OpeningLaw {
    /// The law for a lifetime model and the company's age in months (`None`: infinitely old).
    ///
    /// # Errors
    /// Where the untruncated age density is not integrable, or the model has no opening base.
    pub fn new(lifetime: &Lifetime, company_age: Option<f64>) -> Result<OpeningLaw, LawsError> {
        if company_age == Some(0.0) {
            return Ok(OpeningLaw::New);
        }
        match *lifetime {
            Lifetime::Never => match company_age {
                None => Ok(OpeningLaw::New),
                Some(company_age) => Ok(OpeningLaw::Uniform { company_age }),
            },
            Lifetime::Constant { hazard } => Ok(OpeningLaw::Marginal {
                hazards: laws::constant(hazard).map_err(LawsError::law)?,
                company_age,
            }),
            Lifetime::Pareto {
                shape,
                scale_months,
            } => {
                if company_age.is_none() && shape <= 1.0 {
                    return Err(LawsError::InfiniteBase);
                }
                Ok(OpeningLaw::Pareto {
                    shape,
                    scale: scale_months,
                    company_age,
                    unit_gamma: laws::gamma(shape, 1.0).map_err(LawsError::law)?,
                })
            }
            Lifetime::BetaMonthly { a, b } => {
                if company_age.is_none() && a <= 1.0 {
                    return Err(LawsError::InfiniteBase);
                }
                let prior = laws::beta_hazard(a, b).map_err(LawsError::law)?;
                Ok(OpeningLaw::Marginal {
                    hazards: survivors(&prior, company_age)?,
                    company_age,
                })
            }
            Lifetime::Bg { .. } => Err(LawsError::BgOpening),
        }
    }

    /// Age and hazard from two uniforms; `prior` is the hazard of a new customer for the same uniform.
    #[inline]
    pub fn draw(&self, age: f64, hazard: f64, prior: f64) -> (f64, f64) {
        match self {
            OpeningLaw::New => (0.0, prior),
            OpeningLaw::Uniform { company_age } => (age * company_age, 0.0),
            OpeningLaw::Pareto {
                shape,
                scale,
                company_age,
                unit_gamma,
            } => {
                let age = pareto_age(*shape, *scale, *company_age, age);
                (age, unit_gamma.at(hazard) / (scale + age))
            }
            OpeningLaw::Marginal {
                hazards,
                company_age,
            } => {
                let hazard = hazards.at(hazard);
                (truncated_exponential(hazard, *company_age, age), hazard)
            }
        }
    }
}

/// Inverse CDF of the age density ∝ (β/(β + T))^s on [0, company age].
fn pareto_age(shape: f64, scale: f64, company_age: Option<f64>, u: f64) -> f64 {
    let power = 1.0 - shape;
    let age = if power.abs() < 1e-9 {
        let limit = company_age.map_or(f64::INFINITY, |a| ln(1.0 + a / scale));
        scale * (exp(u * limit) - 1.0)
    } else {
        let end = company_age.map_or(-1.0, |a| exp(power * ln(1.0 + a / scale)) - 1.0);
        scale * (exp(ln(1.0 + u * end) / power) - 1.0)
    };
    age.clamp(0.0, company_age.unwrap_or(f64::MAX))
}

/// Inverse CDF of the exponential with this rate, truncated at the company's age.
fn truncated_exponential(rate: f64, company_age: Option<f64>, u: f64) -> f64 {
    let Some(limit) = company_age else {
        return if rate > 0.0 { -ln(1.0 - u) / rate } else { 0.0 };
    };
    let reach = rate * limit;
    if reach < 1e-9 {
        return u * limit;
    }
    let mass = 1.0 - exp((-reach).max(-700.0));
    (-ln(1.0 - u * mass) / rate).min(limit)
}

/// Law of the hazard among those alive: density ∝ prior(h)·(1 − e^(−hA))/h.
fn survivors(prior: &QuantileTable, company_age: Option<f64>) -> Result<QuantileTable, LawsError> {
    let weight = |h: f64| {
        let limit = company_age.unwrap_or(f64::INFINITY);
        let reach = h * limit;
        if reach < 1e-9 {
            limit
        } else {
            -libm::expm1(-reach) / h
        }
    };
    reweighted(prior, weight).map_err(LawsError::law)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pareto_ages_invert_their_integral() {
        for shape in [0.5, 0.9, 1.0, 1.7] {
            for u in [0.01, 0.3, 0.77, 0.999] {
                let (scale, limit) = (72.0, 300.0);
                let age = pareto_age(shape, scale, Some(limit), u);
                let integral = |to: f64| {
                    let n = 20_000;
                    (0..n)
                        .map(|i| {
                            let t = (f64::from(i) + 0.5) / f64::from(n) * to;
                            libm::pow(scale / (scale + t), shape) * to / f64::from(n)
                        })
                        .sum::<f64>()
                };
                assert!(
                    (integral(age) / integral(limit) - u).abs() < 1e-6,
                    "{shape} {u}"
                );
            }
        }
        let endless = pareto_age(2.0, 10.0, None, 0.5);
        assert!(
            (endless - 10.0).abs() < 1e-9,
            "median of a Lomax of shape 1 is its scale: {endless}"
        );
    }

    #[test]
    fn truncated_exponential_reaches_its_limits() {
        assert!(truncated_exponential(0.1, Some(20.0), 1e-12) < 1e-6);
        assert!((truncated_exponential(0.1, Some(20.0), 1.0 - 1e-12) - 20.0).abs() < 1e-6);
        assert!((truncated_exponential(0.0, Some(20.0), 0.25) - 5.0).abs() < 1e-9);
    }
}
