//! From simulated units to the market, and how sure: strata, batches, standard errors.
//!
//! A stratum of `n_s` simulated families stands for `stated` families: one rational factor, applied here and nowhere
//! else. For errors, batch b of the stratum holds n_{s,b} families; its total is expanded by n_s / (B·n_{s,b}) before
//! the variance is taken, so that unequal batches and strata do not bias it. B times a batch's expanded total is then
//! one estimate of the whole, `Σ_s stated_s · x_{s,b} / n_{s,b}`, and the standard error is its standard deviation
//! between batches over √B. With replications the batches are the replications.

use crate::engine::tally::{StratumKind, Tally};
use crate::results::{Number, Unit};
use crate::statistics::special::{Tail, student_t_quantile};

/// An estimate at market scale with one estimate of the same thing per batch. Sums, differences and ratios keep the
/// batches together, so correlations between worlds count.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub total: f64,
    pub batches: Vec<f64>,
}

impl Sample {
    /// A number that is not random.
    pub fn constant(value: f64, batches: usize) -> Sample {
        Sample {
            total: value,
            batches: vec![value; batches],
        }
    }

    pub fn zero(batches: usize) -> Sample {
        Sample::constant(0.0, batches)
    }

    fn zip(&self, other: &Sample, f: impl Fn(f64, f64) -> f64) -> Sample {
        Sample {
            total: f(self.total, other.total),
            batches: self
                .batches
                .iter()
                .zip(&other.batches)
                .map(|(a, b)| f(*a, *b))
                .collect(),
        }
    }

    pub fn plus(&self, other: &Sample) -> Sample {
        self.zip(other, |a, b| a + b)
    }

    pub fn minus(&self, other: &Sample) -> Sample {
        self.zip(other, |a, b| a - b)
    }

    /// The total in whole units; errors as they are.
    pub fn rounded(&self) -> Sample {
        Sample {
            total: libm::round(self.total),
            batches: self.batches.clone(),
        }
    }

    pub fn times(&self, factor: f64) -> Sample {
        Sample {
            total: self.total * factor,
            batches: self.batches.iter().map(|b| b * factor).collect(),
        }
    }

    /// Ratio of two estimates; its batches are linearized about the ratio of totals (delta method), which has the
    /// right variance without averaging ratios. `None` where the denominator is zero.
    pub fn over(&self, denominator: &Sample) -> Option<Sample> {
        if denominator.total == 0.0 {
            return None;
        }
        let ratio = self.total / denominator.total;
        let linear = self.zip(denominator, |a, b| {
            ratio + (a - ratio * b) / denominator.total
        });
        Some(Sample {
            total: ratio,
            batches: linear.batches,
        })
    }

    /// Standard error between batches; `None` with fewer than two.
    pub fn standard_error(&self) -> Option<f64> {
        let n = self.batches.len();
        if n < 2 {
            return None;
        }
        let mean = self.batches.iter().sum::<f64>() / n as f64;
        let squares: f64 = self.batches.iter().map(|b| (b - mean) * (b - mean)).sum();
        Some(libm::sqrt(squares / (n - 1) as f64 / n as f64))
    }

    /// Sum of many.
    pub fn sum<'a>(samples: impl IntoIterator<Item = &'a Sample>, batches: usize) -> Sample {
        samples
            .into_iter()
            .fold(Sample::zero(batches), |sum, sample| sum.plus(sample))
    }
}

/// A non-negative total at market scale, exact: whole units and the fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Exact {
    whole: i128,
    /// Sum of one proper fraction per stratum.
    fraction: f64,
}

/// Slack for fractions that should add to an integer: a few 10⁻¹⁶ per stratum.
const FRACTION_SLACK: f64 = 1e-9;

impl Exact {
    pub fn floor(self) -> i128 {
        self.whole + libm::floor(self.fraction + FRACTION_SLACK) as i128
    }

    pub fn ceil(self) -> i128 {
        self.whole + libm::ceil(self.fraction - FRACTION_SLACK) as i128
    }

    /// Half up.
    pub fn nearest(self) -> i128 {
        self.whole + libm::floor(self.fraction + 0.5 + FRACTION_SLACK) as i128
    }
}

/// The strata of a tally: scale and batches.
pub(crate) struct Market<'a> {
    pub tally: &'a Tally,
    /// How many batches estimates have.
    pub batches: usize,
    /// The batches that hold any family: all of them, but for a run of some batches only.
    active: Vec<usize>,
    /// Families simulated by stratum and batch.
    families: Vec<Vec<i64>>,
    simulated: Vec<i64>,
    quantile: f64,
}

