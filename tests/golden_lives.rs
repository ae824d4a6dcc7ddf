//! Six lives, event by event, as they were when their values were fixed: a change of any draw, instant or rule moves
//! them. Each, and hundreds of other lives of the same markets, is also told a second time by an independent and slow
//! walker over what was bought, so that the fixed values are checked and not merely recorded.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

mod support;

use fidelio::engine::observe::{Event, EventKind};
use fidelio::engine::run::observe_family;
use fidelio::engine::tally::World;
use fidelio::scenario::model::Scenario;
use std::collections::BTreeSet;
use std::fmt::Write;
use support::lives::*;
use support::walker;

const HEAD: &str = "
name = 'golden'
currency = 'EUR'
start = '2027-01'
";

/// Everybody is willing to join from the launch on.
const JOINED_AT_ONCE: &str = "enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }\n";

/// Pareto lifetimes, a tender, a fixed term, membership and rewarded behavior.
fn tender() -> String {
    format!(
        "{HEAD}
        horizon_months = 36
        [simulation]
        customers = 1000
        seed = 11
        run_off_years = 5
        [market]
        customers = 500
        company_age_years = 10
        arrivals_per_year = 200
        seasonality = [0.8, 0.8, 0.9, 1, 1, 1, 1, 1, 1, 1, 1.2, 1.3]
        [[segment]]
        name = 'grocery'
        purchases_per_year = {{ mean = 10, shape = 1.2 }}
        lifetime = {{ model = 'pareto', shape = 1.5, scale_years = 4 }}
        basket = {{ mean = 30, between_cv = 0.4, within_cv = 0.6 }}
        margin_rate = 0.25
        correlation = {{ rate_attrition = -0.3 }}
        [behavior]
        membership = {{ hazard_ratio = 0.7 }}
        rewarded_behavior = {{ lift = 0.5 }}
        expiry_pressure = {{ lift = 0.1, regret = 0.3, regret_months = 4 }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Points'
        launch = '2027-04'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 1 }}
        expiry = {{ policy = 'fixed_term', months = 12 }}
        [[program.reward]]
        name = 'Voucher'
        kind = 'tender'
        points = 200
        face_value = 5
        "
    )
}

