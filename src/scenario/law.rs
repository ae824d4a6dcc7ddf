//! The distributions a number of a scenario may be written as, their means and whether they fit a key.
//!
//! A best-estimate run replaces each by its mean (a discrete choice among whole numbers by its most probable value).
//! Only `libm` is used: the mean feeds the simulation and must have the same bits on every platform.

use std::fmt;

/// Standard normal quantile of 0.9.
const Z90: f64 = 1.281_551_565_544_600_4;

/// How far into an unbounded tail a key's bound must lie, in standard deviations: beyond it a draw falls with
/// probability 3 in 100,000, and is then refused by the key's own range.
const TAIL_SD: f64 = 4.0;

/// Largest parameter of a law, in size: beyond every key's range, and far from where sums and squares overflow.
const MAX_PARAMETER: f64 = 1e15;

/// An interval of admissible numbers, each end closed unless stated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub lo: f64,
    pub hi: f64,
    pub lo_open: bool,
    pub hi_open: bool,
}

impl Interval {
    /// `lo` to `hi`, both included.
    pub const fn closed(lo: f64, hi: f64) -> Self {
        Interval {
            lo,
            hi,
            lo_open: false,
            hi_open: false,
        }
    }

    /// More than `lo`, up to and including `hi`.
    pub const fn above(lo: f64, hi: f64) -> Self {
        Interval {
            lo,
            hi,
            lo_open: true,
            hi_open: false,
        }
    }

    /// From `lo`, included, to less than `hi`.
    pub const fn below(lo: f64, hi: f64) -> Self {
        Interval {
            lo,
            hi,
            lo_open: false,
            hi_open: true,
        }
    }

    pub fn contains(&self, x: f64) -> bool {
        let from = if self.lo_open {
            x > self.lo
        } else {
            x >= self.lo
        };
        let to = if self.hi_open {
            x < self.hi
        } else {
            x <= self.hi
        };
        from && to
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = if self.lo_open { "more than " } else { "from " };
        let to = if self.hi_open {
            " to less than "
        } else if self.lo_open {
            ", at most "
        } else {
            " to "
        };
        write!(f, "{from}{}{to}{}", Plain(self.lo), Plain(self.hi))
    }
}

/// A number printed as a person would write it in the file: `1_000_000`, `0.05`, `1e12`.
pub struct Plain(pub f64);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let x = self.0;
        let magnitude = x.abs();
        if magnitude >= 1e10 || (magnitude > 0.0 && magnitude < 1e-4) {
            return write!(f, "{x:e}");
        }
        if x != libm::trunc(x) || magnitude < 10_000.0 {
            return write!(f, "{x}");
        }
        let digits = format!("{magnitude:.0}");
        let mut out = String::with_capacity(digits.len() + 4);
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push('_');
            }
            out.push(c);
        }
        write!(f, "{}{out}", if x < 0.0 { "-" } else { "" })
    }
}

/// Family of a law stated by two percentiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Normal,
    Lognormal,
    LogitNormal,
}

impl Family {
    pub const WORDS: &[&str] = &["normal", "lognormal", "logit_normal"];

    pub fn from_word(word: &str) -> Option<Family> {
        match word {
            "normal" => Some(Family::Normal),
            "lognormal" => Some(Family::Lognormal),
            "logit_normal" => Some(Family::LogitNormal),
            _ => None,
        }
    }

    /// The family of a key that names none: logit-normal inside (0, 1), lognormal for positive keys, else normal.
    pub fn of_key(range: &Interval) -> Family {
        if range.lo >= 0.0 && range.hi <= 1.0 {
            Family::LogitNormal
        } else if range.lo >= 0.0 {
            Family::Lognormal
        } else {
            Family::Normal
        }
    }

    fn word(self) -> &'static str {
        match self {
            Family::Normal => "normal",
            Family::Lognormal => "lognormal",
            Family::LogitNormal => "logit_normal",
        }
    }
}

