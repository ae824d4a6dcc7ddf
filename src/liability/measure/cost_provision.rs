//! The cost provision: points expected to be redeemed in the future × expected cost per redeemed point, undiscounted.
//!
//! A card issuer books it, and every program needs it for management margin and cash. It is not deferred revenue.

use super::basis::{OfOutstanding, Provision};
use super::deferred_revenue::Standing;
use super::{MeasureError, not_negative, positive, require, share};

/// Provision of one vintage or segment: (U − R) × cost per point.
///
/// # Errors
/// If a number is negative, or less is expected in the end than was redeemed.
pub fn provision(at: &Standing, cost_per_point: Provision) -> Result<Provision, MeasureError> {
    let cost = not_negative("cost per point", cost_per_point.value())?;
    not_negative("number of points redeemed", at.redeemed)?;
    require(
        at.ultimate.is_finite() && at.ultimate >= at.redeemed,
        "expected ultimate redemption",
        at.ultimate,
        "at least what was redeemed (reconcile a stale estimate first)",
    )?;
    Ok(Provision::new((at.ultimate - at.redeemed) * cost))
}

/// Provision of points outstanding under a conditional rate, which is the only rate that may multiply them.
///
/// # Errors
/// If a number is negative or the rate is no share.
pub fn provision_of_outstanding(
    outstanding: f64,
    rate: OfOutstanding,
    cost_per_point: Provision,
) -> Result<Provision, MeasureError> {
    let points = not_negative("number of points outstanding", outstanding)?;
    let rate = share("conditional redemption rate of outstanding points", rate.0)?;
    let cost = not_negative("cost per point", cost_per_point.value())?;
    Ok(Provision::new(points * rate * cost))
}

/// Cost per redeemed point of a mix of rewards: Σ w c ÷ Σ w with w the points *redeemed* for each. Pairs are (points,
/// cost per point).
///
/// # Errors
/// If a number is negative or no point is redeemed.
pub fn cost_of_mix(rewards: &[(f64, Provision)]) -> Result<Provision, MeasureError> {
    let mut points = 0.0;
    let mut cost = 0.0;
    for (redeemed, each) in rewards {
        let redeemed = not_negative("number of points redeemed for a reward", *redeemed)?;
        points += redeemed;
        cost += redeemed * not_negative("cost per point of a reward", each.value())?;
    }
    positive("number of points redeemed for all rewards", points)?;
    Ok(Provision::new(cost / points))
}

/// Points expected to be redeemed in the end and cost per point of a segment (a tier, a tenure), with its standing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SegmentCost {
    pub standing: Standing,
    pub cost_per_point: Provision,
}

/// Provision of several segments, each at its own rate and cost: heavy redeemers pick dearer rewards, so the product of
/// averages is not the average of products.
///
/// # Errors
/// As [`provision`].
pub fn provision_by_segment(segments: &[SegmentCost]) -> Result<Provision, MeasureError> {
    let mut sum = Provision::ZERO;
    for segment in segments {
        sum += provision(&segment.standing, segment.cost_per_point)?;
    }
    Ok(sum)
}
