//! The bootstrap of the over-dispersed Poisson model (England and Verrall 2002, section 8 and appendix 3): residuals,
//! adjusted by the leverage of their cells, are dealt anew over the fitted triangle; the pseudo-triangle is projected by
//! chain ladder; every future cell then gets gamma luck with variance φ · mean. Biased upwards by a little, because a
//! product of random factors is.
//!
//! Draw k is a function of (seed, k) alone: any split over threads gives the same numbers.

use super::Refusal;
use super::over_dispersed_poisson::OverDispersedPoisson;
use super::triangle::Triangle;
use crate::random::address::{uniform32, uniform64};
use crate::random::{Key, Purpose, Subject};

/// Attempts of a rejection that accepts 95 of 100: no draw needs as many.
const ATTEMPTS: u8 = u8::MAX;

/// What one draw needs, prepared once.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    /// Fitted means of the observed increments, row by row to each row's last age.
    means: Vec<Vec<f64>>,
    ages: usize,
    residuals: Vec<f64>,
    phi: f64,
}

impl Bootstrap {
    /// Prepares the resampling of a fitted triangle without gaps.
    ///
    /// # Errors
    /// If a row has a gap, or no residual is left.
    pub fn prepare(
        triangle: &Triangle,
        model: &OverDispersedPoisson,
    ) -> Result<Bootstrap, Refusal> {
        if let Some(row) = triangle.gap() {
            return Err(Refusal::Gap { origin: row + 1 });
        }
        let residuals = model.residuals();
        if residuals.is_empty() {
            return Err(Refusal::NoDegreesOfFreedom);
        }
        let means = (0..triangle.rows())
            .map(|row| {
                (0..=triangle.latest(row).0)
                    .map(|age| model.mean(row, age))
                    .collect()
            })
            .collect();
        Ok(Bootstrap {
            means,
            ages: triangle.ages(),
            residuals,
            phi: model.phi,
        })
    }

    /// Future redemptions of all origins in draw `number`; none where the pseudo-triangle has no factor.
    pub fn draw(&self, key: Key, number: u64) -> Option<f64> {
        let mut cells = self.resampled(key, number);
        let factors = self.factors(&cells)?;
        let mut total = 0.0;
        for (row, values) in cells.iter_mut().enumerate() {
            let Some(mut level) = values.last().copied() else {
                continue;
            };
            for (age, factor) in factors.iter().enumerate().skip(values.len() - 1) {
                let mean = level * (factor - 1.0);
                level *= factor;
                let place = (row * self.ages + age + 1) as u32;
                total += self.luck(mean, key, number, place);
            }
        }
        total.is_finite().then_some(total)
    }

    /// A cumulative pseudo-triangle.
    fn resampled(&self, key: Key, number: u64) -> Vec<Vec<f64>> {
        let count = self.residuals.len() as f64;
        let mut pseudo = self.means.clone();
        for (row, values) in pseudo.iter_mut().enumerate() {
            let mut level = 0.0;
            for (age, value) in values.iter_mut().enumerate() {
                let place = (row * self.ages + age) as u32;
                let words = Subject(number).draw(key, Purpose::TriangleResidual, 0, 0, place);
                let chosen = (uniform64(words[0], words[1]) * count) as usize;
                let residual = self.residuals.get(chosen).copied().unwrap_or(0.0);
                level += *value + residual * libm::sqrt(*value);
                *value = level;
            }
        }
        pseudo
    }

    fn factors(&self, cells: &[Vec<f64>]) -> Option<Vec<f64>> {
        (0..self.ages - 1)
            .map(|age| {
                let pairs = cells
                    .iter()
                    .filter_map(|row| Some((row.get(age)?, row.get(age + 1)?)));
                let (from, to) = pairs.fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
                (from > 0.0).then(|| to / from)
            })
            .collect()
    }

    /// Gamma with this mean and variance φ · |mean|; of a negative mean, the mirror image.
    fn luck(&self, mean: f64, key: Key, number: u64, place: u32) -> f64 {
        let shape = mean.abs() / self.phi;
        if !(shape > 0.0 && shape.is_finite()) {
            return mean;
        }
        let size = self.phi
            * gamma(shape, |attempt| {
                Subject(number).draw(key, Purpose::TriangleProcess, attempt, 0, place)
            });
        if mean < 0.0 { -size } else { size }
    }
}

/// Gamma of unit scale by G. Marsaglia and W. W. Tsang, *A simple method for generating gamma variables*, ACM TOMS 26
/// (2000); below shape 1 by their power of a uniform. `words` gives fresh bits for every attempt.
fn gamma(shape: f64, words: impl Fn(u8) -> [u32; 4]) -> f64 {
    let raised = if shape < 1.0 { shape + 1.0 } else { shape };
    let d = raised - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    for attempt in 0..ATTEMPTS {
        let [a, b, test, boost] = words(attempt);
        let radius = libm::sqrt(-2.0 * libm::log(uniform32(a)));
        let x = radius * libm::cos(std::f64::consts::TAU * uniform32(b));
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        if libm::log(uniform32(test)) < 0.5 * x * x + d - d * v + d * libm::log(v) {
            let lowered = if shape < 1.0 {
                libm::pow(uniform32(boost), 1.0 / shape)
            } else {
                1.0
            };
            return d * v * lowered;
        }
    }
    // Probability below 10⁻³⁰⁰.
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_draws_have_their_moments() {
        let key = Key::new(3, 0);
        for shape in [0.2, 1.0, 3.5, 80.0] {
            let count = 40_000u32;
            let draws: Vec<f64> = (0..count)
                .map(|k| {
                    gamma(shape, |attempt| {
                        Subject(u64::from(k)).draw(key, Purpose::TriangleProcess, attempt, 0, 0)
                    })
                })
                .collect();
            let n = f64::from(count);
            let mean = draws.iter().sum::<f64>() / n;
            let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
            // Mean and variance are both the shape; kurtosis 3 + 6 ÷ shape.
            assert!(
                ((mean - shape) / (shape / n).sqrt()).abs() < 4.0,
                "{shape}: {mean}"
            );
            let error = (shape * shape * (2.0 + 6.0 / shape) / n).sqrt();
            assert!(
                ((variance - shape) / error).abs() < 4.0,
                "{shape}: {variance}"
            );
        }
    }
}
