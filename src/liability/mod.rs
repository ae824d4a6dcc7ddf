//! What the outstanding points mean: the roll-forward of points, bounds of the ultimate redemption rate, breakage,
//! dormant points, and the expected cost of what is outstanding.
//!
//! Bases are always named. Rates of redemption and breakage are shares of points *issued* (opening lots have their own
//! base); the dormant share is of points *outstanding*. The expected cost is a cost provision, never deferred revenue.
//!
//! [`measure`] values a set of points on either basis; [`estimate`] says how many of them will be redeemed;
//! [`statement`] lays both out in the tables finance and its auditor read.

pub mod estimate;
mod expected_cost;
pub mod measure;
mod redemption_rate;
mod roll_forward;
pub mod statement;
pub mod valuation;

pub(crate) use expected_cost::{expected_cost_by_month, expected_cost_end, vintage_reward_cost};
pub(crate) use redemption_rate::{RedemptionRate, vintages};
pub(crate) use roll_forward::{outstanding_by_month, roll_forward, run_off};

#[cfg(test)]
mod tests;
