//! What becomes of a run's points: their roll-forward, bounds of the ultimate redemption rate, breakage, dormant points, and
//! the expected cost of what is outstanding.
//!
//! Bases are always named. Rates of redemption and breakage are shares of points *issued* (opening lots have their own
//! base); the dormant share is of points *outstanding*. The expected cost is a cost provision, never deferred revenue.

mod expected_cost;
mod redemption_rate;
mod roll_forward;

pub(crate) use expected_cost::{expected_cost_by_month, expected_cost_end, vintage_reward_cost};
pub(crate) use redemption_rate::{RedemptionRate, vintages};
pub(crate) use roll_forward::{outstanding_by_month, roll_forward, run_off};
