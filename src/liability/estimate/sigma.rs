//! The variance of the last age, which no estimate gives because only one origin has it: two published rules that give
//! different errors. Which one was used is part of the result.

use super::Refusal;

/// How variances that cannot be estimated are filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigmaRule {
    /// Mack (1993): σ²_k = min(σ⁴_(k−1) ÷ σ²_(k−2), min(σ²_(k−2), σ²_(k−1))). Gives the published 2,447,095 on the
    /// Taylor–Ashe triangle. With one earlier variance only, that one (judgement: the rule does not say).
    Mack,
    /// A straight line through ln σ over age, extrapolated: the default of common packages, 2,441,364 on Taylor–Ashe.
    LogLinear,
}

impl SigmaRule {
    pub const BOTH: [SigmaRule; 2] = [SigmaRule::Mack, SigmaRule::LogLinear];

    pub const fn name(self) -> &'static str {
        match self {
            SigmaRule::Mack => "mack",
            SigmaRule::LogLinear => "log-linear",
        }
    }

    /// Fills in missing variances (σ²), by age.
    ///
    /// # Errors
    /// If nothing is there to go by.
    pub fn complete(self, estimated: &[Option<f64>]) -> Result<Vec<f64>, Refusal> {
        if estimated.iter().all(Option::is_none) {
            return Err(Refusal::NoVariance);
        }
        match self {
            SigmaRule::Mack => Ok(by_mack(estimated)),
            SigmaRule::LogLinear if estimated.iter().all(Option::is_some) => {
                Ok(estimated.iter().filter_map(|v| *v).collect())
            }
            SigmaRule::LogLinear => by_trend(estimated),
        }
    }
}

fn by_mack(estimated: &[Option<f64>]) -> Vec<f64> {
    let mut filled: Vec<f64> = Vec::with_capacity(estimated.len());
    for (age, variance) in estimated.iter().enumerate() {
        let earlier = |back: usize| age.checked_sub(back).and_then(|at| filled.get(at).copied());
        let value = match (variance, earlier(1), earlier(2)) {
            (Some(variance), _, _) => *variance,
            (None, Some(last), Some(before)) if before > 0.0 => {
                (last * last / before).min(before).min(last)
            }
            (None, Some(last), Some(before)) => last.min(before),
            (None, Some(last), None) => last,
            // Before the first estimate (old rows start late): the first one there is.
            (None, None, _) => estimated.iter().find_map(|v| *v).unwrap_or(0.0),
        };
        filled.push(value);
    }
    filled
}

/// Ages without variation have no logarithm and take no part in the line.
fn by_trend(estimated: &[Option<f64>]) -> Result<Vec<f64>, Refusal> {
    let points: Vec<(f64, f64)> = estimated
        .iter()
        .enumerate()
        .filter_map(|(age, v)| Some((age as f64, 0.5 * libm::log((*v).filter(|v| *v > 0.0)?))))
        .collect();
    if points.len() < 2 {
        return Err(Refusal::NoTrend);
    }
    let count = points.len() as f64;
    let mean_x = points.iter().map(|p| p.0).sum::<f64>() / count;
    let mean_y = points.iter().map(|p| p.1).sum::<f64>() / count;
    let xx: f64 = points.iter().map(|p| (p.0 - mean_x) * (p.0 - mean_x)).sum();
    let xy: f64 = points.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum();
    let slope = xy / xx;
    let at = |age: usize| libm::exp(2.0 * (mean_y + slope * (age as f64 - mean_x)));
    let filled = estimated.iter().enumerate();
    Ok(filled
        .map(|(age, v)| v.unwrap_or_else(|| at(age)))
        .collect())
}
