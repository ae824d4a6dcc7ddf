//! Customers who come only because of a program: how many, who they are, and what they leave alone.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

mod support;

use fidelio::economics;
use fidelio::engine::flow::Flow;
use fidelio::engine::observe::{Event, EventKind, Label};
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{Control, run};
use fidelio::engine::tally::{StratumKind, Tally, World};
use fidelio::results::Results;
use fidelio::scenario::model::Scenario;
use support::lives::*;

const HORIZON: u32 = 36;

/// Nothing else acts: no effect, no points redeemed.
fn market(programs: &str) -> Scenario {
    scenario(&format!(
        "name = 'attraction'
        currency = 'EUR'
        start = '2027-01'
        horizon_months = {HORIZON}
        [simulation]
        customers = 20000
        seed = 8
        run_off_years = 1
        [market]
        customers = 10000
        company_age_years = 10
        arrivals_per_year = 10000
        arrival_cost = 3
        [[segment]]
        name = 'all'
        purchases_per_year = {{ mean = 6, shape = 1.5 }}
        lifetime = {{ model = 'constant', hazard_per_year = 0.3 }}
        basket = {{ mean = 50, between_cv = 0.3, within_cv = 0.4 }}
        margin_rate = 0.4
        {NO_EFFECTS}
        {programs}"
    ))
}

fn program(name: &str, keys: &str) -> String {
    format!(
        "[[program]]\nname = '{name}'\nenrollment = {{ ceiling = 0.5, half_time_months = 3, selection = 0.5 }}\n{keys}\n\
         [[program.reward]]\nname = 'r'\nkind = 'external'\npoints = 300\nface_value = 4\nunit_cost = 1\n"
    )
}

fn attracted(tally: &Tally) -> impl Iterator<Item = usize> {
    let strata = tally.layout.strata.iter().enumerate();
    strata.filter_map(|(at, s)| (s.kind == StratumKind::Attracted).then_some(at))
}

/// A flow of a stratum over some months.
fn flow(
    tally: &Tally,
    world: World,
    stratum: usize,
    months: std::ops::Range<usize>,
    of: Flow,
) -> i64 {
    let world = tally.layout.world_index(world).expect("lived");
    (0..tally.layout.batches)
        .flat_map(|b| months.clone().map(move |m| (b, m)))
        .map(|(b, m)| tally.flow(world, stratum, b, m, of))
        .sum()
}

