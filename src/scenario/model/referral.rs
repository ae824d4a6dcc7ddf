//! Word of mouth of the market, and referral as a program makes it.

use serde::{Deserialize, Serialize};

/// Friends who would come unprompted: a property of the market, the same in every world.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordOfMouth {
    /// Hazard per month at which the friend of one free slot comes unprompted while the customer stays.
    pub hazard_per_slot: f64,
    /// Friends one customer can ever bring.
    pub slots: u32,
}

impl Default for WordOfMouth {
    fn default() -> WordOfMouth {
        WordOfMouth {
            hazard_per_slot: 0.0,
            slots: 3,
        }
    }
}

/// A referral program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Referral {
    pub who: Ambassadors,
    /// Invitations of an ambassador in a month, over all free slots.
    pub invitations_per_month: f64,
    /// Probability that an invited friend comes.
    pub conversion: f64,
    /// Mean months from the invitation to the arrival, exponential.
    pub delay_months: f64,
    /// Both rewards are paid when the friend has made so many purchases.
    pub after_purchases: u32,
    pub ambassador: Grant,
    pub friend: Grant,
    /// Most rewards of one ambassador, ever and in a calendar year.
    pub most_rewarded: Option<u32>,
    pub most_per_year: Option<u32>,
    /// Share of rewarded referrals behind which there is no new customer.
    pub self_referral_share: f64,
    /// Multiplies the mean basket of the account recommended to.
    pub size_factor: f64,
}

/// Which members are ambassadors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ambassadors {
    Members,
    /// Holders of this tier or a higher one.
    Tier {
        name: String,
    },
    /// At least so many purchases in the trailing 12 months.
    Purchases {
        least: u32,
    },
    /// At least so many standard deviations above the average customer, visits and spend of the trailing 12 months alike.
    Score {
        least: f64,
    },
    /// A share of members who are invited, or apply, and accept.
    Invited {
        share: f64,
    },
}

/// What one side receives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Grant {
    None,
    Points {
        points: i64,
    },
    /// A voucher at our own till, minor units; some are never used.
    Voucher {
        face_value: i64,
        used_share: f64,
    },
    /// Minor units.
    Money {
        amount: i64,
    },
}

/// How referred friends and their referrers behave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferredEffect {
    /// Multiplies a referred friend's hazard of leaving while the referrer stays.
    pub hazard_ratio: f64,
    /// Relative change of a referred friend's basket at arrival.
    pub basket_premium: f64,
    /// Months in which it falls to 37 %.
    pub premium_decay_months: f64,
}

/// ζ = ln(hazard ratio) for some months after a friend one recommended to has come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecommendingEffect {
    pub hazard_ratio: f64,
    pub months: f64,
}
