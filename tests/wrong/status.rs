//! Wrong programs with tiers, each with its exact message.

use crate::message::{changed, check, refused, said};
use fidelio::scenario::parse;

/// A small program with tiers without an error, of which each case changes a little.
const GOOD: &str = r#"name = "Small"
currency = "EUR"
start = "2027-01"
horizon_months = 36

[simulation]
customers = 10_000

[market]
customers = 100_000
company_age_years = 20
arrivals_per_year = 12_000

[[segment]]
name = "all"
purchases_per_year = { mean = 24, shape = 1.3 }
lifetime = { model = "constant", hazard_per_year = 0.2 }
basket = { mean = 40, between_cv = 0.5, within_cv = 0.8 }
margin_rate = 0.25

[behavior.status]
frequency_first = 0.02
frequency_second = 0.05

[[program]]
name = "Status"
kind = "tiered"
enrollment = { ceiling = 0.5 }
qualification = { by = "spend", window = "calendar_year", validity_months = 12 }

[[program.tier]]
name = "Silver"
threshold = 500
earn_multiplier = 1.25

[[program.tier]]
name = "Gold"
threshold = 1500
lifetime_threshold = 4000
expiry = { policy = "never" }

[[program.tier.benefit]]
name = "free delivery"
billed = "per_use"
cost = 2.5

[[program.reward]]
name = "10 EUR voucher"
kind = "tender"
points = 1000
face_value = 10
"#;

