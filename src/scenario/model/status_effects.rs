//! How customers react to tiers: parameters of the dials that read a member's status.

use serde::{Deserialize, Serialize};

/// η = strength·(1 − gap/reach) towards the next tier while the gap is at most `reach_months` of the member's own base
/// spend and the deadline at most `deadline_months` away.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TierPressure {
    pub strength: f64,
    pub reach_months: f64,
    pub deadline_months: f64,
}

/// The same form for what is missing to keep the present tier; reach and deadline are those of [`TierPressure`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemotionFear {
    pub strength: f64,
}

/// By rank of the tier held, lowest first; ranks above the third react as the third. Diluted by the share of members who
/// hold the tier or a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusEffect {
    /// Rise of the log purchase rate; none falls with the rank.
    pub frequency: [f64; 3],
    /// Fall of the log hazard of leaving; none falls with the rank.
    pub attrition: [f64; 3],
}

/// After a demotion, for `months`: η = −aversion·(the lost tier's rise), ζ = aversion·(its fall).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemotionEffect {
    /// How much more a loss hurts than the gain pleased, at least 1.
    pub aversion: f64,
    pub months: f64,
}

/// η = −drop·visibility of customers without a tier, from the launch of a program with tiers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BystanderEffect {
    pub drop: f64,
}
