//! `fidelio synth ledger`: the ledger of points that a company under a simulated program would keep.

use super::input::Input;
use super::{ScenarioArgs, Voice, console, interrupt, live};
use crate::errors::Failure;
use crate::scenario::model::{Program, Scenario};
use crate::study::synthetic_ledger::{self, Entry};
use clap::{Args, Subcommand};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Header of the file: the columns `fidelio liability` reads.
const HEADER: &[u8] = b"member,date,type,points,lot,cash_value\n";

/// Arguments of `fidelio synth`.
#[derive(Args, Debug)]
pub struct SynthArgs {
    #[command(subcommand)]
    pub what: What,
}

/// What can be written.
#[derive(Subcommand, Debug)]
pub enum What {
    /// A ledger of points (CSV): member, date, type, points, lot, cash_value; readable by `fidelio liability --sorted`.
    Ledger(LedgerArgs),
}

/// Arguments of `fidelio synth ledger`.
#[derive(Args, Debug)]
pub struct LedgerArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Whose ledger [default: the scenario's first program].
    #[arg(long, value_name = "NAME")]
    pub program: Option<String>,
    /// Overwrite the file where it exists.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub voice: Voice,
}

/// Writes what was asked for.
///
/// # Errors
/// A [`Failure`] by its category; the file appears only when it is complete.
pub fn synth(args: &SynthArgs) -> Result<(), Failure> {
    match &args.what {
        What::Ledger(args) => ledger(args),
    }
}

fn ledger(args: &LedgerArgs) -> Result<(), Failure> {
    interrupt::flag()?;
    let input = Input::read(
        &args.scenario,
        console::color_on_stderr(args.voice.no_color),
    )?;
    let program = program_named(&input.scenario, args.program.as_deref())?;
    let alone = synthetic_ledger::alone(&input.scenario, program)
        .ok_or_else(|| Failure::input("the scenario has no program, so there is no ledger"))?;
    without_points(&input.scenario, &alone)?;
    let written = write(args, &alone)?;
    if args.voice.json {
        let told = serde_json::json!({
            "file": args.out.display().to_string(),
            "program": alone.programs[0].name,
            "rows": written.rows,
            "members": written.members,
            "as_of": written.as_of,
        });
        return console::say(&format!("{told}\n"));
    }
    if args.voice.quiet {
        return Ok(());
    }
    let (file, as_of) = (args.out.display(), &written.as_of);
    console::say(&format!(
        "wrote {file}: {} rows of {} members of \"{}\"\nnext: fidelio liability {file} --sorted --as-of {as_of}\n",
        console::thousands(written.rows),
        console::thousands(written.members),
        alone.programs[0].name,
    ))
}

/// Index of the program of that name, the first one without a name.
///
/// # Errors
/// [`crate::errors::Category::Input`] naming the programs there are.
pub fn program_named(scenario: &Scenario, name: Option<&str>) -> Result<usize, Failure> {
    let names: Vec<&str> = scenario.programs.iter().map(|p| p.name.as_str()).collect();
    if names.is_empty() {
        return Err(Failure::input("the scenario has no program"));
    }
    let Some(name) = name else { return Ok(0) };
    let found = names.iter().position(|known| *known == name);
    found.ok_or_else(|| {
        Failure::input(format!(
            "no program is called \"{name}\"; the scenario has {}",
            names.join(", ")
        ))
    })
}

/// Refuses a program that has no points, whose ledger would be empty.
fn without_points(scenario: &Scenario, alone: &Scenario) -> Result<(), Failure> {
    let has_points = |program: &Program| program.versions.iter().any(|v| !v.rewards.is_empty());
    let Some(program) = alone.programs.first().filter(|p| !has_points(p)) else {
        return Ok(());
    };
    let others = scenario.programs.iter().filter(|p| has_points(p));
    let others: Vec<String> = others.map(|p| format!("\"{}\"", p.name)).collect();
    let hint = match others.is_empty() {
        true => "no program of the scenario has one".to_owned(),
        false => format!("name one that has, by --program: {}", others.join(", ")),
    };
    Err(Failure::input(format!(
        "\"{}\" has no [[program.reward]], so it has no points and no ledger: {hint}",
        program.name
    )))
}

struct Written {
    rows: u64,
    members: u64,
    /// Last day of the horizon.
    as_of: String,
}

fn write(args: &LedgerArgs, scenario: &Scenario) -> Result<Written, Failure> {
    let path = &args.out;
    if path.exists() && !args.force {
        return Err(Failure::input(format!(
            "`{}` exists: give another --out, or --force to overwrite it",
            path.display()
        )));
    }
    let cannot = |error: std::io::Error| {
        Failure::input(format!("cannot write `{}`: {error}", path.display()))
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let staging = tempfile::tempdir_in(folder.unwrap_or(Path::new("."))).map_err(cannot)?;
    // A file of its own inside: temporary files are private, this one is as open as the umask says.
    let staged = staging.path().join("ledger.csv");
    let file = std::fs::File::create(&staged).map_err(cannot)?;
    let (rows, members) = fill(&file, scenario, &cannot)?;
    drop(file);
    std::fs::rename(&staged, path).map_err(cannot)?;
    let horizon = f64::from(scenario.horizon_months);
    Ok(Written {
        rows,
        members,
        as_of: synthetic_ledger::day_of(scenario.start, horizon, true).to_string(),
    })
}

/// Writes every row; how many rows and members there are.
fn fill(
    file: &std::fs::File,
    scenario: &Scenario,
    cannot: &dyn Fn(std::io::Error) -> Failure,
) -> Result<(u64, u64), Failure> {
    let mut rows = Rows {
        file: BufWriter::with_capacity(1 << 16, file),
        digits: scenario.currency.digits as usize,
        failed: None,
        rows: 0,
        members: 0,
        last: 0,
    };
    rows.put(HEADER);
    let cancelled = interrupt::flag()?;
    let lived = synthetic_ledger::write(scenario, |entry| {
        rows.entry(entry);
        rows.failed.is_none() && !cancelled.load(Ordering::Relaxed)
    });
    // A disk that is full also stops the lives: it is the reason to tell.
    let flushed = match rows.failed {
        Some(error) => Err(error),
        None => rows.file.flush(),
    };
    flushed.map_err(cannot)?;
    lived.map_err(live::failure)?;
    Ok((rows.rows, rows.members))
}

/// The file being written.
struct Rows<'a> {
    file: BufWriter<&'a std::fs::File>,
    digits: usize,
    failed: Option<std::io::Error>,
    rows: u64,
    members: u64,
    /// Member of the last row.
    last: u64,
}

impl Rows<'_> {
    fn put(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.file.write_all(bytes).err();
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let lot = entry.lot.map_or(String::new(), |day| day.to_string());
        let cost = entry.cost.map_or(String::new(), |c| major(c, self.digits));
        let line = format!(
            "{},{},{},{},{lot},{cost}\n",
            entry.member,
            entry.day,
            entry.kind.name(),
            entry.points,
        );
        self.put(line.as_bytes());
        self.rows += 1;
        self.members += u64::from(entry.member != self.last);
        self.last = entry.member;
    }
}

/// Minor units as an amount with all its decimals.
fn major(minor: i64, digits: usize) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    let point = if digits == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        let of = |minor, digits| major(minor, digits);
        assert_eq!(
            [of(500, 2), of(7, 2), of(-1234, 3)],
            ["5.00", "0.07", "-1.234"]
        );
        assert_eq!(of(680, 0), "680");
    }
}
