//! Every rule of status lived by hand, month by month, and what holds of all members.

use super::*;
use crate::scenario::model::QualifyingWindow;
use ChangeKind::{Demoted, Promoted, Requalified};
use proptest::prelude::*;

const YEAR: QualifyingWindow = QualifyingWindow::CalendarYear;
/// Month 0 is a January.
const JANUARY: i32 = 11;

fn paid(paid: i64) -> Purchase {
    Purchase { paid, points: 0 }
}

fn change(kind: ChangeKind, from: u8, to: u8) -> Option<Change> {
    Some(Change { kind, from, to })
}

/// Silver at 100, Gold at 300.
fn two_tiers(window: QualifyingWindow, validity: i32, soft_landing: bool) -> TierRules {
    TierRules::by_spend(
        window,
        validity,
        soft_landing,
        JANUARY,
        &[(100, None), (300, None)],
    )
}

#[test]
fn a_calendar_year_promotes_at_the_visit_and_demotes_in_december() {
    let rules = two_tiers(YEAR, 12, false);
    let mut state = TierState::joining(&rules, 3, []);
    assert_eq!(state.next_review(), f64::INFINITY);
    assert_eq!(state.record(&rules, 3, paid(60)), None);
    assert_eq!(state.rank(), 0);
    // April: 60 + 50 crosses 100. It lasts this year and the next: reviewed at the end of month 23.
    assert_eq!(state.record(&rules, 5, paid(50)), change(Promoted, 0, 1));
    assert_eq!(state.next_review(), 24.0);
    assert_eq!(state.record(&rules, 8, paid(190)), change(Promoted, 1, 2));
    assert_eq!(state.next_review(), 24.0);
    assert_eq!(state.review(&rules, 11), None, "valid for another year");
    // The second year earns Silver only.
    assert_eq!(state.record(&rules, 14, paid(120)), None);
    assert_eq!(state.review(&rules, 23), change(Demoted, 2, 1));
    assert_eq!(state.next_review(), 36.0);
    // The third year earns nothing.
    assert_eq!(state.review(&rules, 35), change(Demoted, 1, 0));
    assert_eq!(state.next_review(), f64::INFINITY);
    assert_eq!(state.cumulated(), 420);
}

#[test]
fn a_year_that_starts_in_march_ends_in_december_all_the_same() {
    // Month 0 is March: its first December is month 9.
    let rules = TierRules::by_spend(YEAR, 12, false, 9, &[(100, None)]);
    let mut state = TierState::joining(&rules, 9, []);
    assert_eq!(state.record(&rules, 9, paid(99)), None);
    assert_eq!(
        state.record(&rules, 10, paid(99)),
        None,
        "a new year begins at zero"
    );
    assert_eq!(state.record(&rules, 20, paid(1)), change(Promoted, 0, 1));
    // The second December is month 21, the third 33.
    assert_eq!(state.next_review(), 34.0);
    // Before month 0 years are counted the same: January and February belong to the year of month 9.
    let mut early = TierState::joining(&rules, -2, []);
    early.record(&rules, -2, paid(50));
    assert_eq!(early.record(&rules, 9, paid(50)), change(Promoted, 0, 1));
    let mut apart = TierState::joining(&rules, -3, []);
    apart.record(&rules, -3, paid(50));
    assert_eq!(apart.record(&rules, 9, paid(50)), None);
}

#[test]
fn who_earns_it_again_is_confirmed_at_the_review() {
    let rules = two_tiers(YEAR, 12, false);
    let mut state = TierState::joining(&rules, 0, []);
    state.record(&rules, 0, paid(150));
    assert_eq!(
        state.record(&rules, 12, paid(150)),
        None,
        "no event of its own"
    );
    assert_eq!(state.next_review(), 24.0, "the review keeps its date");
    assert_eq!(state.review(&rules, 23), change(Requalified, 1, 1));
    assert_eq!(state.next_review(), 36.0);
    assert_eq!(state.review(&rules, 35), change(Demoted, 1, 0));
}

