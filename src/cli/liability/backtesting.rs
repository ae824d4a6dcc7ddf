//! `fidelio liability --backtest`: how wrong each method would have been.

use super::arguments::LiabilityArgs;
use super::output::{BACKTEST, Outcome, file};
use crate::chart;
use crate::cli::input::Input;
use crate::cli::record::{self, INPUTS, OutputFile, drawn, json};
use crate::cli::synth::program_named;
use crate::cli::{ScenarioArgs, console, interrupt, live};
use crate::errors::Failure;
use crate::report;
use crate::study::backtest::backtest;
use std::path::Path;

/// The scenario to be lived, with what the arguments override.
///
/// # Errors
/// [`crate::errors::Category::Input`] with everything that is wrong in it.
pub fn read(args: &LiabilityArgs, path: &Path) -> Result<Input, Failure> {
    let scenario = ScenarioArgs {
        scenario: path.to_owned(),
        seed: args.seed,
        customers: args.customers,
        overlay: args.overlay.clone(),
    };
    Input::read(&scenario, console::color_on_stderr(args.voice.no_color))
}

/// Lives the books and values them.
///
/// # Errors
/// Where the scenario cannot be lived, has no such program, or Ctrl-C was pressed.
pub fn outcome(args: &LiabilityArgs, input: &Input) -> Result<Outcome, Failure> {
    let program = program_named(&input.scenario, args.program.as_deref())?;
    let customers = input.scenario.simulation.customers;
    let least = u64::from(args.replications) * 100;
    if customers < least {
        return Err(Failure::input(format!(
            "{customers} simulated customers are too few for {} replications: at least {least}",
            args.replications
        )));
    }
    let found = backtest(
        &input.scenario,
        program,
        args.replications,
        args.settled_months as usize,
        usize::from(args.threads.threads),
        Some(interrupt::flag()?),
    );
    let found = found.map_err(|e| live::failure_of(input, e))?;
    let mut numbers = vec![file(BACKTEST, json(&found))];
    let tables = report::backtest::files(&found).into_iter();
    numbers.extend(tables.map(|(name, bytes)| OutputFile { name, bytes }));
    let pictures = chart::backtest_charts(&found)
        .map_err(|error| Failure::internal(format!("a chart could not be drawn: {error}")))?;
    let copy = |written: &crate::cli::input::Written| {
        file(&format!("{INPUTS}/{}", written.name), written.text.clone())
    };
    Ok(Outcome {
        numbers,
        pictures: drawn("", pictures),
        sources: input.written.iter().map(copy).collect(),
        resolved: file(record::RESOLVED, record::resolved_text(&input.scenario)?),
        text: report::backtest::text(&found, console::width()),
        json: json(&found),
        failed: Vec::new(),
    })
}
