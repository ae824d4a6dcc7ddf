//! Eight lives, event by event, as they were when their values were fixed: a change of any draw, instant or rule moves
//! them. Each, and hundreds of other lives of the same markets, is also told a second time by an independent and slow
//! walker over what was bought, so that the fixed values are checked and not merely recorded.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

mod support;

use fidelio::engine::observe::Event;
use fidelio::engine::run::observe_family;
use fidelio::engine::tally::World;
use fidelio::scenario::model::Scenario;
use std::collections::BTreeSet;
use std::fmt::Write;
use support::golden::*;
use support::lives::*;
use support::walker;

fn heard(scenario: &Scenario, stratum: usize, ordinal: u64) -> Vec<(World, Event)> {
    let mut events = Vec::new();
    let mut listen = |world: World, event: &Event| events.push((world, *event));
    observe_family(&plan(scenario), 0, stratum, ordinal, &mut listen).expect("a family");
    events
}

/// One line per event of the program's world, instants to the last bit.
fn told(events: &[(World, Event)]) -> String {
    let mut text = String::new();
    for (world, event) in events {
        if matches!(world, World::Program(_)) {
            let Event {
                time,
                kind,
                balance,
            } = event;
            writeln!(text, "{time:?} {kind:?} -> {balance}").expect("a string grows");
        }
    }
    text
}

/// Compares what was told with what the walker tells, and leaving with the exposure it worked out.
fn assert_walked(scenario: &Scenario, holders: &[f64], events: &[(World, Event)]) {
    let (walked, until) = walker::walk(scenario, events);
    let keep =
        |told: Vec<Event>| -> Vec<Event> { told.into_iter().filter(|e| e.time <= until).collect() };
    let told = keep(walker::told_in(events, World::Program(0)));
    let walked = keep(walked);
    for (at, (engine, slow)) in told.iter().zip(&walked).enumerate() {
        assert_eq!(engine, slow, "event {at} of {told:#?}");
    }
    assert_eq!(told.len(), walked.len(), "{told:#?}\n{walked:#?}");
    assert_left(scenario, holders, events, &told);
}

/// In months of world 0's hazard, both worlds' lives are equally long; BG lives have equally many repeats.
fn assert_left(scenario: &Scenario, holders: &[f64], events: &[(World, Event)], told: &[Event]) {
    let horizon = f64::from(scenario.horizon_months);
    let (zero, here) = (
        leaving(events, World::None),
        leaving(events, World::Program(0)),
    );
    if walker::leaves_by_calendar(scenario) {
        let anchor = told[0].time;
        let lived = walker::exposure(scenario, holders, told, here.unwrap_or(horizon));
        match (zero, here) {
            (Some(zero), Some(_)) => {
                assert!(
                    (lived - (zero - anchor)).abs() < 1e-9,
                    "{zero} {lived} {told:#?}"
                );
            }
            (Some(zero), None) => assert!(lived < zero - anchor),
            (None, Some(_)) => assert!(lived >= horizon - anchor),
            (None, None) => {}
        }
    } else if here.is_some_and(|time| time < horizon) {
        let repeats = |world| purchases(events, world).filter(|p| !p.2).count();
        let zero_repeats = repeats(World::None);
        let here_repeats = repeats(World::Program(0));
        match zero {
            Some(_) => assert_eq!(here_repeats, zero_repeats),
            None => assert!(here_repeats > zero_repeats),
        }
    }
}

/// Walks many lives, and asks that all kinds of events of `kinds` were among them.
fn assert_all_walked(text: &str, kinds: &[&str]) {
    let scenario = scenario(text);
    let plan = plan(&scenario);
    let holders = plan.holders(0).next().unwrap_or(&[]);
    let mut seen = BTreeSet::new();
    for (stratum, of) in plan.layout().strata.iter().enumerate() {
        for ordinal in 0..of.simulated.min(400) {
            let mut events = Vec::new();
            let mut listen = |world: World, event: &Event| events.push((world, *event));
            if observe_family(&plan, 0, stratum, ordinal, &mut listen).is_err() {
                continue;
            }
            assert_walked(&scenario, holders, &events);
            for (world, event) in &events {
                if *world == World::Program(0) {
                    seen.insert(word(&event.kind));
                }
            }
        }
    }
    for kind in kinds {
        assert!(seen.contains(*kind), "no {kind} among {seen:?}");
    }
}

#[test]
fn lives_with_a_tender_are_walked() {
    let kinds = [
        "Opening",
        "Arrival",
        "Redemption",
        "Expiry",
        "Leaving",
        "Extra",
        "Retained",
    ];
    assert_all_walked(&tender(), &kinds);
}

#[test]
fn lives_with_an_own_good_are_walked() {
    let kinds = ["Redemption", "Expiry", "Leaving", "Extra", "Retained"];
    assert_all_walked(&own_good(), &kinds);
}

#[test]
fn lives_with_a_coin_are_walked() {
    let kinds = ["Redemption", "Leaving", "Dormant", "Extra", "Lost"];
    assert_all_walked(&coin(), &kinds);
}

#[test]
fn lives_under_new_rules_are_walked() {
    let kinds = [
        "SignUpBonus",
        "NewRules",
        "Redemption",
        "Expiry",
        "Dropped",
        "Lost",
    ];
    assert_all_walked(&new_rules(), &kinds);
}

#[test]
fn lives_with_an_opening_book_are_walked() {
    let kinds = ["OpeningLot", "Redemption", "Expiry", "Leaving"];
    assert_all_walked(&opening_book(), &kinds);
}

#[test]
fn lives_with_tiers_by_year_are_walked() {
    let kinds = [
        "Redemption",
        "Expiry",
        "Promoted",
        "Requalified",
        "Demoted",
        "Leaving",
        "Retained",
    ];
    assert_all_walked(&tiers_by_year(), &kinds);
}

#[test]
fn lives_with_tiers_by_visits_are_walked() {
    let kinds = [
        "Redemption",
        "Promoted",
        "Requalified",
        "Demoted",
        "Extra",
        "Dropped",
        "Dormant",
    ];
    assert_all_walked(&tiers_by_visits(), &kinds);
}

/// The eight lives, walked and fixed. If a change of values is meant, review it with `cargo insta review` and say so in
/// CHANGELOG.md.
#[test]
fn eight_lives_are_what_they_were() {
    let lives = [
        ("tender", tender(), 1, 42),
        ("own_good", own_good(), 0, 67),
        ("coin", coin(), 0, 10),
        ("new_rules", new_rules(), 0, 20),
        ("arrival_with_the_new_rules", new_rules(), 0, 810),
        ("opening_book", opening_book(), 0, 84),
        ("tiers_by_year", tiers_by_year(), 0, 3),
        ("tiers_by_visits", tiers_by_visits(), 0, 5),
    ];
    for (name, text, stratum, ordinal) in lives {
        let scenario = scenario(&text);
        let events = heard(&scenario, stratum, ordinal);
        let plan = plan(&scenario);
        let holders = plan.holders(0).next().unwrap_or(&[]);
        assert_walked(&scenario, holders, &events);
        insta::assert_snapshot!(name, told(&events));
    }
}
