//! Programs compared on the same customers: differences tie with what each program's own results say, luck in common
//! cancels, and an added program changes no number of the others.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

mod support;

use fidelio::economics::assess;
use fidelio::results::{Comparison, Mark, Named, PairResult, Results};
use fidelio::scenario::model::Scenario;
use support::lives::{scenario, tally};

const DESIGNS: &str = include_str!("comparison/designs.toml");
const CUSTOMERS: u64 = 20_000;

fn designs() -> Scenario {
    let mut designs = scenario(DESIGNS);
    designs.simulation.customers = CUSTOMERS;
    designs.simulation.skeptic = false;
    designs
}

fn results(scenario: &Scenario) -> Results {
    let (tally, weights) = tally(scenario);
    let results = assess(scenario, &tally, &weights);
    for check in &results.checks {
        assert_eq!(check.failed, 0, "{check:?}");
    }
    results
}

fn comparison(results: &Results) -> &Comparison {
    results.comparison.as_ref().expect("several programs")
}

fn pair<'a>(results: &'a Results, from: &str, to: &str) -> &'a PairResult {
    let pairs = &comparison(results).pairs;
    let found = pairs.iter().find(|p| p.from == from && p.to == to);
    found.unwrap_or_else(|| panic!("{to} - {from}"))
}

fn of(rows: &[Named], code: &str) -> (f64, f64) {
    let row = rows.iter().find(|n| n.code == code).expect(code);
    let number = &row.number;
    (
        number.value.expect(code),
        number.standard_error.expect(code),
    )
}

fn headline(results: &Results, program: usize, code: &str) -> (f64, f64) {
    of(&results.programs[program].headline, code)
}

#[test]
fn differences_tie_with_the_programs_and_their_luck_cancels() {
    let r = results(&designs());
    let compared = comparison(&r);
    // No program and three: six pairs.
    assert_eq!((compared.pairs.len(), compared.intervals), (6, 6));
    for (from, to) in [(0, 1), (0, 2), (1, 2)] {
        let names = [from, to].map(|p: usize| r.programs[p].name.clone());
        let pair = pair(&r, &names[0], &names[1]);
        let own = [from, to].map(|p| headline(&r, p, "npv"));
        let (value, error) = of(&pair.metrics, "npv");
        assert!((value - (own[1].0 - own[0].0)).abs() < 0.005);
        assert_eq!(pair.goal.value, Some(value));
        for code in ["incremental_margin", "cost"] {
            let own = [from, to].map(|p| headline(&r, p, code).0);
            let difference = of(&pair.metrics, code).0;
            assert!((difference - (own[1] - own[0])).abs() < 0.005, "{code}");
        }
        // Independent runs would err by this much.
        let apart = own[0].1.hypot(own[1].1);
        assert!(error < 0.8 * apart, "{error} {apart}");
        assert_bridge(pair, own[0].0, own[1].0);
        let [low, high] = pair.simultaneous.expect("an interval");
        let [inner_low, inner_high] = pair.goal.interval.expect("an interval");
        assert!(low < inner_low && inner_high < high);
        let half = compared.factor.expect("a factor") * error;
        assert!((high - low - 2.0 * half).abs() < 1e-6 * half);
    }
    // Designs that differ only in when points end: all else is common.
    let (_, error) = of(&pair(&r, "Points", "One year").metrics, "npv");
    let apart = headline(&r, 0, "npv").1.hypot(headline(&r, 1, "npv").1);
    assert!(error < 0.5 * apart, "{error} {apart}");
    // All lose, so no program is best. Of the programs alone the leader is not surely so with so few customers.
    let marks: Vec<Mark> = compared.standings.iter().map(|s| s.mark).collect();
    assert_eq!(marks[0], Mark::Best);
    assert_eq!(marks[1..], [Mark::Behind; 3]);
    let [low, high] = pair(&r, "Points", "One year").simultaneous.expect("ends");
    assert!(low < 0.0 && high > 0.0);
    assert_eq!(compared.best_program, None);
    // Against none it is the program's own result.
    let none = pair(&r, "world_0", "Points");
    assert_eq!(none.goal.value, Some(headline(&r, 0, "npv").0));
    assert!(none.metrics.is_empty() && none.bridge.is_empty());
}

fn assert_bridge(pair: &PairResult, from: f64, to: f64) {
    let cents = |value: f64| (value * 100.0).round() as i64;
    let (pillars, steps): (Vec<_>, Vec<_>) = pair.bridge.iter().partition(|i| i.pillar);
    let pillars: Vec<i64> = pillars.iter().map(|i| cents(i.value)).collect();
    assert_eq!(pillars, [cents(from), cents(to)]);
    let sum: i64 = steps.iter().map(|i| cents(i.value)).sum();
    assert_eq!(sum, pillars[1] - pillars[0]);
}

