//! Two tiers by hand: gold redeems 50 % at once and 30 % a month later, silver 10 % and 10 %; silver grows.

use super::*;
use crate::book::flows::Flow;
use crate::liability::valuation::ledger;
use crate::liability::valuation::tests::assumptions;

const AS_OF: &str = "2024-03-31";

fn day(text: &str) -> Day {
    Day::parse(text.as_bytes()).unwrap()
}

/// Vintages of January to March 2024 that redeem shares of what was issued at age 0, 1, 2.
fn flows(issued: [i64; 3], percent: [i64; 3], redemptions: u64) -> Flows {
    let mut flows = Flows::default();
    flows.redemptions = redemptions;
    for (vintage, points) in issued.into_iter().enumerate() {
        let first = day("2024-01-01").month();
        let month = |later: usize| Month(first.0 + later as i32);
        flows.add(month(vintage), month(vintage), Flow::Earned, points);
        flows.outstanding += points;
        for (age, percent) in percent.into_iter().enumerate().take(3 - vintage) {
            let used = points * percent / 100;
            flows.add(month(vintage), month(vintage + age), Flow::Redeemed, used);
            flows.outstanding -= used;
        }
    }
    flows
}

fn together(parts: [&Flows; 2]) -> Flows {
    let mut all = Flows::default();
    for part in parts {
        for vintage in 0..3 {
            let month = Month(day("2024-01-01").month().0 + vintage);
            for (age, cell) in part.vintage(month).iter().enumerate() {
                let at = Month(month.0 + age as i32);
                all.add(month, at, Flow::Earned, cell[Flow::Earned as usize]);
                all.add(month, at, Flow::Redeemed, cell[Flow::Redeemed as usize]);
            }
        }
        all.outstanding += part.outstanding;
    }
    all
}

fn divided(with: &Assumptions, gold: &Flows, silver: &Flows) -> (Valuation, Division) {
    let all = together([gold, silver]);
    let draw = |_: &Bootstrap| vec![];
    let triangle = ledger::triangle(&all, day(AS_OF)).unwrap();
    let mut valuation = of_triangle("book", &triangle, with, &draw).unwrap();
    let group = |name, flows| Group {
        name,
        flows,
        cost: (with.cost_per_point, "stated"),
    };
    let nobody = Flows::default();
    let groups = [
        group("gold", gold),
        group("silver", silver),
        group("nobody", &nobody),
    ];
    let whole = Whole {
        key: "tier",
        triangle: &triangle,
        first: day("2024-01-01").month(),
        as_of: day(AS_OF),
        valuation: &valuation,
    };
    let found = divide(&whole, &groups, with, &|_, _| vec![])
        .unwrap()
        .unwrap();
    complete(&mut valuation, found.clone(), &all);
    (valuation, found)
}

const GOLD: [i64; 3] = [50, 30, 0];
const SILVER: [i64; 3] = [10, 10, 0];

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} {b}");
}

#[test]
fn own_rates_and_pooled_ones_by_hand() {
    let gold = flows([1000, 1000, 1000], GOLD, 2000);
    let silver = flows([1000, 2000, 4000], SILVER, 2000);
    let (valuation, found) = divided(&assumptions(), &gold, &silver);
    let names: Vec<&str> = found
        .groups
        .iter()
        .map(|group| group.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["gold", "silver"],
        "a name without points is no group"
    );
    // Of the pool, (300 + 100 + 300 + 200) of 5,000 are redeemed at age 1: 18 % of the 5,000 of March.
    close(found.whole.future, 900.0);
    let [gold, silver] = &found.groups[..] else {
        panic!()
    };
    close(gold.own.unwrap().future, 300.0);
    close(silver.own.unwrap().future, 400.0);
    close(gold.pooled.future, 180.0);
    close(silver.pooled.future, 720.0);
    close(gold.own.unwrap().rate_of_issued.unwrap(), 0.8);
    close(silver.own.unwrap().rate_of_issued.unwrap(), 0.2);
    assert!(
        gold.doubts.is_empty() && silver.doubts.is_empty(),
        "{:?}",
        found.groups
    );
    // The mix moved to silver: the pool expects 200 points that no tier will redeem.
    close(found.adopted.future, 700.0);
    close(found.pooled.future, 900.0);
    assert!(
        valuation.checks.iter().all(|check| check.passed),
        "{:?}",
        valuation.checks
    );
    let codes: Vec<&str> = valuation
        .checks
        .iter()
        .map(|check| check.code.as_str())
        .collect();
    for code in [
        "groups_issued",
        "groups_redeemed",
        "groups_outstanding",
        "groups_at_the_rates_of_the_whole",
    ] {
        assert!(codes.contains(&code), "{code}");
    }
}

#[test]
fn the_rates_of_the_whole_give_the_groups_what_they_give_the_whole_under_every_method() {
    let gold = flows([1000, 1300, 900], GOLD, 2000);
    let silver = flows([1700, 2000, 4000], [10, 11, 3], 2000);
    for booked in [
        Booked::Additive,
        Booked::ChainLadder,
        Booked::BornhuetterFerguson,
        Booked::CapeCod,
    ] {
        let with = Assumptions {
            booked,
            ..assumptions()
        };
        let (valuation, found) = divided(&with, &gold, &silver);
        close(found.pooled.future, found.whole.future);
        let check = |code: &str| {
            valuation
                .checks
                .iter()
                .find(|check| check.code == code)
                .unwrap()
        };
        assert!(
            check("groups_at_the_rates_of_the_whole").passed,
            "{booked:?}"
        );
    }
}

#[test]
fn a_small_group_is_named_and_valued_at_the_rates_of_the_whole() {
    let gold = flows([1000, 1000, 1000], GOLD, 2000);
    let silver = flows([10, 20, 40], SILVER, 7);
    let (_, found) = divided(&assumptions(), &gold, &silver);
    let silver = &found.groups[1];
    assert_eq!(silver.doubts[0].code, "group_of_few_redemptions");
    assert_eq!(silver.doubts[0].numbers, [7.0, 1082.0]);
    assert_eq!(silver.adopted(), &silver.pooled);
    close(
        found.adopted.future,
        found.groups[0].own.unwrap().future + silver.pooled.future,
    );
    // A group that began in March has no exposure at later ages: no number of its own.
    let late = flows([0, 0, 500], SILVER, 5000);
    let (valuation, found) = divided(&assumptions(), &gold, &late);
    assert_eq!(found.groups[1].doubts[0].code, "group_without_estimate");
    assert!(found.groups[1].own.is_none());
    assert!(valuation.checks.iter().all(|check| check.passed));
}

#[test]
fn points_missing_from_the_groups_are_found() {
    let gold = flows([1000, 1000, 1000], GOLD, 2000);
    let silver = flows([1000, 2000, 4000], SILVER, 2000);
    let (mut valuation, found) = divided(&assumptions(), &gold, &silver);
    let mut fewer = found.clone();
    fewer.groups.pop();
    valuation.checks.clear();
    complete(&mut valuation, fewer, &together([&gold, &silver]));
    let failed: Vec<&str> = valuation
        .checks
        .iter()
        .filter(|c| !c.passed)
        .map(|c| c.code.as_str())
        .collect();
    assert_eq!(
        failed,
        ["groups_issued", "groups_redeemed", "groups_outstanding"]
    );
}
