//! `fidelio verify`: live a recorded run again from what lies beside its manifest, and say "identical", or what differs.

use super::input::{Input, OVERLAYS};
use super::live::{self, Manner};
use super::record::{self, Hashed, Manifest, OutputFile, RESULTS};
use super::{ScenarioArgs, Threads, Voice, console, liability, recorded_liability};
use crate::errors::{Category, Failure};
use crate::scenario::diagnostics::echo;
use crate::scenario::model::Scenario;
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How many differing numbers of `results.json` are named.
const NAMED: usize = 10;

/// Arguments of `fidelio verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// Output directory of a run, or the manifest in it.
    pub dir: PathBuf,
    #[command(flatten)]
    pub threads: Threads,
    #[command(flatten)]
    pub voice: Voice,
}

/// What verification found.
#[derive(Debug, Serialize)]
struct Verdict {
    identical: bool,
    scenario: String,
    seed: u64,
    customers: u64,
    /// Version that made the run.
    made_by: String,
    /// Version that repeated it.
    repeated_by: &'static str,
    files: usize,
    differences: Vec<Difference>,
}

/// One way in which the rerun and the record disagree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Difference {
    file: String,
    /// `missing`, `altered_since_the_run`, `rerun_differs`, `not_in_the_manifest` or `not_in_the_rerun`.
    kind: &'static str,
    /// Paths of numbers that differ, with both values, where they can be told.
    paths: Vec<String>,
}

/// Repeats the run and compares.
///
/// # Errors
/// [`Category::Data`] where the record cannot be read or its inputs were altered, [`Category::Identity`] where anything
/// differs.
pub fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let dir = directory(&args.dir);
    let manifest = Manifest::read(dir)?;
    let rerun = rerun(args, dir, &manifest)?;
    let differences = compare(dir, &manifest, &rerun);
    let verdict = Verdict {
        identical: differences.is_empty(),
        scenario: manifest.scenario,
        seed: manifest.seed,
        customers: manifest.customers,
        made_by: manifest.fidelio,
        repeated_by: env!("CARGO_PKG_VERSION"),
        files: manifest.outputs.len(),
        differences,
    };
    if args.voice.json {
        console::say(&record::json(&verdict))?;
    } else if !args.voice.quiet {
        console::say(&words(&verdict))?;
    }
    if verdict.identical {
        return Ok(());
    }
    let files: Vec<&str> = verdict
        .differences
        .iter()
        .map(|difference| difference.file.as_str())
        .collect();
    Err(Failure::identity(format!(
        "the rerun is not identical: {}",
        files.join(", ")
    )))
}

/// The files of numbers, made again.
fn rerun(args: &VerifyArgs, dir: &Path, manifest: &Manifest) -> Result<Vec<OutputFile>, Failure> {
    if manifest.arguments.is_empty() {
        let input = recorded_input(dir, manifest)?;
        let lived = live::live(&input, manner(args))?;
        return Ok(record::number_files(&lived.results));
    }
    confirm_copies(dir, manifest)?;
    let mut again = recorded_liability(&manifest.arguments)
        .ok_or_else(|| Failure::data("the manifest records no command that can be repeated"))?;
    again.threads = args.threads;
    liability::repeat(dir, manifest, again)
}

fn manner(args: &VerifyArgs) -> Manner {
    Manner {
        threads: usize::from(args.threads.threads),
        progress: !args.voice.quiet && !args.voice.json,
        break_even: true,
        books: true,
    }
}

fn directory(path: &Path) -> &Path {
    let names_manifest = path
        .file_name()
        .is_some_and(|name| name == record::MANIFEST);
    match path.parent() {
        Some(parent) if names_manifest && parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) if names_manifest => parent,
        _ => path,
    }
}

/// The copies beside the manifest are those it was made with.
fn confirm_copies(dir: &Path, manifest: &Manifest) -> Result<(), Failure> {
    for copy in manifest.inputs.iter().chain([&manifest.resolved]) {
        let text = record::read_text(&recorded_path(dir, &copy.file)?)?;
        if record::sha256(text.as_bytes()) != copy.sha256 {
            return Err(Failure::data(format!(
                "`{}` was altered since the run (its hash is not the manifest's)",
                dir.join(&copy.file).display()
            )));
        }
    }
    Ok(())
}

