//! Identities of points: by vintage, by time, by reward, and their cost.

use super::{Counter, flow_sum, sum};
use crate::economics::lines::Line;
use crate::economics::weights::fixed;
use crate::engine::flow::{Flow, RewardFlow, VintageFlow};
use crate::engine::tally::Tally;
use crate::results::Check;
use crate::scenario::model::Scenario;

/// Points flow of one vintage and row.
fn vintage(
    tally: &Tally,
    (world, s, v, row): (usize, usize, usize, usize),
    flow: VintageFlow,
) -> i128 {
    i128::from(tally.vintages.get(&[world, s, v, row, flow as usize]))
}

/// Issued + bonus + opening = redeemed + expired + forfeited + dormant + outstanding, per vintage and row, with
/// nothing outstanding below zero, nothing leaving before its month, and nothing issued outside it.
pub(super) fn points_identity(tally: &Tally, world: usize, subject: &str) -> Check {
    use VintageFlow::*;
    let mut counter = Counter::new("points_identity", subject);
    let layout = &tally.layout;
    for s in 0..layout.strata.len() {
        for v in 0..layout.vintages() {
            let home = v.saturating_sub(layout.opening_vintages);
            let mut outstanding = 0;
            for row in 0..layout.rows() {
                let flow = |f| vintage(tally, (world, s, v, row), f);
                let issued = [IssuedBase, IssuedBonus, Opening].map(flow);
                let gone = [Redeemed, Expired, Forfeited, Dormant].map(flow);
                outstanding += issued.iter().sum::<i128>() - gone.iter().sum::<i128>();
                let sound = issued.iter().chain(&gone).all(|f| *f >= 0)
                    && (row == home || issued.iter().all(|f| *f == 0))
                    && (v < layout.opening_vintages || issued[2] == 0)
                    && (v >= layout.opening_vintages || issued[0] + issued[1] == 0);
                counter.holds(outstanding >= 0 && sound);
            }
        }
    }
    counter.done()
}

/// Points and reward costs by time are those by vintage and time.
pub(super) fn points_flows_equal_vintages(tally: &Tally, world: usize, subject: &str) -> Check {
    use VintageFlow as V;
    let mut counter = Counter::new("points_flows_equal_vintages", subject);
    let layout = &tally.layout;
    let pairs: [(Flow, &[V], bool); 13] = [
        (Flow::PointsIssued, &[V::IssuedBase], false),
        (Flow::PointsBonus, &[V::IssuedBonus], false),
        (Flow::PointsRedeemed, &[V::Redeemed], false),
        (Flow::PointsExpired, &[V::Expired], false),
        (Flow::PointsDormant, &[V::Dormant], false),
        (Flow::Discount, &[V::CostDiscount], false),
        (Flow::CostOwnGood, &[V::CostOwnGood], false),
        (Flow::CostExternal, &[V::CostExternal], false),
        (Flow::OpeningRedeemed, &[V::Redeemed], true),
        (Flow::OpeningExpired, &[V::Expired], true),
        (Flow::OpeningDormant, &[V::Dormant], true),
        (
            Flow::OpeningCost,
            &[V::CostDiscount, V::CostOwnGood, V::CostExternal],
            true,
        ),
        // Nothing is both: the subsidy is part of what was issued.
        (Flow::PointsIssuedOnBase, &[V::IssuedBase], false),
    ];
    for s in 0..layout.strata.len() {
        for row in 0..layout.rows() {
            for (flow, columns, opening) in pairs {
                let vintages = match opening {
                    true => 0..layout.opening_vintages,
                    false => layout.opening_vintages..layout.vintages(),
                };
                let by_time = flow_sum(tally, world, s, row, flow);
                let by_vintage: i128 = vintages
                    .flat_map(|v| columns.iter().map(move |c| (v, *c)))
                    .map(|(v, c)| vintage(tally, (world, s, v, row), c))
                    .sum();
                counter.holds(match flow {
                    Flow::PointsIssuedOnBase => by_time <= by_vintage,
                    _ => by_time == by_vintage,
                });
            }
        }
    }
    counter.done()
}

/// Over the whole life, undiscounted, the reward cost booked by month of issue is the reward cost paid: in integers,
/// each row at its own price level.
pub(super) fn accrual_equals_cash(
    scenario: &Scenario,
    tally: &Tally,
    (world, program): (usize, usize),
    subject: &str,
) -> Check {
    let mut counter = Counter::new("accrual_equals_cash", subject);
    let layout = &tally.layout;
    let valuation = crate::economics::weights::Valuation::new(scenario, layout);
    let price = |line, row| {
        let level =
            crate::economics::profit_and_loss::valuation_price(&valuation, line, program, row);
        i128::from(fixed(level))
    };
    for s in 0..layout.strata.len() {
        for line in Line::GRANTS {
            let Some((flow, column, _)) = line.reward() else {
                continue;
            };
            let cash: i128 = (0..layout.rows())
                .map(|row| price(line, row) * flow_sum(tally, world, s, row, flow))
                .sum();
            let accrual: i128 = (layout.opening_vintages..layout.vintages())
                .flat_map(|v| (0..layout.rows()).map(move |row| (v, row)))
                .map(|(v, row)| price(line, row) * vintage(tally, (world, s, v, row), column))
                .sum();
            counter.holds(cash == accrual);
        }
    }
    counter.done()
}

/// What the rewards gave is what the lots paid, opening lots included: points, cost and displaced purchases.
pub(super) fn rewards_sum(tally: &Tally, world: usize, subject: &str) -> Check {
    let mut counter = Counter::new("rewards_sum", subject);
    let layout = &tally.layout;
    for s in 0..layout.strata.len() {
        for row in 0..layout.rows() {
            let reward = |flow: RewardFlow| {
                sum((0..layout.rewards)
                    .map(|r| tally.rewards.get(&[world, s, row, r, flow as usize])))
            };
            let flow = |f| flow_sum(tally, world, s, row, f);
            let cost = flow(Flow::Discount) + flow(Flow::CostOwnGood) + flow(Flow::CostExternal);
            let points = flow(Flow::PointsRedeemed) + flow(Flow::OpeningRedeemed);
            let displaced = flow(Flow::Displaced) + flow(Flow::OpeningDisplaced);
            counter.holds(reward(RewardFlow::Points) == points);
            counter.holds(reward(RewardFlow::Cost) == cost + flow(Flow::OpeningCost));
            counter.holds(reward(RewardFlow::Displaced) == displaced);
        }
    }
    counter.done()
}
