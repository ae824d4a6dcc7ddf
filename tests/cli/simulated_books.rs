//! Books from a simulation: a ledger written and valued, valuations repeated and compared, methods tested, stresses.

use crate::place::{Place, SMALL, json};

/// Few customers, a short run-off.
fn place() -> Place {
    let place = Place::new();
    let text = place.read("market.toml");
    place.write(
        "market.toml",
        &text.replace("horizon_months = 60", "horizon_months = 30"),
    );
    place
}

fn synth(place: &Place, more: &[&str]) {
    let command = ["synth", "ledger", "market.toml", "--out", "book.csv"];
    let told = place.ends(&[&command, SMALL, more].concat(), 0);
    assert!(
        told.out.contains("--sorted --as-of 2029-06-30"),
        "{}",
        told.out
    );
}

#[test]
fn a_ledger_is_written_valued_repeated_and_compared() {
    let place = place();
    synth(&place, &[]);
    let book = place.read("book.csv");
    assert!(book.starts_with("member,date,type,points,lot,cash_value\n"));
    assert_eq!(
        place
            .ends(&["synth", "ledger", "market.toml", "--out", "book.csv"], 2)
            .code,
        Some(2)
    );
    synth(&place, &["--force"]);
    assert_eq!(book, place.read("book.csv"), "the same bytes");

    let value = |as_of: &str, out: &str| {
        let command = [
            "liability",
            "book.csv",
            "--sorted",
            "--draws",
            "50",
            "--price-per-point",
            "0.004",
        ];
        place.ends(
            &[&command[..], &["--as-of", as_of, "--out", out]].concat(),
            0,
        )
    };
    let told = value("2029-06-30", "now");
    assert!(told.out.contains("control checks passed"), "{}", told.out);
    value("2028-12-31", "before");
    let valuation = json(&place.read("now/valuation.json"));
    for check in valuation["checks"].as_array().unwrap() {
        assert_eq!(check["passed"], true, "{check}");
    }
    let basis = place.read("now/basis_of_preparation.md");
    for word in [
        "Deferred revenue",
        "Additive rates",
        "points roll forward",
        "cost_per_point",
    ] {
        assert!(basis.contains(word), "{word}: {basis}");
    }

    let ended = place.ends(&["verify", "now"], 0);
    assert!(ended.out.starts_with("identical"), "{}", ended.out);
    place.write(
        "now/valuation.json",
        &place.read("now/valuation.json").replacen("0.", "1.", 1),
    );
    let ended = place.ends(&["verify", "now"], 4);
    assert!(
        ended.out.contains("valuation.json: altered"),
        "{}",
        ended.out
    );
    value("2029-06-30", "now");

    let told = place
        .ends(
            &["liability", "--compare", "before", "now", "--out", "why"],
            0,
        )
        .out;
    for word in [
        "opening",
        "new vintages",
        "closing",
        "deferred revenue",
        "cost provision",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let why = json(&place.read("why/comparison.json"));
    assert_eq!(why["vintages_only_new"], 6);
    place.ends(&["verify", "why"], 0);
    std::fs::remove_file(place.path("book.csv")).unwrap();
    let ended = place.ends(&["verify", "now"], 3);
    assert!(ended.err.contains("was not copied"), "{}", ended.err);
}

#[test]
fn unknown_programs_and_no_programs_are_refused() {
    let place = place();
    let command = [
        "synth",
        "ledger",
        "market.toml",
        "--out",
        "x.csv",
        "--program",
        "Nobody's",
    ];
    let ended = place.ends(&[&command, SMALL].concat(), 2);
    assert!(ended.err.contains("no program is called"), "{}", ended.err);
    assert!(!place.path("x.csv").exists());
}

#[test]
fn a_day_long_after_the_last_row_is_questioned() {
    let place = place();
    synth(&place, &[]);
    let command = ["liability", "book.csv", "--sorted", "--as-of", "2029-12-31"];
    let told = place.ends(&command, 0).out;
    assert!(told.contains("months without rows count"), "{told}");
    place.write(
        "semicolons.csv",
        "member;date;type;points\n1;2027-01-01;earn;5\n",
    );
    let ended = place.ends(&["liability", "semicolons.csv"], 3);
    assert!(ended.err.contains("semicolons or tabs"), "{}", ended.err);
}

#[test]
fn a_program_without_points_has_no_ledger() {
    let place = place();
    let text = place.read("market.toml");
    let market = text.split("[[program]]").next().unwrap();
    let status = "[[program]]\nname = \"Status\"\nkind = \"tiered\"\n\
                  enrollment = { ceiling = 0.5, half_time_months = 6 }\n\
                  [program.qualification]\nby = \"spend\"\nwindow = \"calendar_year\"\n\
                  [[program.tier]]\nname = \"Silver\"\nthreshold = 400\n";
    place.write("status.toml", &format!("{market}{status}"));
    let command = ["synth", "ledger", "status.toml", "--out", "x.csv"];
    let ended = place.ends(&command, 2);
    assert!(
        ended.err.contains("has no [[program.reward]]"),
        "{}",
        ended.err
    );
    assert!(!place.path("x.csv").exists());
}

#[test]
fn methods_are_tested_against_the_truth() {
    let place = place();
    let command = [
        "liability",
        "--backtest",
        "market.toml",
        "--replications",
        "4",
        "--customers",
        "2000",
    ];
    let told = place
        .ends(&[&command[..], &["--out", "test"]].concat(), 0)
        .out;
    for word in [
        "4 books of 500 customers",
        "Chain ladder",
        "2028-12",
        "Bornhuetter-Ferguson",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
    for file in [
        "backtest.json",
        "backtest.csv",
        "backtest_by_vintage.csv",
        "backtest.png",
        "backtest.svg",
    ] {
        assert!(place.path("test").join(file).exists(), "{file}");
    }
    place.ends(&["verify", "test"], 0);
    let few = [
        "liability",
        "--backtest",
        "market.toml",
        "--replications",
        "500",
        "--customers",
        "2000",
    ];
    let ended = place.ends(&few, 2);
    assert!(ended.err.contains("too few"), "{}", ended.err);
}

#[test]
fn a_stress_is_laid_over_a_scenario_and_recorded() {
    let place = place();
    place.write(
        "dear.toml",
        "[[program]]\nname = \"*\"\n[program.cost]\ninflation_per_year = 0.3\n",
    );
    let run = ["run", "market.toml", "--overlay", "dear.toml", "--quiet"];
    place.ends(&[&run, SMALL].concat(), 0);
    let out = "outputs/market-dear";
    let results = json(&place.read(&format!("{out}/results.json")));
    assert!(
        results["scenario"]["name"]
            .as_str()
            .unwrap()
            .ends_with("(dear)")
    );
    assert!(place.path(out).join("inputs/overlays/dear.toml").exists());
    for file in [
        "l_liability_over_time.csv",
        "liability_over_time.png",
        "basis_of_preparation.md",
    ] {
        assert!(
            place.path(out).join("liability").join(file).exists(),
            "{file}"
        );
    }
    let ended = place.ends(&["verify", out], 0);
    assert!(ended.out.starts_with("identical"), "{}", ended.out);
    place.write("dear.toml", "extends = \"market.toml\"\n");
    let ended = place.ends(&[&run, SMALL].concat(), 2);
    assert!(
        ended.err.contains("an overlay cannot extend a file"),
        "{}",
        ended.err
    );
    std::fs::create_dir(place.path("b")).unwrap();
    place.write("b/dear.toml", "");
    let twice = [
        "check",
        "market.toml",
        "--overlay",
        "dear.toml",
        "--overlay",
        "b/dear.toml",
    ];
    let ended = place.ends(&twice, 2);
    assert!(
        ended.err.contains("two overlays are called"),
        "{}",
        ended.err
    );
}

/// `old`, and `new`: other customers of the same market.
fn two_runs() -> Place {
    let place = place();
    for more in [&["--out", "old"], &["--out", "new", "--seed", "7"][..]] {
        place.ends(
            &[&["run", "market.toml", "--quiet"], SMALL, more].concat(),
            0,
        );
    }
    place
}

fn results(place: &Place, run: &str) -> serde_json::Value {
    json(&place.read(&format!("{run}/results.json")))
}

#[test]
fn two_runs_are_compared_by_their_results() {
    let place = two_runs();
    let command = [
        "liability",
        "--compare",
        "old",
        "new/results.json",
        "--out",
        "why",
    ];
    place.ends(&command, 0);
    let why = json(&place.read("why/comparison.json"));
    let movements = why["movements"].as_array().unwrap();
    let of_cost = |movement: &&serde_json::Value| movement["basis"] == "cost provision";
    let cost = movements.iter().find(of_cost).unwrap();
    let booked = |run: &str| {
        let book = results(&place, run)["liability"][0].clone();
        let methods = book["methods"].as_array().unwrap();
        let is_booked = |method: &&serde_json::Value| method["code"] == book["booked"];
        let method = methods.iter().find(is_booked).unwrap();
        method["cost_provision"].as_f64().unwrap()
    };
    assert_eq!(cost["opening"].as_f64(), Some(booked("old")));
    assert_eq!(cost["closing"].as_f64(), Some(booked("new")));
    assert_ne!(booked("new"), booked("old"));
    place.ends(&["verify", "why"], 0);
}

#[test]
fn runs_that_cannot_be_compared_say_why() {
    let place = two_runs();
    let refused = |old: &str, more: &[&str], code: i32, why: &str| {
        let command = ["liability", "--compare", old, "new"];
        let told = place.ends(&[&command[..], more].concat(), code).err;
        assert!(told.contains(why), "{told}");
    };
    let nobody = ["--program", "Nobody's"];
    refused(
        "old",
        &nobody,
        2,
        "values no program of this name; it values `",
    );
    place.write("other.json", "{\"a\": 1}");
    refused(
        "other.json",
        &[],
        3,
        "neither a valuation nor the results of a run",
    );
    let mut changed = results(&place, "old");
    let mut second = changed["liability"][0].clone();
    second["subject"] = "Second".into();
    changed["liability"].as_array_mut().unwrap().push(second);
    place.write("twice.json", &changed.to_string());
    refused("twice.json", &[], 2, "say which by --program");
    changed["liability"] = serde_json::json!([]);
    place.write("none.json", &changed.to_string());
    refused(
        "none.json",
        &[],
        3,
        "no program of that run has points to value",
    );
}