fn assessed(scenario: &Scenario, threads: usize) -> (Tally, Results) {
    let plan = plan(scenario);
    let weights = economics::value_weights(scenario, plan.layout());
    let control = Control {
        threads,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    let tally = run(&plan, &weights, &control).expect("a run");
    let results = economics::assess(scenario, &tally, &weights);
    for check in &results.checks {
        assert_eq!(check.failed, 0, "{check:?}");
    }
    (tally, results)
}

/// Poisson thinning: of candidates at w times the inflow with uniform marks in a layer of width w, those below δ come, so
/// that arrivals rise by δ from the launch on. A lift of 30 % takes all of two layers and an eighth of the third.
#[test]
fn arrivals_rise_by_the_lift_from_the_launch_on() {
    let (lift, launch): (f64, usize) = (0.3, 12);
    let keys = format!("launch = '2028-01'\narrival_lift = {lift}");
    let (tally, results) = assessed(&market(&program("P", &keys)), 0);
    let months = HORIZON as usize;
    let mut layers = 0;
    for (stratum, (low, high)) in attracted(&tally).zip([(0.0, 0.05), (0.05, 0.2), (0.2, 1.0)]) {
        layers += 1;
        let share = ((lift - low) / (high - low)).clamp(0.0, 1.0);
        let after = |world| flow(&tally, world, stratum, launch..months, Flow::Arrivals);
        assert_eq!(flow(&tally, PROGRAM, stratum, 0..launch, Flow::Arrivals), 0);
        assert_eq!(after(ZERO), 0);
        assert_eq!(after(World::Skeptic(0)), 0);
        // Families are spread evenly over the months.
        let families = tally.layout.strata[stratum].simulated as f64;
        let candidates = families * (months - launch) as f64 / months as f64;
        let came = after(PROGRAM) as f64;
        if share == 1.0 {
            assert!((came - candidates).abs() <= 1.0, "{came} {candidates}");
        } else {
            assert_z(
                "came",
                came,
                candidates * share,
                candidates * share * (1.0 - share),
            );
        }
    }
    assert_eq!(layers, 3);
    let arrivals = |world: usize| {
        let series = results.worlds[world]
            .monthly
            .iter()
            .find(|s| s.code == "arrivals");
        series.expect("a series").values.iter().sum::<f64>()
    };
    let expected = lift * 10_000.0 * 2.0;
    let gained = arrivals(1) - arrivals(0);
    // A Poisson count at market scale, of which half is simulated.
    assert_z("at market scale", gained, expected, 2.0 * expected);
}

/// Purchases a head of those of a kind of strata who come in a world, all of them with this label.
fn purchases_a_head(plan: &Plan, world: World, kind: StratumKind, label: Label) -> Moments {
    let horizon = f64::from(HORIZON);
    let hear = |heard: &mut Moments, _, events: &[(World, Event)]| {
        let own = || {
            events
                .iter()
                .filter(|(w, e)| *w == world && e.time < horizon)
        };
        if !own().any(|(_, e)| e.kind == EventKind::Arrival) {
            return;
        }
        let mut bought = 0;
        for (_, event) in own() {
            if let EventKind::Purchase { label: is, .. } = event.kind {
                assert_eq!(is, label);
                bought += 1;
            }
        }
        heard.add(bought);
    };
    let strata = plan.layout().strata.iter().enumerate();
    strata
        .filter(|(_, of)| of.kind == kind)
        .map(|(at, of)| {
            live_all(
                plan,
                at,
                of.simulated,
                Moments::default,
                hear,
                Moments::merge,
            )
        })
        .fold(Moments::default(), Moments::merge)
}

/// They are customers as others who arrive: as many purchases a head.
#[test]
fn who_is_attracted_buys_as_others_who_arrive() {
    let plan = plan(&market(&program("P", "arrival_lift = 0.2")));
    let of = |kind, label| purchases_a_head(&plan, PROGRAM, kind, label);
    let brought = of(StratumKind::Attracted, Label::Arrival);
    let others = of(StratumKind::Arriving, Label::Base);
    assert!(brought.count > 2_000 && others.count > 10_000);
    let error = |m: &Moments| m.variance() / m.count as f64;
    let variance = error(&brought) + error(&others);
    assert_z("purchases a head", brought.mean(), others.mean(), variance);
}

/// Without another effect all that is gained is theirs, and nothing but arrivals is gained.
#[test]
fn what_they_bring_is_the_step_of_arrivals() {
    let (_, results) = assessed(&market(&program("P", "arrival_lift = 0.2")), 0);
    let program = &results.programs[0];
    let step = |code: &str| {
        let step = program.bridge.iter().find(|step| step.code == code);
        step.map_or(0.0, |step| step.value)
    };
    assert!(step("arrival") > 0.0 && step("arrival_costs") < 0.0);
    for code in ["retention", "frequency", "basket"] {
        assert_eq!(step(code), 0.0, "{code}");
    }
    // Whom only the program brings is no part of the value of the others, which nothing moves but the cost of points.
    let clv = program.headline.iter().find(|n| n.code == "clv_lift");
    assert!(clv.and_then(|n| n.number.value).expect("a value") < 0.0);
}

/// Arrivals of a stratum's families in a program's world.
fn came(plan: &Plan, stratum: usize, program: usize) -> Vec<Option<u64>> {
    let families = plan.layout().strata[stratum].simulated;
    let mut all = live_all(
        plan,
        stratum,
        families,
        Vec::new,
        |heard: &mut Vec<(u64, Option<u64>)>, ordinal, events: &[(World, Event)]| {
            let arrival = events.iter().find(|(world, e)| {
                *world == World::Program(program) && e.kind == EventKind::Arrival
            });
            heard.push((ordinal, arrival.map(|(_, e)| e.time.to_bits())));
        },
        |mut one, other| {
            one.extend(other);
            one
        },
    );
    all.sort_unstable();
    all.into_iter().map(|(_, at)| at).collect()
}

/// The arrivals of a weaker pull are among those of a stronger one, at the same instants; two of one strength have the same.
#[test]
fn a_weaker_pull_brings_some_of_those_of_a_stronger_one() {
    let pull = |name, lift: f64| program(name, &format!("arrival_lift = {lift}"));
    let scenario = market(&(pull("A", 0.02) + &pull("B", 0.03) + &pull("C", 0.03)));
    let plan = plan(&scenario);
    let stratum = plan.layout().strata.len() - 1;
    let [a, b, c] = [0, 1, 2].map(|program| came(&plan, stratum, program));
    assert_eq!(b, c);
    let count = |of: &[Option<u64>]| of.iter().flatten().count();
    assert!(count(&a) > 200 && count(&b) > count(&a) + 50);
    for (weak, strong) in a.iter().zip(&b) {
        assert!(weak.is_none() || weak == strong);
    }
}

/// Another program that attracts, in layers nothing else reaches, changes no number.
#[test]
fn a_program_that_attracts_changes_no_number_of_another() {
    let plain = program("Points", "earn = { points_per_currency = 1 }");
    let pull = program("Pull", "arrival_lift = 0.25");
    let (_, alone) = assessed(&market(&plain), 0);
    let (_, both) = assessed(&market(&format!("{plain}{pull}")), 0);
    let json = |results: &Results| {
        let program = serde_json::to_value(&results.programs[0]).expect("results can be written");
        let worlds = serde_json::to_value(&results.worlds[..2]).expect("too");
        (program, worlds)
    };
    // Too long to be shown.
    assert!(json(&alone) == json(&both));
    let (_, weaker) = assessed(&market(&program("Pull", "arrival_lift = 0.04")), 0);
    let stronger = format!("{}{pull}", program("Pull2", "arrival_lift = 0.04"));
    let (_, beside) = assessed(&market(&stronger), 0);
    let headline =
        |results: &Results| serde_json::to_value(&results.programs[0].headline).expect("a list");
    assert_eq!(headline(&weaker), headline(&beside));
}

/// With tiers, friends, books and versions too: every control check, and the same bits on any number of threads.
#[test]
fn it_goes_with_everything_else() {
    for text in [
        include_str!("mutation/whole.toml"),
        include_str!("mutation/status.toml"),
        include_str!("mutation/friends.toml"),
        include_str!("../scenarios/cdnow.toml"),
    ] {
        let mut scenario = scenario(text);
        scenario.simulation.customers = scenario.simulation.customers.min(5_000);
        for program in &mut scenario.programs {
            program.arrival_lift = 0.3;
        }
        let (one, results) = assessed(&scenario, 1);
        let (three, _) = assessed(&scenario, 3);
        assert!(one == three, "{}", scenario.name);
        if scenario.programs.is_empty() {
            assert_eq!(attracted(&one).count(), 0);
            continue;
        }
        assert!(attracted(&one).count() >= 3);
        let came: i64 = attracted(&one)
            .map(|s| flow(&one, PROGRAM, s, 0..one.layout.months, Flow::Arrivals))
            .sum();
        assert!(came > 50, "{}: {came}", results.scenario.name);
    }
}
