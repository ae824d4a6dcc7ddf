//! What the ambassadors of a referral program brought.
//!
//! Counts and money are at market scale. Unless a number says otherwise, its window is the horizon and its world is the
//! program's.

use super::{Number, Series};
use serde::{Deserialize, Serialize};

/// Referral over the horizon of one program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferralResults {
    /// Members who were ambassadors at some time; unit customers.
    pub ambassadors: Number,
    /// Friends invited; unit count.
    pub invitations: Number,
    /// Invitations after which a friend came or a self-referral was made: the sum of `friends.new`,
    /// `friends.brought_forward`, `friends.would_have_come` and `self_referrals`; unit count, base `invitations`.
    pub conversions: Number,
    pub friends: FriendsByKind,
    /// Ambassadors in disguise: paid for like a friend, and nobody came; unit count.
    pub self_referrals: Number,
    /// Referrals for which the ambassador was rewarded; the others were above a cap, or their friend has not bought
    /// enough yet. Unit count, base `conversions`.
    pub rewarded: Number,
    /// Rewards at cost, major units, undiscounted; points at the expected cost of redeeming them.
    pub paid_to_ambassadors: Number,
    pub paid_to_friends: Number,
    /// Points among these rewards.
    pub points_to_ambassadors: Number,
    pub points_to_friends: Number,
    /// Rewards of both sides per friend who came by invitation, major units; base `friends who came by invitation`.
    pub fee_per_friend: Number,
    /// Rewards of both sides per `net_new`, major units; base `net new customers`. Undefined where there is none.
    pub fee_per_net_new: Number,
    /// Friends, of any kind and generation, who came under the program less those who came without; unit customers,
    /// world `program - world_0`.
    pub net_new: Number,
    /// New friends per ambassador, a ratio; base `ambassadors`.
    pub k_factor: Number,
    /// Unprompted friends per customer in world 0, a ratio; base `customers`, world `world_0`.
    pub organic_r0: Number,
    /// By generation from 0, people nobody brought. Ends with the last generation anybody is in, in either world.
    pub generations: Vec<GenerationRow>,
    /// Mean people of a family, the one nobody brought included; unit count, base `families`.
    pub family_size: Number,
    /// The same in world 0.
    pub family_size_world_0: Number,
    /// Mean value per head (present value, as `clv`) of friends who came by invitation; base `friends who came by
    /// invitation`.
    pub value_per_friend: Number,
    /// The same of the other customers who arrived within the horizon; base `other arrivals`.
    pub value_per_other: Number,
    /// The first less the second, with the error of the difference.
    pub value_difference: Number,
    /// Codes: invitations, friends_new, friends_brought_forward, friends_would_have_come, friends_unprompted, self_referrals,
    /// rewards_paid (money).
    pub monthly: Vec<Series>,
}

/// Friends by what would have happened without the invitation; unit customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FriendsByKind {
    /// By invitation, who would never have come.
    pub new: Number,
    /// By invitation, who would have come later.
    pub brought_forward: Number,
    /// By invitation, who came when they would have come anyway: paid for nothing.
    pub would_have_come: Number,
    /// Without an invitation that counted, under the program.
    pub unprompted: Number,
    /// All friends of the world without a program; world `world_0`. No value where it was not lived.
    pub organic_world_0: Number,
}

/// People of one generation, market scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GenerationRow {
    /// 0: nobody brought them; 1: their friends; and so on.
    pub generation: u32,
    /// Under the program.
    pub customers: f64,
    /// Without a program; 0 where world 0 was not lived.
    pub customers_world_0: f64,
}
