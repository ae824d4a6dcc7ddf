//! How many new friends a customer brings: the number that decides whether friends of friends ever end.

use super::{MOST_REPRODUCTION, ReferralRules, Who, grown};
use crate::population::Pilot;
use crate::program::Rules;
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
    // The multiplier of all effects is one of whom invitations move; the ambassador in disguise is one of who accepts.
    let multiplier = scenario.behavior.effect_multiplier;
    let disguised = multiplier.min(1.0) * rules.conversion * rules.self_share;
    let conversion = (multiplier * rules.conversion).min(1.0) - disguised;
    let (mut sum, mut weight) = (0.0, 0.0);
    for person in pilot.base() {
        // BG: the coin falls at each purchase.
        let traits = &person.traits;
        let leaving = traits.hazard + traits.rate * traits.exposure_per_purchase;
        let friends = new_friends(
            f64::from(market.slots),
            conversion,
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

/// Expected people of a family, its root among them, within `months` by word of mouth alone, where everybody leaves with
/// hazard `leaving`, each of `slots` brings a friend with hazard `unprompted` while the owner stays (all per month), and a
/// friend has slots of his own.
///
/// Births at age x come at rate slots·υ·e^(−(υ+μ)x), so m(t) = 1 + ∫₀ᵗ slots·υ·e^(−(υ+μ)x)·m(t − x) dx, which with
/// a = slots·υ and b = υ + μ is m(t) = (b − a·e^((a−b)t))/(b − a), and 1 + a·t where a = b.
pub fn people_of_a_family(slots: f64, unprompted: f64, leaving: f64, months: f64) -> f64 {
    let (a, b) = (slots * unprompted, unprompted + leaving);
    let growth = (a - b) * months;
    if growth.abs() < 1e-9 {
        return 1.0 + a * months;
    }
    // Far beyond what can be simulated, and still a number.
    let grown = libm::expm1(growth.min(600.0));
    1.0 + a * grown / (a - b)
}

/// Expected people of a family of the market at the horizon over the pilot, every friend leaving like his root, with all
/// that the strongest referral program adds: each new friend 1/(1 − R) of them. An estimate for limits and for warnings.
pub fn family_size(scenario: &Scenario, pilot: &Pilot, rules: &[Rules]) -> f64 {
    let market = &scenario.market.word_of_mouth;
    let months = f64::from(scenario.horizon_months);
    let (mut sum, mut weight) = (0.0, 0.0);
    for person in &pilot.people {
        let traits = &person.traits;
        let leaving = traits.hazard + traits.rate * traits.exposure_per_purchase;
        let left = (months - person.anchor).max(0.0);
        let people = people_of_a_family(
            f64::from(market.slots),
            market.hazard_per_slot,
            leaving,
            left,
        );
        sum += person.weight * people;
        weight += person.weight;
    }
    let organic = if weight > 0.0 { sum / weight } else { 1.0 };
    let programs = rules.iter().filter_map(|r| r.referral.as_ref());
    let strongest = programs
        .map(|r| r.reproduction)
        .fold(0.0, f64::max)
        .min(MOST_REPRODUCTION);
    organic / (1.0 - strongest)
}
