//! The additive (incremental-rate) method, the natural one for points because the exposure is known: of every point
//! issued, the share m_k is redeemed at age k, m_k = Σ X_(i,k) ÷ Σ P_i over the origins observed there. Base of every
//! rate: points *issued*. The redemption rate is Σ m_k.
//!
//! A prior says what is expected where the triangle says little: rates by age and the number of issued points they are
//! worth, m_k = (Σ X + w m⁰_k) ÷ (Σ P + w). With w = 0 the data speak alone; ages without data are the prior's.
//!
//! A tail factor multiplies the sum of the rates: Σ m_k (tail − 1) of the points issued is redeemed later than any age, of
//! every origin. A prior that goes beyond the triangle says itself what comes, and when: then the tail is not used.
//!
//! Errors: X_(i,k) has mean P_i m_k and variance P_i s²_k, independent (K. D. Schmidt, *Methods and models of loss
//! reserving based on run-off triangles*, CAS Forum 2006), s²_k = Σ P (X ÷ P − m)² ÷ (n − 1), the last by the same rules
//! as Mack's. The prior counts as known.

use super::chain_ladder::Tail;
use super::mack::Errors;
use super::projection::Projection;
use super::sigma::SigmaRule;
use super::triangle::Triangle;
use super::{Refusal, finite};
use crate::liability::measure::basis::OfIssued;

/// What was expected before the triangle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prior {
    /// Share of issued points redeemed at each age; may reach beyond the triangle.
    pub rates: Vec<f64>,
    /// Issued points the rates are worth; 0 uses them only where there are no data.
    pub points: f64,
}

/// The rate of one age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgeRate {
    pub rate: OfIssued,
    /// Issued points of the origins observed at this age.
    pub exposure: f64,
    pub variance: Option<f64>,
}

/// A fitted additive method.
#[derive(Clone, Debug, PartialEq)]
pub struct Additive {
    pub ages: Vec<AgeRate>,
    /// Rates of the prior at the ages after the last of the triangle.
    pub later: Vec<f64>,
    /// Beyond the last age of the triangle, together: `later`, or what the tail says.
    pub beyond: OfIssued,
    /// Weight of the prior in issued points.
    prior_points: f64,
    pub projection: Projection,
}

impl Additive {
    /// Fits the rates and projects every origin.
    ///
    /// # Errors
    /// If issued points are missing, or an age has neither data nor prior; for one age only, without a prior that says
    /// what follows.
    pub fn fit(triangle: &Triangle, prior: &Prior) -> Result<Additive, Refusal> {
        Additive::fit_with_tail(triangle, prior, Tail::NONE)
    }

    /// The same, with what comes after the last age. Errors hold none of the tail.
    ///
    /// # Errors
    /// As [`Additive::fit`]; one age is enough where a tail is stated.
    pub fn fit_with_tail(
        triangle: &Triangle,
        prior: &Prior,
        tail: Tail,
    ) -> Result<Additive, Refusal> {
        let issued = triangle.issued().ok_or(Refusal::NoIssued)?;
        validate(prior)?;
        tail.validate()?;
        if triangle.ages() < 2 && prior.rates.len() < 2 && tail.factor == 1.0 {
            return Err(Refusal::OneAge);
        }
        let ages: Result<Vec<AgeRate>, Refusal> = (0..triangle.ages())
            .map(|age| rate(triangle, issued, age, prior))
            .collect();
        let ages = ages?;
        let later: Vec<f64> = prior.rates.iter().skip(ages.len()).copied().collect();
        let beyond = if later.is_empty() {
            ages.iter().map(|age| age.rate.0).sum::<f64>() * (tail.factor - 1.0)
        } else {
            later.iter().sum()
        };
        let mut fitted = Additive {
            projection: Projection::new(triangle, |_, _| 0.0, |_| 0.0),
            ages,
            later,
            beyond: OfIssued(beyond),
            prior_points: prior.points,
        };
        fitted.projection = fitted.project(triangle, issued)?;
        Ok(fitted)
    }

    /// What these rates make of another triangle of as many ages.
    ///
    /// # Errors
    /// If its issued points are missing.
    pub fn apply(&self, triangle: &Triangle) -> Result<Projection, Refusal> {
        let issued = triangle.issued().ok_or(Refusal::NoIssued)?;
        self.project(triangle, issued)
    }