#[test]
fn a_soft_landing_takes_one_tier_at_a_time() {
    let soft = two_tiers(YEAR, 12, true);
    let hard = two_tiers(YEAR, 12, false);
    let mut landing = TierState::joining(&soft, 0, []);
    let mut falling = TierState::joining(&hard, 0, []);
    assert_eq!(landing.record(&soft, 0, paid(500)), change(Promoted, 0, 2));
    assert_eq!(falling.record(&hard, 0, paid(500)), change(Promoted, 0, 2));
    assert_eq!(falling.review(&hard, 23), change(Demoted, 2, 0));
    assert_eq!(landing.review(&soft, 23), change(Demoted, 2, 1));
    assert_eq!(landing.next_review(), 36.0);
    assert_eq!(landing.review(&soft, 35), change(Demoted, 1, 0));
}

#[test]
fn two_years_of_validity_remember_the_year_between() {
    let rules = two_tiers(YEAR, 24, false);
    let mut state = TierState::joining(&rules, 0, []);
    state.record(&rules, 0, paid(300));
    assert_eq!(state.next_review(), 36.0);
    // Silver earned in the second year lasts to the end of the fourth.
    state.record(&rules, 13, paid(100));
    assert_eq!(state.review(&rules, 35), change(Demoted, 2, 1));
    assert_eq!(state.next_review(), 48.0);
    assert_eq!(state.review(&rules, 47), change(Demoted, 1, 0));
}

#[test]
fn without_validity_everybody_begins_the_year_anew() {
    let rules = two_tiers(YEAR, 0, false);
    let mut state = TierState::joining(&rules, 2, []);
    state.record(&rules, 2, paid(300));
    assert_eq!(state.next_review(), 12.0);
    assert_eq!(state.gap_to_keep(&rules, 10), None, "nothing can keep it");
    assert_eq!(state.review(&rules, 11), change(Demoted, 2, 0));
    let soft = two_tiers(YEAR, 0, true);
    let mut state = TierState::joining(&soft, 2, []);
    state.record(&soft, 2, paid(300));
    assert_eq!(state.review(&soft, 11), change(Demoted, 2, 1));
    assert_eq!(state.next_review(), 24.0, "a landing lasts a year");
}

#[test]
fn a_rolling_window_lasts_as_long_as_it_holds_enough() {
    let rules = two_tiers(QualifyingWindow::Rolling { months: 6 }, 0, false);
    let mut state = TierState::joining(&rules, 0, []);
    state.record(&rules, 0, paid(60));
    // 60 of month 0 are needed, and are in the window until month 5.
    assert_eq!(state.record(&rules, 3, paid(50)), change(Promoted, 0, 1));
    assert_eq!(state.next_review(), 6.0);
    // 50 + 70: month 3 completes it, until month 8.
    assert_eq!(state.record(&rules, 5, paid(70)), None);
    assert_eq!(state.review(&rules, 5), change(Requalified, 1, 1));
    assert_eq!(state.next_review(), 9.0);
    assert_eq!(state.review(&rules, 8), change(Demoted, 1, 0));
    // Month 5 still counts in month 10: 70 + 30.
    assert_eq!(state.record(&rules, 10, paid(30)), change(Promoted, 0, 1));
    assert_eq!(state.next_review(), 11.0);
    // A long silence empties the ring.
    assert_eq!(state.review(&rules, 10), change(Demoted, 1, 0));
    assert_eq!(state.record(&rules, 200, paid(99)), None);
    assert_eq!(state.record(&rules, 200, paid(1)), change(Promoted, 0, 1));
}

#[test]
fn validity_keeps_a_rolling_status_beyond_its_window() {
    let rules = two_tiers(QualifyingWindow::Rolling { months: 12 }, 3, false);
    let mut state = TierState::joining(&rules, 0, []);
    state.record(&rules, 0, paid(400));
    // Months 0 to 11, and three more.
    assert_eq!(state.next_review(), 15.0);
    state.record(&rules, 4, paid(100));
    assert_eq!(state.review(&rules, 14), change(Demoted, 2, 1));
    // The 100 of month 4 are in the window until month 15, and three more.
    assert_eq!(state.next_review(), 19.0);
}

