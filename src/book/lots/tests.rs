//! Consumption against the worked example, and over random lives of a holding.

use super::*;
use crate::book::expiry::{DayRule, Policy, Rules};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    Day::parse(text.as_bytes()).unwrap()
}

const TERM: Policy = Policy::Term {
    months: 12,
    day: DayRule::SameDayExclusive,
};

/// Earn 100 in January and 100 in July 2024, redeem 120 in December: what is left of the two lots.
fn worked_example(rule: Consumption) -> (Holding, i64, i64) {
    let mut holding = Holding::default();
    for issued in ["2024-01-10", "2024-07-10"] {
        let issued = day(issued);
        assert_eq!(
            holding.add(Lot::new(issued, TERM.gone_on(issued, issued), 100)),
            0
        );
    }
    assert_eq!(holding.take(120, rule, |_| {}), 0);
    let left = |date: &str| {
        let lots = holding.lots().iter();
        lots.filter(|lot| lot.issued_on == day(date))
            .map(|lot| lot.left)
            .sum()
    };
    let (january, july) = (left("2024-01-10"), left("2024-07-10"));
    (holding, january, july)
}

#[test]
fn w8_consumption_rules() {
    let cases = [
        (
            Consumption::FirstIn,
            (0, 80),
            [("2025-07-10", 80)].as_slice(),
        ),
        (Consumption::LastIn, (80, 0), &[("2025-01-10", 80)]),
        (
            Consumption::ProRata,
            (40, 40),
            &[("2025-01-10", 40), ("2025-07-10", 40)],
        ),
        (Consumption::ExpiryFirst, (0, 80), &[("2025-07-10", 80)]),
    ];
    for (rule, (january, july), ends) in cases {
        let (mut holding, in_january, in_july) = worked_example(rule);
        assert_eq!((in_january, in_july), (january, july), "{rule:?}");
        // Vintage "redemption rates" are artefacts of the rule; the total is 60 % under every one.
        assert_eq!(200 - in_january - in_july, 120);
        for (date, points) in ends {
            let mut gone = 0;
            holding.end_due(Day(day(date).0 - 1), |_| gone += 1);
            assert_eq!(gone, 0, "{rule:?}: nothing ends the day before");
            holding.end_due(day(date), |taken| gone += taken.points);
            assert_eq!(gone, *points, "{rule:?} {date}");
        }
        assert_eq!(holding.outstanding(), 0);
    }
}

#[test]
fn w8_policies() {
    let (january, july) = (day("2024-01-10"), day("2024-07-10"));
    let redeemed = day("2024-12-05");
    let inactivity = Rules::of(Policy::Inactivity {
        months: 24,
        day: DayRule::SameDayExclusive,
    });
    for issued in [january, july] {
        assert_eq!(
            inactivity.gone_on(issued, redeemed),
            Some(day("2026-12-05"))
        );
        let calendar = Policy::Calendar { years: 1 };
        let last = Day(calendar.gone_on(issued, redeemed).unwrap().0 - 1);
        assert_eq!(last, day("2025-12-31"));
        assert_eq!(Policy::Never.gone_on(issued, redeemed), None);
    }
}

#[test]
fn points_taken_back_after_use_are_owed_and_repaid_first() {
    let mut holding = Holding::default();
    holding.add(Lot::new(day("2024-01-01"), None, 100));
    assert_eq!(holding.take(80, Consumption::FirstIn, |_| {}), 0);
    let mut taken = 0;
    let debt = holding.claw_back(100, Some(day("2024-01-01")), |t| taken += t.points);
    assert_eq!((taken, debt), (20, 80));
    assert_eq!(holding.add(Lot::new(day("2024-02-01"), None, 50)), 50);
    assert_eq!((holding.outstanding(), holding.debt()), (0, 30));
    assert_eq!(holding.add(Lot::new(day("2024-03-01"), None, 50)), 30);
    assert_eq!((holding.outstanding(), holding.debt()), (20, 0));
}

proptest! {
    #[test]
    fn no_point_appears_or_vanishes(
        steps in prop::collection::vec((0u8..4, 0i64..500, 0i32..800), 1..60),
        rule in prop::sample::select(Consumption::ALL.to_vec()),
    ) {
        let mut holding = Holding::default();
        let (mut balance, mut today) = (0i64, 19_000);
        for (kind, points, days) in steps {
            today += days / 20;
            let now = Day(today);
            let mut given = 0;
            match kind {
                0 => {
                    holding.add(Lot::new(now, (points % 3 > 0).then(|| Day(today + days)), points));
                    balance += points;
                }
                1 => {
                    let missing = holding.take(points, rule, |taken| given += taken.points);
                    prop_assert_eq!(given + missing, points);
                    balance -= given;
                }
                2 => {
                    holding.claw_back(points, None, |_| {});
                    balance -= points;
                }
                _ => {
                    holding.end_due(now, |taken| given += taken.points);
                    balance -= given;
                    prop_assert!(holding.lots().iter().all(|lot| lot.gone_on.is_none_or(|gone| gone > now)));
                }
            }
            prop_assert_eq!(holding.outstanding() - holding.debt(), balance);
            prop_assert!(holding.outstanding() == 0 || holding.debt() == 0);
            prop_assert!(holding.lots().iter().all(|lot| lot.left > 0));
            prop_assert!(holding.lots().windows(2).all(|pair| pair[0].issued_on <= pair[1].issued_on));
        }
    }
}
