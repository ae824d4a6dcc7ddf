//! The program as a user or a script meets it: what it prints, what it writes, how it ends.
//!
//! Every test starts from `fidelio new transactional` in a directory of its own.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const SMALL: &[&str] = &["--customers", "2000"];

/// A directory with the starter scenario in it.
struct Place {
    dir: TempDir,
}

/// How a command ended.
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Place {
        let place = Place {
            dir: tempfile::tempdir().unwrap(),
        };
        place.ends(&["new", "transactional", "--out", "market.toml"], 0);
        place
    }

    fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    fn read(&self, below: &str) -> String {
        std::fs::read_to_string(self.path(below)).unwrap()
    }

    fn write(&self, below: &str, text: &str) {
        std::fs::write(self.path(below), text).unwrap();
    }

    /// Runs the program here; it must end with `code`.
    fn ends(&self, args: &[&str], code: i32) -> Ended {
        let ended = self.run(args);
        let shown = format!("fidelio {}\n{}\n{}", args.join(" "), ended.out, ended.err);
        assert_eq!(ended.code, Some(code), "{shown}");
        ended
    }

    fn run(&self, args: &[&str]) -> Ended {
        let mut command = Command::cargo_bin("fidelio").unwrap();
        let output = command
            .current_dir(self.dir.path())
            .args(args)
            .timeout(Duration::from_secs(300))
            .output()
            .unwrap();
        Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Lives the starter with few customers.
    fn live(&self, out: &str, more: &[&str]) -> Ended {
        let args = [&["run", "market.toml", "--out", out], SMALL, more].concat();
        self.ends(&args, 0)
    }

    /// Every file of an output directory but the record of the execution.
    fn files(&self, out: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(self.path(out)).unwrap();
        let files = entries
            .map(|entry| entry.unwrap().path())
            .map(|path| (name(&path), std::fs::read(&path).unwrap()));
        files.filter(|(name, _)| name != "run.json").collect()
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        assert!(b[name] == *bytes, "{name} differs");
    }
}

// How it ends.

#[test]
fn help_and_version_are_answers() {
    let place = Place {
        dir: tempfile::tempdir().unwrap(),
    };
    let help = place.ends(&["--help"], 0);
    for command in [
        "run",
        "check",
        "new",
        "trace",
        "schema",
        "verify",
        "Exit codes",
    ] {
        assert!(help.out.contains(command), "{command} is not in the help");
    }
    assert!(place.ends(&["--version"], 0).out.starts_with("fidelio "));
}

#[test]
fn wrong_arguments_end_with_2() {
    let place = Place {
        dir: tempfile::tempdir().unwrap(),
    };
    for args in [
        &[][..],
        &["fly"],
        &["run"],
        &["run", "x.toml", "--customers", "many"],
        &["run", "x.toml", "--customers", "0"],
        &["run", "x.toml", "--threads", "-1"],
        &["run", "x.toml", "--seed", "1.5"],
        &["new", "pyramid"],
    ] {
        let ended = place.ends(args, 2);
        assert!(!ended.err.is_empty() && ended.out.is_empty(), "{args:?}");
    }
}

#[test]
fn a_scenario_that_is_not_there_ends_with_2_and_is_named() {
    let place = Place {
        dir: tempfile::tempdir().unwrap(),
    };
    for command in ["run", "check", "trace"] {
        let ended = place.ends(&[command, "nowhere.toml"], 2);
        assert!(ended.err.contains("nowhere.toml"), "{}", ended.err);
    }
    assert!(place.ends(&["run", "."], 2).err.contains("directory"));
}

#[test]
fn all_errors_of_a_scenario_are_told_and_nothing_is_written() {
    let place = Place::new();
    let text = format!(
        "first_nonsense = 1\nsecond_nonsense = 2\n{}",
        place.read("market.toml")
    );
    place.write("market.toml", &text);
    for command in ["run", "check"] {
        let ended = place.ends(&[command, "market.toml"], 2);
        assert!(
            ended.err.contains("first_nonsense") && ended.err.contains("second_nonsense"),
            "{}",
            ended.err
        );
        assert!(!ended.err.contains('\u{1b}'), "no colors in a file");
    }
    assert!(!place.path("outputs").exists());
}

#[test]
fn binary_rubbish_is_refused() {
    let place = Place {
        dir: tempfile::tempdir().unwrap(),
    };
    std::fs::write(place.path("x.toml"), [0xff, 0xfe, 0, 1, 2]).unwrap();
    place.ends(&["run", "x.toml"], 2);
    place.ends(&["check", "x.toml"], 2);
}

// What it writes.