#[test]
fn a_tier_for_life_is_never_reviewed_again() {
    let rules = TierRules::by_spend(YEAR, 12, false, JANUARY, &[(100, Some(250)), (300, None)]);
    let mut state = TierState::joining(&rules, 0, []);
    state.record(&rules, 0, paid(120));
    assert_eq!(state.next_review(), 24.0);
    assert_eq!(
        state.record(&rules, 12, paid(130)),
        None,
        "250 since joining"
    );
    assert_eq!(state.rank_for_life(), 1);
    assert_eq!(state.next_review(), f64::INFINITY);
    assert_eq!(state.gap_to_keep(&rules, 20), None);
    // Gold can still be won and lost, down to Silver.
    assert_eq!(state.record(&rules, 25, paid(300)), change(Promoted, 1, 2));
    assert_eq!(state.next_review(), 48.0);
    assert_eq!(state.review(&rules, 47), change(Demoted, 2, 1));
    assert_eq!(state.next_review(), f64::INFINITY);
    // Small purchases over years: promoted by the sum alone.
    let mut slow = TierState::joining(&rules, 0, []);
    for year in 0..2 {
        assert_eq!(slow.record(&rules, 12 * year, paid(90)), None);
    }
    assert_eq!(slow.record(&rules, 24, paid(90)), change(Promoted, 0, 1));
    assert_eq!(slow.next_review(), f64::INFINITY);
}

#[test]
fn a_match_credits_the_trailing_window() {
    let past = [
        (-13, paid(900)),
        (-11, paid(200)),
        (-1, paid(50)),
        (0, paid(60)),
    ];
    let year = two_tiers(YEAR, 12, false);
    let mut state = TierState::joining(&year, 0, past);
    assert_eq!(state.rank(), 2, "the last twelve months: 310");
    assert_eq!(state.next_review(), 24.0);
    assert_eq!(state.cumulated(), 0);
    assert_eq!(state.gap_to_next(&year, 0), None);
    // What was matched does not count again in this year.
    state.record(&year, 1, paid(99));
    assert_eq!(state.review(&year, 23), change(Demoted, 2, 0));
    let rolling = two_tiers(QualifyingWindow::Rolling { months: 12 }, 0, false);
    let state = TierState::joining(&rolling, 0, past);
    assert_eq!(state.rank(), 2);
    assert_eq!(
        state.next_review(),
        1.0,
        "the 200 of month -11 leave the window"
    );
    assert_eq!(TierState::joining(&year, 0, []).rank(), 0);
}

#[test]
fn gaps_and_deadlines_of_a_calendar_year() {
    let rules = two_tiers(YEAR, 12, false);
    let gap = |missing, deadline| Some(Gap { missing, deadline });
    let mut state = TierState::joining(&rules, 0, []);
    assert_eq!(state.gap_to_next(&rules, 0), gap(100, 12.0));
    assert_eq!(state.gap_to_keep(&rules, 0), None, "nothing to lose");
    state.record(&rules, 4, paid(130));
    assert_eq!(state.gap_to_next(&rules, 4), gap(170, 12.0));
    // Silver lasts to month 23, and only the second year can make it last longer.
    assert_eq!(state.gap_to_keep(&rules, 4), gap(100, 24.0));
    assert_eq!(state.gap_to_next(&rules, 12), gap(300, 24.0), "a new year");
    state.record(&rules, 15, paid(30));
    assert_eq!(state.gap_to_keep(&rules, 15), gap(70, 24.0));
    state.record(&rules, 16, paid(70));
    assert_eq!(
        state.gap_to_keep(&rules, 16),
        gap(100, 36.0),
        "safe for a year"
    );
    state.record(&rules, 17, paid(250));
    assert_eq!(state.gap_to_next(&rules, 17), None, "the top");
    let months = |missing, per_month| {
        Gap {
            missing,
            deadline: 0.0,
        }
        .months(per_month)
    };
    assert_eq!(months(70, 35.0), 2.0);
    assert_eq!(months(70, 0.0), f64::INFINITY);
}

