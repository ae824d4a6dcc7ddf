//! Tables by hand and over random books.

use crate::liability::measure::basis::{Deferred, Provision};
use crate::liability::measure::deferred_revenue::Standing;
use crate::liability::statement::comparison::{Compared, of_cost_provision, of_deferred_revenue};
use crate::liability::statement::deferred::{Vintage, roll_forward};
use crate::liability::statement::distribution::{Source, empirical};
use crate::liability::statement::experience::{Experience, Light, actual_against_expected};
use crate::liability::statement::points::{self, PointsRow};
use crate::liability::statement::provision::{self, SegmentPeriod};
use crate::liability::statement::sensitivity::{
    Base, ValuedVintage, of_rates, of_term, of_timing, shifted_to_dearest,
};
use proptest::prelude::*;

fn standing(redeemed: f64, outstanding: f64, ultimate: f64) -> Standing {
    Standing {
        redeemed,
        outstanding,
        ultimate,
    }
}

#[test]
fn two_vintages_of_example_52_a_year_apart() {
    let life = vec![
        standing(4_500.0, 5_500.0, 9_500.0),
        standing(8_500.0, 1_500.0, 9_700.0),
        standing(9_200.0, 0.0, 9_200.0),
    ];
    let vintage = |issued_in| Vintage {
        issued_in,
        price: 8_676,
        issued: 10_000.0,
        standings: life.clone(),
    };
    let rows = roll_forward(&[vintage(0), vintage(1)], 5).unwrap();
    assert!(rows.iter().all(|row| row.check() == 0));
    let closing: Vec<i64> = rows.iter().map(|row| row.closing).collect();
    assert_eq!(closing, [4_566, 1_073 + 4_566, 1_073, 0, 0]);
    let revenue: Vec<i64> = rows.iter().map(|row| row.revenue()).collect();
    assert_eq!(revenue, [4_110, 3_493 + 4_110, 1_073 + 3_493, 1_073, 0]);
    // Of the second year's revenue only the first vintage's was in the opening balance.
    let from_opening: Vec<i64> = rows.iter().map(|row| row.revenue_from_opening).collect();
    assert_eq!(from_opening, [0, 3_493, 1_073 + 3_493, 1_073, 0]);
    assert!(
        rows.windows(2)
            .all(|pair| pair[0].closing == pair[1].opening)
    );
}

#[test]
fn points_roll_forward_ties_and_a_lost_point_is_found() {
    let movements = [
        PointsRow {
            issued_base: 100i64,
            issued_bonus: 20,
            redeemed: 30,
            clawed_back: 5,
            ..PointsRow::default()
        },
        PointsRow {
            purchased: 10,
            expired: 40,
            forfeited: 3,
            reinstated: 2,
            transferred_net: -4,
            ..PointsRow::default()
        },
    ];
    let rows = points::roll_forward(7, &movements);
    assert_eq!(rows.iter().map(|r| r.closing).collect::<Vec<_>>(), [92, 57]);
    assert!(rows.iter().all(|row| row.check() == 0));
    let lost = PointsRow {
        closing: 56,
        ..rows[1]
    };
    assert_eq!(lost.check(), 1);
    assert_eq!(rows[0].plus(&rows[1]).check(), 0);
}

#[test]
fn provision_by_volume_rate_mix_and_cost_by_hand() {
    let base = SegmentPeriod {
        opening_future: 100.0,
        accrued: 50.0,
        redeemed: 40.0,
        closing_future: 121.0,
        opening_cost: 0.5,
        actual_cost: 0.6,
        closing_cost: 0.55,
    };
    let dear = SegmentPeriod {
        opening_future: 10.0,
        accrued: 0.0,
        redeemed: 4.0,
        closing_future: 8.0,
        opening_cost: 2.0,
        actual_cost: 2.0,
        closing_cost: 2.5,
    };
    let row = provision::roll_forward(&[base, dear]).unwrap();
    let values = [
        row.opening,
        row.accrued,
        row.redeemed,
        row.cost_experience,
        row.closing,
    ]
    .map(Provision::value);
    let expected = [70.0, 25.0, -32.0, 4.0, 121.0 * 0.55 + 20.0];
    for (found, by_hand) in values.iter().zip(expected) {
        assert!((found - by_hand).abs() < 1e-9, "{found} {by_hand}");
    }
    // 11 and 2 more points expected; average opening cost (150 × 0.5 + 10 × 2) ÷ 160.
    let average = 95.0 / 160.0;
    assert!((row.rate.value() - 13.0 * average).abs() < 1e-9);
    assert!((row.mix.value() - (11.0 * 0.5 + 2.0 * 2.0 - 13.0 * average)).abs() < 1e-9);
    assert!((row.cost_per_point.value() - (121.0 * 0.05 + 8.0 * 0.5)).abs() < 1e-9);
    assert!(row.check().value().abs() < 1e-9);
}

