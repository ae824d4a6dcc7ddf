//! What the flows are worth: pure functions from the tally of a run and its resolved scenario to the result model.
//! Nothing here can see a customer.
//!
//! * [`value_weights`] is asked *before* a run: what one unit of each flow adds to the value of a person.
//! * [`assess`] is asked *after* it: profit and loss, incrementality, net present value, payback, points.
//!
//! **Bases.** Net present value is cash: mid-month flows, set-up at launch, run-off redemptions of points issued within
//! the horizon included. Monthly margin is accrual: what a month's points will cost over their whole life is booked in
//! the month of issue. Undiscounted, over the whole life, the two are equal, and every run checks it.
//!
//! **Rounding.** Estimates are sums of exact integers, scaled by one rational factor per stratum. Printed tables are
//! made of integers (minor units, points) by differences of rounded cumulative stocks, so that they tie.

mod assess;
mod bridge;
mod checks;
pub mod comparison;
mod customer_value;
mod deciles;
mod effects;
mod findings;
#[cfg(test)]
mod fixture;
mod incrementality;
pub(crate) mod lines;
mod naive;
mod npv;
pub(crate) mod outstanding;
mod payback;
mod points;
pub(crate) mod profit_and_loss;
mod program;
mod referral;
pub(crate) mod scale;
#[cfg(test)]
mod tests;
mod tiers;
pub(crate) mod weights;
mod worlds;

pub use assess::assess;
pub(crate) use npv::net_values;
pub(crate) use scale::Sample;
pub use weights::value_weights;
