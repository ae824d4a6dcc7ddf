//! Wrong scenarios, each with its exact message.

use crate::message::{changed, check, refused, said};
use fidelio::scenario::parse;

/// A small scenario without an error, of which each case changes a little.
const GOOD: &str = r#"name = "Small"
currency = "EUR"
start = "2027-01"
horizon_months = 24
discount_rate = 0.08

[simulation]
customers = 10_000

[market]
customers = 100_000
company_age_years = 20
arrivals_per_year = 12_000
arrival_cost = 10
seasonality = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]

[[segment]]
name = "regulars"
share = 0.6
purchases_per_year = { mean = 24, shape = 1.3 }
lifetime = { model = "pareto", shape = 0.9, scale_years = 6 }
basket = { mean = 40, between_cv = 0.5, within_cv = 0.8 }
margin_rate = 0.25

[[segment]]
name = "rest"
share = 0.4
purchases_per_year = 6
lifetime = { model = "constant", hazard_per_year = 0.2 }
basket = { mean = 25, between_cv = 0, within_cv = 0.5 }
margin_rate = 0.25

[behavior.membership]
hazard_ratio = 0.95

[[program]]
name = "Points"
kind = "transactional"
enrollment = { ceiling = 0.6, half_time_months = 6, selection = 0.7 }
earn = { points_per_currency = 1 }
expiry = { policy = "inactivity", months = 18 }

[[program.reward]]
name = "5 EUR voucher"
kind = "tender"
points = 500
face_value = 5

[program.cost]
setup = 100_000
per_month = 5_000
"#;

