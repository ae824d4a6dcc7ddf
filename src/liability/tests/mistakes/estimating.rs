//! Mistakes 3, 5, 6, 13, 14, 18, 21 to 23, 27: how many points will be redeemed.

use super::{is, tells_apart};
use crate::book::calendar::Day;
use crate::book::expiry::DayRule;
use crate::book::lots::{Consumption, Holding, Lot};
use crate::liability::estimate::additive::{Additive, Prior};
use crate::liability::estimate::chain_ladder::{ChainLadder, Tail};
use crate::liability::estimate::competing_risks::{End, LotEnd, cumulative_incidence};
use crate::liability::estimate::mack::standard_errors;
use crate::liability::estimate::matured::{naive_burn_to_earn, naive_to_date};
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::tests::{published, synthetic};
use crate::liability::estimate::triangle::Triangle;
use crate::liability::statement::points::PointsRow;

#[test]
fn mistake_3_breakage_and_expiry_both_deducted_or_expired_points_dropped() {
    // 10,000 issued, 9,200 redeemed, 800 expired: the end of Example 52.
    let end = [
        LotEnd {
            age: 1,
            end: End::Redeemed,
            points: 9_200.0,
        },
        LotEnd {
            age: 2,
            end: End::Broken,
            points: 800.0,
        },
    ];
    let right = cumulative_incidence(&end)
        .unwrap()
        .last()
        .unwrap()
        .redeemed
        .0;
    let both = 1.0 - 0.08 - 0.08;
    let dropped = 9_200.0 / (10_000.0 - 800.0);
    tells_apart(is(0.92, 1e-12), right, both);
    tells_apart(is(0.92, 1e-12), right, dropped);
}

#[test]
fn mistake_5_matured_and_immature_vintages_averaged() {
    let triangle = synthetic::triangle();
    let issued: f64 = synthetic::ISSUED.iter().sum();
    let right = ChainLadder::fit(&triangle, Tail::NONE)
        .unwrap()
        .projection
        .ultimate()
        / issued;
    tells_apart(is(0.6031, 5e-5), right, naive_to_date(&triangle).unwrap().0);
}

/// A program whose issue changes by a factor a year; every vintage redeems 30, 20 and 10 % at its ages.
fn program(growth: f64) -> Triangle {
    let shares = [0.3, 0.2, 0.1];
    let issued: Vec<f64> = (0..6).map(|year| 1_000.0 * growth.powi(year)).collect();
    let cells = (0..6usize).map(|year| {
        let mut sum = 0.0;
        let seen = shares.iter().take(6 - year).map(|share| {
            sum += share * issued[year];
            Some(sum)
        });
        seen.collect()
    });
    Triangle::cumulative(vec![], cells.collect())
        .unwrap()
        .with_issued(issued.clone())
        .unwrap()
}

#[test]
fn mistake_6_burn_to_earn_as_redemption_rate() {
    for growth in [1.5, 0.7] {
        let triangle = program(growth);
        let right = Additive::fit(&triangle, &Prior::default())
            .unwrap()
            .redemption_rate()
            .0;
        let ratio = naive_burn_to_earn(&triangle).unwrap().0;
        tells_apart(is(0.6, 1e-9), right, ratio);
        assert_eq!(
            ratio < 0.6,
            growth > 1.0,
            "too low in a growing program, too high in a shrinking one"
        );
    }
}

#[test]
fn mistake_13_kaplan_meier_with_expiry_censored() {
    // A month of redemption at 5 % and expiry at 5 % of what is left, for ever: half of the points are redeemed.
    let mut lots = Vec::new();
    let mut left = 1e6;
    for age in 1..400 {
        for end in [End::Redeemed, End::Broken] {
            lots.push(LotEnd {
                age,
                end,
                points: 0.05 * left,
            });
        }
        left *= 0.9;
    }
    let last = *cumulative_incidence(&lots).unwrap().last().unwrap();
    tells_apart(is(0.5, 1e-9), last.redeemed.0, last.naive_redeemed.0);
    assert!(last.naive_redeemed.0 > 0.99);
}

#[test]
fn mistake_14_consumption_rules_mixed_and_transfers_as_redemptions() {
    let (january, july) = (Day(19_732), Day(19_914));
    let book = |rule: Consumption| {
        let mut holding = Holding::default();
        let mut redeemed = 0.0;
        holding.add(Lot::new(january, None, 100));
        holding.add(Lot::new(july, None, 100));
        holding.take(120, rule, |taken| {
            if taken.issued_on == january {
                redeemed += taken.points as f64;
            }
        });
        let left: i64 = holding
            .lots()
            .iter()
            .filter(|l| l.issued_on == january)
            .map(|l| l.left)
            .sum();
        (redeemed, left as f64)
    };
    // Issued = redeemed + outstanding, vintage by vintage: not with a triangle by one rule and lots by the other.
    let ((redeemed, left), (_, other)) = (book(Consumption::FirstIn), book(Consumption::LastIn));
    tells_apart(is(100.0, 0.0), redeemed + left, redeemed + other);
    // A transfer of 30 is no redemption and no issue.
    let giver = PointsRow {
        opening: 50,
        transferred_net: -30,
        ..PointsRow::default()
    }
    .closed();
    let taker = PointsRow {
        opening: 10,
        transferred_net: 30,
        ..PointsRow::default()
    }
    .closed();
    let all = giver.plus(&taker);
    assert_eq!(all.check(), 0);
    let mistaken = PointsRow {
        opening: 60,
        issued_base: 30,
        redeemed: 30,
        ..PointsRow::default()
    }
    .closed();
    assert_eq!(
        all.closing, mistaken.closing,
        "the balance does not show it"
    );
    tells_apart(is(0.0, 0.0), all.redeemed as f64, mistaken.redeemed as f64);
}

