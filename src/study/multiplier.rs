//! The break-even multiplier of every program of a scenario: [`break_even`] asked of the engine.

use super::break_even::{self, BATCHES, BreakEven};
use crate::economics::{self, Sample};
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
/// answer cannot contradict the net value printed beside it. Each program is asked alone: adding one changes
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
        let curve = Curve {
            none: ask(0.0)?,
            all: ask(1.0)?,
            anchors: results.programs.get(program).and_then(Anchors::new),
            quantile,
        };
        let mut refused = false;
        let answer = break_even::break_even(|multiplier| {
            let value = match multiplier {
                0.0 => curve.none.clone(),
                1.0 => curve.all.clone(),
                _ => match ask(multiplier) {
                    // What cannot be lived pays nobody; the search takes it as negative.
                    Err(EngineError::Limit(_)) if multiplier > 1.0 => {
                        refused = true;
                        return Ok((f64::NAN, f64::NAN));
                    }
                    other => other?,
                },
            };
            Ok::<_, EngineError>(curve.at(multiplier, &value))
        })?;
        let answer = match answer {
            BreakEven::NoneBelowLargest if refused => BreakEven::NoneThatEnds,
            other => other,
        };
        found.push(answer.headline(&window));
    }
    Ok(found)
}

/// Net value by multiplier: its shape from the study, which has few batches, its ends from the whole run where it has them.
struct Curve {
    /// Of the study, at multipliers 0 and 1.
    none: Sample,
    all: Sample,
    anchors: Option<Anchors>,
    /// Student's t of 95 % for the batches of the whole run.
    quantile: f64,
}

impl Curve {
    /// Net value and half its 95 % interval, from what the study says.
    fn at(&self, multiplier: f64, study: &Sample) -> (f64, f64) {
        let few = study.batches.len().saturating_sub(1).max(1);
        let quantile = student_t_quantile(few as f64, Tail::Upper(0.025));
        let half = |sample: &Sample| quantile * sample.standard_error().unwrap_or(f64::NAN);
        let Some(anchors) = &self.anchors else {
            return (study.total, half(study));
        };
        // By how much the study's curve lies above the line through its two ends: all that is taken from it.
        let line = self.none.times(1.0 - multiplier);
        let bend = study.minus(&line.plus(&self.all.times(multiplier)));
        let whole = self.quantile * anchors.error(multiplier);
        let value = anchors.line(multiplier) + bend.total;
        (value, libm::hypot(whole, half(&bend)))
    }
}

/// What the whole run knows of the curve that the study draws with fewer customers: its value where nobody changes
/// (the skeptic's world) and where all is as assumed.
struct Anchors {
    /// Net value at multipliers 0 and 1.
    values: [f64; 2],
    /// Variances of the cost of grants, of the value of the effects, and of their difference, the net value.
    variances: [f64; 3],
}

impl Anchors {
    /// `None` where the skeptic's world was not lived.
    fn new(known: &ProgramResult) -> Option<Anchors> {
        let of = |code: &str| {
            let number = &known.headline.iter().find(|n| n.code == code)?.number;
            Some((number.value?, number.standard_error?))
        };
        let (grants, effects) = (of("skeptic_cost_of_grants")?, of("value_of_effects")?);
        let net = of("npv")?;
        Some(Anchors {
            values: [-grants.0, net.0],
            variances: [grants.1, effects.1, net.1].map(|e| e * e),
        })
    }

    /// The line through both.
    fn line(&self, multiplier: f64) -> f64 {
        let [none, all] = self.values;
        none + multiplier * (all - none)
    }

    /// Standard error of the line, (multiplier × effects − grants) over the whole run; their covariance follows from the
    /// variance of their difference.
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

/// Net value of the only program from the batches of the study.
fn net_value(
    scenario: &Scenario,
    threads: usize,
    cancelled: Option<&AtomicBool>,
) -> Result<Sample, EngineError> {
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
    values.into_iter().next().ok_or_else(|| {
        EngineError::Internal("the program of a break-even study has no net value".into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_goes_through_what_the_run_knows() {
        let sample = |batches: [f64; 2]| Sample {
            total: 0.5 * (batches[0] + batches[1]),
            batches: batches.to_vec(),
        };
        // The study says −90 and −4, the run −100 and −10.
        let curve = Curve {
            none: sample([-91.0, -89.0]),
            all: sample([-6.0, -2.0]),
            anchors: Some(Anchors {
                values: [-100.0, -10.0],
                variances: [16.0, 25.0, 9.0],
            }),
            quantile: 2.0,
        };
        // Where nobody changes only the grants err, as assumed the net value does; the study's luck is in neither.
        assert_eq!(curve.at(0.0, &curve.none), (-100.0, 2.0 * 4.0));
        assert_eq!(curve.at(1.0, &curve.all), (-10.0, 2.0 * 3.0));
        // Half way the study lies 2 above its line in one batch and 4 in the other, which is an error of 1, at 12.7 for two
        // batches; that of the line is √(25/4 + 16 − 32/2).
        let (value, half) = curve.at(0.5, &sample([-46.5, -41.5]));
        assert!((value - -52.0).abs() < 1e-12);
        let expected = libm::hypot(2.0 * 2.5, 12.706_204_736 * 1.0);
        assert!((half - expected).abs() < 1e-6, "{half} {expected}");
    }
}
