//! Table G: the distribution of the future outcome given the book, from the error of an estimator. It is not the booked
//! number, and never from the luck of many independent members alone, which shrinks to nothing with their number and is
//! no margin.

use crate::liability::measure::{MeasureError, positive, require};
use crate::statistics::special::{Tail, normal_cdf, normal_quantile};

/// Percentiles of the table.
pub const LEVELS: [f64; 7] = [0.05, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995];
/// Draws below which a tail is not told.
pub const LEAST_DRAWS: usize = 100;

/// Whose not knowing a distribution shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Log-normal around the chain ladder with Mack's standard error: process and parameter of the triangle.
    Mack,
    /// Resampled triangles: the same two, without a shape assumed.
    Bootstrap,
    /// Assumptions varied from outside, one scenario per replication (a place for replicated runs to fill).
    Assumptions,
}

impl Source {
    pub const fn name(self) -> &'static str {
        match self {
            Source::Mack => "mack, log-normal",
            Source::Bootstrap => "bootstrap",
            Source::Assumptions => "assumptions",
        }
    }
}

/// One percentile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    pub level: f64,
    /// Value at risk.
    pub value: f64,
    /// Mean of the outcomes above it.
    pub tail_mean: f64,
    /// Monte Carlo standard error of the value; none for a formula.
    pub monte_carlo_error: Option<f64>,
}

/// A distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    pub source: Source,
    pub mean: f64,
    pub sd: f64,
    pub levels: Vec<Level>,
    /// Number of draws; none for a formula.
    pub draws: Option<usize>,
}

/// Log-normal with a mean and standard error: σ² = ln(1 + (s ÷ m)²), μ = ln m − σ² ÷ 2; TVaR_p = m Φ(σ − z_p) ÷ (1 − p).
///
/// # Errors
/// If the mean is not positive or the error is not finite.
pub fn log_normal(source: Source, mean: f64, error: f64) -> Result<Distribution, MeasureError> {
    let mean = positive("mean of a log-normal distribution", mean)?;
    require(
        error.is_finite() && error >= 0.0,
        "standard error",
        error,
        "a finite number, zero or positive",
    )?;
    let variance = libm::log1p((error / mean) * (error / mean));
    let sigma = libm::sqrt(variance);
    let location = libm::log(mean) - 0.5 * variance;
    let levels = LEVELS.map(|level| {
        let z = normal_quantile(Tail::Lower(level));
        Level {
            level,
            value: libm::exp(location + sigma * z),
            tail_mean: mean * normal_cdf(sigma - z) / (1.0 - level),
            monte_carlo_error: None,
        }
    });
    Ok(Distribution {
        source,
        mean,
        sd: error,
        levels: levels.to_vec(),
        draws: None,
    })
}

/// From draws: quantiles by linear interpolation (type 7 of Hyndman and Fan 1996), the tail mean over what exceeds them.
/// None for fewer than [`LEAST_DRAWS`] draws, which say nothing about a tail.
pub fn empirical(source: Source, draws: &[f64]) -> Option<Distribution> {
    if draws.len() < LEAST_DRAWS || draws.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / n;
    let squares: f64 = sorted.iter().map(|x| (x - mean) * (x - mean)).sum();
    let levels = LEVELS.map(|level| {
        let value = quantile(&sorted, level);
        let above = &sorted[sorted.partition_point(|x| *x <= value)..];
        let tail_mean = match above.len() {
            0 => value,
            count => above.iter().sum::<f64>() / count as f64,
        };
        Level {
            level,
            value,
            tail_mean,
            monte_carlo_error: Some(error_of_quantile(&sorted, level)),
        }
    });
    Some(Distribution {
        source,
        mean,
        sd: libm::sqrt(squares / (n - 1.0)),
        levels: levels.to_vec(),
        draws: Some(sorted.len()),
    })
}

/// Type 7: at (n − 1) p of the sorted values, counted from 0.
fn quantile(sorted: &[f64], level: f64) -> f64 {
    let place = (sorted.len() as f64 - 1.0) * level;
    let below = libm::floor(place);
    let at = |place: f64| {
        sorted
            .get(place as usize)
            .or(sorted.last())
            .copied()
            .unwrap_or(f64::NAN)
    };
    let (low, high) = (at(below), at(below + 1.0));
    low + (high - low) * (place - below)
}

/// Half the distance between the values one binomial standard deviation of rank above and below: no density needed.
fn error_of_quantile(sorted: &[f64], level: f64) -> f64 {
    let n = sorted.len() as f64;
    let step = libm::sqrt(level * (1.0 - level) / n);
    let (low, high) = ((level - step).max(0.0), (level + step).min(1.0));
    0.5 * (quantile(sorted, high) - quantile(sorted, low))
}
