//! Winners and losers by expected world-0 value, and what each reward gave.

use super::scale::Market;
use super::weights::Valuation;
use crate::engine::flow::{DecileFlow, RewardFlow};
use crate::engine::tally::DECILES;
use crate::results::{DecileRow, RewardRow};
use crate::scenario::model::{Program, RewardKind};

/// Totals by decile at market scale, major units.
pub(crate) fn deciles(market: &Market, world: usize, world_0: usize, major: f64) -> Vec<DecileRow> {
    (0..DECILES)
        .map(|decile| {
            let total = |world: usize, flow: DecileFlow| {
                market
                    .total(|s| market.tally.deciles.get(&[world, s, decile, flow as usize]) as f64)
            };
            DecileRow {
                decile: decile as u32 + 1,
                customers: total(world, DecileFlow::Customers),
                value_world_0: total(world_0, DecileFlow::Value) / major,
                value_difference: total(world, DecileFlow::ValueDifference) / major,
                sales: total(world, DecileFlow::Sales) / major,
                points_issued: total(world, DecileFlow::PointsIssued),
                points_redeemed: total(world, DecileFlow::PointsRedeemed),
                reward_cost: total(world, DecileFlow::RewardCost) / major,
            }
        })
        .collect()
}

/// Rewards of a program in the order of the tally: distinct names of all versions, by first appearance.
fn names(program: &Program) -> Vec<(&str, RewardKind)> {
    let mut names: Vec<(&str, RewardKind)> = Vec::new();
    for reward in program.versions.iter().flat_map(|v| &v.rewards) {
        if names.iter().all(|(name, _)| *name != reward.name) {
            names.push((&reward.name, reward.kind));
        }
    }
    names
}

/// What each reward gave over the horizon and the run-off, market scale, costs at the prices of their time.
pub(crate) fn rewards(
    market: &Market,
    valuation: &Valuation,
    (world, index): (usize, usize),
    program: &Program,
    major: f64,
) -> Vec<RewardRow> {
    let rows = 0..valuation.rows();
    names(program)
        .into_iter()
        .enumerate()
        .take(market.tally.layout.rewards)
        .map(|(reward, (name, kind))| {
            let total = |flow: RewardFlow, price: &dyn Fn(usize) -> f64| {
                market.total(|s| {
                    let cell = |row| [world, s, row, reward, flow as usize];
                    rows.clone()
                        .map(|row| market.tally.rewards.get(&cell(row)) as f64 * price(row))
                        .sum()
                })
            };
            let price = |row: usize| match kind {
                RewardKind::Tender => 1.0,
                RewardKind::OwnGood | RewardKind::External => valuation.inflation_of(index, row),
            };
            RewardRow {
                name: name.into(),
                kind: match kind {
                    RewardKind::Tender => "tender",
                    RewardKind::OwnGood => "own_good",
                    RewardKind::External => "external",
                }
                .into(),
                redemptions: total(RewardFlow::Redemptions, &|_| 1.0),
                points: total(RewardFlow::Points, &|_| 1.0),
                cost: total(RewardFlow::Cost, &price) / major,
                displaced: total(RewardFlow::Displaced, &|_| 1.0) / major,
            }
        })
        .collect()
}
