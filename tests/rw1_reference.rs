//! The engine on RW1 against exact expectations and against an independent simulation of the same rules
//! (`benches/reference`): no code is shared, and the methods differ (thinning against layers of candidates, a queue of
//! lots against a table, a sequential generator against addressed draws). Seeds are fixed; limits are |z| < 4.
#![allow(clippy::disallowed_methods)]

#[path = "../benches/reference/mod.rs"]
mod reference;

use fidelio::economics;
use fidelio::engine::family::Workspace;
use fidelio::engine::flow::Flow;
use fidelio::engine::observe::{Event, EventKind};
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{self, Control};
use fidelio::engine::tally::{Tally, World};
use fidelio::scenario::model::Scenario;
use reference::{MONTHS, Reference, SEASON, Story};
use std::sync::OnceLock;

/// Customers of each of the two simulations.
const CUSTOMERS: u64 = 400_000;
const BATCHES: usize = 32;

/// Names of the quantities compared, per customer.
const NAMES: [&str; 9] = [
    "base purchases",
    "base sales",
    "extra purchases",
    "extra sales",
    "purchases",
    "issued",
    "redeemed",
    "expired",
    "outstanding after 60 months",
];
const COUNT: usize = NAMES.len();
const PURCHASES: usize = 4;
const ISSUED: usize = 5;

fn quantities(story: &Story) -> [f64; COUNT] {
    [
        story.base_purchases,
        story.base_sales,
        story.extra_purchases,
        story.extra_sales,
        story.base_purchases + story.extra_purchases,
        story.issued,
        story.redeemed,
        story.expired,
        story.outstanding,
    ]
    .map(|n| n as f64)
}

/// Means, and means of products, over the customers of the reference.
struct Moments {
    mean: [f64; COUNT],
    product: [[f64; COUNT]; COUNT],
    /// Customers alive after n months.
    active: Vec<u64>,
}

fn reference_moments() -> &'static Moments {
    static MOMENTS: OnceLock<Moments> = OnceLock::new();
    MOMENTS.get_or_init(|| {
        let mut reference = Reference::new(20270101);
        let mut moments = Moments {
            mean: [0.0; COUNT],
            product: [[0.0; COUNT]; COUNT],
            active: vec![0; MONTHS + 1],
        };
        for _ in 0..CUSTOMERS {
            let story = reference.customer();
            let balance = story.redeemed + story.expired + story.outstanding;
            assert_eq!(story.issued, balance, "points vanished in the reference");
            let x = quantities(&story);
            for i in 0..COUNT {
                moments.mean[i] += x[i] / CUSTOMERS as f64;
                for j in 0..COUNT {
                    moments.product[i][j] += x[i] * x[j] / CUSTOMERS as f64;
                }
            }
            let lived = story.lifetime.min(MONTHS as f64) as usize;
            moments.active[..=lived].iter_mut().for_each(|n| *n += 1);
        }
        moments
    })
}

impl Moments {
    fn covariance(&self, i: usize, j: usize) -> f64 {
        self.product[i][j] - self.mean[i] * self.mean[j]
    }

    /// Variance of one customer's y − ratio·x: what the ratio of two means varies by.
    fn variance_about(&self, y: usize, x: usize, ratio: f64) -> f64 {
        self.covariance(y, y) - 2.0 * ratio * self.covariance(y, x)
            + ratio * ratio * self.covariance(x, x)
    }
}

/// The shipped scenario with this many customers.
fn scenario(customers: u64) -> Scenario {
    let parsed = fidelio::scenario::parse(include_str!("../scenarios/rw1.toml"));
    let mut scenario = parsed.scenario.expect("the shipped scenario is valid");
    scenario.simulation.customers = customers;
    scenario
}

/// The tally of the engine.
fn engine_tally() -> &'static Tally {
    static TALLY: OnceLock<Tally> = OnceLock::new();
    TALLY.get_or_init(|| {
        let scenario = scenario(CUSTOMERS);
        let plan = Plan::new(&scenario).unwrap();
        let weights = economics::value_weights(&scenario, plan.layout());
        let control = Control {
            threads: 0,
            progress: None,
            cancelled: None,
            batches: 0..BATCHES,
        };
        run::run(&plan, &weights, &control).unwrap()
    })
}

