//! Triangles nobody hopes for: every method answers or says why not, and nothing panics.

use crate::liability::estimate::Refusal;
use crate::liability::estimate::additive::{Additive, Prior};
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::estimate::bornhuetter_ferguson::{bornhuetter_ferguson, cape_cod};
use crate::liability::estimate::chain_ladder::{ChainLadder, Tail};
use crate::liability::estimate::mack::standard_errors;
use crate::liability::estimate::matured::{matured, naive_burn_to_earn, naive_to_date};
use crate::liability::estimate::over_dispersed_poisson::OverDispersedPoisson;
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::triangle::{Triangle, TriangleError};
use crate::liability::measure::basis::OfIssued;
use crate::random::Key;
use proptest::prelude::*;

fn triangle(rows: &[&[Option<f64>]]) -> Triangle {
    Triangle::cumulative(vec![], rows.iter().map(|row| row.to_vec()).collect()).unwrap()
}

/// Runs every method; every number that comes back is finite.
fn run_all(triangle: &Triangle) {
    let finite = |values: &[f64]| assert!(values.iter().all(|x| x.is_finite()), "{values:?}");
    if let Ok(ladder) = ChainLadder::fit(triangle, Tail::NONE) {
        finite(&ladder.projection.ultimates());
        for rule in SigmaRule::BOTH {
            if let Ok(errors) = standard_errors(triangle, &ladder, rule) {
                finite(&[errors.all.total()]);
            }
        }
        if let Ok(projection) = bornhuetter_ferguson(triangle, &ladder, OfIssued(0.5)) {
            finite(&projection.ultimates());
        }
        if let Ok((rate, projection)) = cape_cod(triangle, &ladder) {
            finite(&[rate.0]);
            finite(&projection.ultimates());
        }
    }
    if let Ok(additive) = Additive::fit(triangle, &Prior::default()) {
        finite(&additive.projection.ultimates());
        for rule in SigmaRule::BOTH {
            if let Ok((_, errors)) = additive.standard_errors(triangle, rule) {
                finite(&[errors.total()]);
            }
        }
    }
    for age in [1, 2, 1000] {
        if let Ok(found) = matured(triangle, age) {
            finite(&[found.rate.0]);
        }
    }
    let _ = (naive_to_date(triangle), naive_burn_to_earn(triangle));
    if let Ok(model) = OverDispersedPoisson::fit(triangle) {
        finite(&[model.phi, model.all.total()]);
        if let Ok(bootstrap) = Bootstrap::prepare(triangle, &model) {
            for number in 0..20 {
                finite(
                    &bootstrap
                        .draw(Key::new(1, 0), number)
                        .map_or(vec![], |x| vec![x]),
                );
            }
        }
    }
}

#[test]
fn one_age_is_refused_unless_a_tail_is_stated() {
    let single = triangle(&[&[Some(10.0)], &[Some(12.0)]])
        .with_issued(vec![100.0, 100.0])
        .unwrap();
    assert_eq!(ChainLadder::fit(&single, Tail::NONE), Err(Refusal::OneAge));
    assert_eq!(
        Additive::fit(&single, &Prior::default()),
        Err(Refusal::OneAge)
    );
    assert_eq!(
        OverDispersedPoisson::fit(&single).unwrap_err(),
        Refusal::OneAge
    );
    let tail = Tail {
        factor: 2.0,
        standard_error: 0.1,
        sigma: 0.0,
    };
    assert_eq!(
        ChainLadder::fit(&single, tail)
            .unwrap()
            .projection
            .ultimate(),
        44.0
    );
    assert_eq!(naive_to_date(&single).unwrap(), OfIssued(0.11));
    run_all(&single);
}

#[test]
fn zeros() {
    let z = Some(0.0);
    let empty = triangle(&[&[z, z, z], &[z, z], &[z]])
        .with_issued(vec![10.0; 3])
        .unwrap();
    assert_eq!(
        ChainLadder::fit(&empty, Tail::NONE).unwrap_err(),
        Refusal::NothingToDevelop { age: 1, sum: 0.0 }
    );
    assert_eq!(
        Additive::fit(&empty, &Prior::default())
            .unwrap()
            .projection
            .ultimate(),
        0.0
    );
    run_all(&empty);
    // A row of zeros: the chain ladder sees no redemption to develop, the additive method sees issued points.
    let row = triangle(&[
        &[Some(5.0), Some(8.0), Some(9.0)],
        &[Some(6.0), Some(9.0)],
        &[z],
    ]);
    let row = row.with_issued(vec![20.0; 3]).unwrap();
    assert_eq!(
        ChainLadder::fit(&row, Tail::NONE)
            .unwrap()
            .projection
            .reserves()[2],
        0.0
    );
    let additive = Additive::fit(&row, &Prior::default()).unwrap();
    assert!((additive.projection.reserves()[2] - (3.0 + 1.0)).abs() < 1e-12);
    run_all(&row);
    // An origin that starts at zero counts in the factor, not in its variance.
    let late = triangle(&[
        &[z, Some(4.0), Some(5.0)],
        &[Some(6.0), Some(9.0), Some(10.0)],
        &[Some(5.0), Some(8.0)],
        &[Some(5.0)],
    ]);
    let fitted = ChainLadder::fit(&late, Tail::NONE).unwrap();
    assert_eq!(fitted.steps[0].factor, 21.0 / 11.0);
    assert_eq!(fitted.steps[0].without_variance, 1);
    run_all(&late);
}