#[test]
fn a_run_answers_and_writes() {
    let place = Place::new();
    let ended = place.live("answer", &[]);
    assert!(ended.out.contains("wrote answer/"), "{}", ended.out);
    assert!(ended.err.contains("customer-months/s"), "{}", ended.err);
    let files = place.files("answer");
    for file in [
        "results.json",
        "manifest.json",
        "scenario.toml",
        "scenario.resolved.toml",
    ] {
        assert!(files.contains_key(file), "{file}");
    }
    for ending in [".csv", ".svg", ".png"] {
        assert!(
            files.keys().any(|name| name.ends_with(ending)),
            "no {ending}"
        );
    }
    assert_eq!(
        files["scenario.toml"],
        place.read("market.toml").into_bytes()
    );
    let results = json(&place.read("answer/results.json"));
    for check in results["checks"].as_array().unwrap() {
        assert_eq!(check["failed"], 0, "{check}");
    }
    let headline = results["programs"][0]["headline"].as_array().unwrap();
    assert!(
        headline
            .iter()
            .any(|named| named["code"] == "break_even_multiplier")
    );
}

#[test]
fn results_go_to_outputs_under_the_name_of_the_scenario_file() {
    let place = Place::new();
    place.ends(&[&["run", "market.toml", "--quiet"], SMALL].concat(), 0);
    assert!(place.path("outputs/market/results.json").exists());
}

#[test]
fn json_is_results_json_and_nothing_else() {
    let place = Place::new();
    let ended = place.live("answer", &["--json"]);
    assert_eq!(ended.out, place.read("answer/results.json"));
    assert_eq!(json(&ended.out)["schema_version"], 1);
    assert_eq!(ended.err, "");
}

#[test]
fn quiet_is_quiet() {
    let place = Place::new();
    let ended = place.live("answer", &["--quiet"]);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", ""));
    assert!(place.path("answer/results.json").exists());
}

#[test]
fn nothing_is_overwritten_in_silence() {
    let place = Place::new();
    std::fs::create_dir(place.path("thesis")).unwrap();
    place.write("thesis/results.json", "years of work");
    let args = [&["run", "market.toml", "--out", "thesis"], SMALL].concat();
    let refused = place.ends(&args, 2);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(place.read("thesis/results.json"), "years of work");
    place.write("thesis/notes.txt", "keep");
    place.live("thesis", &["--force"]);
    assert_ne!(place.read("thesis/results.json"), "years of work");
    assert_eq!(place.read("thesis/notes.txt"), "keep");
    // A rerun of the same scenario is what the directory is for.
    place.live("thesis", &[]);
    assert_eq!(place.read("thesis/notes.txt"), "keep");
}

#[test]
fn a_bad_place_for_the_results_fails_before_the_run() {
    let place = Place::new();
    place.write("file", "");
    // So many customers that the run could not end in time.
    let args = ["run", "market.toml", "--customers", "1e9", "--out"];
    for out in ["file", "file/below"] {
        let mut command = Command::cargo_bin("fidelio").unwrap();
        let command = command
            .current_dir(place.dir.path())
            .args(args)
            .arg(out)
            .timeout(Duration::from_secs(20));
        assert_eq!(command.output().unwrap().status.code(), Some(2), "{out}");
    }
}

#[test]
fn new_does_not_overwrite() {
    let place = Place::new();
    place.write("market.toml", "mine");
    let refused = place.ends(&["new", "transactional", "--out", "market.toml"], 2);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(place.read("market.toml"), "mine");
    place.ends(
        &["new", "transactional", "--out", "market.toml", "--force"],
        0,
    );
    assert_eq!(
        place.read("market.toml"),
        place.ends(&["new", "transactional"], 0).out
    );
}

// The same bytes.

#[test]
fn a_rerun_writes_the_same_bytes() {
    let place = Place::new();
    place.live("once", &[]);
    place.live("twice", &[]);
    assert_same(&place.files("once"), &place.files("twice"));
}

#[test]
fn threads_change_nothing() {
    let place = Place::new();
    place.live("one", &["--threads", "1"]);
    place.live("two", &["--threads", "2"]);
    place.live("five", &["--threads", "5"]);
    assert_same(&place.files("one"), &place.files("two"));
    assert_same(&place.files("one"), &place.files("five"));
}

#[test]
fn the_seed_changes_the_luck_and_is_recorded() {
    let place = Place::new();
    place.live("a", &["--seed", "1"]);
    place.live("b", &["--seed", "2"]);
    assert_ne!(place.read("a/results.json"), place.read("b/results.json"));
    let manifest = json(&place.read("a/manifest.json"));
    assert_eq!(manifest["seed"], 1);
    assert_eq!(manifest["customers"], 2000);
    assert_eq!(
        manifest["command"],
        "fidelio run market.toml --seed 1 --customers 2000"
    );
}

