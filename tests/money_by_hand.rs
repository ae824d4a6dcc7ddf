//! The money of a tiny market added up by hand: every event of 400 customers is heard, priced at its month, and compared
//! with what the run recorded and assessed. The two share the lives and nothing else, except the division of a month's
//! reward cost over the months that issued the points, which is read from the recorded vintages.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

mod support;

use fidelio::economics::assess;
use fidelio::engine::flow::VintageFlow;
use fidelio::engine::observe::{Absence, Event, EventKind, Label};
use fidelio::engine::tally::{Tally, World};
use fidelio::results::{Named, ProgramResult};
use support::lives::*;

const MONTHS: usize = 12;
const YEARS: usize = 4;
const ROWS: usize = MONTHS + YEARS;
/// 800 stated customers, 400 lived.
const SCALE: f64 = 2.0;
const MARGIN: f64 = 0.4;
const SETUP: f64 = 1_500.0;
const PER_MONTH: f64 = 90.0;
const PER_MEMBER_AND_YEAR: f64 = 0.6;
const PER_REDEMPTION: f64 = 0.05;
const GOODS: f64 = 2.5;
const TICKET: f64 = 7.0;

/// Earning stops at the horizon, so that every redemption of the run-off is of points that count.
fn text() -> String {
    format!(
        "name = 'by hand'
        currency = 'EUR'
        start = '2027-01'
        horizon_months = {MONTHS}
        discount_rate = 0.1
        [simulation]
        customers = 400
        seed = 5
        run_off = 'closed'
        run_off_years = {YEARS}
        [market]
        customers = 800
        company_age_years = 5
        [[segment]]
        name = 'all'
        purchases_per_year = {{ mean = 20, shape = 1.2 }}
        lifetime = {{ model = 'pareto', shape = 1.5, scale_years = 2 }}
        basket = {{ mean = 25, between_cv = 0.4, within_cv = 0.6 }}
        margin_rate = {MARGIN}
        {NO_EFFECTS}
        {REDEEM_AT_ONCE}
        stated_lift = {{ frequency = 0.2, hazard_ratio = 0.8 }}
        [[program]]
        name = 'P'
        enrollment = {{ ceiling = 0.8, half_time_months = 2, selection = 0.5 }}
        earn = {{ points_per_currency = 1 }}
        expiry = {{ policy = 'fixed_term', months = 12 }}
        cost = {{ setup = {SETUP}, per_month = {PER_MONTH}, per_active_member_per_year = {PER_MEMBER_AND_YEAR}, per_redemption = {PER_REDEMPTION}, inflation_per_year = 0.03 }}
        [[program.reward]]
        name = 'Voucher'
        kind = 'tender'
        points = 100
        face_value = 3
        [[program.reward]]
        name = 'Mug'
        kind = 'own_good'
        points = 150
        face_value = 6
        unit_cost = {GOODS}
        displacement = 0.4
        [[program.reward]]
        name = 'Ticket'
        kind = 'external'
        points = 250
        face_value = 9
        unit_cost = {TICKET}
        "
    )
}

/// Money heard, in euros and simulated customers, by row.
#[derive(Clone, Copy, Default, Debug)]
struct Heard {
    world_0: f64,
    base: f64,
    retained: f64,
    extra: f64,
    lost: f64,
    discount: f64,
    displaced: f64,
    goods: f64,
    partners: f64,
    redemptions: f64,
    /// Members who earned or redeemed for the first time; in this horizon none of them lapses.
    active: f64,
}

fn row_of(time: f64) -> usize {
    match (time as usize).checked_sub(MONTHS) {
        None => time as usize,
        Some(after) => MONTHS + after / 12,
    }
}

fn hear(heard: &mut [Heard], events: &[(World, Event)]) {
    let mut active = false;
    for (world, event) in events {
        let row = &mut heard[row_of(event.time)];
        let in_horizon = event.time < MONTHS as f64;
        match (world, event.kind) {
            (World::None, EventKind::Purchase { amount, .. }) => {
                row.world_0 += amount as f64 / 100.0
            }
            (
                World::Program(0),
                EventKind::Purchase {
                    label,
                    amount,
                    points,
                    ..
                },
            ) if in_horizon => {
                let amount = amount as f64 / 100.0;
                match label {
                    Label::Base => row.base += amount,
                    Label::Retained => row.retained += amount,
                    Label::Extra => row.extra += amount,
                    Label::Arrival => panic!("nobody arrives"),
                }
                if points > 0 && !active {
                    active = true;
                    row.active += 1.0;
                }
            }
            (World::Program(0), EventKind::NotBought { absence, amount }) => {
                assert_eq!(absence, Absence::Lost);
                row.lost += amount as f64 / 100.0;
            }
            (
                World::Program(0),
                EventKind::Redemption {
                    reward,
                    discount,
                    displaced,
                    ..
                },
            ) => {
                row.redemptions += 1.0;
                row.discount += discount as f64 / 100.0;
                row.displaced += displaced as f64 / 100.0;
                // Rewards by their points: the voucher, the mug, the ticket.
                row.goods += if reward == 1 { GOODS } else { 0.0 };
                row.partners += if reward == 2 { TICKET } else { 0.0 };
            }
            _ => {}
        }
    }
}