/// The scenario as recorded: the copy of what was written, unaltered, that still means what was resolved then.
fn recorded_input(dir: &Path, manifest: &Manifest) -> Result<Input, Failure> {
    confirm_copies(dir, manifest)?;
    let Some(written) = manifest.inputs.first() else {
        return Err(Failure::data("the manifest names no scenario"));
    };
    let overlays = format!("{}/{OVERLAYS}/", record::INPUTS);
    let scenario = ScenarioArgs {
        scenario: dir.join(&written.file),
        seed: manifest.seed_override,
        customers: manifest.customers_override,
        overlay: manifest
            .inputs
            .iter()
            .filter(|copy| copy.file.starts_with(&overlays))
            .map(|copy| dir.join(&copy.file))
            .collect(),
    };
    let input = Input::read(&scenario, false).map_err(|failure| Failure {
        category: Category::Data,
        ..failure
    })?;
    confirm_statements(manifest, &input.scenario)?;
    let resolved = record::resolved_text(&input.scenario)?;
    if record::sha256(resolved.as_bytes()) != manifest.resolved.sha256 {
        return Err(Failure::identity(format!(
            "fidelio {} understands the scenario differently from fidelio {}, which made this run",
            env!("CARGO_PKG_VERSION"),
            manifest.fidelio
        )));
    }
    Ok(input)
}

/// What the manifest states beside the scenario agrees with it: no hash covers the manifest itself, and these words are
/// repeated with the verdict.
fn confirm_statements(manifest: &Manifest, scenario: &Scenario) -> Result<(), Failure> {
    let simulation = &scenario.simulation;
    let numbers = [
        ("seed", manifest.seed, simulation.seed),
        ("customers", manifest.customers, simulation.customers),
    ];
    for (what, stated, lived) in numbers {
        if stated != lived {
            return Err(contradiction(what, &stated.to_string(), &lived.to_string()));
        }
    }
    if manifest.scenario != scenario.name {
        let quoted = |name: &str| format!("\"{}\"", echo(name));
        let (stated, lived) = (quoted(&manifest.scenario), quoted(&scenario.name));
        return Err(contradiction("the name", &stated, &lived));
    }
    Ok(())
}

fn contradiction(what: &str, stated: &str, lived: &str) -> Failure {
    Failure::data(format!(
        "the manifest states {what} {stated}, the scenario lived has {lived}"
    ))
}

/// The path of a recorded file, as long as it lies below its manifest.
fn recorded_path(dir: &Path, name: &str) -> Result<PathBuf, Failure> {
    if record::is_below(name) {
        Ok(dir.join(name))
    } else {
        Err(Failure::data(
            "the manifest names a file outside its directory",
        ))
    }
}

/// Every way in which the recorded files, the files found and the files of the rerun disagree.
fn compare(dir: &Path, manifest: &Manifest, rerun: &[OutputFile]) -> Vec<Difference> {
    let recorded: BTreeSet<&str> = manifest
        .outputs
        .iter()
        .map(|output| output.file.as_str())
        .collect();
    let mut differences: Vec<Difference> = Vec::new();
    for output in &manifest.outputs {
        differences.extend(compare_file(dir, output, rerun));
    }
    for file in rerun
        .iter()
        .filter(|file| !recorded.contains(file.name.as_str()))
    {
        differences.push(difference(&file.name, "not_in_the_manifest"));
    }
    differences
}

fn compare_file(dir: &Path, recorded: &Hashed, rerun: &[OutputFile]) -> Vec<Difference> {
    let mut differences = Vec::new();
    let found = recorded_path(dir, &recorded.file).and_then(|path| record::read_text(&path));
    match &found {
        Err(_) => differences.push(difference(&recorded.file, "missing")),
        Ok(text) if record::sha256(text.as_bytes()) != recorded.sha256 => {
            differences.push(difference(&recorded.file, "altered_since_the_run"));
        }
        Ok(_) => {}
    }
    match rerun.iter().find(|file| file.name == recorded.file) {
        None => differences.push(difference(&recorded.file, "not_in_the_rerun")),
        Some(file) if record::sha256(&file.bytes) != recorded.sha256 => {
            differences.push(difference(&recorded.file, "rerun_differs"));
        }
        Some(_) => {}
    }
    if recorded.file == RESULTS
        && let (Some(last), Ok(text)) = (differences.last_mut(), &found)
        && let Some(file) = rerun.iter().find(|file| file.name == RESULTS)
    {
        last.paths = differing_paths(text.as_bytes(), &file.bytes);
    }
    differences
}

fn difference(file: &str, kind: &'static str) -> Difference {
    Difference {
        file: file.to_owned(),
        kind,
        paths: Vec::new(),
    }
}