refused! {
    GOOD;
    // Kinds and keys.
    tier_of_a_points_program: ["kind = \"tiered\"" => "kind = \"transactional\""]
    tiered_without_tiers: [
        "[[program.tier]]\nname = \"Silver\"\nthreshold = 500\nearn_multiplier = 1.25\n" => "",
        "[[program.tier]]\nname = \"Gold\"\nthreshold = 1500\nlifetime_threshold = 4000\nexpiry = { policy = \"never\" }\n" => "",
        "[[program.tier.benefit]]\nname = \"free delivery\"\nbilled = \"per_use\"\ncost = 2.5\n" => "",
    ]
    tier_with_a_misspelled_threshold: ["threshold = 500" => "treshold = 500"]
    tier_without_a_name: ["name = \"Gold\"\n" => ""]
    two_tiers_of_one_name: ["name = \"Gold\"" => "name = \"Silver\""]
    nine_tiers: [
        "[[program.reward]]" => "[[program.tier]]\nname = \"a\"\nthreshold = 1501\n[[program.tier]]\nname = \"b\"\nthreshold = 1502\n\
         [[program.tier]]\nname = \"c\"\nthreshold = 1503\n[[program.tier]]\nname = \"d\"\nthreshold = 1504\n[[program.tier]]\nname = \"e\"\n\
         threshold = 1505\n[[program.tier]]\nname = \"f\"\nthreshold = 1506\n[[program.tier]]\nname = \"g\"\nthreshold = 1507\n\n[[program.reward]]",
    ]
    qualified_by_mood: ["by = \"spend\"" => "by = \"spending\""]
    months_of_a_calendar_year: ["validity_months = 12" => "window_months = 12"]
    weights_without_a_score: ["validity_months = 12" => "score_visits = 2"]
    benefit_billed_by_the_night: ["billed = \"per_use\"" => "billed = \"per_night\""]
    benefit_without_a_cost: ["cost = 2.5\n" => ""]

    // Numbers.
    tiers_out_of_order: ["threshold = 1500" => "threshold = 400"]
    kept_for_life_too_early: ["lifetime_threshold = 4000" => "lifetime_threshold = 900"]
    lifetimes_out_of_order: ["earn_multiplier = 1.25" => "lifetime_threshold = 4000"]
    half_a_visit: ["by = \"spend\"" => "by = \"visits\"", "threshold = 500" => "threshold = 2.5"]
    threshold_finer_than_a_cent: ["threshold = 500" => "threshold = 500.005"]
    multiplier_with_four_decimals: ["earn_multiplier = 1.25" => "earn_multiplier = 1.2345"]
    validity_of_a_year_and_a_quarter: ["validity_months = 12" => "validity_months = 15"]
    a_window_of_ten_years: ["window = \"calendar_year\"" => "window = \"rolling\", window_months = 120"]
    a_score_of_nothing: ["by = \"spend\"" => "by = \"score\", score_visits = 0, score_spend = 0"]
    a_higher_tier_that_pleases_less: ["frequency_second = 0.05" => "frequency_second = 0.01"]

    // Several keys together.
    tier_nobody_can_reach: ["threshold = 1500" => "threshold = 60_000", "lifetime_threshold = 4000\n" => ""]
    visits_nobody_can_reach: [
        "by = \"spend\"" => "by = \"visits\"",
        "threshold = 500" => "threshold = 20",
        "threshold = 1500" => "threshold = 900",
        "lifetime_threshold = 4000\n" => "",
    ]
    a_score_nobody_can_reach: [
        "by = \"spend\"" => "by = \"score\"",
        "threshold = 500" => "threshold = 1",
        "threshold = 1500" => "threshold = 25",
        "lifetime_threshold = 4000\n" => "",
    ]
    points_that_buy_nothing: [
        "[[program.reward]]\nname = \"10 EUR voucher\"\nkind = \"tender\"\npoints = 1000\nface_value = 10\n" =>
            "[program.earn]\npoints_per_currency = 2\n",
    ]
    tiers_by_points_that_are_not_granted: [
        "by = \"spend\"" => "by = \"points\"",
        "[[program.reward]]\nname = \"10 EUR voucher\"\nkind = \"tender\"\npoints = 1000\nface_value = 10\n" => "",
    ]
    new_tiers_of_a_points_program: [
        "kind = \"tiered\"" => "kind = \"transactional\"",
        "qualification = { by = \"spend\", window = \"calendar_year\", validity_months = 12 }\n" => "",
        "[[program.tier]]\nname = \"Silver\"\nthreshold = 500\nearn_multiplier = 1.25\n" => "",
        "[[program.tier]]\nname = \"Gold\"\nthreshold = 1500\nlifetime_threshold = 4000\nexpiry = { policy = \"never\" }\n" => "",
        "[[program.tier.benefit]]\nname = \"free delivery\"\nbilled = \"per_use\"\ncost = 2.5\n" =>
            "[[program.version]]\nfrom = \"2028-01\"\n[[program.version.tier]]\nname = \"Silver\"\nthreshold = 500\n",
    ]
    new_tiers_out_of_order: [
        "[[program.reward]]" => "[[program.version]]\nfrom = \"2028-01\"\nqualification = { validity_months = 7 }\n\
         [[program.version.tier]]\nname = \"Silver\"\nthreshold = 500\n[[program.version.tier]]\nname = \"Gold\"\nthreshold = 500\n\n\
         [[program.reward]]",
    ]

    // Expiry at the end of the year.
    years_of_a_term: ["expiry = { policy = \"never\" }" => "expiry = { policy = \"fixed_term\", months = 24, years = 2 }"]
    a_calendar_without_years: ["expiry = { policy = \"never\" }" => "expiry = { policy = \"calendar\" }"]
    a_book_of_years_gone: [
        "enrollment = { ceiling = 0.5 }" => "enrollment = { ceiling = 0.5 }\nexpiry = { policy = \"calendar\", years = 1 }\n\
         opening = { held_by_leavers = 0.1, vintage = [{ months_ago = 12, points = 5 }, { months_ago = 13, points = 5 }] }",
    ]

    five_errors_of_status: [
        "by = \"spend\"" => "by = \"visit\"",
        "validity_months = 12" => "validity = 12",
        "threshold = 500" => "threshold = -5",
        "billed = \"per_use\"" => "biled = \"per_use\"",
        "expiry = { policy = \"never\" }" => "expiry = { policy = \"never\", months = 3 }",
    ]
}

#[test]
fn unusual_status_is_warned_about_and_accepted() {
    let text = changed(
        GOOD,
        &[
            (
                "customers = 10_000",
                "customers = 10_000\nwarm_up_months = 3",
            ),
            (
                "validity_months = 12",
                "status_match = true, visibility = 1",
            ),
            ("lifetime_threshold = 4000", "lifetime_threshold = 400_000"),
            (
                "[[program]]",
                "[behavior.tier_pressure]\nstrength = 0.8\n\n[behavior.demotion]\naversion = 4\n\n[[program]]",
            ),
        ],
    );
    let parsed = parse(&text);
    assert!(parsed.scenario.is_some());
    check("status_warnings", &said(&text));
}
