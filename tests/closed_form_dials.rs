//! Degenerate markets whose answers are known on paper: dials, enrollment, arrivals and the calendar. What is random agrees within |z| < 4, by the known variance or by
//! the variance between customers; what is not random agrees exactly.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

mod support;

use fidelio::engine::flow::Flow;
use fidelio::engine::observe::{EventKind, Label};
use support::closed_form::Pareto;
use support::lives::*;
use support::paper::*;

/// The stated lift as the only effect, on everyone from the start, and a program that grants nothing.
fn lifted(base: String, lift: &str) -> String {
    let nothing = program(1, "").replace("points_per_currency = 0.1", "points_per_currency = 0");
    format!("{base}{NO_EFFECTS}stated_lift = {{ {lift}, who = 'everyone' }}\n{nothing}")
}

/// The first half of invariant 9: a constant dial of +2 % (and of +30 %, through several layers) makes the intensity of
/// purchases λe^η, month by month, and all base purchases stay.
#[test]
fn a_constant_frequency_dial_multiplies_the_intensity() {
    for (lift, people) in [(0.02, 50_000u32), (0.3, 20_000)] {
        let base = new_base(u64::from(people), 24, 12.0, "{ model = 'never' }");
        let (tally, _) = tally(&scenario(&lifted(base, &format!("frequency = {lift}"))));
        for month in 0..24 {
            let expected = f64::from(people) * lift;
            let extra = at_row(&tally, PROGRAM, month, Flow::PurchasesExtra) as f64;
            assert_z(
                &format!("extras of month {month} at {lift}"),
                extra,
                expected,
                expected,
            );
            let flow = |world| at_row(&tally, world, month, Flow::PurchasesBase);
            assert_eq!(flow(PROGRAM), flow(ZERO));
        }
        let expected = 24.0 * f64::from(people) * lift;
        let extra = in_all(&tally, PROGRAM, Flow::PurchasesExtra) as f64;
        assert_z(&format!("all extras at {lift}"), extra, expected, expected);
        let sales = in_all(&tally, PROGRAM, Flow::SalesExtra) as f64;
        assert_eq!(sales, 1000.0 * extra);
    }
}

/// The second half: month-60 sales differ between the worlds by little more than the extra purchases themselves, in a flat
/// market and in one with all its differences between people. One clock that ran faster would give about a hundredfold.
#[test]
fn pairing_still_holds_in_month_60() {
    let flat = new_base(60_000, 60, 12.0, "{ model = 'never' }");
    let uneven = new_base(
        60_000,
        60,
        30.0,
        "{ model = 'pareto', shape = 1.5, scale_years = 8 }",
    )
    .replace(
        "purchases_per_year = 30",
        "purchases_per_year = { mean = 30, shape = 1.3 }",
    )
    .replace(
        "between_cv = 0, within_cv = 0 }",
        "between_cv = 0.5, within_cv = 0.8 }",
    );
    for (name, text) in [("flat", flat), ("uneven", uneven)] {
        let plan = plan(&scenario(&lifted(text, "frequency = 0.02")));
        let [difference, squares] = live_all(
            &plan,
            0,
            60_000,
            || [Moments::default(); 2],
            |[difference, squares], _, events| {
                let sales = |world| -> i64 {
                    purchases(events, world)
                        .filter(|p| (59.0..60.0).contains(&p.0))
                        .map(|p| p.1)
                        .sum()
                };
                difference.add(sales(PROGRAM) - sales(ZERO));
                // The Poisson variance of the extra sales is the rate of extras times the mean square of a purchase.
                let month = purchases(events, ZERO).filter(|p| (59.0..60.0).contains(&p.0));
                squares.add(month.map(|p| p.1 * p.1).sum());
            },
            |a, b| [a[0].merge(b[0]), a[1].merge(b[1])],
        );
        let poisson = 0.02 * squares.mean();
        let ratio = difference.variance() / poisson;
        println!(
            "{name}: variance of the paired difference ÷ Poisson variance of the extras = {ratio:.3}"
        );
        assert!(ratio < 2.0, "{name}: {ratio}");
        assert!(ratio > 0.5, "{name}: {ratio} is too small to be true");
    }
}

