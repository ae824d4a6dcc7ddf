//! Quiet purchases: adding their sums is all that recording them would have done.

use super::*;

/// What of a state anybody can see in a month.
fn seen(state: &TierState, rules: &TierRules, month: i32) -> impl PartialEq + std::fmt::Debug {
    (
        (state.rank(), state.rank_for_life(), state.cumulated()),
        state.next_review(),
        state.gap_to_next(rules, month),
        state.gap_to_keep(rules, month),
    )
}

proptest! {
    #[test]
    fn a_shortcut_changes_nothing(
        (window, validity) in windows(),
        soft in any::<bool>(),
        december in 0..12i32,
        steps in prop::array::uniform3(1..400i64),
        life in prop::option::of(400..3000i64),
        months in prop::collection::vec(prop::collection::vec(0..90i64, 0..5), 1..60),
        new_rules in prop::option::of(0..60usize),
    ) {
        let lowest = steps[0];
        let thresholds = [
            (lowest, life.map(|l| l.max(lowest))),
            (lowest + steps[1], None),
            (lowest + steps[1] + steps[2], None),
        ];
        let rules = TierRules::by_spend(window, validity, soft, december, &thresholds);
        let mut state = TierState::joining(&rules, 0, []);
        let mut full = state;
        let mut quiet = 0;
        for (at, purchases) in months.iter().enumerate() {
            let month = at as i32;
            if new_rules == Some(at) {
                state.carry_over(&rules);
                full.carry_over(&rules);
            }
            for amount in purchases {
                quiet += i32::from(state.quiet(&rules, month).is_some_and(|q| *amount < q.room));
                let change = state.record(&rules, month, paid(*amount));
                prop_assert_eq!(change, full.record_in_full(&rules, month, *amount));
                prop_assert_eq!(seen(&state, &rules, month), seen(&full, &rules, month));
            }
            if state.next_review() <= f64::from(month) + 1.0 {
                prop_assert_eq!(state.review(&rules, month), full.review(&rules, month));
            }
        }
        // A shortcut nobody takes would pass too.
        let bought: usize = months.iter().map(Vec::len).sum();
        prop_assert!(quiet > 0 || bought < 80, "none of {bought} purchases was quiet");
    }
}
