//! `liability` by the tiers and partners of a ledger, with protected tiers, grace, decay, and owners of assumptions.

use crate::place::{Place, json};

/// Two years of two tiers that redeem differently, `members` of each: gold uses half of its points in the month of issue
/// and a quarter a month later, silver a tenth and a tenth. Silver doubles in the second year.
fn ledger(members: usize) -> String {
    let mut text = "member,date,type,points,lot,tier,partner,cash_value\n".to_owned();
    for member in 0..2 * members {
        let is_gold = member < members;
        let (tier, partner) = if is_gold {
            ("gold", "shop")
        } else {
            ("silver", "=fuel|<b>")
        };
        for month in 0..24 {
            let (year, of_year) = (2023 + month / 12, month % 12 + 1);
            let points = if !is_gold && month >= 12 { 2000 } else { 1000 };
            text.push_str(&format!(
                "secret-{member},{year}-{of_year:02}-05,earn,{points},,{tier},{partner},\n"
            ));
            let shares = if is_gold { [50, 25] } else { [10, 10] };
            for (later, share) in shares
                .into_iter()
                .enumerate()
                .filter(|(later, _)| month + later < 24)
            {
                let at = month + later;
                let used = points * share / 100;
                let cost = used as f64 * if is_gold { 0.010 } else { 0.005 };
                text.push_str(&format!(
                    "secret-{member},{}-{:02}-2{later},redeem,{used},{year}-{of_year:02}-05,{tier},,{cost:.2}\n",
                    2023 + at / 12,
                    at % 12 + 1
                ));
            }
        }
    }
    text
}

fn valued(place: &Place, more: &[&str]) -> serde_json::Value {
    let base = [
        "liability",
        "book.csv",
        "--json",
        "--draws",
        "50",
        "--force",
    ];
    json(&place.ends(&[&base[..], more].concat(), 0).out)
}

fn group<'a>(valuation: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    let groups = valuation["division"]["groups"].as_array().unwrap();
    groups.iter().find(|group| group["name"] == name).unwrap()
}

#[test]
fn tiers_are_valued_by_themselves_and_sum_to_the_whole() {
    let place = Place::empty();
    place.write("book.csv", &ledger(30));
    let plain = valued(&place, &["--out", "plain"]);
    let by_tier = valued(&place, &["--by", "tier", "--out", "tier"]);
    assert_eq!(
        plain["methods"], by_tier["methods"],
        "the whole is what is booked, divided or not"
    );
    assert!(plain.get("division").is_none());
    let number = |of: &serde_json::Value, key: &str| of[key].as_f64().unwrap();
    let [gold, silver] = ["gold", "silver"].map(|name| group(&by_tier, name));
    // Only the last vintage has something to come: a quarter of 30 × 1000, a tenth of 30 × 2000.
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6 * b.abs().max(1.0), "{a} {b}");
    close(number(&gold["own"], "future"), 7500.0);
    close(number(&silver["own"], "future"), 6000.0);
    close(number(&gold["own"], "cost_provision"), 75.0);
    close(number(&silver["own"], "cost_provision"), 30.0);
    assert_eq!(
        (
            &gold["cost_source"],
            gold["doubts"].as_array().unwrap().len()
        ),
        (&"own".into(), 0)
    );
    // The pool: of 30 × 1000 × 23 + 30 × (12 × 1000 + 11 × 2000) a month old, a quarter and a tenth, on 90,000.
    let rate = (0.25 * 23_000.0 + 0.1 * 34_000.0) / (23_000.0 + 34_000.0);
    let division = &by_tier["division"];
    close(number(&division["whole"], "future"), 90_000.0 * rate);
    close(number(&division["pooled"], "future"), 90_000.0 * rate);
    close(number(&division["adopted"], "future"), 13_500.0);
    let checks = by_tier["checks"].as_array().unwrap();
    for code in [
        "groups_issued",
        "groups_redeemed",
        "groups_outstanding",
        "groups_at_the_rates_of_the_whole",
    ] {
        assert!(
            checks
                .iter()
                .any(|check| check["code"] == code && check["passed"] == true),
            "{code}"
        );
    }
    for name in [
        "s_by_group.csv",
        "by_tier_methods.csv",
        "by_tier_a_points_roll_forward.csv",
        "by_tier_h_duration.csv",
    ] {
        assert!(place.path("tier").join(name).exists(), "{name}");
    }
    let again = place.ends(&["verify", "tier"], 0).out;
    assert!(again.starts_with("identical"), "{again}");
}

