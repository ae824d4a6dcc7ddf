//! IFRS 15 Example 52 (IE267–IE270; ASC 606-10-55-353 to 356), KPMG *Revenue – IFRS 15 handbook* (2019) Example 10A,
//! and further examples computed from their inputs at full precision.

#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "values stand as their sources print them"
)]

use crate::liability::measure::allocation::{
    PointValue, allocate, book_allocation, stand_alone_price,
};
use crate::liability::measure::basis::{Deferred, OfIssued, OfOutstanding, Provision};
use crate::liability::measure::booking::book;
use crate::liability::measure::cost_provision::{provision, provision_of_outstanding};
use crate::liability::measure::deferred_revenue::{
    Standing, cumulative_revenue, liability, prospective_release, release, release_when_remote,
    sensitivity_to_rate,
};
use crate::liability::measure::financing::PreSale;
use crate::liability::measure::partner::{Capacity, PartnerSale};

/// Agrees to four decimals.
#[track_caller]
fn four(found: f64, published: f64) {
    assert!(
        (found - published).abs() < 0.5e-4 + 1e-9,
        "{found} instead of {published}"
    );
}

fn at(redeemed: f64, gone: f64, ultimate: f64) -> Standing {
    Standing {
        redeemed,
        outstanding: 10_000.0 - redeemed - gone,
        ultimate,
    }
}

const PLAIN: PointValue = PointValue {
    value: 1.0,
    available_without: 0.0,
};

fn example_52() -> Deferred {
    let points = stand_alone_price(10_000.0, PLAIN, OfIssued(0.95)).unwrap();
    four(points.value(), 9_500.0);
    let split = allocate(Deferred::new(1e5), Deferred::new(1e5), points).unwrap();
    four(split.delivered.value(), 91_324.2009);
    split.points
}

#[test]
fn w1_example_52() {
    let price = example_52();
    four(price.value(), 8_675.7991);
    let (start, first, second) = (
        at(0.0, 0.0, 9_500.0),
        at(4_500.0, 0.0, 9_500.0),
        at(8_500.0, 0.0, 9_700.0),
    );
    four(
        cumulative_revenue(price, &first).unwrap().value(),
        4_109.5890,
    );
    four(liability(price, &first).unwrap().value(), 4_566.2100);
    four(
        release(price, 1e4, &start, &first).unwrap().total().value(),
        4_109.5890,
    );
    let parts = release(price, 1e4, &first, &second).unwrap();
    four(parts.redemption.value(), 3_470.3196);
    four(parts.breakage.value(), 107.3295);
    four(parts.change_of_estimate.value(), -84.7338);
    four(parts.total().value(), 3_492.9153);
    four(liability(price, &second).unwrap().value(), 1_073.2947);
    let more = sensitivity_to_rate(price, 1e4, &first, 0.01).unwrap();
    four(more.value(), 42.8082);
    let fresh = sensitivity_to_rate(price, 1e4, &start, 0.01).unwrap();
    four(fresh.value(), 0.0);
}

#[test]
fn w1_booked_in_whole_units_as_the_standard_prints_it() {
    let split = book_allocation(100_000, Deferred::new(1e5), Deferred::new(9_500.0)).unwrap();
    assert_eq!((split.delivered, split.points), (91_324, 8_676));
    let ends = [
        (4_500.0, 5_500.0, 9_500.0),
        (8_500.0, 1_500.0, 9_700.0),
        (9_200.0, 0.0, 9_200.0),
    ];
    let ends = ends.map(|(redeemed, outstanding, ultimate)| Standing {
        redeemed,
        outstanding,
        ultimate,
    });
    let periods = book(split.points, 10_000.0, &ends).unwrap();
    let rows: Vec<[i64; 6]> = periods
        .iter()
        .map(|p| {
            [
                p.opening,
                p.deferred,
                p.redemption,
                p.breakage,
                p.change_of_estimate,
                p.closing,
            ]
        })
        .collect();
    // Period 2: the parts round to 3470, 107 and −85; the missing unit goes to the largest.
    assert_eq!(
        rows,
        [
            [0, 8_676, -3_905, -205, 0, 4_566],
            [4_566, 0, -3_471, -107, 85, 1_073],
            [1_073, 0, -607, -53, -413, 0],
        ]
    );
    assert_eq!(
        periods.iter().map(|p| p.revenue()).collect::<Vec<_>>(),
        [4_110, 3_493, 1_073]
    );
    assert!(periods.iter().all(|p| p.difference() == 0));
}

