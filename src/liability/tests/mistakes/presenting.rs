//! Mistakes 16, 19, 20, 25: how the number is shown.

use super::{is, tells_apart};
use crate::liability::estimate::additive::{Additive, Prior};
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::estimate::over_dispersed_poisson::OverDispersedPoisson;
use crate::liability::estimate::tests::{published, synthetic};
use crate::liability::measure::basis::{Deferred, Provision};
use crate::liability::measure::deferred_revenue::Standing;
use crate::liability::statement::distribution::{Source, empirical, log_normal};
use crate::liability::statement::maturity::{CurrentPolicy, Maturity};
use crate::liability::statement::points::PointsRow;
use crate::liability::statement::sensitivity::{Base, ValuedVintage, of_rates};
use crate::random::Key;

#[test]
fn mistake_16_percentiles_from_the_luck_of_many_members() {
    let triangle = published::TAYLOR_ASHE.triangle();
    let model = OverDispersedPoisson::fit(&triangle).unwrap();
    let bootstrap = Bootstrap::prepare(&triangle, &model).unwrap();
    let draws: Vec<f64> = (0..2_000)
        .filter_map(|k| bootstrap.draw(Key::new(5, 0), k))
        .collect();
    let shown = empirical(Source::Bootstrap, &draws).unwrap();
    // A million members whose own coefficient of variation is 1: 0.1 % in total.
    let members = log_normal(Source::Mack, shown.mean, shown.mean / 1_000.0).unwrap();
    let margin = |levels: &[crate::liability::statement::distribution::Level], mean: f64| {
        levels.iter().find(|l| l.level == 0.95).unwrap().value / mean - 1.0
    };
    let wide = |share: f64| share > 0.1;
    tells_apart(
        wide,
        margin(&shown.levels, shown.mean),
        margin(&members.levels, members.mean),
    );
    assert!(
        shown
            .levels
            .iter()
            .all(|l| l.monte_carlo_error.is_some_and(|e| e > 0.0))
    );
}

#[test]
fn mistake_19_current_by_the_age_of_points() {
    let triangle = synthetic::triangle();
    let fitted = Additive::fit(&triangle, &Prior::default())
        .unwrap()
        .projection;
    let flows = fitted.by_period();
    let maturity = Maturity::new(&flows, 1.0, 0.0, CurrentPolicy::ExpectedRedemption).unwrap();
    // What each vintage is expected to redeem at its next age.
    let next: f64 = [
        0.0,
        0.03 * 1_210.0,
        0.090_030_211_48 * 1_331.0,
        0.180_133_591_90 * 1_464.1,
    ]
    .iter()
    .sum();
    let reserves = fitted.reserves();
    let older_than_a_year: f64 = reserves.iter().take(4).sum();
    tells_apart(is(next, 1e-6), maturity.current, older_than_a_year);
}

#[test]
fn mistake_20_sensitivities_without_their_base() {
    let vintage = ValuedVintage {
        issued: 10_000.0,
        standing: Standing {
            redeemed: 4_500.0,
            outstanding: 5_500.0,
            ultimate: 9_300.0,
        },
        price: Some(Deferred::new(8_675.799_086_757_99)),
        cost_per_point: Some(Provision::new(0.6)),
    };
    let rows = of_rates(&[vintage]).unwrap();
    let one_point = |base: Base| {
        let row = rows
            .iter()
            .find(|row| row.base == base && row.change == 1.0)
            .unwrap();
        row.provision.unwrap().value()
    };
    tells_apart(
        is(60.0, 1e-9),
        one_point(Base::Issued),
        one_point(Base::Outstanding),
    );
    tells_apart(
        is(33.0, 1e-9),
        one_point(Base::Outstanding),
        one_point(Base::Issued),
    );
    assert!(rows.iter().all(|row| !row.base.name().is_empty()));
}

#[test]
fn mistake_25_balances_added_as_floats() {
    // Ten million balances of 0.1 (a tenth of a point): binary fractions lose some, whole tenths do not.
    let float: f64 = (0..10_000_000).map(|_| 0.1).sum();
    let row = PointsRow {
        issued_base: 1i64,
        ..PointsRow::default()
    }
    .closed();
    let mut sum = PointsRow::default();
    for _ in 0..10_000_000 {
        sum = sum.plus(&row);
    }
    tells_apart(is(1_000_000.0, 0.0), sum.closing as f64 / 10.0, float);
    // And the order of addition, which threads change, changes a float.
    let balances: Vec<f64> = (1..200_000).map(|k| 1e9 / f64::from(k)).collect();
    let (forward, backward): (f64, f64) = (balances.iter().sum(), balances.iter().rev().sum());
    assert_ne!(forward, backward);
    // Draws of the bootstrap are addressed by number: halves give the whole, bit for bit.
    let triangle = published::RAA.triangle();
    let bootstrap =
        Bootstrap::prepare(&triangle, &OverDispersedPoisson::fit(&triangle).unwrap()).unwrap();
    let range = |from: u64, to: u64| {
        (from..to)
            .map(|k| bootstrap.draw(Key::new(1, 0), k))
            .collect::<Vec<_>>()
    };
    assert_eq!([range(0, 40), range(40, 100)].concat(), range(0, 100));
}
