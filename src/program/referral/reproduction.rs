//! How many new friends a customer brings: the number that decides whether friends of friends ever end.

use super::{ReferralRules, Who, grown};
use crate::population::Pilot;
use crate::random::elementary::exp;
use crate::scenario::model::{Program, Scenario};

/// Expected new friends of one ambassador within `months`, who leaves with hazard `leaving`: of each slot, that it was
/// invited, converts, and would not have come unprompted by the time the customer left (all per month):
///
/// slots·conversion·E[(1 − e^(−ιA))·e^(−υA)], A the lesser of the lifetime and `months`.
pub fn new_friends(
    slots: f64,
    conversion: f64,
    invitation: f64,
    unprompted: f64,
    leaving: f64,
    months: f64,
) -> f64 {
    // ∫₀ᵀ μ·e^(−(μ+k)t) dt.
    let leaves_while = |k: f64| {
        let rate = leaving + k;
        if rate > 0.0 {
            leaving * grown(rate * months) / rate
        } else {
            0.0
        }
    };
    let stays = exp(-((leaving + unprompted) * months).min(700.0)) * grown(invitation * months);
    let leaves = leaves_while(unprompted) - leaves_while(unprompted + invitation);
    slots * conversion * (leaves + stays).max(0.0)
}

/// New friends of a customer who arrives at the launch, over the pilot's base: as many of them ambassadors as can ever be
/// members (by tier, purchases or score fewer are, so that the estimate is on the safe side).
pub(super) fn of_new_customers(
    rules: &ReferralRules,
    program: &Program,
    scenario: &Scenario,
    pilot: &Pilot,
) -> f64 {
    let market = &scenario.market.word_of_mouth;
    let launch = f64::from(program.launch_month.max(0));
    let months = (f64::from(scenario.horizon_months) - launch).max(0.0);
    let share = match rules.who {
        Who::Invited(share) => share,
        _ => 1.0,
    };
    let (mut sum, mut weight) = (0.0, 0.0);
    for person in pilot.base() {
        // BG: the coin falls at each purchase.
        let traits = &person.traits;
        let leaving = traits.hazard + traits.rate * traits.exposure_per_purchase;
        let friends = new_friends(
            f64::from(market.slots),
            rules.conversion * (1.0 - rules.self_share),
            rules.invitation_hazard,
            market.hazard_per_slot,
            leaving,
            months,
        );
        sum += person.weight * friends;
        weight += person.weight;
    }
    let mean = if weight > 0.0 { sum / weight } else { 0.0 };
    program.enrollment.ceiling * share * mean
}
