//! What a run writes, and what it leaves alone.

use crate::place::{Place, SMALL, json};
use assert_cmd::Command;
use std::time::Duration;

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
        "inputs/market.toml",
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
        files["inputs/market.toml"],
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
    assert_eq!(json(&ended.out)["schema_version"], 3);
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
