//! All dials at zero: every world's purchases are world 0's, bit for bit. No grants either: so is everything else.

use crate::lived::{Lived, random, seeds};
use fidelio::engine::flow::Flow;
use fidelio::engine::observe::{Event, EventKind};
use fidelio::engine::run::observe_family;
use fidelio::engine::tally::{StratumKind, World};
use fidelio::scenario::model::{Grant, Scenario};

const SCENARIOS: u64 = 20;
/// Families of each scenario whose lives are read event by event.
const FAMILIES: u64 = 12;

/// A random scenario whose effects are all multiplied by zero.
fn without_dials(seed: u64) -> Scenario {
    let mut scenario = random(seed);
    scenario.behavior.effect_multiplier = 0.0;
    scenario
}

/// The same, and its programs grant nothing.
fn without_grants(seed: u64) -> Scenario {
    let mut scenario = without_dials(seed);
    for program in &mut scenario.programs {
        // Without its book a program cannot be older than the scenario.
        program.opening = None;
        program.launch_month = program.launch_month.max(0);
        program.versions[0].from_month = program.launch_month;
        for version in &mut program.versions {
            version.earn.points_num = 0;
            version.earn.sign_up_bonus = 0;
            for tier in &mut version.ladder.tiers {
                tier.benefits.clear();
            }
        }
        if let Some(referral) = &mut program.referral {
            (referral.ambassador, referral.friend) = (Grant::None, Grant::None);
        }
    }
    scenario
}

const CONDUCT: [Flow; 20] = [
    Flow::PurchasesBase,
    Flow::SalesBase,
    Flow::BuyersDelta,
    Flow::PurchasesExtra,
    Flow::SalesExtra,
    Flow::PurchasesRetained,
    Flow::SalesRetained,
    Flow::PurchasesArrival,
    Flow::SalesArrival,
    Flow::PurchasesDropped,
    Flow::SalesDropped,
    Flow::PurchasesLost,
    Flow::SalesLost,
    Flow::BasketGain,
    Flow::CustomersDelta,
    Flow::Arrivals,
    Flow::Leavers,
    Flow::ArrivalCost,
    Flow::CostToServe,
    Flow::Discount,
];

/// Every flow of `world` that must equal world 0's does, per stratum, batch and row.
fn assert_flows(lived: &Lived, world: usize, flows: &[Flow]) {
    let layout = &lived.tally.layout;
    for s in 0..layout.strata.len() {
        for b in 0..layout.batches {
            for row in 0..layout.rows() {
                for flow in flows {
                    let zero = lived.tally.flow(0, s, b, row, *flow);
                    let here = lived.tally.flow(world, s, b, row, *flow);
                    let name = &lived.scenario.name;
                    assert_eq!(
                        here, zero,
                        "{name}: {flow:?}, world {world}, stratum {s}, batch {b}, row {row}"
                    );
                }
            }
        }
    }
}

/// A purchase as bits: instant, full price, first or repeat.
type Bought = (u64, i64, bool);

/// World, purchases before the horizon, leaving instants, and how much else happened.
type Conduct = (World, Vec<Bought>, Vec<u64>, usize);

/// The conduct of every person of a family, by world; world 0 is told first.
fn conduct(lived: &Lived, stratum: usize, ordinal: u64) -> Vec<Vec<Conduct>> {
    let mut people: Vec<Vec<Conduct>> = Vec::new();
    let horizon = f64::from(lived.scenario.horizon_months);
    let mut listen = |world: World, event: &Event| {
        let begins = matches!(event.kind, EventKind::Opening { .. } | EventKind::Arrival);
        if world == World::None && begins {
            people.push(Vec::new());
        }
        let lives = people.last_mut().expect("world 0 has everybody");
        if lives.last().is_none_or(|life| life.0 != world) {
            lives.push((world, Vec::new(), Vec::new(), 0));
        }
        let life = lives.last_mut().expect("just pushed");
        if event.time >= horizon {
            return;
        }
        match event.kind {
            EventKind::Purchase { amount, first, .. } => {
                life.1.push((event.time.to_bits(), amount, first))
            }
            EventKind::Leaving => life.2.push(event.time.to_bits()),
            EventKind::Enrollment
            | EventKind::NewRules { .. }
            | EventKind::Status { .. }
            | EventKind::Ambassador
            | EventKind::Invitation { .. }
            | EventKind::Opening { .. }
            | EventKind::Arrival => {}
            _ => life.3 += 1,
        }
    };
    observe_family(&lived.plan, 0, stratum, ordinal, &mut listen).expect("the family exists");
    people
}

