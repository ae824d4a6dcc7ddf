//! `fidelio liability`: value a book of points and leave the tables, charts and assumptions.

mod arguments;
mod ledger_arguments;
mod ledger_file;
mod number_cells;
mod output;
mod triangle_file;

use super::target::{Sample, Target};
use super::{Voice, console, interrupt};
use crate::errors::Failure;
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::valuation::{Assumptions, of_triangle};
use crate::random::Key;
use crate::report;
use crate::results::valuation::Valuation;
pub use arguments::LiabilityArgs;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Where results go unless told: `outputs/liability-NAME`.
const OUTPUTS: &str = "outputs";

/// Values the book; writes and shows what came out.
///
/// # Errors
/// A [`Failure`] by its category: wrong arguments, a data file that cannot be read (with every line that is wrong), a
/// failed control check (after the files are written).
pub fn liability(args: &LiabilityArgs) -> Result<(), Failure> {
    interrupt::flag()?;
    let Some(path) = args.ledger.as_ref().or(args.triangle.as_ref()) else {
        return Err(Failure::input(
            "nothing to value: give a ledger, or --triangle FILE",
        ));
    };
    let subject = stem(path);
    let directory = args
        .out
        .clone()
        .unwrap_or_else(|| default_directory(&subject));
    let name = format!("liability of {subject}");
    let sample = Sample {
        name: &name,
        seed: args.seed,
        customers: 0,
    };
    let target = Target::claim(&directory, sample, args.force)?;
    let read = match &args.ledger {
        Some(path) => ledger_file::read(path, args)?,
        None => triangle_file::read(path, args.incremental, args.issued.as_deref())?,
    };
    let mut with = args.assumptions(&read.triangle)?;
    if let Some(ledger) = &read.ledger {
        with.cost_per_point = with.cost_per_point.or(ledger.totals.cost_per_point());
    }
    let mut valuation = value(&subject, &read.triangle, &with, args)?;
    if let Some(ledger) = &read.ledger {
        ledger_file::complete(&mut valuation, ledger, args);
    }
    let mut register = args.register(&with);
    if read.ledger.is_some() {
        register.extend(args.reading.register());
    }
    let files = output::files(
        &name,
        &valuation,
        &args.register(&with),
        &read.sources,
        args.seed,
    )?;
    interrupt::check()?;
    target.fill(&files)?;
    show(&args.voice, &valuation, &target)?;
    confirm(&valuation)
}

fn value(
    subject: &str,
    triangle: &crate::liability::estimate::triangle::Triangle,
    with: &Assumptions,
    args: &LiabilityArgs,
) -> Result<Valuation, Failure> {
    let key = Key::new(args.seed, 0);
    // Draws are addressed by their number and collected in order: the same for any number of threads.
    let draw = |bootstrap: &Bootstrap| -> Vec<f64> {
        (0..args.draws)
            .into_par_iter()
            .filter_map(|number| bootstrap.draw(key, number))
            .collect()
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(args.threads.threads))
        .build();
    let pool =
        pool.map_err(|error| Failure::input(format!("cannot start the threads: {error}")))?;
    pool.install(|| of_triangle(subject, triangle, with, &draw))
        .map_err(|error| Failure::input(error.to_string()))
}

fn show(voice: &Voice, valuation: &Valuation, target: &Target) -> Result<(), Failure> {
    if voice.json {
        return console::say(&super::record::json(valuation));
    }
    if voice.quiet {
        return Ok(());
    }
    let text = report::valuation::text(valuation, console::width());
    let dir = target.dir().display().to_string().replace('\\', "/");
    console::say(&format!(
        "{text}\nwrote {dir}/ with {}, tables (CSV), charts (SVG and PNG)",
        output::VALUATION
    ))
}

/// Fails where a control check failed, naming each.
fn confirm(valuation: &Valuation) -> Result<(), Failure> {
    let failed = valuation.checks.iter().filter(|check| !check.passed);
    let failed: Vec<String> = failed
        .map(|check| format!("{} by {}", check.code, check.difference))
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::identity(format!(
        "control checks failed, do not book these results: {}",
        failed.join("; ")
    )))
}

/// The file's name without its extension.
fn stem(path: &Path) -> String {
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| !stem.is_empty())
        .unwrap_or_else(|| "book".to_owned())
}

fn default_directory(subject: &str) -> PathBuf {
    Path::new(OUTPUTS).join(format!("liability-{subject}"))
}
