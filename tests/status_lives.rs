//! Status as it is lived: closed forms of its shares and moves, what it may depend on, and what it leaves alone.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

mod support;

use fidelio::economics;
use fidelio::engine::flow::{Flow, TierFlow};
use fidelio::engine::observe::{Event, EventKind, StatusMove};
use fidelio::engine::run::{Control, run};
use fidelio::engine::tally::{Tally, World};
use fidelio::scenario::model::Scenario;
use support::lives::*;

/// Everybody buys 6 times a year for 50 EUR, nobody leaves, everybody joins at the first visit. Effects are `behavior`.
fn market(behavior: &str, program: &str) -> String {
    format!(
        "name = 'status'
        currency = 'EUR'
        start = '2027-01'
        horizon_months = 60
        [simulation]
        customers = 20000
        seed = 4
        run_off_years = 1
        [market]
        customers = 20000
        company_age_years = 10
        [[segment]]
        name = 'all'
        purchases_per_year = 6
        lifetime = {{ model = 'never' }}
        basket = {{ mean = 50, between_cv = 0, within_cv = 0 }}
        margin_rate = 0.4
        {behavior}
        {program}"
    )
}

const NO_STATUS_EFFECTS: &str = "
status = { frequency_first = 0, frequency_second = 0, frequency_third = 0, attrition_first = 0, attrition_second = 0, attrition_third = 0 }
tier_pressure = { strength = 0 }
demotion_fear = { strength = 0 }
bystander = { drop = 0 }
";

const GOLD: &str = "
[[program]]
name = 'Gold'
kind = 'tiered'
enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }
[[program.tier]]
name = 'Gold'
threshold = 300
";

/// P(N ≥ k) of a Poisson variable.
fn at_least(k: u32, mean: f64) -> f64 {
    let mut term = (-mean).exp();
    let mut below = 0.0;
    for n in 0..k {
        below += term;
        term *= mean / f64::from(n + 1);
    }
    1.0 - below
}

fn quiet() -> String {
    format!("{NO_EFFECTS}{NO_STATUS_EFFECTS}")
}

/// A flow of a rank over some months, all customers.
fn flow(
    tally: &Tally,
    world: usize,
    months: std::ops::Range<usize>,
    rank: usize,
    of: TierFlow,
) -> i64 {
    let batches = 0..tally.layout.batches;
    batches
        .flat_map(|b| {
            let cell = move |month| tally.tiers.get(&[world, 0, b, month, rank, of as usize]);
            months.clone().map(cell)
        })
        .sum()
}

/// Constant spend against a threshold: Gold is earned in a year by six purchases of 50 EUR, so with p = P(N ≥ 6); years are
/// independent, so that the chain of two states (Gold or not, each January) has both rows (1 − p, p), and stationary
/// shares (1 − p, p).
#[test]
fn a_chain_of_two_states_has_its_shares_and_moves() {
    let (tally, _) = tally(&scenario(&market(&quiet(), GOLD)));
    let world = tally.layout.world_index(World::Program(0)).expect("lived");
    let n = 20_000.0;
    let p = at_least(6, 6.0);
    // All who reach it in the first year are promoted in it, and nobody is reviewed.
    let promoted = flow(&tally, world, 0..12, 0, TierFlow::Promotions);
    assert_z("promoted", promoted as f64, n * p, n * p * (1.0 - p));
    assert_eq!(flow(&tally, world, 0..12, 1, TierFlow::Demotions), 0);
    let moves = |year, from, to| tally.migration.get(&[world, 0, year, from, to]) as f64;
    for year in 1..5 {
        for (from, to, share) in [(1, 1, p), (1, 0, 1.0 - p)] {
            let began = moves(year, from, 0) + moves(year, from, 1);
            let what = format!("year {year}, {from} to {to}");
            assert_z(
                &what,
                moves(year, from, to),
                began * share,
                began * p * (1.0 - p),
            );
        }
        let ended = moves(year, 0, 1) + moves(year, 1, 1) + moves(year, 2, 1);
        // Gold at the end of a year: by it, whatever the year before; December's review takes the rest.
        assert_z("stationary", ended, n * p, n * p * (1.0 - p));
        let months = 12 * year..12 * year + 12;
        let kept = flow(&tally, world, months.clone(), 1, TierFlow::Requalifications) as f64;
        let lost = flow(&tally, world, months, 1, TierFlow::Demotions) as f64;
        assert_z(
            "requalified",
            kept,
            (kept + lost) * p,
            (kept + lost) * p * (1.0 - p),
        );
    }
}

