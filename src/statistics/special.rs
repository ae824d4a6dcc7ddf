//! Special functions behind the laws: incomplete gamma and beta with both tails and their inverses, normal, Student t.
//!
//! Everything is f64 with + − × ÷ √ and the `libm` crate only, so the same bits come out on every platform. The inverses
//! are accurate in *relative* terms in both tails: they solve for the logarithm (gamma) or the logit (beta) of the
//! quantile by Newton's method on the logarithm of the smaller tail. In these variables the densities of both laws are
//! log-concave, hence so are their tails (Prékopa), and Newton's method on a concave increasing function converges
//! from any start, monotonically after the first step: no bracketing is needed.
//!
//! Outside the domain of a function (a shape that is not positive and finite, a probability outside (0, 1)) the answer
//! is NaN, never a panic.

/// Which tail of a law a probability measures. Asking by the smaller tail avoids the cancellation in 1 − p.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tail {
    /// P(X ≤ x).
    Lower(f64),
    /// P(X > x).
    Upper(f64),
}

impl Tail {
    /// The same point of the law, told by the tail that is at most one half.
    fn smaller(self) -> Tail {
        match self {
            Tail::Lower(p) if p > 0.5 => Tail::Upper(1.0 - p),
            Tail::Upper(q) if q > 0.5 => Tail::Lower(1.0 - q),
            tail => tail,
        }
    }

    fn probability(self) -> f64 {
        match self {
            Tail::Lower(p) | Tail::Upper(p) => p,
        }
    }

    fn is_inside(self) -> bool {
        self.probability() > 0.0 && self.probability() < 1.0
    }
}

/// Logarithms of both tails at a point.
#[derive(Clone, Copy, Debug)]
struct LnTails {
    lower: f64,
    upper: f64,
}

const LN_2: f64 = std::f64::consts::LN_2;
const HALF_LN_2_PI: f64 = 0.918_938_533_204_672_8;
/// Enough for shapes up to 10⁸ near their mean; series and fractions stop earlier, at rounding.
const MAX_TERMS: usize = 200_000;
/// Newton converges in 4 to 12 steps; the limit only guards against a cycle at rounding.
const MAX_STEPS: usize = 200;

/// ln Γ(x) for x > 0 (NaN otherwise).
pub fn ln_gamma(x: f64) -> f64 {
    if x > 0.0 { libm::lgamma(x) } else { f64::NAN }
}

/// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), without the cancellation when one argument is large.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    if !(a > 0.0 && b > 0.0) {
        return f64::NAN;
    }
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if large < 10.0 {
        return libm::lgamma(small) + libm::lgamma(large) - libm::lgamma(small + large);
    }
    let sum = small + large;
    if small >= 10.0 {
        return HALF_LN_2_PI
            + 0.5 * libm::log(sum / (small * large))
            + small * libm::log(small / sum)
            - large * libm::log1p(small / large)
            + stirling_remainder(small)
            + stirling_remainder(large)
            - stirling_remainder(sum);
    }
    // ln Γ(large) − ln Γ(large + small) from Stirling's series, term by term.
    let difference = -(large - 0.5) * libm::log1p(small / large) - small * libm::log(sum)
        + small
        + stirling_remainder(large)
        - stirling_remainder(sum);
    libm::lgamma(small) + difference
}

/// ln Γ(a) − [(a − ½) ln a − a + ½ ln 2π] for a ≥ 10 (Abramowitz & Stegun 6.1.41); the next term is below 1e-16.
fn stirling_remainder(a: f64) -> f64 {
    let inverse = 1.0 / a;
    let square = inverse * inverse;
    let tail = 1.0 / 1188.0 - square * (691.0 / 360_360.0 - square * (1.0 / 156.0));
    inverse
        * (1.0 / 12.0
            - square
                * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0 - square * tail))))
}

/// ln(1 + u) − u without cancellation for small u.
fn log1p_minus(u: f64) -> f64 {
    if !(-0.4..=0.6).contains(&u) {
        return libm::log1p(u) - u;
    }
    // ln(1 + u) = 2 artanh(r) with r = u / (2 + u), and u − 2r = ru.
    let r = u / (2.0 + u);
    let square = r * r;
    let mut power = 1.0;
    let mut sum = 0.0;
    let mut odd = 3.0;
    loop {
        let term = power / odd;
        sum += term;
        if term < 1e-17 {
            break;
        }
        power *= square;
        odd += 2.0;
    }
    2.0 * r * square * sum - r * u
}

