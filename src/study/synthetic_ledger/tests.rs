//! What the ledger says is what the tally of a run counted, vintage by vintage and month by month.

use super::*;
use crate::book::expiry::{Policy, Rules};
use crate::book::flows::{Flow, Flows};
use crate::book::lots::Consumption;
use crate::book::replay::{Replay, Terms};
use crate::book::rows::{Row, member_hash};
use crate::economics::value_weights;
use crate::engine::flow::VintageFlow;
use crate::engine::run::Control;
use crate::engine::tally::Tally;
use crate::scenario::model::Grant;

const BOOK: &str = r#"
name = "Synthetic"
currency = "EUR"
start = "2027-11"
horizon_months = 30
discount_rate = 0.08
[simulation]
customers = 1500
seed = 11
run_off_years = 2
[market]
customers = 4000
company_age_years = 20
arrivals_per_year = 900
[[segment]]
name = "all"
share = 1
purchases_per_year = { mean = 20, shape = 1 }
lifetime = { model = "pareto", shape = 1.2, scale_years = 3 }
basket = { mean = 30, between_cv = 0.5, within_cv = 0.8 }
margin_rate = 0.3
[[program]]
name = "Old"
kind = "transactional"
launch = "2027-01"
enrollment = { ceiling = 0.7, half_time_months = 6, selection = 0.5 }
earn = { points_per_currency = 1, sign_up_bonus = 25 }
expiry = { policy = "inactivity", months = 5 }
opening = { held_by_leavers = 0.2, vintage = [{ months_ago = 3, points = 30_000 }, { months_ago = 7, points = 20_000 }] }
[[program.reward]]
name = "Cup"
kind = "own_good"
points = 100
face_value = 4
unit_cost = 1.50
[[program.version]]
from = "2028-11"
expiry = { policy = "fixed_term", months = 6 }
[[program.version.reward]]
name = "Cup"
kind = "own_good"
points = 150
face_value = 4
unit_cost = 1.75
[[program.version.reward]]
name = "Voucher"
kind = "tender"
points = 200
face_value = 2
"#;

fn book() -> Scenario {
    let parsed = crate::scenario::parse(BOOK);
    let scenario = parsed.scenario;
    alone(
        &scenario.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics)),
        0,
    )
    .unwrap()
}

fn entries(scenario: &Scenario) -> Vec<Entry> {
    let mut all = Vec::new();
    write(scenario, |entry| {
        all.push(*entry);
        true
    })
    .unwrap();
    all
}

pub fn tally_of(scenario: &Scenario) -> Tally {
    let plan = Plan::new(scenario).unwrap();
    let weights = value_weights(scenario, plan.layout());
    let control = Control {
        threads: 1,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    run::run(&plan, &weights, &control).unwrap()
}

/// The flows of the ledger of a scenario, first in, first out.
pub fn read_back(scenario: &Scenario) -> Flows {
    let entries = entries(scenario);
    let terms = Terms {
        consumption: Consumption::FirstIn,
        rules: Rules::of(Policy::Never),
    };
    let mut replay = Replay::new(&terms);
    for member in entries.chunk_by(|a, b| a.member == b.member) {
        let row = |(line, entry): (usize, &Entry)| Row {
            member: member_hash(entry.member.to_string().as_bytes()),
            points: entry.points,
            day: entry.day,
            lot: entry.lot,
            line: line as u32,
            tier: 0,
            partner: 0,
            kind: entry.kind,
        };
        let mut rows: Vec<Row> = member.iter().enumerate().map(row).collect();
        replay.member(&mut rows);
    }
    replay.book.whole
}

/// Points of the tally in one cell, those of customers long gone at the scale of the sample.
fn counted(tally: &Tally, vintage: usize, row: usize, flow: VintageFlow) -> i64 {
    let layout = &tally.layout;
    let opening = layout
        .strata
        .iter()
        .filter(|s| s.kind == StratumKind::Opening);
    let (simulated, stated) = opening.fold((0, 0), |a, s| (a.0 + s.simulated, a.1 + s.stated));
    let strata = layout.strata.iter().enumerate();
    strata
        .map(|(s, stratum)| {
            let points = tally.vintages.get(&[0, s, vintage, row, flow as usize]);
            if stratum.kind == StratumKind::Past {
                ((points as f64 * simulated as f64 / stated as f64) + 0.5).floor() as i64
            } else {
                points
            }
        })
        .sum()
}

/// Points of every flow that was compared, those of the opening book last.
fn compared(scenario: &Scenario) -> [i64; 4] {
    let (tally, flows) = (tally_of(scenario), read_back(scenario));
    let layout = &tally.layout;
    let start = Month::new(scenario.start.year, scenario.start.month);
    let mut totals = [0; 4];
    let mut outstanding = 0;
    for vintage in 0..layout.vintages() {
        let month = vintage as i32 - layout.opening_vintages as i32;
        let cells = flows.vintage(Month(start.0 + month));
        let ledger = |row: usize, flow: Flow| {
            let age = usize::try_from(row as i32 - month).ok();
            let cell = age.and_then(|age| cells.get(age));
            cell.map_or(0, |cell| cell[flow as usize])
        };
        // An opening lot is there from its month of issue on, in the tally from the start.
        let opening = counted(&tally, vintage, 0, VintageFlow::Opening);
        let earned = cells.first().map_or(0, |cell| cell[Flow::Earned as usize]);
        let issued: i64 = (0..layout.months)
            .map(|row| counted(&tally, vintage, row, VintageFlow::IssuedBase))
            .sum();
        assert_eq!(earned, opening + issued, "vintage {month}");
        outstanding += earned;
        totals[3] += opening;
        for row in 0..layout.months {
            let flows = [
                (VintageFlow::IssuedBonus, Flow::Granted, 1),
                (VintageFlow::Redeemed, Flow::Redeemed, -1),
                (VintageFlow::Expired, Flow::Expired, -1),
            ];
            for (index, (known, flow, sign)) in flows.into_iter().enumerate() {
                let points = ledger(row, flow);
                let tallied = counted(&tally, vintage, row, known);
                assert_eq!(tallied, points, "{known:?} of {month} in {row}");
                outstanding += sign * points;
                totals[index] += points;
            }
        }
    }
    assert_eq!(outstanding, flows.outstanding);
    assert_eq!((flows.owed, flows.ended_without_points), (0, 0));
    totals
}

/// A scenario of another test or of the shipped ones, with fewer customers, and one of its programs.
fn smaller(text: &str, customers: u64, horizon: u32, program: usize) -> Scenario {
    let parsed = crate::scenario::parse(text);
    let mut scenario = parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics));
    scenario.simulation.customers = customers;
    scenario.horizon_months = horizon;
    alone(&scenario, program).unwrap()
}

