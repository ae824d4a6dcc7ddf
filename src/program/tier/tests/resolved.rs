//! Tiers as a scenario writes them: benefits, scores, new tiers at a date.

use super::super::*;
use super::paid;
use crate::population::stationary::segment_laws;
use crate::population::{Pilot, strata};
use crate::program::Rules;
use crate::scenario::model::{Expiry, Scenario};
use crate::scenario::parse;

const MARKET: &str = "name = \"x\"\ncurrency = \"EUR\"\nstart = \"2027-03\"\nhorizon_months = 36\n[simulation]\n\
    customers = 1000\n[market]\ncustomers = 1000\ncompany_age_years = 5\n[[segment]]\nname = \"s\"\n\
    purchases_per_year = 24\nlifetime = { model = \"never\" }\nbasket = { mean = 10, between_cv = 0, within_cv = 0 }\n\
    margin_rate = 0.3\n";

fn resolved(program: &str) -> (Scenario, Rules) {
    let text = format!("{MARKET}[[program]]\nname = \"Status\"\nkind = \"tiered\"\n{program}");
    let parsed = parse(&text);
    let scenario = parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics));
    let laws = segment_laws(&scenario).unwrap();
    let strata = strata::plan(&scenario).unwrap();
    let pilot = Pilot::new(&scenario, &laws, &strata);
    let rules = Rules::new(&scenario.programs[0], &scenario, &pilot).unwrap();
    (scenario, rules)
}

#[test]
fn benefits_add_up_and_the_same_name_takes_its_place() {
    let (_, rules) = resolved(
        "[[program.tier]]\nname = \"Silver\"\nthreshold = 150\nearn_multiplier = 1.25\n\
         benefit = [{ name = \"delivery\", billed = \"per_use\", cost = 2 }]\n\
         [[program.tier]]\nname = \"Gold\"\nthreshold = 300\nexpiry = { policy = \"never\" }\n\
         benefit = [{ name = \"delivery\", billed = \"per_use\", cost = 3.5 }, \
         { name = \"lounge\", billed = \"per_member_month\", cost = 0.75 }]\n",
    );
    let tiers = rules.versions[0].tiers.as_ref().unwrap();
    assert_eq!(rules.tier_names, ["Silver", "Gold"]);
    assert_eq!(rules.most_tiers(), 2);
    let (silver, gold) = (tiers.tier(1).unwrap(), tiers.tier(2).unwrap());
    assert_eq!(
        (silver.cost_per_visit, silver.cost_per_member_month),
        (200.0, 0.0)
    );
    assert_eq!(
        (gold.cost_per_visit, gold.cost_per_member_month),
        (350.0, 75.0)
    );
    assert_eq!(gold.benefits.len(), 2);
    assert_eq!((silver.threshold, gold.threshold), (15_000, 30_000));
    assert_eq!(
        [0, 1, 2].map(|rank| tiers.earn_permille(rank)),
        [1000, 1250, 1000]
    );
    let term = Expiry::FixedTerm { months: 12 };
    assert_eq!(
        [0, 1, 2].map(|rank| tiers.expiry(rank, term)),
        [term, term, Expiry::Never]
    );
    assert_eq!(tiers.tier(0), None);
    assert_eq!(tiers.tier(3), None);
    // March 2027 is month 0, December month 9.
    let mut state = TierState::joining(tiers, 0, []);
    state.record(tiers, 0, paid(15_000));
    assert_eq!(state.next_review(), 22.0);
}

#[test]
fn units_of_qualification() {
    let unit = |by: &str, threshold: &str| {
        let extra = if by == "points" {
            "[[program.reward]]\nname = \"v\"\nkind = \"tender\"\npoints = 10\nface_value = 1\n"
        } else {
            ""
        };
        let (_, rules) = resolved(&format!(
            "qualification = {{ by = \"{by}\" }}\n[[program.tier]]\nname = \"t\"\nthreshold = {threshold}\n{extra}"
        ));
        rules
    };
    let purchase = Purchase {
        paid: 1_250,
        points: 12,
    };
    for (by, threshold, amount, per_month) in [
        ("spend", "100", 1_250, 2_000.0),
        ("points", "100", 12, 20.0),
        ("visits", "10", 1, 2.0),
    ] {
        let rules = unit(by, threshold);
        let version = &rules.versions[0];
        let tiers = version.tiers.as_ref().unwrap();
        assert_eq!(tiers.amount(purchase), amount, "{by}");
        let of_month = tiers.per_month(&version.earn, 2.0, 1_000.0);
        assert!((of_month - per_month).abs() < 1e-9, "{by}");
    }
}

