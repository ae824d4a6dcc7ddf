//! Table H: how long until points are redeemed. Flows fall in the middle of their period.

use crate::liability::measure::{MeasureError, require};

/// Times in years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Duration {
    /// Σ t F ÷ Σ F.
    pub mean_time: f64,
    /// Per year.
    pub rate: f64,
    pub present_value: f64,
    /// Σ t PV ÷ Σ PV.
    pub macaulay: f64,
    /// Macaulay ÷ (1 + rate): the relative fall of the present value per unit of rate.
    pub modified: f64,
}

/// Duration of expected flows at a stated yearly rate. None where they sum to nothing.
///
/// # Errors
/// If the rate or the length of a period makes no sense.
pub fn duration(
    flows: &[f64],
    periods_per_year: f64,
    rate: f64,
) -> Result<Option<Duration>, MeasureError> {
    let per_year = require(
        periods_per_year > 0.0 && periods_per_year <= 366.0,
        "number of periods per year",
        periods_per_year,
        "above 0, at most 366",
    )?;
    require(
        rate.is_finite() && rate > -1.0,
        "rate per year",
        rate,
        "a finite number above -1",
    )?;
    let (mut sum, mut timed, mut value, mut timed_value) = (0.0, 0.0, 0.0, 0.0);
    for (index, flow) in flows.iter().enumerate() {
        let time = (index as f64 + 0.5) / per_year;
        let present = flow / libm::pow(1.0 + rate, time);
        sum += flow;
        timed += time * flow;
        value += present;
        timed_value += time * present;
    }
    if sum <= 0.0 || value <= 0.0 {
        return Ok(None);
    }
    let macaulay = timed_value / value;
    Ok(Some(Duration {
        mean_time: timed / sum,
        rate,
        present_value: value,
        macaulay,
        modified: macaulay / (1.0 + rate),
    }))
}
