//! Referral: who is an ambassador, which friends come because of it, and what is paid.
//!
//! A customer has a fixed, finite list of friend slots, the same in every world. Word of mouth is the market's: the friend
//! of a slot comes unprompted after an exponential time while the customer stays, or never. A program adds invitations: it
//! can bring a slot forward, convert one that would never have come, or pay for one that would have come anyway. All draws
//! are uniforms of the slot, so that who comes under a weaker program also comes under a stronger one.

use super::score::Score;
use crate::population::Pilot;
use crate::random::elementary::{exp, ln};
use crate::scenario::model::{Ambassadors, Grant, Program, Referral, Scenario, WordOfMouth};

mod reproduction;
#[cfg(test)]
mod tests;

pub use reproduction::{family_size, new_friends, people_of_a_family};

/// New friends per customer at which a program is refused: the sum over generations would be ten times the first.
pub const MOST_REPRODUCTION: f64 = 0.9;

/// New friends per customer above which a program is warned about.
pub const DOUBTED_REPRODUCTION: f64 = 0.5;

/// Months of the trailing window that makes an ambassador by purchases or score.
pub const STANDING_MONTHS: f64 = 12.0;

/// A referral program with its population constants.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferralRules {
    who: Who,
    /// Hazard per month at which a free slot is invited while its owner is an ambassador.
    pub invitation_hazard: f64,
    conversion: f64,
    delay: f64,
    pub after_purchases: u32,
    pub ambassador: Grant,
    pub friend: Grant,
    most_rewarded: u32,
    most_per_year: u32,
    self_share: f64,
    /// Multiplies the mean basket of a friend who comes by invitation.
    pub size_factor: f64,
    /// Months from month 0 to the first December.
    first_december: i32,
    /// New friends a new customer brings until the horizon, estimated on the pilot.
    pub reproduction: f64,
}

#[derive(Clone, Debug, PartialEq)]
enum Who {
    Members,
    /// Lowest rank by version.
    Tier(Vec<u8>),
    Purchases(u32),
    Score(Score, f64),
    Invited(f64),
}

/// What makes an ambassador of a customer at an instant.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub member: bool,
    /// Rank among the tiers; 0 for none.
    pub rank: u8,
    /// Version of the rules in force.
    pub version: usize,
    /// Visits and minor units paid in the trailing [`STANDING_MONTHS`].
    pub visits: u32,
    pub paid: i64,
    /// The customer's own uniform, fixed in the fate: who accepts an invitation to be an ambassador.
    pub acceptance: f64,
}

/// How the friend of one slot comes in one world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Coming {
    Never,
    /// Without the program's doing, and without a reward.
    Unprompted {
        at: f64,
    },
    /// By an invitation that pays; what would have happened without it says what was bought.
    Invited {
        at: f64,
        instead_of: InsteadOf,
    },
}

/// What an invited friend would have done without the invitation, in this same life of the referrer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InsteadOf {
    /// Stayed away: a new customer.
    Never,
    /// Come later: brought forward.
    Later { unprompted: f64 },
    /// Come at this very instant: paid for nothing.
    Same,
}

impl ReferralRules {
    /// The rules of a program; reproduction is estimated on the pilot's base.
    pub fn new(
        referral: &Referral,
        program: &Program,
        scenario: &Scenario,
        pilot: &Pilot,
    ) -> ReferralRules {
        let who = match &referral.who {
            Ambassadors::Members => Who::Members,
            Ambassadors::Purchases { least } => Who::Purchases(*least),
            Ambassadors::Invited { share } => Who::Invited(*share),
            Ambassadors::Score { least } => {
                let score = Score::new(scenario, pilot, STANDING_MONTHS, [1.0, 1.0]);
                Who::Score(score, *least)
            }
            Ambassadors::Tier { name } => Who::Tier(lowest_ranks(program, name)),
        };
        let slots = f64::from(scenario.market.word_of_mouth.slots.max(1));
        let mut rules = ReferralRules {
            who,
            invitation_hazard: referral.invitations_per_month / slots,
            conversion: referral.conversion,
            delay: referral.delay_months,
            after_purchases: referral.after_purchases,
            ambassador: referral.ambassador,
            friend: referral.friend,
            most_rewarded: referral.most_rewarded.unwrap_or(u32::MAX),
            most_per_year: referral.most_per_year.unwrap_or(u32::MAX),
            self_share: referral.self_referral_share,
            size_factor: referral.size_factor,
            first_december: 12 - scenario.start.month.clamp(1, 12) as i32,
            reproduction: 0.0,
        };
        rules.reproduction = reproduction::of_new_customers(&rules, program, scenario, pilot);
        rules
    }

    /// Whether a customer is an ambassador now.
    pub fn is_ambassador(&self, standing: &Standing) -> bool {
        let chosen = match &self.who {
            Who::Members => true,
            Who::Tier(lowest) => lowest
                .get(standing.version)
                .is_some_and(|least| standing.rank >= *least),
            Who::Purchases(least) => standing.visits >= *least,
            Who::Score(score, least) => score.of(standing.visits, standing.paid) >= *least,
            Who::Invited(share) => standing.acceptance < *share,
        };
        standing.member && chosen
    }

