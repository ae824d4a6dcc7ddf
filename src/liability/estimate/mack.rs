//! Standard errors of the chain ladder without a distribution: T. Mack, *Distribution-free calculation of the standard
//! error of chain ladder reserve estimates*, ASTIN Bulletin 23 (1993); with a tail, *The standard error of chain ladder
//! reserve estimates: recursive calculation and inclusion of a tail factor*, ASTIN Bulletin 29 (1999).
//!
//! Recursive form, from an origin's last age: process² ← f² · process² + σ² Ĉ; parameter² ← f² · parameter² + v Ĉ², with
//! v = σ² ÷ Σ C the variance of the factor. Of all origins together the process variances add up, and the parameter
//! variance is the same recursion on the sum of the origins that are being developed, because they share the factors.

use super::chain_ladder::ChainLadder;
use super::sigma::SigmaRule;
use super::triangle::Triangle;
use super::{Refusal, finite};

/// A standard error and its two sources.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Errors {
    /// The luck of the origins.
    pub process: f64,
    /// The error of the factors.
    pub parameter: f64,
}

impl Errors {
    pub fn total(&self) -> f64 {
        libm::sqrt(self.process * self.process + self.parameter * self.parameter)
    }
}

/// Mack's standard errors.
#[derive(Clone, Debug, PartialEq)]
pub struct MackErrors {
    pub rule: SigmaRule,
    /// σ by age, filled in by the rule where it cannot be estimated.
    pub sigmas: Vec<f64>,
    pub by_origin: Vec<Errors>,
    pub all: Errors,
}

/// One step of development with the variances that go with it.
#[derive(Clone, Copy)]
struct Move {
    factor: f64,
    process: f64,
    parameter: f64,
}

/// Standard errors of the ultimates (equally of the reserves) of a fitted chain ladder.
///
/// # Errors
/// If no variance can be estimated, or a factor is not positive.
pub fn standard_errors(
    triangle: &Triangle,
    fitted: &ChainLadder,
    rule: SigmaRule,
) -> Result<MackErrors, Refusal> {
    let estimated: Vec<Option<f64>> = fitted.steps.iter().map(|step| step.variance).collect();
    let variances = rule.complete(&estimated)?;
    for (index, step) in fitted.steps.iter().enumerate() {
        if step.factor <= 0.0 {
            let (age, factor) = (index + 1, step.factor);
            return Err(Refusal::FactorNotPositive { age, factor });
        }
    }
    let mut moves: Vec<Move> = fitted
        .steps
        .iter()
        .zip(&variances)
        .map(|(step, variance)| Move {
            factor: step.factor,
            process: *variance,
            parameter: variance / step.volume,
        })
        .collect();
    let tail = fitted.tail;
    moves.push(Move {
        factor: tail.factor,
        process: tail.sigma * tail.sigma,
        parameter: tail.standard_error * tail.standard_error,
    });
    let by_origin: Vec<Errors> = (0..triangle.rows())
        .map(|row| of_origin(triangle.latest(row), &moves))
        .collect();
    let process: f64 = by_origin.iter().map(|e| e.process * e.process).sum();
    let all = Errors {
        process: libm::sqrt(process),
        parameter: libm::sqrt(shared_parameter_variance(triangle, &moves)),
    };
    finite(&[all.process, all.parameter])?;
    Ok(MackErrors {
        rule,
        sigmas: variances.iter().map(|v| libm::sqrt(*v)).collect(),
        by_origin,
        all,
    })
}

fn of_origin((age, latest): (usize, f64), moves: &[Move]) -> Errors {
    let (mut value, mut process, mut parameter) = (latest, 0.0, 0.0);
    for step in moves.iter().skip(age) {
        let squared = step.factor * step.factor;
        // A negative value (more taken back than redeemed) varies by its size.
        process = squared * process + step.process * libm::fabs(value);
        parameter = squared * parameter + step.parameter * value * value;
        value *= step.factor;
    }
    Errors {
        process: libm::sqrt(process),
        parameter: libm::sqrt(parameter),
    }
}

fn shared_parameter_variance(triangle: &Triangle, moves: &[Move]) -> f64 {
    let (mut developing, mut variance) = (0.0, 0.0);
    for (age, step) in moves.iter().enumerate() {
        let joining = (0..triangle.rows()).map(|row| triangle.latest(row));
        developing += joining
            .filter(|(at, _)| *at == age)
            .map(|(_, v)| v)
            .sum::<f64>();
        variance = step.factor * step.factor * variance + step.parameter * developing * developing;
        developing *= step.factor;
    }
    variance
}
