//! The over-dispersed Poisson model of increments: mean a_i b_k, variance φ · mean. Its estimates are the chain ladder's
//! on a complete triangle (Renshaw and Verrall 1998); its prediction error is analytic (P. D. England and R. J. Verrall,
//! *Stochastic claims reserving in general insurance*, British Actuarial Journal 8, 2002, 7.2–7.5):
//! process² = φ Σ m, estimation² = φ g' I⁻¹ g with g the gradient of the reserve and I the information.
//!
//! An origin or age whose increments sum to 0 has mean 0, is predicted to add nothing, and takes no part. One that sums
//! to less than 0 is refused. No tail: the model knows only the ages observed.

use super::chain_ladder::{ChainLadder, Tail};
use super::mack::Errors;
use super::projection::Projection;
use super::triangle::Triangle;
use super::{Refusal, finite};
use crate::statistics::cholesky::Symmetric;

/// Alternations of the fit: a complete triangle starts at the answer, gaps take some tens.
const MOST_STEPS: usize = 20_000;
/// Relative change at which the fit has settled.
const SETTLED: f64 = 1e-13;

/// A fitted model.
#[derive(Clone, Debug)]
pub struct OverDispersedPoisson {
    /// Fitted mean of an increment is the product of the origin's and the age's factor.
    origins: Vec<f64>,
    ages: Vec<f64>,
    /// (row, age, increment) of every observation.
    observed: Vec<(usize, usize, f64)>,
    /// Inverse information (without φ), by place of the parameters.
    inverse: Symmetric,
    places: Places,
    /// Dispersion: Pearson's χ² ÷ degrees of freedom.
    pub phi: f64,
    pub degrees: usize,
    pub projection: Projection,
    pub by_origin: Vec<Errors>,
    pub all: Errors,
}

/// Where the parameter of an origin or age stands in the information; none for those without one.
#[derive(Clone, Debug)]
struct Places {
    origins: Vec<Option<usize>>,
    ages: Vec<Option<usize>>,
    count: usize,
}

impl OverDispersedPoisson {
    /// Fits the model to the increments that are known.
    ///
    /// # Errors
    /// If sums are negative, the fit does not settle, parameters are not determined, or no degrees of freedom are left.
    pub fn fit(triangle: &Triangle) -> Result<OverDispersedPoisson, Refusal> {
        if triangle.ages() < 2 {
            return Err(Refusal::OneAge);
        }
        let observed = observations(triangle);
        let (origins, ages) = means(triangle, &observed)?;
        let places = places(&origins, &ages);
        let mut information = Symmetric::zeros(places.count);
        for (row, age, _) in &observed {
            let mean = origins[*row] * ages[*age];
            let Some(origin) = places.origins[*row] else {
                continue;
            };
            if mean <= 0.0 {
                continue;
            }
            information.add(origin, origin, mean);
            if let Some(age) = places.ages[*age] {
                information.add(age, age, mean);
                information.add(origin, age, mean);
            }
        }
        let inverse = information.inverse().ok_or(Refusal::Singular)?;
        let cells = observed
            .iter()
            .map(|(row, age, x)| (origins[*row] * ages[*age], x));
        let live: Vec<(f64, f64)> = cells
            .filter(|(m, _)| *m > 0.0)
            .map(|(m, x)| (m, *x))
            .collect();
        let degrees = live.len().checked_sub(places.count).filter(|d| *d > 0);
        let degrees = degrees.ok_or(Refusal::NoDegreesOfFreedom)?;
        let pearson: f64 = live.iter().map(|(m, x)| (x - m) * (x - m) / m).sum();
        let phi = pearson / degrees as f64;
        let projection = Projection::new(triangle, |row, age| origins[row] * ages[age], |_| 0.0);
        let mut model = OverDispersedPoisson {
            origins,
            ages,
            observed,
            inverse,
            places,
            phi,
            degrees,
            projection,
            by_origin: Vec::new(),
            all: Errors::default(),
        };
        model.predict(triangle)?;
        Ok(model)
    }

    /// Prediction errors of every origin and of all.
    fn predict(&mut self, triangle: &Triangle) -> Result<(), Refusal> {
        let mut all = vec![0.0; self.places.count];
        let mut all_mean = 0.0;
        let errors = |gradient: &[f64], mean: f64| Errors {
            process: libm::sqrt(self.phi * mean),
            parameter: libm::sqrt((self.phi * self.inverse.quadratic(gradient)).max(0.0)),
        };
        let mut by_origin = Vec::with_capacity(triangle.rows());
        for row in 0..triangle.rows() {
            let mut gradient = vec![0.0; self.places.count];
            let mut mean = 0.0;
            for age in triangle.latest(row).0 + 1..triangle.ages() {
                let cell = self.mean(row, age);
                mean += cell;
                for place in [self.places.origins[row], self.places.ages[age]]
                    .into_iter()
                    .flatten()
                {
                    gradient[place] += cell;
                }
            }
            all.iter_mut()
                .zip(&gradient)
                .for_each(|(sum, part)| *sum += part);
            all_mean += mean;
            by_origin.push(errors(&gradient, mean));
        }
        let all = errors(&all, all_mean);
        finite(&[all.process, all.parameter, self.phi])?;
        self.by_origin = by_origin;
        self.all = all;
        Ok(())
    }