/// A negative dial keeps each base purchase with probability e^η and adds nothing.
#[test]
fn a_negative_frequency_dial_drops() {
    let base = new_base(
        20_000,
        24,
        12.0,
        "{ model = 'constant', hazard_per_year = 0.3 }",
    );
    let (tally, _) = tally(&scenario(&lifted(base, "frequency = -0.15")));
    let sum = |world, flow| in_all(&tally, world, flow);
    let (zero, kept) = (
        sum(ZERO, Flow::PurchasesBase),
        sum(PROGRAM, Flow::PurchasesBase),
    );
    let dropped = sum(PROGRAM, Flow::PurchasesDropped);
    assert_eq!(kept + dropped, zero);
    assert_eq!(
        sum(PROGRAM, Flow::PurchasesExtra) + sum(PROGRAM, Flow::PurchasesLost),
        0
    );
    let n = zero as f64;
    assert_z("dropped", dropped as f64, 0.15 * n, n * 0.15 * 0.85);
}

/// A stated hazard ratio ζ: each life is 1/ζ as long to the last bit but rounding, survivors are those of the law with its
/// hazard times ζ, and the purchases retained (or lost) are λ times the time won (or lost).
#[test]
fn a_stated_hazard_ratio() {
    let (shape, scale, people, rate) = (1.5, 60.0, 100_000u64, 1.0);
    let lifetime = format!(
        "{{ model = 'pareto', shape = {shape}, scale_years = {} }}",
        scale / 12.0
    );
    let law = Pareto {
        r: 1.0,
        alpha: 1.0,
        s: shape,
        beta: scale,
    };
    for ratio in [0.8, 1.25] {
        let base = new_base(people, 36, 12.0 * rate, &lifetime);
        let plan = plan(&scenario(&lifted(base, &format!("hazard_ratio = {ratio}"))));
        let heard = live_all(
            &plan,
            0,
            people,
            || vec![Moments::default(); 39],
            |cells, ordinal, events| {
                let (zero, here) = (leaving(events, ZERO), leaving(events, PROGRAM));
                if let (Some(zero), Some(here)) = (zero, here) {
                    assert!(
                        (here * ratio - zero).abs() < 1e-9 * zero,
                        "customer {ordinal}"
                    );
                }
                let left = here.unwrap_or(f64::INFINITY);
                for (month, cell) in cells[..36].iter_mut().enumerate() {
                    cell.add(i64::from(left > month as f64 + 1.0));
                }
                let labeled = |label| {
                    events
                        .iter()
                        .filter(|(_, e)| label_of(&e.kind) == Some(label))
                        .count()
                };
                cells[36].add(labeled(Label::Retained) as i64);
                let lost = |e: &EventKind| matches!(e, EventKind::NotBought { .. });
                cells[37].add(events.iter().filter(|(_, e)| lost(&e.kind)).count() as i64);
                cells[38].add(labeled(Label::Extra) as i64);
            },
            merge_all,
        );
        // S(t) = (β/(β + ζt))^s.
        let stretched = Pareto {
            beta: scale / ratio,
            ..law
        };
        for (month, alive) in heard[..36].iter().enumerate() {
            let expected = stretched.survival(month as f64 + 1.0);
            assert_mean(&format!("ζ = {ratio}, month {month}"), alive, expected);
        }
        let won = rate * (stretched.exposure(0.0, 36.0) - law.exposure(0.0, 36.0));
        let (moved, still) = if won > 0.0 { (36, 37) } else { (37, 36) };
        assert_mean(
            &format!("ζ = {ratio}, purchases won or lost"),
            &heard[moved],
            won.abs(),
        );
        assert_eq!((heard[still].sum, heard[38].sum), (0, 0));
    }
}

fn label_of(kind: &EventKind) -> Option<Label> {
    match kind {
        EventKind::Purchase { label, .. } => Some(*label),
        _ => None,
    }
}

/// A stated basket lift multiplies each basket once and rounds it once; instants and everything else stay.
#[test]
fn a_stated_basket_lift_is_exact() {
    let base = new_base(
        2_000,
        12,
        12.0,
        "{ model = 'constant', hazard_per_year = 0.3 }",
    )
    .replace(
        "between_cv = 0, within_cv = 0 }",
        "between_cv = 0.5, within_cv = 0.8 }",
    );
    let scenario = scenario(&lifted(base, "basket = 0.03"));
    let plan = plan(&scenario);
    let gain = live_all(
        &plan,
        0,
        2_000,
        || 0i64,
        |gain, _, events| {
            let zero = purchases(events, ZERO);
            let here: Vec<_> = purchases(events, PROGRAM).filter(|p| p.0 < 12.0).collect();
            assert_eq!(zero.count(), here.len());
            for ((time, plain, _), (same, more, _)) in purchases(events, ZERO).zip(here) {
                assert_eq!(time, same);
                // 103 % to the nearest, in integers.
                assert_eq!(more, (103 * plain + 50) / 100);
                *gain += more - plain;
            }
        },
        |a, b| a + b,
    );
    let (tally, _) = tally(&scenario);
    assert!(gain > 0);
    assert_eq!(in_all(&tally, PROGRAM, Flow::BasketGain), gain);
}