/// A distribution of one number.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    Normal {
        mean: f64,
        sd: f64,
    },
    /// Mean and standard deviation of the number itself, not of its logarithm.
    Lognormal {
        mean: f64,
        sd: f64,
    },
    Uniform {
        lo: f64,
        hi: f64,
    },
    Triangular {
        lo: f64,
        mode: f64,
        hi: f64,
    },
    /// On (0, 1), mean a / (a + b).
    Beta {
        a: f64,
        b: f64,
    },
    /// 10th and 90th percentile.
    P10P90 {
        lo: f64,
        hi: f64,
        family: Family,
    },
    Choice {
        values: Vec<f64>,
        /// Add to 1.
        weights: Vec<f64>,
    },
}

impl Law {
    /// The keys that announce a distribution, with the numbers each takes.
    pub const WORDS: &[(&str, &str)] = &[
        ("normal", "[mean, standard deviation]"),
        (
            "lognormal",
            "[mean, standard deviation] of the number itself",
        ),
        ("uniform", "[lowest, highest]"),
        ("triangular", "[lowest, most likely, highest]"),
        ("beta", "[a, b], mean a / (a + b)"),
        ("p10_p90", "[10th percentile, 90th percentile]"),
        ("choice", "[value, ...] with weights = [..]"),
    ];

    /// Builds the law `word` from its parameters; the error says what is wrong with them.
    pub fn new(word: &str, p: &[f64], family: Family) -> Result<Law, String> {
        if let Some(beyond) = p.iter().find(|x| {
            x.abs()
                .partial_cmp(&MAX_PARAMETER)
                .is_none_or(|o| o.is_gt())
        }) {
            return Err(format!(
                "{} is out of range, expected at most {} in size",
                Plain(*beyond),
                Plain(MAX_PARAMETER)
            ));
        }
        let two = |law: fn(f64, f64) -> Law| match p {
            [a, b] => Ok(law(*a, *b)),
            _ => Err(format!("{} numbers where two are expected", p.len())),
        };
        let law = match word {
            "normal" => two(|mean, sd| Law::Normal { mean, sd })?,
            "lognormal" => two(|mean, sd| Law::Lognormal { mean, sd })?,
            "uniform" => two(|lo, hi| Law::Uniform { lo, hi })?,
            "beta" => two(|a, b| Law::Beta { a, b })?,
            "p10_p90" => match p {
                [lo, hi] => Law::P10P90 {
                    lo: *lo,
                    hi: *hi,
                    family,
                },
                _ => return Err(format!("{} numbers where two are expected", p.len())),
            },
            "triangular" => match p {
                [lo, mode, hi] => Law::Triangular {
                    lo: *lo,
                    mode: *mode,
                    hi: *hi,
                },
                _ => return Err(format!("{} numbers where three are expected", p.len())),
            },
            _ => return Err("not a distribution".to_string()),
        };
        law.check_parameters()?;
        Ok(law)
    }

    fn check_parameters(&self) -> Result<(), String> {
        let fault = match *self {
            Law::Normal { sd, .. } if sd <= 0.0 => "the standard deviation must be positive",
            Law::Lognormal { mean, sd } if mean <= 0.0 || sd <= 0.0 => {
                "mean and standard deviation must be positive"
            }
            Law::Uniform { lo, hi } if lo >= hi => "the lowest must be below the highest",
            Law::Triangular { lo, mode, hi } if lo >= hi || mode < lo || mode > hi => {
                "lowest, most likely and highest must be in this order"
            }
            Law::Beta { a, b } if a <= 0.0 || b <= 0.0 => "a and b must be positive",
            Law::P10P90 { lo, hi, .. } if lo >= hi => "the 10th percentile must be below the 90th",
            Law::P10P90 {
                lo,
                family: Family::Lognormal,
                ..
            } if lo <= 0.0 => "percentiles of a lognormal law must be positive",
            Law::P10P90 {
                lo,
                hi,
                family: Family::LogitNormal,
            } if lo <= 0.0 || hi >= 1.0 => {
                "percentiles of a logit-normal law must lie between 0 and 1, ends excluded"
            }
            _ => return Ok(()),
        };
        Err(fault.to_string())
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match *self {
            Law::Normal { mean, .. } | Law::Lognormal { mean, .. } => mean,
            Law::Uniform { lo, hi } => 0.5 * lo + 0.5 * hi,
            Law::Triangular { lo, mode, hi } => lo / 3.0 + mode / 3.0 + hi / 3.0,
            Law::Beta { a, b } => a / (a + b),
            Law::P10P90 { lo, hi, family } => {
                let (mu, sigma) = percentiles_to_normal(family, lo, hi);
                match family {
                    Family::Normal => mu,
                    Family::Lognormal => libm::exp(mu + 0.5 * sigma * sigma),
                    Family::LogitNormal => logit_normal_mean(mu, sigma),
                }
            }
            Law::Choice {
                ref values,
                ref weights,
            } => values.iter().zip(weights).map(|(v, w)| v * w).sum(),
        }
    }

