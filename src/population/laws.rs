//! A segment's laws as tables: monotone inverse CDFs, so that traits come from addressable uniforms.

use super::copula::Copula;
use super::error::LawsError;
use super::opening::OpeningLaw;
use crate::random::elementary::ln;
use crate::scenario::model::{Between, Lifetime, Segment, TenureCurves, Within};
use crate::statistics::curve::Curve;
use crate::statistics::laws;
use crate::statistics::quantile_table::QuantileTable;
use crate::statistics::special::{self, Tail};

/// How this segment's customers leave.
#[derive(Clone, Debug)]
pub enum Attrition {
    /// A hazard per month, constant in time for the person.
    Hazard(QuantileTable),
    /// Exposure −ln(1 − p) added by each repeat purchase.
    PerPurchase(QuantileTable),
}

/// Everything drawn for a person of this segment.
#[derive(Clone, Debug)]
pub struct SegmentLaws {
    /// Purchases per month.
    pub rate: QuantileTable,
    pub attrition: Attrition,
    /// Mean basket of a customer, minor units.
    pub basket: QuantileTable,
    /// Factor of one purchase, mean 1.
    pub within: QuantileTable,
    /// Standard normal scores.
    pub score: QuantileTable,
    pub opening: Option<OpeningLaw>,
    /// Where traits are correlated.
    pub dependence: Option<Dependence>,
    pub margin_rate: f64,
    pub tenure: TenureCurves,
}

/// How traits depend on each other: the copula, and what leads from its normal scores to the traits and back. The curves
/// stand for special functions that would cost more than all other draws of a person.
#[derive(Clone, Debug)]
pub struct Dependence {
    pub copula: Copula,
    /// Score of ln hazard; `None` where all have the same, whose score is 0.
    attrition: Option<Curve>,
    rate: Curve,
    basket: Curve,
}

impl Dependence {
    fn new(
        copula: Copula,
        lifetime: Lifetime,
        (attrition, rate, basket): (&Attrition, &QuantileTable, &QuantileTable),
    ) -> Dependence {
        let hazards = match attrition {
            Attrition::Hazard(table) | Attrition::PerPurchase(table) => table,
        };
        let by_score = |table: &QuantileTable| {
            Curve::new(-LARGEST, LARGEST, |score| {
                table.at(inside(special::normal_cdf(score)))
            })
        };
        let (least, most) = (hazards.min(), hazards.max());
        let varies = copula.reads_attrition && least > 0.0 && least < most;
        Dependence {
            attrition: varies.then(|| {
                Curve::new(libm::log(least), libm::log(most), |log| {
                    attrition_score(lifetime, libm::exp(log))
                })
            }),
            rate: by_score(rate),
            basket: by_score(basket),
            copula,
        }
    }

    /// Rate and basket of a person of this hazard and these independent scores.
    #[inline]
    pub fn traits(&self, hazard: f64, rate: f64, basket: f64) -> (f64, f64) {
        let attrition = self
            .attrition
            .as_ref()
            .map_or(0.0, |curve| curve.at(ln(hazard)));
        let (rate, basket) = self.copula.correlate(attrition, rate, basket);
        (self.rate.at(rate), self.basket.at(basket))
    }
}

/// Normal score of a hazard under the *prior* law: what the copula sees, exact also for survivors because survival
/// depends on the hazard alone.
fn attrition_score(lifetime: Lifetime, hazard: f64) -> f64 {
    let p = match lifetime {
        Lifetime::Never | Lifetime::Constant { .. } => 0.5,
        Lifetime::Pareto {
            shape,
            scale_months,
        } => special::gamma_p(shape, hazard * scale_months),
        Lifetime::BetaMonthly { a, b } | Lifetime::Bg { a, b } => {
            special::beta_p(a, b, -libm::expm1(-hazard))
        }
    };
    special::normal_quantile(Tail::Lower(p.clamp(SMALLEST, 1.0 - SMALLEST)))
}

fn inside(p: f64) -> f64 {
    p.clamp(1e-16, 1.0 - 1e-16)
}

