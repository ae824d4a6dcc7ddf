//! A family as a branching process: size against closed forms, with and without those who come by themselves.

use crate::family::{AT_ONCE, UNTIED, Written};
use crate::support::lives::{Moments, assert_mean};
use fidelio::engine::family::Workspace;
use fidelio::engine::observe::{Event, EventKind};
use fidelio::engine::plan::Plan;
use fidelio::engine::tally::World;
use fidelio::program::referral::people_of_a_family;

/// People of each of the first families in a world, and their squares.
fn sizes(plan: &Plan, world: World, families: u64) -> (Moments, Moments) {
    let mut workspace = Workspace::new(plan);
    let (mut sizes, mut squares) = (Moments::default(), Moments::default());
    for ordinal in 0..families {
        let mut people = 0;
        let mut count = |of: World, event: &Event| {
            let comes = matches!(event.kind, EventKind::Arrival | EventKind::Opening { .. });
            people += i64::from(of == world && comes);
        };
        workspace
            .observe(0, 0, ordinal, &mut count)
            .expect("a family");
        sizes.add(people);
        squares.add(people * people);
    }
    (sizes, squares)
}

fn by_word_of_mouth(friends_per_year: f64, slots: u32, lifetime: &str, horizon: u32) -> Plan {
    let text = format!("friends_per_active_year = {friends_per_year}, slots = {slots}");
    let market = Written {
        horizon,
        customers: 8_000,
        who: "customers = 8000\ncompany_age_years = 0",
        per_year: 0.5,
        lifetime,
        word_of_mouth: &text,
        effects: UNTIED,
        programs: "",
    };
    market.plan()
}

/// One slot each and nobody leaves: a chain with exponential gaps, so that the friends within T are Poisson(υT), whose mean
/// and variance are known.
#[test]
fn one_friend_each_makes_a_poisson_chain() {
    let plan = by_word_of_mouth(0.8, 1, "model = 'never'", 24);
    let (sizes, squares) = sizes(&plan, World::None, 8_000);
    let friends = 0.8 * 2.0;
    assert_mean("size", &sizes, 1.0 + friends);
    assert_mean(
        "square of the size",
        &squares,
        friends + (1.0 + friends) * (1.0 + friends),
    );
}

/// Mean size by the horizon where customers leave and slots are used up:
/// m' = (a − b)(m − 1) + a, with a = slots·υ, b = υ + μ, solved here by small steps and in closed form.
#[test]
fn word_of_mouth_grows_as_its_equation_says() {
    let (slots, hazard, leaving, months) = (3.0, 0.6 / 12.0 / 3.0, 0.4 / 12.0, 30.0);
    let closed = people_of_a_family(slots, hazard, leaving, months);
    let (a, b) = (slots * hazard, hazard + leaving);
    let (mut friends, steps) = (0.0, 300_000);
    let h = months / f64::from(steps);
    for _ in 0..steps {
        let slope = |f: f64| (a - b) * f + a;
        friends += h * slope(friends + 0.5 * h * slope(friends));
    }
    assert!((closed - 1.0 - friends).abs() < 1e-8, "{closed} {friends}");
    assert!((people_of_a_family(2.0, 0.1, 0.1, 5.0) - 2.0).abs() < 1e-12);
    let lifetime = "model = 'constant', hazard_per_year = 0.4";
    let plan = by_word_of_mouth(0.6, 3, lifetime, 30);
    let (sizes, _) = sizes(&plan, World::None, 8_000);
    assert_mean("size", &sizes, closed);
}

/// Everybody joins and invites from the arrival on; the horizon lies beyond the end of every family.
fn with_ambassadors(per_slot: f64, conversion: f64, organic: f64) -> Plan {
    let word = format!("friends_per_active_year = {}, slots = 4", organic * 48.0);
    let program = format!(
        "[[program]]\nname = 'Friends'\nkind = 'ambassador'\n{AT_ONCE}\nreferral = {{ invitations_per_year = {}, \
         conversion = {conversion}, delay_weeks = 0, self_referral_share = 0 }}\n",
        per_slot * 48.0
    );
    let market = Written {
        horizon: 240,
        customers: 8_000,
        who: "entry = [{ day = 0, count = 8000 }]",
        per_year: 1.0,
        lifetime: "model = 'constant', hazard_per_year = 1.2",
        word_of_mouth: &word,
        effects: UNTIED,
        programs: &program,
    };
    market.plan()
}

/// Mean and second moment of the total progeny of a Galton–Watson process: 1/(1 − m), and σ²/(1 − m)³ for the variance.
fn progeny(mean: f64, variance: f64) -> (f64, f64) {
    let size = 1.0 / (1.0 - mean);
    (size, variance / (1.0 - mean).powi(3) + size * size)
}

/// Of four slots, each friend comes with the chance p(L) given the lifetime L of the owner, here with the moments of p over
/// an exponential L: with f(s) = E[e^(−sL)] = μ/(μ + s),
/// p = 1 − (1 − c)·e^(−υL) − c·e^(−(υ+ι)L).
fn offspring(leaving: f64, invited: f64, conversion: f64, organic: f64) -> (f64, f64) {
    let f = |s: f64| leaving / (leaving + s);
    let c = conversion;
    let first = 1.0 - (1.0 - c) * f(organic) - c * f(organic + invited);
    let second = 1.0 + (1.0 - c).powi(2) * f(2.0 * organic) + c * c * f(2.0 * (organic + invited))
        - 2.0 * (1.0 - c) * f(organic)
        - 2.0 * c * f(organic + invited)
        + 2.0 * c * (1.0 - c) * f(2.0 * organic + invited);
    let mean = 4.0 * first;
    (mean, 12.0 * second + mean - mean * mean)
}

fn assert_branching(conversion: f64, organic: f64) {
    let (leaving, invited) = (0.1, 0.1);
    let plan = with_ambassadors(invited, conversion, organic);
    let (mean, variance) = offspring(leaving, invited, conversion, organic);
    let (size, square) = progeny(mean, variance);
    let (sizes, squares) = sizes(&plan, World::Program(0), 8_000);
    assert_mean("size", &sizes, size);
    assert_mean("square of the size", &squares, square);
}

#[test]
fn invitations_alone_branch() {
    // By hand: m = 4·¼·½, E[N(N − 1)] = 12/16·(1 − 1 + 1/3): mean size 2, variance 4.
    let (mean, variance) = offspring(0.1, 0.1, 0.25, 0.0);
    assert!((mean - 0.5).abs() < 1e-12 && (variance - 0.5).abs() < 1e-12);
    assert_branching(0.25, 0.0);
}

#[test]
fn invitations_and_word_of_mouth_branch_together() {
    assert_branching(0.15, 0.01);
    // Without the program, of the same people: only word of mouth.
    let plan = with_ambassadors(0.1, 0.15, 0.01);
    let (mean, variance) = offspring(0.1, 0.0, 0.0, 0.01);
    let (size, square) = progeny(mean, variance);
    let (sizes, squares) = sizes(&plan, World::None, 8_000);
    assert_mean("size in world 0", &sizes, size);
    assert_mean("its square", &squares, square);
}
