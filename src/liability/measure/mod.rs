//! The measurement of a point liability: what a set of points is carried at, and what a period releases of it.
//!
//! Two bases that are never mixed. [`basis::DeferredRevenue`] is the IFRS 15 / ASC 606 material right: part of the
//! price of past sales, at allocated selling price, released as points are redeemed. [`basis::CostProvision`] is what
//! future redemptions will cost. The basis is part of the type of every [`basis::Amount`].
//!
//! The unit of account is the month of issue: the kernel runs per vintage and the results are summed. One pool
//! for all vintages is the named variant [`deferred_revenue::prospective_release`].
//!
//! Unrounded functions compute in major units as `f64`; [`booking`] turns them into whole minor units that tie.

pub mod allocation;
pub mod basis;
pub mod booking;
pub mod cost_provision;
pub mod deferred_revenue;
pub mod financing;
pub mod partner;

use std::fmt;

/// Why something cannot be measured: a number that makes no sense, with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureError {
    /// What the number is.
    pub quantity: &'static str,
    pub value: f64,
    pub wanted: &'static str,
}

impl fmt::Display for MeasureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the {} is {}, but must be {}",
            self.quantity, self.value, self.wanted
        )
    }
}

impl std::error::Error for MeasureError {}

pub(crate) const NOT_NEGATIVE: &str = "a finite number, zero or positive";
pub(crate) const POSITIVE: &str = "a positive finite number";
pub(crate) const SHARE: &str = "a share from 0 to 1";

pub(crate) fn not_negative(quantity: &'static str, value: f64) -> Result<f64, MeasureError> {
    require(
        value.is_finite() && value >= 0.0,
        quantity,
        value,
        NOT_NEGATIVE,
    )
}

pub(crate) fn positive(quantity: &'static str, value: f64) -> Result<f64, MeasureError> {
    require(value.is_finite() && value > 0.0, quantity, value, POSITIVE)
}

pub(crate) fn share(quantity: &'static str, value: f64) -> Result<f64, MeasureError> {
    require((0.0..=1.0).contains(&value), quantity, value, SHARE)
}

pub(crate) fn require(
    good: bool,
    quantity: &'static str,
    value: f64,
    wanted: &'static str,
) -> Result<f64, MeasureError> {
    if good {
        Ok(value)
    } else {
        Err(MeasureError {
            quantity,
            value,
            wanted,
        })
    }
}

#[cfg(test)]
mod tests;
