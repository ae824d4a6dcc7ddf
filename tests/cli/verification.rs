//! `fidelio verify`.

use crate::place::{Place, json};

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
    let scenario = place.read("answer/inputs/market.toml");
    place.write(
        "answer/inputs/market.toml",
        &format!("# a remark\n{scenario}"),
    );
    let ended = place.ends(&["verify", "answer"], 3);
    assert!(ended.err.contains("inputs/market.toml"), "{}", ended.err);
}