fn sampled_families(lived: &Lived) -> Vec<(usize, u64)> {
    let strata = lived.tally.layout.strata.iter().enumerate();
    strata
        .filter(|(_, s)| s.kind != StratumKind::Past)
        .flat_map(|(i, s)| (0..s.simulated.min(FAMILIES)).map(move |ordinal| (i, ordinal)))
        .collect()
}

#[test]
fn with_all_dials_at_zero_every_world_buys_and_leaves_as_world_0() {
    let mut purchases = 0;
    for seed in seeds(SCENARIOS) {
        let lived = Lived::new(without_dials(seed));
        assert_eq!(lived.tally.layout.worlds.first(), Some(&World::None));
        // A discount is a grant, not conduct.
        let conduct_flows = &CONDUCT[..CONDUCT.len() - 1];
        for world in lived.worlds(|w| w != World::None) {
            assert_flows(&lived, world, conduct_flows);
        }
        for (stratum, ordinal) in sampled_families(&lived) {
            for lives in conduct(&lived, stratum, ordinal) {
                assert_eq!(lives.len(), lived.tally.layout.worlds.len(), "seed {seed}");
                for life in &lives {
                    assert_eq!(
                        life.1, lives[0].1,
                        "seed {seed}, stratum {stratum}, family {ordinal}, {:?}",
                        life.0
                    );
                    assert_eq!(
                        life.2, lives[0].2,
                        "seed {seed}, stratum {stratum}, family {ordinal}, {:?}",
                        life.0
                    );
                    purchases += life.1.len();
                }
            }
        }
    }
    assert!(purchases > 10_000, "{purchases}");
}

#[test]
fn with_no_grants_either_every_world_is_world_0() {
    for seed in seeds(SCENARIOS) {
        let lived = Lived::new(without_grants(seed));
        // Joining changes nothing but the count of members.
        let flows: Vec<Flow> = Flow::ALL
            .iter()
            .copied()
            .filter(|flow| *flow != Flow::Enrolled)
            .collect();
        for world in lived.worlds(|w| w != World::None) {
            assert_flows(&lived, world, &flows);
        }
        for (stratum, ordinal) in sampled_families(&lived) {
            for life in conduct(&lived, stratum, ordinal).into_iter().flatten() {
                assert_eq!(
                    life.3, 0,
                    "seed {seed}: something else happened in {:?}",
                    life.0
                );
            }
        }
    }
}

#[test]
fn the_skeptic_buys_as_world_0_whatever_the_dials() {
    let mut moved = 0;
    for seed in seeds(SCENARIOS) {
        let lived = Lived::new(random(seed));
        for world in lived.skeptic_worlds() {
            assert_flows(&lived, world, &CONDUCT[..CONDUCT.len() - 1]);
        }
        for world in lived.program_worlds() {
            let layout = &lived.tally.layout;
            let cells =
                (0..layout.strata.len()).flat_map(|s| (0..layout.batches).map(move |b| (s, b)));
            moved += cells
                .flat_map(|(s, b)| (0..layout.months).map(move |row| (s, b, row)))
                .map(|(s, b, row)| lived.tally.flow(world, s, b, row, Flow::PurchasesExtra))
                .sum::<i64>();
        }
    }
    // The dials were not at zero: the programs' own worlds did buy more.
    assert!(moved > 1_000, "{moved}");
}
