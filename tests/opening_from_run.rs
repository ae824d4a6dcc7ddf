//! An opening book that the program's own past left, against closed forms.

use fidelio::economics;
use fidelio::engine::flow::{Flow, VintageFlow};
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{self, Control};
use fidelio::engine::tally::{StratumKind, Tally};
use fidelio::scenario::model::Scenario;

/// Everybody is a member at once, buys once a month for 20 and never redeems; 30 % a year leave.
fn text(expiry: &str, months: u32, future: &str) -> String {
    format!(
        r#"
name = "Past"
currency = "EUR"
start = "2027-01"
horizon_months = 3
[simulation]
customers = 6000
seed = 9
run_off_years = 0
[market]
customers = 6000
arrivals_per_year = 1800
[[segment]]
name = "all"
purchases_per_year = 12
lifetime = {{ model = "constant", hazard_per_year = 0.3 }}
basket = {{ mean = 20, between_cv = 0, within_cv = 0 }}
margin_rate = 0.3
[behavior]
redemption = {{ slope = 0, reluctance = 20, never_share = 0 }}
[[program]]
name = "Points"
enrollment = {{ ceiling = 1.0, half_time_months = 0, selection = 0 }}
expiry = {expiry}
opening = {{ from = "run", months = {months} }}
[[program.reward]]
name = "voucher"
kind = "tender"
points = 100
face_value = 1
{future}
"#
    )
}

