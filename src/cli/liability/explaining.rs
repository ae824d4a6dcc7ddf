//! `fidelio liability --compare`: why the liability moved.

use super::output::{COMPARISON, Outcome, VALUATION, file};
use crate::cli::record::{INPUTS, OutputFile, json, read_text};
use crate::errors::Failure;
use crate::liability::valuation::explain;
use crate::report;
use crate::results::valuation::Valuation;
use std::path::Path;

/// Names of the copies of the two valuations.
pub const PLACES: [&str; 2] = ["old.json", "new.json"];
/// What a movement may differ from its causes by, of the larger amount: sums of many vintages.
const SLACK: f64 = 1e-9;

/// Reads both valuations and explains the movement.
///
/// # Errors
/// [`crate::errors::Category::Data`] where one cannot be read, or the two have no basis in common.
pub fn outcome(old: &Path, new: &Path) -> Result<Outcome, Failure> {
    let (before, after) = (read(old)?, read(new)?);
    let found = explain(&before, &after).map_err(|error| Failure::data(error.to_string()))?;
    if found.movements.is_empty() {
        return Err(Failure::data(
            "nothing to compare: no basis of money is in both valuations; give --cost-per-point or --price-per-point to \
             both",
        ));
    }
    let sources = [&before, &after].into_iter().zip(PLACES);
    let sources: Vec<OutputFile> = sources
        .map(|(valuation, place)| file(&format!("{INPUTS}/{place}"), json(valuation)))
        .collect();
    let tables = report::explained::files(&found).into_iter();
    let mut numbers = vec![file(COMPARISON, json(&found))];
    numbers.extend(tables.map(|(name, bytes)| OutputFile { name, bytes }));
    let untied = found.movements.iter().filter(|movement| {
        let size = movement.opening.abs().max(movement.closing.abs()).max(1.0);
        let causes: f64 = movement.causes.iter().map(|cause| cause.amount).sum();
        (movement.opening + causes - movement.closing).abs() > SLACK * size
    });
    Ok(Outcome {
        failed: untied
            .map(|movement| format!("{}: causes do not add up", movement.basis))
            .collect(),
        pictures: Vec::new(),
        resolved: file("compared.json", json(&[&before.subject, &after.subject])),
        text: report::explained::text(&found),
        json: json(&found),
        numbers,
        sources,
    })
}

/// A valuation from its folder or its file.
fn read(path: &Path) -> Result<Valuation, Failure> {
    let path = if path.is_dir() {
        path.join(VALUATION)
    } else {
        path.to_owned()
    };
    let text = read_text(&path)?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::data(format!("`{}` is not a valuation: {error}", path.display())))
}