/// Gold in a month: earned the year before, or so far this year. What behavior reads is measured by other draws.
#[test]
fn holders_are_measured_before_the_run() {
    let scenario = scenario(&market(&quiet(), GOLD));
    let p = at_least(6, 6.0);
    let held: f64 = (1..=12)
        .map(|month| {
            // The December end comes after the review.
            let before = if month == 12 { 0.0 } else { p };
            1.0 - (1.0 - before) * (1.0 - at_least(6, 0.5 * f64::from(month)))
        })
        .sum::<f64>()
        / 12.0;
    let plan = plan(&scenario);
    let shares = plan.holders(0).next().expect("a version");
    assert_eq!(shares.len(), 2);
    assert_eq!(shares[0], 1.0);
    // 4096 people; months of one year hang together: at most the error of one month.
    let error = (held * (1.0 - held) / 4000.0).sqrt();
    assert!(
        (shares[1] - held).abs() < 4.0 * error,
        "{} {held}",
        shares[1]
    );
    let mut fewer = scenario.clone();
    fewer.simulation.customers = 500;
    fewer.simulation.seed = 99;
    let again = support::lives::plan(&fewer);
    assert_eq!(again.holders(0).next().expect("a version"), shares);
}

/// Member-months, visits and what they cost are those of the time and the visits at the rank.
#[test]
fn benefits_cost_what_they_say() {
    let program = format!(
        "{GOLD}benefit = [{{ name = 'a', billed = 'per_use', cost = 0.75 }}, \
         {{ name = 'b', billed = 'per_member_month', cost = 1.3 }}]"
    );
    let (tally, _) = tally(&scenario(&market(&quiet(), &program)));
    let world = tally.layout.world_index(World::Program(0)).expect("lived");
    let visits = flow(&tally, world, 0..60, 1, TierFlow::Visits) as f64;
    let months = flow(&tally, world, 0..60, 1, TierFlow::MemberMonths) as f64 / 1_048_576.0;
    let cost = flow(&tally, world, 0..60, 1, TierFlow::BenefitCost) as f64;
    // Rounded once per person.
    assert!(
        (cost - 75.0 * visits - 130.0 * months).abs() < 0.5 * 20_000.0 * 0.02,
        "{cost}"
    );
    assert!(cost > 1e7);
    let joined = flow(&tally, world, 0..60, 0, TierFlow::MemberMonths);
    assert!(joined > 0 && flow(&tally, world, 0..60, 0, TierFlow::BenefitCost) == 0);
}

/// A reward outside the till moves the balance and not what is paid: whoever redeems, tiers are the same.
#[test]
fn a_tier_follows_what_was_earned_and_never_the_balance() {
    for by in ["spend", "points", "visits"] {
        let threshold = if by == "visits" { "6" } else { "300" };
        let tiers = |redeem: &str| {
            let behavior = format!("{}{redeem}", quiet());
            let program = format!(
                "{}earn_multiplier = 2\n[program.qualification]\nby = '{by}'\nwindow = 'rolling'\nvalidity_months = 3\n\
                 [[program.reward]]\nname = 'r'\nkind = 'external'\npoints = 120\nface_value = 4\nunit_cost = 1\n",
                GOLD.replace("threshold = 300", &format!("threshold = {threshold}"))
                    .replace(
                        "selection = 0 }",
                        "selection = 0 }\nearn = { points_per_currency = 1 }"
                    )
            );
            let scenario = scenario(&market(&behavior, &program));
            let mut told: Vec<Vec<(f64, EventKind)>> = Vec::new();
            let mut redeemed = 0;
            let plan = plan(&scenario);
            let mut workspace = fidelio::engine::family::Workspace::new(&plan);
            for ordinal in 0..200 {
                let mut life = Vec::new();
                let mut listen = |world: World, event: &Event| {
                    if world == World::Program(0) && event.time < 60.0 {
                        redeemed += usize::from(matches!(event.kind, EventKind::Redemption { .. }));
                        if matches!(event.kind, EventKind::Status { .. }) {
                            life.push((event.time, event.kind));
                        }
                    }
                };
                workspace
                    .observe(0, 0, ordinal, &mut listen)
                    .expect("a life");
                told.push(life);
            }
            (told, redeemed)
        };
        let (spent, often) = tiers(REDEEM_AT_ONCE);
        let (saved, never) = tiers(REDEEM_NEVER);
        assert!(often > 1000 && never == 0, "{often} {never}");
        assert!(spent.iter().map(Vec::len).sum::<usize>() > 400);
        assert_eq!(spent, saved, "{by}");
    }
}

