//! Answers known without an estimator.

use crate::liability::estimate::additive::{Additive, Prior};
use crate::liability::estimate::chain_ladder::{ChainLadder, Tail};
use crate::liability::estimate::competing_risks::{End, LotEnd, cumulative_incidence};
use crate::liability::estimate::mack::standard_errors;
use crate::liability::estimate::over_dispersed_poisson::OverDispersedPoisson;
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::triangle::Triangle;

/// Aalen–Johansen by hand. 10 lots: ages 1 (2 redeemed), 2 (1 expired, 1 seen no longer), 3 (1 redeemed, 2 expired),
/// 4 (1 redeemed), and 2 still outstanding at 5.
#[test]
fn cumulative_incidence_by_hand() {
    use End::{Broken, Censored, Redeemed};
    let lots: Vec<LotEnd> = [
        (1, Redeemed),
        (1, Redeemed),
        (2, Broken),
        (2, Censored),
        (3, Redeemed),
        (3, Broken),
        (3, Broken),
        (4, Redeemed),
        (5, Censored),
        (5, Censored),
    ]
    .map(|(age, end)| LotEnd {
        age,
        end,
        points: 50.0,
    })
    .to_vec();
    let curve = cumulative_incidence(&lots).unwrap();
    let ages: Vec<u32> = curve.iter().map(|c| c.age).collect();
    assert_eq!(ages, [1, 2, 3, 4]);
    // S before 3 is (8 ÷ 10)(7 ÷ 8) = 0.7; at 3 of 6 at risk 1 is redeemed, 2 expire; then S = 0.35.
    let redeemed = 0.2 + 0.7 / 6.0 + 0.35 / 3.0;
    let broken = 0.8 / 8.0 + 0.7 * 2.0 / 6.0;
    let last = curve.last().unwrap();
    assert!((last.redeemed.0 - redeemed).abs() < 1e-12);
    assert!((last.broken.0 - broken).abs() < 1e-12);
    assert!((last.redeemed.0 + last.broken.0 + last.outstanding.0 - 1.0).abs() < 1e-12);
    let naive = 1.0 - 0.8 * (5.0 / 6.0) * (2.0 / 3.0);
    assert!((last.naive_redeemed.0 - naive).abs() < 1e-12);
    assert!(last.naive_redeemed.0 > last.redeemed.0);
}

#[test]
fn without_censoring_incidence_is_the_share() {
    let lots: Vec<LotEnd> = (0..1000u32)
        .map(|i| LotEnd {
            age: i * 7919 % 37,
            end: if i % 5 < 3 {
                End::Redeemed
            } else {
                End::Broken
            },
            points: 1.0 + f64::from(i % 11),
        })
        .collect();
    let points = |end: End| {
        lots.iter()
            .filter(|l| l.end == end)
            .map(|l| l.points)
            .sum::<f64>()
    };
    let share = points(End::Redeemed) / (points(End::Redeemed) + points(End::Broken));
    let last = *cumulative_incidence(&lots).unwrap().last().unwrap();
    assert!((last.redeemed.0 - share).abs() < 1e-12);
    assert!(last.outstanding.0.abs() < 1e-9);
    assert!(cumulative_incidence(&[]).is_err());
}

/// Where every origin follows one pattern exactly, every method returns it and no error is left.
#[test]
fn an_exact_pattern_is_found_without_error() {
    let pattern = [0.3, 0.45, 0.55, 0.6];
    let issued = [1e6, 2e6, 1.5e6, 3e6];
    let cells = (0..4)
        .map(|i| (0..4 - i).map(|k| Some(issued[i] * pattern[k])).collect())
        .collect();
    let triangle = Triangle::cumulative(vec![], cells)
        .unwrap()
        .with_issued(issued.to_vec())
        .unwrap();
    let ultimate = 0.6 * issued.iter().sum::<f64>();
    let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
    let additive = Additive::fit(&triangle, &Prior::default()).unwrap();
    let poisson = OverDispersedPoisson::fit(&triangle).unwrap();
    for projection in [
        &ladder.projection,
        &additive.projection,
        &poisson.projection,
    ] {
        assert!((projection.ultimate() / ultimate - 1.0).abs() < 1e-12);
    }
    let mack = standard_errors(&triangle, &ladder, SigmaRule::Mack).unwrap();
    assert!(mack.all.total() < 1e-6 && poisson.all.total() < 1.0);
}

/// The additive error by hand on two origins and two ages with one rate to estimate: s² of age 2 is filled by the rule
/// from age 1.
#[test]
fn additive_error_by_hand() {
    let cells = vec![vec![Some(30.0), Some(50.0)], vec![Some(50.0)]];
    let triangle = Triangle::cumulative(vec![], cells)
        .unwrap()
        .with_issued(vec![100.0, 100.0])
        .unwrap();
    let fitted = Additive::fit(&triangle, &Prior::default()).unwrap();
    // s² = 100 (0.3 − 0.4)² + 100 (0.5 − 0.4)² = 2.
    let (_, errors) = fitted.standard_errors(&triangle, SigmaRule::Mack).unwrap();
    assert!((errors.process * errors.process - 100.0 * 2.0).abs() < 1e-9);
    assert!((errors.parameter * errors.parameter - 100.0 * 100.0 * 2.0 / 100.0).abs() < 1e-9);
}

#[test]
fn a_missing_corner_is_fitted_from_what_is_there() {
    // Two origins began before records did: their first ages are unknown.
    let full = [0.25, 0.4, 0.5, 0.56, 0.6];
    let issued = [900.0, 1_000.0, 1_200.0, 1_100.0, 1_300.0, 1_500.0];
    let start = [2, 1, 0, 0, 0, 0];
    let end = [5, 5, 4, 3, 2, 1];
    let cells = (0..6)
        .map(|i| {
            (0..end[i])
                .map(|k| (k >= start[i]).then(|| issued[i] * full[k]))
                .collect()
        })
        .collect();
    let triangle = Triangle::cumulative(vec![], cells)
        .unwrap()
        .with_issued(issued.to_vec())
        .unwrap();
    let expected = 0.6 * issued.iter().sum::<f64>();
    let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
    assert!((ladder.projection.ultimate() / expected - 1.0).abs() < 1e-12);
    let additive = Additive::fit(&triangle, &Prior::default()).unwrap();
    assert!((additive.projection.ultimate() / expected - 1.0).abs() < 1e-12);
    let poisson = OverDispersedPoisson::fit(&triangle).unwrap();
    assert!((poisson.projection.ultimate() / expected - 1.0).abs() < 1e-9);
}
