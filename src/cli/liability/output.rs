//! The files of a valuation or of a back-test, and the manifest from which they can be made again.

use crate::cli::record::{MANIFEST, MANIFEST_VERSION, Manifest, OutputFile, hashed};

pub const VALUATION: &str = "valuation.json";
pub const BACKTEST: &str = "backtest.json";
/// The assumptions as they were used, with room for owner and approval.
pub const ASSUMPTIONS: &str = "assumptions.json";
/// Why the liability moved.
pub const COMPARISON: &str = "comparison.json";
/// How the numbers came about.
pub const BASIS: &str = "basis_of_preparation.md";

/// A text as a file.
pub fn file(name: &str, text: String) -> OutputFile {
    OutputFile {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    }
}

/// What is needed to make a result again.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Name of the result.
    pub name: String,
    /// What outputs are called after.
    pub stem: String,
    pub seed: u64,
    /// Simulated customers; 0 where nothing is simulated.
    pub customers: u64,
    /// Words of the command that repeats it, without what says where and how loud.
    pub words: Vec<String>,
}

/// What was computed and drawn.
pub struct Outcome {
    /// What a repetition must reproduce to the byte.
    pub numbers: Vec<OutputFile>,
    pub pictures: Vec<OutputFile>,
    /// What it was made from, as far as it may be copied.
    pub sources: Vec<OutputFile>,
    /// What the sources and arguments meant.
    pub resolved: OutputFile,
    /// The answer for people, and for programs.
    pub text: String,
    pub json: String,
    /// Control checks that failed, in words.
    pub failed: Vec<String>,
}

impl Outcome {
    /// All files, the manifest last.
    pub fn files(self, subject: &Subject) -> Vec<OutputFile> {
        let manifest = Manifest {
            manifest_version: MANIFEST_VERSION,
            fidelio: env!("CARGO_PKG_VERSION").to_owned(),
            command: format!("fidelio {}", subject.words.join(" ")),
            arguments: subject.words.clone(),
            scenario: subject.name.clone(),
            seed: subject.seed,
            customers: subject.customers,
            seed_override: None,
            customers_override: None,
            inputs: self.sources.iter().map(hashed).collect(),
            resolved: hashed(&self.resolved),
            outputs: self.numbers.iter().map(hashed).collect(),
            pictures: self
                .pictures
                .iter()
                .map(|picture| picture.name.clone())
                .collect(),
        };
        let mut files = self.numbers;
        files.extend(self.pictures);
        files.extend(self.sources);
        files.extend([self.resolved, file(MANIFEST, manifest.to_json())]);
        files
    }
}