    /// Where the law lies: its support, or where it is unbounded, the mean ± [`TAIL_SD`] standard deviations (of the
    /// logarithm for a lognormal law).
    pub fn reach(&self) -> (f64, f64) {
        match *self {
            Law::Normal { mean, sd } => (mean - TAIL_SD * sd, mean + TAIL_SD * sd),
            Law::Lognormal { mean, sd } => {
                let cv = sd / mean;
                let sigma = libm::sqrt(libm::log1p(cv * cv));
                let mu = libm::log(mean) - 0.5 * sigma * sigma;
                (
                    libm::exp(mu - TAIL_SD * sigma),
                    libm::exp(mu + TAIL_SD * sigma),
                )
            }
            Law::Uniform { lo, hi } | Law::Triangular { lo, hi, .. } => (lo, hi),
            Law::Beta { .. } => (f64::EPSILON, 1.0 - f64::EPSILON),
            Law::P10P90 { lo, hi, family } => {
                let (mu, sigma) = percentiles_to_normal(family, lo, hi);
                let (from, to) = (mu - TAIL_SD * sigma, mu + TAIL_SD * sigma);
                match family {
                    Family::Normal => (from, to),
                    Family::Lognormal => (libm::exp(from), libm::exp(to)),
                    Family::LogitNormal => (f64::EPSILON, 1.0 - f64::EPSILON),
                }
            }
            Law::Choice { ref values, .. } => values
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &v| {
                    (lo.min(v), hi.max(v))
                }),
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Law::Normal { mean, sd } => write!(f, "normal({}, {})", Plain(mean), Plain(sd)),
            Law::Lognormal { mean, sd } => write!(f, "lognormal({}, {})", Plain(mean), Plain(sd)),
            Law::Uniform { lo, hi } => write!(f, "uniform({}, {})", Plain(lo), Plain(hi)),
            Law::Triangular { lo, mode, hi } => {
                write!(
                    f,
                    "triangular({}, {}, {})",
                    Plain(lo),
                    Plain(mode),
                    Plain(hi)
                )
            }
            Law::Beta { a, b } => write!(f, "beta({}, {})", Plain(a), Plain(b)),
            Law::P10P90 { lo, hi, family } => {
                write!(
                    f,
                    "p10_p90({}, {}; {})",
                    Plain(lo),
                    Plain(hi),
                    family.word()
                )
            }
            Law::Choice {
                ref values,
                ref weights,
            } => {
                write!(f, "choice(")?;
                for (i, (value, weight)) in values.iter().zip(weights).enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{}: {}", Plain(*value), Plain(*weight))?;
                }
                write!(f, ")")
            }
        }
    }
}

/// Location and scale of the normal behind a family with these 10th and 90th percentiles.
fn percentiles_to_normal(family: Family, lo: f64, hi: f64) -> (f64, f64) {
    let map = |x: f64| match family {
        Family::Normal => x,
        Family::Lognormal => libm::log(x),
        Family::LogitNormal => libm::log(x / (1.0 - x)),
    };
    let (a, b) = (map(lo), map(hi));
    (0.5 * (a + b), (b - a) / (2.0 * Z90))
}