/// Middle of a row in years.
fn middle(row: usize) -> f64 {
    if row < MONTHS {
        (row as f64 + 0.5) / 12.0
    } else {
        1.5 + (row - MONTHS) as f64
    }
}

fn discount(row: usize) -> f64 {
    1.1f64.powf(-middle(row))
}

/// Prices of running costs and of goods, 1 in month 0.
fn prices(row: usize) -> f64 {
    1.03f64.powf(middle(row) - 0.5 / 12.0)
}

/// Gain of margin, cost of grants, handling, members and months of one row, at market scale.
struct Posted {
    margin: f64,
    displacement: f64,
    grants: f64,
    handling: f64,
    running: f64,
}

fn post(heard: &[Heard]) -> Vec<Posted> {
    let mut members = 0.0;
    let post = |(row, h): (usize, &Heard)| {
        members += h.active;
        let per_row = if row < MONTHS { 1.0 } else { 0.0 };
        let monthly = PER_MONTH + SCALE * members * PER_MEMBER_AND_YEAR / 12.0;
        Posted {
            margin: SCALE * MARGIN * (h.base + h.retained + h.extra - h.world_0),
            displacement: SCALE * MARGIN * h.displaced,
            grants: SCALE * (h.discount + prices(row) * (h.goods + h.partners)),
            handling: SCALE * prices(row) * PER_REDEMPTION * h.redemptions,
            running: per_row * prices(row) * monthly,
        }
    };
    heard.iter().enumerate().map(post).collect()
}

fn number(list: &[Named], code: &str) -> f64 {
    let found = list.iter().find(|named| named.code == code);
    found
        .and_then(|named| named.number.value)
        .unwrap_or_else(|| panic!("no value of {code}"))
}

#[track_caller]
fn near(what: &str, got: f64, want: f64, tolerance: f64) {
    assert!(
        (got - want).abs() <= tolerance,
        "{what}: {got}, by hand {want}"
    );
}

fn lived() -> (Vec<Heard>, Tally, ProgramResult) {
    let scenario = scenario(&text());
    let plan = plan(&scenario);
    assert_eq!(plan.reward_names(0), ["Voucher", "Mug", "Ticket"]);
    let mut heard = vec![Heard::default(); ROWS];
    // One thread, one order: these are sums of floats.
    let events = live_all(
        &plan,
        0,
        400,
        Vec::new,
        |all: &mut Vec<_>, _, one| all.push(one.to_vec()),
        |mut a, b| {
            a.extend(b);
            a
        },
    );
    assert_eq!(events.len(), 400);
    for one in &events {
        hear(&mut heard, one);
    }
    let (tally, weights) = tally(&scenario);
    let results = assess(&scenario, &tally, &weights);
    assert!(
        results.checks.iter().all(|check| check.failed == 0),
        "{:#?}",
        results.checks
    );
    (heard, tally, results.programs[0].clone())
}

#[test]
fn net_present_value_and_its_ratios() {
    let (heard, _, program) = lived();
    let posted = post(&heard);
    let present = |of: &dyn Fn(&Posted) -> f64| -> f64 {
        posted
            .iter()
            .enumerate()
            .map(|(row, p)| discount(row) * of(p))
            .sum()
    };
    let margin = present(&|p| p.margin - p.displacement);
    let cost = SETUP + present(&|p| p.grants + p.handling + p.running);
    let headline = |code| number(&program.headline, code);
    near(
        "incremental margin",
        headline("incremental_margin"),
        margin,
        0.006,
    );
    near("cost", headline("cost"), cost, 0.006);
    near("NPV", headline("npv"), margin - cost, 0.011);
    near("ROI", headline("roi"), (margin - cost) / cost, 1e-5);
    near(
        "cost per margin",
        headline("cost_per_incremental_margin"),
        cost / margin,
        1e-5,
    );
    assert!(margin > cost && heard.iter().skip(MONTHS).any(|h| h.redemptions > 0.0));
    // What was paid: a tender lowers the bill, a displaced purchase is no sale.
    let (mut sales, mut world_0) = (0.0, 0.0);
    for h in &heard[..MONTHS] {
        sales += h.base + h.retained + h.extra - h.displaced - h.discount;
        world_0 += h.world_0;
    }
    near(
        "true lift",
        headline("true_lift"),
        sales / world_0 - 1.0,
        1e-9,
    );
}

