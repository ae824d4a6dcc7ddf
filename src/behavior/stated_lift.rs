//! A lift the user states from own evidence, such as an A/B test: constant in time, on members or on everyone.
//!
//! The only effect that may lower a dial's frequency, and the only one on the basket (published programs move it by about
//! nothing: Gopalakrishnan, Jiang, Nevskaya & Thomadsen 2021).

use super::Position;
use crate::scenario::model::{StatedLift, Who};

/// Whether it acts on this customer now.
pub fn acts(lift: &StatedLift, position: &Position) -> bool {
    match lift.who {
        Who::Everyone => position.launched,
        Who::Members => position.member,
    }
}

/// η = ln(1 + frequency).
pub fn frequency(lift: &StatedLift) -> f64 {
    libm::log1p(lift.frequency)
}

/// ζ = ln(hazard ratio).
pub fn attrition(lift: &StatedLift) -> f64 {
    libm::log(lift.hazard_ratio)
}

/// ξ = ln(1 + basket).
pub fn basket(lift: &StatedLift) -> f64 {
    libm::log1p(lift.basket)
}