/// E[1 / (1 + e^−(μ + σZ))]. The trapezoid rule converges exponentially for an analytic integrand that vanishes at
/// both ends; a step of 1/32 leaves less than 1e-12 for any σ that two percentiles in (0, 1) can give.
fn logit_normal_mean(mu: f64, sigma: f64) -> f64 {
    const STEP: f64 = 1.0 / 32.0;
    const STEPS: i32 = 9 * 32;
    let mut weighted = 0.0;
    let mut total = 0.0;
    for i in -STEPS..=STEPS {
        let z = f64::from(i) * STEP;
        let density = libm::exp(-0.5 * z * z);
        weighted += density / (1.0 + libm::exp(-(mu + sigma * z)));
        total += density;
    }
    weighted / total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p10_p90(lo: f64, hi: f64, family: Family) -> f64 {
        Law::new("p10_p90", &[lo, hi], family).unwrap().mean()
    }

    #[test]
    fn means_by_hand() {
        let any = Family::Normal;
        assert_eq!(Law::new("normal", &[0.28, 0.02], any).unwrap().mean(), 0.28);
        assert_eq!(Law::new("uniform", &[1.0, 3.0], any).unwrap().mean(), 2.0);
        assert_eq!(
            Law::new("triangular", &[0.0, 1.0, 5.0], any)
                .unwrap()
                .mean(),
            2.0
        );
        assert_eq!(Law::new("beta", &[2.0, 6.0], any).unwrap().mean(), 0.25);
        assert!((p10_p90(1.0, 3.0, Family::Normal) - 2.0).abs() < 1e-15);
    }

    #[test]
    fn lognormal_percentiles_have_the_closed_form_mean() {
        // mu = ln 2, sigma = ln 4 / (2 z90): mean = 2 exp(sigma^2 / 2).
        let sigma = 4.0f64.ln() / (2.0 * Z90);
        let mean = p10_p90(1.0, 4.0, Family::Lognormal);
        assert!((mean - 2.0 * (0.5 * sigma * sigma).exp()).abs() < 1e-12);
    }

    #[test]
    fn logit_normal_mean_against_known_values() {
        // Symmetric in the logit: one half exactly. Narrow: close to the second-order expansion.
        assert!((p10_p90(0.2, 0.8, Family::LogitNormal) - 0.5).abs() < 1e-14);
        let (mu, sigma): (f64, f64) = (-2.0, 0.05);
        let s = 1.0 / (1.0 + (-mu).exp());
        let second = s + 0.5 * sigma * sigma * s * (1.0 - s) * (1.0 - 2.0 * s);
        assert!((logit_normal_mean(mu, sigma) - second).abs() < 1e-6);
        // mean(mu) + mean(-mu) = 1 for any sigma.
        let pair = logit_normal_mean(1.3, 2.5) + logit_normal_mean(-1.3, 2.5);
        assert!((pair - 1.0).abs() < 1e-13);
    }

    #[test]
    fn malformed_laws_are_refused() {
        let any = Family::Lognormal;
        assert!(Law::new("normal", &[1.0], any).is_err());
        assert!(Law::new("normal", &[1.0, 0.0], any).is_err());
        assert!(Law::new("uniform", &[2.0, 1.0], any).is_err());
        assert!(Law::new("triangular", &[0.0, 9.0, 5.0], any).is_err());
        assert!(Law::new("p10_p90", &[-1.0, 5.0], any).is_err());
        assert!(Law::new("p10_p90", &[0.5, 1.0], Family::LogitNormal).is_err());
        assert!(Law::new("weibull", &[0.5, 1.0], any).is_err());
    }

    #[test]
    fn numbers_print_as_written() {
        let printed = |x: f64| Plain(x).to_string();
        assert_eq!(printed(1e6), "1_000_000");
        assert_eq!(printed(-25_000.0), "-25_000");
        assert_eq!(printed(0.05), "0.05");
        assert_eq!(printed(600.0), "600");
        assert_eq!(printed(1e12), "1e12");
    }
}