#[test]
fn gaps_and_deadlines_of_a_rolling_window() {
    let rules = two_tiers(QualifyingWindow::Rolling { months: 6 }, 0, false);
    let gap = |missing, deadline| Some(Gap { missing, deadline });
    let mut state = TierState::joining(&rules, 0, []);
    assert_eq!(state.gap_to_next(&rules, 0), gap(100, f64::INFINITY));
    state.record(&rules, 0, paid(60));
    // The 60 leave at the end of month 5.
    assert_eq!(state.gap_to_next(&rules, 2), gap(40, 6.0));
    state.record(&rules, 3, paid(50));
    assert_eq!(
        state.gap_to_keep(&rules, 3),
        gap(50, 6.0),
        "only the 50 stay"
    );
    state.record(&rules, 4, paid(50));
    assert_eq!(state.gap_to_keep(&rules, 4), gap(50, 9.0));
    assert_eq!(
        state.gap_to_next(&rules, 6),
        gap(200, 9.0),
        "the 60 are gone"
    );
}

#[test]
fn redeeming_or_a_free_visit_moves_no_tier() {
    let rules = two_tiers(YEAR, 12, false);
    let mut state = TierState::joining(&rules, 0, []);
    state.record(&rules, 0, paid(120));
    let before = state;
    // A visit paid wholly with points.
    assert_eq!(state.record(&rules, 1, paid(0)), None);
    assert_eq!(state, before);
}

#[test]
fn a_window_of_one_month_cannot_be_kept_in_it() {
    let rules = two_tiers(QualifyingWindow::Rolling { months: 1 }, 0, false);
    let mut state = TierState::joining(&rules, 0, []);
    assert_eq!(state.record(&rules, 0, paid(100)), change(Promoted, 0, 1));
    assert_eq!(state.gap_to_keep(&rules, 0), None);
    assert_eq!(state.review(&rules, 0), change(Demoted, 1, 0));
}

fn windows() -> impl Strategy<Value = (QualifyingWindow, i32)> {
    prop_oneof![
        (0..3i32).prop_map(|years| (YEAR, 12 * years)),
        (1..37u32, 0..19i32).prop_map(|(months, v)| (QualifyingWindow::Rolling { months }, v)),
    ]
}

/// The rank after each month of purchases.
fn lived(rules: &TierRules, purchases: &[i64]) -> Vec<u8> {
    let mut state = TierState::joining(rules, 0, []);
    let mut ranks = Vec::new();
    for (month, amount) in purchases.iter().enumerate() {
        let month = month as i32;
        if *amount > 0 {
            state.record(rules, month, paid(*amount));
        }
        ranks.push(state.rank());
        if state.next_review() <= f64::from(month) + 1.0 {
            state.review(rules, month);
        }
    }
    ranks
}