/// The explicit run-off of a simulated program is the engine's; on a triangle the same mistake is to stop at the
/// diagonal.
#[test]
fn mistake_18_outstanding_at_the_horizon_counted_as_broken_or_redeemed() {
    let triangle = synthetic::triangle();
    let right = Additive::fit(&triangle, &Prior::default())
        .unwrap()
        .redemption_rate()
        .0;
    let broken = naive_to_date(&triangle).unwrap().0;
    tells_apart(is(0.604_008_13, 5e-9), right, broken);
    tells_apart(is(0.604_008_13, 5e-9), right, 1.0);
}

#[test]
fn mistake_21_redemptions_in_the_month_of_issue_put_one_age_later() {
    // Issue in months 0 to 3; 10 % redeemed in the month of issue, 20 % in the next.
    let flows: Vec<(usize, usize, f64)> = (0..4)
        .flat_map(|month| [(month, month, 10.0), (month, month + 1, 20.0)])
        .filter(|(_, at, _)| *at < 4)
        .collect();
    let built = |shift: usize| {
        let placed: Vec<_> = flows
            .iter()
            .map(|(origin, at, points)| (*origin, at + shift, *points))
            .collect();
        Triangle::from_flows(vec![], 4, &placed).unwrap()
    };
    // A month later, every rate is of the wrong age, and what was redeemed last falls behind the diagonal.
    let first_age = |shift: usize| built(shift).value(0, 0).unwrap();
    tells_apart(is(10.0, 0.0), first_age(0), first_age(1));
    let redeemed = |shift: usize| built(shift).latest_values().iter().sum();
    tells_apart(is(4.0 * 10.0 + 3.0 * 20.0, 0.0), redeemed(0), redeemed(1));
}

#[test]
fn mistake_22_expiry_one_day_off() {
    let day = |text: &str| Day::parse(text.as_bytes()).unwrap();
    let gone = |rule: DayRule, from: &str| f64::from(rule.gone_on(day(from), 12).0);
    let ends = |text: &str| is(f64::from(day(text).0), 0.0);
    let days_365 = f64::from(day("2024-01-15").0 + 365);
    tells_apart(
        ends("2025-01-15"),
        gone(DayRule::SameDayExclusive, "2024-01-15"),
        days_365,
    );
    let (inclusive, exclusive) = (DayRule::SameDayInclusive, DayRule::SameDayExclusive);
    tells_apart(
        ends("2025-01-16"),
        gone(inclusive, "2024-01-15"),
        gone(exclusive, "2024-01-15"),
    );
    // 29 February + 12 months is the end of February, not 1 March.
    tells_apart(
        ends("2025-02-28"),
        gone(exclusive, "2024-02-29"),
        f64::from(day("2025-03-01").0),
    );
    // The month's end is that of the month, not its 30th.
    tells_apart(
        ends("2025-02-01"),
        gone(DayRule::EndOfMonth, "2024-01-31"),
        f64::from(day("2025-01-30").0),
    );
}

/// How members answer to a new rule is the simulation's. What is held here: points that no longer expire are neither
/// all redeemed nor all lost, even where nobody changes.
#[test]
fn mistake_23_banning_expiry_moves_more_than_the_stock() {
    let lots = [
        LotEnd {
            age: 1,
            end: End::Redeemed,
            points: 40.0,
        },
        LotEnd {
            age: 2,
            end: End::Broken,
            points: 30.0,
        },
        LotEnd {
            age: 3,
            end: End::Redeemed,
            points: 10.0,
        },
        LotEnd {
            age: 4,
            end: End::Censored,
            points: 20.0,
        },
    ];
    let last = *cumulative_incidence(&lots).unwrap().last().unwrap();
    let without_expiry = last.naive_redeemed.0;
    let between = |rate: f64| rate > last.redeemed.0 && rate < last.redeemed.0 + last.broken.0;
    tells_apart(between, without_expiry, last.redeemed.0);
    tells_apart(between, without_expiry, last.redeemed.0 + last.broken.0);
}

#[test]
fn mistake_27_the_other_sigma_rule_called_the_published_value() {
    let triangle = published::TAYLOR_ASHE.triangle();
    let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
    let [mack, trend] =
        SigmaRule::BOTH.map(|rule| standard_errors(&triangle, &ladder, rule).unwrap());
    tells_apart(is(2_447_095.0, 0.5), mack.all.total(), trend.all.total());
    assert_eq!(
        (mack.rule.name(), trend.rule.name()),
        ("mack", "log-linear")
    );
}
