//! Corners of the contract that no closed form visits: each test states one rule of the order of events and a market in
//! which breaking it shows.

mod support;

use fidelio::engine::flow::{Flow, VintageFlow};
use fidelio::engine::observe::{EventKind, Label};
use fidelio::engine::tally::{StratumKind, Tally, World};
use support::lives::{NO_EFFECTS, REDEEM_AT_ONCE, REDEEM_NEVER, live_all, plan, scenario, tally};

const PROGRAM: World = World::Program(0);

/// A market of 2,000 opening customers under one program, in a few lines each.
fn market(head: &str, redemption: &str, program: &str) -> String {
    format!(
        "name = 'corner'
        currency = 'EUR'
        start = '2027-01'
        horizon_months = 36
        {head}
        {NO_EFFECTS}
        {redemption}
        [[program]]
        name = 'Points'
        {program}"
    )
}

fn total(tally: &Tally, world: World, flow: Flow, rows: std::ops::Range<usize>) -> i64 {
    let layout = &tally.layout;
    let world = layout.world_index(world).expect("a world of the run");
    let mut sum = 0;
    for stratum in 0..layout.strata.len() {
        if layout.strata[stratum].kind == StratumKind::Past {
            continue;
        }
        for batch in 0..layout.batches {
            for row in rows.clone() {
                sum += tally.flow(world, stratum, batch, row, flow);
            }
        }
    }
    sum
}

const BASE: &str = "
[simulation]
customers = 2000
seed = 3
warm_up_months = 0
run_off_years = 3
[market]
customers = 2000
company_age_years = 20
[[segment]]
name = 'all'
purchases_per_year = 1
lifetime = { model = 'never' }
basket = { mean = 20, between_cv = 0, within_cv = 0 }
margin_rate = 0.3
";

/// A lot proves an earn in its month, whatever the warm-up remembers: under inactivity of 12 months, points held since
/// months 24 to 1 before the start cannot end in the first month.
#[test]
fn the_newest_lot_is_the_last_event_that_is_known() {
    let text = market(
        BASE,
        REDEEM_NEVER,
        "launch = '2024-01'
        enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }
        expiry = { policy = 'inactivity', months = 12 }
        [[program.reward]]
        name = 'gift'
        kind = 'external'
        points = 50
        face_value = 1
        unit_cost = 1
        [program.opening]
        held_by_leavers = 0
        vintage = [{ months_ago = 24, points = 50000 }, { months_ago = 1, points = 50000 }]",
    );
    let (tally, _) = tally(&scenario(&text));
    // Nobody holds the young vintage without having been there; only holders of the old one alone can be due at once.
    let at_once = total(&tally, PROGRAM, Flow::OpeningExpired, 0..1);
    let in_all = total(&tally, PROGRAM, Flow::OpeningExpired, 0..36);
    assert!(in_all > 50_000, "something does expire: {in_all}");
    assert_eq!(at_once, 0, "the newest lot is one month old");
}

/// Redeeming the opening book is outside net value against no program, its handling included.
#[test]
fn handling_of_the_opening_book_is_not_charged_to_the_program() {
    let text = market(
        BASE,
        REDEEM_AT_ONCE,
        "launch = '2024-01'
        enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }
        earn = { points_per_currency = 0 }
        [[program.reward]]
        name = 'gift'
        kind = 'external'
        points = 20
        face_value = 1
        unit_cost = 1
        [program.cost]
        per_redemption = 3
        [program.opening]
        held_by_leavers = 0
        vintage = [{ months_ago = 3, points = 100000 }]",
    );
    let scenario = scenario(&text);
    let (tally, weights) = tally(&scenario);
    assert_eq!(total(&tally, PROGRAM, Flow::Redemptions, 0..36), 0);
    assert!(total(&tally, PROGRAM, Flow::OpeningRedemptions, 0..36) > 1000);
    let results = fidelio::economics::assess(&scenario, &tally, &weights);
    let headline = &results.programs[0].headline;
    let npv = headline
        .iter()
        .find(|n| n.code == "npv")
        .expect("a net value");
    assert_eq!(npv.number.value, Some(0.0));
}

