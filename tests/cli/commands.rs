//! `check`, `trace`, `schema`.

use crate::place::{Place, SMALL, json};

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
fn a_refusal_can_be_read_by_a_script() {
    let place = Place::new();
    place.write(
        "market.toml",
        &format!("nonsense = 1\n{}", place.read("market.toml")),
    );
    let refusal = json(&place.ends(&["check", "market.toml", "--json"], 2).out);
    assert_eq!(refusal["sound"], false);
    assert!(
        refusal["diagnostics"][0]["message"]
            .as_str()
            .unwrap()
            .contains("nonsense")
    );
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

/// From the starter to one customer's way through the tiers.
#[test]
fn a_program_of_status_is_checked_lived_and_traced() {
    let place = Place::empty();
    place.ends(&["new", "tiered", "--out", "market.toml"], 0);
    let checked = place.ends(&["check", "market.toml"], 0).out;
    assert!(checked.contains("% Silver or above, "), "{checked}");
    let run = [&["run", "market.toml", "--json", "--out", "out"], SMALL].concat();
    let results = json(&place.ends(&run, 0).out);
    let tiers = &results["programs"][0]["tiers"];
    assert_eq!(tiers["names"], serde_json::json!(["Silver", "Gold"]));
    let at = |rank: usize| {
        tiers["ranks"][rank]["members"]["values"][59]
            .as_f64()
            .unwrap()
    };
    let members = results["programs"][0]["headline"].as_array().unwrap();
    let members = members.iter().find(|n| n["code"] == "members_end").unwrap();
    let all = members["number"]["value"].as_f64().unwrap();
    assert!((at(0) + at(1) + at(2) - all).abs() < 1e-6 * all);
    assert!(at(2) > 0.0);
    let traced = (0..20).map(|ordinal| {
        let ordinal = ordinal.to_string();
        let trace = [&["trace", "market.toml", "--ordinal", &ordinal], SMALL].concat();
        place.ends(&trace, 0).out
    });
    let told: String = traced.collect();
    for word in ["promoted", "requalified", "demoted", "Silver → Gold"] {
        assert!(told.contains(word), "{word}");
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

/// Of those whom a program attracts: the first who comes, by number again, and who does not come.
#[test]
fn a_trace_tells_who_comes_only_because_of_a_program() {
    const ENOUGH: &[&str] = &["--customers", "10000"];
    let place = Place::new();
    let trace = |more: &[&str], code: i32| {
        let args = [
            &["trace", "market.toml", "--attracted", "--json"],
            ENOUGH,
            more,
        ]
        .concat();
        place.ends(&args, code)
    };
    let refused = trace(&[], 2).err;
    assert!(refused.contains("arrival_lift") && refused.contains("--arriving"));
    let lift = "arrival_lift = 0.01";
    let (text, off) = (place.read("market.toml"), format!("# {lift}"));
    assert_eq!(text.matches(&off).count(), 1);
    place.write("market.toml", &text.replace(&off, lift));

    let told = trace(&[], 0).out;
    let lives = json(&told);
    assert_eq!(lives["stratum"], "attracted");
    let worlds = lives["worlds"].as_array().expect("worlds");
    let events = |world: usize| worlds[world]["events"].as_array().expect("events");
    assert_eq!(worlds.len(), 3, "none, the program, the skeptic's");
    assert_eq!(events(1)[0]["event"], "arrival");
    assert!(events(0).is_empty() && events(2).is_empty(), "{told}");

    // A pull of 1 % takes a fifth of the candidates of the first layer.
    let first = lives["ordinal"].as_u64().expect("an ordinal");
    let mut came = 0;
    for ordinal in first..first + 20 {
        let ordinal = ordinal.to_string();
        let args = ["trace", "market.toml", "--attracted", "--ordinal", &ordinal];
        let ended = place.run(&[&args, ENOUGH].concat());
        match ended.code {
            Some(0) => came += 1,
            _ => assert!(ended.err.contains("comes in no world"), "{}", ended.err),
        }
    }
    assert!((1..13).contains(&came), "{came}");
    assert_eq!(trace(&["--ordinal", &first.to_string()], 0).out, told);
    if let Some(before) = first.checked_sub(1) {
        let refused = trace(&["--ordinal", &before.to_string()], 2).err;
        assert!(refused.contains(&format!("--ordinal {first}")), "{refused}");
    }
    assert!(
        trace(&["--ordinal", "999999999"], 2)
            .err
            .contains("999999999")
    );
    assert!(trace(&["--arriving"], 2).err.contains("--attracted"));
}

#[test]
fn the_schema_is_a_schema() {
    let place = Place::empty();
    let schema = json(&place.ends(&["schema"], 0).out);
    assert!(
        schema["$schema"]
            .as_str()
            .unwrap()
            .contains("json-schema.org")
    );
    assert!(schema["properties"]["horizon_months"].is_object());
}

#[test]
fn a_trace_tells_the_family() {
    let place = Place::empty();
    place.ends(&["new", "ambassador", "--out", "friends.toml"], 0);
    let trace = |ordinal: &str, more: &[&str]| {
        let args = [
            &["trace", "friends.toml", "--ordinal", ordinal],
            SMALL,
            more,
        ]
        .concat();
        place.ends(&args, 0).out
    };
    let found = (0..60).find_map(|ordinal| {
        let ordinal = ordinal.to_string();
        let lives = json(&trace(&ordinal, &["--json"]));
        let friends = lives["friends"].as_array()?.clone();
        Some((ordinal, friends))
    });
    let (ordinal, friends) = found.expect("some customer brings a friend");
    let first = &friends[0];
    let name = first["name"].as_str().expect("a name");
    assert_eq!(first["generation"], 1);
    for world in first["worlds"].as_array().expect("worlds") {
        let events = world["events"].as_array().expect("events");
        let times = events.iter().map(|e| e["months"].as_f64().expect("a time"));
        assert!(times.is_sorted(), "{world}");
    }
    let told = trace(&ordinal, &[]);
    assert!(told.contains(&format!("Friend {name}")), "{told}");
}