#[test]
fn w2_kpmg_increase_in_estimated_redemptions() {
    // The handbook rounds the ratio to 91 : 9, so the allocated price is fed as 9,000.
    let price = Deferred::new(9_000.0);
    let (start, first, second) = (
        at(0.0, 0.0, 9_700.0),
        at(4_500.0, 0.0, 9_700.0),
        at(8_500.0, 0.0, 9_900.0),
    );
    four(
        release(price, 1e4, &start, &first).unwrap().total().value(),
        4_175.2577,
    );
    let parts = release(price, 1e4, &first, &second).unwrap();
    four(parts.total().value(), 3_552.0150);
    four(parts.change_of_estimate.value(), -84.3486);
    four((parts.redemption + parts.breakage).value(), 3_636.3636);
    four(liability(price, &second).unwrap().value(), 1_272.7273);
    // Unrounded.
    let points = stand_alone_price(1e4, PLAIN, OfIssued(0.97)).unwrap();
    let price = allocate(Deferred::new(1e5), Deferred::new(1e5), points)
        .unwrap()
        .points;
    four(price.value(), 8_842.2972);
    four(
        release(price, 1e4, &start, &first).unwrap().total().value(),
        4_102.0966,
    );
    four(
        release(price, 1e4, &first, &second)
            .unwrap()
            .total()
            .value(),
        3_489.7747,
    );
}

#[test]
fn w2_booked() {
    let ends = [(4_500.0, 5_500.0, 9_700.0), (8_500.0, 1_500.0, 9_900.0)].map(
        |(redeemed, outstanding, ultimate)| Standing {
            redeemed,
            outstanding,
            ultimate,
        },
    );
    let periods = book(9_000, 10_000.0, &ends).unwrap();
    assert_eq!([periods[0].revenue(), periods[1].revenue()], [4_175, 3_552]);
    assert_eq!(periods[1].closing, 1_273);
}

#[test]
fn w3_remote_breakage() {
    let points = stand_alone_price(1e4, PLAIN, OfIssued(1.0)).unwrap();
    let price = allocate(Deferred::new(1e5), Deferred::new(1e5), points)
        .unwrap()
        .points;
    four(price.value(), 9_090.9091);
    let redeemed = [0.0, 4_500.0, 8_500.0, 9_200.0];
    let gone = [0.0, 0.0, 0.0, 800.0];
    let periods: Vec<_> = (1..4)
        .map(|t| {
            let (r, g) = ([redeemed[t - 1], redeemed[t]], [gone[t - 1], gone[t]]);
            release_when_remote(price, 1e4, r, g).unwrap()
        })
        .collect();
    let published = [(4_090.9091, 0.0), (3_636.3636, 0.0), (636.3636, 727.2727)];
    for (period, (redemption, breakage)) in periods.iter().zip(published) {
        four(period.redemption.value(), redemption);
        four(period.breakage.value(), breakage);
    }
    four(periods.iter().map(|p| p.total().value()).sum(), 9_090.9091);
}

