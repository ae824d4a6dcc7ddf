//! Degenerate markets whose answers are known on paper: purchases, leaving, exposure, and points. What is random agrees within |z| < 4, by the known variance or by
//! the variance between customers; what is not random agrees exactly.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

mod support;

use fidelio::engine::flow::{Flow, VintageFlow};
use fidelio::engine::observe::{Event, EventKind};
use fidelio::engine::tally::{Tally, World};
use support::closed_form::{Pareto, beta_hazard_exposure, beta_hazard_survival};
use support::lives::*;
use support::paper::*;

/// Sum over strata of a points flow of one vintage at one row, of the first program.
fn of_vintage(tally: &Tally, vintage: usize, row: usize, flow: VintageFlow) -> i64 {
    let world = tally.layout.world_index(PROGRAM).expect("a lived world");
    (0..tally.layout.strata.len())
        .map(|s| tally.vintages.get(&[world, s, vintage, row, flow as usize]))
        .sum()
}

/// Purchases of N people at rate λ over T: Poisson with mean and variance NλT. Sales of a constant basket: exactly.
#[test]
fn constant_rate_and_nobody_leaves() {
    let (people, months) = (20_000u32, 24u32);
    let text = new_base(u64::from(people), months, 9.0, "{ model = 'never' }");
    let (tally, _) = tally(&scenario(&text));
    let expected = f64::from(people) * 0.75 * f64::from(months);
    let purchases = in_all(&tally, ZERO, Flow::PurchasesBase);
    assert_z("purchases", purchases as f64, expected, expected);
    assert_eq!(in_all(&tally, ZERO, Flow::SalesBase), purchases * 1000);
    assert_eq!(in_all(&tally, ZERO, Flow::Leavers), 0);
    for month in 0..months as usize {
        let expected = f64::from(people) * 0.75;
        let got = at_row(&tally, ZERO, month, Flow::PurchasesBase) as f64;
        assert_z(
            &format!("purchases of month {month}"),
            got,
            expected,
            expected,
        );
    }
    // Bought within the last 12 months, the months before the start included: 1 − e^(−12λ).
    let text = new_base(20_000, months, 1.5, "{ model = 'never' }")
        .replace("company_age_years = 0", "company_age_years = 50");
    let (tally, _) = support::lives::tally(&scenario(&text));
    let p = 1.0 - (-1.5f64).exp();
    let mut buyers = 0;
    for month in 0..months as usize {
        buyers += at_row(&tally, ZERO, month, Flow::BuyersDelta);
        // Some of the base are younger than the window at first: at most 12 months in 50 years.
        if month >= 12 {
            let n = f64::from(people);
            assert_z(
                &format!("buyers at month end {month}"),
                buyers as f64,
                n * p,
                n * p * (1.0 - p),
            );
        }
    }
}

/// The money of a purchase: mean m, variance of the sum λT(1 + cv²)m² per customer, gamma and lognormal.
#[test]
fn sales_have_the_mean_and_variance_of_a_compound_poisson() {
    for within in ["gamma", "lognormal"] {
        let text = new_base(40_000, 12, 6.0, "{ model = 'never' }").replace(
            "within_cv = 0 }",
            &format!("within_cv = 0.8, within = '{within}' }}"),
        );
        let plan = plan(&scenario(&text));
        let sales = live_all(
            &plan,
            0,
            40_000,
            Moments::default,
            |sales, _, events| sales.add(purchases(events, ZERO).map(|p| p.1).sum()),
            Moments::merge,
        );
        assert_mean(within, &sales, 6_000.0);
        let variance = 6.0 * 1000.0 * 1000.0 * (1.0 + 0.64);
        assert!(
            (sales.variance() / variance - 1.0).abs() < 0.1,
            "{within}: {}",
            sales.variance()
        );
    }
}

