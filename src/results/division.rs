//! A valuation divided by a column of its ledger: every group valued by itself and by the rates of the whole.

use super::estimate::{Check, Finding, Method, Table};
use serde::{Deserialize, Serialize};

/// The groups of a book. What is booked is the valuation of the whole; this says what choosing groups would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Division {
    /// `tier`: what a member holds on the day of the valuation. `partner`: where points were issued.
    pub key: String,
    pub groups: Vec<GroupValued>,
    /// The whole, as booked.
    pub whole: Amounts,
    /// Sum over the groups, each at the rates of the whole.
    pub pooled: Amounts,
    /// Sum over the groups, each at its own rates unless its estimate is unsafe.
    pub adopted: Amounts,
    /// Least redemptions, and widest standard error as a share of the future points, of a safe estimate.
    pub least_redemptions: u64,
    pub widest_error: f64,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupValued {
    /// As the ledger states it; empty where it states none.
    pub name: String,
    /// Members who ever had points in it.
    pub members: u64,
    pub members_with_points: u64,
    /// Rows of redemption that took points of it.
    pub redemptions: u64,
    /// Points.
    pub issued: f64,
    pub redeemed: f64,
    pub outstanding: f64,
    /// Money per redeemed point, and whether it is the group's `own`, `pooled`, or `stated` for all.
    pub cost_per_point: Option<f64>,
    pub cost_source: String,
    /// By its own rates; none where the booked method gives no number.
    pub own: Option<Amounts>,
    /// By the rates and the cost per point of the whole.
    pub pooled: Amounts,
    /// Why its own estimate is unsafe; empty where it is safe.
    pub doubts: Vec<Finding>,
    pub methods: Vec<Method>,
    pub tables: Vec<Table>,
    pub checks: Vec<Check>,
    pub findings: Vec<Finding>,
}

impl GroupValued {
    /// What counts for it in [`Division::adopted`].
    pub fn adopted(&self) -> &Amounts {
        match &self.own {
            Some(own) if self.doubts.is_empty() => own,
            _ => &self.pooled,
        }
    }
}

/// What an estimate says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Amounts {
    /// Redeemed in the end ÷ points *issued*.
    pub rate_of_issued: Option<f64>,
    /// Expected to be redeemed from now on, points.
    pub future: f64,
    /// Standard error of `future`; none where the method gives none, or for a sum.
    pub standard_error: Option<f64>,
    /// Money, major units, basis deferred revenue.
    pub deferred_revenue: Option<f64>,
    /// Money, major units, basis cost provision.
    pub cost_provision: Option<f64>,
}
