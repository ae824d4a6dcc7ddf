//! Statistical tests of the tables of quantiles, in two tiers: vectors of exact bits, which any change of platform,
//! compiler or formula would break, and draws against the laws (moments, Kolmogorov–Smirnov, an independent sampler).
//! Seeds are fixed, so a test that passes once passes always; limits are those of |z| < 4.
#![allow(clippy::disallowed_methods)]

use fidelio::statistics::laws;
use fidelio::statistics::quadrature::Lattice;
use fidelio::statistics::quantile_table::QuantileTable;
use fidelio::statistics::special::{beta_p, gamma_p, gamma_q, normal_cdf};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::Distribution;

const DRAWS: usize = 200_000;
/// P(√n · D > 2.32) < 4.3e-5 by Kolmogorov's law, about as rare as |z| > 4.
const KOLMOGOROV_LIMIT: f64 = 2.32;

struct Case {
    name: &'static str,
    table: QuantileTable,
    cdf: fn(f64) -> f64,
    mean: f64,
    variance: f64,
}

fn cases() -> Vec<Case> {
    let trigamma_difference = beta_hazard_variance(1.2, 30.0);
    vec![
        Case {
            name: "gamma of shape 0.553",
            table: laws::gamma(0.553, 2.0).unwrap(),
            cdf: |x| gamma_p(0.553, x / 2.0),
            mean: 1.106,
            variance: 2.212,
        },
        Case {
            name: "gamma of shape 0.2",
            table: laws::gamma(0.2, 1.0).unwrap(),
            cdf: |x| gamma_p(0.2, x),
            mean: 0.2,
            variance: 0.2,
        },
        Case {
            name: "gamma of shape 50",
            table: laws::gamma(50.0, 0.1).unwrap(),
            cdf: |x| gamma_p(50.0, x / 0.1),
            mean: 5.0,
            variance: 0.5,
        },
        Case {
            name: "beta",
            table: laws::beta(1.2, 30.0).unwrap(),
            cdf: |x| beta_p(1.2, 30.0, x),
            mean: 1.2 / 31.2,
            variance: 36.0 / (31.2 * 31.2 * 32.2),
        },
        Case {
            name: "hazard of a beta",
            table: laws::beta_hazard(1.2, 30.0).unwrap(),
            cdf: |h| beta_p(1.2, 30.0, -(-h).exp_m1()),
            mean: beta_hazard_mean(1.2, 30.0),
            variance: trigamma_difference,
        },
        Case {
            name: "lognormal",
            table: laws::lognormal(46.0, 0.5).unwrap(),
            cdf: |x| {
                let variance = 0.25f64.ln_1p();
                normal_cdf(((x / 46.0).ln() + 0.5 * variance) / variance.sqrt())
            },
            mean: 46.0,
            variance: 23.0 * 23.0,
        },
        Case {
            name: "inverse gamma",
            table: laws::inverse_gamma(5.5, 36.0).unwrap(),
            cdf: |x| gamma_q(5.5, 36.0 * 4.5 / x),
            mean: 36.0,
            variance: 36.0 * 36.0 / 3.5,
        },
        Case {
            name: "standard normal",
            table: laws::standard_normal().unwrap(),
            cdf: normal_cdf,
            mean: 0.0,
            variance: 1.0,
        },
    ]
}

/// E[−ln(1 − p)] = ψ(a + b) − ψ(b), by the series Σ [1/(b + n) − 1/(a + b + n)] with Euler–Maclaurin's remainder.
fn beta_hazard_mean(a: f64, b: f64) -> f64 {
    let terms = 10_000;
    let sum: f64 = (0..terms)
        .map(|n| 1.0 / (b + f64::from(n)) - 1.0 / (a + b + f64::from(n)))
        .sum();
    let (low, high) = (b + f64::from(terms), a + b + f64::from(terms));
    sum + (high / low).ln() + 0.5 * (1.0 / low - 1.0 / high)
}

