//! The command line: arguments in, files and words out. One file per command; everything a command shares with another
//! is a part named after what it is (a target directory, a record of a run, a console).

pub mod check;
pub mod console;
mod input;
mod interrupt;
pub mod liability;
mod live;
pub mod new;
mod progress;
pub mod record;
pub mod run;
pub mod schema;
pub mod synth;
pub mod target;
pub mod trace;
pub mod verify;

use crate::errors::Failure;
use crate::scenario::MAX_CUSTOMERS;
use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// What a loyalty program does to churn, outstanding points, margin and ROI, against the same customers without it.
#[derive(Parser)]
#[command(name = "fidelio", version, after_help = EXIT_CODES, max_term_width = 120)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 2 wrong arguments, scenario or place for the results, 3 unreadable or \
                          altered data, 4 a control check failed or a rerun differs, 5 a defect of fidelio, \
                          130 stopped by Ctrl-C.";

#[derive(Subcommand)]
enum Command {
    /// Live the scenario; write tables and charts.
    Run(run::RunArgs),
    /// Validate a scenario, warn against the evidence, estimate memory and time.
    Check(check::CheckArgs),
    /// Write a commented starter scenario.
    New(new::NewArgs),
    /// Tell one customer's lives, event by event, in every world.
    Trace(trace::TraceArgs),
    /// Value a book of points: estimates side by side with their errors, tables for finance, charts.
    Liability(Box<liability::LiabilityArgs>),
    /// Write data as a company would have it, from a simulation.
    Synth(synth::SynthArgs),
    /// Print the JSON Schema of the scenario language.
    Schema,
    /// Re-execute a run from its manifest and say "identical", or what differs.
    Verify(verify::VerifyArgs),
}

/// Which scenario, and what of it the command line overrides.
#[derive(Args, Clone, Debug)]
pub struct ScenarioArgs {
    /// Scenario file (TOML).
    pub scenario: PathBuf,
    /// Seed of all draws, instead of the scenario's.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_seed)]
    pub seed: Option<u64>,
    /// Simulated customers, instead of the scenario's.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_customers)]
    pub customers: Option<u64>,
    /// File (TOML) laid over the scenario, for a stress or a variant; may be given several times, the last one on top.
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
}

/// How a command speaks.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Voice {
    /// Print JSON on standard output instead of words.
    #[arg(long)]
    pub json: bool,
    /// Print nothing but errors.
    #[arg(long, short)]
    pub quiet: bool,
    /// No colors (also: the environment variable NO_COLOR, or output to a file).
    #[arg(long)]
    pub no_color: bool,
}

/// Worker threads.
#[derive(Args, Clone, Copy, Debug)]
pub struct Threads {
    /// Worker threads; 0 is one per processor. The results are the same for any number.
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub threads: u16,
}

/// Seeds are what a TOML integer can hold.
fn parse_seed(text: &str) -> Result<u64, String> {
    match text.parse::<i64>() {
        Ok(seed) if seed >= 0 => Ok(seed as u64),
        _ => Err(format!("a whole number from 0 to {}", i64::MAX)),
    }
}

/// Customers are written as people write them: `1_000_000` and `1e6` are both a million.
fn parse_customers(text: &str) -> Result<u64, String> {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let count = match plain.parse::<u64>() {
        Ok(count) => count,
        Err(_) => match plain.parse::<f64>() {
            // 2^53: every whole number below is exact as f64.
            Ok(x) if x >= 0.0 && x.fract() == 0.0 && x < 9_007_199_254_740_992.0 => x as u64,
            _ => return Err("a whole number of customers, for example 200_000 or 1e6".into()),
        },
    };
    if count == 0 {
        return Err("at least one customer".into());
    }
    if count > MAX_CUSTOMERS {
        return Err(format!("at most {MAX_CUSTOMERS} customers"));
    }
    Ok(count)
}

/// Parses the arguments and does what they ask.
///
/// # Errors
/// A [`Failure`], whose category is the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<(), Failure> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    if let Command::Liability(args) = &mut cli.command {
        let words = arguments
            .iter()
            .map(|word| word.to_string_lossy().into_owned());
        args.words = liability::words_of(&words.collect::<Vec<_>>());
    }
    // A panic is a defect by definition; the standard message with its place has been printed when it arrives here.
    std::panic::catch_unwind(|| dispatch(&cli.command))
        .unwrap_or_else(|_| Err(Failure::internal("a computation panicked, see above")))
}

