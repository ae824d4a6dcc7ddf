//! Lives of members by hand, and the identity of points over random ones.

use super::*;
use crate::book::expiry::{DayRule, Suspension};
use crate::book::flows::Flows;
use proptest::prelude::*;

mod undoing;

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
        tier: 0,
        partner: 0,
        kind,
    }
}

fn lived(rows: &mut [Row], terms: &Terms) -> Flows {
    let mut replay = Replay::new(terms);
    replay.member(rows);
    replay.book.whole
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

fn labeled(date: &str, kind: Kind, points: i64, tier: Group, partner: Group) -> Row {
    Row {
        tier,
        partner,
        ..row(date, kind, points, None)
    }
}

const TERM: Policy = Policy::Term {
    months: 12,
    day: DayRule::SameDayExclusive,
};

#[test]
fn points_do_not_end_while_a_protected_tier_is_held() {
    let with = |protected_tiers: Vec<Group>| Terms {
        consumption: Consumption::FirstIn,
        rules: Rules {
            protected_tiers,
            ..Rules::of(TERM)
        },
    };
    // Gold from January 2024; silver from March 2025; nothing is said in between.
    let rows = [
        labeled("2024-01-10", Kind::Earn, 100, 1, 0),
        labeled("2024-08-10", Kind::Earn, 30, 0, 0),
        labeled("2025-03-01", Kind::Earn, 50, 2, 0),
    ];
    let past = |terms: &Terms, rows: &[Row], date: &str| {
        lived(&mut rows.to_vec(), terms).past_their_end(day(date))
    };
    let (plain, gold) = (with(vec![]), with(vec![1]));
    assert_eq!(past(&plain, &rows, "2025-01-10"), 100);
    assert_eq!(past(&gold, &rows, "2025-02-28"), 0);
    assert_eq!(
        past(&gold, &rows, "2025-03-01"),
        100,
        "the end waited for that of the tier"
    );
    assert_eq!(
        past(&gold, &rows, "2025-08-10"),
        130,
        "and the others end as ever"
    );
    assert_eq!(
        past(&gold, &rows[..2], "2030-01-01"),
        0,
        "gold is still held"
    );
    assert_eq!(
        past(&with(vec![2]), &rows, "2030-01-01"),
        100,
        "silver came after the first end"
    );
}

#[test]
fn what_is_brought_back_in_time_returns_to_its_vintage() {
    let with = |grace_days: Option<u32>| Terms {
        consumption: Consumption::FirstIn,
        rules: Rules {
            grace_days,
            ..Rules::of(TERM)
        },
    };
    let mut rows = [
        row("2024-01-10", Kind::Earn, 100, None),
        row("2025-01-10", Kind::Expire, 100, None),
        row("2025-01-20", Kind::Expire, -60, None),
        row("2025-03-01", Kind::Expire, -40, None),
    ];
    let flows = lived(&mut rows, &with(Some(30)));
    assert_eq!(total(&flows, "2024-01-01", Flow::Expired), 100);
    assert_eq!(
        total(&flows, "2024-01-01", Flow::Reinstated),
        60,
        "breakage of January is undone"
    );
    assert_eq!(
        total(&flows, "2025-03-01", Flow::Reissued),
        40,
        "too late: as the row says"
    );
    assert_eq!(flows.reinstated_after_grace, 40);
    assert_eq!((flows.outstanding, flows.balance()), (100, 100));
    // Their life is counted anew from the day they came back.
    assert_eq!(flows.past_their_end(day("2026-01-19")), 0);
    assert_eq!(flows.past_their_end(day("2026-01-20")), 60);
    // Where nothing is said of grace, a row without a lot issues anew.
    let flows = lived(&mut rows, &with(None));
    assert_eq!(total(&flows, "2024-01-01", Flow::Reinstated), 0);
    assert_eq!(total(&flows, "2025-01-01", Flow::Reissued), 60);
    assert_eq!(flows.reinstated_after_grace, 0);
    // The last day of grace, and the first after it.
    for (date, late) in [("2025-02-08", 0), ("2025-02-09", 60)] {
        let mut rows = [rows[0], rows[1], row(date, Kind::Expire, -60, None)];
        let flows = lived(&mut rows, &with(Some(30)));
        assert_eq!(flows.reinstated_after_grace, late, "{date}");
    }
}

#[test]
fn a_decaying_book_loses_a_share_of_what_is_left() {
    let share = crate::book::expiry::Share::millionths(100_000).unwrap();
    let rules = Rules::of(Policy::Decay {
        share,
        months: 12,
        day: DayRule::SameDayExclusive,
    });
    let lived = |rows: &[Row], rules: &Rules| {
        let terms = Terms {
            consumption: Consumption::FirstIn,
            rules: rules.clone(),
        };
        let as_of = day("2026-02-01");
        let mut replay = Replay::divided(&terms, None, Some(as_of));
        replay.member(&mut rows.to_vec());
        let flows = replay.book.whole;
        (flows.past_their_end(as_of), flows.outstanding)
    };
    let used = [
        row("2024-01-10", Kind::Earn, 1000, None),
        row("2025-06-10", Kind::Redeem, 200, None),
    ];
    // A tenth of 1000 in January 2025; 200 of the other 900 are used; a tenth of 700 a year later.
    assert_eq!(lived(&used, &rules), (170, 800));
    let ended = [
        used[0],
        row("2025-01-10", Kind::Expire, 100, None),
        used[1],
        row("2026-01-10", Kind::Expire, 70, None),
    ];
    assert_eq!(lived(&ended, &rules), (0, 630), "as the ledger says too");
    // The first anniversary waits until July 2025: a tenth of 800, then of 720.
    let suspended = Rules {
        suspensions: vec![Suspension {
            from: day("2025-01-01"),
            until: day("2025-07-01"),
        }],
        ..rules
    };
    assert_eq!(lived(&used, &suspended), (152, 800));
}

#[test]
fn a_redemption_cancelled_in_parts_goes_back_to_the_lots_it_came_from() {
    let used = [
        row("2024-01-10", Kind::Earn, 100, None),
        row("2024-02-10", Kind::Earn, 50, None),
        row("2024-03-01", Kind::Redeem, 120, None),
        row("2024-03-05", Kind::Redeem, -5, None),
        row("2024-03-06", Kind::Redeem, -5, None),
    ];
    let redeemed = |rows: &[Row]| {
        let flows = lived(&mut rows.to_vec(), &terms(Consumption::FirstIn));
        ["2024-01-01", "2024-02-01"].map(|month| total(&flows, month, Flow::Redeemed))
    };
    assert_eq!(
        redeemed(&used),
        [100, 10],
        "newest first, twice the same lot"
    );
    let further = row("2024-03-07", Kind::Redeem, -30, None);
    assert_eq!(redeemed(&[&used[..], &[further]].concat()), [80, 0]);
    // A named lot gets back what it gave, and the others keep what they may still get.
    let named = row("2024-03-07", Kind::Redeem, -30, Some("2024-01-10"));
    let rest = row("2024-03-08", Kind::Redeem, -20, None);
    assert_eq!(redeemed(&[&used[..], &[named]].concat()), [70, 10]);
    assert_eq!(redeemed(&[&used[..], &[named, rest]].concat()), [60, 0]);
}

#[test]
fn a_divided_book_counts_every_point_in_one_group() {
    let rows = [
        labeled("2024-01-10", Kind::Earn, 100, 1, 1),
        labeled("2024-02-10", Kind::Earn, 100, 0, 2),
        labeled("2024-03-10", Kind::Redeem, 150, 2, 3),
    ];
    let lived = |rows: &[Row], by: Key| {
        let terms = terms(Consumption::FirstIn);
        let mut replay = Replay::divided(&terms, Some(by), None);
        replay.member(&mut rows.to_vec());
        replay.book
    };
    let book = lived(&rows, Key::Partner);
    let of = |group: usize| {
        let flows = &book.groups[group];
        let used: i64 = ["2024-01-01", "2024-02-01"]
            .map(|m| total(flows, m, Flow::Redeemed))
            .iter()
            .sum();
        (
            used,
            flows.outstanding,
            flows.redemptions,
            flows.members,
            flows.members_with_points,
        )
    };
    assert_eq!(
        of(1),
        (100, 0, 1, 1, 0),
        "issued by the first partner, used up"
    );
    assert_eq!(of(2), (50, 50, 1, 1, 1));
    assert_eq!(book.whole.redemptions, 1, "one row, from two groups");
    assert_eq!(
        book.groups.len(),
        3,
        "the partner of a redemption issued nothing"
    );
    let cancelled = labeled("2024-03-20", Kind::Redeem, -150, 0, 3);
    let book = lived(&[&rows[..], &[cancelled]].concat(), Key::Partner);
    assert_eq!(
        [1, 2].map(|group| book.groups[group].outstanding),
        [100, 100]
    );
    // By tier the member is what he was last: all of it is of the second.
    let book = lived(&rows, Key::Tier);
    assert_eq!(book.groups[2].outstanding, 50);
    assert_eq!(total(&book.groups[2], "2024-01-01", Flow::Earned), 100);
    assert_eq!(book.groups[1].outstanding, 0);
}

proptest! {
    #[test]
    fn groups_sum_to_the_whole_and_the_whole_is_that_of_an_undivided_book(
        steps in prop::collection::vec((0usize..5, -300i64..500, 0i32..900, prop::option::of(0i32..900), 0u16..4), 1..80),
        rule in prop::sample::select(Consumption::ALL.to_vec()),
        policy in prop::sample::select(vec![Policy::Never, TERM]),
        by in prop::sample::select(vec![Key::Tier, Key::Partner]),
    ) {
        let rows: Vec<Row> = steps.into_iter().enumerate().map(|(line, (kind, points, at, lot, group))| Row {
            day: Day(19_000 + at),
            lot: lot.filter(|lot| *lot <= at).map(|lot| Day(19_000 + lot)),
            line: line as u32,
            ..labeled("2024-01-01", Kind::ALL[kind], points, group, group)
        }).collect();
        let rules = Rules { grace_days: Some(90), protected_tiers: vec![2], ..Rules::of(policy) };
        let terms = Terms { consumption: rule, rules };
        let mut divided = Replay::divided(&terms, Some(by), None);
        divided.member(&mut rows.clone());
        let mut plain = Replay::new(&terms);
        plain.member(&mut rows.clone());
        prop_assert_eq!(&plain.book.whole, &divided.book.whole);
        let groups = &divided.book.groups;
        prop_assert_eq!(groups.iter().map(|g| g.outstanding).sum::<i64>(), divided.book.whole.outstanding);
        for month in day("2022-01-01").month().0..=day("2024-12-01").month().0 {
            for (age, cell) in divided.book.whole.vintage(Month(month)).iter().enumerate() {
                for (flow, points) in cell.iter().enumerate() {
                    let of = |group: &Flows| group.vintage(Month(month)).get(age).map_or(0, |cell| cell[flow]);
                    prop_assert_eq!(groups.iter().map(of).sum::<i64>(), *points);
                }
            }
        }
        for group in groups {
            prop_assert_eq!(group.balance(), group.outstanding, "of every group too");
        }
    }

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
            tier: 0,
            partner: 0,
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
