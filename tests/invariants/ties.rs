//! Sum of segments = total, closing(t) = opening(t + 1), bridge items sum, every printed table ties: through the results.

use crate::lived::{Lived, random, seeds};
use fidelio::engine::flow::Flow;
use fidelio::engine::tally::StratumKind;
use fidelio::results::{Named, ProgramResult, Results, Series, WorldResult};

const SCENARIOS: u64 = 20;
/// Half a minor unit of EUR.
const HALF_CENT: f64 = 0.005;

fn each(check: impl Fn(u64, &Lived, &Results)) {
    for seed in seeds(SCENARIOS) {
        let lived = Lived::new(random(seed));
        let results = lived.results();
        check(seed, &lived, &results);
    }
}

fn series<'a>(all: &'a [Series], code: &str) -> &'a [f64] {
    let found = all.iter().find(|s| s.code == code);
    &found.unwrap_or_else(|| panic!("no series {code}")).values
}

fn value(all: &[Named], code: &str) -> Option<f64> {
    let found = all.iter().find(|n| n.code == code);
    found
        .unwrap_or_else(|| panic!("no number {code}"))
        .number
        .value
}

/// Equal up to `slack` and the noise of sums in double precision.
fn close(a: f64, b: f64, slack: f64) -> bool {
    (a - b).abs() <= slack + 1e-9 * a.abs().max(b.abs())
}

#[test]
fn every_control_check_passes_and_checks_something() {
    let mut checked = std::collections::BTreeMap::<String, u64>::new();
    for seed in seeds(40) {
        let results = Lived::new(random(seed)).results();
        for check in results.checks {
            assert_eq!(check.failed, 0, "seed {seed}: {check:?}");
            *checked.entry(check.code).or_default() += check.checked;
        }
    }
    assert!(checked.len() >= 15, "{checked:?}");
    assert!(checked.values().all(|count| *count > 0), "{checked:?}");
}

/// Flows of the segments, each scaled by its own factor, added by hand.
#[test]
fn segments_add_up_to_the_total() {
    let purchases = [
        Flow::PurchasesBase,
        Flow::PurchasesExtra,
        Flow::PurchasesRetained,
        Flow::PurchasesArrival,
    ];
    each(|seed, lived, results| {
        let layout = &lived.tally.layout;
        let total = |world, flows: &[Flow]| -> f64 {
            let strata = layout.strata.iter().enumerate();
            strata
                .map(|(s, stratum)| {
                    let cells = (0..layout.batches)
                        .flat_map(|b| (0..layout.months).map(move |row| (b, row)));
                    let of = |(b, row)| {
                        flows
                            .iter()
                            .map(|f| lived.tally.flow(world, s, b, row, *f))
                            .sum::<i64>()
                    };
                    let units: i64 = cells.map(of).sum();
                    units as f64 * stratum.stated as f64 / stratum.simulated as f64
                })
                .sum()
        };
        let skeptic = lived.skeptic_worlds();
        let worlds = (0..layout.worlds.len()).filter(|w| !skeptic.contains(w));
        for (world, result) in worlds.zip(&results.worlds) {
            let WorldResult {
                headline, monthly, ..
            } = result;
            for (code, flows) in [
                ("purchases", &purchases[..]),
                ("customers_end", &[Flow::CustomersDelta]),
            ] {
                let printed = value(headline, code).expect("a number");
                let expected = total(world, flows);
                assert!(
                    close(printed, expected, 1e-6),
                    "seed {seed}: {code} {printed}, by hand {expected}"
                );
            }
            for (code, flow) in [("arrivals", Flow::Arrivals), ("leavers", Flow::Leavers)] {
                let printed: f64 = series(monthly, code).iter().sum();
                let expected = total(world, &[flow]);
                assert!(
                    close(printed, expected, 1e-6),
                    "seed {seed}: {code} {printed}, by hand {expected}"
                );
            }
        }
        let stated: u64 = layout
            .strata
            .iter()
            .filter(|s| s.kind == StratumKind::Opening)
            .map(|s| s.stated)
            .sum();
        assert_eq!(stated, lived.scenario.market.customers);
    });
}

#[test]
fn customers_at_the_end_of_a_month_are_those_of_the_last_with_arrivals_and_without_leavers() {
    each(|seed, lived, results| {
        for world in &results.worlds {
            let customers = series(&world.monthly, "customers");
            let (arrivals, leavers) = (
                series(&world.monthly, "arrivals"),
                series(&world.monthly, "leavers"),
            );
            let mut before = lived.scenario.market.customers as f64;
            for month in 0..customers.len() {
                let after = before + arrivals[month] - leavers[month];
                assert!(
                    close(customers[month], after, 1e-6),
                    "seed {seed}, {}, month {month}",
                    world.name
                );
                before = customers[month];
            }
            let end = value(&world.headline, "customers_end");
            assert!(
                end.is_some_and(|end| close(end, before, 1e-6)),
                "seed {seed}"
            );
        }
    });
}

#[test]
fn lines_add_up_to_the_margin_and_months_to_the_headline() {
    each(|seed, _, results| {
        for world in &results.worlds {
            let margin = series(&world.profit_and_loss, "margin");
            for (month, printed) in margin.iter().enumerate() {
                let lines = world
                    .profit_and_loss
                    .iter()
                    .filter(|line| line.code != "margin");
                let sum: f64 = lines.map(|line| line.values[month]).sum();
                assert!(
                    close(*printed, sum, HALF_CENT),
                    "seed {seed}, {}, month {month}: {printed} {sum}",
                    world.name
                );
            }
            let total = value(&world.headline, "margin").expect("a margin");
            assert!(close(total, margin.iter().sum(), HALF_CENT), "seed {seed}");
        }
    });
}

