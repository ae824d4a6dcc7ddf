//! A made-up redemption triangle, thousand points, with every number computed from its inputs at full precision; the
//! naive numbers are labeled as what they are.

use crate::liability::estimate::additive::{Additive, Prior};
use crate::liability::estimate::bornhuetter_ferguson::{bornhuetter_ferguson, cape_cod};
use crate::liability::estimate::chain_ladder::{ChainLadder, Tail};
use crate::liability::estimate::mack::standard_errors;
use crate::liability::estimate::matured::{matured, naive_burn_to_earn, naive_to_date};
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::measure::basis::OfIssued;

pub const ISSUED: [f64; 5] = [1_000.0, 1_100.0, 1_210.0, 1_331.0, 1_464.1];
/// 8 per thousand points.
pub const COST: f64 = 8.0;

pub fn triangle() -> Triangle {
    let rows: [&[f64]; 5] = [
        &[300.0, 480.0, 570.0, 600.0, 600.0],
        &[341.0, 539.0, 638.0, 671.0],
        &[363.0, 581.0, 690.0],
        &[412.0, 652.0],
        &[439.0],
    ];
    let origins = (2021..2026).map(|year| year.to_string()).collect();
    let cells = rows
        .map(|row| row.iter().copied().map(Some).collect())
        .to_vec();
    Triangle::cumulative(origins, cells)
        .unwrap()
        .with_issued(ISSUED.to_vec())
        .unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} instead of {expected}"
    );
}

#[test]
fn chain_ladder() {
    let ladder = ChainLadder::fit(&triangle(), Tail::NONE).unwrap();
    for (step, factor) in ladder
        .steps
        .iter()
        .zip([1.590_395_48, 1.186_25, 1.052_152_32, 1.0])
    {
        close(step.factor, factor, 0.5e-8);
    }
    let ultimates = [600.0, 671.0, 725.985_099, 813.771_428, 871.413_923];
    for (found, expected) in ladder.projection.ultimates().iter().zip(ultimates) {
        close(*found, expected, 0.5e-6 + 1e-9);
    }
    let ultimate = ladder.projection.ultimate();
    close(ultimate, 3_682.170_451, 0.6e-6);
    close(ladder.projection.reserve(), 630.170_451, 0.6e-6);
    // 3,682.170451 ÷ 6,105.1.
    close(ultimate / ISSUED.iter().sum::<f64>(), 0.603_130_24, 0.5e-8);
    close(ladder.projection.reserve() * COST, 5_041.36, 0.005);
    let errors = standard_errors(&triangle(), &ladder, SigmaRule::Mack).unwrap();
    close(errors.all.total(), 6.801_787_47, 0.5e-8);
}

#[test]
fn additive() {
    let additive = Additive::fit(&triangle(), &Prior::default()).unwrap();
    let rates = [
        0.303_844_326_87,
        0.180_133_591_90,
        0.090_030_211_48,
        0.03,
        0.0,
    ];
    for (age, rate) in additive.ages.iter().zip(rates) {
        close(age.rate.0, rate, 0.5e-10);
    }
    close(additive.redemption_rate().0, 0.604_008_13, 0.5e-8);
    let future = [0.0, 0.0, 36.3, 159.760_211, 439.469_825];
    for (found, expected) in additive.projection.reserves().iter().zip(future) {
        close(*found, expected, 0.5e-6 + 1e-9);
    }
    close(additive.projection.reserve(), 635.530_036, 0.6e-6);
    close(additive.projection.reserve() * COST, 5_084.24, 0.005);
    let (_, errors) = additive
        .standard_errors(&triangle(), SigmaRule::Mack)
        .unwrap();
    assert!(
        errors.total() > 0.0 && errors.total() < 30.0,
        "{}",
        errors.total()
    );
}

