//! Wrong referral programs, promotions, tenure curves and goals, each with its exact message.

use crate::message::{changed, check, refused, said};
use fidelio::scenario::parse;

/// A small ambassador program without an error, of which each case changes a little.
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
word_of_mouth = { friends_per_active_year = 0.1, slots = 4 }

[[segment]]
name = "all"
purchases_per_year = { mean = 24, shape = 1.3 }
lifetime = { model = "constant", hazard_per_year = 0.2 }
basket = { mean = 40, between_cv = 0.5, within_cv = 0.8 }
margin_rate = 0.25
tenure = [{ years = 0, cost_to_serve = 3 }, { years = 2, basket = 1.1, cost_to_serve = 2 }]

[[program]]
name = "Friends"
kind = "ambassador"
enrollment = { ceiling = 0.5 }

[program.referral]
who = "members"
conversion = 0.2
most_rewarded = 3
reward = { kind = "points", points = 500 }
welcome = { kind = "voucher", value = 5, used_share = 0.5 }

[[program.promotion]]
name = "spring"
from = "2028-03"
through = "2028-05"
multiplier = 2

[[program.reward]]
name = "10 EUR voucher"
kind = "tender"
points = 1000
face_value = 10

[goal]
maximize = "npv"
subject_to = [{ measure = "program_cost", at_most = 1_000_000 }]
"#;

const REWARD: &str = "[[program.reward]]\nname = \"10 EUR voucher\"\nkind = \"tender\"\npoints = 1000\nface_value = 10\n";

refused! {
    GOOD;
    ambassadors_without_a_referral: [
        "[program.referral]\nwho = \"members\"\nconversion = 0.2\nmost_rewarded = 3\nreward = { kind = \"points\", points = 500 }\n\
         welcome = { kind = \"voucher\", value = 5, used_share = 0.5 }\n" => "",
    ]
    who_is_an_ambassador: ["who = \"members\"" => "who = \"member\""]
    ambassadors_by_a_tier_that_is_not_there: ["who = \"members\"" => "who = \"tier\"\ntier = \"Gold\""]
    ambassadors_by_a_misspelled_tier: [
        "kind = \"ambassador\"" => "kind = \"tiered\"\ntier = [{ name = \"Gold\", threshold = 500 }]",
        "who = \"members\"" => "who = \"tier\"\ntier = \"Golt\"",
    ]
    ambassadors_by_purchases_without_a_number: ["who = \"members\"" => "who = \"purchases\""]
    a_share_of_all_members: ["who = \"members\"" => "who = \"members\"\naccepted_share = 0.5"]
    a_conversion_above_one: ["conversion = 0.2" => "conversion = 20"]
    a_voucher_in_points: ["value = 5, used_share" => "points = 5, used_share"]
    points_that_are_partly_used: ["points = 500 }" => "points = 500, used_share = 0.5 }"]
    a_cap_without_a_reward: ["reward = { kind = \"points\", points = 500 }\n" => ""]
    referral_points_that_buy_nothing: [
        REWARD => "",
        "[[program.promotion]]\nname = \"spring\"\nfrom = \"2028-03\"\nthrough = \"2028-05\"\nmultiplier = 2\n" => "",
    ]
    nobody_to_talk_to: ["slots = 4" => "slots = 0"]
    a_thousand_friends: ["slots = 4" => "slots = 1_000"]
    a_promotion_without_points: [REWARD => "", "reward = { kind = \"points\", points = 500 }" => "reward = { kind = \"money\", value = 5 }"]
    a_promotion_that_ends_before_it_begins: ["through = \"2028-05\"" => "through = \"2028-02\""]
    a_promotion_after_the_horizon: ["from = \"2028-03\"" => "from = \"2031-03\"", "through = \"2028-05\"" => "through = \"2031-05\""]
    a_promotion_before_the_launch: ["kind = \"ambassador\"" => "kind = \"ambassador\"\nlaunch = \"2028-04\""]
    promotions_at_the_same_time: [
        "[[program.reward]]" => "[[program.promotion]]\nname = \"May\"\nfrom = \"2028-05\"\nthrough = \"2028-05\"\nmultiplier = 3\n\n[[program.reward]]",
    ]
    half_the_points: ["multiplier = 2" => "multiplier = 0.5"]
    two_points_of_one_year: ["{ years = 2" => "{ years = 0"]
    half_a_year_of_tenure: ["{ years = 2" => "{ years = 0.5"]
    a_goal_nobody_has: ["maximize = \"npv\"" => "maximize = \"profit\""]
    a_constraint_without_a_bound: [", at_most = 1_000_000" => ""]
    a_constraint_nothing_can_keep: ["at_most = 1_000_000" => "at_least = 2_000_000, at_most = 1_000_000"]
    two_constraints_of_one_measure: ["at_most = 1_000_000 }" => "at_most = 1_000_000 }, { measure = \"program_cost\", at_least = 1 }"]
    five_errors_of_friends: [
        "friends_per_active_year" => "friends_per_year",
        "conversion = 0.2" => "conversion = -0.2",
        "kind = \"voucher\"" => "kind = \"vouchers\"",
        "from = \"2028-03\"" => "from = \"March 2028\"",
        "measure = \"program_cost\"" => "measure = \"costs\"",
    ]
}

#[test]
fn unusual_friends_are_warned_about_and_accepted() {
    let text = changed(
        GOOD,
        &[
            (
                "conversion = 0.2",
                "conversion = 0.7\ninvitations_per_year = 30",
            ),
            (
                "[[program]]",
                "[behavior.recommending]\nhazard_ratio = 0.2\n\n[behavior.referred]\nbasket_premium = 0.5\n\n[[program]]",
            ),
        ],
    );
    let parsed = parse(&text);
    assert!(parsed.scenario.is_some());
    check("friends_warnings", &said(&text));
}