/// The first few places at which two JSON texts differ.
fn differing_paths(found: &[u8], rerun: &[u8]) -> Vec<String> {
    let (Ok(found), Ok(rerun)) = (serde_json::from_slice(found), serde_json::from_slice(rerun))
    else {
        return vec!["not JSON".to_owned()];
    };
    let mut paths = Vec::new();
    collect_differing("", &found, &rerun, &mut paths);
    paths
}

fn collect_differing(path: &str, found: &Value, rerun: &Value, paths: &mut Vec<String>) {
    if paths.len() >= NAMED || found == rerun {
        return;
    }
    match (found, rerun) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let absent = &Value::Null;
                let (a, b) = (a.get(key).unwrap_or(absent), b.get(key).unwrap_or(absent));
                collect_differing(&format!("{path}/{key}"), a, b, paths);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                collect_differing(&format!("{path}/{i}"), a, b, paths);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            paths.push(format!(
                "{path}: {} elements recorded, {} in the rerun",
                a.len(),
                b.len()
            ));
        }
        _ => paths.push(format!(
            "{path}: {} recorded, {} in the rerun",
            short(found),
            short(rerun)
        )),
    }
}

/// A value in at most a line.
fn short(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => "a structure".to_owned(),
        other => other.to_string().chars().take(60).collect(),
    }
}

fn words(verdict: &Verdict) -> String {
    let run = format!(
        "{}, seed {}, {} customers, made by fidelio {}",
        verdict.scenario,
        verdict.seed,
        console::thousands(verdict.customers),
        verdict.made_by
    );
    if verdict.identical {
        return format!(
            "identical: {} files of numbers to the last bit ({run})",
            verdict.files
        );
    }
    let mut text = format!(
        "different ({run}), repeated by fidelio {}:",
        verdict.repeated_by
    );
    for difference in &verdict.differences {
        text += &format!(
            "\n  {}: {}",
            difference.file,
            difference.kind.replace('_', " ")
        );
        for path in &difference.paths {
            text += &format!("\n    {path}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::record::tests::manifest_of;

    fn output(name: &str, text: &str) -> OutputFile {
        OutputFile {
            name: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    /// A directory that holds `disk` as results, whose manifest says `recorded`, compared with a rerun.
    fn found(recorded: &str, disk: &str, rerun: &str) -> Vec<Difference> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(RESULTS), disk).unwrap();
        let mut manifest = manifest_of("Grocer", &[RESULTS]);
        manifest.outputs[0].sha256 = record::sha256(recorded.as_bytes());
        compare(dir.path(), &manifest, &[output(RESULTS, rerun)])
    }

    #[test]
    fn the_same_bytes_are_identical() {
        assert_eq!(found("{\"a\": 1}", "{\"a\": 1}", "{\"a\": 1}"), []);
    }

    #[test]
    fn a_file_edited_after_the_run_is_told_from_a_rerun_that_differs() {
        let kinds = |list: Vec<Difference>| list.iter().map(|d| d.kind).collect::<Vec<_>>();
        assert_eq!(kinds(found("1", "2", "1")), ["altered_since_the_run"]);
        assert_eq!(kinds(found("1", "1", "2")), ["rerun_differs"]);
        assert_eq!(
            kinds(found("1", "2", "2")),
            ["altered_since_the_run", "rerun_differs"]
        );
    }

    #[test]
    fn differing_numbers_are_named() {
        let was = "{\"a\": [1, {\"b\": 2.5}], \"c\": \"x\"}";
        let list = found(
            was,
            was,
            "{\"a\": [1, {\"b\": 2.75}], \"c\": \"x\", \"d\": 0}",
        );
        assert_eq!(
            list[0].paths,
            [
                "/a/1/b: 2.5 recorded, 2.75 in the rerun",
                "/d: null recorded, 0 in the rerun"
            ]
        );
    }

    #[test]
    fn files_on_one_side_only_are_differences() {
        let dir = tempfile::tempdir().unwrap();
        let manifest = manifest_of("Grocer", &["gone.csv"]);
        let list = compare(dir.path(), &manifest, &[output("new.csv", "")]);
        let kinds: Vec<_> = list.iter().map(|d| (d.file.as_str(), d.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("gone.csv", "missing"),
                ("gone.csv", "not_in_the_rerun"),
                ("new.csv", "not_in_the_manifest")
            ]
        );
    }

    #[test]
    fn a_manifest_stands_for_its_directory() {
        assert_eq!(
            directory(Path::new("outputs/grocer/manifest.json")),
            Path::new("outputs/grocer")
        );
        assert_eq!(directory(Path::new("manifest.json")), Path::new("."));
        assert_eq!(
            directory(Path::new("outputs/grocer")),
            Path::new("outputs/grocer")
        );
    }
}
