//! Rows that undo others, by hand.

use super::*;

/// Redeemed, expired, reinstated and reissued of the vintage of a month.
fn of(flows: &Flows, vintage: &str) -> [i64; 4] {
    [
        Flow::Redeemed,
        Flow::Expired,
        Flow::Reinstated,
        Flow::Reissued,
    ]
    .map(|flow| total(flows, vintage, flow))
}

fn with_grace(grace_days: Option<u32>) -> Terms {
    Terms {
        consumption: Consumption::FirstIn,
        rules: Rules {
            grace_days,
            ..Rules::of(TERM)
        },
    }
}

#[test]
fn a_redemption_cancelled_on_its_day_has_no_effect() {
    let before = [
        row("2024-01-10", Kind::Earn, 100, None),
        row("2024-03-10", Kind::Redeem, 25, None),
    ];
    // Whichever row comes first in the file.
    for (first, second) in [(40, -40), (-40, 40)] {
        let day = "2024-06-05";
        let both = [
            row(day, Kind::Redeem, first, None),
            row(day, Kind::Redeem, second, None),
        ];
        let flows = lived(
            &mut [&before[..], &both].concat(),
            &terms(Consumption::FirstIn),
        );
        assert_eq!(of(&flows, "2024-01-01"), [25, 0, 0, 0]);
        assert_eq!(of(&flows, "2024-06-01"), [0; 4]);
        assert_eq!((flows.outstanding, flows.redeemed_without_points), (75, 0));
    }
}

#[test]
fn a_redemption_exchanged_for_another_on_one_day_lacks_no_points() {
    let mut rows = [
        row("2024-01-10", Kind::Earn, 40, None),
        row("2024-06-05", Kind::Redeem, 40, None),
        row("2024-06-06", Kind::Redeem, -40, None),
        row("2024-06-06", Kind::Redeem, 40, None),
    ];
    let flows = lived(&mut rows, &terms(Consumption::FirstIn));
    assert_eq!(of(&flows, "2024-01-01"), [40, 0, 0, 0]);
    assert_eq!((flows.owed, flows.redeemed_without_points), (0, 0));
}

#[test]
fn an_end_undone_on_its_day_leaves_the_points_in_their_vintage() {
    for (grace, past) in [(Some(1), 0), (Some(30), 0), (None, 100)] {
        let mut rows = [
            row("2024-01-10", Kind::Earn, 100, None),
            row("2025-01-10", Kind::Expire, 40, None),
            row("2025-01-10", Kind::Expire, -40, None),
        ];
        let flows = lived(&mut rows, &with_grace(grace));
        assert_eq!(of(&flows, "2024-01-01"), [0, 40, 40, 0], "{grace:?}");
        assert_eq!(of(&flows, "2025-01-01"), [0; 4], "{grace:?}");
        assert_eq!((flows.outstanding, flows.reinstated_after_grace), (100, 0));
        // Grace counts their life anew; a correction leaves it as it was.
        let due = flows.past_their_end(day("2025-06-01"));
        assert_eq!(due, past.max(60), "{grace:?}");
    }
}

#[test]
fn points_brought_back_are_used_on_the_same_day() {
    let mut rows = [
        row("2024-01-10", Kind::Earn, 100, None),
        row("2025-01-10", Kind::Expire, 100, None),
        row("2025-01-20", Kind::Redeem, 100, None),
        row("2025-01-20", Kind::Expire, -100, None),
    ];
    let flows = lived(&mut rows, &with_grace(Some(30)));
    assert_eq!(of(&flows, "2024-01-01"), [100, 100, 100, 0]);
    assert_eq!(flows.redeemed_without_points, 0);
}

#[test]
fn what_is_earned_and_taken_back_on_one_day_has_no_effect() {
    let mut rows = [
        row("2024-06-05", Kind::Earn, -100, None),
        row("2024-06-05", Kind::Earn, 100, None),
        row("2024-06-05", Kind::Redeem, 30, None),
        row("2024-05-05", Kind::Earn, 30, None),
    ];
    let rows_of_lot = Row {
        lot: Some(day("2024-06-05")),
        ..rows[0]
    };
    rows[0] = rows_of_lot;
    let flows = lived(&mut rows, &terms(Consumption::FirstIn));
    assert_eq!(of(&flows, "2024-05-01"), [30, 0, 0, 0]);
    assert_eq!(total(&flows, "2024-06-01", Flow::ClawedBack), 100);
    assert_eq!((flows.outstanding, flows.owed), (0, 0));
}