#[test]
fn experience_lights() {
    let row = |expected, actual, standard_error| Experience {
        name: String::new(),
        expected,
        actual,
        standard_error,
    };
    let rows = actual_against_expected(&[
        row(100.0, 104.0, None),
        row(100.0, 109.0, None),
        row(100.0, 130.0, None),
        row(100.0, 130.0, Some(40.0)),
        row(0.0, 0.0, None),
        row(0.0, 1.0, None),
    ]);
    let lights: Vec<Light> = rows.iter().map(|r| r.light).collect();
    use Light::{Amber, Green, Red, Unlit};
    assert_eq!(lights, [Green, Amber, Red, Green, Unlit, Red, Red]);
    assert_eq!(rows[1].cumulative, Some(213.0 / 200.0));
    assert_eq!(rows.last().unwrap().ratio, Some(474.0 / 400.0));
    assert_eq!(rows[4].ratio, None);
}

/// The synthetic book at a cost of 8 per thousand: a percentage point of issued points is worth 0.01 × 6,105.1 × 8, one
/// of outstanding points 0.01 × 3,053.1 × 8: half.
#[test]
fn sensitivities_state_their_base() {
    use crate::liability::estimate::tests::synthetic::{COST, ISSUED, triangle};
    let latest = triangle().latest_values();
    let vintages: Vec<ValuedVintage> = ISSUED
        .iter()
        .zip(&latest)
        .map(|(issued, redeemed)| ValuedVintage {
            issued: *issued,
            standing: standing(
                *redeemed,
                issued - redeemed,
                redeemed + 0.5 * (issued - redeemed),
            ),
            price: Some(Deferred::new(*issued)),
            cost_per_point: Some(Provision::new(COST)),
        })
        .collect();
    let rows = of_rates(&vintages).unwrap();
    let find = |base, change: f64| {
        rows.iter()
            .find(|r| r.base == base && r.change == change)
            .unwrap()
    };
    let value = |base, change| find(base, change).provision.unwrap().value();
    assert!((value(Base::Issued, 1.0) - 488.408).abs() < 1e-9);
    assert!((value(Base::Outstanding, 1.0) - 244.248).abs() < 1e-9);
    assert!((value(Base::Issued, -1.0) + 488.408).abs() < 1e-9);
    // Hilton's form: ΔL = 0.1 b ÷ (1 − b) L for untouched vintages.
    let fresh = ValuedVintage {
        standing: standing(0.0, 100.0, 74.0),
        issued: 100.0,
        ..vintages[0]
    };
    let rows = of_rates(&[fresh]).unwrap();
    let less_breakage = rows
        .iter()
        .find(|r| r.assumption == "breakage" && r.change < 0.0)
        .unwrap();
    assert!(
        (less_breakage.provision.unwrap().value() - 0.1 * 0.26 / 0.74 * 74.0 * COST).abs() < 1e-9
    );
    assert_eq!(
        less_breakage.deferred.unwrap().value(),
        0.0,
        "a fresh vintage does not move with breakage"
    );
    // What cannot be redeemed is not assumed to be.
    let spent = ValuedVintage {
        standing: standing(100.0, 0.5, 100.5),
        issued: 100.5,
        ..vintages[0]
    };
    assert_eq!(of_rates(&[spent]).unwrap()[0].held, 1);
}