#[test]
fn naive_numbers_labeled_as_naive() {
    let triangle = triangle();
    let outstanding: f64 =
        ISSUED.iter().sum::<f64>() - triangle.latest_values().iter().sum::<f64>();
    close(outstanding, 3_053.1, 1e-9);
    let naive = naive_to_date(&triangle).unwrap();
    close(naive.0, 0.499_91, 0.5e-5);
    close(outstanding * 10.0, 30_531.0, 1e-6);
    close(outstanding * naive.0 * COST, 12_210.20, 0.005);
    let rate = ChainLadder::fit(&triangle, Tail::NONE)
        .unwrap()
        .projection
        .ultimate()
        / ISSUED.iter().sum::<f64>();
    close(outstanding * rate * COST, 14_731.34, 0.005);
    // Burned in the last year: 0 + 33 + 109 + 240 + 439, over what it issued.
    close(
        naive_burn_to_earn(&triangle).unwrap().0,
        821.0 / 1_464.1,
        1e-12,
    );
}

#[test]
fn bornhuetter_ferguson_and_cape_cod_by_hand() {
    let triangle = triangle();
    let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
    let stated = bornhuetter_ferguson(&triangle, &ladder, OfIssued(0.65)).unwrap();
    // The newest year: 439 + (1 − 1 ÷ CDF) · 1464.1 · 0.65.
    let to_ultimate: f64 = ladder.steps.iter().map(|s| s.factor).product();
    close(
        stated.ultimates()[4],
        439.0 + (1.0 - 1.0 / to_ultimate) * 1_464.1 * 0.65,
        1e-9,
    );
    close(stated.ultimates()[0], 600.0, 1e-9);
    let (rate, pooled) = cape_cod(&triangle, &ladder).unwrap();
    let used: f64 = ISSUED
        .iter()
        .zip(ladder.to_ultimate(&triangle))
        .map(|(p, f)| p / f)
        .sum();
    close(rate.0, 3_052.0 / used, 1e-12);
    // With its own pooled rate as the stated one, Bornhuetter–Ferguson is Cape Cod.
    assert_eq!(
        bornhuetter_ferguson(&triangle, &ladder, rate).unwrap(),
        pooled
    );
}

#[test]
fn matured_average() {
    let triangle = triangle();
    let old = matured(&triangle, 4).unwrap();
    close(old.rate.0, (600.0 + 671.0) / 2_100.0, 1e-12);
    assert_eq!((old.origins, old.stale.len()), (2, 0));
    close(old.projection.ultimates()[4], old.rate.0 * 1_464.1, 1e-9);
    close(old.projection.ultimates()[1], 671.0, 0.0);
    assert!(matured(&triangle, 6).is_err());
}

#[test]
fn a_prior_pulls_and_fills() {
    let triangle = triangle();
    let rates = vec![0.4, 0.2, 0.1, 0.05, 0.02, 0.01, 0.01];
    let light = Additive::fit(
        &triangle,
        &Prior {
            rates: rates.clone(),
            points: 0.0,
        },
    )
    .unwrap();
    close(light.ages[0].rate.0, 0.303_844_326_87, 0.5e-10);
    close(light.beyond.0, 0.02, 1e-12);
    // The newest vintage is of the first age: six are to come, the last two of the prior, at their ages.
    let future = &light.projection.future[4];
    assert_eq!((future.len(), light.projection.tail[4]), (6, 0.0));
    close(future[4], 0.01 * 1_464.1, 1e-9);
    close(future[5], 0.01 * 1_464.1, 1e-9);
    let heavy = Additive::fit(
        &triangle,
        &Prior {
            rates,
            points: 1e12,
        },
    )
    .unwrap();
    close(heavy.redemption_rate().0, 0.79, 1e-6);
    // Half and half where the prior weighs as much as the data.
    let even = Additive::fit(
        &triangle,
        &Prior {
            rates: vec![0.4],
            points: 6_105.1,
        },
    )
    .unwrap();
    close(even.ages[0].rate.0, (0.303_844_326_87 + 0.4) / 2.0, 1e-9);
}

