//! Points sold to partners: as principal (gross, deferred) or as agent (net fee, the rest is a payable). Both columns
//! are always reported and one is flagged as booked, because a gross liability compared with a net one misleads.

use super::basis::{Deferred, OfIssued, Provision};
use super::{MeasureError, not_negative, share};

/// Whether the operator controls the reward before the member gets it (IFRS 15 B34–B38).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    Principal,
    Agent,
}

impl Capacity {
    pub const fn name(self) -> &'static str {
        match self {
            Capacity::Principal => "principal",
            Capacity::Agent => "agent",
        }
    }
}

/// Points sold to a partner, redeemed at somebody else's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartnerSale {
    pub points: f64,
    /// What the partner pays for all of them.
    pub price: Deferred,
    /// What the operator pays whoever redeems, per point redeemed.
    pub cost_per_point: Provision,
    /// Expected share of the points sold that is redeemed.
    pub redeemed: OfIssued,
    /// How the operator books it.
    pub booked: Capacity,
}

/// One way of accounting for a sale of points, at the sale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartnerView {
    pub capacity: Capacity,
    pub is_booked: bool,
    /// Lifetime revenue as expected at the sale.
    pub revenue: Deferred,
    /// Of that revenue, what stays certain if every point is redeemed; the rest is breakage and, for an agent, variable
    /// consideration under the constraint.
    pub revenue_if_all_redeemed: Deferred,
    /// A contract liability at the sale: nil for an agent.
    pub contract_liability: Deferred,
    /// A payable for expected redemptions: nil for a principal, who has a cost when it happens.
    pub payable: Provision,
    /// Cost of redemptions in the profit and loss account: nil for an agent.
    pub cost: Provision,
    /// Expected lifetime margin; the same either way. No basis: a difference of revenue and cost.
    pub margin: f64,
}

impl PartnerSale {
    /// As principal, then as agent.
    ///
    /// # Errors
    /// If a number is negative or the rate is no share.
    pub fn views(&self) -> Result<[PartnerView; 2], MeasureError> {
        let points = not_negative("number of points sold", self.points)?;
        let price = not_negative("price of the points sold", self.price.value())?;
        let each = not_negative("cost per redeemed point", self.cost_per_point.value())?;
        let rate = share("expected redemption rate of points sold", self.redeemed.0)?;
        let cost = points * rate * each;
        let margin = price - cost;
        let principal = PartnerView {
            capacity: Capacity::Principal,
            is_booked: self.booked == Capacity::Principal,
            revenue: Deferred::new(price),
            revenue_if_all_redeemed: Deferred::new(price),
            contract_liability: Deferred::new(price),
            payable: Provision::ZERO,
            cost: Provision::new(cost),
            margin,
        };
        let agent = PartnerView {
            capacity: Capacity::Agent,
            is_booked: self.booked == Capacity::Agent,
            revenue: Deferred::new(margin),
            revenue_if_all_redeemed: Deferred::new(price - points * each),
            contract_liability: Deferred::ZERO,
            payable: Provision::new(cost),
            cost: Provision::ZERO,
            margin,
        };
        Ok([principal, agent])
    }
}
