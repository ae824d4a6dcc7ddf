//! Allocation of a transaction price to points by relative stand-alone selling price, once, at issue.
//!
//! The amount allocated is locked: a later change of breakage moves the denominator of the release
//! ([`super::deferred_revenue`]) and never reopens the allocation. It does inform the prices of new vintages.

use super::basis::{Deferred, OfIssued};
use super::booking::round_half_even;
use super::{MeasureError, not_negative, positive, share};

/// What a point is worth alone, before anybody asks how likely its use is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointValue {
    /// Discount or ticket value a redeemed point obtains, per point.
    pub value: f64,
    /// The part of it that a customer without points would get too, per point (IFRS 15 B42(a)).
    pub available_without: f64,
}

/// Stand-alone selling price of an option: the discount it adds, times the likelihood that it is exercised (IFRS 15
/// B42, ASC 606-10-55-44). Breakage enters here; it is not deducted again in the release.
///
/// # Errors
/// If a value is negative, the discount without the option exceeds the one with it, or the rate is no share.
pub fn stand_alone_price(
    points: f64,
    worth: PointValue,
    exercised: OfIssued,
) -> Result<Deferred, MeasureError> {
    let points = not_negative("number of points", points)?;
    let value = not_negative("value of a point", worth.value)?;
    let without = not_negative("discount available without points", worth.available_without)?;
    not_negative(
        "value of a point less the discount available without it",
        value - without,
    )?;
    let rate = share("expected redemption rate of issued points", exercised.0)?;
    Ok(Deferred::new(points * (value - without) * rate))
}

/// A price divided between what was delivered with the sale and what is still owed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allocation {
    /// Recognized with the sale: goods, or the marketing service of points sold to a partner.
    pub delivered: Deferred,
    /// Deferred: the points.
    pub points: Deferred,
}

/// Divides `price` in proportion to stand-alone selling prices. With points sold to a partner, `delivered_alone` is the
/// price of brand and marketing and `points_alone` that of the redemption element.
///
/// # Errors
/// If a number is negative, or both selling prices are zero.
pub fn allocate(
    price: Deferred,
    delivered_alone: Deferred,
    points_alone: Deferred,
) -> Result<Allocation, MeasureError> {
    let price = not_negative("transaction price", price.value())?;
    let delivered = not_negative("stand-alone price of the goods", delivered_alone.value())?;
    let points = not_negative("stand-alone price of the points", points_alone.value())?;
    let all = positive("sum of the stand-alone prices", delivered + points)?;
    let deferred = price * (points / all);
    Ok(Allocation {
        delivered: Deferred::new(price * (delivered / all)),
        points: Deferred::new(deferred),
    })
}

/// An allocation in whole minor units: the points are rounded half-even, the rest of the price is what was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookedAllocation {
    pub delivered: i64,
    pub points: i64,
}

/// Books an allocation of a price of `price` minor units.
///
/// # Errors
/// As [`allocate`].
pub fn book_allocation(
    price: i64,
    delivered_alone: Deferred,
    points_alone: Deferred,
) -> Result<BookedAllocation, MeasureError> {
    let split = allocate(Deferred::new(price as f64), delivered_alone, points_alone)?;
    let points = round_half_even(split.points.value(), "allocated price")?.clamp(0, price);
    Ok(BookedAllocation {
        delivered: price - points,
        points,
    })
}
