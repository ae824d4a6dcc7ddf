//! The headline numbers of every shipped scenario, in full precision, against those committed.
//!
//! Any change of any result fails here. If it is meant: `FIDELIO_BLESS=1 cargo test --test baseline`, look at the
//! difference, and mark the change **value-breaking** in CHANGELOG.md. There is no other way to move the baseline.

use assert_cmd::Command;
use fidelio::cli::record::sha256;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Small enough for every `cargo test`, large enough that every stratum of every scenario has families.
const CUSTOMERS: &str = "20000";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// File names without extension of the files in a directory that end in `.extension`.
fn stems(dir: &str, extension: &str) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(root().join(dir)) else {
        return BTreeSet::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    paths
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

fn committed(stem: &str) -> PathBuf {
    root().join("tests/baseline").join(format!("{stem}.json"))
}

/// Headline numbers of a run: by world or program, by code, the value and its standard error; then the hash of all.
fn headline(stem: &str) -> String {
    let out = tempfile::tempdir().unwrap();
    let scenario = root().join("scenarios").join(format!("{stem}.toml"));
    let mut command = Command::cargo_bin("fidelio").unwrap();
    let output = command
        .args(["run", "--json", "--customers", CUSTOMERS, "--out"])
        .arg(out.path().join("out"))
        .arg(scenario)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{stem}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let results: Value = serde_json::from_slice(&output.stdout).unwrap();
    let baseline = json!({
        "customers": CUSTOMERS,
        "worlds": numbers(&results["worlds"]),
        "programs": numbers(&results["programs"]),
        "results_sha256": sha256(&output.stdout),
    });
    serde_json::to_string_pretty(&baseline).unwrap() + "\n"
}

fn numbers(list: &Value) -> Map<String, Value> {
    let mut all = Map::new();
    for one in list.as_array().unwrap() {
        let mut codes = Map::new();
        for named in one["headline"].as_array().unwrap() {
            let number = &named["number"];
            // In one line, so that a difference can be read.
            let text = |key: &str| number[key].to_string();
            let value = Value::String(format!("{} +- {}", text("value"), text("standard_error")));
            codes.insert(named["code"].as_str().unwrap().to_owned(), value);
        }
        all.insert(
            one["name"].as_str().unwrap().to_owned(),
            Value::Object(codes),
        );
    }
    all
}

/// The lines that differ, for a message.
fn differing(was: &str, is: &str) -> String {
    let (was, is): (BTreeSet<&str>, BTreeSet<&str>) = (was.lines().collect(), is.lines().collect());
    let gone = was
        .difference(&is)
        .map(|line| format!("  - {}", line.trim()));
    let come = is
        .difference(&was)
        .map(|line| format!("  + {}", line.trim()));
    gone.chain(come).take(40).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_result_changes_without_being_blessed() {
    let scenarios = stems("scenarios", "toml");
    assert!(!scenarios.is_empty(), "no scenario is shipped");
    let bless = std::env::var_os("FIDELIO_BLESS").is_some_and(|value| value == "1");
    let mut changed = Vec::new();
    for stem in &scenarios {
        let is = headline(stem);
        let path = committed(stem);
        let was = std::fs::read_to_string(&path).unwrap_or_default();
        if was == is {
            continue;
        }
        if bless {
            std::fs::create_dir_all(root().join("tests/baseline")).unwrap();
            std::fs::write(&path, &is).unwrap();
        } else {
            changed.push(format!("{stem}:\n{}", differing(&was, &is)));
        }
    }
    assert!(
        changed.is_empty(),
        "results changed; if this is meant, bless them with `FIDELIO_BLESS=1 cargo test --test baseline` and mark the \
         change value-breaking in CHANGELOG.md\n{}",
        changed.join("\n")
    );
}

#[test]
fn every_baseline_has_its_scenario() {
    let orphans: Vec<String> = stems("tests/baseline", "json")
        .difference(&stems("scenarios", "toml"))
        .cloned()
        .collect();
    assert!(
        orphans.is_empty(),
        "baselines without a scenario: {orphans:?}"
    );
}