#[test]
fn negative_increments() {
    let falling = triangle(&[
        &[Some(100.0), Some(150.0), Some(140.0)],
        &[Some(110.0), Some(170.0)],
        &[Some(90.0)],
    ])
    .with_issued(vec![200.0; 3])
    .unwrap();
    assert_eq!(falling.falls(), [(0, 2)]);
    assert!(ChainLadder::fit(&falling, Tail::NONE).unwrap().steps[1].factor < 1.0);
    assert!(matches!(
        OverDispersedPoisson::fit(&falling),
        Err(Refusal::NegativeSum {
            what: "age",
            position: 3,
            ..
        })
    ));
    run_all(&falling);
    let below = triangle(&[
        &[Some(-5.0), Some(3.0)],
        &[Some(2.0), Some(3.0)],
        &[Some(1.0)],
    ]);
    assert!(matches!(
        ChainLadder::fit(&below, Tail::NONE),
        Err(Refusal::NothingToDevelop { .. })
    ));
    run_all(&below);
}

#[test]
fn a_ragged_diagonal_is_projected_from_each_rows_own_age() {
    let ragged = triangle(&[
        &[Some(10.0), Some(20.0), Some(30.0)],
        &[Some(10.0)],
        &[Some(10.0), Some(20.0)],
        &[Some(10.0), Some(20.0), Some(30.0)],
    ]);
    let ladder = ChainLadder::fit(&ragged, Tail::NONE).unwrap();
    assert_eq!(ladder.projection.ultimates(), [30.0, 30.0, 30.0, 30.0]);
    assert_eq!(ladder.projection.by_period(), [20.0, 10.0]);
    run_all(&ragged);
}

#[test]
fn gaps_inside_rows() {
    let gap = triangle(&[
        &[Some(10.0), None, Some(30.0)],
        &[Some(10.0), Some(20.0), Some(30.0)],
        &[Some(10.0), Some(22.0)],
        &[Some(9.0)],
    ]);
    assert_eq!(gap.gap(), Some(0));
    assert_eq!(
        ChainLadder::fit(&gap, Tail::NONE).unwrap().steps[0].factor,
        2.1
    );
    run_all(&gap);
    let cut = triangle(&[&[Some(10.0), None, Some(30.0)], &[Some(9.0)]]);
    assert_eq!(
        ChainLadder::fit(&cut, Tail::NONE).unwrap_err(),
        Refusal::NoPair { age: 1 }
    );
    run_all(&cut);
}

#[test]
fn values_no_triangle_may_hold() {
    let make = |rows: Vec<Vec<Option<f64>>>| Triangle::cumulative(vec![], rows);
    assert_eq!(make(vec![]), Err(TriangleError::Empty));
    assert_eq!(
        make(vec![vec![Some(1.0)], vec![]]),
        Err(TriangleError::EmptyRow { row: 2 })
    );
    for value in [f64::NAN, f64::INFINITY, -1e31] {
        assert!(matches!(
            make(vec![vec![Some(1.0), Some(value)]]),
            Err(TriangleError::Value { row: 1, age: 2, .. })
        ));
    }
    let gap = Triangle::incremental(vec![], vec![vec![Some(1.0), None, Some(2.0)]]);
    assert_eq!(gap, Err(TriangleError::IncrementGap { row: 1, age: 2 }));
    let sum = Triangle::incremental(
        vec![],
        vec![vec![Some(1.0), Some(2.0), None], vec![Some(4.0)]],
    )
    .unwrap();
    assert_eq!((sum.value(0, 1), sum.ages()), (Some(3.0), 2));
    let one = || make(vec![vec![Some(1.0)]]).unwrap();
    assert!(one().with_issued(vec![]).is_err());
    assert!(one().with_issued(vec![-1.0]).is_err());
}

#[test]
fn huge_numbers_stay_finite_and_scale() {
    let small = super::published::TAYLOR_ASHE.triangle();
    let scale = 1e22;
    let rows = (0..10).map(|row| {
        (0..10)
            .map(|age| small.value(row, age).map(|x| x * scale))
            .collect()
    });
    let huge = Triangle::cumulative(vec![], rows.collect()).unwrap();
    run_all(&huge);
    let ladder = ChainLadder::fit(&huge, Tail::NONE).unwrap();
    let errors = standard_errors(&huge, &ladder, SigmaRule::Mack).unwrap();
    assert!((errors.all.total() / (2_447_094.860_835 * scale) - 1.0).abs() < 1e-9);
    let model = OverDispersedPoisson::fit(&huge).unwrap();
    assert!((model.all.total() / (2_945_646.231_041 * scale) - 1.0).abs() < 1e-9);
}

#[test]
fn two_origins_have_no_error_and_say_so() {
    let tiny = triangle(&[&[Some(10.0), Some(20.0)], &[Some(12.0)]]);
    let ladder = ChainLadder::fit(&tiny, Tail::NONE).unwrap();
    assert_eq!(ladder.projection.reserve(), 12.0);
    for rule in SigmaRule::BOTH {
        assert_eq!(
            standard_errors(&tiny, &ladder, rule),
            Err(Refusal::NoVariance)
        );
    }
    assert_eq!(
        OverDispersedPoisson::fit(&tiny).unwrap_err(),
        Refusal::NoDegreesOfFreedom
    );
    run_all(&tiny);
}

proptest! {
    #[test]
    fn no_triangle_panics(
        rows in prop::collection::vec(
            prop::collection::vec(prop::option::weighted(0.8, prop_oneof![
                Just(0.0), -1e3..1e6f64, 0.0..1e3f64, Just(1e30), Just(-1e30), Just(1e-300),
            ]), 1..7),
            1..7,
        ),
        issued in prop::collection::vec(prop_oneof![Just(0.0), 0.0..1e6f64, Just(1e30)], 7),
    ) {
        if let Ok(triangle) = Triangle::cumulative(vec![], rows) {
            run_all(&triangle);
            let issued = issued.into_iter().take(triangle.rows()).collect();
            run_all(&triangle.with_issued(issued).unwrap());
        }
    }
}
