//! A simulated book valued: against its own ledger, without hindsight, and with the truth of the run beside it.

use super::*;
use crate::book::calendar::Day;
use crate::economics::{assess, value_weights};
use crate::liability::valuation::ledger;
use crate::results::estimate::{Cell, Table};
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
            ..Pattern::default()
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
    let expected = expected_pattern(&scenario, &tally, (0, 0), 1, None)
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
    let before = expected_pattern(&scenario, &tally_of(&scenario), (0, 0), 1, None).unwrap();
    scenario.programs[0].versions.push(later);
    let tally = tally_of(&scenario);
    let after = expected_pattern(&scenario, &tally, (0, 0), 1, None).unwrap();
    assert_eq!(before, after, "all 800 customers under the first rules");
    let world = tally.layout.world_index(World::Program(0)).unwrap();
    let seen = Vintages::at_market_scale(&scenario, &tally, world).unwrap();
    let dearer = seen.pattern().rate();
    assert!(dearer < before.unwrap().rate() - 0.03, "{dearer}");
}

/// As launched, with a year of past and its book; points end after twelve months.
fn with_a_book() -> Scenario {
    let text = LAUNCHED
        .replace(
            "\"inactivity\", months = 6 }",
            "\"fixed_term\", months = 12 }\nopening = { from = \"run\", months = 36 }",
        )
        .replace("launch = \"2027-06\"", "launch = \"2024-01\"")
        .replace(
            "customers = 8000\n",
            "customers = 8000\narrivals_per_year = 900\n",
        )
        .replace("customers = 800\n", "customers = 3000\n");
    let parsed = crate::scenario::parse(&text);
    let scenario = parsed.scenario;
    scenario.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

#[test]
fn the_opening_book_is_booked_and_its_liability_ends_with_its_points() {
    let scenario = with_a_book();
    let tally = tally_of(&scenario);
    let books = value_books(&scenario, &tally, 1, None).unwrap();
    let book = &books[0];
    assert!(book.checks.iter().all(|c| c.passed), "{:?}", book.checks);
    let (course, rolled) = (table(book, "O"), table(book, "P"));
    let of = |code: &str| column(course, code);
    let (left, booked, truth) = (
        of("outstanding"),
        of("future_redemptions_booked"),
        of("future_redemptions_true"),
    );
    assert_eq!((left.len(), rolled.rows.len()), (25, 25));
    assert!(left[0] > 100_000.0, "{}", left[0]);
    // What is opening in table A is what the book begins with.
    assert!((left[0] - column(table(book, "A"), "opening")[0]).abs() <= 12.0);
    // Points of a month end twelve months later: after a year nothing is left, expected or booked.
    let expected = expected_pattern(&scenario, &tally, (0, 0), 1, None)
        .unwrap()
        .unwrap();
    assert!(expected.rate() > 0.5 && expected.ended.iter().sum::<f64>() > 0.02);
    assert_eq!(
        (left[12].abs() < 1e-6, booked[12].abs() < 1e-6),
        (true, true)
    );
    assert_eq!(column(rolled, "closing")[12], 0.0);
    assert!(column(rolled, "closing")[11] > 0.0);
    // The amount taken over: the price of an issued point per point that is redeemed of it.
    let price = book
        .assumptions
        .iter()
        .find(|a| a.id == "price_per_point")
        .unwrap();
    let price: f64 = price.value.parse().unwrap();
    let taken_over = column(rolled, "deferred_on_issue")[0];
    let wanted = booked[0] * price / expected.rate() * 100.0;
    assert!(
        (taken_over / wanted - 1.0).abs() < 1e-4,
        "{taken_over} {wanted}"
    );
    assert!(
        column(rolled, "deferred_on_issue")[1..]
            .iter()
            .all(|x| *x == 0.0)
    );
    let revenue: f64 = column(rolled, "revenue").iter().sum();
    assert_eq!(revenue, taken_over, "all of it is revenue in the end");
    // Points that are old are held by those who redeem late. Dealing does not remember that, so a dealt book is redeemed
    // more than one that was lived: the next test.
    let off = booked[0] / truth[0] - 1.0;
    assert!((-0.2..0.0).contains(&off), "{} {}", booked[0], truth[0]);
    // What the run says all outstanding points will cost is the sum of both parts.
    let results = assess(&scenario, &tally, &value_weights(&scenario, &tally.layout));
    let headline = results.programs[0].headline.iter();
    let cost = headline.filter(|n| n.code == "outstanding_expected_cost");
    let cost: f64 = cost.map(|n| n.number.value.unwrap()).sum();
    let parts = [table(book, "L"), course].map(|t| *column(t, "cost_true").last().unwrap());
    assert!(
        (parts[0] + parts[1] - cost).abs() < 1e-6,
        "{parts:?} {cost}"
    );
}

#[test]
fn of_a_book_that_was_lived_the_rate_of_outstanding_points_is_right_and_that_of_issued_ones_is_not()
{
    let mut scenario = alone(&with_a_book(), 0).unwrap();
    let program = &mut scenario.programs[0];
    program.opening = None;
    (program.launch_month, program.versions[0].from_month) = (0, 0);
    program.versions[0].announced_month = 0;
    scenario.horizon_months = 48;
    let tally = tally_of(&scenario);
    let world = tally.layout.world_index(World::Program(0)).unwrap();
    let vintages = Vintages::at_market_scale(&scenario, &tally, world).unwrap();
    let pattern = vintages.pattern();
    // What is outstanding after three years, by month of issue, as if it were an opening book.
    let known = vintages.triangle(36).unwrap();
    let left = |row: usize| known.outstanding(row).unwrap();
    let expected: f64 = (0..36)
        .map(|row| left(row) * pattern.rate_of_outstanding(36 - row))
        .sum();
    let truth: f64 = vintages.redeemed_after(36).iter().sum();
    let naive: f64 = (0..36).map(left).sum::<f64>() * pattern.rate();
    assert!(
        truth > 100_000.0 && (expected / truth - 1.0).abs() < 0.05,
        "{expected} {truth}"
    );
    assert!((naive / truth - 1.0).abs() > 0.1, "{naive} {truth}");
}

#[test]
fn what_is_outstanding_at_an_age_redeems_what_can_still_happen_to_it() {
    let pattern = Pattern {
        rates: vec![0.2, 0.3, 0.1],
        ended: vec![0.0, 0.1, 0.2],
    };
    // A tenth is never resolved.
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    close(pattern.rate_of_outstanding(0), 0.6);
    close(pattern.rate_of_outstanding(1), 0.4 / 0.8);
    close(pattern.rate_of_outstanding(2), 0.1 / 0.4);
    close(pattern.rate_of_outstanding(9), 0.1 / 0.4);
    // Rates that together exceed what was issued still give a share.
    let beyond = Pattern {
        rates: vec![0.7, 0.5],
        ended: vec![0.0, 0.1],
    };
    close(beyond.rate_of_outstanding(1), 0.5 / 0.6);
    assert_eq!(Pattern::default().rate_of_outstanding(3), 0.0);
}

/// Redeemed in the end, of points issued within the horizon; and redeemed within it.
fn redeemed_in_the_end(scenario: &Scenario) -> [f64; 2] {
    let tally = tally_of(scenario);
    let world = tally.layout.world_index(World::Program(0)).unwrap();
    let vintages = Vintages::at_market_scale(scenario, &tally, world).unwrap();
    let months = vintages.months();
    let triangle = vintages.triangle(months).unwrap();
    let issued: f64 = triangle.issued().unwrap().iter().sum();
    let later: f64 = vintages.redeemed_after(months).iter().sum();
    [
        (vintages.redeemed() + later) / issued,
        vintages.redeemed() / issued,
    ]
}

#[test]
fn mistake_18_books_closed_at_the_horizon_break_what_members_go_on_to_redeem() {
    let scenario = alone(&launched(24), 0).unwrap();
    let [going_concern, broken_at_the_horizon] = redeemed_in_the_end(&scenario);
    let mut stopped = scenario;
    stopped.simulation.run_off = crate::scenario::model::RunOff::Closed;
    let [closed, within] = redeemed_in_the_end(&stopped);
    assert_eq!(within, broken_at_the_horizon, "the horizon is the same");
    // Balances below a reward are stranded where nobody earns on: breakage is overstated, and most where all that is
    // outstanding at the horizon is broken; all of it redeemed is the other mistake.
    assert!(closed < going_concern - 0.01, "{closed} {going_concern}");
    assert!(broken_at_the_horizon < closed - 0.01);
    assert!(going_concern < 0.99);
}
