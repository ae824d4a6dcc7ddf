//! Lives of members by hand, and the identity of points over random ones.

use super::*;
use crate::book::expiry::DayRule;
use proptest::prelude::*;

fn terms(consumption: Consumption) -> Terms {
    Terms {
        consumption,
        rules: Rules::of(Policy::Never),
    }
}

fn day(text: &str) -> Day {
    Day::parse(text.as_bytes()).unwrap()
}

fn row(date: &str, kind: Kind, points: i64, lot: Option<&str>) -> Row {
    Row {
        member: 1,
        points,
        day: day(date),
        lot: lot.map(day),
        line: 0,
        kind,
    }
}

fn lived(rows: &mut [Row], terms: &Terms) -> Flows {
    let mut replay = Replay::new(terms);
    replay.member(rows);
    replay.flows
}

fn total(flows: &Flows, vintage: &str, flow: Flow) -> i64 {
    flows
        .vintage(day(vintage).month())
        .iter()
        .map(|cell| cell[flow as usize])
        .sum()
}

#[test]
fn w8_by_vintage() {
    let cases = [
        (Consumption::FirstIn, 100, 20),
        (Consumption::LastIn, 20, 100),
        (Consumption::ProRata, 60, 60),
    ];
    for (rule, january, july) in cases {
        let mut rows = [
            row("2024-12-05", Kind::Redeem, 120, None),
            row("2024-07-10", Kind::Earn, 100, None),
            row("2024-01-10", Kind::Earn, 100, None),
        ];
        let flows = lived(&mut rows, &terms(rule));
        assert_eq!(
            total(&flows, "2024-01-01", Flow::Redeemed),
            january,
            "{rule:?}"
        );
        assert_eq!(
            total(&flows, "2024-07-01", Flow::Redeemed),
            july,
            "{rule:?}"
        );
        assert_eq!((flows.outstanding, flows.balance()), (80, 80));
        // Redeemed in the eleventh month after January, the fifth after July.
        assert_eq!(
            flows.vintage(day("2024-01-01").month())[11][Flow::Redeemed as usize],
            january
        );
        assert_eq!(
            flows.vintage(day("2024-07-01").month())[5][Flow::Redeemed as usize],
            july
        );
    }
}

#[test]
fn a_named_lot_gives_and_what_it_lacks_is_taken_by_the_rule() {
    let mut rows = [
        row("2024-01-10", Kind::Earn, 100, None),
        row("2024-02-10", Kind::Earn, 50, None),
        row("2024-03-10", Kind::Redeem, 70, Some("2024-02-10")),
    ];
    let flows = lived(&mut rows, &terms(Consumption::FirstIn));
    assert_eq!(total(&flows, "2024-02-01", Flow::Redeemed), 50);
    assert_eq!(total(&flows, "2024-01-01", Flow::Redeemed), 20);
    assert_eq!(flows.taken_elsewhere, 20);
}

#[test]
fn redeeming_without_points_is_owed_and_repaid_by_the_next_vintage() {
    let mut rows = [
        row("2024-01-10", Kind::Redeem, 30, None),
        row("2024-02-10", Kind::Earn, 100, None),
    ];
    let flows = lived(&mut rows, &terms(Consumption::FirstIn));
    assert_eq!(
        (flows.redeemed_without_points, flows.owed, flows.outstanding),
        (30, 0, 70)
    );
    assert_eq!(total(&flows, "2024-02-01", Flow::Redeemed), 30);
    let flows = lived(&mut rows[..1], &terms(Consumption::FirstIn));
    assert_eq!((flows.owed, flows.outstanding), (30, 0));
}

#[test]
fn a_cancelled_redemption_goes_back_where_it_came_from() {
    let mut rows = [
        row("2024-01-10", Kind::Earn, 100, None),
        row("2024-02-10", Kind::Earn, 100, None),
        row("2024-03-10", Kind::Redeem, 120, None),
        row("2024-03-20", Kind::Redeem, -120, None),
    ];
    let flows = lived(&mut rows, &terms(Consumption::FirstIn));
    assert_eq!(total(&flows, "2024-01-01", Flow::Redeemed), 0);
    assert_eq!(total(&flows, "2024-02-01", Flow::Redeemed), 0);
    assert_eq!(flows.outstanding, 200);
}

#[test]
fn expiry_takes_what_is_due_first_and_late_lots_are_found() {
    let rules = Rules::of(Policy::Term {
        months: 12,
        day: DayRule::EndOfMonth,
    });
    let terms = Terms {
        consumption: Consumption::LastIn,
        rules,
    };
    let mut rows = [
        row("2024-01-10", Kind::Earn, 100, None),
        row("2024-06-10", Kind::Earn, 100, None),
        row("2025-02-01", Kind::Expire, 90, None),
    ];
    let flows = lived(&mut rows, &terms);
    assert_eq!(total(&flows, "2024-01-01", Flow::Expired), 90);
    assert_eq!(flows.past_their_end(day("2025-01-31")), 0);
    assert_eq!(
        flows.past_their_end(day("2025-02-01")),
        10,
        "ten points of January are still there"
    );
}

#[test]
fn a_return_takes_back_its_own_lot() {
    let mut rows = [
        row("2024-01-10", Kind::Earn, 100, None),
        row("2024-02-10", Kind::Earn, 100, None),
        row("2024-03-01", Kind::Earn, -100, Some("2024-02-10")),
    ];
    let flows = lived(&mut rows, &terms(Consumption::FirstIn));
    assert_eq!(total(&flows, "2024-02-01", Flow::ClawedBack), 100);
    assert_eq!(total(&flows, "2024-01-01", Flow::ClawedBack), 0);
}

proptest! {
    #[test]
    fn every_point_is_accounted_for(
        steps in prop::collection::vec((0usize..5, -300i64..500, 0i32..900, prop::option::of(0i32..900)), 1..80),
        rule in prop::sample::select(Consumption::ALL.to_vec()),
        policy in prop::sample::select(vec![
            Policy::Never,
            Policy::Term { months: 6, day: DayRule::SameDayExclusive },
            Policy::Inactivity { months: 6, day: DayRule::EndOfMonth },
            Policy::Calendar { years: 1 },
        ]),
    ) {
        let mut rows: Vec<Row> = steps.into_iter().enumerate().map(|(line, (kind, points, at, lot))| Row {
            member: 1,
            points,
            day: Day(19_000 + at),
            lot: lot.filter(|lot| *lot <= at).map(|lot| Day(19_000 + lot)),
            line: line as u32,
            kind: Kind::ALL[kind],
        }).collect();
        let terms = Terms { consumption: rule, rules: Rules::of(policy) };
        let effects: i64 = rows.iter().map(Row::effect).sum();
        let flows = lived(&mut rows, &terms);
        prop_assert_eq!(flows.balance(), flows.outstanding, "by vintage and by lot");
        // The rows' own balance: what ended without being there is the only thing a row said and the lots did not do.
        prop_assert_eq!(flows.outstanding - flows.owed, effects + flows.ended_without_points);
        prop_assert_eq!(flows.ends.values().sum::<i64>(), if policy == Policy::Never { 0 } else { flows.outstanding });
    }
}
