//! Table C: the roll-forward of the cost provision, divided into volume, rate, mix and cost.
//!
//! The parts depend on the order in which things are changed, so the order is fixed and stated: volume at the opening
//! rate and cost (new accruals, redemptions), then the redemption rate at average cost, then the mix of segments, then
//! the cost per point. They sum exactly.

use crate::liability::measure::basis::Provision;
use crate::liability::measure::{MeasureError, not_negative};

/// A segment (tier, reward mix, vintage) over one period. Points are points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SegmentPeriod {
    /// Expected future redemptions at the opening, under the opening estimate.
    pub opening_future: f64,
    /// Points issued in the period × their expected redemption rate of issued points at the opening estimate.
    pub accrued: f64,
    pub redeemed: f64,
    /// Expected future redemptions at the closing, under the closing estimate.
    pub closing_future: f64,
    /// Cost per point at the opening, as redemptions actually cost, and at the closing.
    pub opening_cost: f64,
    pub actual_cost: f64,
    pub closing_cost: f64,
}

/// A period of the table. Movements of the provision: positive is more provision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProvisionRow {
    pub opening: Provision,
    /// Volume: points issued × opening rate × opening cost.
    pub accrued: Provision,
    /// Volume: redemptions at what they cost.
    pub redeemed: Provision,
    /// Redemptions at actual less opening cost: an expense of the period, not of the provision.
    pub cost_experience: Provision,
    /// Change of expected redemptions of all segments together, at their average opening cost.
    pub rate: Provision,
    /// That the change fell on dearer or cheaper segments than the average.
    pub mix: Provision,
    /// Change of the cost per point.
    pub cost_per_point: Provision,
    /// Unwinding of a discount: zero, the provision is not discounted.
    pub unwind: Provision,
    pub closing: Provision,
}

impl ProvisionRow {
    /// Opening + movements − closing: zero but for rounding in the last bits.
    pub fn check(&self) -> Provision {
        self.opening
            + self.accrued
            + self.redeemed
            + self.cost_experience
            + self.rate
            + self.mix
            + self.cost_per_point
            + self.unwind
            - self.closing
    }
}

/// The roll-forward of one period over all segments.
///
/// # Errors
/// If a number is negative or not finite.
pub fn roll_forward(segments: &[SegmentPeriod]) -> Result<ProvisionRow, MeasureError> {
    let mut opening = 0.0;
    let mut accrued = 0.0;
    let (mut redeemed, mut cost_experience) = (0.0, 0.0);
    let (mut carried, mut carried_points) = (0.0, 0.0);
    let (mut change, mut change_points) = (0.0, 0.0);
    let (mut cost_per_point, mut closing) = (0.0, 0.0);
    for segment in segments {
        validate(segment)?;
        let carried_on = segment.opening_future + segment.accrued - segment.redeemed;
        let moved = segment.closing_future - carried_on;
        opening += segment.opening_future * segment.opening_cost;
        accrued += segment.accrued * segment.opening_cost;
        redeemed -= segment.redeemed * segment.actual_cost;
        cost_experience += segment.redeemed * (segment.actual_cost - segment.opening_cost);
        let weight = segment.opening_future + segment.accrued;
        carried += weight * segment.opening_cost;
        carried_points += weight;
        change += moved * segment.opening_cost;
        change_points += moved;
        cost_per_point += segment.closing_future * (segment.closing_cost - segment.opening_cost);
        closing += segment.closing_future * segment.closing_cost;
    }
    let average = if carried_points > 0.0 {
        carried / carried_points
    } else {
        0.0
    };
    let rate = change_points * average;
    Ok(ProvisionRow {
        opening: Provision::new(opening),
        accrued: Provision::new(accrued),
        redeemed: Provision::new(redeemed),
        cost_experience: Provision::new(cost_experience),
        rate: Provision::new(rate),
        mix: Provision::new(change - rate),
        cost_per_point: Provision::new(cost_per_point),
        unwind: Provision::ZERO,
        closing: Provision::new(closing),
    })
}

fn validate(segment: &SegmentPeriod) -> Result<(), MeasureError> {
    let numbers = [
        (
            "expected future redemption at the opening",
            segment.opening_future,
        ),
        ("expected redemption of points issued", segment.accrued),
        ("number of points redeemed", segment.redeemed),
        (
            "expected future redemption at the closing",
            segment.closing_future,
        ),
        ("opening cost per point", segment.opening_cost),
        ("actual cost per point", segment.actual_cost),
        ("closing cost per point", segment.closing_cost),
    ];
    for (quantity, value) in numbers {
        not_negative(quantity, value)?;
    }
    Ok(())
}
