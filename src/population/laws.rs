//! A segment's laws as tables: monotone inverse CDFs, so that traits come from addressable uniforms.

use super::copula::Copula;
use super::opening::OpeningLaw;
use crate::scenario::model::{Between, Lifetime, Segment, TenureCurves, Within};
use crate::statistics::laws;
use crate::statistics::quantile_table::QuantileTable;
use crate::statistics::special::{self, Tail};

/// Why a segment's laws cannot be built.
#[derive(Clone, Debug, PartialEq)]
pub enum LawsError {
    /// The stationary base of this lifetime is infinite without `company_age_years`.
    InfiniteBase,
    /// BG/NBD has no opening base.
    BgOpening,
    /// A parameter the tables cannot represent.
    Law(String),
}

impl LawsError {
    pub(crate) fn law(error: impl std::fmt::Display) -> LawsError {
        LawsError::Law(error.to_string())
    }
}

impl std::fmt::Display for LawsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LawsError::InfiniteBase => f.write_str(
                "the opening base needs market.company_age_years: without it this lifetime fills an infinite base",
            ),
            LawsError::BgOpening => f.write_str("the bg lifetime has no opening base"),
            LawsError::Law(why) => write!(f, "a distribution cannot be tabulated: {why}"),
        }
    }
}

impl std::error::Error for LawsError {}

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
    pub copula: Option<Copula>,
    pub margin_rate: f64,
    pub tenure: TenureCurves,
    lifetime: Lifetime,
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
        Ok(SegmentLaws {
            rate,
            attrition,
            basket,
            within,
            score: laws::standard_normal().map_err(LawsError::law)?,
            opening,
            copula: Copula::new(&segment.correlation),
            margin_rate: segment.margin_rate,
            tenure: segment.tenure.clone(),
            lifetime: segment.lifetime,
        })
    }

    /// Normal score of a hazard under the *prior* law: what the copula sees, exact also for survivors because survival
    /// depends on the hazard alone.
    pub fn attrition_score(&self, hazard: f64) -> f64 {
        let p = match self.lifetime {
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

    /// Largest amount one purchase can have, minor units.
    pub fn largest_basket(&self) -> f64 {
        self.basket.max() * self.within.max()
    }
}

/// Scores are kept finite: ±8 standard deviations.
const SMALLEST: f64 = 1e-15;
