//! Mistakes 1, 2, 4, 7 to 12, 15, 17, 24, 26: what points are carried at.

#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "values stand as their sources print them"
)]

use super::{allocated, at, is, tells_apart};
use crate::book::calendar::Day;
use crate::book::lots::{Holding, Lot};
use crate::liability::estimate::chain_ladder::{ChainLadder, Tail};
use crate::liability::estimate::tests::synthetic;
use crate::liability::measure::allocation::allocate;
use crate::liability::measure::basis::{Deferred, OfIssued, Provision};
use crate::liability::measure::cost_provision::{
    SegmentCost, cost_of_mix, provision, provision_by_segment, provision_of_outstanding,
};
use crate::liability::measure::deferred_revenue::{
    Standing, cumulative_revenue, liability, prospective_release, release,
};
use crate::liability::measure::financing::PreSale;
use crate::liability::measure::partner::{Capacity, PartnerSale};

#[test]
fn mistake_1_outstanding_at_face_value() {
    let end = at(4_500.0, 0.0, 9_500.0);
    let face = end.outstanding * 1.0;
    tells_apart(
        is(3_000.0, 1e-9),
        provision(&end, Provision::new(0.60)).unwrap().value(),
        face,
    );
    tells_apart(
        is(4_566.2100, 5e-5),
        liability(allocated(0.95), &end).unwrap().value(),
        face,
    );
}

#[test]
fn mistake_2_rate_of_issued_points_on_outstanding_ones() {
    let end = at(4_500.0, 0.0, 9_500.0);
    let rate = OfIssued(0.95)
        .conditional(10_000.0, end.redeemed, end.outstanding)
        .unwrap();
    let right = provision_of_outstanding(end.outstanding, rate, Provision::new(0.60)).unwrap();
    tells_apart(
        is(3_000.0, 1e-9),
        right.value(),
        end.outstanding * 0.95 * 0.60,
    );
    let triangle = synthetic::triangle();
    let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap().projection;
    let issued: f64 = synthetic::ISSUED.iter().sum();
    let outstanding = issued - ladder.latest.iter().sum::<f64>();
    let mistaken = outstanding * ladder.ultimate() / issued * synthetic::COST;
    tells_apart(
        is(5_041.36, 0.005),
        ladder.reserve() * synthetic::COST,
        mistaken,
    );
}

#[test]
fn mistake_4_breakage_recognized_again_at_expiry() {
    let price = allocated(0.95);
    let life = [
        at(0.0, 0.0, 9_500.0),
        at(8_500.0, 0.0, 9_700.0),
        at(9_200.0, 800.0, 9_200.0),
    ];
    let revenue: f64 = life
        .windows(2)
        .map(|pair| {
            release(price, 1e4, &pair[0], &pair[1])
                .unwrap()
                .total()
                .value()
        })
        .sum();
    let again = revenue + price.value() * 800.0 / 10_000.0;
    tells_apart(is(price.value(), 1e-9), revenue, again);
}

#[test]
fn mistake_7_allocation_reopened_when_breakage_changes() {
    let end = at(8_500.0, 0.0, 9_700.0);
    let right = liability(allocated(0.95), &end).unwrap().value();
    let reopened = liability(allocated(0.97), &end).unwrap().value();
    tells_apart(is(1_073.2947, 5e-5), right, reopened);
}

#[test]
fn mistake_8_released_over_issued_instead_of_expected_points() {
    let price = allocated(0.95);
    let right = cumulative_revenue(price, &at(4_500.0, 0.0, 9_500.0))
        .unwrap()
        .value();
    tells_apart(
        is(4_109.5890, 5e-5),
        right,
        price.value() * 4_500.0 / 10_000.0,
    );
    // Breakage twice: a price that contains it, times the rate again.
    tells_apart(
        is(4_109.5890, 5e-5),
        right,
        price.value() * 0.95 * 4_500.0 / 9_500.0,
    );
}

#[test]
fn mistake_9_prospective_treatment_called_example_52() {
    let price = allocated(0.95);
    let (first, second) = (at(4_500.0, 0.0, 9_500.0), at(8_500.0, 0.0, 9_700.0));
    let right = release(price, 1e4, &first, &second)
        .unwrap()
        .total()
        .value();
    let opening = liability(price, &first).unwrap();
    let pool = prospective_release(opening, 4_000.0, 5_200.0)
        .unwrap()
        .value();
    tells_apart(is(3_492.9153, 5e-5), right, pool);
}

#[test]
fn mistake_10_stale_estimates_and_clipped_revenue() {
    let price = allocated(0.95).value();
    let within = |revenue: f64| (0.0..=price).contains(&revenue);
    let found = Standing::reconcile(9_800.0, 200.0, 9_500.0, 100.0).unwrap();
    let right = cumulative_revenue(Deferred::new(price), &found.standing)
        .unwrap()
        .value();
    tells_apart(within, right, price * 9_800.0 / 9_500.0);
    assert!(found.stale.is_some(), "and it is reported");
    // A large fall of breakage takes revenue back; cutting it at zero breaks the life's sum.
    let (low, high) = (at(4_000.0, 0.0, 4_000.0), at(4_100.0, 0.0, 9_500.0));
    let period = release(Deferred::new(price), 1e4, &low, &high)
        .unwrap()
        .total()
        .value();
    let first = cumulative_revenue(Deferred::new(price), &low)
        .unwrap()
        .value();
    let closing = liability(Deferred::new(price), &high).unwrap().value();
    let ties = |revenue: f64| (price - first - revenue - closing).abs() < 1e-9;
    tells_apart(ties, period, period.max(0.0));
    assert!(period < 0.0);
}

