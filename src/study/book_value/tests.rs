//! A simulated book valued: against its own ledger, without hindsight, and with the truth of the run beside it.

use super::*;
use crate::book::calendar::Day;
use crate::economics::{assess, value_weights};
use crate::liability::valuation::ledger;
use crate::results::valuation::{Cell, Table};
use crate::study::synthetic_ledger::tests::{read_back, tally_of};

/// Nobody arrives, so that a shorter horizon has the same customers; no opening book.
const LAUNCHED: &str = r#"
name = "Launched"
currency = "EUR"
start = "2027-04"
horizon_months = 24
discount_rate = 0.08
[simulation]
customers = 800
seed = 5
run_off_years = 3
[market]
customers = 8000
company_age_years = 20
[[segment]]
name = "all"
share = 1
purchases_per_year = { mean = 24, shape = 1 }
lifetime = { model = "pareto", shape = 1.2, scale_years = 3 }
basket = { mean = 30, between_cv = 0.5, within_cv = 0.8 }
margin_rate = 0.3
[[program]]
name = "Points"
kind = "transactional"
launch = "2027-06"
enrollment = { ceiling = 0.7, half_time_months = 6, selection = 0.5 }
earn = { points_per_currency = 1, sign_up_bonus = 25 }
expiry = { policy = "inactivity", months = 6 }
[[program.reward]]
name = "Voucher"
kind = "tender"
points = 200
face_value = 2
"#;

fn launched(horizon: u32) -> Scenario {
    let mut scenario = crate::scenario::parse(LAUNCHED).scenario.unwrap();
    scenario.horizon_months = horizon;
    scenario
}

fn no_draws(_: &Bootstrap) -> Vec<f64> {
    Vec::new()
}

fn table<'a>(book: &'a Valuation, letter: &str) -> &'a Table {
    book.tables.iter().find(|t| t.letter == letter).unwrap()
}

fn column(table: &Table, code: &str) -> Vec<f64> {
    let at = table.columns.iter().position(|c| c.code == code).unwrap();
    let number = |row: &Vec<Cell>| match row[at] {
        Cell::Number(x) => x,
        _ => f64::NAN,
    };
    table.rows.iter().map(number).collect()
}

#[test]
fn the_ledger_of_a_program_and_the_program_have_one_value() {
    let scenario = alone(&launched(24), 0).unwrap();
    let tally = tally_of(&scenario);
    let world = tally.layout.world_index(World::Program(0)).unwrap();
    let vintages = Vintages::as_simulated(&scenario, &tally, world).unwrap();
    let simulated = vintages.triangle(vintages.months()).unwrap();
    let flows = read_back(&scenario);
    let last = Day::new(2029, 3, 31).unwrap();
    // Origins, points issued, redeemed and ended, to the point: every method and every table says the same of both.
    assert_eq!(ledger::triangle(&flows, last).unwrap(), simulated);
    assert_eq!(vintages.first(), 2, "the launch");
    assert!(simulated.latest_values().iter().sum::<f64>() > 10_000.0);
    let ended: f64 = (0..simulated.rows())
        .map(|row| {
            let (_, redeemed) = simulated.latest(row);
            simulated.issued().unwrap()[row] - redeemed - simulated.outstanding(row).unwrap()
        })
        .sum();
    assert!(ended > 10_000.0, "{ended}");
}

