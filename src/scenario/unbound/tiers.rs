//! Keys about tiers that find nothing to act on.

use super::{Found, Ground};
use crate::scenario::model::{Program, QualifyingUnit, StatusEffect};

/// Effects of tiers find nothing without tiers, and nobody to keep where nobody leaves.
pub(super) fn effects(ground: &Ground, found: &mut Found) {
    let b = ground.behavior;
    let none = ground.tiers == 0;
    let pressing = b.tier_pressure.strength.max(b.demotion_fear.strength) > 0.0;
    found.add(none, "behavior.tier_pressure.", &["strength"]);
    let keys = ["reach_months", "deadline_months"];
    found.add(none || !pressing, "behavior.tier_pressure.", &keys);
    found.add(none, "behavior.demotion_fear.", &["strength"]);
    for (rank, frequency, attrition) in [
        (1, "frequency_first", "attrition_first"),
        (2, "frequency_second", "attrition_second"),
        (3, "frequency_third", "attrition_third"),
    ] {
        let unheld = ground.tiers < rank;
        found.add(unheld, "behavior.status.", &[frequency]);
        found.add(unheld || !ground.leaves, "behavior.status.", &[attrition]);
    }
    let StatusEffect {
        frequency,
        attrition,
    } = &b.status;
    let moves =
        ground.of_highest(frequency) > 0.0 || ground.leaves && ground.of_highest(attrition) > 0.0;
    let felt = b.demotion.months > 0.0;
    found.add(!moves || !felt, "behavior.demotion.", &["aversion"]);
    found.add(!moves, "behavior.demotion.", &["months"]);
    found.add(!ground.visible, "behavior.bystander.", &["drop"]);
}

pub(super) fn benefits_are_free(program: &Program) -> bool {
    let tiers = program.versions.iter().flat_map(|v| &v.ladder.tiers);
    tiers
        .into_iter()
        .all(|tier| tier.benefits.iter().all(|benefit| benefit.cost == 0.0))
}

/// A multiplier has nothing to multiply where no points are granted; a lone weight of a score has no other to weigh against.
pub(super) fn rules(program: &Program, table: &str, found: &mut Found) {
    let Some(qualification) = &program.qualification else {
        return;
    };
    if program.versions.iter().all(|v| v.earn.points_num == 0) {
        for tier in program.versions.iter().flat_map(|v| &v.ladder.tiers) {
            let path = format!("{table}tier.{}.", tier.name);
            found.add(true, &path, &["earn_multiplier"]);
        }
    }
    if let QualifyingUnit::Score { visits, spend } = qualification.by {
        let keys = ["qualification.score_visits", "qualification.score_spend"];
        found.add(spend == 0.0, table, &keys[..1]);
        found.add(visits == 0.0, table, &keys[1..]);
    }
}
