//! Points never vanish: the identity in integers per vintage, month, segment and program, from the tally alone.

use crate::lived::{Lived, random, seeds};
use fidelio::engine::flow::{Flow, VintageFlow};

const SCENARIOS: u64 = 25;

/// What came in of one vintage in one stratum, and what became of it, by row.
struct Vintage {
    came: Vec<i64>,
    went: Vec<i64>,
}

fn vintage(lived: &Lived, world: usize, stratum: usize, vintage: usize) -> Vintage {
    use VintageFlow::*;
    let rows = lived.tally.layout.rows();
    let sum = |flows: &[VintageFlow]| -> Vec<i64> {
        let cell = |row, flow: &VintageFlow| {
            let at = [world, stratum, vintage, row, *flow as usize];
            let points = lived.tally.vintages.get(&at);
            assert!(
                points >= 0,
                "{}: {flow:?} at {at:?} is {points}",
                lived.scenario.name
            );
            points
        };
        (0..rows)
            .map(|row| flows.iter().map(|flow| cell(row, flow)).sum())
            .collect()
    };
    Vintage {
        came: sum(&[IssuedBase, IssuedBonus, Opening]),
        went: sum(&[Redeemed, Expired, Forfeited, Dormant]),
    }
}

#[test]
fn what_was_issued_is_redeemed_expired_dormant_or_outstanding_in_every_vintage_and_month() {
    let (mut points, mut unresolved) = (0, 0);
    for seed in seeds(SCENARIOS) {
        let lived = Lived::new(random(seed));
        let layout = &lived.tally.layout;
        for world in lived.worlds(|w| w != fidelio::engine::tally::World::None) {
            for stratum in 0..layout.strata.len() {
                for v in 0..layout.vintages() {
                    let Vintage { came, went } = vintage(&lived, world, stratum, v);
                    let home = v.saturating_sub(layout.opening_vintages);
                    let mut outstanding = 0;
                    for row in 0..layout.rows() {
                        assert!(
                            row == home || came[row] == 0,
                            "seed {seed}: issued outside its month"
                        );
                        outstanding += came[row] - went[row];
                        assert!(
                            outstanding >= 0,
                            "seed {seed}: vintage {v} owes {outstanding} in row {row}"
                        );
                    }
                    points += came[home];
                    unresolved += outstanding;
                }
            }
        }
    }
    // The scenarios must put the identity to work, with something left at the end of some run-offs.
    assert!(
        points > 1_000_000 && unresolved > 0 && unresolved < points,
        "{points} {unresolved}"
    );
}

#[test]
fn the_outstanding_points_of_the_results_are_those_of_the_tally() {
    for seed in seeds(SCENARIOS) {
        let lived = Lived::new(random(seed));
        let results = lived.results();
        let layout = &lived.tally.layout;
        for (program, world) in results.programs.iter().zip(lived.program_worlds()) {
            let mut came = 0.0;
            let mut gone = 0.0;
            for (s, stratum) in layout.strata.iter().enumerate() {
                let scale = stratum.stated as f64 / stratum.simulated as f64;
                for v in 0..layout.vintages() {
                    let Vintage { came: inflow, went } = vintage(&lived, world, s, v);
                    let months = 0..layout.months;
                    came += scale * inflow[months.clone()].iter().sum::<i64>() as f64;
                    gone += scale * went[months].iter().sum::<i64>() as f64;
                }
            }
            // Dormant points are outstanding in the books.
            let flows = |flow| -> f64 {
                let strata = layout.strata.iter().enumerate();
                strata
                    .map(|(s, stratum)| {
                        let scale = stratum.stated as f64 / stratum.simulated as f64;
                        let cells = (0..layout.batches)
                            .flat_map(|b| (0..layout.months).map(move |row| (b, row)));
                        scale
                            * cells
                                .map(|(b, row)| lived.tally.flow(world, s, b, row, flow))
                                .sum::<i64>() as f64
                    })
                    .sum()
            };
            let dormant = flows(Flow::PointsDormant) + flows(Flow::OpeningDormant);
            let expected = came - gone + dormant;
            // Each of five columns is rounded by itself.
            let rows = &program.points_roll_forward;
            let closing = rows.last().expect("a month").closing;
            assert!(
                (closing - expected).abs() <= 5.0,
                "seed {seed}: {closing} against {expected}"
            );
        }
    }
}
