//! Fidelio against a plain hand-written simulation of RW1 (`plain.rs`), interleaved on all cores: the ratios the project
//! holds itself to. Absolute times of a shared machine drift by a quarter; ratios of neighbors do not.
//!
//! `cargo bench --bench ratio`, or with `-- --pairs 40` for more.
#![allow(clippy::disallowed_methods)]

mod plain;
mod workload;

use std::hint::black_box;
use std::time::Instant;
use workload::Prepared;

/// Seconds one side of a pair should take.
const SECONDS: f64 = 0.3;
const PAIRS: usize = 20;
/// Customers from which the size of a run is estimated.
const TRIAL: u64 = 50_000;

/// A comparison with a limit.
struct Case {
    name: &'static str,
    scenario: fn() -> fidelio::scenario::model::Scenario,
    /// What is counted: purchases, or customer-months.
    per_purchase: bool,
    /// Must, goal and stretch.
    limits: [f64; 3],
}

const CASES: [Case; 5] = [
    Case {
        name: "RW1, one program world, per customer-month",
        scenario: workload::rw1,
        per_purchase: false,
        limits: [0.8, 0.5, 0.33],
    },
    Case {
        name: "RW1, four programs, per customer-month and world",
        scenario: workload::rw1_with_four_programs,
        per_purchase: false,
        limits: [0.6, 0.35, 0.25],
    },
    Case {
        name: "grocer, per purchase and counted world",
        scenario: workload::grocer,
        per_purchase: true,
        limits: [1.2, 0.8, 0.5],
    },
    Case {
        name: "grocer, three programs, per purchase and counted world",
        scenario: workload::grocer_with_three_programs,
        per_purchase: true,
        limits: [1.2, 0.8, 0.5],
    },
    Case {
        name: "grocer, four programs, per purchase and counted world",
        scenario: workload::grocer_with_four_programs,
        per_purchase: true,
        limits: [1.2, 0.8, 0.5],
    },
];

/// Nanoseconds per unit of both sides of one pair: wall and CPU.
struct Pair {
    fidelio: [f64; 2],
    plain: [f64; 2],
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // Anything but `cargo bench` (a test run over all targets) only sees whether it works.
    let is_bench = arguments.iter().any(|a| a == "--bench");
    let pairs = arguments
        .iter()
        .position(|a| a == "--pairs")
        .and_then(|at| arguments.get(at + 1)?.parse().ok())
        .unwrap_or(if is_bench { PAIRS } else { 1 });
    let seconds = if is_bench { SECONDS } else { 0.0 };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{threads} threads, {pairs} pairs each, medians; quartiles of the ratio in brackets\n"
    );
    println!(
        "| case | customers | plain, ns | Fidelio, ns | ratio | of CPU time | must | goal | stretch | set-up, ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let plain_customers = size(seconds, || {
        black_box(plain::run(TRIAL, 1));
    });
    check(plain_customers);
    for case in &CASES {
        println!("{}", measure(case, pairs, plain_customers, seconds));
    }
}

/// Customers that take about `seconds`, from the fastest of a few runs of [`TRIAL`]; in whole thousands.
fn size(seconds: f64, mut trial: impl FnMut()) -> u64 {
    let times = (0..5).map(|_| {
        let began = Instant::now();
        trial();
        began.elapsed().as_secs_f64()
    });
    let fastest = times.fold(f64::INFINITY, f64::min);
    let thousands = seconds / fastest * TRIAL as f64 / 1000.0;
    (thousands as u64 * 1000).max(TRIAL)
}

/// CPU seconds of this process, all threads, where the system tells (Linux: fields 14 and 15 of `/proc/self/stat`, in
/// hundredths of a second).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name in parentheses that may hold blanks.
    let after_name = &stat[stat.rfind(')')? + 1..];
    let mut fields = after_name.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

/// Wall and CPU seconds of one side of a pair.
fn time(side: impl FnOnce()) -> [f64; 2] {
    let cpu = cpu_seconds();
    let began = Instant::now();
    side();
    let wall = began.elapsed().as_secs_f64();
    let cpu = cpu_seconds().zip(cpu).map(|(after, before)| after - before);
    [wall, cpu.unwrap_or(f64::NAN)]
}

