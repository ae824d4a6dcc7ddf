//! What a scenario with word of mouth, referral, promotions, tenure and a goal means.

mod support;

use fidelio::scenario::model::{
    Ambassadors, Goal, Grant, Measure, Objective, ProgramKind, Promotion, Scenario, TenureCurves,
};
use fidelio::scenario::parse;
use support::shipped::grocer_with_points_alone;

const FRIENDS: &str = include_str!("mutation/friends.toml");

fn scenario(text: &str) -> Scenario {
    let parsed = parse(text);
    parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

#[test]
fn friends_in_the_units_of_the_engine() {
    let friends = scenario(FRIENDS);
    let market = friends.market.word_of_mouth;
    assert_eq!(market.slots, 4);
    assert!((market.hazard_per_slot * 4.0 * 12.0 - 0.15).abs() < 1e-15);
    let points = friends.programs[0]
        .referral
        .as_ref()
        .expect("a referral program");
    assert_eq!(points.who, Ambassadors::Purchases { least: 4 });
    assert!((points.invitations_per_month * 12.0 - 4.0).abs() < 1e-15);
    assert!((points.delay_months - 5.0 * 84.0 / 365.0).abs() < 1e-12);
    assert_eq!(points.ambassador, Grant::Points { points: 300 });
    assert_eq!(
        points.friend,
        Grant::Voucher {
            face_value: 500,
            used_share: 0.6
        }
    );
    assert_eq!(
        (points.most_rewarded, points.most_per_year),
        (Some(2), Some(1))
    );
    let money = &friends.programs[2];
    assert_eq!(money.kind, ProgramKind::Ambassador);
    assert!(money.versions[0].rewards.is_empty());
    let referral = money.referral.as_ref().expect("a referral program");
    assert_eq!(referral.ambassador, Grant::Money { amount: 1_000 });
    assert_eq!(referral.after_purchases, 1, "by default");
    assert_eq!(referral.size_factor, 1.0, "by default");
    assert!((friends.behavior.referred.premium_decay_months - 12.0).abs() < 1e-12);
    assert_eq!(friends.unbound, [""; 0]);
}

#[test]
fn a_promotion_tenure_and_a_goal() {
    let tenured = scenario(include_str!("mutation/tenure.toml"));
    let spring = Promotion {
        name: "spring".into(),
        from_month: 13,
        through_month: 15,
        earn_permille: 2000,
    };
    let program = &tenured.programs[0];
    assert_eq!(program.promotions, [spring]);
    assert_eq!(program.most_points_per_minor(&program.versions[0]), 0.02);
    let tenure = &tenured.segments[0].tenure;
    assert!((tenure.basket(18.0) - 1.0).abs() < 1e-12);
    assert!((tenure.cost_to_serve(0.0) * 12.0 - 400.0).abs() < 1e-9);
    let goal = scenario(include_str!("mutation/goal.toml")).goal;
    assert_eq!(goal.maximize, Objective::ActiveCustomers);
    assert_eq!(goal.subject_to[0].measure, Measure::Npv);
    // Money in minor units, customers as they are.
    assert_eq!(goal.subject_to[0].at_least, Some(-100_000_000.0));
    assert_eq!(goal.subject_to[2].at_most, Some(90_000_000.0));
    assert_eq!(goal.subject_to[3].at_least, Some(1.0));
}

#[test]
fn without_a_word_nothing_of_it_is_there() {
    let plain = scenario(grocer_with_points_alone());
    assert_eq!(plain.market.word_of_mouth.hazard_per_slot, 0.0);
    assert_eq!(plain.goal, Goal::default());
    for program in &plain.programs {
        assert!(program.referral.is_none() && program.promotions.is_empty());
    }
    for segment in &plain.segments {
        assert_eq!(segment.tenure, TenureCurves::default());
    }
}
