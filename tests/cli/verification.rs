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

#[test]
fn what_the_manifest_states_must_agree_with_the_scenario() {
    let place = Place::new();
    place.live("answer", &["--seed", "11"]);
    let sound = place.read("answer/manifest.json");
    let stated = json(&sound);
    let (name, customers) = (&stated["scenario"], &stated["customers"]);
    for (from, to, told) in [
        (
            "\"seed\": 11,".to_owned(),
            "\"seed\": 77,",
            "seed 77, the scenario lived has 11",
        ),
        (
            format!("\"customers\": {customers},"),
            "\"customers\": 7,",
            "states customers 7,",
        ),
        (
            format!("\"scenario\": {name},"),
            "\"scenario\": \"Other\",",
            "states the name \"Other\",",
        ),
        (
            "\"seed_override\": 11,".to_owned(),
            "\"seed_override\": 5,",
            "lived has 5",
        ),
    ] {
        assert!(sound.contains(&from), "{from}");
        place.write("answer/manifest.json", &sound.replacen(&from, to, 1));
        let ended = place.ends(&["verify", "answer"], 3);
        assert!(ended.err.contains(told), "{}", ended.err);
        assert_eq!(ended.out, "");
    }
}
