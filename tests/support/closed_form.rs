//! Closed forms of purchase and attrition models, written from the published formulas and independent of the
//! simulator, to compare it with. Time is in the unit of the parameters (weeks for CDNOW), from the first purchase,
//! which is not counted.

use fidelio::statistics::quadrature::{gauss_legendre, half_line};
use fidelio::statistics::special::{ln_beta, ln_gamma};

/// Purchases Poisson with rate gamma(r, rate alpha); nobody leaves (Ehrenberg 1959).
#[derive(Clone, Copy, Debug)]
pub struct Nbd {
    pub r: f64,
    pub alpha: f64,
}

/// Rate gamma(r, rate alpha), exponential lifetime with rate gamma(s, rate beta) (Schmittlein, Morrison & Colombo
/// 1987).
#[derive(Clone, Copy, Debug)]
pub struct Pareto {
    pub r: f64,
    pub alpha: f64,
    pub s: f64,
    pub beta: f64,
}

/// Rate gamma(r, rate alpha), leaving after each repeat purchase with probability beta(a, b) (Fader, Hardie & Lee
/// 2005, *Marketing Science* 24(2)).
#[derive(Clone, Copy, Debug)]
pub struct Bg {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
}

/// What is known of a customer: repeat purchases, time of the last one (0 if none), age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    pub repeats: u32,
    pub last: f64,
    pub age: f64,
}