/// Var[−ln(1 − p)] = ψ′(b) − ψ′(a + b), likewise.
fn beta_hazard_variance(a: f64, b: f64) -> f64 {
    let terms = 10_000;
    let sum: f64 = (0..terms)
        .map(|n| (b + f64::from(n)).powi(-2) - (a + b + f64::from(n)).powi(-2))
        .sum();
    let (low, high) = (b + f64::from(terms), a + b + f64::from(terms));
    sum + 1.0 / low - 1.0 / high
}

/// √n · sup |empirical CDF − CDF|.
fn kolmogorov(mut sample: Vec<f64>, cdf: fn(f64) -> f64) -> f64 {
    sample.sort_unstable_by(f64::total_cmp);
    let n = sample.len() as f64;
    let gap = |(i, x): (usize, &f64)| {
        let p = cdf(*x);
        (p - i as f64 / n)
            .abs()
            .max((p - (i as f64 + 1.0) / n).abs())
    };
    n.sqrt() * sample.iter().enumerate().map(gap).fold(0.0, f64::max)
}

#[test]
fn draws_by_word_follow_the_laws() {
    for case in cases() {
        let mut rng = StdRng::seed_from_u64(1);
        let sample = (0..DRAWS)
            .map(|_| case.table.at_word(rng.random()))
            .collect();
        let distance = kolmogorov(sample, case.cdf);
        assert!(distance < KOLMOGOROV_LIMIT, "{}: {distance}", case.name);
    }
}

#[test]
fn draws_by_any_generator_follow_the_laws() {
    for case in cases() {
        let sample: Vec<f64> = case
            .table
            .sample_iter(StdRng::seed_from_u64(2))
            .take(DRAWS)
            .collect();
        let n = DRAWS as f64;
        let mean = sample.iter().sum::<f64>() / n;
        let z = (mean - case.mean) / (case.variance / n).sqrt();
        assert!(z.abs() < 4.0, "{}: mean {mean}, z {z}", case.name);
        // The variance of the variance from the sample's own fourth moment.
        let squares: Vec<f64> = sample
            .iter()
            .map(|x| (x - case.mean) * (x - case.mean))
            .collect();
        let variance = squares.iter().sum::<f64>() / n;
        let spread = squares
            .iter()
            .map(|s| (s - variance) * (s - variance))
            .sum::<f64>()
            / n;
        let z = (variance - case.variance) / (spread / n).sqrt();
        assert!(z.abs() < 4.0, "{}: variance {variance}, z {z}", case.name);
        let distance = kolmogorov(sample, case.cdf);
        assert!(distance < KOLMOGOROV_LIMIT, "{}: {distance}", case.name);
    }
}

#[test]
fn the_test_of_distance_can_fail() {
    // A shape off by three percent is seen, so passing means something.
    let table = laws::gamma(0.553 * 1.03, 2.0).unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let sample = (0..DRAWS).map(|_| table.at_word(rng.random())).collect();
    let distance = kolmogorov(sample, |x| gamma_p(0.553, x / 2.0));
    assert!(distance > KOLMOGOROV_LIMIT, "{distance}");
}

#[test]
fn tables_agree_with_an_independent_sampler() {
    // rand_distr's rejection samplers know nothing of quantiles: two-sample Kolmogorov–Smirnov.
    let gamma = rand_distr::Gamma::new(0.6, 2.0).unwrap();
    let beta = rand_distr::Beta::new(1.2, 30.0).unwrap();
    let mut rng = StdRng::seed_from_u64(3);
    let gammas = (0..DRAWS).map(|_| gamma.sample(&mut rng)).collect();
    let betas = (0..DRAWS).map(|_| beta.sample(&mut rng)).collect();
    let by_table = |table: QuantileTable| {
        table
            .sample_iter(StdRng::seed_from_u64(4))
            .take(DRAWS)
            .collect()
    };
    let distance = two_sample(gammas, by_table(laws::gamma(0.6, 2.0).unwrap()));
    assert!(distance < KOLMOGOROV_LIMIT, "gamma: {distance}");
    let distance = two_sample(betas, by_table(laws::beta(1.2, 30.0).unwrap()));
    assert!(distance < KOLMOGOROV_LIMIT, "beta: {distance}");
}

