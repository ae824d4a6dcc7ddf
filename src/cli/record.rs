//! What a run leaves behind: the files of its results, the manifest from which it can be repeated bit by bit, and apart
//! from them what was true of this one execution only (when, where, how long).

use super::input::{Input, Written};
use super::live::Lived;
use crate::errors::Failure;
use crate::results::Results;
use crate::scenario::model::Scenario;
use crate::{chart, report};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Component, Path};

pub const MANIFEST: &str = "manifest.json";
pub const RESULTS: &str = "results.json";
pub const RUN: &str = "run.json";
/// Where the files the user wrote are copied, under their own names.
pub const INPUTS: &str = "inputs";
/// The scenario as it was understood, overrides applied. TOML, because every number survives it, infinity included.
pub const RESOLVED: &str = "scenario.resolved.toml";
/// Version of `manifest.json`; changes when a field changes meaning.
pub const MANIFEST_VERSION: u32 = 1;
/// Largest manifest or copied scenario read back.
const LONGEST: u64 = 64 << 20;

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Path below the output directory, with `/`.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A file and the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hashed {
    /// Path below the output directory, with `/`.
    pub file: String,
    /// Lowercase hexadecimal.
    pub sha256: String,
}

/// What is needed to repeat a run, and to tell whether the repetition is identical. No time and no machine in it: a rerun
/// writes the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub manifest_version: u32,
    /// Version of Fidelio that wrote it.
    pub fidelio: String,
    /// Command that repeats the run, from the directory where it was typed.
    pub command: String,
    /// Its words, where they alone say what was computed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// Name of the scenario.
    pub scenario: String,
    /// Seed as lived.
    pub seed: u64,
    /// Simulated customers as lived.
    pub customers: u64,
    pub seed_override: Option<u64>,
    pub customers_override: Option<u64>,
    /// What the user wrote, copied beside this file: the scenario first, then the files it extends.
    pub inputs: Vec<Hashed>,
    /// What it meant.
    pub resolved: Hashed,
    /// The files of numbers.
    pub outputs: Vec<Hashed>,
    /// The pictures: drawn from the results, not part of the identity (letters may differ in a pixel between platforms).
    pub pictures: Vec<String>,
}

/// What was true of one execution only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    pub fidelio: String,
    /// Seconds since 1970-01-01 UTC when the run began.
    pub started_unix_seconds: u64,
    /// Operating system and processor architecture.
    pub machine: String,
    pub processors: usize,
    /// Threads asked for; 0 is one per processor.
    pub threads: usize,
    /// Whole command, from reading the scenario to writing the files.
    pub seconds: f64,
    /// In the engine.
    pub engine_seconds: f64,
    pub break_even_seconds: f64,
    pub families: u64,
    /// Nominal: customers × horizon × counted worlds.
    pub customer_months: f64,
    pub customer_months_per_second: f64,
    pub tally_bytes: usize,
}

impl Manifest {
    /// Reads the manifest of an output directory.
    ///
    /// # Errors
    /// [`crate::errors::Category::Data`] where there is none or it is not one of ours.
    pub fn read(dir: &Path) -> Result<Manifest, Failure> {
        let text = read_text(&dir.join(MANIFEST))?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| {
            Failure::data(format!(
                "`{}` is not a manifest of a run: {error}",
                dir.join(MANIFEST).display()
            ))
        })?;
        if manifest.manifest_version != MANIFEST_VERSION {
            return Err(Failure::data(format!(
                "the manifest has version {}, this fidelio reads version {MANIFEST_VERSION}",
                manifest.manifest_version
            )));
        }
        Ok(manifest)
    }

    /// The manifest as written.
    pub fn to_json(&self) -> String {
        json(self)
    }

    /// Every file the run wrote.
    pub fn file_names(&self) -> Vec<String> {
        let hashed = self
            .inputs
            .iter()
            .chain([&self.resolved])
            .chain(&self.outputs)
            .map(|hashed| hashed.file.clone());
        let fixed = [MANIFEST, RUN].map(String::from);
        hashed
            .chain(self.pictures.iter().cloned())
            .chain(fixed)
            .collect()
    }
}