#[test]
fn w4_full_life_with_expiry() {
    let price = example_52();
    let standings = [
        at(0.0, 0.0, 9_500.0),
        at(4_500.0, 0.0, 9_500.0),
        at(8_500.0, 0.0, 9_700.0),
        at(9_200.0, 800.0, 9_200.0),
    ];
    let published = [
        [3_904.1096, 205.4795, 0.0, 4_566.2100],
        [3_470.3196, 107.3295, -84.7338, 1_073.2947],
        [607.3059, 52.8092, 413.1796, 0.0],
    ];
    let mut breakage = 0.0;
    for (pair, row) in standings.windows(2).zip(published) {
        let parts = release(price, 1e4, &pair[0], &pair[1]).unwrap();
        four(parts.redemption.value(), row[0]);
        four(parts.breakage.value(), row[1]);
        four(parts.change_of_estimate.value(), row[2]);
        four(liability(price, &pair[1]).unwrap().value(), row[3]);
        breakage += parts.breakage.value() + parts.change_of_estimate.value();
    }
    four(breakage, 694.0639);
    four(breakage, price.value() * 800.0 / 10_000.0);
    // One homogeneous pool, prospectively: no catch-up.
    let opening = liability(price, &standings[1]).unwrap();
    let spread = prospective_release(opening, 4_000.0, 9_700.0 - 4_500.0).unwrap();
    four(spread.value(), 3_512.4693);
    four((opening - spread).value(), 1_053.7408);
}

#[test]
fn w5_cost_provision() {
    let cost = Provision::new(0.60);
    let standing = at(4_500.0, 0.0, 9_500.0);
    four(provision(&standing, cost).unwrap().value(), 3_000.0);
    let conditional = OfIssued(0.95).conditional(1e4, 4_500.0, 5_500.0).unwrap();
    four(conditional.0, 0.9091);
    four(
        provision_of_outstanding(5_500.0, conditional, cost)
            .unwrap()
            .value(),
        3_000.0,
    );
    // Naive, labeled: the rate of issued points on outstanding ones.
    let naive = provision_of_outstanding(5_500.0, OfOutstanding(0.95), cost).unwrap();
    four(naive.value(), 3_135.0);
}

#[test]
fn w6_bulk_pre_sale() {
    let sale = PreSale {
        cash: Deferred::new(100.0),
        rate: 0.06,
    };
    let periods = sale.schedule(&[0.0, 1.0]).unwrap();
    let interest: Vec<f64> = periods.iter().map(|p| p.interest.value()).collect();
    four(interest[0], 6.0);
    four(interest[1], 6.36);
    four(periods[1].revenue.value(), 112.36);
    four(periods[1].closing.value(), 0.0);
}

#[test]
fn w7_points_sold_to_a_partner() {
    let split = allocate(
        Deferred::new(14_000.0),
        Deferred::new(7_000.0),
        Deferred::new(9_100.0),
    )
    .unwrap();
    four(split.points.value(), 7_913.0435);
    four(split.delivered.value(), 6_086.9565);
}

#[test]
fn w9_discount_available_without_the_option() {
    let option = PointValue {
        value: 700.0 - 500.0,
        available_without: 50.0,
    };
    four(
        stand_alone_price(1.0, option, OfIssued(0.8))
            .unwrap()
            .value(),
        120.0,
    );
}

#[test]
fn w10_principal_and_agent() {
    let sale = PartnerSale {
        points: 1_000.0,
        price: Deferred::new(12.0),
        cost_per_point: Provision::new(0.009),
        redeemed: OfIssued(0.8),
        booked: Capacity::Agent,
    };
    let [principal, agent] = sale.views().unwrap();
    four(principal.contract_liability.value(), 12.0);
    four(principal.revenue.value(), 12.0);
    four(principal.cost.value(), 7.2);
    four(principal.margin, 4.8);
    four(agent.revenue.value(), 4.8);
    four(agent.revenue_if_all_redeemed.value(), 3.0);
    four((agent.revenue - agent.revenue_if_all_redeemed).value(), 1.8);
    four(agent.payable.value(), 7.2);
    four(agent.contract_liability.value(), 0.0);
    four(agent.margin, 4.8);
    assert!(agent.is_booked && !principal.is_booked);
}