#[test]
fn sensitivities_of_timing() {
    let rows = of_timing(&[100.0, 50.0, 25.0], 1.0, 0.05).unwrap();
    let value = |index: usize| rows[index].provision.unwrap().value();
    let now: f64 = [100.0, 50.0, 25.0]
        .iter()
        .zip([0.5, 1.5, 2.5])
        .map(|(f, t)| f / 1.05f64.powf(t))
        .sum();
    assert!((value(0) - (now / 1.05 - now)).abs() < 1e-9);
    // A year earlier is now for what is due in half a year, not half a year ago.
    let earlier = 100.0 + 50.0 / 1.05f64.powf(0.5) + 25.0 / 1.05f64.powf(1.5);
    assert!((value(1) - (earlier - now)).abs() < 1e-9);
    assert_eq!(rows[1].base.name(), "periods, present value");
    assert!(value(2) < 0.0 && value(3) > 0.0);
    let term = of_term(25.0, 1);
    assert_eq!(
        (term.change, term.provision.unwrap().value()),
        (-1.0, -25.0)
    );
    assert_eq!(
        shifted_to_dearest(&[(0.5, 1.0), (0.5, 3.0)]),
        Some(2.0 * 0.9 + 0.3)
    );
}

#[test]
fn empirical_percentiles_of_known_numbers() {
    let draws: Vec<f64> = (0..1001).rev().map(f64::from).collect();
    let found = empirical(Source::Bootstrap, &draws).unwrap();
    assert_eq!(found.mean, 500.0);
    let median = found.levels[1];
    assert_eq!((median.value, median.tail_mean), (500.0, 750.5));
    // A uniform on 0 to 1000 has density 1 ÷ 1000: √(p (1 − p) ÷ n) × 1000.
    assert!((median.monte_carlo_error.unwrap() - 500.0 / 1001f64.sqrt()).abs() < 0.5);
    assert_eq!(empirical(Source::Bootstrap, &draws[..50]), None);
    assert_eq!(empirical(Source::Bootstrap, &[f64::NAN; 200]), None);
}

fn valued() -> impl Strategy<Value = ValuedVintage> {
    (
        1.0..1e6f64,
        0.0..1.0f64,
        0.0..1.0f64,
        0.0..1.0f64,
        0.0..1e6f64,
        0.001..2.0f64,
    )
        .prop_map(|(issued, used, lost, hope, price, cost)| {
            let redeemed = issued * used;
            let outstanding = (issued - redeemed) * (1.0 - lost);
            ValuedVintage {
                issued,
                standing: standing(redeemed, outstanding, redeemed + outstanding * hope),
                price: Some(Deferred::new(price)),
                cost_per_point: Some(Provision::new(cost)),
            }
        })
}

proptest! {
    #[test]
    fn causes_of_a_movement_sum(
        pairs in prop::collection::vec((valued(), 0.0..1.0f64, 0.0..1.0f64, 0u8..4, prop::option::of(0.0..1e5f64)), 1..10),
    ) {
        let compared: Vec<Compared> = pairs.into_iter().map(|(before, used, hope, kind, expected)| {
            let redeemed = before.standing.redeemed + before.standing.outstanding * used;
            let outstanding = before.standing.outstanding * (1.0 - used);
            let after = ValuedVintage {
                standing: standing(redeemed, outstanding, redeemed + outstanding * hope),
                cost_per_point: Some(Provision::new(0.7)),
                ..before
            };
            Compared {
                name: String::new(),
                before: (kind != 1).then_some(before),
                after: (kind != 2).then_some(after),
                expected,
            }
        }).collect();
        for movement in [of_deferred_revenue(&compared).unwrap().unwrap(), of_cost_provision(&compared).unwrap()] {
            let size: f64 = movement.causes.iter().map(|c| c.amount.abs()).sum::<f64>() + movement.opening + 1.0;
            prop_assert!(movement.check().abs() <= 1e-9 * size, "{movement:?}");
        }
    }

    #[test]
    fn provision_parts_sum(segments in prop::collection::vec(prop::array::uniform7(0.0..1e6f64), 0..8)) {
        let segments: Vec<SegmentPeriod> = segments.into_iter().map(|[a, b, c, d, e, f, g]| SegmentPeriod {
            opening_future: a, accrued: b, redeemed: c, closing_future: d, opening_cost: e, actual_cost: f,
            closing_cost: g,
        }).collect();
        let row = provision::roll_forward(&segments).unwrap();
        prop_assert!(row.check().value().abs() <= 1e-9 * (1.0 + row.closing.value() + row.opening.value() + row.accrued.value() - row.redeemed.value()));
    }
}