#[test]
fn a_bridge_tells_effects_from_grants_and_costs() {
    let mut two = designs();
    two.programs.truncate(1);
    let mut dearer = two.programs[0].clone();
    dearer.name = "Dearer".into();
    dearer.cost.setup += 100_000_000;
    two.programs.push(dearer);
    let r = results(&two);
    let pair = pair(&r, "Points", "Dearer");
    for item in pair.bridge.iter().filter(|i| !i.pillar) {
        let expected = if item.code == "setup" { -1e6 } else { 0.0 };
        assert_eq!(item.value, expected, "{}", item.code);
    }
    // The same lives: the difference is known without error, and separates.
    assert_eq!(pair.simultaneous, Some([-1e6, -1e6]));
    assert_eq!(comparison(&r).best_program, Some(0));
}

#[test]
fn the_same_program_twice_is_not_separated() {
    let mut two = designs();
    two.programs.truncate(1);
    let mut twin = two.programs[0].clone();
    twin.name = "Twin".into();
    two.programs.push(twin);
    let r = results(&two);
    let pair = pair(&r, "Points", "Twin");
    assert_eq!(pair.simultaneous, Some([0.0, 0.0]));
    let marks: Vec<Mark> = comparison(&r).standings.iter().map(|s| s.mark).collect();
    assert_eq!(marks[1], marks[2]);
    assert!(marks[1] != Mark::Best);
    assert_eq!(comparison(&r).best_program, None);
}

/// What of a comparison belongs to one pair.
fn own(pair: &PairResult) -> PairResult {
    let mut own = pair.clone();
    own.simultaneous = None;
    // Places in the file, not numbers.
    own.from_program = None;
    own.to_program = None;
    own
}

#[test]
fn adding_a_program_changes_no_number_of_the_others() {
    let all = designs();
    let three = results(&all);
    for added in 0..3 {
        let mut fewer = all.clone();
        let gone = fewer.programs.remove(added).name;
        let two = results(&fewer);
        for program in &two.programs {
            let same = three.programs.iter().find(|p| p.name == program.name);
            assert_eq!(same, Some(program));
        }
        assert_eq!(comparison(&two).pairs.len(), 3);
        for pair in &comparison(&two).pairs {
            let same = self::pair(&three, &pair.from, &pair.to);
            assert_eq!(own(same), own(pair));
            // What holds together with more is wider.
            let width = |p: &PairResult| p.simultaneous.map(|[low, high]| high - low);
            assert!(width(same) > width(pair), "{gone}");
        }
    }
    // One program alone is compared with none by its own results.
    let mut one = all;
    one.programs.truncate(1);
    assert_eq!(results(&one).comparison, None);
}

#[test]
fn without_world_0_programs_are_still_compared() {
    let lived = results(&designs());
    let mut without = designs();
    without.simulation.baseline = false;
    let without = results(&without);
    assert_eq!(comparison(&without).pairs.len(), 3);
    for pair in &comparison(&without).pairs {
        let same = self::pair(&lived, &pair.from, &pair.to);
        let [a, b] = [pair, same].map(|p| of(&p.metrics, "npv"));
        // Margins are rounded with world 0's or without it.
        assert!((a.0 - b.0).abs() < 0.025 && (a.1 - b.1).abs() < 1e-6 * b.1);
        let steps = |p: &PairResult| -> Vec<f64> {
            let steps = p.bridge.iter().filter(|i| !i.pillar);
            steps.map(|i| i.value).collect()
        };
        for (a, b) in steps(pair).iter().zip(steps(same)) {
            assert!((a - b).abs() < 0.05);
        }
    }
}

#[test]
fn a_book_that_both_redeem_is_inside_their_comparison() {
    let mut two = designs();
    two.programs.truncate(1);
    let program = &mut two.programs[0];
    program.launch_month = -24;
    program.versions[0].from_month = -24;
    program.versions[0].announced_month = -24;
    let vintage = |months_ago| fidelio::scenario::model::OpeningVintage {
        months_ago,
        points: 300_000_000,
        leavers: None,
        never_redeemed: None,
    };
    program.opening = Some(fidelio::scenario::model::OpeningBook {
        held_by_leavers: 0.1,
        lived_months: None,
        vintages: vec![vintage(2), vintage(9)],
    });
    let mut dearer = program.clone();
    dearer.name = "Dearer".into();
    dearer.versions[0].rewards[0].face_value *= 2;
    two.programs.push(dearer);
    let r = results(&two);
    let pair = pair(&r, "Points", "Dearer");
    assert!(pair.shares_opening_book);
    let step = |code: &str| {
        let item = pair.bridge.iter().find(|i| i.code == code);
        item.unwrap_or_else(|| panic!("{code}")).value
    };
    let apart = headline(&r, 1, "npv").0 - headline(&r, 0, "npv").0;
    let together = of(&pair.metrics, "npv").0;
    assert!(
        step("opening_rewards") < -1e5,
        "{}",
        step("opening_rewards")
    );
    assert!((together - apart - step("opening_rewards")).abs() < 0.015);
    assert!((step("to_npv") - step("from_npv") - together).abs() < 0.005);
    // Another book: not the same points, and outside.
    two.programs[1].opening.as_mut().expect("a book").vintages[0].points += 1;
    let r = results(&two);
    let pair = self::pair(&r, "Points", "Dearer");
    assert!(!pair.shares_opening_book);
    let apart = headline(&r, 1, "npv").0 - headline(&r, 0, "npv").0;
    assert!((of(&pair.metrics, "npv").0 - apart).abs() < 0.005);
}