/// √(n/2) · sup |difference of the empirical CDFs| of two samples of equal size without ties.
fn two_sample(mut left: Vec<f64>, mut right: Vec<f64>) -> f64 {
    left.sort_unstable_by(f64::total_cmp);
    right.sort_unstable_by(f64::total_cmp);
    let n = left.len();
    let (mut i, mut j, mut worst) = (0, 0, 0);
    while i < n && j < n {
        if left[i] <= right[j] {
            i += 1;
        } else {
            j += 1;
        }
        worst = worst.max(i.abs_diff(j));
    }
    worst as f64 / n as f64 * (n as f64 / 2.0).sqrt()
}

#[test]
fn the_lattice_through_tables_has_the_means_of_the_laws() {
    // The pilot: 20,000 points. Random points would miss the gamma's mean by about 1 %.
    let gamma = laws::gamma(0.553, 2.0).unwrap();
    let lognormal = laws::lognormal(46.0, 0.5).unwrap();
    let points = Lattice::<2>::new().points(20_000);
    let (mut rate, mut spend) = (0.0, 0.0);
    for [u, v] in points {
        rate += gamma.at(u) / 20_000.0;
        spend += gamma.at(u) * lognormal.at(v) / 20_000.0;
    }
    assert!((rate / 1.106 - 1.0).abs() < 1e-3, "{rate}");
    assert!((spend / (1.106 * 46.0) - 1.0).abs() < 2e-3, "{spend}");
}

#[test]
fn the_bits_are_fixed() {
    let words = [
        0,
        1,
        0x0123_4567,
        0x7FFF_FFFF,
        0x8000_0000,
        0xDEAD_BEEF,
        0xFFFF_FFFF,
    ];
    let bits = |case: &Case| {
        words
            .map(|word| format!("{:016x}", case.table.at_word(word).to_bits()))
            .join(" ")
    };
    for (case, want) in cases().iter().zip(BITS) {
        assert_eq!(bits(case), want, "{}", case.name);
    }
    assert_eq!(cases().len(), BITS.len());
}

/// Values at seven words, one line per case: the bits that every platform must give.
const BITS: [&str; 8] = [
    "3c4035c2d110d3d5 3c6d8bf9fe192e1d 3f17a5801b5d00d1 3fe1841b40fc1a24 3fe1841b4147e904 4003fd8d9809c521 4045048091555d68",
    "3594e1ac852aa23c 3613d236c267785c 3d73e85b64feef5f 3f953e8740f51c11 3f953e8741cd4288 3fdda2186928ddde 4032f4e4806c59a0",
    "3ffba55af885117d 3ffc955ff859bbc4 400ac198a8fdf356 4013dde84c7582ae 4013dde84c7c929c 4017359100b32207 4025b77f7db73617",
    "3dea1492fa14fadb 3e00499a6db49311 3f3a025b0ccf1369 3f9dc464862141bd 3f9dc464866cbba9 3fb35053ec0a15c4 3fe16493a204162a",
    "3dea1492fa1f9b99 3e00499a6dc52799 3f3a03ad60fbdb0a 3f9e3558f94c831a 3f9e3558f99a3f87 3fb414c8e0ff03d4 3fe91862846b74d0",
    "40007cb6b4b2f9ce 4001e0f0e4bc01b2 4027e9269a8a4286 404492632615c509 40449263262e20e0 40518157c4d49a48 4089ab1fdfbe57dd",
    "40127c35673b4140 40132c57dea39e3b 4027ea4363bb4b85 403f54e3a3fd052f 403f54e3a41f5eda 404ac40c71fead9d 40acbc2f90028a05",
    "c0195a1198fcf3d5 c018aa6c7fe07fdf c004ee2dc15a4ea6 bdf40d9338000000 3df40d9338000000 3ff2029346dcec57 40195a1198fcf3d5",
];