refused! {
    GOOD;
    // Not TOML.
    unclosed_text: ["name = \"Small\"" => "name = \"Small"]
    missing_value: ["horizon_months = 24" => "horizon_months ="]
    key_twice: ["horizon_months = 24" => "horizon_months = 24\nhorizon_months = 36"]
    two_syntax_errors_and_a_typo: [
        "horizon_months = 24" => "horizon_months = 2 4",
        "margin_rate = 0.25" => "margin_ratio = 0.25",
        "setup = 100_000" => "setup = 100.000,00",
    ]

    // Keys.
    unknown_key_with_neighbor: ["purchases_per_year = 6" => "purchase_per_year = 6"]
    unknown_key_without_neighbor: ["arrival_cost = 10" => "arrival_cost = 10\nweather = \"fine\""]
    unknown_table: ["[behavior.membership]" => "[behavoir.membership]"]
    missing_start: ["start = \"2027-01\"\n" => ""]
    missing_margin: ["margin_rate = 0.25\n\n[[segment]]" => "\n[[segment]]"]
    key_of_another_model: ["hazard_per_year = 0.2" => "hazard_per_year = 0.2, shape = 2"]
    missing_key_of_the_model: ["shape = 0.9, scale_years = 6" => "shape = 0.9"]
    unit_cost_of_a_tender: ["face_value = 5" => "face_value = 5\nunit_cost = 4"]
    months_of_never: ["policy = \"inactivity\", months = 18" => "policy = \"never\", months = 18"]
    expiry_without_months: ["policy = \"inactivity\", months = 18" => "policy = \"fixed_term\""]
    company_age_without_customers: ["customers = 100_000" => "customers = 0"]

    // Types and words.
    text_for_a_number: ["discount_rate = 0.08" => "discount_rate = \"8 %\""]
    decimals_for_a_count: ["customers = 10_000" => "customers = 1e4"]
    number_for_a_text: ["name = \"regulars\"" => "name = 1"]
    date_without_quotes: ["start = \"2027-01\"" => "start = 2027-01-01"]
    thirteenth_month: ["start = \"2027-01\"" => "start = \"2027-13\""]
    unknown_currency: ["currency = \"EUR\"" => "currency = \"EURO\""]
    unknown_model: ["model = \"pareto\"" => "model = \"paretto\""]
    unknown_policy: ["policy = \"inactivity\"" => "policy = \"idle\""]
    segment_once: ["[[segment]]\nname = \"regulars\"" => "[segment]\nname = \"regulars\"",
        "[[segment]]\nname = \"rest\"" => "[segment.more]\nname = \"rest\""]
    market_twice: ["[market]" => "[[market]]"]
    eleven_months: ["[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]" => "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]

    // Ranges and sizes.
    margin_above_one: ["margin_rate = 0.25" => "margin_rate = 25"]
    not_a_number: ["discount_rate = 0.08" => "discount_rate = nan"]
    infinite: ["setup = 100_000" => "setup = inf"]
    a_quadrillion_customers: ["customers = 10_000" => "customers = 1_000_000_000_000_000"]
    beyond_64_bits: ["customers = 10_000" => "customers = 99999999999999999999999"]
    a_horizon_of_a_million_months: ["horizon_months = 24" => "horizon_months = 1_000_000"]
    too_much_money: ["setup = 100_000" => "setup = 20_000_000_000"]
    finer_than_a_cent: ["face_value = 5" => "face_value = 4.995"]
    too_many_decimals_of_points: ["points_per_currency = 1" => "points_per_currency = 0.3333333"]
    an_endless_name: ["name = \"rest\"" => "name = \"rest of the customers, whoever they are, wherever they may come from\""]
    name_with_an_escape: ["name = \"rest\"" => "name = \"\\u001b[31mrest\""]
    growth_beyond_reason: [
        "horizon_months = 24" => "horizon_months = 600",
        "arrival_cost = 10" => "arrival_cost = 10\ntrend_per_year = 0.9",
    ]
    sums_beyond_64_bits: [
        "customers = 10_000" => "customers = 10_000_000_000",
        "mean = 40" => "mean = 100_000",
    ]

    // Several keys together.
    shares_below_one: ["share = 0.4" => "share = 0.3"]
    share_forgotten: ["share = 0.4\n" => ""]
    seasonality_off_mean: ["[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]" => "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]"]
    same_name_twice: ["name = \"rest\"" => "name = \"regulars\""]
    infinite_lifetime_without_company_age: ["company_age_years = 20\n" => ""]
    bg_with_customers: ["model = \"constant\", hazard_per_year = 0.2" => "model = \"bg\", a = 0.8, b = 2.4"]
    impossible_correlations: [
        "margin_rate = 0.25" => "margin_rate = 0.25\ncorrelation = { rate_attrition = 0.9, rate_basket = 0.9, attrition_basket = -0.9 }",
    ]
    correlation_with_a_constant: [
        "[behavior.membership]" => "[segment.correlation]\nrate_basket = 0.3\n\n[behavior.membership]",
    ]
    entries_beside_arrivals: ["[[segment]]" => "[[market.entry]]\nday = 0\ncount = 5\n\n[[segment]]"]
    entry_after_the_horizon: [
        "arrivals_per_year = 12_000\n" => "",
        "[[segment]]" => "[[market.entry]]\nday = 800\ncount = 5\n\n[[segment]]",
    ]
    channels_and_their_cost: [
        "[[segment]]" => "[[market.channel]]\nname = \"web\"\nshare = 0.7\narrival_cost = 5\n\n[[segment]]",
    ]
    empty_market: [
        "customers = 100_000\ncompany_age_years = 20\narrivals_per_year = 12_000" => "arrivals_per_year = 0",
    ]
    cap_without_effect: ["[behavior.membership]" => "[behavior]\nfrequency_cap = [1.1, 2]\n[behavior.membership]"]

    an_arrival_lift_beyond_reason: ["kind = \"transactional\"" => "kind = \"transactional\"\narrival_lift = 0.6"]

    // Programs in time.
    launch_in_the_past: ["kind = \"transactional\"" => "launch = \"2025-06\""]
    launch_after_the_horizon: ["kind = \"transactional\"" => "launch = \"2030-01\""]
    book_without_leavers: [
        "[program.cost]" => "[program.opening]\nvintage = [{ months_ago = 3, points = 1_000 }]\n\n[program.cost]",
    ]
    book_already_expired: [
        "policy = \"inactivity\", months = 18" => "policy = \"fixed_term\", months = 12",
        "[program.cost]" => "[program.opening]\nheld_by_leavers = 0.1\nvintage = [{ months_ago = 20, points = 1_000 }]\n\n[program.cost]",
    ]
    book_older_than_the_program: [
        "kind = \"transactional\"" => "launch = \"2026-10\"",
        "[program.cost]" => "[program.opening]\nheld_by_leavers = 0.1\nvintage = [{ months_ago = 3, points = 10 }, { months_ago = 4, points = 10 }]\n\n[program.cost]",
    ]
    versions_out_of_order: [
        "[program.cost]" => "[[program.version]]\nfrom = \"2028-01\"\nearn = { points_per_currency = 2 }\n\n\
            [[program.version]]\nfrom = \"2027-06\"\nannounced = \"2027-09\"\nexpiry = { policy = \"never\" }\n\n[program.cost]",
    ]
    version_without_change: ["[program.cost]" => "[[program.version]]\nfrom = \"2028-01\"\n\n[program.cost]"]
    reward_nobody_can_reach: ["points = 500" => "points = 500_000"]
    reward_beyond_the_monthly_cap: [
        "points_per_currency = 1 }" => "points_per_currency = 1, cap_per_month = 5 }",
    ]
    no_reward: [
        "[[program.reward]]\nname = \"5 EUR voucher\"\nkind = \"tender\"\npoints = 500\nface_value = 5\n" => "",
    ]

    // Distributions.
    unknown_distribution: ["margin_rate = 0.25" => "margin_rate = { gaussian = [0.25, 0.02] }"]
    distribution_of_one_number: ["margin_rate = 0.25" => "margin_rate = { normal = [0.25] }"]
    distribution_out_of_range: ["margin_rate = 0.25" => "margin_rate = { normal = [0.25, 0.2] }"]
    percentiles_in_the_wrong_order: ["mean = 24" => "mean = { p10_p90 = [30, 20] }"]
    percentiles_of_an_unknown_law: ["mean = 24" => "mean = { p10_p90 = [20, 30], law = \"weibull\" }"]
    weights_beyond_one: ["months = 18" => "months = { choice = [12, 18], weights = [0.5, 0.6] }"]
    a_mean_of_months: ["months = 18" => "months = { uniform = [12, 24] }"]
    source_of_nothing: ["margin_rate = 0.25" => "margin_rate = { source = \"controlling\" }"]

    // Several at once, of every kind.
    five_errors_at_once: [
        "currency = \"EUR\"" => "currency = \"EUX\"",
        "horizon_months = 24" => "horizon_months = 0",
        "share = 0.6" => "share = 1.6",
        "model = \"constant\", hazard_per_year = 0.2" => "model = \"constant\", hazard = 0.2",
        "per_month = 5_000" => "per_months = 5_000",
    ]
    errors_beside_warnings: [
        "hazard_ratio = 0.95" => "hazard_ratio = 0.5",
        "points = 500" => "points = 4",
        "face_value = 5" => "face_value = five",
        "name = \"rest\"" => "name = \"\"",
    ]
    text_that_drives_a_terminal: [
        "arrival_cost = 10" => "\"\\u001b]0;owned\\u0007\" = 10",
        "kind = \"tender\"" => "kind = \"\\u001b[2J\\u202ereward\"",
    ]
}

#[test]
fn extends_without_a_folder() {
    let text = format!("extends = \"market.toml\"\n{GOOD}");
    check("extends_without_a_folder", &said(&text));
}

#[test]
fn nothing_at_all() {
    check("nothing_at_all", &said(""));
}

#[test]
fn unusual_numbers_are_warned_about_and_accepted() {
    let text = changed(
        GOOD,
        &[
            ("hazard_ratio = 0.95", "hazard_ratio = 0.7"),
            (
                "[[program]]",
                "[behavior.stated_lift]\nfrequency = 0.4\n\n[behavior.novelty]\nhalf_life_months = 24\n\n[[program]]",
            ),
            ("points = 500", "points = 5"),
            (
                "kind = \"transactional\"",
                "kind = \"transactional\"\narrival_lift = 0.2",
            ),
        ],
    );
    let parsed = parse(&text);
    assert!(parsed.scenario.is_some());
    check("warnings", &said(&text));
}
