//! What the traps among the scenarios demonstrate. The numbers here are those of the comments in the files.

mod support;

use fidelio::economics;
use fidelio::results::{Number, ProgramResult, StatusEffect};
use fidelio::scenario::load;
use support::lives::tally;

fn program(file: &str) -> ProgramResult {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let loaded = load::load(&path).expect("readable");
    let scenario = loaded.parsed.scenario.expect("sound");
    let (tally, weights) = tally(&scenario);
    let results = economics::assess(&scenario, &tally, &weights);
    for check in &results.checks {
        assert_eq!(check.failed, 0, "{check:?}");
    }
    results.programs.into_iter().next().expect("a program")
}

fn value(number: &Number) -> f64 {
    number.value.expect("defined")
}

fn effect<'a>(program: &'a ProgramResult, code: &str) -> &'a StatusEffect {
    let tiers = program.tiers.as_ref().expect("tiers");
    let mut effects = tiers.effects.iter();
    effects.find(|e| e.code == code).expect("a group")
}

/// Margin of an effect over the horizon.
fn margin(program: &ProgramResult, code: &str) -> f64 {
    let row = program.split_by_effect.iter().find(|row| row.code == code);
    value(&row.expect("an effect").number)
}

#[test]
fn demotion_takes_back_most_of_what_status_gave() {
    let program = program("scenarios/traps/demotion.toml");
    let tiers = program.tiers.as_ref().expect("tiers");
    let lost = value(&tiers.ranks[1].demotion_rate);
    assert!((0.45..0.55).contains(&lost), "{lost}");

    // Naively a Gold member is worth 342 EUR more than another; the program made 4.6 of it.
    let promoted = effect(&program, "ever_promoted");
    let (naive, paired) = (
        value(&promoted.naive_difference),
        value(&promoted.incremental_margin),
    );
    assert!(naive > 300.0 && paired > 0.0, "{naive} {paired}");
    assert!(naive / paired > 40.0, "{naive} {paired}");

    // Those who were demoted gained less; those who never were Gold lost.
    let demoted = effect(&program, "ever_demoted");
    let never = effect(&program, "never_elevated");
    let error = |e: &StatusEffect| e.incremental_margin.standard_error.expect("an error");
    let apart = |more: &StatusEffect, less: &StatusEffect| {
        let difference = value(&more.incremental_margin) - value(&less.incremental_margin);
        // The groups share batches, not people or only some: the sum of the errors is on the safe side.
        difference / (error(more) + error(less))
    };
    assert!(apart(promoted, demoted) > 3.0);
    assert!(value(&never.incremental_margin) / error(never) < -4.6);

    // Of what status is worth taken alone, demotion and those who look on take back more than two thirds.
    let gained = margin(&program, "status");
    let taken = margin(&program, "demotion") + margin(&program, "bystander");
    assert!(gained > 0.0);
    assert!(
        (-0.85..-0.6).contains(&(taken / gained)),
        "{taken} of {gained}"
    );
}

/// Each friend with a code is worth more than the code costs, and the program loses money: most were on their way.
#[test]
fn friends_who_would_have_come_anyway() {
    let program = &program("scenarios/traps/friends_anyway.toml");
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