    /// Whether who is an ambassador depends on trailing visits.
    pub fn reads_visits(&self) -> bool {
        matches!(self.who, Who::Purchases(_) | Who::Score(..))
    }

    /// Months as an ambassador until the friend of a slot with this uniform is invited; infinite where nobody is.
    pub fn invited_after(&self, uniform: f64) -> f64 {
        exponential(self.invitation_hazard, uniform)
    }

    /// Whether the invited friend of a slot with this uniform comes, however often invited.
    #[inline]
    pub fn converts(&self, uniform: f64) -> bool {
        uniform < self.conversion
    }

    /// Instant at which a friend invited at `invited` comes.
    pub fn comes_at(&self, invited: f64, uniform: f64) -> f64 {
        if self.delay > 0.0 {
            invited + exponential(1.0 / self.delay, uniform)
        } else {
            invited
        }
    }

    /// Whether a rewarded referral of a slot with this uniform is the ambassador in disguise: paid for like a friend, and
    /// nobody comes.
    #[inline]
    pub fn is_self_referral(&self, uniform: f64) -> bool {
        uniform < self.self_share
    }

    /// Whether both rewards fall due at the friend's purchase of this number (the arrival is the first).
    #[inline]
    pub fn pays_at(&self, purchases: u32) -> bool {
        purchases == self.after_purchases
    }
}

/// Lowest rank of the named tier in each version; out of reach where it is missing, which the language refuses.
fn lowest_ranks(program: &Program, name: &str) -> Vec<u8> {
    let rank = |tiers: &[crate::scenario::model::Tier]| {
        let index = tiers.iter().position(|tier| tier.name == name);
        index.map_or(u8::MAX, |index| index as u8 + 1)
    };
    let versions = program.versions.iter();
    versions
        .map(|version| rank(&version.ladder.tiers))
        .collect()
}

/// Months after the referrer's arrival at which the friend of a slot with this uniform comes unprompted, if the referrer is
/// then still a customer; infinite where never.
pub fn unprompted_after(word_of_mouth: &WordOfMouth, uniform: f64) -> f64 {
    exponential(word_of_mouth.hazard_per_slot, uniform)
}

/// How the friend of a slot comes. `unprompted`: the instant of word of mouth, `invited`: that of the invitation that
/// converts, with the instant at which it makes the friend come, if there is one; `left`: when the referrer leaves in this
/// world. Word of mouth and invitations end with the referrer; a friend already invited still comes.
pub fn coming(unprompted: f64, invited: Option<(f64, f64)>, left: f64) -> Coming {
    let unprompted = if unprompted < left {
        unprompted
    } else {
        f64::INFINITY
    };
    match invited {
        Some((at, comes)) if at < left && at < unprompted => {
            if unprompted <= comes {
                Coming::Invited {
                    at: unprompted,
                    instead_of: InsteadOf::Same,
                }
            } else if unprompted < f64::INFINITY {
                Coming::Invited {
                    at: comes,
                    instead_of: InsteadOf::Later { unprompted },
                }
            } else {
                Coming::Invited {
                    at: comes,
                    instead_of: InsteadOf::Never,
                }
            }
        }
        _ if unprompted < f64::INFINITY => Coming::Unprompted { at: unprompted },
        _ => Coming::Never,
    }
}

/// Rewards one ambassador has had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AmbassadorState {
    rewarded: u32,
    year: i32,
    in_year: u32,
}

impl AmbassadorState {
    /// Whether a referral that falls due in `month` is rewarded under the caps; counts it if so.
    pub fn reward(&mut self, rules: &ReferralRules, month: i32) -> bool {
        let year = (month + 11 - rules.first_december).div_euclid(12);
        if year != self.year {
            self.year = year;
            self.in_year = 0;
        }
        if self.rewarded >= rules.most_rewarded || self.in_year >= rules.most_per_year {
            return false;
        }
        self.rewarded += 1;
        self.in_year += 1;
        true
    }

    /// Rewards so far.
    pub fn rewarded(&self) -> u32 {
        self.rewarded
    }
}

/// Money a grant is expected to cost, minor units; points cost what they buy, when they buy it.
pub fn expected_cost(grant: Grant) -> f64 {
    match grant {
        Grant::None | Grant::Points { .. } => 0.0,
        Grant::Voucher {
            face_value,
            used_share,
        } => face_value as f64 * used_share,
        Grant::Money { amount } => amount as f64,
    }
}

/// An exponential time by inversion; infinite where the hazard is zero.
fn exponential(hazard: f64, uniform: f64) -> f64 {
    if hazard > 0.0 {
        -ln((1.0 - uniform).max(f64::MIN_POSITIVE)) / hazard
    } else {
        f64::INFINITY
    }
}

/// 1 − e^(−x).
fn grown(x: f64) -> f64 {
    1.0 - exp(-x.min(700.0))
}