/// ln(1 − e^z) for z < 0.
fn ln_one_minus_exp(z: f64) -> f64 {
    if z > -LN_2 {
        libm::log(-libm::expm1(z))
    } else {
        libm::log1p(-libm::exp(z))
    }
}

/// ln[x^a e^−x / Γ(a + 1)], given x and its logarithm.
fn ln_gamma_kernel(a: f64, x: f64, ln_x: f64) -> f64 {
    if a < 10.0 {
        return a * ln_x - x - libm::lgamma(a + 1.0);
    }
    let relative = (x - a) / a;
    let exponent = if (-0.4..=0.6).contains(&relative) {
        a * log1p_minus(relative)
    } else {
        a * (ln_x - libm::log(a)) - (x - a)
    };
    exponent - HALF_LN_2_PI - 0.5 * libm::log(a) - stirling_remainder(a)
}

/// Both tails of the gamma law of unit scale at x = e^ln_x, by the series for x < a + 1 and Legendre's continued
/// fraction above (Abramowitz & Stegun 6.5.29 and 6.5.31).
fn gamma_ln_tails(a: f64, x: f64, ln_x: f64) -> LnTails {
    let kernel = ln_gamma_kernel(a, x, ln_x);
    if x < a + 1.0 {
        let mut term = 1.0;
        let mut sum = 1.0;
        for n in 1..MAX_TERMS {
            term *= x / (a + n as f64);
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        let lower = kernel + libm::log(sum);
        let upper = if a < 1.0 && x < 1.1 {
            libm::log(gamma_upper_small(a, x, ln_x))
        } else {
            ln_one_minus_exp(lower)
        };
        return LnTails { lower, upper };
    }
    let upper = kernel + libm::log(a * gamma_fraction(a, x));
    LnTails {
        lower: ln_one_minus_exp(upper),
        upper,
    }
}

/// Q(a, x) for a < 1 and x small, where 1 − P cancels: with P = x^a/Γ(a + 1)·[1 + a Σ (−x)^n / ((a + n) n!)].
fn gamma_upper_small(a: f64, x: f64, ln_x: f64) -> f64 {
    let exponent = a * ln_x - libm::lgamma(a + 1.0);
    let mut power = 1.0;
    let mut sum = 0.0;
    for n in 1..60 {
        let n = f64::from(n);
        power *= -x / n;
        sum += power / (a + n);
    }
    -libm::expm1(exponent) - libm::exp(exponent) * a * sum
}

/// Γ(a, x) / (x^a e^−x) by the modified Lentz method.
fn gamma_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..MAX_TERMS {
        let i = i as f64;
        let numerator = -i * (i - a);
        b += 2.0;
        d = numerator * d + b;
        if libm::fabs(d) < TINY {
            d = TINY;
        }
        c = b + numerator / c;
        if libm::fabs(c) < TINY {
            c = TINY;
        }
        d = 1.0 / d;
        let factor = d * c;
        h *= factor;
        if libm::fabs(factor - 1.0) < 1e-16 {
            break;
        }
    }
    h
}

fn is_shape(a: f64) -> bool {
    a > 0.0 && a.is_finite()
}

/// Regularized lower incomplete gamma P(a, x): the CDF of the gamma law of shape `a` and unit scale.
pub fn gamma_p(a: f64, x: f64) -> f64 {
    gamma_tail(a, x, |tails| tails.lower, 0.0)
}

/// Regularized upper incomplete gamma Q(a, x) = 1 − P(a, x), accurate where it is small.
pub fn gamma_q(a: f64, x: f64) -> f64 {
    gamma_tail(a, x, |tails| tails.upper, 1.0)
}

