//! An existing book of points.

use serde::{Deserialize, Serialize};

/// An existing book of points at month 0, at market scale, dealt to the opening base in proportion to expected issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpeningBook {
    /// Share of the points held by customers who have already left. No default.
    pub held_by_leavers: f64,
    /// The book is what the program's own past of so many months leaves; `vintages` are then empty here.
    #[serde(default)]
    pub lived_months: Option<u32>,
    pub vintages: Vec<OpeningVintage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningVintage {
    /// Issued this many months before month 0, 1 to 240.
    pub months_ago: u32,
    pub points: i64,
    /// Part of `points` held by customers who have left, where it is known by vintage.
    #[serde(default)]
    pub leavers: Option<i64>,
    /// Part of the others held by customers who never redeem, where it is known: none deals them like all.
    #[serde(default)]
    pub never_redeemed: Option<i64>,
}