/// Who joins under a match is credited with what was bought in the twelve months up to joining, and with nothing else.
#[test]
fn a_match_credits_the_window_before_joining() {
    let program = GOLD.replace("kind = 'tiered'", "kind = 'tiered'\nlaunch = '2028-07'")
        + "[program.qualification]\nstatus_match = true\n";
    let plan = plan(&scenario(&market(&quiet(), &program)));
    let heard = live_all(
        &plan,
        0,
        3_000,
        || [0usize; 2],
        |heard, _, events: &[(World, Event)]| {
            let own = || {
                let own = events
                    .iter()
                    .filter(|(world, _)| *world == World::Program(0));
                own.map(|(_, event)| event)
            };
            let Some(joined) = own().find(|e| e.kind == EventKind::Enrollment) else {
                return;
            };
            let month = joined.time.floor();
            let credited = purchases(events, World::Program(0))
                .filter(|p| p.0 < joined.time && p.0.floor() >= month - 11.0)
                .count();
            let matched = own().any(|e| {
                e.time == joined.time
                    && matches!(
                        e.kind,
                        EventKind::Status {
                            how: StatusMove::Matched,
                            to: 1,
                            ..
                        }
                    )
            });
            assert_eq!(matched, credited >= 6, "{credited} purchases");
            heard[usize::from(matched)] += 1;
        },
        |a, b| [a[0] + b[0], a[1] + b[1]],
    );
    assert!(heard.iter().all(|count| *count > 500), "{heard:?}");
}

/// Members of a program older than the scenario hold what they earned in the year before it: six purchases of those who
/// were customers all year, the arrival among those of the others. Ages are uniform up to ten years.
#[test]
fn members_from_before_the_start_hold_what_they_earned_then() {
    // A program has a past only with a book of points, which nobody redeems here.
    let program = GOLD.replace(
        "kind = 'tiered'",
        "kind = 'tiered'\nlaunch = '2024-01'\nearn = { points_per_currency = 1 }",
    ) + "[[program.reward]]\nname = 'r'\nkind = 'external'\npoints = 500\nface_value = 4\nunit_cost = 1\n\
         [program.opening]\nheld_by_leavers = 0\nvintage = [{ months_ago = 1, points = 9000 }]\n";
    let behavior = format!("{}{REDEEM_NEVER}", quiet());
    let plan = plan(&scenario(&market(&behavior, &program)));
    let holders = live_all(
        &plan,
        0,
        20_000,
        || 0i64,
        |holders, _, events: &[(World, Event)]| {
            let matched = events.iter().any(|(world, event)| {
                let held = matches!(
                    event.kind,
                    EventKind::Status {
                        how: StatusMove::Matched,
                        to: 1,
                        ..
                    }
                );
                *world == World::Program(0) && event.time == 0.0 && held
            });
            *holders += i64::from(matched);
        },
        |a, b| a + b,
    );
    let steps = 1200;
    let young: f64 = (0..steps)
        .map(|i| at_least(5, 0.5 * 12.0 * (f64::from(i) + 0.5) / f64::from(steps)))
        .sum::<f64>()
        / f64::from(steps);
    let share = 0.9 * at_least(6, 6.0) + 0.1 * young;
    let n = 20_000.0;
    assert_z(
        "holders",
        holders as f64,
        n * share,
        n * share * (1.0 - share),
    );
}

fn status() -> Scenario {
    scenario(include_str!("mutation/status.toml"))
}

/// With every effect at zero a program with tiers changes no purchase, and nobody leaves otherwise.
#[test]
fn without_effects_purchases_are_those_of_world_0() {
    let mut quiet = status();
    quiet.behavior.effect_multiplier = 0.0;
    let (tally, _) = tally(&quiet);
    let world_0 = tally.layout.world_index(World::None).expect("lived");
    for program in 0..2 {
        let world = tally
            .layout
            .world_index(World::Program(program))
            .expect("lived");
        for stratum in 0..tally.layout.strata.len() {
            for batch in 0..tally.layout.batches {
                for month in 0..tally.layout.rows() {
                    let of = |world, flow| tally.flow(world, stratum, batch, month, flow);
                    for flow in [
                        Flow::PurchasesBase,
                        Flow::SalesBase,
                        Flow::Leavers,
                        Flow::BuyersDelta,
                    ] {
                        assert_eq!(of(world, flow), of(world_0, flow), "{flow:?}");
                    }
                    for flow in [
                        Flow::PurchasesExtra,
                        Flow::PurchasesRetained,
                        Flow::PurchasesDropped,
                    ] {
                        assert_eq!(of(world, flow), 0, "{flow:?}");
                    }
                }
            }
        }
    }
}