/// The arrival before the start was a purchase: a customer of less than a year is a buyer at the first month end.
#[test]
fn a_young_customer_has_bought_at_least_once() {
    let head = BASE
        .replace("warm_up_months = 0", "warm_up_months = 12")
        .replace("company_age_years = 20", "company_age_years = 0.9");
    let text = market(
        &head,
        REDEEM_NEVER,
        "[[program.reward]]\nname = 'gift'\nkind = 'external'\npoints = 5\nface_value = 1\nunit_cost = 1",
    );
    let (tally, _) = tally(&scenario(&text));
    assert_eq!(total(&tally, World::None, Flow::BuyersDelta, 0..1), 2000);
}

/// Points of those who are gone are dormant from the day on which no rule ends them any more.
#[test]
fn new_rules_that_never_expire_leave_the_points_of_the_gone_dormant() {
    let head = BASE
        .replace(
            "{ model = 'never' }",
            "{ model = 'constant', hazard_per_year = 0.8 }",
        )
        .replace("purchases_per_year = 1", "purchases_per_year = 12");
    let text = market(
        &head,
        REDEEM_NEVER,
        "enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }
        expiry = { policy = 'inactivity', months = 18 }
        [[program.reward]]
        name = 'gift'
        kind = 'external'
        points = 50
        face_value = 1
        unit_cost = 1
        [[program.version]]
        from = '2028-01'
        expiry = { policy = 'never' }",
    );
    let (tally, _) = tally(&scenario(&text));
    let dormant = |rows| total(&tally, PROGRAM, Flow::PointsDormant, rows);
    assert_eq!(dormant(0..12), 0, "the old rules would have ended them");
    assert!(dormant(12..13) > 0, "those of earlier leavers");
    // Whoever is gone by the horizon has left dormant points only.
    let plan = plan(&scenario(&text));
    let unresolved = live_all(
        &plan,
        0,
        2000,
        || 0i64,
        |sum, _, events| {
            let mine: Vec<_> = events.iter().filter(|(w, _)| *w == PROGRAM).collect();
            let left = mine.iter().any(|(_, e)| e.kind == EventKind::Leaving);
            let dormant = mine
                .iter()
                .any(|(_, e)| matches!(e.kind, EventKind::Dormant { .. }));
            let last = mine.last().map_or(0, |(_, e)| e.balance);
            if left && !dormant {
                *sum += last;
            }
        },
        |a, b| a + b,
    );
    assert_eq!(unresolved, 0);
}

/// A stated effect of membership acts from joining, not from the first earn: with nothing to earn it acts all the same.
#[test]
fn membership_acts_from_the_visit_that_joins() {
    let head = BASE
        .replace(
            "{ model = 'never' }",
            "{ model = 'constant', hazard_per_year = 0.8 }",
        )
        .replace("purchases_per_year = 1", "purchases_per_year = 40");
    let lift = "stated_lift = { hazard_ratio = 0.5, who = 'members' }\n";
    let text = market(
        &head,
        &format!("{REDEEM_NEVER}{lift}"),
        "enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }
        earn = { points_per_currency = 0 }
        [[program.reward]]
        name = 'gift'
        kind = 'external'
        points = 50
        face_value = 1
        unit_cost = 1",
    );
    let (tally, _) = tally(&scenario(&text));
    let gone = |world| total(&tally, world, Flow::Leavers, 0..36);
    // Three years at 0.8 against about 0.4 a year: 91 % against about 70 %.
    assert!(gone(World::None) > 1750, "{}", gone(World::None));
    assert!((1250..1550).contains(&gone(PROGRAM)), "{}", gone(PROGRAM));
}