#[test]
fn the_bridge_adds_up_as_by_hand() {
    let (heard, _, program) = lived();
    let posted = post(&heard);
    let sum = |of: &dyn Fn(&Heard) -> f64| SCALE * heard.iter().map(of).sum::<f64>();
    let priced = |of: &dyn Fn(&Heard) -> f64| -> f64 {
        SCALE
            * heard
                .iter()
                .enumerate()
                .map(|(row, h)| prices(row) * of(h))
                .sum::<f64>()
    };
    let running: f64 = posted.iter().map(|p| p.handling + p.running).sum();
    let by_hand = [
        ("world_0_margin", MARGIN * sum(&|h| h.world_0)),
        ("retention", MARGIN * sum(&|h| h.retained - h.lost)),
        ("frequency", MARGIN * sum(&|h| h.extra)),
        ("arrival", 0.0),
        ("basket", 0.0),
        ("displacement", -MARGIN * sum(&|h| h.displaced)),
        ("discounts", -sum(&|h| h.discount)),
        ("reward_goods", -priced(&|h| h.goods)),
        ("reward_partners", -priced(&|h| h.partners)),
        ("running_costs", -running),
        ("setup", -SETUP),
    ];
    let mut total = 0.0;
    for (code, want) in by_hand {
        let item = program.bridge.iter().find(|item| item.code == code);
        let item = item.unwrap_or_else(|| panic!("no step {code}"));
        near(code, item.value, want, 0.021);
        total += item.value;
    }
    let last = program.bridge.last().expect("a bridge ends");
    assert_eq!(last.code, "program_margin");
    near("sum of the steps", total, last.value, 1e-6);
    assert_eq!(program.bridge.len(), by_hand.len() + 1);
}

/// Value to date: gains so far less what the points issued so far will cost over their whole life; handling and
/// displacement of the run-off by points issued.
#[test]
fn payback_is_the_first_month_that_stays_positive() {
    let (heard, tally, program) = lived();
    let posted = post(&heard);
    let world = tally.layout.world_index(World::Program(0)).expect("lived");
    let vintage = |month: usize, row: usize, flow: VintageFlow| {
        tally.vintages.get(&[world, 0, month, row, flow as usize]) as f64 / 100.0
    };
    let issued: Vec<f64> = (0..MONTHS)
        .map(|m| vintage(m, m, VintageFlow::IssuedBase) + vintage(m, m, VintageFlow::IssuedBonus))
        .collect();
    let all_issued: f64 = issued.iter().sum();
    for (discounted, code, series) in [
        (false, "payback_plain", "net_value_cumulative"),
        (
            true,
            "payback_discounted",
            "net_value_cumulative_discounted",
        ),
    ] {
        let factor = |row: usize| if discounted { discount(row) } else { 1.0 };
        let later: f64 = (MONTHS..ROWS)
            .map(|row| factor(row) * (posted[row].handling + posted[row].displacement))
            .sum();
        let mut value = -SETUP;
        let mut values = Vec::new();
        for month in 0..MONTHS {
            let p = &posted[month];
            value += factor(month) * (p.margin - p.displacement - p.handling - p.running);
            for row in month..ROWS {
                let goods = vintage(month, row, VintageFlow::CostOwnGood)
                    + vintage(month, row, VintageFlow::CostExternal);
                let cost = vintage(month, row, VintageFlow::CostDiscount) + prices(row) * goods;
                value -= factor(row) * SCALE * cost;
            }
            value -= later * issued[month] / all_issued;
            values.push(value);
        }
        let told = program
            .monthly
            .iter()
            .find(|s| s.code == series)
            .expect(series);
        for (month, (got, want)) in told.values.iter().zip(&values).enumerate() {
            near(&format!("{series} of month {month}"), *got, *want, 0.03);
        }
        let below = values
            .iter()
            .rposition(|v| *v < 0.0)
            .expect("negative at first");
        assert!(below + 1 < MONTHS, "never pays back: {values:?}");
        assert_eq!(number(&program.headline, code), (below + 2) as f64);
    }
}
