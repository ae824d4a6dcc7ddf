//! The sizes of all tables of a run.

use crate::engine::tally::{BATCHES, Layout, Stratum, StratumKind, World};
use crate::population::strata::StratumPlan;
use crate::program::Rules;
use crate::program::rules::reward_names;
use crate::scenario::model::Scenario;

pub(super) fn layout(scenario: &Scenario, strata: &[StratumPlan], rules: &[Rules]) -> Layout {
    let opening_vintages = scenario
        .programs
        .iter()
        .filter_map(|p| p.opening.as_ref())
        .flat_map(|o| o.vintages.iter().map(|v| v.months_ago as usize))
        .max()
        .unwrap_or(0);
    Layout {
        worlds: worlds(scenario),
        strata: all_strata(strata, opening_vintages),
        batches: if scenario.simulation.replications > 1 {
            scenario.simulation.replications as usize
        } else {
            BATCHES
        },
        months: scenario.horizon_months as usize,
        run_off_years: scenario.simulation.run_off_years as usize,
        opening_vintages,
        rewards: scenario
            .programs
            .iter()
            .map(|p| reward_names(p).len())
            .max()
            .unwrap_or(0),
        ranks: rules
            .iter()
            .filter(|p| p.has_tiers())
            .map(|p| p.most_tiers() + 1)
            .max()
            .unwrap_or(0),
        holders: rules.iter().map(holders).collect(),
        friends: scenario.market.word_of_mouth.hazard_per_slot > 0.0
            || scenario.programs.iter().any(|p| p.referral.is_some()),
    }
}

/// World 0, then each program's and its skeptic's.
fn worlds(scenario: &Scenario) -> Vec<World> {
    let mut worlds = Vec::new();
    if scenario.simulation.baseline {
        worlds.push(World::None);
    }
    for program in 0..scenario.programs.len() {
        worlds.push(World::Program(program));
        if scenario.simulation.skeptic {
            worlds.push(World::Skeptic(program));
        }
    }
    worlds
}

/// The strata of families, and last the accounts of those who left before month 0.
fn all_strata(strata: &[StratumPlan], opening_vintages: usize) -> Vec<Stratum> {
    let mut all: Vec<Stratum> = strata
        .iter()
        .map(|s| Stratum {
            segment: s.segment,
            kind: match (s.opening, s.attracted) {
                (true, _) => StratumKind::Opening,
                (false, None) => StratumKind::Arriving,
                (false, Some(_)) => StratumKind::Attracted,
            },
            stated: s.stated,
            simulated: s.simulated,
        })
        .collect();
    if opening_vintages > 0 {
        all.push(Stratum {
            segment: 0,
            kind: StratumKind::Past,
            stated: 1,
            simulated: 1,
        });
    }
    all
}

/// Shares of the holders of tiers, for the record: of the first version with most tiers, in millionths.
fn holders(rules: &Rules) -> Vec<u32> {
    let versions = rules.versions.iter().rev();
    let most = versions.max_by_key(|version| version.holders.len());
    let shares = most.map_or(&[][..], |version| &version.holders);
    let millionths = |share: &f64| libm::round(1e6 * share.clamp(0.0, 1.0)) as u32;
    shares.iter().map(millionths).collect()
}