#[test]
fn mistake_11_one_cost_for_all() {
    // Frequent redeemers pick dearer rewards: 90 % at 0.010 and 30 % at 0.004 of 1,000 points each.
    let segment = |rate: f64, cost: f64| SegmentCost {
        standing: Standing {
            redeemed: 0.0,
            outstanding: 1_000.0,
            ultimate: 1_000.0 * rate,
        },
        cost_per_point: Provision::new(cost),
    };
    let right = provision_by_segment(&[segment(0.9, 0.010), segment(0.3, 0.004)])
        .unwrap()
        .value();
    let averages = 2_000.0 * 0.6 * 0.007;
    tells_apart(is(10.2, 1e-9), right, averages);
    // The mean cost weighs rewards by points redeemed, not by their number.
    let mix = [
        (900.0, Provision::new(0.010)),
        (300.0, Provision::new(0.004)),
    ];
    tells_apart(
        is(10.2 / 1_200.0, 1e-12),
        cost_of_mix(&mix).unwrap().value(),
        0.007,
    );
}

/// That the two bases cannot be added is a test of the compiler: the documentation of `measure::basis`.
#[test]
fn mistake_12_cost_in_a_deferred_revenue_statement() {
    let end = at(4_500.0, 0.0, 9_500.0);
    let deferred = liability(allocated(0.95), &end).unwrap();
    let cost = provision(&end, Provision::new(0.60)).unwrap();
    tells_apart(is(4_566.2100, 5e-5), deferred.value(), cost.value());
    assert_eq!(
        (deferred.basis(), cost.basis()),
        ("deferred revenue", "cost provision")
    );
}

#[test]
fn mistake_15_returns_ignored() {
    // 100 earned, 80 used, the goods go back: 80 are owed, and the next 50 earned repay them.
    let day = |number| Day(19_000 + number);
    let mut holding = Holding::default();
    holding.add(Lot::new(day(0), None, 100));
    holding.take(80, crate::book::lots::Consumption::FirstIn, |_| {});
    holding.claw_back(100, Some(day(0)), |_| {});
    let balance = |holding: &Holding| (holding.outstanding() - holding.debt()) as f64;
    let ignored = 20.0;
    let cut_at_zero = 0.0;
    tells_apart(is(-80.0, 0.0), balance(&holding), ignored);
    tells_apart(is(-80.0, 0.0), balance(&holding), cut_at_zero);
    holding.add(Lot::new(day(30), None, 50));
    tells_apart(is(0.0, 0.0), holding.outstanding() as f64, 50.0);
}

#[test]
fn mistake_17_discounting_ordinary_points_or_not_accreting_a_pre_sale() {
    let price = allocated(0.95);
    let life = [at(0.0, 0.0, 9_500.0), at(9_500.0, 0.0, 9_500.0)];
    let revenue = release(price, 1e4, &life[0], &life[1])
        .unwrap()
        .total()
        .value();
    tells_apart(is(price.value(), 1e-9), revenue, price.value() / 1.06);
    let sale = PreSale {
        cash: Deferred::new(100.0),
        rate: 0.06,
    };
    let delivered = sale.schedule(&[0.0, 1.0]).unwrap()[1].revenue.value();
    tells_apart(is(112.36, 0.005), delivered, 100.0);
}

#[test]
fn mistake_24_promotional_points_treated_as_sold() {
    // Points given away have no consideration: nothing is allocated, whatever they are worth alone.
    let alone = Deferred::new(950.0);
    let right = allocate(Deferred::ZERO, Deferred::ZERO, alone)
        .unwrap()
        .points
        .value();
    tells_apart(is(0.0, 0.0), right, alone.value());
    // They still cost something: on the other basis.
    let given = Standing {
        redeemed: 0.0,
        outstanding: 1_000.0,
        ultimate: 950.0,
    };
    assert!(provision(&given, Provision::new(0.6)).unwrap() > Provision::ZERO);
}

#[test]
fn mistake_26_gross_compared_with_net() {
    let sale = |booked| PartnerSale {
        points: 1_000.0,
        price: Deferred::new(12.0),
        cost_per_point: Provision::new(0.009),
        redeemed: OfIssued(0.8),
        booked,
    };
    // Like with like is the same capacity at both: the flag says which column each booked.
    let [gross, _] = sale(Capacity::Principal).views().unwrap();
    let [as_principal, net] = sale(Capacity::Agent).views().unwrap();
    let like_with_like = gross.contract_liability.value() - as_principal.contract_liability.value();
    let booked_with_booked = gross.contract_liability.value() - net.contract_liability.value();
    tells_apart(is(0.0, 1e-12), like_with_like, booked_with_booked);
    assert!(gross.is_booked && net.is_booked && !as_principal.is_booked);
}
