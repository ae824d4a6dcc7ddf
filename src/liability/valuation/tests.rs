//! A whole valuation of the synthetic triangle.

use super::*;
use crate::liability::estimate::tests::{published, synthetic};
use crate::random::Key;
use crate::results::estimate::{Cell, Table};

pub fn assumptions() -> Assumptions {
    Assumptions {
        booked: Booked::Additive,
        sigma_rule: SigmaRule::Mack,
        tail: Tail::NONE,
        prior: Prior::default(),
        prior_rate: Some(0.62),
        matured_age: 4,
        periods_per_year: 1.0,
        cost_per_point: Some(synthetic::COST),
        price_per_point: Some(10.0),
        minor_units: 100.0,
        discount_rate: 0.03,
        current: CurrentPolicy::ExpectedRedemption,
    }
}

fn draws(bootstrap: &Bootstrap) -> Vec<f64> {
    (0..500)
        .filter_map(|k| bootstrap.draw(Key::new(1, 0), k))
        .collect()
}

fn column(table: &Table, code: &str) -> Vec<f64> {
    let at = table.columns.iter().position(|c| c.code == code).unwrap();
    let numbers = table.rows.iter().map(|row| match &row[at] {
        Cell::Number(x) => *x,
        other => panic!("{other:?}"),
    });
    numbers.collect()
}

#[test]
fn every_table_and_every_check() {
    let found = of_triangle("synthetic", &synthetic::triangle(), &assumptions(), &draws).unwrap();
    let letters: String = found.tables.iter().map(|t| t.letter.as_str()).collect();
    assert_eq!(letters, "ABCDEFGH");
    assert!(
        found.checks.iter().all(|check| check.passed),
        "{:?}",
        found.checks
    );
    let table = |letter: &str| found.tables.iter().find(|t| t.letter == letter).unwrap();
    let future = |code: &str| {
        found
            .methods
            .iter()
            .find(|m| m.code == code)
            .unwrap()
            .future
            .unwrap()
    };
    assert!((future("chain_ladder") - 630.170_451).abs() < 1e-6);
    assert!((future("additive") - 635.530_036).abs() < 1e-6);
    assert!((future("over_dispersed_poisson") - 630.170_451).abs() < 1e-6);
    assert!((column(table("A"), "closing").last().unwrap() - 3_053.1).abs() < 1e-9);
    assert!((column(table("C"), "closing")[0] - 5_084.24).abs() < 0.005);
    // Minor units tie over all years, whatever was believed in each.
    let b = table("B");
    let moved: f64 = [
        "deferred_on_issue",
        "redemption_release",
        "breakage_release",
        "change_of_rate",
    ]
    .iter()
    .map(|code| column(b, code).iter().sum::<f64>())
    .sum();
    assert_eq!(moved, *column(b, "closing").last().unwrap());
    assert_eq!(
        column(b, "deferred_on_issue").iter().sum::<f64>(),
        6_105_100.0
    );
    // The booked closing is the unrounded kernel's to half a cent per vintage.
    let unrounded = found.methods[0].deferred_revenue.unwrap() * 100.0;
    assert!((column(b, "closing").last().unwrap() - unrounded).abs() <= 2.5);
    for table in &found.tables {
        assert!(
            table
                .rows
                .iter()
                .all(|row| row.len() == table.columns.len()),
            "{}",
            table.letter
        );
    }
}

#[test]
fn the_past_is_valued_without_hindsight() {
    let full = synthetic::triangle();
    let later = of_triangle("t", &full, &assumptions(), &draws).unwrap();
    let earlier = of_triangle("t", &full.as_of(1).unwrap(), &assumptions(), &draws).unwrap();
    let b = |v: &Valuation| v.tables.iter().find(|t| t.letter == "B").unwrap().clone();
    let (long, short) = (b(&later), b(&earlier));
    assert_eq!(
        long.rows[..short.rows.len()],
        short.rows[..],
        "closing of one year is opening of the next"
    );
    assert_eq!(long.rows.len(), short.rows.len() + 1);
}

#[test]
fn a_triangle_without_issued_points_is_valued_as_far_as_it_goes() {
    let with = Assumptions {
        booked: Booked::ChainLadder,
        ..assumptions()
    };
    let found = of_triangle("genins", &published::TAYLOR_ASHE.triangle(), &with, &draws).unwrap();
    let letters: String = found.tables.iter().map(|t| t.letter.as_str()).collect();
    assert_eq!(letters, "DEGH");
    let additive = &found.methods[0];
    assert_eq!(
        additive.refused.as_deref(),
        Some("points issued are not given")
    );
    let ladder = &found.methods[1];
    assert!((ladder.errors[0].total - 2_447_094.860_835).abs() < 1e-6);
    assert_eq!(
        (ladder.errors[0].rule.as_str(), ladder.rate_of_issued),
        ("mack", None)
    );
}

