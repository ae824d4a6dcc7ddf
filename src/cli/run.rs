//! `fidelio run`: live the scenario, and leave the answer on the terminal and in files.

use super::input::Input;
use super::live::{self, Lived, Manner};
use super::record::{self, OutputFile};
use super::target::{Sample, Target};
use super::{ScenarioArgs, Threads, Voice, console, interrupt, progress};
use crate::errors::Failure;
use crate::report;
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

/// Where results of `scenarios/grocer.toml` go unless told: `outputs/grocer`.
const OUTPUTS: &str = "outputs";

/// Arguments of `fidelio run`.
#[derive(Args, Debug)]
pub struct RunArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Directory for the results [default: outputs/NAME, for a scenario file NAME.toml].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write into a directory that something else filled, or over a run of more customers or of another seed; files of
    /// the same names are overwritten.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub threads: Threads,
    #[command(flatten)]
    pub voice: Voice,
}

/// Lives the scenario; writes and shows what came out.
///
/// # Errors
/// A [`Failure`] by its category; a failed control check is one, after the files are written.
pub fn run(args: &RunArgs) -> Result<(), Failure> {
    let (began, clock) = (SystemTime::now(), Instant::now());
    interrupt::flag()?;
    let input = Input::read(
        &args.scenario,
        console::color_on_stderr(args.voice.no_color),
    )?;
    if !args.voice.quiet && !args.voice.json {
        input.remark_warnings();
    }
    let directory = args
        .out
        .clone()
        .unwrap_or_else(|| Path::new(OUTPUTS).join(input.stem()));
    let target = Target::claim(&directory, Sample::of(&input.scenario), args.force)?;

    let lived = live::live(&input, manner(args))?;
    let mut files = record::render(&input, &lived.results)?;
    let threads = usize::from(args.threads.threads);
    files.push(record::run_record(
        &lived,
        threads,
        began,
        clock.elapsed().as_secs_f64(),
    ));

    interrupt::check()?;
    target.fill(&files)?;
    show(args, &lived, &files, target.dir(), clock)?;
    live::confirm_checks(&lived.results)
}

fn manner(args: &RunArgs) -> Manner {
    Manner {
        threads: usize::from(args.threads.threads),
        progress: !args.voice.quiet && !args.voice.json,
        break_even: true,
        books: true,
    }
}

/// The answer on standard output, how long it took on standard error.
fn show(
    args: &RunArgs,
    lived: &Lived,
    files: &[OutputFile],
    dir: &Path,
    clock: Instant,
) -> Result<(), Failure> {
    if args.voice.json {
        return console::say(&record::json(&lived.results));
    }
    if args.voice.quiet {
        return Ok(());
    }
    let table = report::terminal::table(&lived.results, console::width());
    console::say(&format!(
        "{}\n\nwrote {}\n",
        table.trim_end(),
        written(files, dir)
    ))?;
    console::remark(&format!(
        "{} in the engine ({}), {} in all",
        console::duration(lived.engine_seconds),
        progress::rate(lived.customer_months / lived.engine_seconds.max(1e-9)),
        console::duration(clock.elapsed().as_secs_f64())
    ));
    Ok(())
}

/// The paths written, kinds together.
fn written(files: &[OutputFile], dir: &Path) -> String {
    let count = |extension: &str| {
        files
            .iter()
            .filter(|file| file.name.ends_with(extension))
            .count()
    };
    let dir = dir.display().to_string().replace('\\', "/");
    format!(
        "{dir}/ with {}, {} (CSV), {} (SVG and PNG), {}, {}",
        record::RESULTS,
        console::count(count(".csv"), "table"),
        console::count(count(".svg"), "chart"),
        record::MANIFEST,
        record::RUN
    )
}