fn market(expiry: &str, months: u32, future: &str) -> Scenario {
    let parsed = fidelio::scenario::parse(&text(expiry, months, future));
    parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

fn lived(scenario: &Scenario) -> Tally {
    let plan = Plan::new(scenario).expect("a plan");
    let weights = economics::value_weights(scenario, plan.layout());
    let control = Control {
        threads: 1,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    run::run(&plan, &weights, &control).expect("a run")
}

/// Opening points by months before the start, of those alive and of those who left.
fn book(tally: &Tally) -> Vec<[f64; 2]> {
    let layout = &tally.layout;
    let program = layout.worlds.len() - 2;
    let mut book = vec![[0.0; 2]; layout.opening_vintages + 1];
    for (s, stratum) in layout.strata.iter().enumerate() {
        let holder = usize::from(stratum.kind == StratumKind::Past);
        for vintage in 0..layout.opening_vintages {
            let cell = [program, s, vintage, 0, VintageFlow::Opening as usize];
            let points = tally.vintages.get(&cell) as f64;
            book[layout.opening_vintages - vintage][holder] += points;
        }
    }
    book
}

#[test]
fn the_book_and_the_share_of_leavers_are_those_of_the_past() {
    let book = book(&lived(&market("{ policy = \"never\" }", 24, "")));
    assert_eq!(book.len(), 25);
    for (ago, [alive, left]) in book.iter().enumerate().skip(1) {
        // A month's issue: 6,000 customers × 1 purchase × 20 points, in a base that is stationary.
        let issued = alive + left;
        // Purchases of a month are Poisson, 20 points each; dealing adds its own rounding of at most a point per member.
        let deviation = 20.0 * (2.0f64 * 6000.0).sqrt() + 2.0 * 6000.0f64.sqrt();
        assert!(
            (issued - 120_000.0).abs() < 4.0 * deviation,
            "{ago}: {issued}"
        );
        // Issued at u months before the end of its month and gone with hazard 0.3 a year since.
        let month = 0.3 / 12.0;
        let stay = libm::exp(-month * (ago as f64 - 1.0)) * (1.0 - libm::exp(-month)) / month;
        let share = left / issued;
        let error = (stay * (1.0 - stay) / 6000.0).sqrt() * 1.5;
        assert!(
            (share - (1.0 - stay)).abs() < 4.0 * error + 0.005,
            "{ago}: {share} not {}",
            1.0 - stay
        );
    }
}

#[test]
fn rules_of_the_past_end_points_and_rules_of_the_future_do_not() {
    let future = "[[program.version]]\nfrom = \"2027-02\"\nearn = { points_per_currency = 9 }\n";
    let calm = book(&lived(&market(
        "{ policy = \"fixed_term\", months = 6 }",
        24,
        "",
    )));
    let later = book(&lived(&market(
        "{ policy = \"fixed_term\", months = 6 }",
        24,
        future,
    )));
    assert_eq!(calm, later);
    // Points of month −7 ended with month −1, those of month −6 are there.
    assert_eq!(calm.len(), 7);
    assert!(calm[6][0] > 50_000.0);
    // The run is the same in a rerun, and its past does not move with the horizon.
    let mut longer = market("{ policy = \"fixed_term\", months = 6 }", 24, "");
    longer.horizon_months = 5;
    let ended: Vec<f64> = book(&lived(&longer)).iter().map(|b| b[1]).collect();
    assert_eq!(ended, calm.iter().map(|b| b[1]).collect::<Vec<_>>());
}

/// A sum over the strata, each at its scale.
fn at_market_scale(tally: &Tally, of: impl Fn(&Tally, usize) -> i64) -> f64 {
    let strata = tally.layout.strata.iter().enumerate();
    strata
        .map(|(s, stratum)| of(tally, s) as f64 * stratum.stated as f64 / stratum.simulated as f64)
        .sum()
}

/// Rewards for friends are points of the past like others: here they are all there are, and none is ever redeemed.
#[test]
fn rewards_for_friends_are_in_the_book() {
    let referral = "[program.referral]\ninvitations_per_year = 4\nconversion = 0.2\n\
                    reward = { kind = \"points\", points = 50 }\nwelcome = { kind = \"points\", points = 20 }\n";
    let mut scenario = market("{ policy = \"never\" }", 24, referral);
    scenario.programs[0].versions[0].earn.points_num = 0;
    let held = at_market_scale(&lived(&scenario), |tally, s| {
        let vintages = 0..tally.layout.opening_vintages;
        let cell = |vintage| [1, s, vintage, 0, VintageFlow::Opening as usize];
        vintages
            .map(|vintage| tally.vintages.get(&cell(vintage)))
            .sum()
    });
    // The past as a scenario of its own: the same customers, at their own scale.
    let mut past = scenario.clone();
    past.start = scenario.start.plus(-24);
    past.horizon_months = 24;
    past.programs[0].opening = None;
    past.programs[0].launch_month = 0;
    past.programs[0].versions[0].from_month = 0;
    past.programs[0].versions[0].announced_month = 0;
    let granted = at_market_scale(&lived(&past), |tally, s| {
        let cells = (0..tally.layout.batches).flat_map(|b| (0..24).map(move |row| (b, row)));
        cells
            .map(|(b, row)| tally.flow(1, s, b, row, Flow::PointsBonus))
            .sum()
    });
    assert!(granted > 50_000.0, "{granted}");
    // Dealing rounds each member's points by half a point at most, 24 vintages of 6,000 members; on average to nothing.
    assert!((held / granted - 1.0).abs() < 0.02, "{held} {granted}");
}

/// A promotion multiplies what was earned in its months, before the start as well as after it.
#[test]
fn promotions_of_the_past_are_in_the_book_and_those_of_the_future_are_not() {
    let promoted = |from: &str, through: &str| {
        let promotion = format!(
            "[[program.promotion]]\nname = \"p\"\nfrom = \"{from}\"\nthrough = \"{through}\"\nmultiplier = 3\n"
        );
        let expiry = "{ policy = \"never\" }";
        book(&lived(&market(expiry, 24, &promotion)))
    };
    let calm = book(&lived(&market("{ policy = \"never\" }", 24, "")));
    assert_eq!(calm, promoted("2027-01", "2027-03"));
    let past = promoted("2026-03", "2026-03");
    for (ago, (calm, past)) in calm.iter().zip(&past).enumerate() {
        let times = if ago == 10 { 3.0 } else { 1.0 };
        assert_eq!(times * calm[1], past[1], "left, {ago} months ago");
        let share = past[0] / calm[0].max(1.0);
        assert!(
            calm[0] == past[0] || (share - times).abs() < 0.02,
            "{ago}: {share}"
        );
    }
}

/// Entries listed by day are those of the scenario: they say nothing of its past.
#[test]
fn a_past_of_listed_entries_is_refused_with_its_place() {
    let text = text("{ policy = \"never\" }", 24, "");
    let listed = text.replace(
        "arrivals_per_year = 1800",
        "entry = [{ day = 3, count = 100 }]",
    );
    assert_ne!(text, listed);
    let parsed = fidelio::scenario::parse(&listed);
    let errors: Vec<_> = parsed.diagnostics.iter().filter(|d| d.is_error()).collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    let place = &listed[errors[0].span.clone()];
    assert!(place.contains("run"), "{place}");
}

#[test]
fn a_past_without_points_is_refused() {
    let mut scenario = market("{ policy = \"never\" }", 24, "");
    scenario.programs[0].versions[0].earn.points_num = 0;
    let refused = Plan::new(&scenario).err().expect("refused");
    assert!(refused.to_string().contains("left no points"), "{refused}");
}
