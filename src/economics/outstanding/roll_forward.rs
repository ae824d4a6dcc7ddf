//! The identity of points, month by month, at market scale.
//!
//! Cumulative stocks are brought to whole points before they are differenced: what comes in is rounded up and what
//! goes out down, so every row ties, no flow is negative, and the closing balance is never negative; it lies within
//! one point per column of the exact one. The identity on unscaled integers is a check of the run.

use crate::economics::scale::{Market, Sample};
use crate::engine::flow::{Flow, VintageFlow};
use crate::results::{RollForwardRow, RunOffRow};

/// Whole points of one kind at market scale, all vintages, cumulated to the end of every row.
fn stocks(market: &Market, world: usize, flow: VintageFlow, up: bool) -> Vec<i128> {
    let layout = &market.tally.layout;
    let rows = layout.rows();
    let by_stratum: Vec<Vec<i128>> = (0..market.strata())
        .map(|stratum| {
            let cells = market.tally.vintages.slice(&[world, stratum]);
            let mut sums = vec![0i128; rows];
            for (index, cell) in cells.chunks_exact(VintageFlow::COUNT).enumerate() {
                sums[index % rows] += i128::from(cell[flow as usize]);
            }
            for row in 1..rows {
                sums[row] += sums[row - 1];
            }
            sums
        })
        .collect();
    (0..rows)
        .map(|row| {
            let stock = market.exact(|stratum| by_stratum[stratum][row]);
            if up { stock.ceil() } else { stock.floor() }
        })
        .collect()
}

fn steps(stocks: &[i128]) -> Vec<i128> {
    let mut before = 0;
    stocks
        .iter()
        .map(|stock| {
            let step = stock - before;
            before = *stock;
            step
        })
        .collect()
}

/// The roll-forward of all points, opening book included, over the months of the horizon.
pub(crate) fn roll_forward(market: &Market, world: usize) -> Vec<RollForwardRow> {
    let flow = |flow, up| steps(&stocks(market, world, flow, up));
    let opening = flow(VintageFlow::Opening, true);
    let base = flow(VintageFlow::IssuedBase, true);
    let bonus = flow(VintageFlow::IssuedBonus, true);
    let redeemed = flow(VintageFlow::Redeemed, false);
    let expired = flow(VintageFlow::Expired, false);
    let forfeited = flow(VintageFlow::Forfeited, false);
    let dormant = stocks(market, world, VintageFlow::Dormant, false);
    let mut balance = 0i128;
    (0..market.tally.layout.months)
        .map(|m| {
            // An opening book comes in before the first month's flows.
            let start = balance + opening[m];
            balance = start + base[m] + bonus[m] - redeemed[m] - expired[m] - forfeited[m];
            RollForwardRow {
                month: m as u32,
                opening: start as f64,
                issued_base: base[m] as f64,
                issued_bonus: bonus[m] as f64,
                purchased: 0.0,
                transferred_in: 0.0,
                reinstated: 0.0,
                redeemed: redeemed[m] as f64,
                expired: expired[m] as f64,
                forfeited: forfeited[m] as f64,
                transferred_out: 0.0,
                clawed_back: 0.0,
                closing: balance as f64,
                dormant: dormant[m] as f64,
            }
        })
        .collect()
}

/// Points outstanding in the books at each month end, with errors between batches.
pub(crate) fn outstanding_by_month(market: &Market, world: usize) -> Vec<Sample> {
    let months = market.tally.layout.months;
    let opening = market.total(|stratum| {
        let layout = &market.tally.layout;
        (0..layout.vintages())
            .flat_map(|v| (0..layout.rows()).map(move |row| (v, row)))
            .map(|(v, row)| {
                let cell = [world, stratum, v, row, VintageFlow::Opening as usize];
                market.tally.vintages.get(&cell) as f64
            })
            .sum()
    });
    let flow = |row: usize, flows: &[Flow]| {
        crate::economics::lines::flows_of(market, world, row..row + 1, flows)
    };
    let mut level = Sample::constant(opening, market.batches);
    (0..months)
        .map(|row| {
            level = level
                .plus(&flow(row, &[Flow::PointsIssued, Flow::PointsBonus]))
                .minus(&flow(
                    row,
                    &[
                        Flow::PointsRedeemed,
                        Flow::PointsExpired,
                        Flow::OpeningRedeemed,
                        Flow::OpeningExpired,
                    ],
                ));
            level.clone()
        })
        .collect()
}

/// What becomes of the points that were outstanding at the horizon, by year after it. `cost` is the reward cost of a
/// row in major units.
pub(crate) fn run_off(
    market: &Market,
    world: usize,
    cost: impl Fn(usize) -> f64,
) -> Vec<RunOffRow> {
    let layout = &market.tally.layout;
    let flow = |flow, up| stocks(market, world, flow, up);
    let (opening, base, bonus) = (
        flow(VintageFlow::Opening, true),
        flow(VintageFlow::IssuedBase, true),
        flow(VintageFlow::IssuedBonus, true),
    );
    let (redeemed, expired) = (
        flow(VintageFlow::Redeemed, false),
        flow(VintageFlow::Expired, false),
    );
    let (forfeited, dormant) = (
        flow(VintageFlow::Forfeited, false),
        flow(VintageFlow::Dormant, false),
    );
    let step = |stock: &[i128], row: usize| match row {
        0 => stock[0],
        _ => stock[row] - stock[row - 1],
    };
    (layout.months..layout.rows())
        .map(|row| {
            let gone = redeemed[row] + expired[row] + forfeited[row] + dormant[row];
            RunOffRow {
                year: (row - layout.months) as u32 + 1,
                redeemed: step(&redeemed, row) as f64,
                expired: (step(&expired, row) + step(&forfeited, row)) as f64,
                dormant: step(&dormant, row) as f64,
                unresolved: (opening[row] + base[row] + bonus[row] - gone) as f64,
                cost: cost(row),
            }
        })
        .collect()
}