/// One hazard for all: binomial survivors e^(−μt), leavers month by month, purchases λ(1 − e^(−μT))/μ.
#[test]
fn constant_churn() {
    let (people, yearly) = (50_000u32, 0.4);
    let lifetime = format!("{{ model = 'constant', hazard_per_year = {yearly} }}");
    let (tally, _) = tally(&scenario(&new_base(u64::from(people), 36, 12.0, &lifetime)));
    let (n, hazard) = (f64::from(people), yearly / 12.0);
    let mut alive = 0;
    for month in 0..36usize {
        let survival = (-hazard * (month as f64 + 1.0)).exp();
        alive += at_row(&tally, ZERO, month, Flow::CustomersDelta);
        let variance = n * survival * (1.0 - survival);
        assert_z(
            &format!("alive at month end {month}"),
            alive as f64,
            n * survival,
            variance,
        );
        let p = (-hazard * month as f64).exp() - survival;
        let leavers = at_row(&tally, ZERO, month, Flow::Leavers) as f64;
        assert_z(
            &format!("leavers of month {month}"),
            leavers,
            n * p,
            n * p * (1.0 - p),
        );
    }
    let lived = (1.0 - (-hazard * 36.0).exp()) / hazard;
    let purchases = in_all(&tally, ZERO, Flow::PurchasesBase) as f64;
    // Poisson given the time lived, a cut exponential.
    let cut = hazard * 36.0;
    let squared = 2.0 / (hazard * hazard) * (1.0 - (-cut).exp() * (1.0 + cut));
    let variance = n * (lived + squared - lived * lived);
    assert_z("purchases", purchases, n * lived, variance);
}

/// A monthly probability p ~ Beta(a, b): survivors B(a, b + t)/B(a, b) at any t, and purchases λ times the exact expected
/// exposure of every single month. Counting whole months would be off by half a month's leavers, which is seen.
#[test]
fn exposure_under_a_monthly_beta() {
    let (a, b, people) = (1.2, 6.0, 200_000u64);
    let lifetime = format!("{{ model = 'beta_monthly', a = {a}, b = {b} }}");
    let plan = plan(&scenario(&new_base(people, 24, 24.0, &lifetime)));
    let heard = live_all(
        &plan,
        0,
        people,
        || vec![Moments::default(); 48],
        |months, _, events| {
            let mut counts = [0i64; 24];
            for (time, _, _) in purchases(events, ZERO) {
                counts[time as usize] += 1;
            }
            let left = leaving(events, ZERO).unwrap_or(f64::INFINITY);
            for (month, count) in counts.iter().enumerate() {
                months[month].add(*count);
                months[24 + month].add(i64::from(left > month as f64 + 0.5));
            }
        },
        merge_all,
    );
    let mut whole_months = 0.0f64;
    for month in 0..24 {
        let at = month as f64;
        let expected = 2.0 * beta_hazard_exposure(a, b, at, at + 1.0);
        assert_mean(
            &format!("purchases of month {month}"),
            &heard[month],
            expected,
        );
        let alive = beta_hazard_survival(a, b, at + 0.5);
        assert_mean(
            &format!("alive in the middle of month {month}"),
            &heard[24 + month],
            alive,
        );
        whole_months = whole_months.max(heard[month].z(2.0 * beta_hazard_survival(a, b, at)).abs());
    }
    assert!(
        whole_months > 20.0,
        "whole months would be seen: z = {whole_months}"
    );
}

/// A base that a constant inflow has filled: its survivors follow the inflow's ages, newcomers the prior, and together
/// they are the base of a company that is older.
#[test]
fn a_stationary_base_stays_what_it_is() {
    // In months: shape 1.4, scale 40, the company is 15 years old.
    let law = Pareto {
        r: 1.0,
        alpha: 1.0,
        s: 1.4,
        beta: 40.0,
    };
    let (age, inflow) = (180.0, 2_000.0);
    let base = law.base(inflow, age).round();
    let people = format!(
        "customers = {base}\ncompany_age_years = 15\narrivals_per_year = {}",
        12.0 * inflow
    );
    let lifetime = format!(
        "{{ model = 'pareto', shape = 1.4, scale_years = {} }}",
        40.0 / 12.0
    );
    let families = base as u64 + 2_000 * 60;
    let (tally, _) = tally(&scenario(&market(families, 60, 1.0, &lifetime, &people)));
    let alive = |stratum: usize, month: usize| -> f64 {
        (0..tally.layout.batches)
            .flat_map(|b| (0..=month).map(move |row| (b, row)))
            .map(|(b, row)| tally.flow(0, stratum, b, row, Flow::CustomersDelta))
            .sum::<i64>() as f64
    };
    for month in [11, 35, 59] {
        let ahead = month as f64 + 1.0;
        let left = law.base_left(inflow, age, ahead);
        assert_z(
            "survivors",
            alive(0, month),
            left,
            left * (1.0 - left / base),
        );
        let newcomers = law.base(inflow, ahead);
        assert_z("newcomers", alive(1, month), newcomers, newcomers);
        let both = alive(0, month) + alive(1, month);
        assert_z(
            "the older company",
            both,
            law.base(inflow, age + ahead),
            left + newcomers,
        );
    }
}

