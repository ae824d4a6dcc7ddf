//! The break-even multiplier of every program of a scenario: [`break_even`] asked of the engine.

use super::break_even::{self, BATCHES};
use crate::economics;
use crate::engine::EngineError;
use crate::engine::plan::Plan;
use crate::engine::run::{self, Control};
use crate::results::Named;
use crate::scenario::model::Scenario;
use std::sync::atomic::AtomicBool;

/// 97.5 % quantile of Student's t with 3 degrees of freedom, for the four batches of the study (Abramowitz & Stegun
/// 1964, table 26.10, has 3.182).
const QUANTILE: f64 = 3.182_446_305_284_263;

/// How many of the assumed effects must be real for each program to pay, in the order of the scenario.
///
/// The multiplier is relative to the effects as this scenario states them. Each program is asked alone: adding one changes
/// no other's answer. `cancelled` stops the search.
///
/// # Errors
/// As [`run::run`].
pub fn multipliers(
    scenario: &Scenario,
    threads: usize,
    cancelled: Option<&AtomicBool>,
) -> Result<Vec<Named>, EngineError> {
    let window = format!(
        "months 0-{} and run-off",
        scenario.horizon_months.saturating_sub(1)
    );
    let mut found = Vec::new();
    for program in 0..scenario.programs.len() {
        let mut alone = alone(scenario, program);
        let assumed = alone.behavior.effect_multiplier;
        let answer = break_even::break_even(|multiplier| {
            alone.behavior.effect_multiplier = assumed * multiplier;
            net_value(&alone, threads, cancelled)
        })?;
        found.push(answer.headline(QUANTILE, &window));
    }
    Ok(found)
}

/// The scenario with one of its programs, without the skeptic's world, which has no part in the answer.
fn alone(scenario: &Scenario, program: usize) -> Scenario {
    let mut alone = scenario.clone();
    alone.programs = scenario
        .programs
        .get(program)
        .cloned()
        .into_iter()
        .collect();
    alone.simulation.skeptic = false;
    alone
}

/// Net value of the only program, and its standard error, from the batches of the study.
fn net_value(
    scenario: &Scenario,
    threads: usize,
    cancelled: Option<&AtomicBool>,
) -> Result<(f64, f64), EngineError> {
    let plan = Plan::new(scenario)?;
    let weights = economics::value_weights(scenario, plan.layout());
    let control = Control {
        threads,
        progress: None,
        cancelled,
        batches: BATCHES.start..BATCHES.end.min(plan.layout().batches),
    };
    let tally = run::run(&plan, &weights, &control)?;
    let values = economics::net_values(scenario, &tally);
    values.first().copied().ok_or_else(|| {
        EngineError::Internal("the program of a break-even study has no net value".into())
    })
}