/// Monthly beta leaving, an own good that displaces, points pressure, inactivity.
fn own_good() -> String {
    format!(
        "{HEAD}
        horizon_months = 24
        [simulation]
        customers = 1000
        seed = 12
        run_off_years = 4
        [market]
        customers = 1000
        company_age_years = 0
        [[segment]]
        name = 'cafe'
        purchases_per_year = {{ mean = 6, shape = 0.8 }}
        lifetime = {{ model = 'beta_monthly', a = 1.2, b = 30 }}
        basket = {{ mean = 9, between_cv = 0.5, within_cv = 0.5, within = 'lognormal' }}
        margin_rate = 0.6
        [behavior]
        membership = {{ hazard_ratio = 0.8, active_months = 3 }}
        points_pressure = {{ own_good = 1.2 }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Card'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 0.1, rounding = 'ceil' }}
        expiry = {{ policy = 'inactivity', months = 4 }}
        [[program.reward]]
        name = 'Coffee'
        kind = 'own_good'
        points = 5
        face_value = 4
        unit_cost = 1.1
        displacement = 0.5
        "
    )
}

/// A coin after each purchase, more frequency and larger baskets for everyone, arrivals by day.
fn coin() -> String {
    format!(
        "{HEAD}
        horizon_months = 24
        [simulation]
        customers = 1000
        seed = 13
        run_off_years = 3
        [market]
        entry = [{{ day = 0, count = 10 }}, {{ day = 40, count = 20 }}, {{ day = 365, count = 5 }}]
        [[segment]]
        name = 'music'
        purchases_per_year = {{ mean = 8, shape = 0.9 }}
        lifetime = {{ model = 'bg', a = 0.8, b = 2.4 }}
        basket = {{ model = 'gamma_gamma', p = 6.25, q = 3.74, gamma = 15.44 }}
        margin_rate = 0.2
        {NO_EFFECTS}
        stated_lift = {{ frequency = 0.5, basket = 0.1, who = 'everyone' }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Encore'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 10, cap_per_visit = 500 }}
        [[program.reward]]
        name = 'Partner ticket'
        kind = 'external'
        points = 1500
        face_value = 20
        unit_cost = 12
        "
    )
}

/// Rules that change at month 12 (announced at 9): expiry comes, earning doubles, the reward gets dearer. Entries on the
/// first day of the second year fall on the instant of the change.
fn new_rules() -> String {
    format!(
        "{HEAD}
        horizon_months = 24
        [simulation]
        customers = 1000
        seed = 14
        run_off_years = 2
        [market]
        entry = [{{ day = 10, count = 15 }}, {{ day = 365, count = 5 }}]
        [[segment]]
        name = 'shoes'
        purchases_per_year = {{ mean = 7, shape = 1 }}
        lifetime = {{ model = 'constant', hazard_per_year = 0.3 }}
        basket = {{ mean = 70, between_cv = 0.3, within_cv = 0.5 }}
        margin_rate = 0.4
        {NO_EFFECTS}
        stated_lift = {{ frequency = -0.25, hazard_ratio = 1.6, who = 'everyone' }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Steps'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 1, sign_up_bonus = 50, cap_per_month = 180 }}
        [[program.reward]]
        name = 'Voucher'
        kind = 'tender'
        points = 150
        face_value = 10
        [[program.version]]
        from = '2028-01'
        announced = '2027-10'
        earn = {{ points_per_currency = 2, rounding = 'nearest' }}
        expiry = {{ policy = 'fixed_term', months = 3 }}
        [[program.version.reward]]
        name = 'Voucher'
        kind = 'tender'
        points = 250
        face_value = 10
        "
    )
}

/// A program that already has a book of points.
fn opening_book() -> String {
    format!(
        "{HEAD}
        horizon_months = 18
        [simulation]
        customers = 1000
        seed = 15
        run_off_years = 2
        [market]
        customers = 1000
        company_age_years = 10
        [[segment]]
        name = 'books'
        purchases_per_year = {{ mean = 5, shape = 1.5 }}
        lifetime = {{ model = 'pareto', shape = 2, scale_years = 5 }}
        basket = {{ mean = 25, between_cv = 0.4, within_cv = 0.4 }}
        margin_rate = 0.35
        {NO_EFFECTS}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Pages'
        launch = '2025-01'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 1 }}
        expiry = {{ policy = 'fixed_term', months = 12 }}
        [[program.reward]]
        name = 'Paperback'
        kind = 'own_good'
        points = 120
        face_value = 9.5
        unit_cost = 5
        displacement = 0.3
        [program.opening]
        held_by_leavers = 0.1
        vintage = [{{ months_ago = 11, points = 9000 }}, {{ months_ago = 5, points = 15000 }}, {{ months_ago = 1, points = 20000 }}]
        "
    )
}

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
fn assert_walked(scenario: &Scenario, events: &[(World, Event)]) {
    let (walked, until) = walker::walk(scenario, events);
    let keep =
        |told: Vec<Event>| -> Vec<Event> { told.into_iter().filter(|e| e.time <= until).collect() };
    let told = keep(walker::told_in(events, World::Program(0)));
    let walked = keep(walked);
    for (at, (engine, slow)) in told.iter().zip(&walked).enumerate() {
        assert_eq!(engine, slow, "event {at} of {told:#?}");
    }
    assert_eq!(told.len(), walked.len(), "{told:#?}\n{walked:#?}");
    assert_left(scenario, events, &told);
}

/// In months of world 0's hazard, both worlds' lives are equally long; BG lives have equally many repeats.
fn assert_left(scenario: &Scenario, events: &[(World, Event)], told: &[Event]) {
    let horizon = f64::from(scenario.horizon_months);
    let (zero, here) = (
        leaving(events, World::None),
        leaving(events, World::Program(0)),
    );
    if walker::leaves_by_calendar(scenario) {
        let anchor = told[0].time;
        let lived = walker::exposure(scenario, told, here.unwrap_or(horizon));
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
    let mut seen = BTreeSet::new();
    for (stratum, of) in plan.layout().strata.iter().enumerate() {
        for ordinal in 0..of.simulated.min(400) {
            let mut events = Vec::new();
            let mut listen = |world: World, event: &Event| events.push((world, *event));
            if observe_family(&plan, 0, stratum, ordinal, &mut listen).is_err() {
                continue;
            }
            assert_walked(&scenario, &events);
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

/// First word of a kind of event, or of a purchase's label and an absence.
fn word(kind: &EventKind) -> String {
    let text = match kind {
        EventKind::Purchase { label, .. } => format!("{label:?}"),
        EventKind::NotBought { absence, .. } => format!("{absence:?}"),
        other => format!("{other:?}"),
    };
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
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

/// The six lives, walked and fixed. If a change of values is meant, review it with `cargo insta review` and say so in
/// CHANGELOG.md.
#[test]
fn six_lives_are_what_they_were() {
    let lives = [
        ("tender", tender(), 1, 42),
        ("own_good", own_good(), 0, 67),
        ("coin", coin(), 0, 10),
        ("new_rules", new_rules(), 0, 20),
        ("arrival_with_the_new_rules", new_rules(), 0, 810),
        ("opening_book", opening_book(), 0, 84),
    ];
    for (name, text, stratum, ordinal) in lives {
        let scenario = scenario(&text);
        let events = heard(&scenario, stratum, ordinal);
        assert_walked(&scenario, &events);
        insta::assert_snapshot!(name, told(&events));
    }
}

/// Events of the program's world of the first `families` of a stratum.
fn many(text: &str, stratum: usize, families: std::ops::Range<u64>) -> Vec<Vec<Event>> {
    let scenario = scenario(text);
    let plan = plan(&scenario);
    let mut lives = Vec::new();
    for ordinal in families {
        let mut life = Vec::new();
        let mut listen = |world: World, event: &Event| {
            if world == World::Program(0) {
                life.push(*event);
            }
        };
        observe_family(&plan, 0, stratum, ordinal, &mut listen).expect("a family");
        lives.push(life);
    }
    lives
}

/// At one instant: arrival, then the rules that begin then, then joining, the credit, and the purchase under these rules.
#[test]
fn an_arrival_at_the_instant_of_new_rules_lives_under_them() {
    for life in many(&new_rules(), 0, 750..850) {
        let words: Vec<String> = life.iter().take(5).map(|e| word(&e.kind)).collect();
        assert_eq!(
            words,
            ["Arrival", "NewRules", "Enrollment", "SignUpBonus", "Base"]
        );
        assert!(life.iter().take(5).all(|e| e.time == 12.0), "{life:#?}");
        let EventKind::Purchase { paid, points, .. } = life[4].kind else {
            panic!("{life:#?}");
        };
        // Two points per euro, to the nearest, at most 180 a month: no longer one, cut off.
        assert_eq!(points, ((2 * paid + 50) / 100).min(180));
    }
}

/// The coin falls after a repeat purchase: leaving comes at its instant and after it, and voids what would come later.
#[test]
fn the_coin_falls_after_the_purchase() {
    let mut left = 0;
    for life in many(&coin(), 0, 0..200) {
        let Some(at) = life.iter().position(|e| e.kind == EventKind::Leaving) else {
            continue;
        };
        left += 1;
        let before = life[at - 1];
        assert_eq!(before.time, life[at].time);
        assert!(matches!(
            before.kind,
            EventKind::Purchase { first: false, .. }
        ));
        let after = life[at + 1..].iter();
        assert!(
            after
                .map(|e| word(&e.kind))
                .all(|w| w == "Dormant" || w == "Lost")
        );
    }
    assert!(left > 100, "{left}");
}

/// The decision to redeem reads the balance before the visit: neither the credit of joining nor the visit's own points
/// pay for it, and the redemption is told before the purchase that it belongs to.
#[test]
fn points_are_usable_from_the_next_visit() {
    let (mut affordable_at_joining, mut redemptions) = (0, 0);
    for life in many(&new_rules(), 0, 0..400) {
        let mut before_visit = 0;
        for (at, event) in life.iter().enumerate() {
            match event.kind {
                EventKind::Enrollment => {
                    // Credit 50 and up to 180 points: often enough for 150, never at this visit.
                    let purchase = life[at + 2];
                    assert!(matches!(purchase.kind, EventKind::Purchase { .. }));
                    affordable_at_joining += i32::from(purchase.balance >= 150);
                }
                EventKind::Redemption { points, .. } => {
                    redemptions += 1;
                    assert!(points <= before_visit, "{life:#?}");
                    assert_eq!(event.balance, before_visit - points);
                    assert_eq!(life[at + 1].time, event.time);
                    assert!(matches!(life[at + 1].kind, EventKind::Purchase { .. }));
                }
                _ => {}
            }
            before_visit = event.balance;
        }
    }
    assert!(affordable_at_joining > 20 && redemptions > 100);
}

/// A month ends after its purchases: points due at the end of a month can still be redeemed in it.
#[test]
fn a_month_ends_after_its_purchases() {
    let mut late = 0;
    for life in many(&tender(), 0, 0..400) {
        for (at, event) in life.iter().enumerate() {
            let EventKind::Redemption { points, .. } = event.kind else {
                continue;
            };
            // Earned up to the end of the same month a year before, and lost an instant later but for this visit.
            let since = event.time.floor() - 11.0;
            let younger: i64 = life[..at]
                .iter()
                .filter(|e| e.time >= since)
                .map(|e| match e.kind {
                    EventKind::Purchase { points, .. } => points,
                    _ => 0,
                })
                .sum();
            late += i32::from(younger < points && event.time.floor() >= 15.0);
        }
        let ends = life
            .iter()
            .filter(|e| matches!(e.kind, EventKind::Expiry { .. }));
        assert!(ends.clone().all(|e| e.time.fract() == 0.0));
    }
    assert!(late > 5, "{late}");
}