/// One point per purchase and a reward every n points, taken as soon as the balance before a visit allows: a person with N
/// purchases has had ⌊(N − 1)/n⌋ rewards and holds the rest, exactly.
#[test]
fn a_reward_every_n_purchases() {
    let n = 7;
    let text = new_base(
        5_000,
        24,
        14.0,
        "{ model = 'constant', hazard_per_year = 0.2 }",
    ) + NO_EFFECTS
        + REDEEM_AT_ONCE
        + &program(n, "");
    let plan = plan(&scenario(&text));
    let rewards = live_all(
        &plan,
        0,
        5_000,
        || 0i64,
        |rewards, ordinal, events| {
            let mut bought = 0i64;
            let mut had = 0;
            for (world, event) in events
                .iter()
                .filter(|(world, e)| *world == PROGRAM && e.time < 24.0)
            {
                match event.kind {
                    EventKind::Purchase { points, paid, .. } => {
                        assert_eq!((points, paid), (1, 1000));
                        bought += 1;
                        assert_eq!(
                            event.balance,
                            bought - n * had,
                            "customer {ordinal} in {world:?}"
                        );
                    }
                    EventKind::Redemption { points, .. } => {
                        assert_eq!(points, n);
                        had += 1;
                    }
                    _ => {}
                }
            }
            assert_eq!(had, (bought - 1).max(0) / n, "customer {ordinal}");
            *rewards += had;
        },
        |a, b| a + b,
    );
    let (tally, _) = tally(&scenario(&text));
    let told: i64 = (0..24)
        .map(|row| at_row(&tally, PROGRAM, row, Flow::Redemptions))
        .sum();
    assert!(rewards > 5_000);
    assert_eq!(told, rewards);
    assert_eq!(
        told * 100,
        (0..24)
            .map(|row| at_row(&tally, PROGRAM, row, Flow::CostExternal))
            .sum::<i64>()
    );
}

/// Nobody redeems and nothing expires: every point is for ever outstanding or dormant, and dormant are those of leavers.
#[test]
fn without_expiry_or_redemption_no_point_is_lost() {
    let text = new_base(
        20_000,
        24,
        14.0,
        "{ model = 'constant', hazard_per_year = 0.5 }",
    ) + NO_EFFECTS
        + REDEEM_NEVER
        + &program(3, "");
    let scenario = scenario(&text);
    let (tally, _) = tally(&scenario);
    let sum = |flow| in_all(&tally, PROGRAM, flow);
    assert_eq!(
        sum(Flow::PointsRedeemed) + sum(Flow::PointsExpired) + sum(Flow::PointsBonus),
        0
    );
    let purchases = sum(Flow::PurchasesBase);
    assert_eq!(sum(Flow::PointsIssued), purchases, "a point a purchase");
    let plan = plan(&scenario);
    // Points of leavers and of all, by the end of the run-off.
    let [left, held] = live_all(
        &plan,
        0,
        20_000,
        || [0i64; 2],
        |[left, held], _, events| {
            let counted = purchases_before(events, 24.0);
            match leaving(events, PROGRAM).is_some_and(|time| time < 60.0) {
                true => *left += counted,
                false => *held += counted,
            }
        },
        |a, b| [a[0] + b[0], a[1] + b[1]],
    );
    assert_eq!(sum(Flow::PointsDormant), left);
    assert_eq!(sum(Flow::PointsIssued) - sum(Flow::PointsDormant), held);
    assert!(left > held && held > 0, "{left} {held}");
}

/// Purchases of the program's world before an instant.
fn purchases_before(events: &[(World, Event)], time: f64) -> i64 {
    purchases(events, PROGRAM).filter(|p| p.0 < time).count() as i64
}

