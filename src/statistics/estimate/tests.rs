use rand::SeedableRng;
use rand::rngs::StdRng;
use rand_distr::{Distribution, Gamma, StandardNormal};

use super::*;

#[test]
fn a_total_by_hand() {
    // Mean 4, squares 4 + 0 + 4 = 8, error sqrt(8 / (3 * 2)).
    let estimate = total(&[2.0, 4.0, 6.0]);
    assert_eq!((estimate.value, estimate.degrees), (4.0, 2));
    let error = estimate.standard_error.unwrap();
    assert!((error - (8.0f64 / 6.0).sqrt()).abs() < 1e-15);
    let [low, high] = estimate.interval(0.95).unwrap();
    // t with 2 degrees, 97.5 %: 4.302653.
    assert!((high - 4.0 - 4.302_652_73 * error).abs() < 1e-7 && (low + high - 8.0).abs() < 1e-12);
    assert!((estimate.t_statistic(3.0).unwrap() - 1.0 / error).abs() < 1e-15);
}

#[test]
fn an_exact_value_keeps_the_error() {
    let estimate = total(&[2.0, 4.0, 6.0]).with_value(4.1);
    assert_eq!(estimate.value, 4.1);
    assert_eq!(
        estimate.standard_error,
        total(&[2.0, 4.0, 6.0]).standard_error
    );
    assert_eq!(
        estimate.scaled(-2.0).standard_error.unwrap(),
        2.0 * estimate.standard_error.unwrap()
    );
}

#[test]
fn a_proportional_ratio_has_no_error_and_a_paired_difference_cancels() {
    let sales = [10.0, 20.0, 30.0, 25.0];
    let profit = sales.map(|s| 0.3 * s);
    let estimate = ratio(&profit, &sales);
    assert!((estimate.value - 0.3).abs() < 1e-15 && estimate.standard_error.unwrap() < 1e-15);
    let shifted = sales.map(|s| s + 1.0);
    let paired = difference(&shifted, &sales);
    assert_eq!((paired.value, paired.standard_error), (1.0, Some(0.0)));
    assert_eq!(paired.t_statistic(1.0), Some(0.0));
    let same = ratio_difference((&profit, &sales), (&profit, &sales));
    assert_eq!((same.value, same.standard_error), (0.0, Some(0.0)));
}

#[test]
fn the_delta_method_by_hand() {
    // R = 9/6 = 1.5; residuals (x − 1.5 y)/2 = −.25, .5, −.25; error sqrt(.375 / 6) = .25.
    let estimate = ratio(&[1.0, 5.0, 3.0], &[1.0, 8.0 / 3.0, 7.0 / 3.0]);
    assert!((estimate.value - 1.5).abs() < 1e-15);
    assert!((estimate.standard_error.unwrap() - 0.25).abs() < 1e-15);
}

#[test]
fn what_cannot_be_told_is_none() {
    assert_eq!(total(&[1.0]).standard_error, None);
    assert_eq!(total(&[1.0]).interval(0.95), None);
    assert!(total(&[]).value.is_nan());
    assert!(ratio(&[1.0, 2.0], &[0.0, 0.0]).value.is_nan());
    assert!(ratio(&[1.0, 2.0], &[1.0]).value.is_nan());
    assert!(difference(&[1.0], &[1.0, 2.0]).value.is_nan());
    assert_eq!(total(&[1.0, 2.0]).interval(1.0), None);
    assert_eq!(total(&[1.0, f64::NAN]).standard_error, None);
    assert_eq!(expand(0.0, 10, 0), 0.0);
    assert_eq!(expand(5.0, 64, 2), 160.0);
}

#[test]
fn intervals_cover_as_often_as_they_say() {
    // 4,000 runs of 32 batches: coverage of 95 % intervals has a standard error of 0.34 points. The ratio's batches are
    // skewed (gamma of shape 4), which costs a little.
    let mut rng = StdRng::seed_from_u64(11);
    let gamma = Gamma::new(4.0, 1.0).unwrap();
    let (mut totals, mut ratios) = (0, 0);
    let runs = 4_000;
    for _ in 0..runs {
        let normals: Vec<f64> = (0..32).map(|_| StandardNormal.sample(&mut rng)).collect();
        let [low, high] = total(&normals).interval(0.95).unwrap();
        totals += i32::from(low < 0.0 && 0.0 < high);
        let below: Vec<f64> = (0..32).map(|_| gamma.sample(&mut rng)).collect();
        let above: Vec<f64> = below
            .iter()
            .map(|y| 2.0 * y + gamma.sample(&mut rng) - 4.0)
            .collect();
        let [low, high] = ratio(&above, &below).interval(0.95).unwrap();
        ratios += i32::from(low < 2.0 && 2.0 < high);
    }
    let coverage = |hits: i32| f64::from(hits) / f64::from(runs);
    assert!(
        (coverage(totals) - 0.95).abs() < 4.0 * 0.0035,
        "{}",
        coverage(totals)
    );
    assert!(
        (coverage(ratios) - 0.95).abs() < 4.0 * 0.0035 + 0.01,
        "{}",
        coverage(ratios)
    );
}

#[test]
fn simultaneous_intervals_widen_with_the_number_of_comparisons() {
    assert!((simultaneous_t(0.95, 31, 1) - 2.039_513).abs() < 1e-6);
    // 1 − 0.05 / 20 = 0.9975 with 31 degrees.
    assert!(
        (simultaneous_t(0.95, 31, 10) - student_t_quantile(31.0, Tail::Lower(0.9975))).abs()
            < 1e-12
    );
}

#[test]
fn quantiles_of_a_histogram() {
    let edges = |bin: usize| (bin as f64 * 10.0, bin as f64 * 10.0 + 10.0);
    let weights = [0.0, 5.0, 0.0, 15.0, 0.0];
    assert_eq!(histogram_quantile(&weights, edges, 0.0), Some(10.0));
    assert_eq!(histogram_quantile(&weights, edges, 0.125), Some(15.0));
    assert_eq!(histogram_quantile(&weights, edges, 0.25), Some(20.0));
    assert_eq!(histogram_quantile(&weights, edges, 0.625), Some(35.0));
    assert_eq!(histogram_quantile(&weights, edges, 1.0), Some(40.0));
    assert_eq!(histogram_quantile(&[0.0; 3], edges, 0.5), None);
    assert_eq!(histogram_quantile(&weights, edges, f64::NAN), None);
    let batches = [
        vec![0.0, 4.0, 4.0],
        vec![0.0, 6.0, 2.0],
        vec![0.0, 5.0, 3.0],
    ];
    let estimate = quantile_estimate(&batches, edges, 0.5).unwrap();
    assert!((estimate.value - 18.0).abs() < 1e-12);
    assert!(estimate.standard_error.unwrap() > 0.5);
    assert_eq!(quantile_estimate(&[], edges, 0.5), None);
}
