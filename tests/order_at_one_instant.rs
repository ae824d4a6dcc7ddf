//! The order of events at one instant, as the contract above the life loop states it.

mod support;

use fidelio::engine::observe::EventKind;
use support::golden::*;

/// At one instant: arrival under the rules that begin then (a change before one's time is no event of one's life), then
/// joining, the credit, and the purchase under these rules.
#[test]
fn an_arrival_at_the_instant_of_new_rules_lives_under_them() {
    for life in many(&new_rules(), 0, 750..850) {
        let words: Vec<String> = life.iter().take(4).map(|e| word(&e.kind)).collect();
        assert_eq!(words, ["Arrival", "Enrollment", "SignUpBonus", "Base"]);
        assert!(life.iter().take(4).all(|e| e.time == 12.0), "{life:#?}");
        let EventKind::Purchase { paid, points, .. } = life[3].kind else {
            panic!("{life:#?}");
        };
        // Two points per euro, to the nearest, at most 180 a month: no longer one, cut off.
        assert_eq!(points, ((2 * paid + 50) / 100).min(180));
    }
}

/// The coin falls after a repeat purchase: leaving comes at its instant and after it, and voids what would come later.
#[test]
fn the_coin_falls_after_the_purchase() {
    let mut left = 0;
    for life in many(&coin(), 0, 0..200) {
        let Some(at) = life.iter().position(|e| e.kind == EventKind::Leaving) else {
            continue;
        };
        left += 1;
        let before = life[at - 1];
        assert_eq!(before.time, life[at].time);
        assert!(matches!(
            before.kind,
            EventKind::Purchase { first: false, .. }
        ));
        let after = life[at + 1..].iter();
        assert!(
            after
                .map(|e| word(&e.kind))
                .all(|w| w == "Dormant" || w == "Lost")
        );
    }
    assert!(left > 100, "{left}");
}

/// The decision to redeem reads the balance before the visit: neither the credit of joining nor the visit's own points
/// pay for it, and the redemption is told before the purchase that it belongs to.
#[test]
fn points_are_usable_from_the_next_visit() {
    let (mut affordable_at_joining, mut redemptions) = (0, 0);
    for life in many(&new_rules(), 0, 0..400) {
        let mut before_visit = 0;
        for (at, event) in life.iter().enumerate() {
            match event.kind {
                EventKind::Enrollment => {
                    // Credit 50 and up to 180 points: often enough for 150, never at this visit.
                    let purchase = life[at + 2];
                    assert!(matches!(purchase.kind, EventKind::Purchase { .. }));
                    affordable_at_joining += i32::from(purchase.balance >= 150);
                }
                EventKind::Redemption { points, .. } => {
                    redemptions += 1;
                    assert!(points <= before_visit, "{life:#?}");
                    assert_eq!(event.balance, before_visit - points);
                    assert_eq!(life[at + 1].time, event.time);
                    assert!(matches!(life[at + 1].kind, EventKind::Purchase { .. }));
                }
                _ => {}
            }
            before_visit = event.balance;
        }
    }
    assert!(affordable_at_joining > 20 && redemptions > 100);
}

/// A month ends after its purchases: points due at the end of a month can still be redeemed in it.
#[test]
fn a_month_ends_after_its_purchases() {
    let mut late = 0;
    for life in many(&tender(), 0, 0..400) {
        for (at, event) in life.iter().enumerate() {
            let EventKind::Redemption { points, .. } = event.kind else {
                continue;
            };
            // Earned up to the end of the same month a year before, and lost an instant later but for this visit.
            let since = event.time.floor() - 11.0;
            let younger: i64 = life[..at]
                .iter()
                .filter(|e| e.time >= since)
                .map(|e| match e.kind {
                    EventKind::Purchase { points, .. } => points,
                    _ => 0,
                })
                .sum();
            late += i32::from(younger < points && event.time.floor() >= 15.0);
        }
        let ends = life
            .iter()
            .filter(|e| matches!(e.kind, EventKind::Expiry { .. }));
        assert!(ends.clone().all(|e| e.time.fract() == 0.0));
    }
    assert!(late > 5, "{late}");
}
