//! Living a scenario: plan, weights, engine, economics, and the one study every run carries.

use super::console;
use super::input::Input;
use super::interrupt;
use super::progress::Progress;
use crate::economics;
use crate::engine::EngineError;
use crate::engine::plan::Plan;
use crate::engine::run::{self, Control};
use crate::engine::tally::World;
use crate::errors::Failure;
use crate::results::{Check, Named, Results};
use crate::scenario::diagnostics::echo;
use crate::scenario::model::Scenario;
use crate::study::{book_value, multiplier};
use std::time::Instant;

/// How to live it.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// 0: one per processor.
    pub threads: usize,
    /// Show a progress bar (where someone watches).
    pub progress: bool,
    /// Also search the break-even multiplier, which takes several runs of an eighth of the size.
    pub break_even: bool,
    /// Also value the book of points of every program.
    pub books: bool,
}

/// What came out, and what it took.
pub struct Lived {
    pub results: Results,
    /// Families (roots with the friends they bring).
    pub families: u64,
    /// Bytes of one tally.
    pub tally_bytes: usize,
    /// Nominal customer-months: customers × horizon × counted worlds (world 0 and the programs; the skeptic's worlds
    /// are in the time, not in the count).
    pub customer_months: f64,
    /// Seconds in the engine.
    pub engine_seconds: f64,
    /// Seconds of the break-even search.
    pub break_even_seconds: f64,
}

/// Lives the scenario once, and says what it means.
///
/// # Errors
/// Where the scenario is too large, Ctrl-C was pressed, or the engine failed.
pub fn live(input: &Input, manner: Manner) -> Result<Lived, Failure> {
    live_as(input, &input.scenario, manner)
}

/// As [`live`], a scenario made from the one that was read.
///
/// # Errors
/// As [`live`].
pub fn live_as(input: &Input, scenario: &Scenario, manner: Manner) -> Result<Lived, Failure> {
    let failure = |error| failure_of(input, error);
    let cancelled = interrupt::flag()?;
    let plan = Plan::new(scenario).map_err(failure)?;
    let weights = economics::value_weights(scenario, plan.layout());
    let months_per_family = months_per_family(scenario, &plan);
    let progress = Progress::new(
        manner.progress && console::watched(),
        plan.families(),
        months_per_family,
    );

    let started = Instant::now();
    let control = Control {
        threads: manner.threads,
        progress: Some(&|families| progress.advance(families)),
        cancelled: Some(cancelled),
        batches: 0..plan.layout().batches,
    };
    let tally = run::run(&plan, &weights, &control).map_err(failure)?;
    let engine_seconds = started.elapsed().as_secs_f64();
    interrupt::check()?;
    let mut results = economics::assess(scenario, &tally, &weights);

    if manner.books {
        progress.step("books of points");
        let books = book_value::value_books(scenario, &tally, manner.threads, Some(cancelled));
        results.liability = books.map_err(failure)?;
    }
    let started = Instant::now();
    if manner.break_even && scenario.simulation.baseline {
        progress.step("break-even");
        let multipliers =
            multiplier::multipliers(scenario, &results, manner.threads, Some(cancelled))
                .map_err(failure)?;
        enter_break_even(&mut results, multipliers);
    }
    Ok(Lived {
        results,
        families: plan.families(),
        tally_bytes: plan.bytes(),
        customer_months: plan.families() as f64 * months_per_family,
        engine_seconds,
        break_even_seconds: started.elapsed().as_secs_f64(),
    })
}

/// Customer-months one family stands for, over the counted worlds.
fn months_per_family(scenario: &Scenario, plan: &Plan) -> f64 {
    let skeptic = |world: &&World| matches!(world, World::Skeptic(_));
    let worlds = plan
        .layout()
        .worlds
        .iter()
        .filter(|world| !skeptic(world))
        .count();
    f64::from(scenario.horizon_months) * worlds as f64
}