impl SegmentLaws {
    /// Tables of a segment. `opening`: whether it has an opening base; `company_age` in months.
    ///
    /// # Errors
    /// See [`LawsError`].
    pub fn new(
        segment: &Segment,
        opening: bool,
        company_age: Option<f64>,
    ) -> Result<SegmentLaws, LawsError> {
        let rate = match segment.rate_shape {
            None => laws::constant(segment.rate_mean).map_err(LawsError::law)?,
            Some(shape) => laws::gamma(shape, segment.rate_mean / shape).map_err(LawsError::law)?,
        };
        let attrition = match segment.lifetime {
            Lifetime::Never => Attrition::Hazard(laws::constant(0.0).map_err(LawsError::law)?),
            Lifetime::Constant { hazard } => {
                Attrition::Hazard(laws::constant(hazard).map_err(LawsError::law)?)
            }
            Lifetime::Pareto {
                shape,
                scale_months,
            } => Attrition::Hazard(laws::gamma(shape, 1.0 / scale_months).map_err(LawsError::law)?),
            Lifetime::BetaMonthly { a, b } => {
                Attrition::Hazard(laws::beta_hazard(a, b).map_err(LawsError::law)?)
            }
            Lifetime::Bg { a, b } => {
                Attrition::PerPurchase(laws::beta_hazard(a, b).map_err(LawsError::law)?)
            }
        };
        let mean = segment.basket.mean;
        let basket = match segment.basket.between {
            Between::Constant => laws::constant(mean).map_err(LawsError::law)?,
            Between::Lognormal { cv } => laws::lognormal(mean, cv).map_err(LawsError::law)?,
            Between::InverseGamma { shape } => {
                laws::inverse_gamma(shape, mean).map_err(LawsError::law)?
            }
        };
        let within = match segment.basket.within {
            Within::Constant => laws::constant(1.0).map_err(LawsError::law)?,
            Within::Lognormal { cv } => laws::lognormal(1.0, cv).map_err(LawsError::law)?,
            Within::Gamma { shape } => laws::gamma(shape, 1.0 / shape).map_err(LawsError::law)?,
        };
        let opening = if opening {
            Some(OpeningLaw::new(&segment.lifetime, company_age)?)
        } else {
            None
        };
        let dependence = Copula::new(&segment.correlation)
            .map(|copula| Dependence::new(copula, segment.lifetime, (&attrition, &rate, &basket)));
        Ok(SegmentLaws {
            rate,
            attrition,
            basket,
            within,
            score: laws::standard_normal().map_err(LawsError::law)?,
            opening,
            dependence,
            margin_rate: segment.margin_rate,
            tenure: segment.tenure.clone(),
        })
    }

    /// Largest amount one purchase can have, minor units.
    pub fn largest_basket(&self) -> f64 {
        self.basket.max() * self.within.max()
    }
}

/// Scores are kept finite: ±8 standard deviations.
const SMALLEST: f64 = 1e-15;
const LARGEST: f64 = 8.25;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::Correlation;

    /// The curves against the special functions they stand for.
    #[test]
    fn curves_are_what_they_stand_for() {
        let pareto = Lifetime::Pareto {
            shape: 0.8,
            scale_months: 34.7,
        };
        let beta = Lifetime::BetaMonthly { a: 1.2, b: 30.0 };
        let correlation = Correlation {
            rate_attrition: -0.4,
            rate_basket: 0.3,
            attrition_basket: 0.2,
        };
        let rate = laws::gamma(0.9, 0.7).expect("a law");
        let basket = laws::lognormal(1900.0, 0.6).expect("a law");
        for (lifetime, hazards) in [
            (pareto, laws::gamma(0.8, 1.0 / 34.7).expect("a law")),
            (beta, laws::beta_hazard(1.2, 30.0).expect("a law")),
        ] {
            let copula = Copula::new(&correlation).expect("dependent");
            let attrition = Attrition::Hazard(hazards.clone());
            let dependence = Dependence::new(copula, lifetime, (&attrition, &rate, &basket));
            for i in 1..400 {
                let u = f64::from(i) / 400.0;
                let hazard = hazards.at(u);
                let score = attrition_score(lifetime, hazard);
                let (z, w) = (4.0 * u - 2.0, 1.5 - 3.0 * u);
                let (found_rate, found_basket) = dependence.traits(hazard, z, w);
                let (a, b) = copula.correlate(score, z, w);
                let exact = |table: &QuantileTable, s| table.at(inside(special::normal_cdf(s)));
                assert!((found_rate / exact(&rate, a) - 1.0).abs() < 1e-6, "{u}");
                assert!((found_basket / exact(&basket, b) - 1.0).abs() < 1e-6, "{u}");
            }
        }
    }
}