#[test]
fn one_age_is_valued_with_a_refusal_everywhere() {
    let single = Triangle::cumulative(vec!["a".into()], vec![vec![Some(5.0)]]).unwrap();
    let single = single.with_issued(vec![10.0]).unwrap();
    let found = of_triangle("t", &single, &assumptions(), &draws).unwrap();
    let numbers = found
        .methods
        .iter()
        .filter(|m| m.refused.is_none() && !m.naive);
    assert_eq!(numbers.count(), 0);
    assert!(
        found
            .findings
            .iter()
            .any(|f| f.code == "booked_method_refused")
    );
}

/// A valuation with the two prices among its assumptions.
fn stated(triangle: &Triangle) -> Valuation {
    let with = assumptions();
    let mut found = of_triangle("synthetic", triangle, &with, &draws).unwrap();
    let entry = |id: &str, value: Option<f64>| crate::results::valuation::Stated {
        id: id.to_owned(),
        value: value.unwrap().to_string(),
        unit: String::new(),
        source: "stated".to_owned(),
        approval: Default::default(),
    };
    found.assumptions = vec![
        entry("cost_per_point", with.cost_per_point),
        entry("price_per_point", with.price_per_point),
    ];
    found
}

#[test]
fn why_the_liability_moved_in_the_last_year() {
    let full = synthetic::triangle();
    let (old, new) = (stated(&full.as_of(1).unwrap()), stated(&full));
    let found = explain(&old, &new).unwrap();
    assert_eq!((found.vintages_in_both, found.vintages_only_new), (4, 1));
    assert_eq!(found.vintages_only_old, 0);
    let method = |v: &Valuation| v.methods[0].clone();
    let [deferred, cost] = found.movements.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(deferred.opening, method(&old).deferred_revenue.unwrap());
    assert_eq!(cost.closing, method(&new).cost_provision.unwrap());
    let part = |movement: &crate::results::valuation::Movement, code: &str| {
        let mut causes = movement.causes.iter();
        causes.find(|cause| cause.code == code).unwrap().amount
    };
    for movement in [deferred, cost] {
        let causes: f64 = movement.causes.iter().map(|cause| cause.amount).sum();
        let size = movement.closing;
        assert!((movement.opening + causes - movement.closing).abs() < 1e-9 * size);
        assert!(movement.vintages_differ_by.abs() < 1e-9 * size);
        assert!(
            part(movement, "restated").abs() < 1e-9 * size,
            "prices are locked"
        );
    }
    // The newest vintage issued 1,464.1 at a price of 10.
    assert!((part(deferred, "new_vintages") - 14_641.0).abs() < 1e-6);
    // Redemptions of the older vintages in the year, from their cumulative values: 0 + 33 + 109 + 240, at 0.008; expected
    // was what the additive rates of the year before say of them.
    let redeemed = (0.0 + 33.0 + 109.0 + 240.0) * synthetic::COST;
    let as_expected = part(cost, "redemption_as_expected");
    assert!((as_expected + part(cost, "redemption_otherwise") + redeemed).abs() < 1e-9);
    let expected: f64 = old
        .origins
        .iter()
        .map(|o| o.expected.first().copied().unwrap_or(0.0))
        .sum();
    assert!((as_expected + expected * synthetic::COST).abs() < 1e-9 && expected > 300.0);
    assert_eq!(part(cost, "cost_per_point"), 0.0);
}

#[test]
fn a_price_that_was_not_locked_is_told_apart() {
    let full = synthetic::triangle();
    let (old, mut new) = (stated(&full.as_of(1).unwrap()), stated(&full));
    // The new valuation allocated 11 a point to vintages that had 10.
    let raised = 1.1 * new.methods[0].deferred_revenue.unwrap();
    new.methods[0].deferred_revenue = Some(raised);
    let found = explain(&old, &new).unwrap();
    let restated = found.movements[0].causes.last().unwrap();
    assert_eq!(restated.code, "restated");
    assert!((restated.amount - raised / 11.0).abs() < 1e-6);
    let other = of_triangle(
        "t",
        &full,
        &Assumptions {
            price_per_point: None,
            cost_per_point: None,
            ..assumptions()
        },
        &draws,
    );
    assert!(explain(&other.unwrap(), &new).unwrap().movements.is_empty());
}

