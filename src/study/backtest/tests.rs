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
    let calm = backtest(&steady(), 0, 8, 1, None).unwrap();
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
    let changed = backtest(&scenario, 0, 8, 1, None).unwrap();
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
    let refused = backtest(&scenario, 0, 2, 1, None);
    assert!(matches!(refused, Err(EngineError::Limit(_))), "{refused:?}");
}