fn dispatch(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Run(args) => run::run(args),
        Command::Check(args) => check::check(args),
        Command::New(args) => new::new(args),
        Command::Trace(args) => trace::trace(args),
        Command::Liability(args) => liability::liability(args),
        Command::Synth(args) => synth::synth(args),
        Command::Schema => schema::schema(),
        Command::Verify(args) => verify::verify(args),
    }
}

/// The arguments of `fidelio liability` that a manifest records.
fn recorded_liability(words: &[String]) -> Option<liability::LiabilityArgs> {
    let line = std::iter::once("fidelio".to_owned()).chain(words.iter().cloned());
    match Cli::try_parse_from(line).ok()?.command {
        Command::Liability(args) => Some(*args),
        _ => None,
    }
}

/// The scenario that was given where a command belongs.
fn scenario_for_command(error: &clap::Error) -> Option<&str> {
    match error.get(ContextKind::InvalidSubcommand)? {
        ContextValue::String(word) if word.ends_with(".toml") => Some(word),
        _ => None,
    }
}

/// Help and version are answers on standard output; anything else is a failure on standard error.
fn usage(error: &clap::Error) -> Result<(), Failure> {
    let text = error.render();
    if error.use_stderr() {
        let colored = console::color_on_stderr(false);
        let mut shown = if colored {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        if let Some(scenario) = scenario_for_command(error) {
            shown = format!("{shown}\nTo run a scenario: fidelio run {scenario}\n");
        }
        return Err(Failure::input("").with_report(shown));
    }
    console::say(&text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_scenario_in_the_place_of_a_command_is_told_of_run() {
        for (word, told) in [("coffee.toml", Some("coffee.toml")), ("coffee", None)] {
            let error = Cli::try_parse_from(["fidelio", word]).err();
            let error = error.expect("no such command");
            assert_eq!(scenario_for_command(&error), told);
        }
    }

    #[test]
    fn a_negative_number_is_told_its_range() {
        let liability =
            |flag: &'static str| vec!["fidelio", "liability", "--triangle", "t.csv", flag, "-1"];
        let mut lines = vec![
            vec!["fidelio", "run", "a.toml", "--threads", "-1"],
            vec!["fidelio", "trace", "a.toml", "--ordinal", "-1"],
        ];
        lines.extend(["--decimals", "--draws", "--seed", "--matured"].map(liability));
        for line in lines {
            let error = Cli::try_parse_from(&line).err().expect("a negative number");
            let kind = error.kind();
            assert_eq!(
                kind,
                clap::error::ErrorKind::ValueValidation,
                "{line:?}: {error}"
            );
        }
        // Judged together with the other numbers.
        let judged = [
            "--rate",
            "--tail-error",
            "--cost-per-point",
            "--prior-pattern",
        ];
        for line in judged.map(liability) {
            assert!(Cli::try_parse_from(&line).is_ok(), "{line:?}");
        }
        let issued = [
            "fidelio",
            "liability",
            "--triangle",
            "t.csv",
            "--issued",
            "-5,1",
        ];
        assert!(Cli::try_parse_from(issued).is_ok());
    }

    #[test]
    fn seeds_are_whole_numbers() {
        assert_eq!(parse_seed("9223372036854775807"), Ok(i64::MAX as u64));
        for text in ["", "-1", "1.5", "x", "9223372036854775808"] {
            assert!(parse_seed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn customers_are_read_as_people_write_them() {
        for text in ["1000000", "1_000_000", "1e6", "1E6"] {
            assert_eq!(parse_customers(text), Ok(1_000_000), "{text}");
        }
        for text in [
            "",
            "0",
            "-5",
            "1.5",
            "1e400",
            "nan",
            "inf",
            "many",
            "1e17",
            "1e15",
            "10_000_000_001",
        ] {
            assert!(parse_customers(text).is_err(), "{text}");
        }
    }
}