/// Nobody redeems and points last k months: every point of month m ends at the end of month m + k, member or gone.
#[test]
fn under_a_fixed_term_every_point_ends_on_its_day() {
    let (months, term) = (24usize, 9usize);
    let text = new_base(
        10_000,
        months as u32,
        14.0,
        "{ model = 'constant', hazard_per_year = 0.5 }",
    ) + NO_EFFECTS
        + REDEEM_NEVER
        + &program(3, "expiry = { policy = 'fixed_term', months = 9 }");
    let (tally, _) = tally(&scenario(&text));
    for vintage in 0..months {
        let issued = of_vintage(&tally, vintage, vintage, VintageFlow::IssuedBase);
        assert!(issued > 100, "month {vintage}: {issued}");
        let due = vintage + term;
        let due_row = if due < months {
            due
        } else {
            months + (due - months) / 12
        };
        for row in 0..tally.layout.rows() {
            let expired = of_vintage(&tally, vintage, row, VintageFlow::Expired);
            assert_eq!(
                expired,
                if row == due_row { issued } else { 0 },
                "month {vintage}, row {row}"
            );
            assert_eq!(of_vintage(&tally, vintage, row, VintageFlow::Redeemed), 0);
            assert_eq!(of_vintage(&tally, vintage, row, VintageFlow::Dormant), 0);
        }
    }
}

/// The memo of what comes after the horizon: everyone alive then counts λ·b·(1 − e^(−(μ+r)R))/(μ+r), and a program that
/// halves the hazard from the start has N(e^(−μT/2) − e^(−μT)) more of them.
#[test]
fn the_margin_after_the_horizon_is_that_of_those_alive() {
    let (people, months, hazard) = (40_000u32, 24, 0.2 / 12.0);
    let base = new_base(
        u64::from(people),
        months,
        30.0,
        "{ model = 'constant', hazard_per_year = 0.2 }",
    )
    .replace(
        "run_off_years = 3",
        "run_off_years = 3\nlater_margin = true",
    );
    let nothing = program(1, "").replace("points_per_currency = 0.1", "points_per_currency = 0");
    let text = format!(
        "discount_rate = 0.06\n{base}{NO_EFFECTS}stated_lift = {{ hazard_ratio = 0.5, who = 'everyone' }}\n{nothing}"
    );
    let scenario = scenario(&text);
    let (tally, weights) = tally(&scenario);
    let fading = hazard + libm::log(1.06) / 12.0;
    let each = 2.5 * 1000.0 * (1.0 - libm::exp(-fading * 36.0)) / fading;
    let alive = |world| in_all(&tally, world, Flow::CustomersDelta);
    for world in [ZERO, PROGRAM] {
        let later = in_all(&tally, world, Flow::LaterSales);
        assert_eq!(later, alive(world) * libm::round(each) as i64);
    }
    let n = f64::from(people);
    let stays = |hazard: f64| libm::exp(-hazard * f64::from(months));
    let more = stays(hazard / 2.0) - stays(hazard);
    let kept = (alive(PROGRAM) - alive(ZERO)) as f64;
    assert_z("kept", kept, n * more, n * more * (1.0 - more));
    let results = fidelio::economics::assess(&scenario, &tally, &weights);
    let memo = |results: &fidelio::results::Results| {
        let headline = &results.programs[0].headline;
        headline.iter().find(|n| n.code == "later_margin").cloned()
    };
    let found = memo(&results)
        .and_then(|n| n.number.value)
        .expect("asked for");
    let expected = 0.5 * kept * libm::round(each) / 100.0 * libm::pow(1.06, -2.0);
    assert!(
        (found - expected).abs() < 1e-6 * expected,
        "{found}, {expected}"
    );
    // It is in no other number.
    let mut without = scenario.clone();
    without.simulation.later_margin = false;
    let (tally, weights) = support::lives::tally(&without);
    let plain = fidelio::economics::assess(&without, &tally, &weights);
    assert!(memo(&plain).is_none());
    let npv = |r: &fidelio::results::Results| {
        let headline = &r.programs[0].headline;
        headline.iter().find(|n| n.code == "npv").cloned()
    };
    assert_eq!(npv(&plain), npv(&results));
}
