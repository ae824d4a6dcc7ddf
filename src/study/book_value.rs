//! The book of points of every program of a run, valued at the horizon.
//!
//! The valuation needs to know what the assumptions imply of the redemption of points ([`Pattern`]), as known when the
//! program was planned. Where its rules never change, the run itself says it. Where they do, an eighth of the customers
//! live under the first rules alone: later rules must not be in what was believed before them.

use super::synthetic_ledger::alone;
use crate::economics;
use crate::engine::EngineError;
use crate::engine::plan::Plan;
use crate::engine::run::{self, Control};
use crate::engine::tally::{Tally, World};
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::valuation::simulated::{Pattern, Vintages, of_program};
use crate::random::Key;
use crate::results::valuation::Valuation;
use crate::scenario::model::Scenario;
use rayon::prelude::*;
use std::sync::atomic::AtomicBool;

/// Draws of the bootstrap: the error of the error is then some 3 %.
const DRAWS: u64 = 500;
/// Part of the customers who live under the first rules alone, and the least of them.
const PART: u64 = 8;
const LEAST: u64 = 4_000;

/// Values every program of a run. `threads` as in [`Control`].
///
/// # Errors
/// As [`run::run`].
pub fn value_books(
    scenario: &Scenario,
    tally: &Tally,
    threads: usize,
    cancelled: Option<&AtomicBool>,
) -> Result<Vec<Valuation>, EngineError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| EngineError::Limit(error.to_string()))?;
    let key = Key::new(scenario.simulation.seed, 0);
    // Draws are addressed by their number and collected in order: the same for any number of threads.
    let draw = |bootstrap: &Bootstrap| -> Vec<f64> {
        pool.install(|| {
            let draws = (0..DRAWS).into_par_iter();
            draws.filter_map(|k| bootstrap.draw(key, k)).collect()
        })
    };
    let mut books = Vec::new();
    for program in 0..scenario.programs.len() {
        let prior = expected_pattern(scenario, tally, (program, 0), threads, cancelled)?;
        let Some(prior) = prior else { continue };
        let book = of_program(scenario, tally, program, &prior, &draw);
        books.extend(book.map_err(|error| EngineError::Internal(error.to_string()))?);
    }
    Ok(books)
}

/// What the assumptions imply of the points that a program issues from a month on, under its first rules. None where it
/// issues none.
///
/// # Errors
/// As [`run::run`].
pub fn expected_pattern(
    scenario: &Scenario,
    tally: &Tally,
    (program, from): (usize, usize),
    threads: usize,
    cancelled: Option<&AtomicBool>,
) -> Result<Option<Pattern>, EngineError> {
    let of = |scenario: &Scenario, tally: &Tally, program: usize| {
        let world = tally.layout.world_index(World::Program(program))?;
        let vintages = Vintages::at_market_scale(scenario, tally, world)?;
        Some(vintages.issued_from(from)?.pattern())
    };
    let changes = scenario
        .programs
        .get(program)
        .map_or(0, |p| p.versions.len())
        > 1;
    if !changes {
        return Ok(of(scenario, tally, program));
    }
    let Some(mut first) = alone(scenario, program) else {
        return Ok(None);
    };
    for program in &mut first.programs {
        program.versions.truncate(1);
    }
    let customers = first.simulation.customers;
    first.simulation.customers = (customers / PART).max(LEAST).min(customers);
    let plan = Plan::new(&first)?;
    let weights = economics::value_weights(&first, plan.layout());
    let control = Control {
        threads,
        progress: None,
        cancelled,
        batches: 0..plan.layout().batches,
    };
    let lived = run::run(&plan, &weights, &control)?;
    Ok(of(&first, &lived, 0))
}

#[cfg(test)]
mod tests;
