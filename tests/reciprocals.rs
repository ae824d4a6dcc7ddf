//! Divisions made by multiplication with a reciprocal, against exact arithmetic over the whole range of their numbers.

use fidelio::ledger::{CostShare, PointsInverse};
use fidelio::program::earn::{EarnRate, multiplied};
use fidelio::scenario::model::{Earn, Rounding};
use proptest::prelude::*;

/// Numbers of every size, and those beside the powers of two at which the ways of dividing part.
fn any_size(most: u32) -> impl Strategy<Value = i64> {
    let near = (0..=most, -3i64..=3).prop_map(|(bits, off)| ((1i64 << bits) + off).max(0));
    let below = (0..=most).prop_flat_map(|bits| 0..=(1i64 << bits));
    prop_oneof![near, below]
}

fn rounding() -> impl Strategy<Value = Rounding> {
    prop_oneof![
        Just(Rounding::Floor),
        Just(Rounding::Nearest),
        Just(Rounding::Ceil)
    ]
}

fn cap() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        Just(None),
        (1i64..=1_000_000_000).prop_map(Some),
        (1i64..100).prop_map(Some)
    ]
}

fn rule(points_num: i64, points_den: i64, rounding: Rounding, cap: Option<i64>) -> Earn {
    Earn {
        points_num,
        points_den,
        rounding,
        cap_per_visit: cap,
        cap_per_month: None,
        sign_up_bonus: 0,
    }
}

/// ⌊n/d⌋, ⌊n/d + ½⌋ or ⌈n/d⌉, then the cap.
fn exact(dividend: i128, den: i128, rounding: Rounding, cap: Option<i64>) -> i128 {
    let extra = match rounding {
        Rounding::Floor => 0,
        Rounding::Nearest => den / 2,
        Rounding::Ceil => den - 1,
    };
    let points = (dividend + extra) / den;
    cap.map_or(points, |cap| points.min(i128::from(cap)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn points_are_those_of_exact_division(
        paid in any_size(46), num in any_size(40), den in any_size(40), rounding in rounding(), cap in cap(),
    ) {
        let den = den.max(1);
        let expected = exact(i128::from(paid) * i128::from(num), i128::from(den), rounding, cap);
        prop_assume!(expected <= i128::from(i64::MAX));
        let rate = EarnRate::new(&rule(num, den, rounding, cap));
        prop_assert_eq!(i128::from(rate.points(paid)), expected);
        if let Some(points) = rate.plain(paid) {
            prop_assert!(paid >> 32 == 0 && points >> 32 == 0, "small enough to be added unchecked");
        }
        prop_assert_eq!(rate.points(-paid.max(1)), rate.points(0), "nobody earns on less than nothing");
    }

    #[test]
    fn multiplied_points_are_rounded_once(
        paid in any_size(40), num in any_size(30), den in any_size(30), rounding in rounding(), cap in cap(),
        tier in prop_oneof![0i64..=100_000, Just(1000)], promotion in prop_oneof![0i64..=100_000, Just(1000)],
    ) {
        let den = den.max(1);
        let dividend = i128::from(paid) * i128::from(num) * i128::from(tier * promotion);
        let expected = exact(dividend, i128::from(den) * 1_000_000, rounding, cap);
        prop_assume!(expected <= i128::from(i64::MAX));
        let rule = rule(num, den, rounding, cap);
        let granted = multiplied((&rule, &EarnRate::new(&rule)), paid, tier, promotion);
        prop_assert_eq!(i128::from(granted.base) + i128::from(granted.bonus), expected);
        prop_assert!(granted.base >= 0 && granted.bonus >= 0);
    }

    /// The parts of a cost are differences of exact roundings, and together the cost.
    #[test]
    fn shares_of_a_cost_are_those_of_exact_division(
        cost in any_size(40), parts in prop::collection::vec(any_size(36), 1..8),
    ) {
        let points: i64 = parts.iter().sum();
        prop_assume!(points > 0);
        let mut share = CostShare::new(cost, PointsInverse::of(points));
        let (mut upto, mut borne) = (0i64, 0i64);
        for part in parts {
            upto += part;
            borne += share.up_to(upto);
            let total = i128::from(points);
            let expected = (i128::from(cost) * i128::from(upto) + total / 2) / total;
            prop_assert_eq!(i128::from(borne), expected);
            prop_assert_eq!(share.borne(), borne);
        }
        prop_assert_eq!(borne, cost);
    }
}
