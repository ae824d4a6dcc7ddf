//! Table E: when expected redemptions come, and what of them is current. By expected redemption, never by the age of the
//! points.

use crate::liability::measure::{MeasureError, not_negative, require};

/// Buckets of time from the valuation, years.
pub const BUCKETS: [(&str, f64); 5] = [
    ("0-12 months", 1.0),
    ("1-2 years", 2.0),
    ("2-3 years", 3.0),
    ("3-5 years", 5.0),
    ("over 5 years", f64::INFINITY),
];

/// What is presented as current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrentPolicy {
    /// Expected to be redeemed within twelve months.
    ExpectedRedemption,
    /// All of it: the operating-cycle argument (IAS 1.69(a)); a policy choice.
    OperatingCycle,
}

/// The table.
#[derive(Clone, Debug, PartialEq)]
pub struct Maturity {
    /// As [`BUCKETS`].
    pub buckets: [f64; 5],
    /// Expected, but nobody says when: beyond the last age of a triangle. Non-current under expected redemption.
    pub undated: f64,
    pub current: f64,
    pub non_current: f64,
}

impl Maturity {
    /// From expected flows per period, evenly spread inside a period, and what has no date.
    ///
    /// # Errors
    /// If a period is not positive, or `undated` is not finite.
    pub fn new(
        flows: &[f64],
        periods_per_year: f64,
        undated: f64,
        policy: CurrentPolicy,
    ) -> Result<Maturity, MeasureError> {
        let per_year = require(
            periods_per_year > 0.0 && periods_per_year <= 366.0,
            "number of periods per year",
            periods_per_year,
            "above 0, at most 366",
        )?;
        require(
            undated.is_finite(),
            "expected redemption without a date",
            undated,
            "a finite number",
        )?;
        let mut buckets = [0.0; 5];
        for (index, flow) in flows.iter().enumerate() {
            let (from, to) = (index as f64 / per_year, (index + 1) as f64 / per_year);
            let mut start = 0.0;
            for (bucket, (_, end)) in buckets.iter_mut().zip(BUCKETS) {
                let inside = (to.min(end) - from.max(start)).max(0.0) * per_year;
                *bucket += flow * inside;
                start = end;
            }
        }
        let all: f64 = buckets.iter().sum::<f64>() + undated;
        let current = match policy {
            CurrentPolicy::ExpectedRedemption => buckets[0],
            CurrentPolicy::OperatingCycle => all,
        };
        Ok(Maturity {
            buckets,
            undated,
            current,
            non_current: all - current,
        })
    }
}

/// Divides a liability in proportion to expected redemptions: (current, non-current). A cost provision at one cost per
/// point is divided exactly so; a deferred revenue too, because it is released by redemptions.
///
/// # Errors
/// If the liability is negative.
pub fn split(liability: f64, maturity: &Maturity) -> Result<[f64; 2], MeasureError> {
    let liability = not_negative("liability", liability)?;
    let all = maturity.current + maturity.non_current;
    let share = if all > 0.0 {
        maturity.current / all
    } else {
        0.0
    };
    let current = liability * share;
    Ok([current, liability - current])
}
