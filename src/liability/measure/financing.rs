//! A significant financing component, for bulk pre-sales of points only: a bank that pays years ahead lends money, and
//! what it pays accretes. Ordinary points are not discounted: their use is at the customer's discretion (IFRS 15
//! 62(a), ASC 606-10-32-17(a)).

use super::basis::Deferred;
use super::{MeasureError, not_negative, require, share};

/// Points paid for long before they are delivered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PreSale {
    /// Cash received at the start.
    pub cash: Deferred,
    /// Rate of a separate financing transaction, per period.
    pub rate: f64,
}

/// A period of a pre-sale; deliveries at its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FinancedPeriod {
    pub opening: Deferred,
    /// Interest expense, adds to the liability.
    pub interest: Deferred,
    pub revenue: Deferred,
    pub closing: Deferred,
}

impl PreSale {
    /// The liability period by period, given the share of the points delivered at the end of each. Each point carries
    /// the interest to its own delivery.
    ///
    /// # Errors
    /// If a number is negative or the shares do not sum to at most 1.
    pub fn schedule(&self, delivered: &[f64]) -> Result<Vec<FinancedPeriod>, MeasureError> {
        let cash = not_negative("cash received for points", self.cash.value())?;
        require(
            self.rate.is_finite() && self.rate > -1.0,
            "financing rate per period",
            self.rate,
            "a finite number above -1",
        )?;
        let mut opening = cash;
        let mut worth = cash;
        let mut left = 1.0;
        let mut periods = Vec::with_capacity(delivered.len());
        for part in delivered {
            let part = share("share of points delivered", *part)?;
            left -= part;
            // Shares written in decimals may miss 1 by their rounding.
            require(
                left >= -1e-9,
                "sum of shares delivered",
                1.0 - left,
                "at most 1",
            )?;
            worth *= 1.0 + self.rate;
            let interest = opening * self.rate;
            let revenue = worth * part;
            let closing = opening + interest - revenue;
            periods.push(FinancedPeriod {
                opening: Deferred::new(opening),
                interest: Deferred::new(interest),
                revenue: Deferred::new(revenue),
                closing: Deferred::new(closing),
            });
            opening = closing;
        }
        Ok(periods)
    }
}
