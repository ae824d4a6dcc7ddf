//! Reading a ledger from its file, and saying what is wrong with it without repeating what stands in it.

use super::arguments::LiabilityArgs;
use super::ledger_arguments::ByChoice;
use super::triangle_file::Read;
use crate::book::reader::{self, Ledger, Mistakes, ReadError};
use crate::cli::console;
use crate::errors::Failure;
use crate::liability::valuation::ledger;
use crate::results::estimate::Finding;
use crate::results::valuation::Valuation;
use crate::scenario::diagnostics::nearest;
use std::path::Path;

/// Reads the ledger and makes the triangle of its months.
///
/// # Errors
/// [`crate::errors::Category::Data`] where it cannot be read, or a row is malformed and `--skip-malformed` was not given.
pub fn read(path: &Path, args: &LiabilityArgs) -> Result<Read, Failure> {
    args.reading.validate()?;
    let shown = path.display();
    if path.is_dir() {
        return Err(Failure::data(format!(
            "`{shown}` is a directory, not a ledger"
        )));
    }
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::data(format!("cannot read `{shown}`: {error}")))?;
    let terms = args.reading.terms();
    let found = reader::read(file, args.reading.layout(), &terms)
        .map_err(|error| unreadable(path, &error))?;
    if found.mistakes.count > 0 && !args.reading.skip_malformed {
        let what = console::count(
            usize::try_from(found.mistakes.count).unwrap_or(usize::MAX),
            "malformed row",
        );
        let message = format!(
            "`{shown}` has {what}: mend them, or give --skip-malformed to count and leave them out"
        );
        return Err(Failure::data(message).with_report(report(path, &found.mistakes)));
    }
    if found.mistakes.count > 0 {
        console::remark(&report(path, &found.mistakes));
    }
    let triangle = ledger::triangle(&found.flows, found.as_of).map_err(|error| {
        Failure::data(format!(
            "`{shown}`: the months of the ledger make no triangle: {error}"
        ))
    })?;
    Ok(Read {
        triangle,
        sources: Vec::new(),
        ledger: Some(found),
    })
}

fn unreadable(path: &Path, error: &ReadError) -> Failure {
    let failure = Failure::data(format!("`{}`: {error}{}", path.display(), hint(error)));
    match error {
        ReadError::NoRows(mistakes) if mistakes.count > 0 => {
            failure.with_report(report(path, mistakes))
        }
        _ => failure,
    }
}

/// Refuses cash values that come to a negative cost per point, where they are used.
///
/// # Errors
/// [`crate::errors::Category::Data`], with the file.
pub fn check_cost(found: &Ledger, args: &LiabilityArgs) -> Result<(), Failure> {
    let of_tiers = (found.cash_by_tier.iter()).filter(|_| args.reading.by == Some(ByChoice::Tier));
    let of_tier = of_tiers
        .filter(|sum| sum.1 > 0)
        .map(|(cash, points)| *cash as f64 / 10_000.0 / *points as f64);
    let mut costs = found.totals.cost_per_point().into_iter().chain(of_tier);
    let Some(cost) = costs
        .find(|cost| *cost < 0.0)
        .filter(|_| args.cost_per_point.is_none())
    else {
        return Ok(());
    };
    let path = args.ledger.as_deref().unwrap_or(Path::new("the ledger"));
    Err(Failure::data(format!(
        "`{}`: the cash values of its redemptions, less those cancelled, come to {cost} per point; mend the column \
         cash_value, or give --cost-per-point",
        path.display()
    )))
}

/// The nearest tier to one that no row states.
fn hint(error: &ReadError) -> String {
    let ReadError::NoSuchTier { wanted, stated } = error else {
        return String::new();
    };
    nearest(wanted, stated.iter().map(String::as_str))
        .map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

fn report(path: &Path, mistakes: &Mistakes) -> String {
    let mut text = path.display().to_string();
    for (line, what) in &mistakes.first {
        text.push_str(&format!("\n  line {line}: {what}"));
    }
    let hidden = mistakes.count - mistakes.first.len() as u64;
    if hidden > 0 {
        text.push_str(&format!("\n  and {} more", console::thousands(hidden)));
    }
    text
}

/// Days without any row before the valuation that a live book may have; more look like missing rows or a wrong day. A
/// judgement.
const LONGEST_SILENCE: u64 = 62;

/// Puts what only the ledger knows into the valuation of its triangle.
pub fn complete(valuation: &mut Valuation, found: &Ledger, args: &LiabilityArgs) {
    let stated = args.reading.stated();
    ledger::complete(
        valuation,
        &found.flows,
        &found.totals,
        found.as_of,
        stated.as_ref(),
    );
    let silent = u64::from(found.days_after_last);
    for (code, count) in [
        ("rows_malformed", found.mistakes.count),
        ("rows_after_the_valuation", found.rows_after),
        (
            "silent_before_the_valuation",
            if silent > LONGEST_SILENCE { silent } else { 0 },
        ),
    ] {
        if count > 0 {
            valuation.findings.push(Finding {
                code: code.to_owned(),
                numbers: vec![count as f64],
            });
        }
    }
}
