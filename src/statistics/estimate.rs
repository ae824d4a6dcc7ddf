//! Estimates with standard errors from batches.
//!
//! A run is dealt into B batches that are exchangeable and independent of each other (families are dealt by ordinal).
//! Each batch gives an estimate y_b of the *whole* total: its own total expanded by families ÷ families in the batch
//! ([`expand`]). With ȳ the mean of the y_b:
//!
//! - total: estimate ȳ, standard error √[Σ (y_b − ȳ)² / (B (B − 1))];
//! - ratio of totals R = Σ x_b / Σ y_b: the same formula on the linearized residuals (x_b − R y_b) / ȳ (the delta
//!   method; Cochran, *Sampling Techniques*, 3rd ed., 6.4); its bias, relative to R, is of the order of the squared
//!   relative standard error;
//! - difference of two estimates from the same run: the formula on the batchwise differences, so that what the two
//!   have in common cancels. Also for ratios: differences of linearized residuals;
//! - interval: estimate ± t · standard error, with Student's t of B − 1 degrees.
//!
//! The value of an estimate can be replaced by an exact one ([`Estimate::with_value`]): batches serve only the error.

use super::special::{Tail, student_t_quantile};

/// A number with the standard error of its Monte Carlo luck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    /// None where it cannot be told: fewer than two batches, or a ratio with nothing below the line.
    pub standard_error: Option<f64>,
    /// Degrees of freedom of the standard error: batches − 1.
    pub degrees: u32,
}

impl Estimate {
    /// The same error around an exactly known value, for example a total summed in integers.
    pub fn with_value(self, value: f64) -> Estimate {
        Estimate { value, ..self }
    }

    /// The estimate of `factor` times the quantity.
    pub fn scaled(self, factor: f64) -> Estimate {
        Estimate {
            value: self.value * factor,
            standard_error: self.standard_error.map(|error| error * libm::fabs(factor)),
            ..self
        }
    }

    /// Two-sided Student-t interval, for example `interval(0.95)`. None without a standard error, or if `confidence` is
    /// not in (0, 1).
    pub fn interval(self, confidence: f64) -> Option<[f64; 2]> {
        let t = student_t_quantile(
            f64::from(self.degrees),
            Tail::Upper(0.5 * (1.0 - confidence)),
        );
        let half = self.standard_error? * t;
        if half.is_finite() {
            Some([self.value - half, self.value + half])
        } else {
            None
        }
    }

    /// Distance from a hypothetical value in standard errors: Student t with `degrees` degrees if the hypothesis is
    /// true. None without a standard error; 0 where both the distance and the error are 0, infinite where only the
    /// error is.
    pub fn t_statistic(self, hypothesis: f64) -> Option<f64> {
        let distance = self.value - hypothesis;
        let error = self.standard_error?;
        if distance == 0.0 {
            Some(0.0)
        } else {
            Some(distance / error)
        }
    }
}

/// The two-sided Student-t factor that makes `comparisons` intervals hold together with at least `confidence`
/// (Bonferroni). NaN if the arguments make no sense.
pub fn simultaneous_t(confidence: f64, degrees: u32, comparisons: u32) -> f64 {
    student_t_quantile(
        f64::from(degrees),
        Tail::Upper(0.5 * (1.0 - confidence) / f64::from(comparisons)),
    )
}

/// A batch's total told for the whole: `total` × `families` ÷ `families_in_batch`; 0 for a batch without families
/// (whose total is 0 too).
pub fn expand(total: f64, families: u64, families_in_batch: u64) -> f64 {
    if families_in_batch == 0 {
        0.0
    } else {
        total * (families as f64 / families_in_batch as f64)
    }
}

/// Estimate of a total (or of anything) from its batchwise estimates.
pub fn total(batches: &[f64]) -> Estimate {
    Estimate {
        value: mean(batches),
        standard_error: error_of_mean(batches),
        degrees: degrees(batches),
    }
}

/// Estimate of the ratio of two totals from their batchwise estimates. The value is NaN if the denominators sum to 0 or
/// the slices differ in length.
pub fn ratio(numerators: &[f64], denominators: &[f64]) -> Estimate {
    match linearize(numerators, denominators) {
        Some((value, residuals)) => Estimate {
            value,
            ..total(&residuals)
        },
        None => Estimate {
            value: f64::NAN,
            standard_error: None,
            degrees: degrees(numerators),
        },
    }
}

