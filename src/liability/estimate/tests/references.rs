//! The published triangles.

use super::published::{ABC, Published, RAA, TAYLOR_ASHE};
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::estimate::chain_ladder::{ChainLadder, Tail};
use crate::liability::estimate::mack::standard_errors;
use crate::liability::estimate::over_dispersed_poisson::OverDispersedPoisson;
use crate::liability::estimate::sigma::SigmaRule;
use crate::random::Key;

const ALL: [Published; 3] = [TAYLOR_ASHE, RAA, ABC];

#[track_caller]
fn six(found: f64, published: f64, what: &str) {
    assert!(
        (found - published).abs() < 1.01e-6,
        "{what}: {found} instead of {published}"
    );
}

#[test]
fn chain_ladder_reserves_ultimates_and_factors_to_six_decimals() {
    for known in ALL {
        let triangle = known.triangle();
        let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
        for (step, factor) in ladder.steps.iter().zip(known.factors) {
            assert!(
                (step.factor - factor).abs() < 1e-12,
                "{}: {}",
                known.name,
                step.factor
            );
        }
        let reserves = ladder.projection.reserves();
        let (total, origins) = known.origins.split_last().unwrap();
        for ((reserve, ultimate), row) in reserves
            .iter()
            .zip(ladder.projection.ultimates())
            .zip(origins)
        {
            six(*reserve, row[0], known.name);
            six(ultimate - reserve, ultimate - row[0], known.name);
        }
        six(ladder.projection.reserve(), total[0], known.name);
        assert!(
            (ladder.steps.len() + 1 == triangle.ages())
                && ladder.steps.len() == known.factors.len()
        );
    }
    let ultimates = [53_038_945.611_924, 213_122.228_261, 15_498_954.357_626];
    for (known, ultimate) in ALL.iter().zip(ultimates) {
        let ladder = ChainLadder::fit(&known.triangle(), Tail::NONE).unwrap();
        six(ladder.projection.ultimate(), ultimate, known.name);
    }
}

#[test]
fn mack_standard_errors_under_both_rules_to_six_decimals() {
    for known in ALL {
        let triangle = known.triangle();
        let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
        for (column, rule) in [(1, SigmaRule::Mack), (2, SigmaRule::LogLinear)] {
            let errors = standard_errors(&triangle, &ladder, rule).unwrap();
            let (total, origins) = known.origins.split_last().unwrap();
            for (found, row) in errors.by_origin.iter().zip(origins) {
                six(found.total(), row[column], known.name);
            }
            six(errors.all.total(), total[column], known.name);
            let (last, others) = errors.sigmas.split_last().unwrap();
            for (sigma, published) in others.iter().zip(known.sigmas) {
                assert!((sigma - published).abs() < 1e-8, "{}: {sigma}", known.name);
            }
            let published = match rule {
                SigmaRule::Mack => *known.sigmas.last().unwrap(),
                SigmaRule::LogLinear => known.last_sigma_log_linear,
            };
            assert!((last - published).abs() < 1e-8, "{}: {last}", known.name);
        }
    }
}

#[test]
fn taylor_ashe_process_and_parameter() {
    let triangle = TAYLOR_ASHE.triangle();
    let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
    let errors = standard_errors(&triangle, &ladder, SigmaRule::Mack).unwrap();
    assert!(
        (errors.all.process - 1_878_291.80).abs() < 0.006,
        "{}",
        errors.all.process
    );
    assert!(
        (errors.all.parameter - 1_568_532.17).abs() < 0.006,
        "{}",
        errors.all.parameter
    );
}

#[test]
fn a_tail_and_its_uncertainty_are_explicit() {
    let triangle = RAA.triangle();
    let plain = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
    let certain = Tail {
        factor: 1.05,
        ..Tail::NONE
    };
    let with = ChainLadder::fit(&triangle, certain).unwrap();
    let grown: f64 = plain.projection.ultimate() * 1.05;
    assert!((with.projection.ultimate() - grown).abs() < 1e-6);
    // A certain factor scales every error; an uncertain one adds se² Σ² and σ² Ĉ.
    let before = standard_errors(&triangle, &plain, SigmaRule::Mack)
        .unwrap()
        .all;
    let scaled = standard_errors(&triangle, &with, SigmaRule::Mack)
        .unwrap()
        .all;
    assert!((scaled.total() / before.total() - 1.05).abs() < 1e-12);
    let uncertain = Tail {
        factor: 1.05,
        standard_error: 0.02,
        sigma: 3.0,
    };
    let with = ChainLadder::fit(&triangle, uncertain).unwrap();
    let wide = standard_errors(&triangle, &with, SigmaRule::Mack)
        .unwrap()
        .all;
    let ultimate = plain.projection.ultimate();
    let parameter = (1.05 * before.parameter).powi(2) + (0.02 * ultimate).powi(2);
    let process = (1.05 * before.process).powi(2) + 9.0 * ultimate;
    assert!((wide.parameter / parameter.sqrt() - 1.0).abs() < 1e-12);
    assert!((wide.process / process.sqrt() - 1.0).abs() < 1e-12);
}