/// The quantities of one batch, per customer.
fn batch_means(tally: &Tally, batch: usize) -> [f64; COUNT] {
    let sum = |flows: &[Flow]| -> i64 {
        let of = |flow: &Flow| -> i64 {
            (0..MONTHS)
                .map(|row| tally.flow(0, 0, batch, row, *flow))
                .sum()
        };
        flows.iter().map(of).sum()
    };
    let issued = sum(&[Flow::PointsIssued]);
    let redeemed = sum(&[Flow::PointsRedeemed]);
    let expired = sum(&[Flow::PointsExpired]);
    let other = [
        Flow::PurchasesRetained,
        Flow::PointsBonus,
        Flow::PointsDormant,
    ];
    assert_eq!(sum(&other), 0, "RW1 has none of these");
    [
        sum(&[Flow::PurchasesBase]),
        sum(&[Flow::SalesBase]),
        sum(&[Flow::PurchasesExtra]),
        sum(&[Flow::SalesExtra]),
        sum(&[Flow::PurchasesBase, Flow::PurchasesExtra]),
        issued,
        redeemed,
        expired,
        issued - redeemed - expired,
    ]
    .map(|n| n as f64 / tally.families.get(&[0, batch]) as f64)
}

/// Means over all customers; the batches are of one size.
fn engine_means() -> [f64; COUNT] {
    let mut means = [0.0; COUNT];
    for batch in 0..BATCHES {
        let of_batch = batch_means(engine_tally(), batch);
        for (mean, x) in means.iter_mut().zip(of_batch) {
            *mean += x / BATCHES as f64;
        }
    }
    means
}

/// Share of customers alive after `t` months: E(1 − p)^t with p ~ Beta(1.2, 30).
fn survival(t: f64) -> f64 {
    (libm::lgamma(30.0 + t) - libm::lgamma(31.2 + t) + libm::lgamma(31.2) - libm::lgamma(30.0))
        .exp()
}

/// Base purchases per customer: ∫ 1.2·s(t)·survival(t) dt, Simpson's rule in each month.
fn expected_base_purchases() -> f64 {
    let month = |m: usize| {
        let at = |part: f64| survival(m as f64 + part);
        let integral = (at(0.0) + 4.0 * at(0.25) + 2.0 * at(0.5) + 4.0 * at(0.75) + at(1.0)) / 12.0;
        1.2 * SEASON[m % 12] * integral
    };
    (0..MONTHS).map(month).sum()
}

/// Mean basket, cents.
fn mean_basket() -> f64 {
    4000.0 * 0.18f64.exp()
}

fn assert_z(what: &str, got: f64, want: f64, standard_error: f64) {
    let z = (got - want) / standard_error;
    println!("{what}: {got:.6} against {want:.6}, z = {z:.2}");
    assert!(
        z.abs() < 4.0,
        "{what}: {got} against {want}, standard error {standard_error}, z = {z:.2}"
    );
}

#[test]
fn the_exact_expectations_are_the_published_ones() {
    for (months, want) in [
        (12, 0.668553),
        (24, 0.494807),
        (36, 0.389072),
        (60, 0.268288),
    ] {
        let product: f64 = (0..months)
            .map(|j| (30.0 + f64::from(j)) / (31.2 + f64::from(j)))
            .product();
        assert!((product - want).abs() < 5e-7, "{product} {want}");
        assert!((survival(f64::from(months)) - product).abs() < 1e-12);
    }
    let purchases = expected_base_purchases();
    assert!((purchases - 35.27665).abs() < 5e-6, "{purchases}");
    let revenue = purchases * mean_basket() / 100.0;
    assert!((revenue - 1689.353).abs() < 5e-4, "{revenue}");
}

