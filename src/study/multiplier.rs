//! The break-even multiplier of every program of a scenario: [`break_even`] asked of the engine.

use super::break_even::{self, BATCHES, BreakEven};
use crate::economics;
use crate::engine::EngineError;
use crate::engine::plan::Plan;
use crate::engine::run::{self, Control};
use crate::results::{Named, ProgramResult, Results};
use crate::scenario::model::Scenario;
use crate::statistics::special::{Tail, student_t_quantile};
use std::sync::atomic::AtomicBool;

/// How many of the assumed effects must be real for each program to pay, in the order of the scenario.
///
/// The multiplier is relative to the effects as this scenario states them. The curve comes from the batches of the
/// study, its two known points, nobody changes and all as assumed, from `results`, the whole run ([`Anchors`]): so the
/// answer cannot contradict the net value printed beside it.
///
///  Each program is asked alone: adding one changes
/// no other's answer. `cancelled` stops the search.
///
/// # Errors
/// As [`run::run`].
pub fn multipliers(
    scenario: &Scenario,
    results: &Results,
    threads: usize,
    cancelled: Option<&AtomicBool>,
) -> Result<Vec<Named>, EngineError> {
    let degrees = f64::from(results.scenario.degrees_of_freedom.max(1));
    let quantile = student_t_quantile(degrees, Tail::Upper(0.025));
    let window = format!(
        "months 0-{} and run-off",
        scenario.horizon_months.saturating_sub(1)
    );
    let mut found = Vec::new();
    for program in 0..scenario.programs.len() {
        let mut alone = alone(scenario, program);
        let assumed = alone.behavior.effect_multiplier;
        let mut ask = |multiplier: f64| {
            alone.behavior.effect_multiplier = assumed * multiplier;
            net_value(&alone, threads, cancelled)
        };
        let (none, all) = (ask(0.0)?, ask(1.0)?);
        let anchors = results
            .programs
            .get(program)
            .and_then(|known| Anchors::new(known, none.0, all.0));
        let mut refused = false;
        let answer = break_even::break_even(|multiplier| {
            let (value, error) = match multiplier {
                0.0 => none,
                1.0 => all,
                _ => match ask(multiplier) {
                    // What cannot be lived pays nobody; the search takes it as negative.
                    Err(EngineError::Limit(_)) if multiplier > 1.0 => {
                        refused = true;
                        (f64::NAN, f64::NAN)
                    }
                    other => other?,
                },
            };
            Ok::<_, EngineError>(match &anchors {
                Some(anchors) => (value + anchors.shift(multiplier), anchors.error(multiplier)),
                None => (value, error),
            })
        })?;
        let answer = match answer {
            BreakEven::NoneBelowLargest if refused => BreakEven::NoneThatEnds,
            other => other,
        };
        found.push(answer.headline(quantile, &window));
    }
    Ok(found)
}

/// What the whole run knows of the curve that the study draws with fewer customers: its value where nobody changes
/// (the skeptic's world) and where all is as assumed.
struct Anchors {
    /// Net value of the run less that of the study, at multipliers 0 and 1.
    shifts: [f64; 2],
    /// Variances of the cost of grants, of the value of the effects, and of their difference, the net value.
    variances: [f64; 3],
}

impl Anchors {
    /// `none` and `all` are the study's net values at 0 and 1. `None` where the skeptic's world was not lived.
    fn new(known: &ProgramResult, none: f64, all: f64) -> Option<Anchors> {
        let of = |code: &str| {
            let number = &known.headline.iter().find(|n| n.code == code)?.number;
            Some((number.value?, number.standard_error?))
        };
        let (grants, effects) = (of("skeptic_cost_of_grants")?, of("value_of_effects")?);
        let net = of("npv")?;
        Some(Anchors {
            shifts: [-grants.0 - none, net.0 - all],
            variances: [grants.1, effects.1, net.1].map(|e| e * e),
        })
    }

    /// What to add to the study's net value: exact at the anchors, linear between and beyond them.
    fn shift(&self, multiplier: f64) -> f64 {
        let [none, all] = self.shifts;
        none + multiplier * (all - none)
    }

    /// Standard error of (multiplier × effects − grants) over the whole run; their covariance follows from the variance
    /// of their difference. What the study's batches add, the curve between the anchors, is left out as small.
    fn error(&self, multiplier: f64) -> f64 {
        let [grants, effects, net] = self.variances;
        let twice_covariance = grants + effects - net;
        let variance = multiplier * multiplier * effects + grants - multiplier * twice_covariance;
        variance.max(0.0).sqrt()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_goes_through_what_the_run_knows() {
        let anchors = Anchors {
            // The study says −90 and −4, the run −100 and −10.
            shifts: [-10.0, -6.0],
            variances: [16.0, 25.0, 9.0],
        };
        assert_eq!(-90.0 + anchors.shift(0.0), -100.0);
        assert_eq!(-4.0 + anchors.shift(1.0), -10.0);
        assert_eq!(anchors.shift(2.0), -2.0);
        // Where nobody changes only the grants err, as assumed the net value does.
        assert_eq!([anchors.error(0.0), anchors.error(1.0)], [4.0, 3.0]);
        assert_eq!(anchors.error(2.0), f64::sqrt(100.0 + 16.0 - 2.0 * 32.0));
    }
}