proptest! {
    /// Who spends more in some months, and nowhere less, never holds less.
    #[test]
    fn a_tier_grows_with_spend(
        (window, validity) in windows(),
        soft in any::<bool>(),
        december in 0..12i32,
        steps in prop::array::uniform3(1..400i64),
        life in prop::option::of(400..3000i64),
        months in prop::collection::vec((0..120i64, 0..2i64, 0..200i64), 1..90),
    ) {
        let lowest = steps[0];
        let thresholds = [
            (lowest, life.map(|l| l.max(lowest))),
            (lowest + steps[1], None),
            (lowest + steps[1] + steps[2], None),
        ];
        let rules = TierRules::by_spend(window, validity, soft, december, &thresholds);
        let less: Vec<i64> = months.iter().map(|(spend, buys, _)| spend * buys).collect();
        let more: Vec<i64> = less.iter().zip(&months).map(|(l, (_, _, extra))| l + extra).collect();
        for (month, (low, high)) in lived(&rules, &less).iter().zip(lived(&rules, &more)).enumerate() {
            prop_assert!(*low <= high, "month {month}: {low} above {high}");
        }
    }

    /// No tier above what the best window up to then allows; the sums are taken anew here, from the list of purchases.
    #[test]
    fn a_tier_is_never_above_what_was_earned(
        (window, validity) in windows(),
        soft in any::<bool>(),
        december in 0..12i32,
        months in prop::collection::vec((0..200i64, 0..2i64), 1..90),
    ) {
        let thresholds = [100, 250, 600];
        let rules = TierRules::by_spend(window, validity, soft, december, &thresholds.map(|t| (t, None)));
        let spend: Vec<i64> = months.iter().map(|(spend, buys)| spend * buys).collect();
        let total = |month: usize| -> i64 {
            let within = |m: &usize| match window {
                QualifyingWindow::CalendarYear => {
                    (*m as i32 - december - 1).div_euclid(12) == (month as i32 - december - 1).div_euclid(12)
                }
                QualifyingWindow::Rolling { months } => *m + months as usize > month,
            };
            (0..=month).filter(within).map(|m| spend[m]).sum()
        };
        let mut best = 0;
        for (month, rank) in lived(&rules, &spend).into_iter().enumerate() {
            let earned = thresholds.iter().filter(|t| **t <= total(month)).count() as u8;
            best = best.max(earned);
            prop_assert!(rank <= best, "month {month}: {rank} above {best}");
            // At the visit itself at least what the window earns.
            prop_assert!(rank >= earned || spend[month] == 0, "month {month}: {rank} below {earned}");
        }
    }

    /// What is said to be missing is what is missing: that much promotes, or makes the tier last longer; less does not.
    #[test]
    fn gaps_are_exact(
        (window, validity) in windows(),
        december in 0..12i32,
        months in prop::collection::vec((0..200i64, 0..2i64), 1..60),
    ) {
        let thresholds = [(100, None), (250, None), (600, None)];
        let rules = TierRules::by_spend(window, validity, false, december, &thresholds);
        let mut state = TierState::joining(&rules, 0, []);
        for (month, (spend, buys)) in months.iter().enumerate() {
            let month = month as i32;
            if spend * buys > 0 {
                state.record(&rules, month, paid(spend * buys));
            }
            if let Some(gap) = state.gap_to_next(&rules, month) {
                prop_assert!(gap.deadline > f64::from(month));
                let mut enough = state;
                prop_assert!(enough.record(&rules, month, paid(gap.missing)).is_some_and(|c| c.to > state.rank()));
                let mut short = state;
                prop_assert_eq!(short.record(&rules, month, paid(gap.missing - 1)), None);
            }
            if let Some(gap) = state.gap_to_keep(&rules, month) {
                let due = gap.deadline as i32 - 1;
                let kept = |amount: i64| {
                    let mut later = state;
                    later.record(&rules, month, paid(amount));
                    while later.next_review() <= gap.deadline {
                        let review = later.next_review() as i32 - 1;
                        later.review(&rules, review);
                    }
                    later.rank() >= state.rank()
                };
                let counts_now = match window {
                    // Later than the month that completes the threshold today.
                    QualifyingWindow::Rolling { months } => month > due - validity - months as i32 + 1,
                    QualifyingWindow::CalendarYear => {
                        let year_end = month + (december - month).rem_euclid(12);
                        year_end + validity > due
                    }
                };
                if counts_now {
                    prop_assert!(kept(gap.missing), "{gap:?} at {month}");
                    prop_assert!(gap.missing == 1 || !kept(gap.missing - 1), "{gap:?} at {month}");
                }
            }
            if state.next_review() <= f64::from(month) + 1.0 {
                state.review(&rules, month);
            }
        }
    }
}

mod quiet;
mod resolved;