impl<'a> Market<'a> {
    pub fn new(tally: &'a Tally) -> Market<'a> {
        let layout = &tally.layout;
        let families: Vec<Vec<i64>> = (0..layout.strata.len())
            .map(|s| tally.families.slice(&[s]).to_vec())
            .collect();
        let simulated = families.iter().map(|b| b.iter().sum()).collect();
        let active: Vec<usize> = (0..layout.batches)
            .filter(|b| families.iter().any(|stratum| stratum[*b] > 0))
            .collect();
        Market {
            tally,
            batches: active.len(),
            quantile: student_t_quantile(active.len().saturating_sub(1) as f64, Tail::Upper(0.025)),
            active,
            families,
            simulated,
        }
    }

    /// Degrees of freedom of every interval.
    pub fn degrees(&self) -> usize {
        self.batches.saturating_sub(1)
    }

    /// Families of a stratum in the run.
    pub fn simulated(&self, stratum: usize) -> i64 {
        self.simulated[stratum]
    }

    pub fn strata(&self) -> usize {
        self.simulated.len()
    }

    /// Index of a stratum's segment.
    pub fn segment(&self, stratum: usize) -> usize {
        self.tally.layout.strata[stratum].segment
    }

    pub fn kind(&self, stratum: usize) -> StratumKind {
        self.tally.layout.strata[stratum].kind
    }

    /// Stated over simulated; 0 where nothing was simulated.
    pub fn factor(&self, stratum: usize) -> f64 {
        let simulated = self.simulated[stratum];
        if simulated > 0 {
            self.tally.layout.strata[stratum].stated as f64 / simulated as f64
        } else {
            0.0
        }
    }

    /// Estimate of a total from its value by stratum and batch (simulated units).
    pub fn sample(&self, raw: impl Fn(usize, usize) -> f64) -> Sample {
        let mut sample = Sample::zero(self.batches);
        for stratum in 0..self.strata() {
            if self.simulated[stratum] == 0 {
                continue;
            }
            let values: Vec<f64> = self.active.iter().map(|b| raw(stratum, *b)).collect();
            let total = values.iter().sum::<f64>() * self.factor(stratum);
            sample.total += total;
            let stated = self.tally.layout.strata[stratum].stated as f64;
            // One deterministic account is not a draw: every batch sees the whole.
            let fixed = self.kind(stratum) == StratumKind::Past;
            for (value, (batch, estimate)) in values
                .iter()
                .zip(self.active.iter().zip(&mut sample.batches))
            {
                let families = self.families[stratum][*batch];
                // A batch without a family of this stratum knows nothing of it; such strata are flagged as thin.
                *estimate += if fixed || families == 0 {
                    total
                } else {
                    stated * value / families as f64
                };
            }
        }
        sample
    }

    /// Total of something recorded without batches.
    pub fn total(&self, raw: impl Fn(usize) -> f64) -> f64 {
        (0..self.strata())
            .map(|stratum| raw(stratum) * self.factor(stratum))
            .sum()
    }

    /// Exact total of a non-negative count recorded without batches.
    pub fn exact(&self, raw: impl Fn(usize) -> i128) -> Exact {
        let mut exact = Exact::default();
        for stratum in 0..self.strata() {
            let simulated = i128::from(self.simulated[stratum]);
            if simulated == 0 {
                continue;
            }
            let stated = i128::from(self.tally.layout.strata[stratum].stated);
            let product = stated.saturating_mul(raw(stratum));
            exact.whole += product.div_euclid(simulated);
            exact.fraction += product.rem_euclid(simulated) as f64 / simulated as f64;
        }
        exact
    }

    /// A number of the results with its standard error and 95 % interval.
    pub fn number(&self, sample: &Sample, unit: Unit, world: &str, window: &str) -> Number {
        let error = sample.standard_error();
        Number {
            value: Some(sample.total),
            standard_error: error,
            interval: error.map(|e| {
                [
                    sample.total - self.quantile * e,
                    sample.total + self.quantile * e,
                ]
            }),
            unit,
            base: String::new(),
            world: world.into(),
            window: window.into(),
            note: None,
        }
    }
}

/// Rounds a series of flows so that it ties: each is the difference of two rounded cumulative sums.
pub(crate) fn round_cumulative(flows: impl IntoIterator<Item = f64>) -> Vec<i64> {
    let (mut cumulative, mut booked) = (0.0, 0i64);
    flows
        .into_iter()
        .map(|flow| {
            cumulative += flow;
            let rounded = libm::round(cumulative) as i64;
            let step = rounded.saturating_sub(booked);
            booked = rounded;
            step
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_has_the_error_of_its_linearization() {
        let a = Sample {
            total: 6.0,
            batches: vec![5.0, 7.0],
        };
        let b = Sample {
            total: 3.0,
            batches: vec![2.0, 4.0],
        };
        let ratio = a.over(&b).unwrap();
        assert_eq!(ratio.total, 2.0);
        // 2 + (5 − 2·2)/3 and 2 + (7 − 2·4)/3: half-difference 1/3 is the standard error of two batches.
        assert!((ratio.standard_error().unwrap() - 1.0 / 3.0).abs() < 1e-15);
        assert!(a.over(&Sample::zero(2)).is_none());
    }

    #[test]
    fn rounded_flows_add_up_to_the_rounded_stock() {
        let flows = round_cumulative([0.4, 0.4, 0.4, -1.2]);
        assert_eq!(flows, [0, 1, 0, -1]);
    }

    #[test]
    fn exact_fractions_do_not_lose_a_unit() {
        // Three strata with 1/3 each: one whole, not 0.999....
        let third = Exact {
            whole: 4,
            fraction: 1.0 / 3.0 + 1.0 / 3.0 + 1.0 / 3.0 - 1e-16,
        };
        assert_eq!((third.floor(), third.ceil(), third.nearest()), (5, 5, 5));
        let half = Exact {
            whole: 4,
            fraction: 0.5,
        };
        assert_eq!((half.floor(), half.ceil(), half.nearest()), (4, 5, 5));
    }
}