/// Renders every file of a run but `run.json`: a function of scenario and results, hence the same bytes in a rerun.
///
/// # Errors
/// Where a picture cannot be drawn or the scenario not be written, both defects.
pub fn render(input: &Input, results: &Results) -> Result<Vec<OutputFile>, Failure> {
    let numbers = number_files(results);
    let pictures = picture_files(results)?;
    let copy =
        |written: &Written| file(&format!("{INPUTS}/{}", written.name), written.text.clone());
    let inputs: Vec<OutputFile> = input.written.iter().map(copy).collect();
    let resolved = file(RESOLVED, resolved_text(&input.scenario)?);
    let manifest = Manifest {
        manifest_version: MANIFEST_VERSION,
        fidelio: env!("CARGO_PKG_VERSION").to_owned(),
        command: command(input),
        arguments: Vec::new(),
        scenario: input.scenario.name.clone(),
        seed: input.scenario.simulation.seed,
        customers: input.scenario.simulation.customers,
        seed_override: input.seed_override,
        customers_override: input.customers_override,
        inputs: inputs.iter().map(hashed).collect(),
        resolved: hashed(&resolved),
        outputs: numbers.iter().map(hashed).collect(),
        pictures: pictures
            .iter()
            .map(|picture| picture.name.clone())
            .collect(),
    };
    let mut files = numbers;
    files.extend(pictures);
    files.extend(inputs);
    files.extend([resolved, file(MANIFEST, manifest.to_json())]);
    Ok(files)
}

/// `results.json` and the tables.
pub fn number_files(results: &Results) -> Vec<OutputFile> {
    let tables = report::csv::files(results)
        .into_iter()
        .map(|(name, bytes)| OutputFile { name, bytes });
    let books = results.liability.iter().flat_map(|book| {
        let folder = book_folder(results, &book.subject);
        let basis = report::basis::text(book).into_bytes();
        let basis = ("basis_of_preparation.md".to_owned(), basis);
        let tables = report::valuation::files(book).into_iter().chain([basis]);
        tables.map(move |(name, bytes)| OutputFile {
            name: format!("{folder}/{name}"),
            bytes,
        })
    });
    std::iter::once(file(RESULTS, json(results)))
        .chain(tables)
        .chain(books)
        .collect()
}

/// Where the book of a program lies: `liability`, numbered like everything of one program where there are several.
fn book_folder(results: &Results, program: &str) -> String {
    let mut programs = results.programs.iter();
    match programs.position(|known| known.name == program) {
        Some(index) if results.programs.len() > 1 => format!("liability_{}", index + 1),
        _ => "liability".to_owned(),
    }
}

fn picture_files(results: &Results) -> Result<Vec<OutputFile>, Failure> {
    let defect = |error| Failure::internal(format!("a chart could not be drawn: {error}"));
    let mut files = drawn("", chart::charts(results).map_err(defect)?);
    for book in &results.liability {
        let folder = format!("{}/", book_folder(results, &book.subject));
        files.extend(drawn(
            &folder,
            chart::valuation_charts(book).map_err(defect)?,
        ));
    }
    Ok(files)
}

/// Pictures as files of a folder (which ends with `/`).
pub fn drawn(folder: &str, pictures: Vec<chart::Picture>) -> Vec<OutputFile> {
    let both = pictures.into_iter().flat_map(|picture| {
        let png = OutputFile {
            name: format!("{folder}{}.png", picture.name),
            bytes: picture.png,
        };
        [
            file(&format!("{folder}{}.svg", picture.name), picture.svg),
            png,
        ]
    });
    both.collect()
}

/// The resolved scenario as text.
///
/// # Errors
/// Where it does not serialize, a defect.
pub fn resolved_text(scenario: &Scenario) -> Result<String, Failure> {
    toml::to_string(scenario).map_err(|error| {
        Failure::internal(format!("the resolved scenario cannot be written: {error}"))
    })
}

/// What was true of this execution.
pub fn run_record(
    lived: &Lived,
    threads: usize,
    started: std::time::SystemTime,
    seconds: f64,
) -> OutputFile {
    let since_epoch = started
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs());
    let record = RunRecord {
        fidelio: env!("CARGO_PKG_VERSION").to_owned(),
        started_unix_seconds: since_epoch,
        machine: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        processors: std::thread::available_parallelism().map_or(0, usize::from),
        threads,
        seconds,
        engine_seconds: lived.engine_seconds,
        break_even_seconds: lived.break_even_seconds,
        families: lived.families,
        customer_months: lived.customer_months,
        customer_months_per_second: lived.customer_months / lived.engine_seconds.max(1e-9),
        tally_bytes: lived.tally_bytes,
    };
    file(RUN, json(&record))
}

