//! Simulated books, whose end is known, against what the methods said of them.

use super::*;

const STEADY: &str = r#"
name = "Steady"
currency = "EUR"
start = "2027-01"
horizon_months = 48
discount_rate = 0.08
[simulation]
customers = 8000
seed = 3
run_off_years = 6
[market]
customers = 8000
company_age_years = 30
arrivals_per_year = 1300
[[segment]]
name = "all"
share = 1
purchases_per_year = { mean = 24, shape = 2 }
lifetime = { model = "constant", hazard_per_year = 0.15 }
basket = { mean = 30, between_cv = 0.2, within_cv = 0.8 }
margin_rate = 0.3
[[program]]
name = "Points"
kind = "transactional"
launch = "2027-01"
enrollment = { ceiling = 0.7, half_time_months = 1, selection = 0 }
earn = { points_per_currency = 1 }
expiry = { policy = "fixed_term", months = 12 }
[[program.reward]]
name = "Voucher"
kind = "tender"
points = 200
face_value = 2
"#;

fn steady() -> Scenario {
    let parsed = crate::scenario::parse(STEADY);
    parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

fn row<'a>(found: &'a Backtest, months: u32, method: &str) -> &'a BacktestRow {
    let mut rows = found.rows.iter();
    rows.find(|r| r.months == months && r.method == method)
        .unwrap()
}

#[test]
fn where_nothing_changes_the_methods_are_right_and_after_a_devaluation_they_expect_too_much() {
    let calm = backtest(&steady(), 0, 8, 0, 1, None).unwrap();
    assert_eq!(calm.rows.len(), 4 * METHODS.len());
    for method in ["additive", "chain_ladder", "cape_cod"] {
        for months in [24, 36, 48] {
            let row = row(&calm, months, method);
            let bias = row.bias_of_rate.unwrap();
            assert_eq!(row.numbers, 8);
            assert!(bias.abs() < 0.01, "{method} {months}: {bias}");
        }
    }
    let additive = row(&calm, 48, "additive");
    assert!(
        additive.unresolved < 1e-9,
        "points of a year end within the run-off"
    );
    assert!(additive.coverage_95.unwrap() >= additive.coverage_75.unwrap());
    // From month 36 on a reward takes four times the points.
    let mut scenario = steady();
    let mut later = scenario.programs[0].versions[0].clone();
    (later.from_month, later.announced_month) = (36, 36);
    for reward in &mut later.rewards {
        reward.points = 800;
    }
    scenario.programs[0].versions.push(later);
    let changed = backtest(&scenario, 0, 8, 0, 1, None).unwrap();
    assert_eq!(changed.changes, ["2030-01"]);
    for method in METHODS {
        // The data up to month 24 are the same to the point, and so is what was expected.
        let (before, after) = (row(&calm, 24, method), row(&changed, 24, method));
        if method != "bornhuetter_ferguson" && method != "additive" {
            assert!(
                (before.expected / after.expected - 1.0).abs() < 0.02,
                "{method}"
            );
        }
        let bias = row(&changed, 36, method).bias_of_rate.unwrap();
        let was = row(&calm, 36, method).bias_of_rate.unwrap();
        assert!(bias > was + 0.01, "{method}: {bias} after {was}");
    }
    // The newest vintages had most of their redemptions before them.
    let of = |first: &str| {
        let mut all = changed.vintages.iter();
        let found =
            all.find(|v| v.month_end == "2029-12" && v.first == first && v.method == "additive");
        found.unwrap().bias_of_rate
    };
    assert!(of("2029-01") > of("2027-01") + 0.02);
}

#[test]
fn a_program_without_points_is_refused() {
    let mut scenario = steady();
    scenario.programs[0].versions[0].earn.points_num = 0;
    let refused = backtest(&scenario, 0, 2, 0, 1, None);
    assert!(matches!(refused, Err(EngineError::Limit(_))), "{refused:?}");
}

/// A steady program whose members hold what its own ten years left; points end after a year without a visit.
fn with_a_past() -> Scenario {
    let text = STEADY
        .replace("horizon_months = 48", "horizon_months = 24")
        .replace("customers = 8000\nseed", "customers = 24000\nseed")
        .replace("customers = 8000\ncompany", "customers = 24000\ncompany")
        .replace("arrivals_per_year = 1300", "arrivals_per_year = 3640")
        .replace("launch = \"2027-01\"", "launch = \"2017-01\"")
        .replace(
            "{ policy = \"fixed_term\", months = 12 }",
            "{ policy = \"inactivity\", months = 12 }\nopening = { from = \"run\", months = 120 }",
        );
    let parsed = crate::scenario::parse(&text);
    parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

/// Whether a bias is luck, or at most 0.3 points of the redemption rate.
fn steady_enough(row: &BacktestRow) -> bool {
    let error = row.bias_of_rate_error.unwrap();
    row.bias_of_rate.unwrap().abs() <= (2.0 * error).max(0.003)
}

#[test]
fn in_a_steady_program_the_rates_are_right_from_the_first_year_on() {
    let scenario = with_a_past();
    let found = backtest(&scenario, 0, 6, 0, 1, None).unwrap();
    for method in ["additive", "chain_ladder", "cape_cod", "competing_risks"] {
        for months in [12, 24] {
            let row = row(&found, months, method);
            assert!(steady_enough(row), "{row:?}");
        }
    }
    // The same book dealt as if those who never redeem held no more of it than others: the old points that redeemers
    // are then given are used before the new ones, and the first vintages develop late.
    let mut mistaken = crate::engine::past::lived(&scenario).unwrap().unwrap();
    let book = mistaken.programs[0].opening.as_mut().unwrap();
    for vintage in &mut book.vintages {
        assert!(vintage.never_redeemed.unwrap() <= vintage.points);
        vintage.never_redeemed = None;
    }
    let found = backtest(&mistaken, 0, 6, 0, 1, None).unwrap();
    for method in ["additive", "chain_ladder"] {
        let row = row(&found, 12, method);
        assert!(
            !steady_enough(row) && row.bias_of_rate.unwrap() > 0.005,
            "{row:?}"
        );
    }
}

#[test]
fn months_that_are_lived_first_are_not_counted() {
    let mut scenario = steady();
    scenario.simulation.customers = 2_000;
    let found = backtest(&scenario, 0, 2, 24, 1, None).unwrap();
    assert_eq!(found.counted_from.as_deref(), Some("2029-01"));
    let dates: Vec<&str> = found.rows.iter().map(|r| r.month_end.as_str()).collect();
    assert_eq!(
        (dates.first(), dates.last()),
        (Some(&"2029-12"), Some(&"2030-12"))
    );
    assert_eq!(found.rows[0].months, 12);
    assert!(found.vintages.iter().all(|v| v.first.as_str() >= "2029-01"));
    let refused = backtest(&scenario, 0, 2, 48, 1, None);
    assert!(matches!(refused, Err(EngineError::Limit(_))), "{refused:?}");
}
