//! `fidelio check`: is the scenario sound, is it plausible, is the market in balance, and what will a run take.

mod friends;

use self::friends::Reproduction;
use super::input::{self, Input};
use super::live::{self, Lived, Manner};
use super::{ScenarioArgs, Threads, Voice, console, record};
use crate::engine::plan::Plan;
use crate::errors::Failure;
use crate::population::stationary::{self, Stationary};
use crate::scenario::diagnostics::Diagnostic;
use crate::scenario::load::Loaded;
use crate::scenario::model::{Program, Scenario, Segment};
use clap::Args;
use serde::Serialize;

/// Customers of the trial that measures speed.
const TRIAL: u64 = 20_000;
/// Stated and implied base, or the ends of world 0, may differ by this much before it is said aloud.
const IN_BALANCE: f64 = 0.05;

/// Arguments of `fidelio check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    #[command(flatten)]
    pub threads: Threads,
    #[command(flatten)]
    pub voice: Voice,
}

/// Why a scenario was refused.
#[derive(Debug, Serialize)]
struct Refusal<'a> {
    sound: bool,
    files: Vec<&'a str>,
    /// Spans are bytes of the files, laid end to end with one byte between.
    diagnostics: &'a [Diagnostic],
}

/// What a check found.
#[derive(Debug, Serialize)]
struct Findings {
    sound: bool,
    scenario: String,
    warnings: Vec<Diagnostic>,
    /// Programs compared with none.
    programs: usize,
    segments: usize,
    horizon_months: u32,
    customers: u64,
    /// Lives each customer lives.
    lives: usize,
    /// Bytes of one tally; a run holds one, and a smaller one per thread.
    tally_bytes: usize,
    /// Seconds in the engine, from a trial on this machine.
    estimated_seconds: f64,
    balance: Balance,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reproduction: Vec<Reproduction>,
    /// Programs with tiers.
    status: Vec<StatusShares>,
}

/// How many members hold each tier, as behavior reads it: a constant, measured before the run.
#[derive(Debug, Serialize)]
struct StatusShares {
    program: String,
    /// Of the tiers the program starts with, lowest first: its name, and the share of members at it or above.
    tiers: Vec<(String, f64)>,
}

/// Whether the market stands still without a program.
#[derive(Debug, Serialize)]
struct Balance {
    /// Opening customers as stated.
    stated_base: f64,
    /// Customers that inflow and lifetimes would hold in the long run; none where nobody arrives or nobody leaves.
    implied_base: Option<f64>,
    /// Customers expected at the end of the horizon without a program.
    base_at_horizon: f64,
    /// Age of the company at the start; none where it is as old as its oldest customer can be.
    company_age_years: Option<f64>,
    /// Customers the base gains over the horizon only because the company grows older: those who would have arrived
    /// before its first day are missing from the start, and so is their leaving.
    gained_by_age: Option<f64>,
}

impl Balance {
    fn new(scenario: &Scenario, assessed: Stationary) -> Balance {
        let age = scenario.market.company_age_months;
        let inflow = scenario.market.arrivals_per_year / 12.0;
        let horizon = f64::from(scenario.horizon_months);
        let sustained = |age: f64| -> Option<f64> {
            let of = |s: &Segment| stationary::expected_months(&s.lifetime, Some(age));
            scenario
                .segments
                .iter()
                .map(|s| of(s).map(|months| months * s.share * inflow))
                .sum()
        };
        let gained_by_age = age.and_then(|a| Some(sustained(a + horizon)? - sustained(a)?));
        Balance {
            stated_base: assessed.stated_base,
            implied_base: assessed.implied_base,
            base_at_horizon: assessed.base_at_horizon,
            company_age_years: age.map(|a| a / 12.0),
            gained_by_age: gained_by_age.filter(|_| inflow > 0.0),
        }
    }