    /// Fitted mean of an increment, observed or not.
    pub fn mean(&self, row: usize, age: usize) -> f64 {
        let origin = self.origins.get(row).copied().unwrap_or(0.0);
        origin * self.ages.get(age).copied().unwrap_or(0.0)
    }

    /// Pearson residuals (x − m) ÷ √m ÷ √(1 − h), h the leverage of the cell: each with variance φ. Cells whose own
    /// value fixes their mean (h = 1) have none.
    pub fn residuals(&self) -> Vec<f64> {
        self.observed
            .iter()
            .filter_map(|(row, age, x)| {
                let mean = self.mean(*row, *age);
                let rest = 1.0 - self.leverage(*row, *age);
                let usable = mean > 0.0 && rest > 1e-9;
                usable.then(|| (x - mean) / libm::sqrt(mean * rest))
            })
            .collect()
    }

    fn leverage(&self, row: usize, age: usize) -> f64 {
        let at = |a: Option<usize>, b: Option<usize>| match (a, b) {
            (Some(a), Some(b)) => self.inverse.get(a, b),
            _ => 0.0,
        };
        let (origin, age_place) = (self.places.origins[row], self.places.ages[age]);
        self.mean(row, age)
            * (at(origin, origin) + 2.0 * at(origin, age_place) + at(age_place, age_place))
    }
}

fn observations(triangle: &Triangle) -> Vec<(usize, usize, f64)> {
    let cells =
        (0..triangle.rows()).flat_map(|row| (0..triangle.ages()).map(move |age| (row, age)));
    cells
        .filter_map(|(row, age)| Some((row, age, triangle.increment(row, age)?)))
        .collect()
}

fn places(origins: &[f64], ages: &[f64]) -> Places {
    let mut count = 0;
    let mut next = |has: bool| {
        has.then(|| {
            count += 1;
            count - 1
        })
    };
    let by_origin = origins.iter().map(|mean| next(*mean > 0.0)).collect();
    // The first age that has a mean is the reference: its parameter is that of the origins.
    let reference = ages.iter().position(|mean| *mean > 0.0);
    let by_age = ages
        .iter()
        .enumerate()
        .map(|(age, mean)| next(*mean > 0.0 && Some(age) != reference));
    let by_age = by_age.collect();
    Places {
        origins: by_origin,
        ages: by_age,
        count,
    }
}

/// Maximum quasi-likelihood by alternating margins: every origin and age must reproduce its own sum.
fn means(
    triangle: &Triangle,
    observed: &[(usize, usize, f64)],
) -> Result<(Vec<f64>, Vec<f64>), Refusal> {
    let mut origin_sums = vec![0.0; triangle.rows()];
    let mut age_sums = vec![0.0; triangle.ages()];
    let mut size = 0.0;
    for (row, age, x) in observed {
        origin_sums[*row] += x;
        age_sums[*age] += x;
        size += x.abs();
    }
    for (what, sums) in [("origin", &mut origin_sums), ("age", &mut age_sums)] {
        for (index, sum) in sums.iter_mut().enumerate() {
            // Differences of cumulative values carry their rounding.
            if sum.abs() <= 1e-14 * size {
                *sum = 0.0;
            } else if *sum < 0.0 {
                let position = index + 1;
                return Err(Refusal::NegativeSum {
                    what,
                    position,
                    sum: *sum,
                });
            }
        }
    }
    let mut ages = start(triangle, &age_sums);
    let mut origins = vec![0.0; triangle.rows()];
    for _ in 0..MOST_STEPS {
        let mut weights = vec![0.0; triangle.rows()];
        for (row, age, _) in observed {
            weights[*row] += ages[*age];
        }
        let moved = update(&mut origins, &origin_sums, &weights);
        let mut weights = vec![0.0; triangle.ages()];
        for (row, age, _) in observed {
            weights[*age] += origins[*row];
        }
        let moved = moved.max(update(&mut ages, &age_sums, &weights));
        if moved <= SETTLED {
            finite(&origins)?;
            finite(&ages)?;
            return Ok((origins, ages));
        }
    }
    Err(Refusal::NoConvergence)
}

/// The chain ladder's pattern, which is the answer for a complete triangle; else equal parts.
fn start(triangle: &Triangle, sums: &[f64]) -> Vec<f64> {
    let mut pattern = vec![1.0; triangle.ages()];
    if let Ok(ladder) = ChainLadder::fit(triangle, Tail::NONE) {
        let mut level = 1.0;
        for (age, step) in ladder.steps.iter().enumerate() {
            pattern[age + 1] = level * (step.factor - 1.0);
            level *= step.factor;
        }
    }
    let usable = pattern
        .iter()
        .zip(sums)
        .all(|(p, sum)| *sum == 0.0 || *p > 0.0);
    let parts = pattern.iter().zip(sums);
    parts
        .map(|(part, sum)| match (*sum > 0.0, usable) {
            (false, _) => 0.0,
            (true, true) => *part,
            (true, false) => 1.0,
        })
        .collect()
}

/// New factors; the largest relative change.
fn update(factors: &mut [f64], sums: &[f64], weights: &[f64]) -> f64 {
    let mut moved = 0.0f64;
    for ((factor, sum), weight) in factors.iter_mut().zip(sums).zip(weights) {
        let new = if *weight > 0.0 { sum / weight } else { 0.0 };
        if new > 0.0 {
            moved = moved.max((new - *factor).abs() / new);
        }
        *factor = new;
    }
    moved
}