fn lived(scenario: &Scenario, threads: usize) -> Tally {
    let plan = plan(scenario);
    let weights = economics::value_weights(scenario, plan.layout());
    let control = Control {
        threads,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    run(&plan, &weights, &control).expect("a run")
}

#[test]
fn any_number_of_threads_has_the_same_bits() {
    let scenario = status();
    assert!(lived(&scenario, 1) == lived(&scenario, 3));
}

/// Points, then a tiered program beside it, then two: the numbers of the first stay what they are.
#[test]
fn programs_with_tiers_change_no_number_of_another() {
    let mut scenario = scenario(include_str!("mutation/whole.toml"));
    let others = status().programs;
    scenario.programs.truncate(1);
    let alone = lived(&scenario, 0);
    scenario.programs.extend(others);
    let beside = lived(&scenario, 0);
    for world in [World::None, World::Program(0), World::Skeptic(0)] {
        let Some(before) = alone.layout.world_index(world) else {
            continue;
        };
        let after = beside.layout.world_index(world).expect("lived");
        assert_eq!(alone.flows.slice(&[before]), beside.flows.slice(&[after]));
        assert_eq!(
            alone.vintages.slice(&[before]),
            beside.vintages.slice(&[after])
        );
        assert_eq!(
            alone.effects.slice(&[before]),
            beside.effects.slice(&[after])
        );
        assert_eq!(
            alone.deciles.slice(&[before]),
            beside.deciles.slice(&[after])
        );
    }
}

/// Purchases of the program's life less those of world 0 within some months after an instant.
fn gained(events: &[(World, Event)], from: f64, to: f64) -> i64 {
    let count = |world| {
        let inside = purchases(events, world).filter(|p| p.0 > from && p.0 <= to);
        inside.count() as i64
    };
    count(World::Program(0)) - count(World::None)
}

/// Wagner, Hennig-Thurau & Rudolph (2009): the demoted buy less than the never elevated, those less than the promoted. Not
/// by comparing them with each other, but each with themselves in a world without the program.
#[test]
fn the_demoted_buy_less_than_the_never_elevated_and_the_promoted_more() {
    let behavior = format!(
        "{NO_EFFECTS}status = {{ frequency_first = 0.3 , frequency_second = 0.3, frequency_third = 0.3 }}
        demotion = {{ aversion = 2, months = 6 }}
        tier_pressure = {{ strength = 0 }}
        demotion_fear = {{ strength = 0 }}
        bystander = {{ drop = 0 }}
        novelty = {{ floor = 1 }}
        "
    );
    let plan = plan(&scenario(&market(&behavior, GOLD)));
    let moments = live_all(
        &plan,
        0,
        20_000,
        || vec![Moments::default(); 3],
        |heard, _, events| {
            let moves = events.iter().filter_map(|(world, event)| match event.kind {
                EventKind::Status { how, .. } if *world == World::Program(0) => {
                    Some((how, event.time))
                }
                _ => None,
            });
            let moves: Vec<(StatusMove, f64)> = moves.filter(|(_, at)| *at <= 54.0).collect();
            // The first move of a kind and what is between it and the next.
            let first = |how| moves.iter().position(|(of, _)| *of == how);
            if let Some(at) = first(StatusMove::Promoted) {
                let until = moves.get(at + 1).map_or(54.0, |(_, next)| *next);
                heard[2].add(gained(events, moves[at].1, until.min(moves[at].1 + 6.0)));
            } else {
                heard[1].add(gained(events, 12.0, 18.0));
            }
            if let Some(at) = first(StatusMove::Demoted) {
                let until = moves.get(at + 1).map_or(f64::INFINITY, |(_, next)| *next);
                heard[0].add(gained(events, moves[at].1, until.min(moves[at].1 + 6.0)));
            }
        },
        merge_all,
    );
    let [demoted, never, promoted] = [0, 1, 2].map(|group: usize| moments[group]);
    assert_eq!(never.sum, 0, "nothing moves those who never held a tier");
    assert!(never.count > 100 && demoted.count > 5_000 && promoted.count > 15_000);
    let error = |m: &Moments| (m.variance() / m.count as f64).sqrt();
    assert!(demoted.mean() < -4.6 * error(&demoted), "{demoted:?}");
    assert!(promoted.mean() > 4.6 * error(&promoted), "{promoted:?}");
}