#[test]
fn a_manifest_tells_nothing_about_the_machine() {
    let place = Place::new();
    let scenario = place.path("market.toml");
    let out = place.path("answer");
    let args = [
        "run",
        scenario.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    place.ends(&[&args, SMALL].concat(), 0);
    for (file, bytes) in place.files("answer") {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(
            !text.contains(place.dir.path().to_str().unwrap()),
            "{file} names the directory"
        );
    }
}

// Verification.

#[test]
fn verify_says_identical() {
    let place = Place::new();
    place.live("answer", &["--seed", "11"]);
    let ended = place.ends(&["verify", "answer"], 0);
    assert!(ended.out.starts_with("identical"), "{}", ended.out);
    let ended = place.ends(&["verify", "answer/manifest.json", "--json"], 0);
    assert_eq!(json(&ended.out)["identical"], true);
}

#[test]
fn verify_names_what_differs() {
    let place = Place::new();
    place.live("answer", &[]);
    let results = place.read("answer/results.json");
    place.write(
        "answer/results.json",
        &results.replacen("\"value\": ", "\"value\": 1", 1),
    );
    let ended = place.ends(&["verify", "answer"], 4);
    assert!(
        ended.out.contains("results.json: altered since the run"),
        "{}",
        ended.out
    );
    assert!(ended.out.contains("/value"), "{}", ended.out);
}

#[test]
fn verify_refuses_altered_inputs_and_what_is_not_a_run() {
    let place = Place::new();
    place.ends(&["verify", "."], 3);
    place.ends(&["verify", "nowhere"], 3);
    place.live("answer", &[]);
    let scenario = place.read("answer/scenario.toml");
    place.write("answer/scenario.toml", &format!("# a remark\n{scenario}"));
    let ended = place.ends(&["verify", "answer"], 3);
    assert!(ended.err.contains("scenario.toml"), "{}", ended.err);
}

// The other commands.

#[test]
fn the_starter_is_sound() {
    let place = Place::new();
    let ended = place.ends(&["check", "market.toml"], 0);
    for word in ["sound", "size", "time", "base", "drift"] {
        assert!(ended.out.contains(word), "{word}: {}", ended.out);
    }
    let findings = json(&place.ends(&["check", "market.toml", "--json"], 0).out);
    assert!(findings["tally_bytes"].as_u64().unwrap() > 0);
    assert!(!place.path("outputs").exists(), "a check writes nothing");
}

#[test]
fn a_trace_tells_every_life() {
    let place = Place::new();
    let lives = json(
        &place
            .ends(&[&["trace", "market.toml", "--json"], SMALL].concat(), 0)
            .out,
    );
    let worlds = lives["worlds"].as_array().unwrap();
    assert_eq!(worlds[0]["world"], "no program");
    assert!(
        worlds.len() >= 3,
        "no program, the program, the skeptic's world"
    );
    let told = place
        .ends(&[&["trace", "market.toml"], SMALL].concat(), 0)
        .out;
    for word in [
        "no program",
        "skeptic",
        "date",
        "event",
        "label",
        "points",
        "balance",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
    for world in worlds {
        let times: Vec<f64> = world["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["months"].as_f64().unwrap())
            .collect();
        assert!(times.is_sorted(), "{times:?}");
        for event in world["events"].as_array().unwrap() {
            assert!(event["balance"].as_i64().unwrap() >= 0, "{event}");
        }
    }
}

#[test]
fn a_trace_of_nobody_ends_with_2() {
    let place = Place::new();
    let trace = |more: &[&str]| {
        place
            .ends(&[&["trace", "market.toml"], SMALL, more].concat(), 2)
            .err
    };
    assert!(trace(&["--segment", "nobody at all"]).contains("nobody at all"));
    assert!(trace(&["--ordinal", "999999999"]).contains("999999999"));
}

#[test]
fn the_schema_is_a_schema() {
    let place = Place {
        dir: tempfile::tempdir().unwrap(),
    };
    let schema = json(&place.ends(&["schema"], 0).out);
    assert!(
        schema["$schema"]
            .as_str()
            .unwrap()
            .contains("json-schema.org")
    );
    assert!(schema["properties"]["horizon_months"].is_object());
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::process::{Command, Stdio};

    fn spawn(place: &Place, args: &[&str]) -> std::process::Child {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("fidelio"));
        let command = command.current_dir(place.dir.path()).args(args);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    #[test]
    fn ctrl_c_leaves_nothing_half_written() {
        let place = Place::new();
        let mut child = spawn(
            &place,
            &[
                "run",
                "market.toml",
                "--customers",
                "20_000_000",
                "--out",
                "answer",
            ],
        );
        std::thread::sleep(Duration::from_millis(1500));
        assert!(
            child.try_wait().unwrap().is_none(),
            "the run ended before it could be stopped"
        );
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let left: Vec<String> = std::fs::read_dir(place.dir.path())
            .unwrap()
            .map(|e| name(&e.unwrap().path()))
            .collect();
        assert_eq!(left, ["market.toml"]);
    }

    #[test]
    fn a_reader_that_leaves_is_a_success() {
        let place = Place {
            dir: tempfile::tempdir().unwrap(),
        };
        let mut child = spawn(&place, &["schema"]);
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}
