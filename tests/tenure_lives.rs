//! Baskets and costs that follow tenure, in every world alike.

mod support;

use fidelio::engine::flow::Flow;
use fidelio::engine::observe::{Event, EventKind};
use fidelio::engine::tally::World;
use support::lives::*;

fn text(tenure: &str) -> String {
    format!(
        "name = 'tenure'
        currency = 'EUR'
        start = '2027-01'
        horizon_months = 48
        [simulation]
        customers = 2000
        seed = 5
        run_off_years = 1
        [market]
        customers = 2000
        company_age_years = 8
        arrivals_per_year = 300
        [[segment]]
        name = 'all'
        purchases_per_year = 9
        lifetime = {{ model = 'constant', hazard_per_year = 0.2 }}
        basket = {{ mean = 100, between_cv = 0, within_cv = 0 }}
        margin_rate = 0.4
        {tenure}
        {NO_EFFECTS}
        [[program]]
        name = 'Points'
        enrollment = {{ ceiling = 1, half_time_months = 0, selection = 0 }}
        earn = {{ points_per_currency = 1 }}
        [[program.reward]]
        name = 'r'
        kind = 'external'
        points = 500
        face_value = 5
        unit_cost = 3
        "
    )
}

const CURVES: &str = "tenure = [{ years = 0, basket = 0.8, cost_to_serve = 2 }, { years = 5, basket = 1.3, cost_to_serve = 0.5 }]";

/// 0.8 at arrival, 0.1 more each year, 1.3 from the fifth on.
fn basket(months: f64) -> i64 {
    let factor = 0.8 + 0.1 * (months / 12.0).clamp(0.0, 5.0);
    (10_000.0 * factor).round() as i64
}

#[test]
fn every_basket_is_that_of_its_tenure_in_every_world() {
    let plan = plan(&scenario(&text(CURVES)));
    for stratum in 0..2 {
        let heard = live_all(
            &plan,
            stratum,
            200,
            || 0usize,
            |heard, _, events: &[(World, Event)]| {
                let arrived = match events[0].1.kind {
                    EventKind::Opening { age } => -age,
                    _ => events[0].1.time,
                };
                for world in [World::None, World::Program(0)] {
                    for (time, amount, _) in purchases(events, world) {
                        assert!(
                            (amount - basket(time - arrived)).abs() <= 1,
                            "{time} {amount}"
                        );
                        *heard += 1;
                    }
                }
                let bought = |world| purchases(events, world).filter(|p| p.0 < 48.0);
                assert!(bought(World::None).eq(bought(World::Program(0))));
            },
            |a, b| a + b,
        );
        assert!(heard > 3_000, "{heard}");
    }
}

/// The cost is the area below the curve from arrival to leaving, within the horizon, to half a cent per person.
#[test]
fn serving_costs_the_area_below_the_curve() {
    let scenario = scenario(&text(CURVES));
    let plan = plan(&scenario);
    let (tally, _) = tally(&scenario);
    let area = |months: f64| {
        // ∫ of 200 − 2.5·t cents a year up to 60 months, 50 cents a year after.
        let falling = months.clamp(0.0, 60.0);
        (200.0 * falling - 1.25 * falling * falling + 50.0 * (months - 60.0).max(0.0)) / 12.0
    };
    for (stratum, of) in tally.layout.strata.iter().enumerate() {
        let expected = live_all(
            &plan,
            stratum,
            of.simulated,
            || vec![0i128; 2],
            |sums, _, events: &[(World, Event)]| {
                let first = events[0].1;
                let arrived = match first.kind {
                    EventKind::Opening { age } => -age,
                    _ => first.time,
                };
                for (sum, world) in sums.iter_mut().zip([World::None, World::Program(0)]) {
                    let until = leaving(events, world).unwrap_or(48.0).min(48.0);
                    let cost = area(until - arrived) - area(first.time - arrived);
                    *sum += (cost * 1e6) as i128;
                }
            },
            |a, b| a.iter().zip(&b).map(|(a, b)| a + b).collect(),
        );
        for (sum, world) in expected.iter().zip([World::None, World::Program(0)]) {
            let world = tally.layout.world_index(world).expect("lived");
            let booked: i64 = (0..tally.layout.batches)
                .flat_map(|b| (0..48).map(move |row| (b, row)))
                .map(|(b, row)| tally.flow(world, stratum, b, row, Flow::CostToServe))
                .sum();
            let expected = *sum as f64 / 1e6;
            let off = (booked as f64 - expected).abs();
            assert!(off <= 0.5 * of.simulated as f64, "{booked} {expected}");
            assert!(
                off < 1e-3 * expected,
                "rounded once per person: {booked} {expected}"
            );
        }
    }
}

/// Curves that say nothing change nothing.
#[test]
fn flat_curves_are_no_curves() {
    let flat = "tenure = [{ years = 0, basket = 1, cost_to_serve = 0 }, { years = 3, basket = 1, cost_to_serve = 0 }]";
    let (with, _) = tally(&scenario(&text(flat)));
    let (without, _) = tally(&scenario(&text("")));
    assert!(with == without);
}
