//! What the shipped traps demonstrate: a sum that looks right, and the paired difference that says otherwise.

mod support;

use fidelio::economics;
use fidelio::results::{Number, Results};
use support::lives::{scenario, tally};

fn assessed(text: &str) -> Results {
    let scenario = scenario(text);
    let (tally, weights) = tally(&scenario);
    let results = economics::assess(&scenario, &tally, &weights);
    for check in &results.checks {
        assert_eq!(check.failed, 0, "{check:?}");
    }
    results
}

fn value(number: &Number) -> f64 {
    number.value.expect("a value")
}

/// Each friend with a code is worth more than the code costs, and the program loses money: most were on their way.
#[test]
fn friends_who_would_have_come_anyway() {
    let results = assessed(include_str!("../scenarios/traps/friends_anyway.toml"));
    let program = &results.programs[0];
    let referral = program.referral.as_ref().expect("a referral program");
    let (worth, fee) = (
        value(&referral.value_per_friend),
        value(&referral.fee_per_friend),
    );
    assert!(
        worth > 1.05 * fee,
        "the naive sum pays: {worth} against {fee}"
    );
    let npv = program.headline.iter().find(|row| row.code == "npv");
    let npv = &npv.expect("a net present value").number;
    let error = npv.standard_error.expect("an error");
    assert!(value(npv) < -4.6 * error, "{npv:?}");
    let friends = &referral.friends;
    let on_their_way = value(&friends.brought_forward) + value(&friends.would_have_come);
    let share = on_their_way / (on_their_way + value(&friends.new));
    assert!(share > 0.7, "{share}");
    assert!(value(&referral.fee_per_net_new) > 1.4 * fee);
}
