//! The dials: what a program changes in a customer's conduct, one file per published effect, each citing its source.
//!
//! An effect reads the member's [`Position`] and returns its part of frequency η, attrition ζ or basket ξ. Nothing here
//! knows the life loop, and no draw is made here: an effect is a function of the position alone. Parameters, ranges and
//! grades are in the evidence register of `scenario`.

pub mod attraction;
pub mod bystander;
pub mod ceiling;
pub mod demotion;
pub mod demotion_fear;
pub mod dials;
pub mod endowed_progress;
pub mod expiry_pressure;
pub mod membership;
pub mod novelty;
pub mod points_pressure;
pub mod recommending;
pub mod redemption;
pub mod referral_premium;
pub mod referred;
pub mod rewarded_behavior;
pub mod stated_lift;
pub mod status;
pub mod tier_pressure;

pub use dials::{Dial, Dials, StackedExposure};

use crate::scenario::model::RewardKind;
use serde::{Deserialize, Serialize};

/// The effects, in the order of grade, then name, in which their bands are stacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(usize)]
pub enum Effect {
    StatedLift,
    Membership,
    Status,
    TierPressure,
    Demotion,
    ExpiryPressure,
    PointsPressure,
    Recommending,
    ReferralPremium,
    Referred,
    RewardedBehavior,
    Bystander,
    DemotionFear,
    /// Acts on the card, not on a dial: its share of a dial is always zero, its worth shows in the members kept.
    EndowedProgress,
}

impl Effect {
    /// All effects, in stacking order.
    pub const ALL: &'static [Effect] = &[
        Effect::StatedLift,
        Effect::Membership,
        Effect::Status,
        Effect::TierPressure,
        Effect::Demotion,
        Effect::ExpiryPressure,
        Effect::PointsPressure,
        Effect::Recommending,
        Effect::ReferralPremium,
        Effect::Referred,
        Effect::RewardedBehavior,
        Effect::Bystander,
        Effect::DemotionFear,
        Effect::EndowedProgress,
    ];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Whether it acts in programs with tiers only.
    pub fn needs_tiers(self) -> bool {
        matches!(
            self,
            Effect::Status
                | Effect::TierPressure
                | Effect::Demotion
                | Effect::Bystander
                | Effect::DemotionFear
        )
    }

    /// Whether it acts in programs that pay for friends only.
    pub fn needs_referral(self) -> bool {
        matches!(
            self,
            Effect::Recommending | Effect::ReferralPremium | Effect::Referred
        )
    }
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
    /// A member's place among the tiers; `None` for others and without tiers.
    pub tiers: Option<TierPosition>,
    /// How visible the treatment of the tiers is to one without, 0 to 1; 0 where the program has no tiers.
    pub visibility: f64,
    /// Ties to friends; `None` where no friend was referred by or to this customer.
    pub referral: Option<ReferralPosition>,
}

/// A customer's ties to who referred him and to whom he referred.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferralPosition {
    /// Came by a referral, and who referred is still a customer.
    pub referrer_stays: bool,
    /// Months since arrival of one who came by a referral.
    pub months_since_referred: Option<f64>,
    /// Months since the last friend came on this customer's recommendation; infinite before the first.
    pub months_since_recommended: f64,
}

/// What of a program the bounds of its dials depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mechanics {
    /// Most tiers of a version; 0 without tiers.
    pub tiers: usize,
    /// Whether it pays for friends.
    pub referral: bool,
}

/// A member's place among the tiers.
#[derive(Clone, Copy, Debug)]
pub struct TierPosition {
    /// The tier held; rank 0 for none.
    pub held: Rank,
    /// What is missing to the next tier above; `None` at the top.
    pub next: Option<TierGap>,
    /// What is still missing to keep the present tier at its review; `None` where nothing is, or nothing can be lost.
    pub keep: Option<TierGap>,
    /// The tier lost by the last demotion, while that is felt.
    pub lost: Option<Rank>,
}

/// A tier by its rank, with how many hold it: a market constant, measured once on the pilot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rank {
    /// 1 for the lowest tier, 0 for none.
    pub rank: u8,
    /// Share of members who hold this tier or a higher one; it does not grow with the rank.
    pub share_at_or_above: f64,
}

/// What is missing, and until when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TierGap {
    /// In months of the member's own base purchases; infinite for one who makes none.
    pub months: f64,
    /// Months until the deadline; infinite without one.
    pub to_deadline: f64,
}

/// What decides whether any effect can raise a customer's frequency at all, until it changes.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub member: bool,
    pub flexible: bool,
    pub redeemer: bool,
    /// Points pressure can act on this person under some version of the rules.
    pub pressed: bool,
    /// Member of a program with tiers.
    pub ranked: bool,
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
        tiers: None,
        visibility: 0.0,
        referral: None,
    };
}