#[test]
fn a_redemption_before_the_last_is_cancelled() {
    let cancelled = |steps: &[(&str, i64)]| {
        let mut rows = vec![row("2024-01-05", Kind::Earn, 200, None)];
        rows.extend(
            steps
                .iter()
                .map(|(date, points)| row(date, Kind::Redeem, *points, None)),
        );
        let flows = lived(&mut rows, &terms(Consumption::FirstIn));
        let april = of(&flows, "2024-04-01");
        (of(&flows, "2024-01-01"), april, flows.outstanding)
    };
    let (redeemed, nothing) = ([10, 0, 0, 0], [0; 4]);
    let whole = [
        ("2024-03-05", 100),
        ("2024-04-05", 10),
        ("2024-04-06", -100),
    ];
    assert_eq!(cancelled(&whole), (redeemed, nothing, 190));
    let rest = [
        ("2024-03-05", 100),
        ("2024-03-06", -60),
        ("2024-03-07", 10),
        ("2024-04-06", -40),
    ];
    assert_eq!(cancelled(&rest), (redeemed, nothing, 190));
    // Of no redemption exactly: backwards, and what exceeds all of them is new.
    let more = [
        ("2024-03-05", 100),
        ("2024-04-05", 10),
        ("2024-04-06", -50),
        ("2024-04-07", -75),
    ];
    assert_eq!(
        cancelled(&more[..3]),
        ([60, 0, 0, 0], nothing, 140),
        "10 of April, 40 of March"
    );
    assert_eq!(cancelled(&more), ([0; 4], [0, 0, 0, 15], 215));
}

#[test]
fn points_go_back_to_the_lots_of_the_redemption_that_is_cancelled() {
    let rows = [
        row("2024-01-10", Kind::Earn, 100, None),
        row("2024-02-10", Kind::Earn, 100, None),
        row("2024-03-10", Kind::Redeem, 80, None),
        row("2024-04-10", Kind::Redeem, 60, None),
    ];
    let redeemed = |cancelled: Row| {
        let flows = lived(
            &mut [&rows[..], &[cancelled]].concat(),
            &terms(Consumption::FirstIn),
        );
        ["2024-01-01", "2024-02-01"].map(|month| total(&flows, month, Flow::Redeemed))
    };
    let cancel = |points: i64, lot: Option<&str>| row("2024-05-01", Kind::Redeem, points, lot);
    assert_eq!(redeemed(cancel(-80, None)), [20, 40]);
    assert_eq!(redeemed(cancel(-60, None)), [80, 0]);
    assert_eq!(redeemed(cancel(-90, None)), [50, 0]);
    // A lot that is named gets back what it gave: to the last redemption that took from it, then to those before.
    assert_eq!(redeemed(cancel(-30, Some("2024-01-10"))), [70, 40]);
    assert_eq!(redeemed(cancel(-30, Some("2024-02-10"))), [100, 10]);
    // What it did not give is of the others, and nothing is new.
    assert_eq!(redeemed(cancel(-50, Some("2024-02-10"))), [90, 0]);
}

#[test]
fn a_repaid_redemption_without_points_goes_back_to_what_repaid_it() {
    let mut rows = [
        row("2024-01-10", Kind::Redeem, 30, None),
        row("2024-02-10", Kind::Earn, 20, None),
        row("2024-03-10", Kind::Redeem, -30, None),
    ];
    let flows = lived(&mut rows, &terms(Consumption::FirstIn));
    assert_eq!(of(&flows, "2024-02-01"), [0; 4]);
    assert_eq!(of(&flows, "2024-03-01"), [0; 4]);
    assert_eq!((flows.outstanding, flows.owed), (20, 0));
    assert_eq!(flows.redeemed_without_points, 30);
}