/// A voucher larger than the bill cannot be used; the member then takes the best usable reward, even one that would never
/// be saved for.
#[test]
fn an_unusable_voucher_gives_way_to_another_reward() {
    let head = BASE.replace("purchases_per_year = 1", "purchases_per_year = 12");
    let text = market(
        &head,
        &REDEEM_AT_ONCE.replace("never_share = 0", "never_share = 0, value_weight = 10"),
        "enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }
        [[program.reward]]
        name = 'voucher'
        kind = 'tender'
        points = 60
        face_value = 30
        [[program.reward]]
        name = 'mug'
        kind = 'external'
        points = 100
        face_value = 5
        unit_cost = 2",
    );
    let plan = plan(&scenario(&text));
    let (vouchers, mugs) = live_all(
        &plan,
        0,
        500,
        || (0i64, 0i64),
        |sum, _, events| {
            for (world, event) in events {
                if let EventKind::Redemption { reward, .. } = event.kind
                    && *world == PROGRAM
                {
                    if reward == 0 { sum.0 += 1 } else { sum.1 += 1 }
                }
                if let EventKind::Purchase { amount, label, .. } = event.kind {
                    assert!(
                        amount < 3000,
                        "every bill lies below the voucher's face value"
                    );
                    assert_ne!(label, Label::Arrival);
                }
            }
        },
        |a, b| (a.0 + b.0, a.1 + b.1),
    );
    assert_eq!(vouchers, 0);
    assert!(mugs > 500, "{mugs}");
}

/// What one member costs is weighed in fixed point: inflation that would exceed it is refused before the run, not cut off.
#[test]
fn inflation_beyond_the_fixed_point_is_refused() {
    let text = market(
        &BASE.replace("run_off_years = 3", "run_off_years = 40"),
        REDEEM_NEVER,
        "[[program.reward]]
        name = 'gift'
        kind = 'external'
        points = 5
        face_value = 1
        unit_cost = 1
        [program.cost]
        inflation_per_year = 1",
    );
    let refused = fidelio::engine::plan::Plan::new(&scenario(&text)).err();
    let told = refused.expect("2^43 units of cost do not fit").to_string();
    assert!(told.contains("inflated cost"), "{told}");
    let mild = text.replace("inflation_per_year = 1", "inflation_per_year = 0.1");
    plan(&scenario(&mild));
}

/// Rules that changed before the start are not lived again: points of past customers that had stopped ending by then are
/// dormant from the start, and none is lost from sight.
#[test]
fn past_customers_live_under_the_rules_of_the_start() {
    let program = "launch = '2024-01'
        expiry = { policy = 'fixed_term', months = 24 }
        [[program.reward]]
        name = 'r'
        kind = 'external'
        points = 100
        face_value = 5
        unit_cost = 3
        [program.opening]
        held_by_leavers = 0.4
        vintage = [{ months_ago = 1, points = 100_000 }, { months_ago = 7, points = 90_000 }]
        [[program.version]]
        from = '2026-06'
        expiry = { policy = 'never' }";
    let (tally, _) = tally(&scenario(&market(BASE, "", program)));
    let layout = &tally.layout;
    let past = layout
        .strata
        .iter()
        .position(|s| s.kind == StratumKind::Past);
    let past = past.expect("past customers hold points");
    let world = layout.world_index(PROGRAM).expect("lived");
    let of = |flow: VintageFlow, rows: std::ops::Range<usize>| -> i64 {
        let cells = (0..layout.vintages()).flat_map(|v| rows.clone().map(move |row| (v, row)));
        cells
            .map(|(v, row)| tally.vintages.get(&[world, past, v, row, flow as usize]))
            .sum()
    };
    assert_eq!(of(VintageFlow::Opening, 0..1), 76_000);
    assert_eq!(of(VintageFlow::Dormant, 0..1), 76_000);
    assert_eq!(of(VintageFlow::Dormant, 1..layout.rows()), 0);
}
