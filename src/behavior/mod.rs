//! The dials: what a program changes in a customer's conduct, one file per published effect, each citing its source.
//!
//! An effect reads the member's [`Position`] and returns its part of frequency η, attrition ζ or basket ξ. Nothing here
//! knows the life loop, and no draw is made here: an effect is a function of the position alone. Parameters, ranges and
//! grades are in the evidence register of `scenario`.

pub mod dials;
pub mod endowed_progress;
pub mod expiry_pressure;
pub mod membership;
pub mod novelty;
pub mod points_pressure;
pub mod redemption;
pub mod rewarded_behavior;
pub mod stated_lift;

pub use dials::{Dial, Dials};

use crate::scenario::model::RewardKind;
use serde::{Deserialize, Serialize};

/// The effects, in the order of grade, then name, in which their bands are stacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(usize)]
pub enum Effect {
    StatedLift,
    Membership,
    ExpiryPressure,
    PointsPressure,
    RewardedBehavior,
    /// Acts on the card, not on a dial: its share of a dial is always zero, its worth shows in the members kept.
    EndowedProgress,
}

impl Effect {
    /// All effects, in stacking order.
    pub const ALL: &'static [Effect] = &[
        Effect::StatedLift,
        Effect::Membership,
        Effect::ExpiryPressure,
        Effect::PointsPressure,
        Effect::RewardedBehavior,
        Effect::EndowedProgress,
    ];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();
}

/// What a member sees of the program at an instant. Times in months.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// The program has been launched.
    pub launched: bool,
    /// Enrolled and the card not abandoned.
    pub member: bool,
    pub months_since_joining: f64,
    /// An earn or a redemption in the trailing active window.
    pub active: bool,
    pub target: Option<Target>,
    /// Months since the last redemption; infinite before the first.
    pub since_redemption: f64,
    /// Points worth at least the stated value expire within the window, and the customer is flexible.
    pub expiry_presses: bool,
    /// Points expired within the regret window.
    pub regrets_expiry: bool,
}

/// What decides whether any effect can raise a customer's frequency at all, until it changes.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub member: bool,
    pub flexible: bool,
    pub redeemer: bool,
    /// Points pressure can act on this person under some version of the rules.
    pub pressed: bool,
    pub has_redeemed: bool,
}

/// The cheapest liked reward that is not yet affordable.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub kind: RewardKind,
    /// Its price, sign-up credit included in the way already gone.
    pub points: i64,
    /// Points still missing, at least 1.
    pub missing: i64,
    /// Rewards of this price per year at the person's own rate and basket.
    pub expected_per_year: f64,
}

impl Position {
    /// A customer outside any program: every dial is at zero (but for a stated lift on everyone, before launch).
    pub const OUTSIDE: Position = Position {
        launched: false,
        member: false,
        months_since_joining: 0.0,
        active: false,
        target: None,
        since_redemption: f64::INFINITY,
        expiry_presses: false,
        regrets_expiry: false,
    };
}