fn gamma_tail(a: f64, x: f64, side: impl Fn(LnTails) -> f64, at_zero: f64) -> f64 {
    if !is_shape(a) || x.is_nan() {
        f64::NAN
    } else if x <= 0.0 {
        at_zero
    } else if x == f64::INFINITY {
        1.0 - at_zero
    } else {
        libm::exp(side(gamma_ln_tails(a, x, libm::log(x))))
    }
}

/// Quantile of the gamma law of shape `a` and unit scale.
pub fn gamma_quantile(a: f64, tail: Tail) -> f64 {
    libm::exp(gamma_quantile_ln(a, tail))
}

/// Logarithm of the quantile of the gamma law of shape `a` and unit scale; finite also where the quantile underflows
/// (small shapes), and the way to an inverse gamma without a division by zero.
pub fn gamma_quantile_ln(a: f64, tail: Tail) -> f64 {
    if !is_shape(a) || !tail.is_inside() {
        return f64::NAN;
    }
    let tail = tail.smaller();
    let start = gamma_quantile_ln_guess(a, tail);
    newton_ln_tail(tail, start, |y| {
        let x = libm::exp(y);
        // d P / d ln x = x · density = kernel · a
        (
            gamma_ln_tails(a, x, y),
            ln_gamma_kernel(a, x, y) + libm::log(a),
        )
    })
}

/// Wilson and Hilferty's cube, or the first term of the series in the lower tail.
fn gamma_quantile_ln_guess(a: f64, tail: Tail) -> f64 {
    let z = normal_quantile(tail);
    let root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * libm::sqrt(a));
    match tail {
        Tail::Lower(p) if a < 1.0 || root < 0.3 => (libm::log(p) + libm::lgamma(a + 1.0)) / a,
        Tail::Upper(q) if a < 1.0 => libm::log(0.1 - libm::log(q)),
        _ => libm::log(a) + 3.0 * libm::log(if root > 0.3 { root } else { 0.3 }),
    }
}

/// Solves ln(tail at y) = ln(probability) by Newton. `law` gives the logarithms of both tails and of the density in y.
fn newton_ln_tail(tail: Tail, start: f64, law: impl Fn(f64) -> (LnTails, f64)) -> f64 {
    let target = libm::log(tail.probability());
    let mut y = start;
    let mut previous_step = f64::INFINITY;
    for step_number in 0..MAX_STEPS {
        let (tails, ln_density) = law(y);
        let step = match tail {
            Tail::Lower(_) => (target - tails.lower) * libm::exp(tails.lower - ln_density),
            Tail::Upper(_) => (tails.upper - target) * libm::exp(tails.upper - ln_density),
        };
        // A first step from the flat side can be huge; halving the excess keeps the logarithms finite.
        let step = step.clamp(-200.0, 200.0);
        y += step;
        let size = libm::fabs(step);
        let scale = if libm::fabs(y) > 1.0 {
            libm::fabs(y)
        } else {
            1.0
        };
        if size <= 2e-16 * scale
            || (step_number > 3 && size < 1e-13 * scale && size >= previous_step)
        {
            break;
        }
        previous_step = size;
    }
    y
}

/// Both tails of the beta law at x = 1 / (1 + e^−logit), by the continued fraction of Abramowitz & Stegun 26.5.8.
fn beta_ln_tails(a: f64, b: f64, logit: f64) -> LnTails {
    let kernel = ln_beta_kernel(a, b, logit);
    let x = expit(logit);
    if x < (a + 1.0) / (a + b + 2.0) {
        let lower = kernel + libm::log(beta_fraction(a, b, x) / a);
        LnTails {
            lower,
            upper: ln_one_minus_exp(lower),
        }
    } else {
        let upper = kernel + libm::log(beta_fraction(b, a, expit(-logit)) / b);
        LnTails {
            lower: ln_one_minus_exp(upper),
            upper,
        }
    }
}

/// ln[x^a (1 − x)^b / B(a, b)]: the logarithm of the density of the logit.
fn ln_beta_kernel(a: f64, b: f64, logit: f64) -> f64 {
    -a * log1p_exp(-logit) - b * log1p_exp(logit) - ln_beta(a, b)
}

fn expit(logit: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-logit))
}

