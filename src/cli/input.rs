//! Reading a scenario file: its text, what it means, and what the command line overrides.

use super::ScenarioArgs;
use super::console;
use crate::errors::Failure;
use crate::scenario::{self, Scenario};
use std::path::{Path, PathBuf};

/// Longest scenario file read: a scenario written by hand has a few kilobytes, one with daily entries a few hundred.
const LONGEST: u64 = 16 << 20;

/// A scenario as it will be lived.
pub struct Input {
    /// As named on the command line.
    pub path: PathBuf,
    /// The bytes of the file.
    pub text: String,
    /// Validated, with the overrides applied.
    pub scenario: Scenario,
    /// Warnings laid out for people.
    pub warnings: Vec<String>,
    pub seed_override: Option<u64>,
    pub customers_override: Option<u64>,
}

impl Input {
    /// Reads and validates; every error of the file is in the failure's report.
    ///
    /// # Errors
    /// [`crate::errors::Category::Input`].
    pub fn read(args: &ScenarioArgs, colored: bool) -> Result<Input, Failure> {
        let text = read_text(&args.scenario)?;
        let loaded = scenario::load(&args.scenario).map_err(|error| {
            Failure::input(format!(
                "the scenario `{}` was refused",
                args.scenario.display()
            ))
            .with_report(diagnostics(&error, colored))
        })?;
        let mut scenario = loaded.scenario;
        if let Some(seed) = args.seed {
            scenario.simulation.seed = seed;
        }
        if let Some(customers) = args.customers {
            scenario.simulation.customers = customers;
        }
        Ok(Input {
            path: args.scenario.clone(),
            text,
            scenario,
            warnings: loaded.warnings,
            seed_override: args.seed,
            customers_override: args.customers,
        })
    }

    /// The name results go by: the file's name without its extension.
    pub fn stem(&self) -> String {
        let stem = self
            .path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        stem.filter(|stem| !stem.is_empty())
            .unwrap_or_else(|| "scenario".to_owned())
    }

    /// Says the warnings on standard error.
    pub fn remark_warnings(&self) {
        for warning in &self.warnings {
            console::remark(warning.trim_end());
        }
    }
}

fn diagnostics(error: &scenario::LoadError, _colored: bool) -> String {
    error.0.clone()
}

/// Reads a text file of bounded size.
fn read_text(path: &Path) -> Result<String, Failure> {
    let cannot = |why: String| {
        Failure::input(format!(
            "cannot read the scenario `{}`: {why}",
            path.display()
        ))
    };
    let size = std::fs::metadata(path).map_err(|error| cannot(error.to_string()))?;
    if size.is_dir() {
        return Err(cannot("it is a directory".into()));
    }
    if size.len() > LONGEST {
        return Err(cannot(format!(
            "it has {} bytes, more than {LONGEST}",
            size.len()
        )));
    }
    std::fs::read_to_string(path).map_err(|error| cannot(error.to_string()))
}
