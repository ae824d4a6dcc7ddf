//! `fidelio liability --compare`: why the liability moved.

use super::output::{COMPARISON, Outcome, VALUATION, file};
use crate::cli::record::{INPUTS, OutputFile, json, read_text};
use crate::errors::Failure;
use crate::liability::valuation::explain;
use crate::report;
use crate::results::valuation::{VALUATION_VERSION, Valuation};
use crate::results::{Results, SCHEMA_VERSION};
use crate::scenario::diagnostics::nearest;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::path::Path;

/// Results of a run.
const RESULTS: &str = "results.json";
/// Names of the copies of the two valuations.
pub const PLACES: [&str; 2] = ["old.json", "new.json"];
/// What a movement may differ from its causes by, of the larger amount: sums of many vintages.
const SLACK: f64 = 1e-9;

/// Reads both valuations and explains the movement.
///
/// # Errors
/// [`crate::errors::Category::Data`] where one cannot be read, or the two have no basis in common.
pub fn outcome(old: &Path, new: &Path, program: Option<&str>) -> Result<Outcome, Failure> {
    let (before, after) = (read(old, program)?, read(new, program)?);
    let found = explain(&before, &after).map_err(|error| {
        let (old, new) = (old.display(), new.display());
        Failure::data(format!("`{old}` and `{new}`: {error}"))
    })?;
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

/// What a file is, told by its parts.
#[derive(Deserialize)]
struct Parts {
    schema_version: Option<u64>,
    methods: Option<IgnoredAny>,
    worlds: Option<IgnoredAny>,
}

/// A valuation from its folder or its file, or that of a program of a run.
fn read(path: &Path, program: Option<&str>) -> Result<Valuation, Failure> {
    let path = match (path.is_dir(), path.join(VALUATION).exists()) {
        (false, _) => path.to_owned(),
        (true, false) if path.join(RESULTS).exists() => path.join(RESULTS),
        (true, _) => path.join(VALUATION),
    };
    let text = read_text(&path)?;
    let shown = path.display();
    let is_no = |error: serde_json::Error| {
        Failure::data(format!(
            "`{shown}` is neither a valuation nor the results of a run that this version reads: {error}"
        ))
    };
    let parts: Parts = serde_json::from_str(&text).map_err(is_no)?;
    let known = |newest: u32| match parts.schema_version {
        Some(version) if version > u64::from(newest) => Err(Failure::data(format!(
            "`{shown}` has schema version {version}, this version of fidelio reads {newest} at most"
        ))),
        _ => Ok(()),
    };
    let valuation = match (parts.methods, parts.worlds) {
        (None, Some(_)) => {
            known(SCHEMA_VERSION)?;
            let results: Results = serde_json::from_str(&text).map_err(is_no)?;
            of_run(results.liability, &shown.to_string(), program)?
        }
        _ => {
            known(VALUATION_VERSION)?;
            serde_json::from_str(&text).map_err(is_no)?
        }
    };
    sound(&valuation, &shown.to_string())?;
    Ok(valuation)
}

/// Points issued of every vintage are a number that points can be: what makes no sense is told by its file.
fn sound(valuation: &Valuation, shown: &str) -> Result<(), Failure> {
    for origin in &valuation.origins {
        let issued = origin
            .issued
            .filter(|points| points.is_nan() || *points < 0.0);
        if let Some(points) = issued {
            return Err(Failure::data(format!(
                "`{shown}`: vintage `{}` has {points} points issued, expected a number from 0 on",
                plain(&origin.name)
            )));
        }
    }
    Ok(())
}

/// The valuation of a program of a run: it stands whole in the results.
fn of_run(
    mut books: Vec<Valuation>,
    shown: &str,
    program: Option<&str>,
) -> Result<Valuation, Failure> {
    let names: Vec<String> = books
        .iter()
        .map(|book| format!("`{}`", plain(&book.subject)))
        .collect();
    let names = names.join(", ");
    let at = match program {
        None if books.len() == 1 => Some(0),
        None if books.is_empty() => {
            return Err(Failure::data(format!(
                "`{shown}` holds no valuation: no program of that run has points to value"
            )));
        }
        None => {
            return Err(Failure::input(format!(
                "`{shown}` values the books of several programs: say which by --program, one of {names}"
            )));
        }
        Some(wanted) => books.iter().position(|book| book.subject == wanted),
    };
    let Some(at) = at else {
        let near = nearest(
            program.unwrap_or(""),
            books.iter().map(|book| book.subject.as_str()),
        );
        let near = near.map_or(String::new(), |near| {
            format!("; did you mean `{}`?", plain(near))
        });
        return Err(Failure::input(format!(
            "`{shown}` values no program of this name; it values {}{near}",
            if books.is_empty() { "none" } else { &names }
        )));
    };
    Ok(books.swap_remove(at))
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::valuation::Origin;

    fn valuation(issued: f64) -> Valuation {
        Valuation {
            schema_version: VALUATION_VERSION,
            subject: "book".to_owned(),
            source: "triangle".to_owned(),
            periods_per_year: 1.0,
            booked: "additive".to_owned(),
            sigma_rule: "mack".to_owned(),
            assumptions: vec![],
            origins: vec![Origin {
                name: "2021".to_owned(),
                issued: Some(issued),
                redeemed: vec![Some(1.0)],
                outstanding: None,
                expected: vec![],
            }],
            opening: None,
            methods: vec![],
            tables: vec![],
            checks: vec![],
            findings: vec![],
            division: None,
        }
    }

    #[test]
    fn a_valuation_that_makes_no_sense_is_told_by_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("v.json");
        let told = |valuation: &Valuation| {
            std::fs::write(&path, json(valuation)).unwrap();
            read(&path, None)
                .map(|_| ())
                .map_err(|failure| failure.message)
        };
        assert_eq!(told(&valuation(100.0)), Ok(()));
        let negative = told(&valuation(-5.0)).unwrap_err();
        assert!(
            negative.contains("v.json`: vintage `2021` has -5 points issued"),
            "{negative}"
        );
        let later = Valuation {
            schema_version: 99,
            ..valuation(100.0)
        };
        let later = told(&later).unwrap_err();
        assert!(later.contains("v.json` has schema version 99"), "{later}");
    }
}