#[test]
fn as_many_stay_as_the_exact_formula_says() {
    let tally = engine_tally();
    let mut alive = 0;
    for month in 0..MONTHS {
        for batch in 0..BATCHES {
            alive += tally.flow(0, 0, batch, month, Flow::CustomersDelta);
        }
        let n = month + 1;
        if n % 12 != 0 {
            continue;
        }
        let exact = survival(n as f64);
        let error = (exact * (1.0 - exact) / CUSTOMERS as f64).sqrt();
        let share = |count: f64| count / CUSTOMERS as f64;
        assert_z(
            &format!("engine, active after {n}"),
            share(alive as f64),
            exact,
            error,
        );
        let reference = reference_moments().active[n] as f64;
        assert_z(
            &format!("reference, active after {n}"),
            share(reference),
            exact,
            error,
        );
    }
}

#[test]
fn base_purchases_and_sales_have_their_exact_expectation() {
    let moments = reference_moments();
    let engine = engine_means();
    let purchases = expected_base_purchases();
    for (i, exact) in [(0, purchases), (1, purchases * mean_basket())] {
        let error = (moments.covariance(i, i) / CUSTOMERS as f64).sqrt();
        assert_z(&format!("engine, {}", NAMES[i]), engine[i], exact, error);
        assert_z(
            &format!("reference, {}", NAMES[i]),
            moments.mean[i],
            exact,
            error,
        );
    }
}

#[test]
fn engine_and_reference_agree() {
    let moments = reference_moments();
    let engine = engine_means();
    let customers = CUSTOMERS as f64 / 2.0;
    for i in 0..COUNT {
        let error = (moments.covariance(i, i) / customers).sqrt();
        assert_z(NAMES[i], engine[i], moments.mean[i], error);
    }
    // Ratios of two means hide less behind the differences between customers: a term of 25 months, a boost of 12 % or
    // points usable at the visit that earns them would show.
    for (y, x) in [
        (2, PURCHASES),
        (3, 1),
        (ISSUED, 1),
        (6, ISSUED),
        (7, ISSUED),
        (8, ISSUED),
    ] {
        let ratio = moments.mean[y] / moments.mean[x];
        let error = (moments.variance_about(y, x, ratio) / customers).sqrt() / moments.mean[x];
        let name = format!("{} per {}", NAMES[y], NAMES[x]);
        assert_z(&name, engine[y] / engine[x], ratio, error);
    }
}

#[test]
fn batches_vary_as_much_as_customers_do() {
    let moments = reference_moments();
    let mean = engine_means();
    for i in 0..COUNT {
        let squares: f64 = (0..BATCHES)
            .map(|batch| (batch_means(engine_tally(), batch)[i] - mean[i]).powi(2))
            .sum();
        let expected = moments.covariance(i, i) / (CUSTOMERS as f64 / BATCHES as f64);
        // Chi-square with 31 degrees, by the cube-root approximation of Wilson and Hilferty (1931).
        let degrees = (BATCHES - 1) as f64;
        let spread = 2.0 / (9.0 * degrees);
        let root = (squares / expected / degrees).cbrt();
        assert_z(
            &format!("variance of {}", NAMES[i]),
            root,
            1.0 - spread,
            spread.sqrt(),
        );
    }
}

#[test]
fn whoever_has_the_points_redeems_at_35_of_100_visits() {
    const LIVES: u64 = 20_000;
    let plan = Plan::new(&scenario(LIVES)).unwrap();
    let mut workspace = Workspace::new(&plan);
    let (mut able, mut did) = (0u32, 0u32);
    for ordinal in 0..LIVES {
        let mut redeems = false;
        let mut count = |_: World, event: &Event| match event.kind {
            EventKind::Redemption { points, .. } => {
                assert_eq!(points, 5000);
                redeems = true;
            }
            EventKind::Purchase { points, .. } => {
                able += u32::from(redeems || event.balance - points >= 5000);
                did += u32::from(std::mem::take(&mut redeems));
            }
            _ => (),
        };
        workspace.observe(0, 0, ordinal, &mut count).unwrap();
    }
    let error = (0.35 * 0.65 / f64::from(able)).sqrt();
    assert_z(
        "redemptions per visit",
        f64::from(did) / f64::from(able),
        0.35,
        error,
    );
}
