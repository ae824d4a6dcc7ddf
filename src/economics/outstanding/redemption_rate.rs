//! Ultimate redemption rate: bounds, because a run-off may end before every point is resolved.
//!
//! Base: points *issued*. The rate lies between redeemed ÷ issued (no unresolved point is ever redeemed) and
//! (redeemed + unresolved) ÷ issued (all are). Breakage is 1 − the rate, on the same base.

use crate::economics::lines::flows_of;
use crate::economics::scale::{Market, Sample};
use crate::engine::flow::{Flow, VintageFlow};
use crate::results::VintageRow;

/// Points issued within the horizon and what became of them, run-off included.
pub(crate) struct RedemptionRate {
    pub low: Option<Sample>,
    pub high: Option<Sample>,
    /// Known never to be redeemed, over issued: expired, forfeited or dormant. 1 − `high`.
    pub breakage: Option<Sample>,
}

impl RedemptionRate {
    /// Breakage where no unresolved point is ever redeemed: 1 − `low`.
    pub fn breakage_high(&self) -> Option<Sample> {
        let low = self.low.as_ref()?;
        Some(Sample::constant(1.0, low.batches.len()).minus(low))
    }

    /// Of the points issued from month 0, base and bonus. Opening lots are not in it.
    pub fn new(market: &Market, world: usize) -> RedemptionRate {
        let rows = 0..market.tally.layout.rows();
        let flow = |flows: &[Flow]| flows_of(market, world, rows.clone(), flows);
        let issued = flow(&[Flow::PointsIssued, Flow::PointsBonus]);
        let redeemed = flow(&[Flow::PointsRedeemed]);
        let forfeited = counted(market, world, VintageFlow::Forfeited);
        let broken = flow(&[Flow::PointsExpired, Flow::PointsDormant])
            .plus(&Sample::constant(forfeited, market.batches));
        let unresolved = issued.minus(&redeemed).minus(&broken);
        RedemptionRate {
            low: redeemed.over(&issued),
            high: redeemed.plus(&unresolved).over(&issued),
            breakage: broken.over(&issued),
        }
    }
}

/// Total of a points flow over the vintages issued within the horizon.
fn counted(market: &Market, world: usize, flow: VintageFlow) -> f64 {
    let layout = &market.tally.layout;
    (layout.opening_vintages..layout.vintages())
        .map(|v| market.total(|s| sum(market, (world, s, v), 0..layout.rows(), flow) as f64))
        .sum()
}

fn sum(
    market: &Market,
    (world, stratum, vintage): (usize, usize, usize),
    rows: std::ops::Range<usize>,
    flow: VintageFlow,
) -> i128 {
    rows.map(|row| {
        let cell = [world, stratum, vintage, row, flow as usize];
        i128::from(market.tally.vintages.get(&cell))
    })
    .sum()
}

/// Every vintage at the end of everything. `cost` is the cost of all redemptions of a vintage, major units.
///
/// Parts of a vintage are differences of rounded partial sums, so that they are never negative and add up to its
/// points: issued = redeemed, expired and dormant to the horizon + outstanding at it (dormant excluded), and
/// outstanding = redeemed, expired and dormant after it + unresolved. Forfeited points are with the expired.
pub(crate) fn vintages(
    market: &Market,
    world: usize,
    cost: impl Fn(usize) -> f64,
) -> Vec<VintageRow> {
    let layout = &market.tally.layout;
    (0..layout.vintages())
        .map(|vintage| {
            let parts = |groups: &[(&[VintageFlow], std::ops::Range<usize>)]| {
                nested(market, (world, vintage), groups)
            };
            let (all, to, after) = (
                0..layout.rows(),
                0..layout.months,
                layout.months..layout.rows(),
            );
            let issued = parts(&[
                (&[VintageFlow::IssuedBase], all.clone()),
                (&[VintageFlow::IssuedBonus], all.clone()),
                (&[VintageFlow::Opening], all),
            ]);
            let ended: [&[VintageFlow]; 3] = [
                &[VintageFlow::Redeemed],
                &[VintageFlow::Expired, VintageFlow::Forfeited],
                &[VintageFlow::Dormant],
            ];
            let ends = parts(&[
                (ended[0], to.clone()),
                (ended[1], to.clone()),
                (ended[2], to),
                (ended[0], after.clone()),
                (ended[1], after.clone()),
                (ended[2], after),
            ]);
            let total: i128 = issued.iter().sum();
            let outstanding = total - ends[..3].iter().sum::<i128>();
            let unresolved = outstanding - ends[3..].iter().sum::<i128>();
            let redeemed = ends[0] + ends[3];
            let share = |points: i128| match total {
                0 => 0.0,
                _ => points as f64 / total as f64,
            };
            VintageRow {
                month: vintage as i32 - layout.opening_vintages as i32,
                issued_base: issued[0] as f64,
                issued_bonus: issued[1] as f64,
                opening: issued[2] as f64,
                redeemed_to_horizon: ends[0] as f64,
                expired_to_horizon: ends[1] as f64,
                dormant_to_horizon: ends[2] as f64,
                outstanding_at_horizon: outstanding as f64,
                redeemed_after: ends[3] as f64,
                expired_after: ends[4] as f64,
                dormant_after: ends[5] as f64,
                unresolved: unresolved as f64,
                urr: [share(redeemed), share(redeemed + unresolved)],
                cost: cost(vintage),
            }
        })
        .collect()
}

/// Market-scale points of successive groups of flows, as differences of rounded partial sums.
fn nested(
    market: &Market,
    (world, vintage): (usize, usize),
    groups: &[(&[VintageFlow], std::ops::Range<usize>)],
) -> Vec<i128> {
    let mut before = 0;
    (1..=groups.len())
        .map(|count| {
            let partial = market.exact(|s| {
                let group = |(flows, rows): &(&[VintageFlow], std::ops::Range<usize>)| {
                    flows
                        .iter()
                        .map(|f| sum(market, (world, s, vintage), rows.clone(), *f))
                        .sum::<i128>()
                };
                groups[..count].iter().map(group).sum()
            });
            let rounded = partial.nearest();
            let part = rounded - before;
            before = rounded;
            part
        })
        .collect()
}