#[test]
fn a_tail_multiplies_the_sum_of_the_rates() {
    let triangle = triangle();
    let tail = Tail {
        factor: 1.1,
        ..Tail::NONE
    };
    let plain = Additive::fit(&triangle, &Prior::default()).unwrap();
    let fitted = Additive::fit_with_tail(&triangle, &Prior::default(), tail).unwrap();
    let rate = plain.redemption_rate().0;
    close(fitted.redemption_rate().0, rate * 1.1, 1e-12);
    // Of every vintage the same share of what was issued comes later, whatever its age, and nothing says when.
    for (row, issued) in ISSUED.iter().enumerate() {
        close(fitted.projection.tail[row], issued * rate * 0.1, 1e-9);
    }
    assert_eq!(fitted.projection.future, plain.projection.future);
    // A prior beyond the triangle says itself what comes.
    let prior = Prior {
        rates: vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.03],
        points: 0.0,
    };
    let of_prior = Additive::fit_with_tail(&triangle, &prior, tail).unwrap();
    close(of_prior.redemption_rate().0, rate + 0.03, 1e-12);
    // One age is enough with a tail.
    let single = Triangle::cumulative(vec!["a".to_owned()], vec![vec![Some(50.0)]]).unwrap();
    let single = single.with_issued(vec![100.0]).unwrap();
    let fitted = Additive::fit_with_tail(&single, &Prior::default(), tail).unwrap();
    close(fitted.projection.ultimate(), 55.0, 1e-12);
}

#[test]
fn burn_of_a_trapezoid_is_that_of_its_last_period() {
    let rows = [
        vec![Some(900.0), Some(910.0)],
        vec![Some(300.0), Some(450.0)],
        vec![Some(310.0), Some(455.0)],
        vec![Some(305.0)],
    ];
    let triangle = Triangle::cumulative(vec![], rows.to_vec()).unwrap();
    let triangle = triangle.with_issued(vec![1000.0; 4]).unwrap();
    // 145 of the third vintage and 305 of the fourth; the first two ended before.
    close(naive_burn_to_earn(&triangle).unwrap().0, 0.45, 1e-12);
}

#[test]
fn a_void_vintage_before_the_others_changes_nothing() {
    let plain = triangle();
    let mut names = vec!["2019".to_owned(), "2020".to_owned()];
    let mut cells = vec![vec![Some(0.0); 7], vec![Some(0.0); 6]];
    for row in 0..plain.rows() {
        names.push(plain.origins()[row].clone());
        cells.push(
            (0..=plain.latest(row).0)
                .map(|age| plain.value(row, age))
                .collect(),
        );
    }
    let issued: Vec<f64> = [0.0, 0.0].into_iter().chain(ISSUED).collect();
    let stray = Triangle::cumulative(names, cells).unwrap();
    let stray = stray.with_issued(issued).unwrap();
    assert!(Additive::fit(&stray, &Prior::default()).is_err());
    let kept = stray.without_void_ages();
    assert_eq!((kept.rows(), kept.ages(), kept.last_diagonal()), (7, 5, 6));
    let (with, without) = (
        Additive::fit(&kept, &Prior::default()).unwrap(),
        Additive::fit(&plain, &Prior::default()).unwrap(),
    );
    assert_eq!(
        with.projection.ultimates()[2..],
        without.projection.ultimates()
    );
    let errors = |fitted: &Additive, of: &Triangle| {
        fitted
            .standard_errors(of, SigmaRule::Mack)
            .unwrap()
            .1
            .total()
    };
    assert_eq!(errors(&with, &kept), errors(&without, &plain));
    // A past period knows no more ages.
    assert_eq!(kept.as_of(1).unwrap().ages(), 4);
    // Without a vintage that carries points, nothing is left out.
    assert_eq!(plain.clone().without_void_ages(), plain);
}