/// The row of table F of an assumption and change.
fn change_of(found: &Valuation, assumption: &str) -> f64 {
    let table = found.tables.iter().find(|t| t.letter == "F").unwrap();
    let mut rows = table.rows.iter();
    let row = rows.find(|row| row[0] == assumption.into()).unwrap();
    match &row[4] {
        Cell::Number(value) => *value,
        other => panic!("{other:?}"),
    }
}

/// Three vintages of 1,000 points; rates of 0.305, 0.1475 and 0.05 by age, as the audit of a prior pattern had them.
fn three(prior: Vec<f64>) -> Valuation {
    let cells = vec![
        vec![Some(300.0), Some(450.0), Some(500.0)],
        vec![Some(310.0), Some(455.0)],
        vec![Some(305.0)],
    ];
    let names = ["2020", "2021", "2022"].map(str::to_owned).to_vec();
    let triangle = Triangle::cumulative(names, cells).unwrap();
    let triangle = triangle.with_issued(vec![1000.0; 3]).unwrap();
    let with = Assumptions {
        cost_per_point: Some(0.01),
        prior: Prior {
            rates: prior,
            points: 0.0,
        },
        ..assumptions()
    };
    of_triangle("t", &triangle, &with, &draws).unwrap()
}

#[test]
fn a_prior_beyond_the_triangle_has_its_dates() {
    let found = three(vec![0.3, 0.15, 0.05, 0.04, 0.03]);
    let table = |letter: &str| found.tables.iter().find(|t| t.letter == letter).unwrap();
    let by_year = column(table("E"), "redemptions");
    // 147.5 + 50 + 40; 50 + 40 + 30; 40 + 30; 30.
    for (found, by_hand) in by_year.iter().zip([237.5, 120.0, 70.0, 30.0, 0.0, 0.0]) {
        assert!((found - by_hand).abs() < 1e-9, "{by_year:?}");
    }
    assert!((column(table("H"), "mean_time")[0] - 1.265_027).abs() < 1e-5);
    assert!((column(table("H"), "present_value")[0] - 440.88).abs() < 0.01);
}

#[test]
fn a_shorter_term_takes_the_last_age_of_every_vintage() {
    // Two of three vintages have not reached the last age: 5 % of 2,000 points at 0.01. Of the flow by period the last
    // has one of them only.
    let lost = change_of(&three(vec![]), "expiry term, behavior unchanged");
    assert!((lost + 1.0).abs() < 1e-9, "{lost}");
}

#[test]
fn rows_off_the_diagonal_and_few_draws_are_said() {
    let cells = vec![
        vec![Some(30.0), Some(45.0), Some(50.0)],
        vec![Some(30.0)],
        vec![Some(30.0)],
    ];
    let triangle = Triangle::cumulative(vec![], cells).unwrap();
    let triangle = triangle.with_issued(vec![100.0; 3]).unwrap();
    let found = findings(&triangle);
    let numbers: Vec<&[f64]> = found.iter().map(|f| f.numbers.as_slice()).collect();
    assert_eq!(numbers, [[2.0, 1.0, 3.0], [3.0, 1.0, 1.0]]);
    assert!(findings(&synthetic::triangle()).is_empty());
    let few = |bootstrap: &Bootstrap| draws(bootstrap)[..50].to_vec();
    let found = of_triangle("t", &synthetic::triangle(), &assumptions(), &few).unwrap();
    let said = found.findings.iter().find(|f| f.code == "too_few_draws");
    assert_eq!(said.unwrap().numbers, [50.0, 100.0]);
}

#[test]
fn a_booked_method_without_a_number_fails_a_check() {
    let with = Assumptions {
        prior_rate: None,
        booked: Booked::BornhuetterFerguson,
        ..assumptions()
    };
    let found = of_triangle("t", &synthetic::triangle(), &with, &draws).unwrap();
    assert!(!gives_a_number(&found).passed);
    let found = of_triangle("t", &synthetic::triangle(), &assumptions(), &draws).unwrap();
    assert!(gives_a_number(&found).passed);
}

#[test]
fn a_tail_says_which_methods_it_is_in() {
    let mut with = assumptions();
    assert_eq!(reach_of_tail(&synthetic::triangle(), &with), None);
    with.tail.factor = 1.1;
    let said = reach_of_tail(&synthetic::triangle(), &with).unwrap();
    assert_eq!(said.numbers, [1.1, 0.0]);
    with.prior.rates = vec![0.1; 6];
    let said = reach_of_tail(&synthetic::triangle(), &with).unwrap();
    assert_eq!(said.numbers, [1.1, 1.0]);
}