    /// Whether the stated base is far from the one that inflow and lifetimes imply.
    fn is_stated_otherwise(&self) -> bool {
        let stated = self.stated_base;
        self.implied_base
            .is_some_and(|implied| stated > 0.0 && (implied / stated - 1.0).abs() > IN_BALANCE)
    }
}

/// Checks a scenario.
///
/// # Errors
/// [`crate::errors::Category::Input`] where the scenario is refused or too large.
pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    let loaded = input::load(&args.scenario)?;
    if args.voice.json && loaded.parsed.scenario.is_none() {
        return refuse(&loaded);
    }
    let colored = console::color_on_stderr(args.voice.no_color);
    let input = Input::accept(&args.scenario, loaded, colored)?;
    let plan = Plan::new(&input.scenario).map_err(|e| live::failure_of(&input, e))?;
    let trial = live_trial(&input, usize::from(args.threads.threads))?;
    let balance = stationary::stationary(&input.scenario)
        .map_err(|error| Failure::input(format!("the market cannot be assessed: {error}")))?;
    let findings = findings(&input, &plan, &trial, balance);
    if args.voice.json {
        return console::say(&record::json(&findings));
    }
    if args.voice.quiet {
        return Ok(());
    }
    input.remark_warnings();
    console::say(&words(&input.scenario, &findings))
}

/// A refused scenario, for a script.
fn refuse(loaded: &Loaded) -> Result<(), Failure> {
    let refusal = Refusal {
        sound: false,
        files: loaded
            .sources
            .iter()
            .map(|source| source.name.as_str())
            .collect(),
        diagnostics: &loaded.parsed.diagnostics,
    };
    console::say(&record::json(&refusal))?;
    Err(Failure::input("the scenario was refused"))
}

/// Lives the scenario with few customers: the same rules at a measured speed.
fn live_trial(input: &Input, threads: usize) -> Result<Lived, Failure> {
    let mut small = input.scenario.clone();
    small.simulation.customers = small.simulation.customers.min(TRIAL);
    let manner = Manner {
        threads,
        progress: false,
        break_even: false,
        books: false,
    };
    live::live_as(input, &small, manner)
}

fn findings(input: &Input, plan: &Plan, trial: &Lived, balance: Stationary) -> Findings {
    let scenario = &input.scenario;
    let scale = plan.families() as f64 / (trial.families as f64).max(1.0);
    Findings {
        sound: true,
        scenario: scenario.name.clone(),
        warnings: input.warnings.clone(),
        programs: scenario.programs.len(),
        segments: scenario.segments.len(),
        horizon_months: scenario.horizon_months,
        customers: scenario.simulation.customers,
        lives: plan.layout().worlds.len(),
        tally_bytes: plan.bytes(),
        estimated_seconds: trial.engine_seconds * scale,
        balance: Balance::new(scenario, balance),
        reproduction: Reproduction::of_all(scenario, plan),
        status: status_shares(scenario, plan),
    }
}

fn status_shares(scenario: &Scenario, plan: &Plan) -> Vec<StatusShares> {
    let of = |(index, program): (usize, &Program)| {
        let version = program.versions.first()?;
        let holders = plan.holders(index).next()?;
        let names = version.ladder.tiers.iter().map(|tier| tier.name.clone());
        let tiers: Vec<(String, f64)> = names.zip(holders.iter().skip(1).copied()).collect();
        (!tiers.is_empty()).then(|| StatusShares {
            program: program.name.clone(),
            tiers,
        })
    };
    scenario
        .programs
        .iter()
        .enumerate()
        .filter_map(of)
        .collect()
}

fn status_words(status: &StatusShares) -> String {
    let last = status.tiers.len().saturating_sub(1);
    let shares = status.tiers.iter();
    let shares: Vec<String> = shares
        .enumerate()
        .map(|(rank, (name, share))| {
            let above = if rank < last { " or above" } else { "" };
            format!("{:.1} % {name}{above}", 100.0 * share)
        })
        .collect();
    format!(
        "  status     {}: of members who go on buying, {}, which dilutes what status is worth",
        status.program,
        shares.join(", ")
    )
}