fn pillar(program: &ProgramResult, code: &str) -> f64 {
    program
        .bridge
        .iter()
        .find(|item| item.code == code)
        .map_or(f64::NAN, |item| item.value)
}

#[test]
fn bridge_items_sum_to_the_total_and_its_pillars_are_the_worlds_margins() {
    each(|seed, _, results| {
        for program in &results.programs {
            let steps: f64 = program
                .bridge
                .iter()
                .filter(|item| !item.pillar)
                .map(|item| item.value)
                .sum();
            let (from, to) = (
                pillar(program, "world_0_margin"),
                pillar(program, "program_margin"),
            );
            assert!(
                close(from + steps, to, HALF_CENT),
                "seed {seed}: {from} + {steps} is not {to}"
            );
            let margin = |name: &str| {
                let world = results
                    .worlds
                    .iter()
                    .find(|w| w.name == name)
                    .expect("a world");
                value(&world.headline, "margin").expect("a margin")
            };
            assert!(close(from, margin("world_0"), HALF_CENT), "seed {seed}");
            assert!(close(to, margin(&program.name), HALF_CENT), "seed {seed}");
        }
    });
}

#[test]
fn points_roll_forward_month_by_month_and_vintages_add_up_to_them() {
    each(|seed, _, results| {
        for program in &results.programs {
            let rows = &program.points_roll_forward;
            for pair in rows.windows(2) {
                assert_eq!(pair[0].closing, pair[1].opening, "seed {seed}");
            }
            for row in rows {
                let came = row.issued_base
                    + row.issued_bonus
                    + row.purchased
                    + row.transferred_in
                    + row.reinstated;
                let went = row.redeemed
                    + row.expired
                    + row.forfeited
                    + row.transferred_out
                    + row.clawed_back;
                assert_eq!(
                    row.opening + came - went,
                    row.closing,
                    "seed {seed}, month {}",
                    row.month
                );
                assert!(
                    row.dormant <= row.closing && row.dormant >= 0.0,
                    "seed {seed}"
                );
            }
            // Each column of the vintages is rounded once per vintage.
            let slack = program.vintages.len() as f64 + 1.0;
            let vintages = |of: fn(&fidelio::results::VintageRow) -> f64| {
                program.vintages.iter().map(of).sum::<f64>()
            };
            let months =
                |of: fn(&fidelio::results::RollForwardRow) -> f64| rows.iter().map(of).sum::<f64>();
            for (code, by_vintage, by_month) in [
                (
                    "issued",
                    vintages(|v| v.issued_base),
                    months(|r| r.issued_base),
                ),
                (
                    "bonus",
                    vintages(|v| v.issued_bonus),
                    months(|r| r.issued_bonus),
                ),
                (
                    "redeemed",
                    vintages(|v| v.redeemed_to_horizon),
                    months(|r| r.redeemed),
                ),
                (
                    "expired",
                    vintages(|v| v.expired_to_horizon),
                    months(|r| r.expired),
                ),
                ("opening", vintages(|v| v.opening), rows[0].opening),
            ] {
                assert!(
                    close(by_vintage, by_month, slack),
                    "seed {seed}: {code} {by_vintage} {by_month}"
                );
            }
            let last = rows.last().expect("a month");
            let outstanding = vintages(|v| v.outstanding_at_horizon + v.dormant_to_horizon);
            assert!(
                close(outstanding, last.closing, 2.0 * slack),
                "seed {seed}: {outstanding} {}",
                last.closing
            );
        }
    });
}

#[test]
fn run_off_and_distributions_hold_everything() {
    each(|seed, lived, results| {
        let opening = lived.scenario.market.customers as f64;
        // Friends too: each world has its own.
        let people_of = |name: &str| {
            let world = results.worlds.iter().find(|world| world.name == name);
            let monthly = &world.expect("a world of this name").monthly;
            opening + series(monthly, "arrivals").iter().sum::<f64>()
        };
        let none = results.worlds.iter().find(|w| w.program.is_none());
        let none = people_of(&none.expect("a world without program").name);
        for world in &results.worlds {
            let people = people_of(&world.name);
            let binned: f64 = world
                .value_distribution
                .iter()
                .map(|bin| bin.customers)
                .sum();
            assert!(
                close(binned, people, 1e-6),
                "seed {seed}: {binned} of {people}"
            );
        }
        for program in &results.programs {
            let binned: f64 = program
                .difference_distribution
                .iter()
                .map(|bin| bin.customers)
                .sum();
            let deciles: f64 = program.deciles.iter().map(|decile| decile.customers).sum();
            let people = people_of(&program.name);
            assert!(close(deciles, people, 1e-6), "seed {seed}: {deciles}");
            // A difference is told of whoever is in either world.
            let both = people.max(none) - 1e-6 * people..=people + none;
            assert!(both.contains(&binned), "seed {seed}: {binned}");
            let nobody_moved = !lived.plan.layout().friends;
            assert!(
                !nobody_moved || close(binned, people, 1e-6),
                "seed {seed}: {binned}"
            );
            let slack = 2.0 * (program.vintages.len() + program.run_off.len()) as f64;
            let later: f64 = program.vintages.iter().map(|v| v.redeemed_after).sum();
            let by_year: f64 = program.run_off.iter().map(|year| year.redeemed).sum();
            assert!(
                close(later, by_year, slack),
                "seed {seed}: {later} {by_year}"
            );
            if let Some(last) = program.run_off.last() {
                let unresolved: f64 = program.vintages.iter().map(|v| v.unresolved).sum();
                assert!(
                    close(unresolved, last.unresolved, slack),
                    "seed {seed}: {unresolved} {}",
                    last.unresolved
                );
            }
        }
    });
}
