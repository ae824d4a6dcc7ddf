//! Keys about word of mouth and referral that find nothing to act on.

use super::{Found, Ground};
use crate::scenario::model::{Grant, Program, Scenario};

/// Whether a program brings friends at all.
pub(super) fn brings(program: &Program) -> bool {
    program
        .referral
        .as_ref()
        .is_some_and(|r| r.invitations_per_month > 0.0 && r.conversion > 0.0)
}

/// Slots nobody fills.
pub(super) fn market(scenario: &Scenario, found: &mut Found) {
    let silent = scenario.market.word_of_mouth.hazard_per_slot == 0.0;
    let idle = silent && !scenario.programs.iter().any(brings);
    found.add(idle, "market.word_of_mouth.", &["slots"]);
}

/// Ties nobody has.
pub(super) fn effects(ground: &Ground, found: &mut Found) {
    let b = ground.behavior;
    let nobody = !ground.referral;
    let table = "behavior.referred.";
    found.add(nobody || !ground.leaves, table, &["hazard_ratio"]);
    found.add(nobody, table, &["basket_premium"]);
    let flat = b.referred.basket_premium == 0.0;
    found.add(nobody || flat, table, &["premium_decay_years"]);
    let table = "behavior.recommending.";
    let unmoved = b.recommending.hazard_ratio == 1.0;
    found.add(nobody || !ground.leaves, table, &["hazard_ratio"]);
    found.add(nobody || !ground.leaves || unmoved, table, &["months"]);
}

/// What follows an invitation that is never made, or a reward that is not paid.
pub(super) fn rules(program: &Program, table: &str, found: &mut Found) {
    let Some(referral) = &program.referral else {
        return;
    };
    let table = format!("{table}referral.");
    let idle = !brings(program);
    let invited = referral.invitations_per_month > 0.0;
    let unpaid = referral.ambassador == Grant::None && referral.friend == Grant::None;
    let keys = ["tier", "min_purchases", "min_score", "accepted_share"];
    found.add(idle, &table, &keys);
    found.add(invited && idle, &table, &["invitations_per_year"]);
    found.add(!invited, &table, &["conversion"]);
    found.add(
        idle,
        &table,
        &["delay_weeks", "self_referral_share", "size_factor"],
    );
    found.add(idle || unpaid, &table, &["after_purchases"]);
    let keys = [
        "most_rewarded",
        "most_per_year",
        "reward.points",
        "reward.value",
    ];
    found.add(idle, &table, &keys);
    let keys = [
        "reward.used_share",
        "welcome.points",
        "welcome.value",
        "welcome.used_share",
    ];
    found.add(idle, &table, &keys);
}
