//! `fidelio liability`: value a book of points, or test the methods on books whose end is known, and leave tables, charts
//! and assumptions.

mod arguments;
mod backtesting;
mod drawing;
mod explaining;
mod grouping;
mod issued_file;
mod ledger_arguments;
mod ledger_file;
mod mistakes;
mod number_cells;
mod output;
mod register;
mod repetition;
mod triangle_file;
mod valuing;
mod vintage_order;

use super::target::{Sample, Target};
use super::{console, interrupt};
use crate::errors::Failure;
pub use arguments::LiabilityArgs;
use output::{Outcome, Subject};
pub use repetition::{repeat, words_of};
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
    let task = Task::new(args)?;
    let subject = task.subject(args);
    let directory = args
        .out
        .clone()
        .unwrap_or_else(|| Path::new(OUTPUTS).join(&subject.stem));
    let sample = Sample {
        name: &subject.name,
        seed: subject.seed,
        customers: subject.customers,
    };
    let target = Target::claim(&directory, sample, args.force)?;
    let outcome = task.outcome(args)?;
    let (text, json) = (outcome.text.clone(), outcome.json.clone());
    let failed = outcome.failed.clone();
    interrupt::check()?;
    target.fill(&outcome.files(&subject))?;
    show(args, &target, &text, &json)?;
    confirm(&failed)
}

/// What is to be done.
enum Task {
    /// A ledger or a triangle, by the name of its file.
    Value(String),
    Backtest(Box<super::input::Input>),
    /// Two valuations.
    Compare(PathBuf, PathBuf),
}

impl Task {
    /// # Errors
    /// [`crate::errors::Category::Input`] where there is nothing to do, or a scenario is refused.
    fn new(args: &LiabilityArgs) -> Result<Task, Failure> {
        if let Some(path) = &args.backtest {
            return Ok(Task::Backtest(Box::new(backtesting::read(args, path)?)));
        }
        if let [old, new] = args.compare.as_slice() {
            return Ok(Task::Compare(old.clone(), new.clone()));
        }
        let path = args.ledger.as_ref().or(args.triangle.as_ref());
        let nothing = || {
            Failure::input(
                "nothing to value: give a ledger, --triangle FILE, --backtest SCENARIO, or --compare OLD NEW",
            )
        };
        Ok(Task::Value(stem(path.ok_or_else(nothing)?)))
    }

    fn subject(&self, args: &LiabilityArgs) -> Subject {
        let words = args.words.clone();
        match self {
            Task::Value(name) => Subject {
                name: format!("liability of {name}"),
                stem: format!("liability-{name}"),
                seed: args.bootstrap_seed(),
                customers: 0,
                words,
            },
            Task::Backtest(input) => Subject {
                name: format!("back-test of {}", input.scenario.name),
                stem: format!("backtest-{}", input.stem()),
                seed: input.scenario.simulation.seed,
                customers: input.scenario.simulation.customers,
                words,
            },
            Task::Compare(old, new) => {
                let pair = format!("{}-{}", stem(old), stem(new));
                Subject {
                    name: format!("comparison of {pair}"),
                    stem: format!("comparison-{pair}"),
                    seed: 0,
                    customers: 0,
                    words,
                }
            }
        }
    }

    fn outcome(&self, args: &LiabilityArgs) -> Result<Outcome, Failure> {
        match self {
            Task::Value(name) => valuing::outcome(args, name),
            Task::Backtest(input) => backtesting::outcome(args, input),
            Task::Compare(old, new) => explaining::outcome(old, new, args.program.as_deref()),
        }
    }
}

fn show(args: &LiabilityArgs, target: &Target, text: &str, json: &str) -> Result<(), Failure> {
    if args.voice.json {
        return console::say(json);
    }
    if args.voice.quiet {
        return Ok(());
    }
    let dir = target.dir().display().to_string().replace('\\', "/");
    console::say(&format!(
        "{text}\nwrote {dir}/ with its numbers (JSON), tables (CSV), charts (SVG and PNG)\n"
    ))
}

/// Fails where a control check failed, naming each.
fn confirm(failed: &[String]) -> Result<(), Failure> {
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
