//! Valuing a ledger or a triangle: from its file to everything that is written about it.

use super::arguments::{Assumption, LiabilityArgs};
use super::drawing::{draws, on_threads};
use super::output::{ASSUMPTIONS, BASIS, Outcome, VALUATION, file};
use super::register::{self, Register};
use super::triangle_file::Read;
use super::{grouping, ledger_file, triangle_file};
use crate::chart;
use crate::cli::console;
use crate::cli::record::{INPUTS, OutputFile, drawn, json};
use crate::errors::Failure;
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::valuation::{Assumptions, gives_a_number, of_triangle, reach_of_tail};
use crate::report;
use crate::results::valuation::{Stated, Valuation};

/// Reads and values the book.
///
/// # Errors
/// A [`Failure`] by its category: a data file that cannot be read, with every line that is wrong; an assumption that makes
/// no sense.
pub fn outcome(args: &LiabilityArgs, subject: &str) -> Result<Outcome, Failure> {
    let approvals = args.register.as_deref().map(Register::read).transpose()?;
    let mut read = match (&args.ledger, &args.triangle) {
        (Some(path), _) => ledger_file::read(path, args)?,
        (None, Some(path)) => triangle_file::read(path, args.incremental, args.issued.as_deref())?,
        (None, None) => return Err(Failure::input("nothing to value")),
    };
    read.triangle = read.triangle.without_void_ages();
    let mut with = args.assumptions(&read.triangle)?;
    if let Some(ledger) = &read.ledger {
        ledger_file::check_cost(ledger, args)?;
        with.cost_per_point = with.cost_per_point.or(ledger.totals.cost_per_point());
    }
    let register = made(args, &read, &with, approvals.as_ref())?;
    let mut valuation = value(subject, &read.triangle, &with, args)?;
    if let Some(ledger) = &read.ledger {
        ledger_file::complete(&mut valuation, ledger, args);
        grouping::divide(&mut valuation, &read.triangle, ledger, &with, args)?;
    }
    valuation
        .findings
        .extend(reach_of_tail(&read.triangle, &with));
    valuation.checks.push(gives_a_number(&valuation));
    valuation.assumptions = register.iter().map(stated).collect();
    let mut sources = read.sources;
    sources.extend(
        approvals.map(|register| file(&format!("{INPUTS}/{}", register::COPY), register.text)),
    );
    written(&valuation, sources, &register)
}

/// The assumptions one by one, with owners and approvals where they are given.
fn made(
    args: &LiabilityArgs,
    read: &Read,
    with: &Assumptions,
    approvals: Option<&Register>,
) -> Result<Vec<Assumption>, Failure> {
    let mut made = args.made(with);
    if read.ledger.is_some() {
        made.extend(args.reading.made());
        let of_rows = args.cost_per_point.is_none() && with.cost_per_point.is_some();
        let cost = made.iter_mut().find(|entry| entry.id == "cost_per_point");
        if let (Some(cost), true) = (cost, of_rows) {
            cost.source = "the ledger: cash_value by point redeemed";
        }
    }
    if let Some(approvals) = approvals {
        approvals.fill(&mut made)?;
    }
    Ok(made)
}

fn stated(entry: &Assumption) -> Stated {
    Stated {
        id: entry.id.to_owned(),
        value: match &entry.value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null => "none".to_owned(),
            serde_json::Value::Array(list) if list.is_empty() => "none".to_owned(),
            serde_json::Value::Array(list) => {
                let list: Vec<String> = list.iter().map(ToString::to_string).collect();
                list.join(", ")
            }
            other => other.to_string(),
        },
        unit: entry.unit.to_owned(),
        source: entry.source.to_owned(),
        approval: entry.approval.clone(),
    }
}

/// Everything that is written about a valuation.
fn written(
    valuation: &Valuation,
    sources: Vec<OutputFile>,
    register: &[Assumption],
) -> Result<Outcome, Failure> {
    let mut numbers = vec![file(VALUATION, json(valuation))];
    let tables = report::valuation::files(valuation).into_iter();
    numbers.extend(tables.map(|(name, bytes)| OutputFile { name, bytes }));
    numbers.push(file(BASIS, report::basis::text(valuation)));
    let pictures = chart::valuation_charts(valuation)
        .map_err(|error| Failure::internal(format!("a chart could not be drawn: {error}")))?;
    let failed = valuation.checks.iter().filter(|check| !check.passed);
    Ok(Outcome {
        pictures: drawn("", pictures),
        sources,
        resolved: file(ASSUMPTIONS, json(&register)),
        text: report::valuation::text(valuation, console::width()),
        json: json(valuation),
        failed: failed
            .map(|check| format!("{} by {}", check.code, check.difference))
            .collect(),
        numbers,
    })
}

fn value(
    subject: &str,
    triangle: &Triangle,
    with: &Assumptions,
    args: &LiabilityArgs,
) -> Result<Valuation, Failure> {
    let draw = |bootstrap: &Bootstrap| draws(args, bootstrap, 0, args.draws);
    let file = args.ledger.as_ref().or(args.triangle.as_ref());
    let file = file.map_or(String::new(), |path| format!("`{}`: ", path.display()));
    on_threads(args, || of_triangle(subject, triangle, with, &draw))?
        .map_err(|error| Failure::input(format!("{file}{error}")))
}