/// Everybody buys twice a month for ten: visits of a year are Poisson of mean 24, and spend is ten times that. Both
/// z-scores are one and the same, so a score of 1 is √24 visits above 24.
#[test]
fn a_score_counts_standard_deviations() {
    let (_, rules) = resolved(
        "qualification = { by = \"score\", score_spend = 3 }\n[[program.tier]]\nname = \"t\"\nthreshold = 1\n",
    );
    let tiers = rules.versions[0].tiers.as_ref().unwrap();
    let needed = (24.0 + 24.0f64.sqrt()).ceil() as i32;
    assert_eq!(needed, 29);
    let mut state = TierState::joining(tiers, 10, []);
    for visit in 1..=needed {
        let change = state.record(tiers, 10, paid(1_000));
        assert_eq!(change.is_some(), visit == needed, "visit {visit}");
    }
}

#[test]
fn new_tiers_at_a_date_keep_what_is_held() {
    let (_, rules) = resolved(
        "[[program.tier]]\nname = \"Silver\"\nthreshold = 100\n[[program.tier]]\nname = \"Gold\"\nthreshold = 300\n\
         [[program.tier]]\nname = \"Black\"\nthreshold = 320\n\
         [[program.version]]\nfrom = \"2028-01\"\nqualification = { soft_landing = true }\n\
         [[program.version.tier]]\nname = \"Bronze\"\nthreshold = 50\n[[program.version.tier]]\nname = \"Silver\"\n\
         threshold = 150\n[[program.version.tier]]\nname = \"Platinum\"\nthreshold = 310\n",
    );
    let before = rules.versions[0].tiers.as_ref().unwrap();
    let after = rules.versions[1].tiers.as_ref().unwrap();
    assert_eq!(
        rules.tier_names,
        ["Silver", "Gold", "Black", "Bronze", "Platinum"]
    );
    let holder = |amount| {
        let mut state = TierState::joining(before, 0, []);
        state.record(before, 0, paid(amount));
        state.carry_over(after);
        state
    };
    assert_eq!(holder(0).rank(), 0);
    let mut silver = holder(10_000);
    assert_eq!(silver.rank(), 2, "Silver keeps its name");
    assert_eq!(
        holder(30_000).rank(),
        2,
        "Gold is gone: Silver is the highest it had earned"
    );
    assert_eq!(
        holder(32_000).rank(),
        3,
        "Black had earned what Platinum asks"
    );
    // Held until its review at the end of December 2028, month 21; then one tier down.
    assert_eq!(silver.next_review(), 22.0);
    let change = silver.review(after, 21).unwrap();
    assert_eq!(
        (change.kind, change.from, change.to),
        (ChangeKind::Demoted, 2, 1)
    );
}

#[test]
fn only_tiers_have_a_match_and_something_to_see() {
    let tier = "[[program.tier]]\nname = \"t\"\nthreshold = 100\n";
    let (_, rules) = resolved(&format!(
        "qualification = {{ status_match = true, visibility = 0.25 }}\n{tier}"
    ));
    let tiers = rules.versions[0].tiers.as_ref().unwrap();
    assert_eq!(tiers.months_credited(0.0), 12);
    assert_eq!(tiers.visibility(), 0.25);
    let (_, plain) = resolved(tier);
    let tiers = plain.versions[0].tiers.as_ref().unwrap();
    assert_eq!(tiers.months_credited(0.0), 0);
    assert_eq!(
        tiers.months_credited(-12.0),
        12,
        "status earned before month 0"
    );
}
