//! Markets so plain that their numbers can be worked out on paper, and sums over what they recorded.

use fidelio::engine::flow::Flow;
use fidelio::engine::tally::{Tally, World};

/// A market of one segment: `families` simulated for as many stated, a constant basket of 10.00.
pub fn market(families: u64, horizon: u32, rate: f64, lifetime: &str, people: &str) -> String {
    format!(
        "name = 'paper'
        currency = 'EUR'
        start = '2027-01'
        horizon_months = {horizon}
        [simulation]
        customers = {families}
        seed = 2
        run_off_years = 3
        [[segment]]
        name = 'all'
        purchases_per_year = {rate}
        lifetime = {lifetime}
        basket = {{ mean = 10, between_cv = 0, within_cv = 0 }}
        margin_rate = 0.5
        [market]
        {people}
        "
    )
}

/// The same people all there at the start, all new.
pub fn new_base(families: u64, horizon: u32, rate: f64, lifetime: &str) -> String {
    let people = format!("customers = {families}\ncompany_age_years = 0");
    market(families, horizon, rate, lifetime, &people)
}

/// A program that everybody joins at the first visit, with one partner reward, which touches no purchase.
pub fn program(points: i64, more: &str) -> String {
    format!(
        "[[program]]
        name = 'P'
        enrollment = {{ ceiling = 1, half_time_months = 0, selection = 0 }}
        earn = {{ points_per_currency = 0.1 }}
        {more}
        [[program.reward]]
        name = 'R'
        kind = 'external'
        points = {points}
        face_value = 1
        unit_cost = 1
        "
    )
}

/// Sum of a flow over all strata and batches at one row.
pub fn at_row(tally: &Tally, world: World, row: usize, flow: Flow) -> i64 {
    let world = tally.layout.world_index(world).expect("a lived world");
    let strata = 0..tally.layout.strata.len();
    strata
        .flat_map(|s| (0..tally.layout.batches).map(move |b| (s, b)))
        .map(|(s, b)| tally.flow(world, s, b, row, flow))
        .sum()
}

/// Sum of a flow over all rows.
pub fn in_all(tally: &Tally, world: World, flow: Flow) -> i64 {
    (0..tally.layout.rows())
        .map(|row| at_row(tally, world, row, flow))
        .sum()
}