/// Willingness grows as 1 − 2^(−t/h): half of its final level at the half-time, so that 1 − √(1 − ceiling) are enrolled
/// then (less those who have not yet visited since), and the ceiling in the end.
#[test]
fn enrollment_reaches_half_its_level_at_the_half_time() {
    let (ceiling, half_time, people, rate) = (0.6f64, 6.0, 20_000u64, 30.0);
    let text = new_base(people, 30, 12.0 * rate, "{ model = 'never' }")
        + NO_EFFECTS
        + &program(1, "").replace(
            "ceiling = 1, half_time_months = 0",
            &format!("ceiling = {ceiling}, half_time_months = {half_time}"),
        );
    let (tally, _) = tally(&scenario(&text));
    let level = -(1.0 - ceiling).ln();
    let willing = |t: f64| 1.0 - (-level * (1.0 - (-t / half_time).exp2())).exp();
    // Enrolled by t: willing at s and visited between s and t. The visits lag by 1/λ, to first order in it.
    let slope = |t: f64| (willing(t) - willing(t - 0.01)) / 0.01;
    let mut enrolled = 0;
    for month in 0..30usize {
        enrolled += at_row(&tally, PROGRAM, month, Flow::Enrolled);
        let t = month as f64 + 1.0;
        let p = willing(t) - slope(t) / rate;
        let n = people as f64;
        assert_z(
            &format!("enrolled by month end {month}"),
            enrolled as f64,
            n * p,
            n * p * (1.0 - p),
        );
    }
    assert!((willing(half_time) - (1.0 - (1.0 - ceiling).sqrt())).abs() < 1e-12);
}

/// With selection the level is solved so that the whole base reaches the ceiling, and frequent buyers exceed it.
#[test]
fn enrollment_with_selection_reaches_the_ceiling_of_the_base() {
    let text = new_base(40_000, 60, 46.0, "{ model = 'never' }").replace(
        "purchases_per_year = 46",
        "purchases_per_year = { mean = 46, shape = 2 }",
    ) + NO_EFFECTS
        + &program(1, "").replace(
            "ceiling = 1, half_time_months = 0, selection = 0",
            "ceiling = 0.6, half_time_months = 0, selection = 0.7",
        );
    let (tally, _) = tally(&scenario(&text));
    let n = 40_000.0;
    let enrolled = in_all(&tally, PROGRAM, Flow::Enrolled) as f64;
    // In five years all but 1 in 14,000 of the gamma-distributed visitors come at least once.
    assert_z("enrolled", enrolled, 0.6 * n, n * 0.6 * 0.4);
}

/// Arrivals are the cumulative floor of the inflow, not a draw; listed entries are at their day.
#[test]
fn arrivals_follow_the_schedule_exactly() {
    let (tally, _) = tally(&scenario(&market(
        7_001,
        60,
        1.0,
        "{ model = 'never' }",
        "arrivals_per_year = 1400.2",
    )));
    let mut arrived = 0;
    for month in 0..60usize {
        arrived += at_row(&tally, ZERO, month, Flow::Arrivals);
        assert_eq!(
            arrived,
            7_001 * (month as i64 + 1) / 60,
            "by month end {month}"
        );
    }
    let listed =
        "entry = [{ day = 0, count = 3 }, { day = 31, count = 2 }, { day = 400, count = 5 }]";
    let plan = plan(&scenario(&market(
        1_000,
        24,
        1.0,
        "{ model = 'never' }",
        listed,
    )));
    let days = live_all(
        &plan,
        0,
        1_000,
        || vec![0u32; 401],
        |days, _, events| {
            let arrival = events[0].1.time * 365.0 / 12.0;
            assert!((arrival - arrival.round()).abs() < 1e-9);
            days[arrival.round() as usize] += 1;
        },
        |mut a, b| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        },
    );
    assert_eq!((days[0], days[31], days[400]), (300, 200, 500));
}

/// The season shares a year's purchases out over its months, the trend multiplies month m by (1 + g)^(m/12).
#[test]
fn seasons_and_trend() {
    let season = [0.6, 0.7, 0.9, 1.0, 1.0, 1.1, 1.2, 0.5, 1.0, 1.0, 1.2, 1.8];
    let (people, growth) = (20_000u64, 0.1f64);
    let text = market(
        people,
        36,
        12.0,
        "{ model = 'never' }",
        &format!("customers = {people}\nseasonality = {season:?}\ntrend_per_year = {growth}"),
    )
    .replace("start = '2027-01'", "start = '2027-10'");
    let (tally, _) = tally(&scenario(&text));
    for month in 0..36usize {
        let trend = (1.0 + growth).powf(month as f64 / 12.0);
        let expected = people as f64 * season[(9 + month) % 12] * trend;
        let got = at_row(&tally, ZERO, month, Flow::PurchasesBase) as f64;
        assert_z(&format!("month {month}"), got, expected, expected);
    }
}

