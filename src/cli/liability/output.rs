//! The files of a valuation.

use super::arguments::Assumption;
use crate::chart;
use crate::cli::record::{MANIFEST, MANIFEST_VERSION, Manifest, OutputFile, drawn, hashed, json};
use crate::errors::Failure;
use crate::report;
use crate::results::valuation::Valuation;

pub const VALUATION: &str = "valuation.json";
/// The assumptions as they were used, with room for owner and approval.
pub const ASSUMPTIONS: &str = "assumptions.json";

fn file(name: &str, text: String) -> OutputFile {
    OutputFile {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    }
}

/// Everything a valuation leaves behind: numbers, tables, charts, assumptions, copies of its sources, manifest.
///
/// # Errors
/// Where a picture cannot be drawn, a defect.
pub fn files(
    name: &str,
    valuation: &Valuation,
    assumptions: &[Assumption],
    sources: &[OutputFile],
    seed: u64,
) -> Result<Vec<OutputFile>, Failure> {
    let mut numbers = vec![file(VALUATION, json(valuation))];
    let tables = report::valuation::files(valuation);
    numbers.extend(
        tables
            .into_iter()
            .map(|(name, bytes)| OutputFile { name, bytes }),
    );
    let pictures = chart::valuation_charts(valuation)
        .map_err(|error| Failure::internal(format!("a chart could not be drawn: {error}")))?;
    let pictures = drawn("", pictures);
    let resolved = file(ASSUMPTIONS, json(&assumptions));
    let manifest = Manifest {
        manifest_version: MANIFEST_VERSION,
        fidelio: env!("CARGO_PKG_VERSION").to_owned(),
        command: "fidelio liability".to_owned(),
        scenario: name.to_owned(),
        seed,
        customers: 0,
        seed_override: None,
        customers_override: None,
        inputs: sources.iter().map(hashed).collect(),
        resolved: hashed(&resolved),
        outputs: numbers.iter().map(hashed).collect(),
        pictures: pictures
            .iter()
            .map(|picture| picture.name.clone())
            .collect(),
    };
    let mut files = numbers;
    files.extend(pictures);
    files.extend(sources.iter().cloned());
    files.extend([resolved, file(MANIFEST, manifest.to_json())]);
    Ok(files)
}