#[test]
fn the_roll_forward_of_the_ledger_is_that_of_the_tally() {
    let totals = compared(&book());
    // Nothing that is compared is empty.
    assert!(totals.iter().all(|points| *points > 1000), "{totals:?}");
}

#[test]
fn points_of_multipliers_and_ends_by_tier_are_in_the_ledger() {
    // Expiry by tier, a promotion, and tiers that change: Gold members' points never end.
    let shipped = include_str!("../../../scenarios/tiered.toml");
    let years = include_str!("../../../tests/mutation/status.toml");
    for scenario in [smaller(shipped, 1_500, 40, 0), smaller(years, 1_500, 40, 0)] {
        let [granted, redeemed, expired, opening] = compared(&scenario);
        assert!(granted > 1_000 && redeemed > 10_000 && expired > 1_000);
        assert_eq!(opening, 0);
    }
}

#[test]
fn points_for_friends_of_both_sides_are_in_the_ledger() {
    let text = include_str!("../../../tests/mutation/friends.toml");
    for program in 0..2 {
        let [granted, redeemed, ..] = compared(&smaller(text, 1_500, 36, program));
        assert!(granted > 1_000 && redeemed > 500, "{granted} {redeemed}");
    }
    // Rewards in money leave no points: an empty ledger is not an error here.
    let money = include_str!("../../../scenarios/ambassador.toml");
    assert_eq!(compared(&smaller(money, 1_500, 24, 0)), [0; 4]);
    // The same with points.
    let mut points = smaller(money, 1_500, 24, 0);
    let referral = points.programs[0].referral.as_mut().unwrap();
    referral.ambassador = Grant::Points { points: 400 };
    referral.friend = Grant::Points { points: 150 };
    assert!(compared(&points)[0] > 1_000);
}

#[test]
fn points_of_customers_whom_the_program_attracts_are_in_the_ledger() {
    // With an opening book, with a promotion, and with friends of both sides, whom those who were attracted bring too.
    let mut own_book = book();
    own_book.programs[0].arrival_lift = 0.3;
    let tenure = include_str!("../../../tests/mutation/tenure.toml");
    let mut friends = smaller(
        include_str!("../../../tests/mutation/friends.toml"),
        1_500,
        36,
        0,
    );
    friends.programs[0].arrival_lift = 0.3;
    for scenario in [own_book, smaller(tenure, 1_500, 30, 0), friends] {
        let [granted, redeemed, ..] = compared(&scenario);
        assert!(granted > 500 && redeemed > 1_000, "{granted} {redeemed}");
        let tally = tally_of(&scenario);
        let strata = tally.layout.strata.iter().enumerate();
        let attracted = strata.filter(|(_, s)| s.kind == StratumKind::Attracted);
        let issued: i64 = attracted
            .flat_map(|(s, _)| (0..tally.layout.vintages()).map(move |vintage| (s, vintage)))
            .flat_map(|(s, vintage)| (0..tally.layout.months).map(move |row| [0, s, vintage, row]))
            .map(|[w, s, v, row]| {
                let flow = VintageFlow::IssuedBase as usize;
                tally.vintages.get(&[w, s, v, row, flow])
            })
            .sum();
        assert!(issued > 1_000, "they hold points at all: {issued}");
    }
}

#[test]
fn rows_are_in_order_and_redemptions_cost_what_the_rules_of_the_day_say() {
    let scenario = book();
    let all = entries(&scenario);
    let in_order = |pair: &[Entry]| (pair[0].member, pair[0].day) <= (pair[1].member, pair[1].day);
    assert!(all.windows(2).all(in_order));
    let last = day_of(scenario.start, f64::from(scenario.horizon_months), true);
    assert_eq!(last.to_string(), "2030-04-30");
    assert!(all.iter().all(|entry| entry.day <= last));
    let change = Day::new(2028, 11, 1).unwrap();
    let mut seen = [0; 3];
    for entry in all.iter().filter(|entry| entry.kind == Kind::Redeem) {
        let (kind, cost) = match (entry.points, entry.day < change) {
            (100, true) => (0, 150),
            (150, false) => (1, 175),
            (200, false) => (2, 200),
            other => panic!("no such reward: {other:?}"),
        };
        seen[kind] += 1;
        assert_eq!(entry.cost, Some(cost));
    }
    assert!(seen.iter().all(|count| *count > 10), "{seen:?}");
}

#[test]
fn a_reader_who_stops_stops_the_writing() {
    let mut rows = 0;
    let stopped = write(&book(), |_| {
        rows += 1;
        rows < 5
    });
    assert_eq!(stopped, Err(EngineError::Cancelled));
    assert!(rows < 200, "at the end of a family");
}