/// ln(1 + e^z), also where e^z overflows.
pub(super) fn log1p_exp(z: f64) -> f64 {
    if z > 40.0 {
        z + libm::exp(-z)
    } else {
        libm::log1p(libm::exp(z))
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if libm::fabs(v) < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..MAX_TERMS {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let factor = d * c;
        h *= factor;
        if libm::fabs(factor - 1.0) < 1e-16 {
            break;
        }
    }
    h
}

/// Regularized incomplete beta I_x(a, b): the CDF of the beta law.
pub fn beta_p(a: f64, b: f64, x: f64) -> f64 {
    beta_tail(a, b, x, |tails| tails.lower, 0.0)
}

/// 1 − I_x(a, b), accurate where it is small.
pub fn beta_q(a: f64, b: f64, x: f64) -> f64 {
    beta_tail(a, b, x, |tails| tails.upper, 1.0)
}

fn beta_tail(a: f64, b: f64, x: f64, side: impl Fn(LnTails) -> f64, at_zero: f64) -> f64 {
    if !is_shape(a) || !is_shape(b) || x.is_nan() {
        f64::NAN
    } else if x <= 0.0 {
        at_zero
    } else if x >= 1.0 {
        1.0 - at_zero
    } else {
        libm::exp(side(beta_ln_tails(a, b, libm::log(x) - libm::log1p(-x))))
    }
}

/// Quantile of the beta law. Near 1 ask [`beta_quantile_logit`], which loses nothing.
pub fn beta_quantile(a: f64, b: f64, tail: Tail) -> f64 {
    expit(beta_quantile_logit(a, b, tail))
}

/// ln(x / (1 − x)) of the quantile x of the beta law: accurate for x near 0 and near 1.
pub fn beta_quantile_logit(a: f64, b: f64, tail: Tail) -> f64 {
    if !is_shape(a) || !is_shape(b) || !tail.is_inside() {
        return f64::NAN;
    }
    let tail = tail.smaller();
    let start = match tail {
        // First terms of the two tails' series; the mean where they leave the tail.
        Tail::Lower(p) => f64::min((libm::log(p * a) + ln_beta(a, b)) / a, libm::log(a / b)),
        Tail::Upper(q) => f64::max(-(libm::log(q * b) + ln_beta(a, b)) / b, libm::log(a / b)),
    };
    newton_ln_tail(tail, start, |y| {
        (beta_ln_tails(a, b, y), ln_beta_kernel(a, b, y))
    })
}

/// Φ(x), the standard normal CDF; accurate in relative terms in the lower tail.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Quantile of the standard normal law: Abramowitz & Stegun 26.2.23 refined by Newton on ln Φ.
pub fn normal_quantile(tail: Tail) -> f64 {
    if !tail.is_inside() {
        return f64::NAN;
    }
    let tail = tail.smaller();
    let p = tail.probability();
    if p == 0.5 {
        return 0.0;
    }
    let t = libm::sqrt(-2.0 * libm::log(p));
    let rational = (2.515_517 + t * (0.802_853 + t * 0.010_328))
        / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)));
    let mut x = rational - t;
    for _ in 0..4 {
        let cdf = normal_cdf(x);
        let density = libm::exp(-0.5 * x * x - HALF_LN_2_PI);
        x -= cdf * libm::log(cdf / p) / density;
    }
    match tail {
        Tail::Lower(_) => x,
        Tail::Upper(_) => -x,
    }
}

/// Quantile of Student's t with `degrees` > 0 degrees of freedom (they need not be whole).
pub fn student_t_quantile(degrees: f64, tail: Tail) -> f64 {
    if !is_shape(degrees) || !tail.is_inside() {
        return f64::NAN;
    }
    let tail = tail.smaller();
    if tail.probability() == 0.5 {
        return 0.0;
    }
    // P(|T| > t) = I_x(ν/2, 1/2) with x = ν / (ν + t²), so t² = ν (1 − x) / x.
    let logit = beta_quantile_logit(0.5 * degrees, 0.5, Tail::Lower(2.0 * tail.probability()));
    let t = libm::sqrt(degrees * libm::exp(-logit));
    match tail {
        Tail::Lower(_) => -t,
        Tail::Upper(_) => t,
    }
}

#[cfg(test)]
mod tests;