#[test]
fn over_dispersed_poisson_is_chain_ladder_with_published_errors() {
    for known in ALL {
        let triangle = known.triangle();
        let model = OverDispersedPoisson::fit(&triangle).unwrap();
        let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
        for (a, b) in model
            .projection
            .reserves()
            .iter()
            .zip(ladder.projection.reserves())
        {
            assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} {b}");
        }
        let [phi, prediction, estimation, process] = known.poisson;
        let found = [
            (model.phi, phi),
            (model.all.total(), prediction),
            (model.all.parameter, estimation),
            (model.all.process, process),
        ];
        for (found, published) in found {
            assert!(
                (found / published - 1.0).abs() < 1e-4,
                "{}: {found} {published}",
                known.name
            );
        }
        for (found, published) in model.by_origin.iter().skip(1).zip(known.poisson_origins) {
            assert!(
                (found.total() / published - 1.0).abs() < 1e-4,
                "{}",
                known.name
            );
        }
    }
}

#[test]
fn cash_flow_by_future_period() {
    for known in ALL {
        let ladder = ChainLadder::fit(&known.triangle(), Tail::NONE).unwrap();
        let flow = ladder.projection.by_period();
        assert_eq!(flow.len(), known.cash_flow.len());
        for (found, published) in flow.iter().zip(known.cash_flow) {
            assert!(
                (found - published).abs() < 0.006,
                "{}: {found} {published}",
                known.name
            );
        }
    }
}

/// Mean and standard deviation of draws.
fn moments(draws: &[f64]) -> (f64, f64) {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, variance.sqrt())
}

#[test]
fn the_bootstrap_agrees_with_the_reference() {
    for known in ALL {
        let triangle = known.triangle();
        let model = OverDispersedPoisson::fit(&triangle).unwrap();
        let bootstrap = Bootstrap::prepare(&triangle, &model).unwrap();
        let key = Key::new(20_260_401, 0);
        let mut draws: Vec<f64> = (0..10_000).filter_map(|k| bootstrap.draw(key, k)).collect();
        assert_eq!(draws.len(), 10_000, "{}: a draw has no fit", known.name);
        let (mean, sd) = moments(&draws);
        let [ref_mean, ref_sd, quantiles @ ..] = known.bootstrap;
        assert!(
            (sd / ref_sd - 1.0).abs() < 0.04,
            "{}: sd {sd} {ref_sd}",
            known.name
        );
        // Both means carry the Monte Carlo error of 10,000 draws.
        let z = (mean - ref_mean) / (ref_sd * (2.0f64 / 10_000.0).sqrt());
        assert!(z.abs() < 4.0, "{}: mean {mean} {ref_mean}", known.name);
        draws.sort_by(f64::total_cmp);
        for (share, published) in [0.5, 0.75, 0.9, 0.95, 0.99].iter().zip(quantiles) {
            let found = draws[(share * 9_999.0) as usize];
            // Within a quarter of a standard deviation in the far tail, less inside.
            let tolerance = if *share > 0.98 { 0.2 } else { 0.1 };
            assert!(
                ((found - published) / ref_sd).abs() < tolerance,
                "{} P{share}: {found} {published}",
                known.name
            );
        }
    }
    let triangle = TAYLOR_ASHE.triangle();
    let model = OverDispersedPoisson::fit(&triangle).unwrap();
    let bootstrap = Bootstrap::prepare(&triangle, &model).unwrap();
    let draws: Vec<f64> = (0..10_000)
        .filter_map(|k| bootstrap.draw(Key::new(7, 0), k))
        .collect();
    let (mean, sd) = moments(&draws);
    assert!((18.68e6..18.95e6).contains(&mean), "{mean}");
    assert!((sd / 2.95e6 - 1.0).abs() < 0.04, "{sd}");
}

#[test]
fn a_draw_depends_on_its_number_alone() {
    let triangle = RAA.triangle();
    let model = OverDispersedPoisson::fit(&triangle).unwrap();
    let bootstrap = Bootstrap::prepare(&triangle, &model).unwrap();
    let key = Key::new(1, 0);
    let forward: Vec<_> = (0..50).map(|k| bootstrap.draw(key, k)).collect();
    let mut backward: Vec<_> = (0..50).rev().map(|k| bootstrap.draw(key, k)).collect();
    backward.reverse();
    assert_eq!(forward, backward);
    assert_ne!(forward[0], forward[1]);
    assert_ne!(bootstrap.draw(Key::new(2, 0), 0), forward[0]);
}