    fn project(&self, triangle: &Triangle, issued: &[f64]) -> Result<Projection, Refusal> {
        let points = |row: usize| issued.get(row).copied().unwrap_or(0.0);
        let known = self.ages.iter().map(|age| age.rate.0);
        let rates: Vec<f64> = known.chain(self.later.iter().copied()).collect();
        let undated = if self.later.is_empty() {
            self.beyond.0
        } else {
            0.0
        };
        let projection = Projection::over(
            triangle,
            rates.len(),
            |row, age| points(row) * rates.get(age).copied().unwrap_or(0.0),
            |row| points(row) * undated,
        );
        finite(&projection.ultimates())?;
        Ok(projection)
    }

    /// Ultimate redemption rate that the rates imply for any origin.
    pub fn redemption_rate(&self) -> OfIssued {
        OfIssued(self.ages.iter().map(|a| a.rate.0).sum::<f64>() + self.beyond.0)
    }

    /// Standard errors of the ultimates, by origin and of all.
    ///
    /// # Errors
    /// If no variance can be estimated.
    pub fn standard_errors(
        &self,
        triangle: &Triangle,
        rule: SigmaRule,
    ) -> Result<(Vec<Errors>, Errors), Refusal> {
        let issued = triangle.issued().ok_or(Refusal::NoIssued)?;
        let estimated: Vec<Option<f64>> = self.ages.iter().map(|age| age.variance).collect();
        let variances = rule.complete(&estimated)?;
        let mut process = vec![0.0; triangle.rows()];
        let mut parameter = vec![0.0; triangle.rows()];
        let (mut all_process, mut all_parameter) = (0.0, 0.0);
        for (age, (rate, variance)) in self.ages.iter().zip(&variances).enumerate() {
            let weight = rate.exposure + self.prior_points;
            // Var of (Σ X + w m⁰) ÷ (Σ P + w).
            let of_rate = if weight > 0.0 {
                variance * (rate.exposure / weight) / weight
            } else {
                0.0
            };
            let mut open = 0.0;
            for (row, points) in issued.iter().enumerate() {
                if triangle.latest(row).0 >= age {
                    continue;
                }
                open += points;
                process[row] += points * variance;
                parameter[row] += points * points * of_rate;
            }
            all_process += open * variance;
            all_parameter += open * open * of_rate;
        }
        let errors = |process: f64, parameter: f64| Errors {
            process: libm::sqrt(process),
            parameter: libm::sqrt(parameter),
        };
        finite(&[all_process, all_parameter])?;
        let by_origin = process
            .iter()
            .zip(&parameter)
            .map(|(a, b)| errors(*a, *b))
            .collect();
        Ok((by_origin, errors(all_process, all_parameter)))
    }
}

fn validate(prior: &Prior) -> Result<(), Refusal> {
    let points = ("weight of the prior", prior.points, f64::INFINITY);
    let rates = prior
        .rates
        .iter()
        .map(|rate| ("prior rate of an age", *rate, 1.0));
    for (what, value, most) in rates.chain([points]) {
        if !(value.is_finite() && (0.0..=most).contains(&value)) {
            let wanted = "a number, zero or positive (a rate at most 1)";
            return Err(Refusal::Argument {
                what,
                value,
                wanted,
            });
        }
    }
    Ok(())
}

fn rate(
    triangle: &Triangle,
    issued: &[f64],
    age: usize,
    prior: &Prior,
) -> Result<AgeRate, Refusal> {
    let seen: Vec<(f64, f64)> = issued
        .iter()
        .enumerate()
        .filter_map(|(row, points)| Some((*points, triangle.increment(row, age)?)))
        .collect();
    let exposure: f64 = seen.iter().map(|s| s.0).sum();
    let redeemed: f64 = seen.iter().map(|s| s.1).sum();
    let expected = prior.rates.get(age).copied();
    let rate = match expected {
        Some(expected) if exposure + prior.points > 0.0 => {
            (redeemed + prior.points * expected) / (exposure + prior.points)
        }
        Some(expected) => expected,
        None if exposure > 0.0 => redeemed / exposure,
        None => return Err(Refusal::NoExposure { age: age + 1 }),
    };
    let mean = if exposure > 0.0 {
        redeemed / exposure
    } else {
        rate
    };
    let (mut squares, mut used) = (0.0, 0usize);
    for (points, increment) in seen.iter().filter(|s| s.0 > 0.0) {
        let miss = increment / points - mean;
        squares += points * miss * miss;
        used += 1;
    }
    Ok(AgeRate {
        rate: OfIssued(rate),
        exposure,
        variance: (used > 1).then(|| squares / (used - 1) as f64),
    })
}
