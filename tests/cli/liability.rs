//! `liability`: a triangle valued, refused, and valued again.

use crate::place::{Place, json};

/// The synthetic triangle of five vintages.
const TRIANGLE: &str = "vintage,points_issued,1,2,3,4,5\n2021,1000,300,480,570,600,600\n2022,1100,341,539,638,671,\n\
                        2023,1210,363,581,690,,\n2024,1331,412,652,,,\n2025,1464.1,439,,,,\n";

fn method<'a>(valuation: &'a serde_json::Value, code: &str) -> &'a serde_json::Value {
    let methods = valuation["methods"].as_array().unwrap();
    methods
        .iter()
        .find(|method| method["code"] == code)
        .unwrap()
}

#[test]
fn a_triangle_is_valued_by_every_method() {
    let place = Place::empty();
    place.write("t.csv", TRIANGLE);
    let arguments = [
        "liability",
        "--triangle",
        "t.csv",
        "--cost-per-point",
        "8",
        "--price-per-point",
        "10",
    ];
    let told = place.ends(&arguments, 0).out;
    for word in [
        "Additive rates",
        "Chain ladder",
        "log-linear",
        "bootstrap",
        "Naive",
        "To book, by additive rates: deferred revenue ",
        "points still to be redeemed",
        "control checks passed",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let out = "outputs/liability-t";
    for file in [
        "valuation.json",
        "methods.csv",
        "a_points_roll_forward.csv",
        "b_deferred_revenue_roll_forward.csv",
        "c_cost_provision_roll_forward.csv",
        "d_actual_against_expected.csv",
        "e_maturity.csv",
        "f_sensitivity.csv",
        "g_distribution.csv",
        "h_duration.csv",
        "vintage_heat_map.png",
        "vintage_heat_map.svg",
        "liability_by_method.png",
        "liability_by_method.svg",
        "assumptions.json",
        "manifest.json",
        "inputs/t.csv",
    ] {
        assert!(place.path(&format!("{out}/{file}")).exists(), "{file}");
    }
    let valuation = json(&place.read(&format!("{out}/valuation.json")));
    let provision = method(&valuation, "chain_ladder")["cost_provision"]
        .as_f64()
        .unwrap();
    assert!((provision - 5041.36).abs() < 0.005, "{provision}");
    let rate = method(&valuation, "additive")["rate_of_issued"]
        .as_f64()
        .unwrap();
    assert!((rate - 0.604_008_13).abs() < 5e-9);
    assert_eq!(method(&valuation, "naive_redeemed_to_date")["naive"], true);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let place = Place::empty();
    place.write("t.csv", TRIANGLE);
    let valuation = |threads: &str| {
        let arguments = [
            "liability",
            "--triangle",
            "t.csv",
            "--json",
            "--draws",
            "500",
            "--threads",
            threads,
        ];
        place.ends(&arguments, 0).out
    };
    assert_eq!(valuation("1"), valuation("3"));
}

#[test]
fn quiet_is_quiet_and_incremental_is_understood() {
    let place = Place::empty();
    place.write("t.csv", TRIANGLE);
    let incremental = "vintage,1,2,3,4,5\n2021,300,180,90,30,0\n2022,341,198,99,33\n2023,363,218,109\n2024,412,240\n\
                       2025,439\n";
    place.write("i.csv", incremental);
    let quiet = place.ends(&["liability", "--triangle", "t.csv", "--quiet"], 0);
    assert_eq!(quiet.out, "");
    let issued = "1000,1100,1210,1331,1464.1";
    let arguments = [
        "liability",
        "--triangle",
        "i.csv",
        "--incremental",
        "--issued",
        issued,
        "--json",
    ];
    let one = json(&place.ends(&arguments, 0).out);
    let two = json(&place.read("outputs/liability-t/valuation.json"));
    assert_eq!(method(&one, "additive"), method(&two, "additive"));
}

#[test]
fn refusals_by_kind() {
    let place = Place::empty();
    place.write(
        "bad.csv",
        "vintage,issued,1,2\n2021,100,30,x\n2022,ten,33,\n",
    );
    let ended = place.ends(&["liability", "--triangle", "bad.csv"], 3);
    for words in [
        "line 2: column 4: \"x\"",
        "line 3: column 2: \"ten\"",
        "mistakes",
    ] {
        assert!(ended.err.contains(words), "{words}: {}", ended.err);
    }
    assert!(!place.path("outputs").join("liability-bad").exists());
    place.ends(&["liability", "--triangle", "missing.csv"], 3);
    place.ends(&["liability"], 2);
    place.write("t.csv", TRIANGLE);
    let ended = place.ends(
        &["liability", "--triangle", "t.csv", "--prior-rate", "1.2"],
        2,
    );
    assert!(ended.err.contains("--prior-rate is 1.2"), "{}", ended.err);
    place.ends(&["liability", "--triangle", "t.csv", "--tail", "nan"], 2);
    let without = [
        "liability",
        "--triangle",
        "t.csv",
        "--method",
        "bornhuetter-ferguson",
    ];
    let ended = place.ends(&without, 2);
    assert!(ended.err.contains("needs --prior-rate"), "{}", ended.err);
    // Beyond whole minor units: told by its file.
    place.write(
        "big.csv",
        "vintage,issued,1,2\n2020,1e18,1,2\n2021,1e18,1,\n",
    );
    let big = [
        "liability",
        "--triangle",
        "big.csv",
        "--price-per-point",
        "0.01",
    ];
    let ended = place.ends(&big, 2);
    assert!(
        ended.err.contains("`big.csv`: the allocated price"),
        "{}",
        ended.err
    );
}

#[test]
fn a_test_row_taken_back_years_before_does_not_stop_the_estimate() {
    let place = Place::empty();
    place.write("book.csv", &ledger());
    let stray = "nobody,2020-01-05,earn,10,,,,\nnobody,2020-01-20,earn,-10,2020-01-05,,,\n";
    place.write("stray.csv", &(ledger() + stray));
    let future = |file: &str| {
        let ended = place.ends(
            &["liability", file, "--json", "--cost-per-point", "0.01"],
            0,
        );
        let told = json(&ended.out);
        method(&told, "additive")["future"].as_f64().unwrap()
    };
    assert_eq!(future("stray.csv"), future("book.csv"));
}

#[test]
fn a_failed_identity_has_its_own_exit_code() {
    let place = Place::empty();
    // More redeemed than issued.
    place.write(
        "t.csv",
        "vintage,issued,1,2\n2021,100,80,120\n2022,100,80,\n",
    );
    let ended = place.ends(&["liability", "--triangle", "t.csv"], 4);
    assert!(
        ended.err.contains("redeemed_at_most_issued"),
        "{}",
        ended.err
    );
    assert!(
        place.path("outputs/liability-t/valuation.json").exists(),
        "to be looked at"
    );
}

#[test]
fn one_age_is_refused_by_every_method_and_says_so() {
    let place = Place::empty();
    place.write("t.csv", "vintage,issued,1\n2021,100,80\n2022,100,70\n");
    let ended = place.ends(&["liability", "--triangle", "t.csv"], 4);
    assert!(
        ended.err.contains("booked_method_gives_a_number"),
        "{}",
        ended.err
    );
    let told = ended.out;
    assert!(told.contains("only one age is observed"), "{told}");
    let told = place
        .ends(
            &[
                "liability",
                "--triangle",
                "t.csv",
                "--tail",
                "1.1",
                "--method",
                "chain-ladder",
            ],
            0,
        )
        .out;
    assert!(told.contains("Chain ladder"), "{told}");
}

/// Twelve months of earning by two members, one of whom redeems.
fn ledger() -> String {
    let mut text = "member,date,type,points,lot,tier,partner,cash_value\n".to_owned();
    for month in 1..=12 {
        text.push_str(&format!(
            "member-secret-1,2024-{month:02}-03,earn,100,,gold,,\n"
        ));
        text.push_str(&format!(
            "member-secret-2,2024-{month:02}-04,earn,80,,,shop,\n"
        ));
        if month > 1 {
            text.push_str(&format!(
                "member-secret-1,2024-{month:02}-20,redeem,{},,,,0.40\n",
                45 + month % 3
            ));
        }
    }
    text
}

#[test]
fn a_ledger_is_valued_and_reconciled_and_names_nobody() {
    let place = Place::empty();
    place.write("book.csv", &ledger());
    let redeemed: i64 = (2..=12).map(|month| 45 + month % 3).sum();
    let balance = (12 * 180 - redeemed).to_string();
    let arguments = [
        "liability",
        "book.csv",
        "--price-per-point",
        "0.01",
        "--balance",
        &balance,
        "--draws",
        "200",
    ];
    let told = place.ends(&arguments, 0);
    assert!(
        told.out.contains("agrees with the stated one"),
        "{}",
        told.out
    );
    let out = "outputs/liability-book";
    for (name, bytes) in place.files(out) {
        assert!(
            !String::from_utf8_lossy(&bytes).contains("secret"),
            "{name} names a member"
        );
    }
    assert!(
        !place.path(out).join("inputs").exists(),
        "a ledger is personal: no copy"
    );
    let valuation = json(&place.read(&format!("{out}/valuation.json")));
    let a = &valuation["tables"][0];
    assert_eq!(
        (a["letter"].as_str(), a["rows"].as_array().unwrap().len()),
        (Some("A"), 12)
    );
    assert_eq!(a["rows"][11][11].as_f64().unwrap().to_string(), balance);
    assert!(
        valuation["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["passed"] == true)
    );
    // The cost per point comes from the cash values: 0.40 a redemption.
    let provision = method(&valuation, "additive");
    let cost =
        provision["cost_provision"].as_f64().unwrap() / provision["future"].as_f64().unwrap();
    assert!(
        (cost - 0.40 * 11.0 / redeemed as f64).abs() < 1e-9,
        "{cost}"
    );
}

#[test]
fn a_balance_that_differs_fails_unless_it_is_explained() {
    let place = Place::empty();
    place.write("book.csv", &ledger());
    let redeemed: i64 = (2..=12).map(|month| 45 + month % 3).sum();
    let stated = (12 * 180 - redeemed - 7).to_string();
    let base = [
        "liability",
        "book.csv",
        "--draws",
        "100",
        "--quiet",
        "--balance",
        &stated,
    ];
    let ended = place.ends(&base, 4);
    assert!(
        ended.err.contains("balance_as_stated by 7"),
        "{}",
        ended.err
    );
    place.ends(&[&base[..], &["--tolerance", "7"]].concat(), 0);
    place.ends(&[&base[..], &["--explained", "migration=7"]].concat(), 0);
    place.ends(&[&base[..], &["--explained", "migration=3"]].concat(), 4);
}

#[test]
fn malformed_rows_are_refused_or_counted() {
    let place = Place::empty();
    place.write(
        "book.csv",
        &format!("{}member-secret-3,2024-02-30,earn,5,,,,\n", ledger()),
    );
    let ended = place.ends(&["liability", "book.csv"], 3);
    assert!(
        ended.err.contains("line 37: the date is no day"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("secret"), "{}", ended.err);
    let told = place.ends(
        &[
            "liability",
            "book.csv",
            "--skip-malformed",
            "--draws",
            "100",
        ],
        0,
    );
    assert!(
        told.out.contains("1 rows of the ledger are malformed"),
        "{}",
        told.out
    );
}

#[test]
fn sorted_reading_gives_the_same_valuation() {
    let place = Place::empty();
    let mut lines: Vec<String> = ledger().lines().map(String::from).collect();
    lines[1..].sort_unstable();
    place.write("book.csv", &(lines.join("\n") + "\n"));
    let valuation = |more: &[&str]| {
        place
            .ends(
                &[&["liability", "book.csv", "--json", "--draws", "100"], more].concat(),
                0,
            )
            .out
    };
    assert_eq!(valuation(&[]), valuation(&["--sorted"]));
    place.write("mixed.csv", &ledger());
    let ended = place.ends(&["liability", "mixed.csv", "--sorted"], 3);
    assert!(ended.err.contains("not in order"), "{}", ended.err);
}