#[test]
fn partners_are_escaped_everywhere_and_nobody_is_named() {
    let place = Place::empty();
    place.write("book.csv", &ledger(30));
    let told = place
        .ends(
            &[
                "liability",
                "book.csv",
                "--by",
                "partner",
                "--draws",
                "50",
                "--out",
                "p",
            ],
            0,
        )
        .out;
    assert!(
        told.contains("By partner, as stated by the row that issued the points"),
        "{told}"
    );
    for (name, bytes) in place.files("p") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("secret"), "{name} names a member");
        if name.ends_with(".csv") {
            assert!(
                !text
                    .lines()
                    .any(|line| line.starts_with('=') || line.contains(",=")),
                "{name} has a formula"
            );
        }
        if name.ends_with(".md") {
            assert!(!text.contains("<b>"), "{name} has markup of a user");
        }
    }
}

#[test]
fn small_groups_are_named_and_not_valued_in_silence() {
    let place = Place::empty();
    place.write("book.csv", &ledger(3));
    let told = place
        .ends(
            &["liability", "book.csv", "--by", "tier", "--draws", "50"],
            0,
        )
        .out;
    assert!(
        told.contains("0 of 2 groups are safe by themselves"),
        "{told}"
    );
    assert!(
        told.contains("! gold: its own estimate is unsafe, 141 redemptions, fewer than 1082"),
        "{told}"
    );
    assert!(told.contains("100 % of the points outstanding"), "{told}");
}

