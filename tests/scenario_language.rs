//! What a scenario means: units, defaults, distributions, versions, the schema.
#![allow(clippy::disallowed_methods)] // an oracle apart from what it judges

mod support;

use std::collections::BTreeSet;

use fidelio::scenario::evidence::{REGISTER, evidence_rows};
use fidelio::scenario::model::{Between, Expiry, Lifetime, RewardKind, Rounding, Scenario, Within};
use fidelio::scenario::{parse, schema};
use support::random_scenario::random_file;
use support::shipped::grocer_with_points_alone;

const CDNOW: &str = include_str!("../scenarios/cdnow.toml");
const RW1: &str = include_str!("../scenarios/rw1.toml");

fn scenario(text: &str) -> Scenario {
    let parsed = parse(text);
    parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

#[test]
fn grocer_in_the_units_of_the_engine() {
    let grocer = scenario(grocer_with_points_alone());
    let families = &grocer.segments[0];
    assert_eq!(families.rate_mean, 46.0 / 12.0);
    assert_eq!(
        families.lifetime,
        Lifetime::Pareto {
            shape: 2.0,
            scale_months: 12.0 * 15.47
        }
    );
    assert_eq!(families.basket.mean, 4400.0);
    assert_eq!(families.basket.between, Between::Lognormal { cv: 0.5 });
    let program = &grocer.programs[0];
    let rules = &program.versions[0];
    assert_eq!((rules.earn.points_num, rules.earn.points_den), (1, 100));
    assert_eq!(rules.earn.rounding, Rounding::Floor);
    assert_eq!(rules.expiry, Expiry::Inactivity { months: 18 });
    assert_eq!(rules.rewards[0].points, 1000);
    assert_eq!(rules.rewards[0].face_value, 500);
    assert_eq!(rules.rewards[1].kind, RewardKind::OwnGood);
    assert_eq!(rules.rewards[1].unit_cost, 680);
    assert_eq!(program.cost.per_active_member_per_year, 30.0);
    assert_eq!(grocer.behavior.expiry_pressure.min_value, 100);
    let weeks = grocer.behavior.rewarded_behavior.decay_months * 365.0 / 84.0;
    assert!((weeks - 8.0).abs() < 1e-12);
}

/// The base that a constant inflow leaves under a Pareto law cut at the age of the company:
/// inflow · ∫₀ᴬ (β / (β + t))^s dt, here by Simpson's rule on u = ln(1 + t/β).
fn stationary_base(scenario: &Scenario) -> f64 {
    let age = scenario.market.company_age_months.expect("an age") / 12.0;
    scenario
        .segments
        .iter()
        .map(|segment| {
            let Lifetime::Pareto {
                shape,
                scale_months,
            } = segment.lifetime
            else {
                panic!("a Pareto law");
            };
            let scale = scale_months / 12.0;
            let end = (1.0 + age / scale).ln();
            let steps = 1_000;
            let h = end / f64::from(steps);
            let f = |u: f64| scale * (u * (1.0 - shape)).exp();
            let sum: f64 = (0..steps)
                .map(|i| {
                    let u = f64::from(i) * h;
                    h / 6.0 * (f(u) + 4.0 * f(u + h / 2.0) + f(u + h))
                })
                .sum();
            scenario.market.arrivals_per_year * segment.share * sum
        })
        .sum()
}

#[test]
fn base_and_inflow_agree_in_shipped_scenarios() {
    for text in [
        grocer_with_points_alone(),
        fidelio::scenario::starter_transactional(),
    ] {
        let scenario = scenario(text);
        let stated = scenario.market.customers as f64;
        let implied = stationary_base(&scenario);
        assert!(
            (implied / stated - 1.0).abs() < 0.02,
            "{}: {implied:.0} for {stated}",
            scenario.name
        );
    }
}

#[test]
fn cdnow_as_published() {
    let cdnow = scenario(CDNOW);
    let segment = &cdnow.segments[0];
    // r / alpha per week, 7/365 of a year.
    assert!((segment.rate_mean * 12.0 * 7.0 / 365.0 - 0.553 / 10.578).abs() < 1e-14);
    assert_eq!(segment.rate_shape, Some(0.553));
    assert!((segment.basket.mean - 100.0 * 6.25 * 15.44 / 2.74).abs() < 1e-9);
    assert_eq!(
        segment.basket.between,
        Between::InverseGamma { shape: 3.74 }
    );
    assert_eq!(segment.basket.within, Within::Gamma { shape: 6.25 });
    let entries = &cdnow.market.entries;
    assert_eq!(entries.len(), 84);
    assert_eq!(entries.iter().map(|e| e.count).sum::<u64>(), 2357);
    assert_eq!(entries[0].count, 18, "the first of January 1997");
    assert_eq!(cdnow.simulation.customers, 425 * 2357);
}

#[test]
fn rw1_as_specified() {
    let rw1 = scenario(RW1);
    let segment = &rw1.segments[0];
    assert!((segment.rate_mean - 1.2).abs() < 1e-15);
    assert_eq!(segment.basket.within, Within::Gamma { shape: 4.0 });
    let Between::Lognormal { cv } = segment.basket.between else {
        panic!("lognormal");
    };
    assert!(((1.0 + cv * cv).ln().sqrt() - 0.6).abs() < 1e-12);
    assert!((segment.basket.mean / 100.0 / (0.18f64).exp() - 40.0).abs() < 1e-10);
    assert!((1.0 / (1.0 + rw1.behavior.redemption.reluctance.exp()) - 0.35).abs() < 1e-12);
    assert!((rw1.behavior.rewarded_behavior.decay_months - 1.0).abs() < 1e-12);
    assert!(((1.0 + rw1.discount_rate).powf(-1.0 / 12.0) - 0.99).abs() < 1e-12);
    assert_eq!(rw1.market.company_age_months, Some(0.0));
}

#[test]
fn a_distribution_is_replaced_by_its_mean_and_recorded() {
    let text = grocer_with_points_alone()
        .replace(
            "margin_rate = 0.25  ",
            "margin_rate = { triangular = [0.2, 0.25, 0.33], source = \"controlling\" } ",
        )
        .replace(
            "months = 18",
            "months = { choice = [12, 18, 24], weights = [0.2, 0.2, 0.6] }",
        )
        .replace(
            "discount_rate = 0.08",
            "discount_rate = { value = 0.07, source = \"treasury\" }",
        );
    let parsed = parse(&text);
    let grocer = parsed.scenario.expect("valid");
    assert!((grocer.segments[0].margin_rate - 0.26).abs() < 1e-15);
    assert_eq!(grocer.discount_rate, 0.07);
    assert_eq!(parsed.sources["discount_rate"], "treasury");
    assert_eq!(
        grocer.programs[0].versions[0].expiry,
        Expiry::Inactivity { months: 24 }
    );
    let assumptions = &grocer.assumptions;
    assert_eq!(assumptions.len(), 2, "a plain number with a source is none");
    assert_eq!(assumptions[0].path, "segment.families.margin_rate");
    assert_eq!(assumptions[0].law, "triangular(0.2, 0.25, 0.33)");
    assert_eq!(assumptions[0].source.as_deref(), Some("controlling"));
    assert_eq!(assumptions[1].path, "program.Points.expiry.months");
    assert_eq!(assumptions[1].mean, 24.0);
}

#[test]
fn percentiles_take_the_family_of_their_key() {
    let with = |from: &str, to: &str| scenario(&grocer_with_points_alone().replacen(from, to, 1));
    // Within (0, 1): logit-normal. Symmetric percentiles around one half have mean one half exactly.
    let share = with(
        "margin_rate = 0.25  ",
        "margin_rate = { p10_p90 = [0.4, 0.6] } ",
    );
    assert!((share.segments[0].margin_rate - 0.5).abs() < 1e-12);
    assert!(share.assumptions[0].law.contains("logit_normal"));
    // Positive: lognormal, whose mean is above the geometric mean of the percentiles.
    let rate = with("mean = 46", "mean = { p10_p90 = [40, 50] }");
    let geometric = (40.0f64 * 50.0).sqrt();
    let sigma = (50.0f64 / 40.0).ln() / (2.0 * 1.2815515655446004);
    let mean = geometric * (0.5 * sigma * sigma).exp();
    assert!((rate.segments[0].rate_mean * 12.0 - mean).abs() < 1e-9);
    // Any sign: normal.
    let trend = with(
        "trend_per_year = 0.0",
        "trend_per_year = { p10_p90 = [-0.01, 0.03] }",
    );
    assert!((trend.market.trend_per_year - 0.01).abs() < 1e-15);
}

#[test]
fn points_per_currency_is_the_exact_fraction_as_written() {
    for (written, expected) in [
        ("1", (1, 100)),
        ("0.1", (1, 1000)),
        ("1.25", (1, 80)),
        ("0.333333", (333_333, 100_000_000)),
        ("2e1", (1, 5)),
        ("0, sign_up_bonus = 2_000", (0, 1)),
    ] {
        let text = grocer_with_points_alone().replace(
            "points_per_currency = 1",
            &format!("points_per_currency = {written}"),
        );
        let earn = scenario(&text).programs[0].versions[0].earn;
        assert_eq!((earn.points_num, earn.points_den), expected, "{written}");
    }
}

#[test]
fn currencies_have_their_own_minor_unit() {
    let yen = grocer_with_points_alone()
        .replace("\"EUR\"", "\"JPY\"")
        .replace("unit_cost = 6.80", "unit_cost = 7")
        .replace("per_redemption = 0.02 ", "per_redemption = 0.5 ");
    let yen = scenario(&yen);
    assert_eq!(yen.currency.digits, 0);
    assert_eq!(yen.programs[0].versions[0].rewards[0].face_value, 5);
    assert_eq!(yen.programs[0].cost.per_redemption, 0.5);
    let dinar = scenario(&grocer_with_points_alone().replace("\"EUR\"", "\"KWD\""));
    assert_eq!(dinar.programs[0].versions[0].rewards[0].face_value, 5000);
}

#[test]
fn versions_inherit_what_they_do_not_state() {
    let grocer = grocer_with_points_alone();
    let text = format!(
        "{grocer}\n[[program.version]]\nfrom = \"2029-01\"\nannounced = \"2028-10\"\nearn = {{ cap_per_visit = 100 }}\n\
         [[program.version]]\nfrom = \"2030-01\"\nexpiry = {{ policy = \"never\" }}\n\
         [[program.version.reward]]\nname = \"voucher\"\nkind = \"tender\"\npoints = 600\nface_value = 5\n"
    );
    let versions = &scenario(&text).programs[0].versions;
    assert_eq!(versions.len(), 3);
    assert_eq!(
        (versions[1].from_month, versions[1].announced_month),
        (24, 21)
    );
    assert_eq!(versions[1].earn.cap_per_visit, Some(100));
    assert_eq!(versions[1].rewards, versions[0].rewards);
    assert_eq!(versions[2].earn, versions[1].earn);
    assert_eq!(versions[2].expiry, Expiry::Never);
    assert_eq!(versions[2].rewards.len(), 1);
}

#[test]
fn an_opening_book_and_an_earlier_launch() {
    let text = grocer_with_points_alone().replace("launch = \"2027-01\"", "launch = \"2025-01\"")
        + "\n[program.opening]\nheld_by_leavers = 0.09\nvintage = [{ months_ago = 3, points = 900 }, { months_ago = 24, points = 100 }]\n";
    let program = &scenario(&text).programs[0];
    assert_eq!(program.launch_month, -24);
    let book = program.opening.as_ref().expect("a book");
    assert_eq!(book.vintages[0].months_ago, 24, "oldest first");
    assert_eq!(book.vintages[1].points, 900);
}

#[test]
fn paths_lead_to_what_was_written() {
    let parsed = parse(grocer_with_points_alone());
    let at = |path: &str| &grocer_with_points_alone()[parsed.spans[path].clone()];
    assert_eq!(at("program.Points.reward.5 EUR voucher.points"), "1000");
    assert_eq!(at("segment.families.lifetime.scale_years"), "15.47");
    assert_eq!(at("market.seasonality.12"), "1.18");
    assert_eq!(at("currency"), "\"EUR\"");
}

#[test]
fn the_register_is_the_source_of_every_default_about_behavior() {
    let plain = grocer_with_points_alone().replace(
        "enrollment = { ceiling = 0.6, half_time_months = 6, selection = 0.7 }",
        "enrollment = {}",
    );
    let plain = plain.replace("displacement = 0.4 ", "# ");
    let without_tiers = evidence_rows(&scenario(&plain));
    let status = "[[program]]\nname = \"Status\"\nkind = \"tiered\"\narrival_lift = 0.01\n[[program.tier]]\nname = \"t\"\nthreshold = 500\n\
                  [program.referral]\n";
    let rows = evidence_rows(&scenario(&format!("{plain}\n{status}")));
    let of_program = rows
        .iter()
        .filter(|row| row.path.starts_with("program.Status."));
    let enrollment = of_program
        .filter(|row| row.path.contains(".enrollment."))
        .count();
    assert_eq!(
        rows.len() - enrollment,
        REGISTER.len(),
        "one own good, one program with tiers that attracts"
    );
    let about_tiers = |path: &str| {
        [
            "tier_pressure",
            "refer",
            "recommending",
            "demotion",
            "status",
            "bystander",
            "qualification",
        ]
        .iter()
        .any(|word| path.contains(word))
    };
    assert!(without_tiers.iter().all(|row| !about_tiers(&row.path)));
    // Told only where it is used.
    let at_default = rows
        .iter()
        .filter(|row| !row.path.ends_with(".arrival_lift"));
    for row in at_default {
        assert_eq!(row.used, row.default, "{}", row.path);
    }
    let named: BTreeSet<&str> = schema::keys()
        .iter()
        .filter(|key| key.kind == "number")
        .filter(|key| key.path.starts_with("behavior."))
        .map(|key| key.path.as_str())
        .collect();
    for path in named {
        assert!(
            REGISTER.iter().any(|row| row.path == path),
            "{path} has no evidence"
        );
    }
    let used = evidence_rows(&scenario(RW1));
    let reluctance = used
        .iter()
        .find(|row| row.path.ends_with("reluctance"))
        .expect("a row");
    assert!((reluctance.used - 0.619_039_208_406).abs() < 1e-11);
}

/// Every path of a schema that leads to a value.
fn leaves(schema: &serde_json::Value, path: &str, found: &mut BTreeSet<String>) {
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    for (name, property) in properties {
        let path = format!("{path}{name}");
        assert!(
            property["description"].is_string(),
            "{path} is undocumented"
        );
        if property["items"]["properties"].is_object() {
            leaves(&property["items"], &format!("{path}[]."), found);
        } else if property["properties"].is_object() {
            leaves(property, &format!("{path}."), found);
        } else {
            found.insert(path.clone());
            if path == "segment[].purchases_per_year" {
                leaves(&property["anyOf"][1], &format!("{path}."), found);
            }
        }
    }
}

#[test]
fn schema_covers_every_key() {
    let mut found = BTreeSet::new();
    leaves(&schema::schema(), "", &mut found);
    let listed: BTreeSet<String> = schema::keys().iter().map(|key| key.path.clone()).collect();
    assert_eq!(found, listed);
    assert!(listed.len() > 80, "{}", listed.len());
    assert!(listed.contains("program[].version[].earn.points_per_currency"));
}

#[test]
fn defaults_of_the_list_of_keys_are_the_defaults_in_use() {
    // Stating a key with its listed default must change nothing.
    let bare = scenario(
        "name = \"x\"\ncurrency = \"EUR\"\nstart = \"2027-01\"\n[market]\narrivals_per_year = 100\n\
        [[segment]]\nname = \"s\"\npurchases_per_year = 5\nlifetime = { model = \"never\" }\n\
        basket = { mean = 10, between_cv = 0, within_cv = 0 }\nmargin_rate = 0.3\n",
    );
    let mut stated = 0;
    for key in schema::keys() {
        let (Some(default), Some((table, name))) = (&key.default, key.path.rsplit_once('.')) else {
            continue;
        };
        if table.contains("[]") || table == "market" {
            continue;
        }
        let text = format!(
            "name = \"x\"\ncurrency = \"EUR\"\nstart = \"2027-01\"\n[market]\narrivals_per_year = 100\n\
            [[segment]]\nname = \"s\"\npurchases_per_year = 5\nlifetime = {{ model = \"never\" }}\n\
            basket = {{ mean = 10, between_cv = 0, within_cv = 0 }}\nmargin_rate = 0.3\n[{table}]\n{name} = {default}\n"
        );
        // Written down, a default that cannot act is listed as such; nothing else may differ.
        let mut written = scenario(&text);
        written.unbound.clear();
        assert_eq!(written, bare, "{}", key.path);
        stated += 1;
    }
    assert!(stated > 30, "{stated}");
}

#[test]
fn the_order_of_tables_in_the_file_does_not_matter() {
    for seed in 0..50 {
        let text = random_file(seed);
        // The simulation table moved to the end of the file.
        let (before, rest) = text.split_once("[simulation]").expect("a table");
        let (simulation, after) = rest.split_once("[market]").expect("a table");
        let moved = format!("{before}[market]{after}\n[simulation]{simulation}");
        assert_eq!(scenario(&text), scenario(&moved), "seed {seed}");
    }
}