fn words(scenario: &Scenario, findings: &Findings) -> String {
    let mut lines = vec![format!(
        "{}: sound, {}{}",
        findings.scenario,
        console::count(findings.warnings.len(), "warning"),
        match findings.balance.is_stated_otherwise() {
            true => "; the stated base is not what the inflow sustains, see below",
            false => "",
        }
    )];
    lines.push(format!(
        "  scope      {}, {}, {} months from {}",
        console::count(findings.segments, "segment"),
        console::count(findings.programs, "program"),
        findings.horizon_months,
        scenario.start
    ));
    lines.push(format!(
        "  size       {} simulated customers, {} each; a tally of {:.1} MB",
        console::thousands(findings.customers),
        if findings.lives == 1 {
            "1 life".to_owned()
        } else {
            format!("{} lives", findings.lives)
        },
        findings.tally_bytes as f64 / 1e6
    ));
    lines.push(format!(
        "  time       about {} in the engine, judged by {} customers on this machine{}",
        console::duration(findings.estimated_seconds),
        console::thousands(findings.customers.min(TRIAL)),
        match findings.programs > 0 && scenario.simulation.baseline {
            true => "; a run seeks break-even too, which takes about as long again",
            false => "",
        }
    ));
    lines.extend(balance_words(&findings.balance, findings.horizon_months));
    if scenario.market.word_of_mouth.hazard_per_slot > 0.0 {
        lines.push(
            "             without friends who come unprompted, who are in none of these numbers"
                .to_owned(),
        );
    }
    lines.extend(findings.reproduction.iter().map(Reproduction::words));
    lines.extend(findings.status.iter().map(status_words));
    lines.push(String::new());
    lines.join("\n")
}

/// The stated base beside the implied one, and the drift of the market without a program.
fn balance_words(balance: &Balance, months: u32) -> Vec<String> {
    let (stated, end) = (balance.stated_base, balance.base_at_horizon);
    if stated <= 0.0 {
        return vec![format!(
            "  base       starts empty, {} customers expected after {months} months without a program",
            thousands(end)
        )];
    }
    let base = match balance.implied_base {
        None => "inflow and lifetimes imply no stationary base".to_owned(),
        Some(implied) => format!(
            "{} implied by inflow and lifetimes: {}",
            thousands(implied),
            verdict(
                implied / stated - 1.0,
                "consistent",
                "the market is not in balance"
            )
        ),
    };
    let mut lines = vec![
        format!("  base       {} stated, {base}", thousands(stated)),
        format!(
            "  drift      {} customers expected after {months} months without a program: {}",
            thousands(end),
            verdict(end / stated - 1.0, "steady", "the market drifts by itself")
        ),
    ];
    lines.extend(reasons(balance));
    lines
}