#[test]
fn what_was_booked_knew_nothing_of_what_came_after() {
    let value = |horizon| {
        let scenario = launched(horizon);
        let tally = tally_of(&scenario);
        let prior = Pattern {
            rates: vec![0.05; 14],
        };
        of_program(&scenario, &tally, 0, &prior, &no_draws)
            .unwrap()
            .unwrap()
    };
    let (early, late) = (value(12), value(24));
    let booked = |book: &Valuation, code: &str| column(table(book, "L"), code);
    for code in [
        "future_redemptions_booked",
        "outstanding",
        "rate_booked",
        "standard_error_booked",
    ] {
        let (short, long) = (booked(&early, code), booked(&late, code));
        assert!(short.len() >= 9);
        for (month, (a, b)) in short.iter().zip(&long).enumerate() {
            // The first month has no error.
            assert!(
                (a - b).abs() <= 1e-9 * a.abs() || a.is_nan() && b.is_nan() && month < 3,
                "{code} in month {month}: {a} and {b}"
            );
        }
    }
    // The truth at the same dates is the same too, as far as the shorter run-off reaches.
    let truth = |book: &Valuation| booked(book, "future_redemptions_true");
    for (a, b) in truth(&early).iter().zip(truth(&late)) {
        assert!(*a <= b * 1.05 && *a > 0.0, "{a} and {b}");
    }
}

#[test]
fn the_truth_is_that_of_the_run_and_every_check_passes() {
    let scenario = launched(24);
    let tally = tally_of(&scenario);
    let books = value_books(&scenario, &tally, 1, None).unwrap();
    let book = &books[0];
    assert!(book.checks.iter().all(|c| c.passed), "{:?}", book.checks);
    let letters: String = book.tables.iter().map(|t| t.letter.as_str()).collect();
    assert_eq!(letters, "ABCDEFGHL");
    let results = assess(&scenario, &tally, &value_weights(&scenario, &tally.layout));
    let headline = |code: &str| {
        let mut all = results.programs[0].headline.iter();
        all.find(|n| n.code == code).unwrap().number.value.unwrap()
    };
    let method = |code: &str| book.methods.iter().find(|m| m.code == code).unwrap();
    let truth = method("simulated_run_off").rate_of_issued.unwrap();
    assert!((truth - headline("urr_low")).abs() < 1e-12);
    let over_time = table(book, "L");
    let last = |code: &str| *column(over_time, code).last().unwrap();
    assert!((last("rate_true_if_all_unresolved") - headline("urr_high")).abs() < 1e-9);
    assert!((last("cost_true") - headline("outstanding_expected_cost")).abs() < 1e-6);
    assert_eq!(
        last("future_redemptions_booked"),
        method("additive").future.unwrap()
    );
    assert_eq!(
        last("deferred_revenue_booked"),
        method("additive").deferred_revenue.unwrap()
    );
    let closing = *column(table(book, "A"), "closing").last().unwrap();
    assert!((closing - headline("points_outstanding_end")).abs() <= 6.0);
    // 1 point per euro, vouchers of 2 euro for 200: a point alone is worth a cent times the redemption rate, and only
    // points earned on purchases have a price.
    let expected = expected_pattern(&scenario, &tally, 0, 1, None)
        .unwrap()
        .unwrap();
    let alone = 0.01 * expected.rate();
    let deferred: f64 = column(table(book, "B"), "deferred_on_issue").iter().sum();
    let earned: f64 = column(table(book, "A"), "issued_base").iter().sum();
    let price = alone / (1.0 + alone);
    assert!((deferred / 100.0 / (earned * price) - 1.0).abs() < 1e-5);
}

#[test]
fn later_rules_are_not_in_what_was_believed_before_them() {
    let mut scenario = launched(24);
    let mut later = scenario.programs[0].versions[0].clone();
    later.from_month = 14;
    later.announced_month = 14;
    for reward in &mut later.rewards {
        reward.points = 1_000;
    }
    let before = expected_pattern(&scenario, &tally_of(&scenario), 0, 1, None).unwrap();
    scenario.programs[0].versions.push(later);
    let tally = tally_of(&scenario);
    let after = expected_pattern(&scenario, &tally, 0, 1, None).unwrap();
    assert_eq!(before, after, "all 800 customers under the first rules");
    let world = tally.layout.world_index(World::Program(0)).unwrap();
    let seen = Vintages::at_market_scale(&scenario, &tally, world).unwrap();
    let dearer = seen.pattern().rate();
    assert!(dearer < before.unwrap().rate() - 0.03, "{dearer}");
}