/// The plain program simulates RW1: no point is lost and the numbers of purchases and survivors are the known ones.
fn check(customers: u64) {
    let totals = plain::run(customers, 2);
    let n = customers as f64;
    let last = totals.months[plain::MONTHS - 1];
    let gone = totals.sum(|m| m.redeemed) + totals.sum(|m| m.expired) + totals.sum(|m| m.breakage);
    let lost = (totals.sum(|m| m.issued) - gone - last.outstanding) / n;
    assert!(lost.abs() < 1e-6, "{lost} points per customer vanished");
    // Mean and standard deviation per customer of the month-stepped RW1.
    for (what, got, mean, deviation) in [
        ("purchases", totals.sum(|m| m.purchases), 36.3313, 66.06),
        ("redeemed", totals.sum(|m| m.redeemed), 11_050.25, 21_709.8),
        ("expired", totals.sum(|m| m.expired), 1135.44, 10_331.6),
        ("value", totals.value, 377.130, 855.5),
        ("active after 60 months", last.active, 0.268_288, 0.4431),
    ] {
        let z = (got / n - mean) / (deviation / n.sqrt());
        assert!(z.abs() < 4.0, "plain {what}: {} against {mean}", got / n);
    }
    assert_eq!(totals.histogram.iter().sum::<u64>(), customers);
}

fn measure(case: &Case, pairs: usize, plain_customers: u64, seconds: f64) -> String {
    let trial = Prepared::new((case.scenario)(), TRIAL);
    let customers = size(seconds, || {
        black_box(trial.run());
    });
    let began = Instant::now();
    let prepared = Prepared::new((case.scenario)(), customers);
    let set_up = began.elapsed().as_secs_f64();
    let units = if case.per_purchase {
        prepared.purchases(&prepared.run())
    } else {
        prepared.customer_months()
    };
    let fidelio = || {
        let took = time(|| {
            black_box(prepared.run());
        });
        took.map(|seconds| seconds / units as f64 * 1e9)
    };
    let plain = |seed: u64| {
        let mut purchases = 0.0;
        let took =
            time(|| purchases = black_box(plain::run(plain_customers, seed)).sum(|m| m.purchases));
        let units = if case.per_purchase {
            purchases
        } else {
            (plain_customers * plain::MONTHS as u64) as f64
        };
        took.map(|seconds| seconds / units * 1e9)
    };
    let pair = |i: usize| {
        // Who goes first changes from pair to pair.
        if i.is_multiple_of(2) {
            let plain = plain(i as u64);
            let fidelio = fidelio();
            Pair { fidelio, plain }
        } else {
            let fidelio = fidelio();
            let plain = plain(i as u64);
            Pair { fidelio, plain }
        }
    };
    row(
        case,
        customers,
        &(0..pairs).map(pair).collect::<Vec<_>>(),
        set_up,
    )
}

/// The case as a row of the table.
fn row(case: &Case, customers: u64, pairs: &[Pair], set_up: f64) -> String {
    let quantile = |q: f64, of: &dyn Fn(&Pair) -> f64| {
        let mut values: Vec<f64> = pairs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let place = q * (values.len().saturating_sub(1)) as f64;
        let (low, high) = (place.floor() as usize, place.ceil() as usize);
        values[low] + (place - low as f64) * (values[high] - values[low])
    };
    let ratio = |q: f64| quantile(q, &|pair| pair.fidelio[0] / pair.plain[0]);
    // The system counts CPU time in ticks: only the sum over all pairs is fine enough.
    let cpu = |of: fn(&Pair) -> f64| -> f64 { pairs.iter().map(of).sum() };
    let cpu_ratio = cpu(|pair| pair.fidelio[1]) / cpu(|pair| pair.plain[1]);
    let [must, goal, stretch] = case.limits;
    format!(
        "| {} | {customers} | {:.1} | {:.1} | **{:.2}** ({:.2} to {:.2}) | {cpu_ratio:.2} | {must} | {goal} | {stretch} | {:.0} |",
        case.name,
        quantile(0.5, &|pair| pair.plain[0]),
        quantile(0.5, &|pair| pair.fidelio[0]),
        ratio(0.5),
        ratio(0.25),
        ratio(0.75),
        set_up * 1e3,
    )
}