/// Why the market drifts, as far as it is known: the company is young for its customers, or inflow and base disagree.
fn reasons(balance: &Balance) -> Vec<String> {
    let stated = balance.stated_base;
    let drift = balance.base_at_horizon / stated - 1.0;
    if drift.abs() <= IN_BALANCE {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let by_age = balance.gained_by_age.unwrap_or(0.0) / stated;
    if let Some(years) = balance.company_age_years
        && by_age.abs() > 0.2 * IN_BALANCE
    {
        lines.push(format!(
            "             {} of it because the company is {years} years old and customers can stay longer: nobody",
            percent(by_age)
        ));
        lines.push(
            "             has been there longer yet, so fewer leave than arrive, and the base still grows"
                .to_owned(),
        );
    }
    let rest = drift - by_age;
    if rest.abs() > 0.2 * IN_BALANCE {
        let why = match balance.implied_base {
            None if balance.gained_by_age.is_none() => {
                "nobody arrives, or the law of leaving has no long-run base"
            }
            Some(implied) if (implied / stated - 1.0).abs() > 0.2 * IN_BALANCE => {
                "the stated base is not what the inflow sustains"
            }
            _ => "arrivals differ from the base: quality, entries by day, or the mix of segments",
        };
        lines.push(format!(
            "             {} of it because {why}",
            percent(rest)
        ));
    }
    lines.push(
        "             the program is compared with this moving market; growth in it is not the program's"
            .to_owned(),
    );
    lines
}

fn thousands(number: f64) -> String {
    console::thousands(number.round().clamp(0.0, 9e18) as u64)
}

fn verdict(change: f64, small: &str, large: &str) -> String {
    let words = if change.abs() <= IN_BALANCE {
        small
    } else {
        large
    };
    format!("{}, {words}", percent(change))
}

fn percent(change: f64) -> String {
    // Adding zero turns the -0 of a tiny loss into +0.
    let percent = (1000.0 * change).round() / 10.0 + 0.0;
    format!("{percent:+.1} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balance(stated_base: f64, implied_base: Option<f64>, base_at_horizon: f64) -> Balance {
        Balance {
            stated_base,
            implied_base,
            base_at_horizon,
            company_age_years: None,
            gained_by_age: None,
        }
    }

    #[test]
    fn a_young_company_grows_and_is_told_why() {
        let young = Balance {
            company_age_years: Some(25.0),
            gained_by_age: Some(3.1e5),
            ..balance(4e6, Some(4e6), 4.31e6)
        };
        let text = balance_words(&young, 60).join("\n");
        assert!(
            text.contains("+7.8 % of it because the company is 25 years old"),
            "{text}"
        );
        assert!(!text.contains("sustains"), "one reason is enough: {text}");
        assert!(!young.is_stated_otherwise());
        let steady = balance(4e6, Some(4e6), 4.01e6);
        assert_eq!(balance_words(&steady, 60).len(), 2, "nothing to explain");
    }

    #[test]
    fn an_unbalanced_market_is_said_aloud() {
        assert!(balance(4e6, Some(2.5e6), 3.1e6).is_stated_otherwise());
        assert!(!balance(0.0, Some(2.5e6), 3.1e6).is_stated_otherwise());
        let lines = balance_words(&balance(4e6, Some(2.5e6), 3.1e6), 60);
        assert_eq!(
            lines,
            [
                "  base       4,000,000 stated, 2,500,000 implied by inflow and lifetimes: \
                 -37.5 %, the market is not in balance",
                "  drift      3,100,000 customers expected after 60 months without a program: \
                 -22.5 %, the market drifts by itself",
                "             -22.5 % of it because the stated base is not what the inflow sustains",
                "             the program is compared with this moving market; growth in it is not the program's",
            ]
        );
    }

    #[test]
    fn every_tier_says_whether_those_above_it_count() {
        let tiers = [("Silver", 0.419), ("Gold", 0.148)];
        let status = StatusShares {
            program: "Tiers".to_owned(),
            tiers: tiers.map(|(name, share)| (name.to_owned(), share)).into(),
        };
        let text = status_words(&status);
        assert!(
            text.contains("buying, 41.9 % Silver or above, 14.8 % Gold, which"),
            "{text}"
        );
    }

    #[test]
    fn a_balanced_or_empty_market_is_not_blamed() {
        let lines = balance_words(&balance(1e5, Some(1.01e5), 9.9e4), 60);
        assert!(lines[0].ends_with("+1.0 %, consistent"), "{}", lines[0]);
        assert_eq!(verdict(-1e-9, "steady", ""), "+0.0 %, steady");
        assert!(lines[1].ends_with("-1.0 %, steady"), "{}", lines[1]);
        let empty = balance_words(&balance(0.0, None, 2357.0), 60);
        assert_eq!(
            empty,
            [
                "  base       starts empty, 2,357 customers expected after 60 months without a program"
            ]
        );
    }
}