/// A manifest is a file anybody can edit: it may name files below its directory and no others.
pub fn is_below(name: &str) -> bool {
    let mut parts = Path::new(name).components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// Pretty JSON with a final line feed. The types of this crate have string keys and no maps, so nothing can fail; where
/// it did, the text would be the reason.
pub fn json(value: &impl Serialize) -> String {
    match serde_json::to_string_pretty(value) {
        Ok(text) => text + "\n",
        Err(error) => format!("{{ \"error\": \"{error}\" }}\n"),
    }
}

/// Hash of bytes, lowercase hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A file with its hash.
pub fn hashed(file: &OutputFile) -> Hashed {
    Hashed {
        file: file.name.clone(),
        sha256: sha256(&file.bytes),
    }
}

fn file(name: &str, text: String) -> OutputFile {
    OutputFile {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    }
}

/// Reads a text file of a run.
///
/// # Errors
/// [`crate::errors::Category::Data`].
pub fn read_text(path: &Path) -> Result<String, Failure> {
    let cannot = |why: String| Failure::data(format!("cannot read `{}`: {why}", path.display()));
    let size = std::fs::metadata(path)
        .map_err(|error| cannot(error.to_string()))?
        .len();
    if size > LONGEST {
        return Err(cannot(format!("it has {size} bytes, more than {LONGEST}")));
    }
    std::fs::read_to_string(path).map_err(|error| cannot(error.to_string()))
}

/// The command that repeats the run. Paths outside the working directory are shown by their last part only: a manifest
/// tells nothing about the machine.
fn command(input: &Input) -> String {
    let mut words = vec![
        "fidelio".to_owned(),
        "run".to_owned(),
        shown_path(&input.path),
    ];
    for overlay in &input.overlay {
        words.push(format!("--overlay {}", shown_path(overlay)));
    }
    if let Some(seed) = input.seed_override {
        words.push(format!("--seed {seed}"));
    }
    if let Some(customers) = input.customers_override {
        words.push(format!("--customers {customers}"));
    }
    words.join(" ")
}

fn shown_path(path: &Path) -> String {
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let parts: Vec<String> = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let shown = if inside {
        parts.join("/")
    } else {
        parts.last().cloned().unwrap_or_default()
    };
    if shown.contains(char::is_whitespace) {
        format!("\"{shown}\"")
    } else {
        shown
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A manifest of a run of the scenario `name` that wrote `outputs`.
    pub(crate) fn manifest_of(name: &str, outputs: &[&str]) -> Manifest {
        let of = |file: &str| Hashed {
            file: file.to_owned(),
            sha256: sha256(b""),
        };
        Manifest {
            manifest_version: MANIFEST_VERSION,
            fidelio: "0.0.0".to_owned(),
            command: "fidelio run x.toml".to_owned(),
            arguments: vec![],
            scenario: name.to_owned(),
            seed: 7,
            customers: 1000,
            seed_override: None,
            customers_override: Some(1000),
            inputs: vec![of("inputs/x.toml")],
            resolved: of(RESOLVED),
            outputs: outputs.iter().map(|output| of(output)).collect(),
            pictures: vec!["net_value.svg".to_owned()],
        }
    }

    #[test]
    fn hashes_are_the_published_ones() {
        // FIPS 180-4 examples, one block and empty message.
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            sha256(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn a_manifest_survives_writing_and_reading() {
        let dir = tempfile::tempdir().unwrap();
        let manifest = manifest_of("Grocer", &[RESULTS]);
        std::fs::write(dir.path().join(MANIFEST), manifest.to_json()).unwrap();
        assert_eq!(Manifest::read(dir.path()).unwrap(), manifest);
        let names = manifest.file_names();
        for name in [
            MANIFEST,
            RUN,
            RESULTS,
            "inputs/x.toml",
            RESOLVED,
            "net_value.svg",
        ] {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
    }

    #[test]
    fn what_is_not_a_manifest_is_a_data_error() {
        let dir = tempfile::tempdir().unwrap();
        for text in ["", "{}", "[1, 2", "{\"manifest_version\": 99}"] {
            std::fs::write(dir.path().join(MANIFEST), text).unwrap();
            let failure = Manifest::read(dir.path()).unwrap_err();
            assert_eq!(failure.category, crate::errors::Category::Data, "{text}");
        }
    }

    #[test]
    fn a_manifest_may_not_lead_outside() {
        for name in ["../x", "/etc/passwd", "a/../../b", "", "..", "."] {
            assert!(!is_below(name), "{name}");
        }
        assert!(is_below("results.json") && is_below("inputs/markets/base.toml"));
    }

    #[test]
    fn shown_paths_tell_nothing_about_the_machine() {
        let cases = [
            ("scenarios/grocer.toml", "scenarios/grocer.toml"),
            ("./scenarios/grocer.toml", "scenarios/grocer.toml"),
            ("/srv/ann/secret/grocer.toml", "grocer.toml"),
            ("../grocer.toml", "grocer.toml"),
            ("my market.toml", "\"my market.toml\""),
        ];
        for (path, shown) in cases {
            assert_eq!(shown_path(Path::new(path)), shown);
        }
    }
}