/// Estimate of `left` − `right`, both totals of the same batches.
pub fn difference(left: &[f64], right: &[f64]) -> Estimate {
    if left.len() != right.len() {
        return Estimate {
            value: f64::NAN,
            standard_error: None,
            degrees: 0,
        };
    }
    let differences: Vec<f64> = left.iter().zip(right).map(|(l, r)| l - r).collect();
    total(&differences)
}

/// Estimate of the difference of two ratios of totals of the same batches: left (numerators, denominators) − right.
pub fn ratio_difference(left: (&[f64], &[f64]), right: (&[f64], &[f64])) -> Estimate {
    match (linearize(left.0, left.1), linearize(right.0, right.1)) {
        (Some((l, l_residuals)), Some((r, r_residuals))) => {
            difference(&l_residuals, &r_residuals).with_value(l - r)
        }
        _ => Estimate {
            value: f64::NAN,
            standard_error: None,
            degrees: degrees(left.0),
        },
    }
}

/// The ratio and the linearized residuals of each batch. None where no ratio exists.
fn linearize(numerators: &[f64], denominators: &[f64]) -> Option<(f64, Vec<f64>)> {
    let below = mean(denominators);
    if numerators.len() != denominators.len() || below == 0.0 || !below.is_finite() {
        return None;
    }
    let value = mean(numerators) / below;
    let residuals = numerators
        .iter()
        .zip(denominators)
        .map(|(x, y)| (x - value * y) / below)
        .collect();
    Some((value, residuals))
}

fn degrees(batches: &[f64]) -> u32 {
    u32::try_from(batches.len().saturating_sub(1)).unwrap_or(u32::MAX)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// √[Σ (y_b − ȳ)² / (B (B − 1))], in two passes so that a large common part does not cancel.
fn error_of_mean(batches: &[f64]) -> Option<f64> {
    if batches.len() < 2 {
        return None;
    }
    let count = batches.len() as f64;
    let center = mean(batches);
    let squares: f64 = batches.iter().map(|y| (y - center) * (y - center)).sum();
    let error = libm::sqrt(squares / (count * (count - 1.0)));
    if error.is_finite() { Some(error) } else { None }
}

/// Quantile of a histogram: the place at which the share `p` ∈ [0, 1] of the weight lies below, linear inside a bin.
/// `edges(bin)` are the ends of a bin, increasing with the bin; bins may be single points. None for an empty
/// histogram. The error is at most the width of the bin.
pub fn histogram_quantile(
    weights: &[f64],
    edges: impl Fn(usize) -> (f64, f64),
    p: f64,
) -> Option<f64> {
    let all: f64 = weights.iter().sum();
    if !(all > 0.0 && all.is_finite() && (0.0..=1.0).contains(&p)) {
        return None;
    }
    let target = p * all;
    let mut below = 0.0;
    let mut answer = None;
    for (bin, &weight) in weights.iter().enumerate() {
        if weight <= 0.0 {
            continue;
        }
        let (low, high) = edges(bin);
        if below + weight >= target {
            let share = ((target - below) / weight).clamp(0.0, 1.0);
            return Some(low + (high - low) * share);
        }
        below += weight;
        // Rounding of the sums can leave the target just above the last bin.
        answer = Some(high);
    }
    answer
}

/// Estimate of a quantile: the value from the pooled histogram, the error from the quantiles of the batches. A batch
/// without weight leaves no error.
pub fn quantile_estimate(
    batches: &[Vec<f64>],
    edges: impl Fn(usize) -> (f64, f64),
    p: f64,
) -> Option<Estimate> {
    let bins = batches.iter().map(Vec::len).max()?;
    let pooled: Vec<f64> = (0..bins)
        .map(|bin| batches.iter().filter_map(|b| b.get(bin)).sum())
        .collect();
    let value = histogram_quantile(&pooled, &edges, p)?;
    let each: Option<Vec<f64>> = batches
        .iter()
        .map(|b| histogram_quantile(b, &edges, p))
        .collect();
    let spread = each.map(|quantiles| total(&quantiles));
    Some(match spread {
        Some(estimate) => estimate.with_value(value),
        None => Estimate {
            value,
            standard_error: None,
            degrees: 0,
        },
    })
}

#[cfg(test)]
mod tests;
