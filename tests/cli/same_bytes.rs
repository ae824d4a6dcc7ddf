//! A run is a function of scenario, seed and size.

use crate::place::{Place, SMALL, assert_same, json};

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