#[test]
fn columns_that_are_no_groups_are_refused() {
    let place = Place::empty();
    place.write("book.csv", "member,date,type,points\na,2024-01-01,earn,5\n");
    let ended = place.ends(&["liability", "book.csv", "--by", "tier"], 3);
    assert!(
        ended.err.contains("there is no column `tier`"),
        "{}",
        ended.err
    );
    let mut text = "member,date,type,points,partner\n".to_owned();
    for number in 0..60 {
        text.push_str(&format!("a,2024-01-01,earn,5,secret-{number}\n"));
    }
    place.write("book.csv", &text);
    let ended = place.ends(&["liability", "book.csv", "--by", "partner"], 3);
    assert!(
        ended
            .err
            .contains("line 52: more than 50 different names in the column `partner`"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("secret"), "{}", ended.err);
    place.write(
        "book.csv",
        "member,date,type,points,tier\na,2024-01-01,earn,5,gold\na,2024-01-01,earn,5,go\u{1b}ld\n",
    );
    let ended = place.ends(&["liability", "book.csv", "--by", "tier"], 3);
    assert!(
        ended.err.contains("line 3: the tier is no UTF-8 text"),
        "{}",
        ended.err
    );
}

/// Gold until March 2025; a lot of January 2024 under a term of twelve months, to its day.
const PROTECTED: &str = "member,date,type,points,tier\nann,2024-01-10,earn,100,gold\nann,2024-06-10,earn,40,\n\
                         ann,2025-03-01,earn,10,silver\n";

fn past(place: &Place, more: &[&str]) -> f64 {
    let valuation = valued(place, more);
    let findings = valuation["findings"].as_array().unwrap();
    let found = findings
        .iter()
        .find(|finding| finding["code"] == "lots_past_their_end");
    found.map_or(0.0, |finding| finding["numbers"][0].as_f64().unwrap())
}

#[test]
fn points_of_a_protected_tier_do_not_end() {
    let place = Place::empty();
    place.write("book.csv", PROTECTED);
    let term = ["--expiry", "term=12", "--day-rule", "same-day", "--as-of"];
    let at = |day: &str, tiers: &[&str]| past(&place, &[&term[..], &[day], tiers].concat());
    assert_eq!(at("2025-02-28", &[]), 100.0);
    assert_eq!(at("2025-02-28", &["--protected-tier", "gold"]), 0.0);
    assert_eq!(at("2025-03-01", &["--protected-tier", "gold"]), 100.0);
    assert_eq!(at("2025-07-01", &["--protected-tier", "gold"]), 140.0);
    assert_eq!(
        at(
            "2025-07-01",
            &["--protected-tier", "gold", "--protected-tier", "silver"]
        ),
        0.0
    );
    let ended = place.ends(
        &[
            "liability",
            "book.csv",
            "--expiry",
            "term=12",
            "--protected-tier",
            "glod",
        ],
        3,
    );
    assert!(
        ended.err.contains("no row states the tier `glod`"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("did you mean `gold`?"), "{}", ended.err);
    let ended = place.ends(&["liability", "book.csv", "--protected-tier", "gold"], 2);
    assert!(
        ended.err.contains("nothing to protect from"),
        "{}",
        ended.err
    );
}

#[test]
fn grace_brings_points_back_to_their_vintage() {
    let place = Place::empty();
    place.write(
        "book.csv",
        "member,date,type,points\nann,2024-01-10,earn,100\nann,2025-01-10,expire,100\nann,2025-01-20,expire,-60\n\
         ann,2025-03-01,expire,-40\n",
    );
    let issued = |valuation: &serde_json::Value, name: &str| {
        let origins = valuation["origins"].as_array().unwrap();
        origins
            .iter()
            .find(|origin| origin["name"] == name)
            .unwrap()["issued"]
            .as_f64()
            .unwrap()
    };
    let plain = valued(&place, &[]);
    assert_eq!(
        [
            issued(&plain, "2024-01"),
            issued(&plain, "2025-01"),
            issued(&plain, "2025-03")
        ],
        [100.0, 60.0, 40.0]
    );
    let graceful = valued(&place, &["--grace-days", "30"]);
    assert_eq!(
        [issued(&graceful, "2024-01"), issued(&graceful, "2025-01")],
        // What is brought back undoes its end: it was issued once.
        [100.0, 0.0]
    );
    let findings = graceful["findings"].as_array().unwrap();
    let late = findings
        .iter()
        .find(|finding| finding["code"] == "reinstated_after_grace")
        .unwrap();
    assert_eq!(late["numbers"][0], 40.0);
    place.ends(&["liability", "book.csv", "--grace-days", "0"], 2);
}

#[test]
fn a_decaying_book_is_held_against_its_policy() {
    let place = Place::empty();
    place.write(
        "book.csv",
        "member,date,type,points\nann,2024-01-10,earn,1000\nann,2025-06-10,redeem,200\n",
    );
    let decay = ["--expiry", "decay=10%/12", "--day-rule", "same-day"];
    // A tenth of 1000 in January 2025, a tenth of the 700 left in January 2026.
    assert_eq!(
        past(&place, &[&decay[..], &["--as-of", "2026-01-09"]].concat()),
        100.0
    );
    assert_eq!(
        past(&place, &[&decay[..], &["--as-of", "2026-01-10"]].concat()),
        170.0
    );
    let ended = place.ends(&[&["liability", "book.csv"], &decay[..]].concat(), 2);
    assert!(
        ended.err.contains("--expiry decay needs --as-of"),
        "{}",
        ended.err
    );
    let ended = place.ends(&["liability", "book.csv", "--expiry", "decay=120%/12"], 2);
    assert!(ended.err.contains("decay=SHARE/MONTHS"), "{}", ended.err);
}

#[test]
fn owners_and_approvals_are_those_given_and_no_others() {
    let place = Place::empty();
    place.write("book.csv", PROTECTED);
    place.write(
        "who.toml",
        "[price_per_point]\nowner = \"Loyalty finance\"\napproved_by = \"Board | audit\"\napproved_on = 2026-11-30\n",
    );
    let command = [
        "--price-per-point",
        "0.01",
        "--register",
        "who.toml",
        "--out",
        "owned",
    ];
    let valuation = valued(&place, &command);
    let stated = valuation["assumptions"].as_array().unwrap();
    let of = |id: &str| stated.iter().find(|entry| entry["id"] == id).unwrap();
    assert_eq!(of("price_per_point")["owner"], "Loyalty finance");
    assert_eq!(of("price_per_point")["approved_on"], "2026-11-30");
    assert!(of("rate").get("owner").is_none());
    let register = json(&place.read("owned/assumptions.json"));
    let entries = register.as_array().unwrap();
    let other = entries
        .iter()
        .filter(|entry| entry["id"] != "price_per_point");
    for entry in other {
        for key in ["owner", "approved_by", "approved_on"] {
            assert_eq!(entry[key], "not given", "{entry}");
        }
    }
    let basis = place.read("owned/basis_of_preparation.md");
    assert!(
        basis.contains("| Loyalty finance | Board   audit, 2026-11-30 |"),
        "{basis}"
    );
    assert!(basis.contains("| not given | not given |"), "{basis}");
    let again = place.ends(&["verify", "owned"], 0).out;
    assert!(again.starts_with("identical"), "{again}");
    place.write("who.toml", "\n[price_per_pont]\nowner = \"x\"\n");
    let ended = place.ends(&["liability", "book.csv", "--register", "who.toml"], 2);
    assert!(
        ended
            .err
            .contains("`who.toml`: line 2: `price_per_pont` is no assumption"),
        "{}",
        ended.err
    );
    assert!(
        ended.err.contains("did you mean `price_per_point`?"),
        "{}",
        ended.err
    );
}