/// What the member's own path says of η, worked out from what was told.
#[derive(Clone, Copy)]
struct Path {
    joined: f64,
    balance: i64,
    redeemed: f64,
}

impl Path {
    /// Points pressure towards 100 points at 2.4 rewards a year, rewarded behavior, and the fading of both.
    fn eta(&self, time: f64) -> f64 {
        let weight = 1.0 / (1.0 + 1.2f64 * 1.2);
        let pressure = match self.balance {
            0..100 => 0.5 * weight * self.balance as f64 / 100.0,
            _ => 0.0,
        };
        let weeks = (time - self.redeemed) * 365.0 / 7.0 / 12.0;
        let reward = 0.3 * (-weeks / 8.0).exp();
        let fading = 0.3 + 0.7 * (-(time - self.joined) / 7.5).exp2();
        (pressure + reward) * fading
    }
}

/// Dials that depend on the person's own past: the extra purchases have intensity λ(e^η − 1), the base ones λ, so that
/// the extras less the sum of e^η − 1 over the base purchases have mean 0, whatever the path; η is worked out from the
/// path as told, by another hand. Asked for all purchases and apart for early and late membership, for the parts of the
/// card, and after redemptions.
#[test]
fn dials_of_the_own_past_have_their_intensity() {
    let text = new_base(30_000, 36, 24.0, "{ model = 'never' }")
        + "[behavior]
        membership = { hazard_ratio = 1 }
        points_pressure = { external = 0.5 }
        rewarded_behavior = { lift = 0.3, decay_weeks = 8 }
        expiry_pressure = { lift = 0, regret = 0 }
        novelty = { half_life_months = 7.5, floor = 0.3 }
        redemption = { slope = 0, reluctance = 1, never_share = 0 }
        "
        + &program(100, "").replace("points_per_currency = 0.1", "points_per_currency = 1");
    let plan = plan(&scenario(&text));
    const GROUPS: usize = 6;
    // In millionths of a purchase, since the sums must be integers.
    let heard = live_all(
        &plan,
        0,
        30_000,
        || vec![Moments::default(); GROUPS],
        |groups, _, events| {
            let mut path: Option<Path> = None;
            let mut sums = [0i64; GROUPS];
            let mut before = 0;
            for (_, event) in events
                .iter()
                .filter(|(world, e)| *world == PROGRAM && e.time < 36.0)
            {
                match event.kind {
                    EventKind::Enrollment => {
                        path = Some(Path {
                            joined: event.time,
                            balance: 0,
                            redeemed: f64::NEG_INFINITY,
                        });
                    }
                    // The dial is read before the visit: a redemption's visit is judged by the balance before it.
                    EventKind::Redemption { .. } => {}
                    EventKind::Purchase { label, .. } => {
                        let redeemed_now = before > event.balance;
                        if let Some(path) = &mut path {
                            if event.time > path.joined {
                                let eta = path.eta(event.time);
                                let part = match label {
                                    Label::Extra => 1_000_000,
                                    _ => -(1e6 * eta.exp_m1()).round() as i64,
                                };
                                sums[0] += part;
                                sums[if event.time < path.joined + 6.0 { 1 } else { 2 }] += part;
                                sums[if path.balance >= 100 { 3 } else { 4 }] += part;
                                if event.time < path.redeemed + 2.0 {
                                    sums[5] += part;
                                }
                            }
                            if redeemed_now {
                                path.redeemed = event.time;
                            }
                            path.balance = event.balance;
                        }
                        before = event.balance;
                    }
                    _ => {}
                }
            }
            for (group, sum) in groups.iter_mut().zip(sums) {
                group.add(sum);
            }
        },
        merge_all,
    );
    let names = [
        "all",
        "first half-year",
        "later",
        "goal reached",
        "on the way",
        "after a redemption",
    ];
    for (name, sums) in names.iter().zip(&heard) {
        println!(
            "{name}: mean {:.5} per customer, z = {:.2}",
            sums.mean() / 1e6,
            sums.z(0.0)
        );
        assert_mean(name, sums, 0.0);
    }
    // An η a tenth too large would be seen.
    let error = (heard[0].variance() / 30_000.0).sqrt() / 1e6;
    assert!(error < 0.02, "{error}");
}
