//! Every shipped stress over the grocer: accepted as it is, and moving the book the way its comment says.

use fidelio::economics;
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{self, Control};
use fidelio::results::estimate::Cell;
use fidelio::results::valuation::Valuation;
use fidelio::scenario::load::load_with;
use fidelio::scenario::model::Scenario;
use fidelio::study::book_value::value_books;
use std::path::{Path, PathBuf};

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn overlay(name: &str) -> PathBuf {
    scenarios().join("stress").join(format!("{name}.toml"))
}

fn stressed(overlays: &[&str]) -> Scenario {
    let overlays: Vec<PathBuf> = overlays.iter().map(|name| overlay(name)).collect();
    let loaded = load_with(scenarios().join("grocer.toml"), &overlays).expect("readable");
    let diagnostics = &loaded.parsed.diagnostics;
    let mut scenario = loaded
        .parsed
        .scenario
        .unwrap_or_else(|| panic!("{diagnostics:#?}"));
    scenario.simulation.customers = 4_000;
    scenario.simulation.run_off_years = 5;
    scenario
}

/// The book of the first program, lived alone.
fn book(overlays: &[&str]) -> Valuation {
    let mut scenario = stressed(overlays);
    scenario.programs.truncate(1);
    let plan = Plan::new(&scenario).expect("a plan");
    let weights = economics::value_weights(&scenario, plan.layout());
    let control = Control {
        threads: 2,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    let tally = run::run(&plan, &weights, &control).expect("a tally");
    let book = value_books(&scenario, &tally, 2, None)
        .expect("a value")
        .remove(0);
    assert!(
        book.checks.iter().all(|check| check.passed),
        "{:?}",
        book.checks
    );
    book
}

/// A column of a table by month; the grocer starts in January 2027.
fn column(book: &Valuation, letter: &str, code: &str) -> Vec<f64> {
    let table = book
        .tables
        .iter()
        .find(|t| t.letter == letter)
        .expect("a table");
    let at = table
        .columns
        .iter()
        .position(|c| c.code == code)
        .expect("a column");
    let number = |row: &Vec<Cell>| match row[at] {
        Cell::Number(x) => x,
        _ => f64::NAN,
    };
    table.rows.iter().map(number).collect()
}

fn sum(values: &[f64], months: std::ops::Range<usize>) -> f64 {
    values[months].iter().sum()
}

#[test]
fn every_shipped_stress_is_tested_here_and_accepted() {
    let mut names: Vec<String> = std::fs::read_dir(scenarios().join("stress"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    let known = [
        "cost_inflation",
        "devaluation",
        "expiry_banned",
        "expiry_introduced",
        "issuance_boom",
        "mix_shift",
        "redemption_run",
    ];
    assert_eq!(names, known);
    let calm = stressed(&[]);
    for name in known {
        let scenario = stressed(&[name]);
        assert_eq!(
            scenario.programs[0].name, "Points",
            "the element keeps its name"
        );
        for (program, calm) in scenario.programs.iter().zip(&calm.programs) {
            let has_points = !calm.versions[0].rewards.is_empty();
            // Costs may become dearer everywhere.
            if has_points || name != "cost_inflation" {
                assert_eq!(program != calm, has_points, "{name}: {}", calm.name);
            }
        }
        assert_eq!(scenario.segments, calm.segments, "{name}");
    }
}

#[test]
fn stresses_move_the_book_as_they_say() {
    let calm = book(&[]);
    // Months 24 to 35 are those of 2029.
    let of = |name: &str| book(&[name]);
    let redeemed = |book: &Valuation| column(book, "A", "redeemed");
    let expired = |book: &Valuation| column(book, "A", "expired");

    let introduced = of("expiry_introduced");
    let wave = sum(&expired(&introduced), 24..26);
    assert!(wave > 3.0 * sum(&expired(&calm), 24..26), "{wave}");
    assert_eq!(
        redeemed(&introduced)[..18],
        redeemed(&calm)[..18],
        "before it was announced"
    );
    let rush = |book: &Valuation, months: std::ops::Range<usize>| {
        sum(&redeemed(book), months.clone()) / sum(&redeemed(&calm), months)
    };
    // The same customers on both sides: what differs is what they saw coming.
    let before = rush(&introduced, 20..24);
    assert!(before > 1.003, "members see it coming: {before}");

    let banned = of("expiry_banned");
    assert_eq!(
        sum(&expired(&banned), 0..60),
        0.0,
        "the deadline is never reached"
    );
    assert!(sum(&expired(&calm), 24..60) > 0.0);
    let before = rush(&banned, 11..12);
    assert!(before > 1.01, "a run before the deadline: {before}");

    let dearer = of("devaluation");
    assert!(sum(&redeemed(&dearer), 24..36) < 0.95 * sum(&redeemed(&calm), 24..36));

    let run = of("redemption_run");
    assert!(sum(&redeemed(&run), 24..27) > 1.2 * sum(&redeemed(&calm), 24..27));

    let boom = of("issuance_boom");
    let issued = |book: &Valuation| sum(&column(book, "A", "issued_base"), 24..36);
    assert!((issued(&boom) / issued(&calm) - 2.0).abs() < 0.1);

    let cost = |book: &Valuation| *column(book, "L", "cost_true").last().expect("a month");
    let points = |book: &Valuation| {
        let all = column(book, "L", "future_redemptions_true");
        *all.last().expect("a month")
    };
    let inflated = of("cost_inflation");
    assert_eq!(points(&inflated), points(&calm), "no point moves");
    assert!(cost(&inflated) > cost(&calm));
    let shifted = of("mix_shift");
    assert!(cost(&shifted) / points(&shifted) > 1.01 * cost(&calm) / points(&calm));
}
