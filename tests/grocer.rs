//! The shipped grocer: three programs and their hybrid on the same customers.

mod support;

use fidelio::economics::{assess, value_weights};
use fidelio::engine::run::{Control, run};
use fidelio::engine::tally::Tally;
use fidelio::results::Results;
use fidelio::scenario::model::{ProgramKind, Scenario};
use proptest::prelude::*;
use proptest::test_runner::Config;
use support::lives::{plan, scenario};
use support::shipped::{grocer, grocer_with_points_alone};

fn lived(scenario: &Scenario, threads: usize) -> (Tally, Results) {
    let plan = plan(scenario);
    let weights = value_weights(scenario, plan.layout());
    let control = Control {
        threads,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    let tally = run(&plan, &weights, &control).expect("a run");
    let results = assess(scenario, &tally, &weights);
    (tally, results)
}

/// All numbers of world 0 and of the points program, as they are written to a file.
fn of_points(results: &Results) -> String {
    assert_eq!(results.programs[0].name, "Points");
    let worlds: Vec<_> = results
        .worlds
        .iter()
        .filter(|world| world.program.is_none_or(|program| program == 0))
        .collect();
    assert_eq!(worlds.len(), 2);
    serde_json::to_string(&(worlds, &results.programs[0])).expect("finite numbers")
}

fn small(mut scenario: Scenario, customers: u64, seed: u64) -> Scenario {
    scenario.simulation.customers = customers;
    scenario.simulation.seed = seed;
    scenario.simulation.run_off_years = 2;
    scenario
}

#[test]
fn it_has_three_programs_and_a_hybrid_of_all_three() {
    let grocer = grocer();
    let told: Vec<_> = grocer
        .programs
        .iter()
        .map(|program| {
            let rewards = program.versions.iter().any(|v| !v.rewards.is_empty());
            let tiers = program.qualification.is_some();
            (rewards, tiers, program.referral.is_some())
        })
        .collect();
    let [points, tiers, ambassadors] = [
        (true, false, false),
        (false, true, false),
        (false, false, true),
    ];
    assert_eq!(told, [points, tiers, ambassadors, (true, true, true)]);
    let [points, tiers, ambassadors, hybrid] = &grocer.programs[..] else {
        panic!("four programs");
    };
    assert_eq!(tiers.kind, ProgramKind::Tiered);
    assert_eq!(ambassadors.kind, ProgramKind::Ambassador);
    // The hybrid grants what the three grant, so that what it is worth beyond their sum is not a better grant.
    let rules = |program: &fidelio::scenario::model::Program| program.versions[0].clone();
    assert_eq!(rules(hybrid).earn, rules(points).earn);
    assert_eq!(rules(hybrid).rewards, rules(points).rewards);
    assert_eq!(rules(hybrid).expiry, rules(points).expiry);
    assert_eq!(rules(hybrid).ladder, rules(tiers).ladder);
    assert_eq!(hybrid.qualification, tiers.qualification);
    let referral = |program: &fidelio::scenario::model::Program| {
        let mut referral = program.referral.clone().expect("a referral program");
        referral.who = fidelio::scenario::model::Ambassadors::Members;
        referral
    };
    assert_eq!(referral(hybrid), referral(ambassadors));
}

#[test]
fn all_checks_pass_and_threads_do_not_matter() {
    let scenario = small(grocer(), 6_000, 7);
    let (one, results) = lived(&scenario, 1);
    let (two, again) = lived(&scenario, 2);
    assert_eq!(one, two);
    assert_eq!(results, again);
    for check in &results.checks {
        assert_eq!(check.failed, 0, "{check:?}");
    }
    // Something was lived of each kind.
    let programs = &results.programs;
    assert!(programs[1].tiers.is_some() && programs[3].tiers.is_some());
    for program in [2, 3] {
        let referral = programs[program].referral.as_ref().expect("friends");
        assert!(referral.friends.new.value > Some(0.0), "{program}");
    }
    let benefits = |program: usize| {
        let step = programs[program]
            .bridge
            .iter()
            .find(|i| i.code == "benefits");
        step.map(|item| item.value)
    };
    assert!(benefits(0).is_none() && benefits(2).is_none(), "no tiers");
    assert!(benefits(1) < Some(-1e6) && benefits(3) < Some(-1e6));
    let compared = results.comparison.as_ref().expect("a comparison");
    assert_eq!(compared.pairs.len(), 10, "four against none, six pairs");
}

/// Where nobody comes by word of mouth, nobody can have come anyway, and the results say so.
#[test]
fn friends_in_a_market_without_word_of_mouth_are_doubted() {
    let doubted = |scenario: &Scenario| -> Vec<String> {
        let findings = lived(scenario, 2).1.findings;
        let of_friends = findings
            .into_iter()
            .filter(|f| f.code == "no_word_of_mouth");
        of_friends.map(|finding| finding.subject).collect()
    };
    let mut scenario = small(grocer(), 3_000, 7);
    scenario.simulation.skeptic = false;
    assert_eq!(doubted(&scenario), ["Ambassadors", "Hybrid"]);
    scenario.market.word_of_mouth.hazard_per_slot = 0.001;
    assert!(doubted(&scenario).is_empty());
}

proptest! {
    #![proptest_config(Config { cases: 6, ..Config::default() })]

    /// The file up to its first program, and the whole file or any part of the other programs behind it: every number of
    /// world 0 and of Points is the same to the last bit.
    #[test]
    fn adding_programs_changes_no_number_of_the_first(
        seed in any::<u32>(),
        customers in 1_000_u64..2_500,
        kept in prop::collection::vec(any::<bool>(), 3),
    ) {
        let (seed, mut several) = (u64::from(seed), grocer());
        let mut place = 0;
        several.programs.retain(|_| {
            place += 1;
            place == 1 || kept[place - 2]
        });
        let alone = small(scenario(grocer_with_points_alone()), customers, seed);
        let (_, alone) = lived(&alone, 2);
        let (_, several) = lived(&small(several, customers, seed), 2);
        prop_assert_eq!(of_points(&alone), of_points(&several));
    }
}
