//! What is paid for friends, against the number of friends it is paid for.

use crate::family::{AT_ONCE, UNTIED, Written};
use crate::support::lives::tally;
use fidelio::economics;
use fidelio::results::{ProgramResult, Results};

fn results(referral: &str) -> Results {
    let program = format!(
        "[[program]]\nname = 'Friends'\nkind = 'ambassador'\n{AT_ONCE}\nearn = {{ points_per_currency = 0 }}\n{referral}\n\
         [[program.reward]]\nname = 'gift'\nkind = 'external'\npoints = 100\nface_value = 5\nunit_cost = 3\n"
    );
    let market = Written {
        horizon: 36,
        customers: 1_500,
        who: "customers = 2000\ncompany_age_years = 5\narrivals_per_year = 500",
        per_year: 8.0,
        lifetime: "model = 'constant', hazard_per_year = 0.3",
        word_of_mouth: "friends_per_active_year = 0.3, slots = 4",
        effects: UNTIED,
        programs: &program,
    };
    let scenario = market.scenario();
    let (tally, weights) = tally(&scenario);
    let results = economics::assess(&scenario, &tally, &weights);
    for check in &results.checks {
        assert_eq!(check.failed, 0, "{check:?}");
    }
    results
}

fn near(got: f64, expected: f64) {
    assert!(
        (got - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        "{got}, expected {expected}"
    );
}

/// Total of a line of profit and loss over the horizon.
fn line(results: &Results, code: &str) -> f64 {
    let world = results.worlds.iter().find(|w| w.program == Some(0));
    let lines = &world.expect("a program's world").profit_and_loss;
    let line = lines.iter().find(|line| line.code == code);
    line.map_or(0.0, |line| line.values.iter().sum())
}

fn step(program: &ProgramResult, code: &str) -> f64 {
    let step = program.bridge.iter().find(|step| step.code == code);
    step.map_or(0.0, |step| step.value)
}

#[test]
fn money_and_vouchers_cost_what_is_paid_times_how_often() {
    let results = results(
        "referral = { invitations_per_year = 2, conversion = 0.3, reward = { kind = 'money', value = 12.5 }, \
         welcome = { kind = 'voucher', value = 7.55, used_share = 0.85 } }",
    );
    let program = &results.programs[0];
    let referral = program.referral.as_ref().expect("a referral program");
    let value = |number: &fidelio::results::Number| number.value.expect("a value");
    let (rewarded, invited) = (
        value(&referral.rewarded),
        value(&referral.friends.new)
            + value(&referral.friends.brought_forward)
            + value(&referral.friends.would_have_come),
    );
    assert!(rewarded > 100.0 && invited > 100.0);
    near(value(&referral.paid_to_ambassadors), 12.5 * rewarded);
    // 7.55·0.85 = 6.4175, to the cent, once for each friend and each ambassador in disguise.
    let welcomed = invited + value(&referral.self_referrals);
    near(value(&referral.paid_to_friends), 6.42 * welcomed);
    near(value(&referral.conversions), welcomed);
    let paid = value(&referral.paid_to_ambassadors) + value(&referral.paid_to_friends);
    assert!((line(&results, "referral_rewards") + paid).abs() < 0.01);
    assert!((step(program, "referral_rewards") + paid).abs() < 0.01);
    near(value(&referral.fee_per_friend), paid / invited);
    let net_new = value(&referral.net_new);
    near(value(&referral.fee_per_net_new), paid / net_new);
    let all = invited + value(&referral.friends.unprompted);
    near(net_new, all - value(&referral.friends.organic_world_0));
    near(
        value(&referral.k_factor),
        value(&referral.friends.new) / value(&referral.ambassadors),
    );
    let monthly: f64 = referral
        .monthly
        .iter()
        .find(|series| series.code == "rewards_paid")
        .expect("a series")
        .values
        .iter()
        .sum();
    assert!((monthly - paid).abs() < 0.01 * 36.0, "{monthly} {paid}");
    assert_eq!(value(&referral.points_to_ambassadors), 0.0);
    // The people of all generations are the families and their friends.
    let people: f64 = referral.generations.iter().map(|g| g.customers).sum();
    let roots = referral.generations[0].customers;
    near(people - roots, all);
    near(value(&referral.family_size), people / roots);
}

#[test]
fn points_cost_what_they_buy() {
    let results = results(
        "referral = { invitations_per_year = 2, conversion = 0.3, reward = { kind = 'points', points = 150 }, \
         welcome = { kind = 'points', points = 40 } }",
    );
    let program = &results.programs[0];
    let referral = program.referral.as_ref().expect("a referral program");
    let value = |number: &fidelio::results::Number| number.value.expect("a value");
    near(
        value(&referral.points_to_ambassadors),
        150.0 * value(&referral.rewarded),
    );
    assert_eq!(line(&results, "referral_rewards"), 0.0);
    // No other points are issued: all partner invoices are what both sides cost.
    let issued = value(&referral.points_to_ambassadors) + value(&referral.points_to_friends);
    let bonus: f64 = program.vintages.iter().map(|v| v.issued_bonus).sum();
    assert!(
        (bonus - issued).abs() <= 1.0 + program.vintages.len() as f64,
        "{bonus} {issued}"
    );
    let paid = value(&referral.paid_to_ambassadors) + value(&referral.paid_to_friends);
    let invoices = -line(&results, "reward_partners");
    assert!(
        invoices > 0.0 && (paid / invoices - 1.0).abs() < 1e-6,
        "{paid} {invoices}"
    );
}