/// Gauss's ₂F₁(a, b; c; z) for 0 ≤ z < 1 and positive a, b, c by its series, whose terms are then all positive.
pub fn hypergeometric(a: f64, b: f64, c: f64, z: f64) -> f64 {
    assert!((0.0..1.0).contains(&z), "z = {z}");
    let (mut term, mut sum, mut n) = (1.0, 1.0, 0.0);
    loop {
        let factor = (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z;
        term *= factor;
        sum += term;
        n += 1.0;
        // Once the factors are below 1 they tend to z, so the rest is about term · z / (1 − z).
        if factor < 1.0 && term * z / (1.0 - z) < sum * 1e-16 {
            return sum;
        }
    }
}

/// ln of the NBD probability of k purchases within t.
fn ln_nbd(r: f64, alpha: f64, k: u32, t: f64) -> f64 {
    let k = f64::from(k);
    let from_time = if k > 0.0 {
        k * (t / (alpha + t)).ln()
    } else {
        0.0
    };
    ln_gamma(r + k) - ln_gamma(r) - ln_gamma(k + 1.0) + r * (alpha / (alpha + t)).ln() + from_time
}

impl Nbd {
    /// Log-likelihood of one customer, timing form.
    pub fn ln_likelihood(&self, data: Summary) -> f64 {
        let x = f64::from(data.repeats);
        ln_gamma(self.r + x) - ln_gamma(self.r) + self.r * self.alpha.ln()
            - (self.r + x) * (self.alpha + data.age).ln()
    }
}

impl Pareto {
    /// The market in which everybody's rate is `factor` times as high.
    pub fn with_rate_times(self, factor: f64) -> Pareto {
        Pareto {
            alpha: self.alpha / factor,
            ..self
        }
    }

    /// P(alive at age t).
    pub fn survival(&self, t: f64) -> f64 {
        (self.beta / (self.beta + t)).powf(self.s)
    }

    /// E[X(t)], expected repeat purchases.
    pub fn expected(&self, t: f64) -> f64 {
        self.r / self.alpha * self.exposure(0.0, t)
    }

    /// ∫ survival from age `from` to age `to`: expected time alive, per customer who arrived.
    pub fn exposure(&self, from: f64, to: f64) -> f64 {
        let power = 1.0 - self.s;
        let at = |t: f64| {
            if power == 0.0 {
                (1.0 + t / self.beta).ln()
            } else {
                (1.0 + t / self.beta).powf(power) / power
            }
        };
        self.beta * (at(to) - at(from))
    }

    /// P(X(t) = k): the NBD over the time alive, with the lifetime (Lomax) integrated numerically.
    pub fn probability(&self, k: u32, t: f64) -> f64 {
        let count = |time: f64| ln_nbd(self.r, self.alpha, k, time).exp();
        let leaving = |time: f64| self.s / (self.beta + time) * self.survival(time);
        self.survival(t) * count(t) + gauss_legendre(0.0, t, 16, |time| leaving(time) * count(time))
    }

    /// P(X(t) = k) by quadrature over both latent rates, a check of [`Pareto::probability`] from the model's story:
    /// Poisson purchases at rate λ until the earlier of t and an exponential lifetime of rate μ.
    pub fn probability_from_rates(&self, k: u32, t: f64) -> f64 {
        let density = |shape: f64, rate: f64, x: f64| {
            (shape * (rate * x).ln() - rate * x - ln_gamma(shape)).exp() / x
        };
        half_line(self.r / self.alpha, |lambda| {
            let poisson = |time: f64| {
                let mean = lambda * time;
                (f64::from(k) * mean.ln() - mean - ln_gamma(f64::from(k) + 1.0)).exp()
            };
            let given_lambda = half_line(self.s / self.beta, |mu| {
                let left =
                    gauss_legendre(0.0, t, 4, |time| mu * (-mu * time).exp() * poisson(time));
                density(self.s, self.beta, mu) * ((-mu * t).exp() * poisson(t) + left)
            });
            density(self.r, self.alpha, lambda) * given_lambda
        })
    }

    /// Log-likelihood of one customer (Fader & Hardie 2005 note, eqs. 18 and 19).
    pub fn ln_likelihood(&self, data: Summary) -> f64 {
        let Pareto { r, alpha, s, beta } = *self;
        let x = f64::from(data.repeats);
        let all = r + s + x;
        let (large, difference, second) = if alpha >= beta {
            (alpha, alpha - beta, s + 1.0)
        } else {
            (beta, beta - alpha, r + x)
        };
        let part = |t: f64| {
            hypergeometric(all, second, all + 1.0, difference / (large + t)).ln()
                - all * (large + t).ln()
        };
        let (at_last, at_end) = (part(data.last), part(data.age));
        let died = (s / all).ln() + at_last + (-(at_end - at_last).exp()).ln_1p();
        let alive = -(r + x) * (alpha + data.age).ln() - s * (beta + data.age).ln();
        ln_gamma(r + x) - ln_gamma(r) + r * alpha.ln() + s * beta.ln() + ln_sum_exp(alive, died)
    }

    /// Customers alive today of a constant past inflow of `inflow` per unit of time that began `oldest` ago.
    pub fn base(&self, inflow: f64, oldest: f64) -> f64 {
        inflow * self.exposure(0.0, oldest)
    }

    /// Of that base, those still alive after a further time `ahead`, newcomers not counted.
    pub fn base_left(&self, inflow: f64, oldest: f64, ahead: f64) -> f64 {
        inflow * self.exposure(ahead, oldest + ahead)
    }
}

impl Bg {
    /// The market in which everybody's rate is `factor` times as high.
    pub fn with_rate_times(self, factor: f64) -> Bg {
        Bg {
            alpha: self.alpha / factor,
            ..self
        }
    }

    /// E[X(t)], expected repeat purchases (their eq. 9).
    pub fn expected(&self, t: f64) -> f64 {
        let Bg { r, alpha, a, b } = *self;
        let series = hypergeometric(r, b, a + b - 1.0, t / (alpha + t));
        (a + b - 1.0) / (a - 1.0) * (1.0 - (alpha / (alpha + t)).powf(r) * series)
    }

    /// P(X(t) = k) (their eq. 8).
    pub fn probability(&self, k: u32, t: f64) -> f64 {
        let Bg { r, alpha, a, b } = *self;
        let x = f64::from(k);
        let stayed = (ln_beta(a, b + x) - ln_beta(a, b) + ln_nbd(r, alpha, k, t)).exp();
        if k == 0 {
            return stayed;
        }
        let fewer: f64 = (0..k).map(|j| ln_nbd(r, alpha, j, t).exp()).sum();
        stayed + (ln_beta(a + 1.0, b + x - 1.0) - ln_beta(a, b)).exp() * (1.0 - fewer)
    }

    /// Log-likelihood of one customer (their eq. 6).
    pub fn ln_likelihood(&self, data: Summary) -> f64 {
        let x = f64::from(data.repeats);
        let left = if data.repeats == 0 {
            f64::NEG_INFINITY
        } else {
            self.ln_left(x - 1.0, data)
        };
        self.ln_purchases(x) + ln_sum_exp(self.ln_stayed(x, data), left)
    }

    /// Log-likelihood of one customer if the coin falls also after the first purchase (MBG/NBD; Batislam, Denizel &
    /// Filiztekin 2007).
    pub fn ln_likelihood_modified(&self, data: Summary) -> f64 {
        let x = f64::from(data.repeats);
        self.ln_purchases(x) + ln_sum_exp(self.ln_stayed(x + 1.0, data), self.ln_left(x, data))
    }

    fn ln_purchases(&self, x: f64) -> f64 {
        ln_gamma(self.r + x) - ln_gamma(self.r) + self.r * self.alpha.ln()
    }

    /// The part in which all `coins` showed staying.
    fn ln_stayed(&self, coins: f64, data: Summary) -> f64 {
        let x = f64::from(data.repeats);
        ln_beta(self.a, self.b + coins)
            - ln_beta(self.a, self.b)
            - (self.r + x) * (self.alpha + data.age).ln()
    }

    /// The part in which `coins` showed staying and the last one leaving.
    fn ln_left(&self, coins: f64, data: Summary) -> f64 {
        let x = f64::from(data.repeats);
        ln_beta(self.a + 1.0, self.b + coins)
            - ln_beta(self.a, self.b)
            - (self.r + x) * (self.alpha + data.last).ln()
    }
}

fn ln_sum_exp(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    large + (small - large).exp().ln_1p()
}

/// Constant hazard −ln(1 − p) with p beta(a, b) per unit of time: P(alive at t) = E[(1 − p)^t] = B(a, b + t) / B(a, b).
pub fn beta_hazard_survival(a: f64, b: f64, t: f64) -> f64 {
    (ln_beta(a, b + t) - ln_beta(a, b)).exp()
}

/// E ∫ e^(−ht) dt over [from, to] for that hazard.
pub fn beta_hazard_exposure(a: f64, b: f64, from: f64, to: f64) -> f64 {
    gauss_legendre(from, to, 4, |t| beta_hazard_survival(a, b, t))
}

/// Expected repeat purchases in total by the end of each week, for customers who enter through calendar days
/// (`entries[d]` of them on day d from 0): Σ entries · E[X(max(0, 7w − 1 − d) / 7)], in weeks.
pub fn weekly_cumulative(entries: &[u32], weeks: u32, expected: impl Fn(f64) -> f64) -> Vec<f64> {
    let by_days: Vec<f64> = (0..7 * weeks)
        .map(|days| {
            if days == 0 {
                0.0
            } else {
                expected(f64::from(days) / 7.0)
            }
        })
        .collect();
    let week_total = |week: u32| {
        let customers = |(day, count): (usize, &u32)| match (7 * week as usize - 1).checked_sub(day)
        {
            Some(days) => f64::from(*count) * by_days[days],
            None => 0.0,
        };
        entries.iter().enumerate().map(customers).sum()
    };
    (1..=weeks).map(week_total).collect()
}

/// Expected customers with 0, 1, ..., `last` − 1 and with `last` or more repeat purchases at the end of day
/// `end_day`, for customers who enter through calendar days.
pub fn frequency_histogram(
    entries: &[u32],
    end_day: u32,
    last: u32,
    probability: impl Fn(u32, f64) -> f64,
) -> Vec<f64> {
    let customers: f64 = entries.iter().map(|count| f64::from(*count)).sum();
    let with = |k: u32| -> f64 {
        let on_day = |(day, count): (usize, &u32)| {
            f64::from(*count) * probability(k, f64::from(end_day - day as u32) / 7.0)
        };
        entries.iter().enumerate().map(on_day).sum()
    };
    let mut histogram: Vec<f64> = (0..last).map(with).collect();
    histogram.push(customers - histogram.iter().sum::<f64>());
    histogram
}
