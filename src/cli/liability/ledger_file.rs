//! Reading a ledger from its file, and saying what is wrong with it without repeating what stands in it.

use super::arguments::LiabilityArgs;
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
        .map_err(|error| Failure::data(format!("`{shown}`: {error}{}", hint(&error))))?;
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
