//! What must hold whatever the book.

use crate::liability::measure::basis::Deferred;
use crate::liability::measure::booking::{
    book, distribute, round_half_even, round_product_half_even,
};
use crate::liability::measure::deferred_revenue::{
    Stale, Standing, cumulative_revenue, liability, prospective_release, release,
};
use proptest::prelude::*;

/// A vintage from issue to its end: shares of what is left that are redeemed and that go otherwise, and an estimate
/// anywhere between what was redeemed and what can be; at the end nothing is left.
fn lives() -> impl Strategy<Value = (i64, i64, Vec<Standing>)> {
    let steps = prop::collection::vec((0.0..0.6f64, 0.0..0.4f64, 0.0..=1.0f64), 1..12);
    (1i64..5_000_000, 0i64..90_000_000, steps, any::<bool>()).prop_map(
        |(issued, price, steps, expires)| {
            let mut left = issued;
            let mut redeemed = 0;
            let mut standings = Vec::new();
            for (used, lost, hope) in steps {
                let used = (left as f64 * used) as i64;
                let lost = ((left - used) as f64 * lost) as i64;
                redeemed += used;
                left -= used + lost;
                let ultimate = redeemed as f64 + left as f64 * hope;
                standings.push(Standing {
                    redeemed: redeemed as f64,
                    outstanding: left as f64,
                    ultimate,
                });
            }
            if !expires {
                redeemed += left;
            }
            standings.push(Standing {
                redeemed: redeemed as f64,
                outstanding: 0.0,
                ultimate: redeemed as f64,
            });
            (issued, price, standings)
        },
    )
}

proptest! {
    #[test]
    fn a_life_releases_its_price_and_closes_at_zero((issued, price, standings) in lives()) {
        let booked = book(price, issued as f64, &standings).unwrap();
        prop_assert_eq!(booked.iter().map(|p| p.revenue()).sum::<i64>(), price);
        prop_assert_eq!(booked.last().unwrap().closing, 0);
        let mut opening = 0;
        for period in &booked {
            prop_assert_eq!(period.difference(), 0);
            prop_assert_eq!(period.opening, opening);
            prop_assert!((0..=price).contains(&period.closing));
            opening = period.closing;
        }
        // Lifetime breakage is the price of what was never redeemed.
        let last = standings.last().unwrap();
        let broken: i64 = booked.iter().map(|p| -p.breakage - p.change_of_estimate).sum();
        let expected = price as f64 * (1.0 - last.redeemed / issued as f64);
        prop_assert!((broken as f64 - expected).abs() <= 2.0 * booked.len() as f64);
    }

    #[test]
    fn the_three_parts_are_the_revenue((issued, price, standings) in lives()) {
        let tp = Deferred::new(price as f64);
        let mut before = Standing::at_issue(issued as f64, standings[0].ultimate);
        for end in &standings {
            let after = *end;
            let parts = release(tp, issued as f64, &before, &after).unwrap();
            let step = cumulative_revenue(tp, &after).unwrap() - cumulative_revenue(tp, &before).unwrap();
            let tolerance = 1e-9 * (1.0 + price as f64) * (1.0 + after.redeemed / after.ultimate.max(1.0));
            prop_assert!((parts.total().value() - step.value()).abs() <= tolerance);
            let carried = liability(tp, &after).unwrap().value();
            prop_assert!(carried >= -1e-9 && carried <= tp.value() + 1e-9);
            before = after;
        }
    }

    #[test]
    fn without_a_change_of_estimate_both_variants_agree(
        issued in 1_000.0..1e7f64, rate in 0.05..1.0f64, early in 0.0..0.9f64, later in 0.0..1.0f64,
    ) {
        let price = Deferred::new(issued);
        let ultimate = issued * rate;
        let first = early * ultimate;
        let step = later * (ultimate - first);
        let at = |redeemed: f64| Standing { redeemed, outstanding: issued - redeemed, ultimate };
        let kernel = release(price, issued, &at(first), &at(first + step)).unwrap();
        let opening = liability(price, &at(first)).unwrap();
        let pool = prospective_release(opening, step, ultimate - first).unwrap();
        prop_assert!((kernel.total().value() - pool.value()).abs() < 1e-6 * issued);
        prop_assert_eq!(kernel.change_of_estimate.value(), 0.0);
    }

    #[test]
    fn the_ultimate_lies_between_redeemed_and_reachable(
        redeemed in 0.0..1e6f64, outstanding in 0.0..1e6f64, estimate in 0.0..4e6f64, future in 0.0..1e6f64,
    ) {
        let found = Standing::reconcile(redeemed, outstanding, estimate, future).unwrap();
        prop_assert!(found.standing.ultimate >= redeemed);
        prop_assert!(found.standing.ultimate <= redeemed + outstanding);
        let stale = estimate < redeemed || estimate > redeemed + outstanding;
        prop_assert_eq!(found.stale.is_some(), stale);
    }

    #[test]
    fn rounded_parts_make_the_total(total in -1_000_000i64..1_000_000, parts in prop::array::uniform3(-1e6..1e6f64)) {
        prop_assert_eq!(distribute(total, parts).unwrap().iter().sum::<i64>(), total);
    }
}