/// Puts the multipliers, one per program in order, in the programs' headlines.
fn enter_break_even(results: &mut Results, multipliers: Vec<Named>) {
    for (program, multiplier) in results.programs.iter_mut().zip(multipliers) {
        let known = program.headline.iter_mut();
        match known
            .into_iter()
            .find(|named| named.code == multiplier.code)
        {
            Some(named) => *named = multiplier,
            None => program.headline.push(multiplier),
        }
    }
}

/// What an engine error means for the exit code.
pub fn failure(error: EngineError) -> Failure {
    refusal(error, "this scenario", "simulation.customers")
}

/// As [`failure`], of a scenario read from a file, which it names.
pub fn failure_of(input: &Input, error: EngineError) -> Failure {
    let key = match input.customers_override {
        Some(_) => "--customers",
        None => "simulation.customers",
    };
    let scenario = format!("the scenario `{}`", input.path.display());
    refusal(error, &scenario, key)
}

/// `key`: where the number of simulated customers was stated.
fn refusal(error: EngineError, scenario: &str, key: &str) -> Failure {
    match error {
        EngineError::Cancelled => Failure::cancelled(),
        EngineError::Limit(why) => Failure::input(format!("{scenario} cannot be lived: {why}")),
        EngineError::TooFewCustomers {
            ref segment,
            enough,
        } => Failure::input(format!(
            "{scenario} cannot be lived: segment \"{}\" stands for customers but gets no simulated one: raise {key}; {} are \
             enough",
            echo(segment),
            console::thousands(enough)
        )),
        EngineError::Threads { .. } => Failure::input(error.to_string()),
        EngineError::Internal(why) => Failure::internal(why),
    }
}

/// Fails where a control check of the run failed, naming each.
///
/// # Errors
/// [`crate::errors::Category::Identity`].
pub fn confirm_checks(results: &Results) -> Result<(), Failure> {
    let mut checks = results.checks.clone();
    for book in &results.liability {
        checks.extend(book.checks.iter().map(|check| Check {
            code: check.code.clone(),
            subject: book.subject.clone(),
            checked: 1,
            failed: u64::from(!check.passed),
        }));
    }
    confirm(&checks)
}

fn confirm(checks: &[Check]) -> Result<(), Failure> {
    let failed: Vec<String> = checks
        .iter()
        .filter(|check| check.failed > 0)
        .map(|check| {
            let subject = if check.subject.is_empty() {
                String::new()
            } else {
                format!(" ({})", check.subject)
            };
            format!(
                "{}{subject}: {} of {}",
                check.code, check.failed, check.checked
            )
        })
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::identity(format!(
        "control checks failed, do not use these results: {}",
        failed.join("; ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::Category;

    fn check(code: &str, failed: u64) -> Check {
        Check {
            code: code.to_owned(),
            subject: "Points".to_owned(),
            checked: 12,
            failed,
        }
    }

    #[test]
    fn a_failed_control_check_is_named_and_has_its_own_exit_code() {
        let sound = [check("points_identity", 0)];
        assert_eq!(confirm(&sound), Ok(()));
        let failure = confirm(&[check("points_identity", 0), check("bridge_sums", 3)]).unwrap_err();
        assert_eq!(failure.category, Category::Identity);
        assert!(
            failure.message.ends_with("bridge_sums (Points): 3 of 12"),
            "{failure}"
        );
    }

    #[test]
    fn engine_errors_keep_their_category() {
        let of = |error| failure(error).category;
        assert_eq!(of(EngineError::Cancelled), Category::Cancelled);
        assert_eq!(of(EngineError::Limit("x".into())), Category::Input);
        let few = EngineError::TooFewCustomers {
            segment: "rest".into(),
            enough: 12_000,
        };
        let told = failure(few).message;
        assert!(
            told.contains("raise simulation.customers; 12,000 are enough"),
            "{told}"
        );
        let why = "none left".to_owned();
        let told = failure(EngineError::Threads { asked: 1024, why }).message;
        assert_eq!(
            told,
            "cannot start 1024 threads: none left; give fewer --threads"
        );
        assert_eq!(of(EngineError::Internal("x".into())), Category::Internal);
    }
}