#[test]
fn negative_revenue_of_a_period_is_shown() {
    // Breakage falls from 60 to 5 %: 4,000 of 10,000 were released as 4,000 ÷ 4,000, now 4,000 ÷ 9,500.
    let standings = [(4_000.0, 6_000.0, 4_000.0), (4_100.0, 5_900.0, 9_500.0)].map(
        |(redeemed, outstanding, ultimate)| Standing {
            redeemed,
            outstanding,
            ultimate,
        },
    );
    let periods = book(10_000, 10_000.0, &standings).unwrap();
    assert_eq!(periods[0].closing, 0);
    assert_eq!(periods[1].revenue(), -5_684);
    assert_eq!(periods[1].closing, 5_684);
}

#[test]
fn what_is_never_redeemed_is_breakage_when_it_ends() {
    let standings =
        [(0.0, 10.0, 0.0), (0.0, 0.0, 0.0)].map(|(redeemed, outstanding, ultimate)| Standing {
            redeemed,
            outstanding,
            ultimate,
        });
    let periods = book(500, 10.0, &standings).unwrap();
    assert_eq!(
        (periods[0].revenue(), periods[0].closing),
        (0, 500),
        "no pattern to be in proportion to"
    );
    assert_eq!((periods[1].breakage, periods[1].closing), (-500, 0));
    // Points brought back reverse it.
    let over = standings[1];
    let back = Standing {
        redeemed: 0.0,
        outstanding: 4.0,
        ultimate: 3.0,
    };
    let reversal = release(Deferred::new(500.0), 10.0, &over, &back).unwrap();
    assert_eq!(reversal.change_of_estimate.value(), -500.0);
    assert_eq!(reversal.total().value(), -500.0);
}

#[test]
fn a_stale_estimate_is_raised_and_reported() {
    let found = Standing::reconcile(9_800.0, 200.0, 9_500.0, 120.0).unwrap();
    assert_eq!(found.standing.ultimate, 9_920.0);
    assert_eq!(
        found.stale,
        Some(Stale::BelowRedeemed {
            estimate: 9_500.0,
            redeemed: 9_800.0
        })
    );
}

#[test]
fn halves_go_to_the_even_number() {
    // 28,916,350.5 exactly, and beside it in binary; a cent beside a half is none.
    let price = 6.157 * 100.0;
    assert!(46_965.0 * price != 28_916_350.5);
    let product = |value: f64| round_product_half_even(value, "x").unwrap();
    assert_eq!(product(46_965.0 * price), 28_916_350);
    assert_eq!(product(46_967.0 * price), 28_917_582);
    assert_eq!([0.5, 1.5, -2.5, 1.49, 0.0].map(product), [0, 2, -2, 1, 0]);
    // 2⁵² + 1 stays odd: there are no halves left there.
    assert_eq!(product(4_503_599_627_370_497.0), 4_503_599_627_370_497);
    let rounded = [0.5, 1.5, 2.5, -0.5, -1.5, 2.500001].map(|x| round_half_even(x, "x").unwrap());
    assert_eq!(rounded, [0, 2, 2, 0, -2, 3]);
    for wild in [f64::NAN, f64::INFINITY, 1e300] {
        assert!(round_half_even(wild, "x").is_err());
    }
    // 5 × 1 ÷ 2 = 2.5 and 15 × 1 ÷ 2 = 7.5 in whole units.
    let half = [Standing {
        redeemed: 1.0,
        outstanding: 1.0,
        ultimate: 2.0,
    }];
    assert_eq!(book(5, 2.0, &half).unwrap()[0].revenue(), 2);
    assert_eq!(book(15, 2.0, &half).unwrap()[0].revenue(), 8);
}

#[test]
fn numbers_that_make_no_sense_are_refused_by_name() {
    let bad = Standing {
        redeemed: 10.0,
        outstanding: 0.0,
        ultimate: 5.0,
    };
    let error = cumulative_revenue(Deferred::new(1.0), &bad).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the expected ultimate redemption is 5, but must be at least what was redeemed (reconcile a stale estimate \
         first)"
    );
    let fine = Standing::at_issue(10.0, 5.0);
    for price in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(liability(Deferred::new(price), &fine).is_err());
        assert!(release(Deferred::new(price), 10.0, &fine, &fine).is_err());
    }
    assert!(release(Deferred::new(1.0), 0.0, &fine, &fine).is_err());
    assert!(prospective_release(Deferred::new(1.0), 5.0, 4.0).is_err());
    assert!(book(-1, 10.0, &[]).is_err());
}
