//! What the program changed, against the same people without it.

use super::lines::{Line, flows_of};
use super::npv::PresentValue;
use super::scale::{Market, Sample};
use super::weights::{SALES, Valuation};
use crate::engine::flow::Flow;
use crate::engine::tally::StratumKind;

/// Sales of a world over the horizon, net of purchases that a free own good displaced. A tender is a means of payment
/// here: it lowers what is paid, not what was bought.
pub(crate) fn paid_sales(market: &Market, world: usize) -> Sample {
    paid_sales_in(market, world, 0..market.tally.layout.months)
}

/// The same over some rows.
pub(crate) fn paid_sales_in(market: &Market, world: usize, rows: std::ops::Range<usize>) -> Sample {
    let displaced = [Flow::Displaced, Flow::OpeningDisplaced];
    flows_of(market, world, rows.clone(), &SALES).minus(&flows_of(market, world, rows, &displaced))
}

/// Paired difference of sales over world 0's sales.
pub(crate) fn true_lift(market: &Market, world: usize, world_0: usize) -> Option<Sample> {
    let base = paid_sales(market, world_0);
    paid_sales(market, world).minus(&base).over(&base)
}

/// Part of the points earned on purchases that would have happened anyway.
pub(crate) fn subsidy_share(market: &Market, world: usize) -> Option<Sample> {
    let months = 0..market.tally.layout.months;
    flows_of(market, world, months.clone(), &[Flow::PointsIssuedOnBase]).over(&flows_of(
        market,
        world,
        months,
        &[Flow::PointsIssued],
    ))
}

/// Share of the opening customers who have left for good within the first `months`.
///
/// Counted over families rooted in the opening base: one opening customer each.
pub(crate) fn churn(market: &Market, world: usize, months: usize) -> Option<Sample> {
    let opening = |s: usize| market.kind(s) == StratumKind::Opening;
    let left = market.sample(|s, b| match opening(s) {
        true => super::lines::sum_flows(market, (world, s, b), 0..months, &[Flow::Leavers]),
        false => 0.0,
    });
    let base = market.sample(|s, b| match opening(s) {
        true => market.tally.families.get(&[s, b]) as f64,
        false => 0.0,
    });
    left.over(&base)
}

/// The uniform lift of sales at which a program pays for itself: δ* = (r + f) / (m − r).
///
/// m is the margin per unit of world-0 sales, r the grants per unit of sales, f set-up and running costs per unit of
/// world-0 sales, all at present value: with sales S(1 + δ), (1 + δ)(m − r)S − fS ≥ mS. Grants are those of the
/// skeptic's world where it was lived (they are then on world-0 sales exactly), of the program's otherwise.
/// `None` where a sale earns less than the points it grants cost: no lift is enough.
pub(crate) fn break_even_uplift(
    valuation: &Valuation,
    program: &PresentValue,
    skeptic: Option<(&PresentValue, &super::lines::Cash)>,
    cash: &super::lines::Cash,
    world_0: &super::lines::Cash,
) -> Option<Sample> {
    let discount = |row: usize| valuation.discount[row];
    let rows = world_0.rows();
    let sales = world_0.present(&[Line::Sales], rows.clone(), discount);
    let margin = sales.plus(&world_0.present(&[Line::CostOfGoods], rows.clone(), discount));
    let (value, lived) = skeptic.unwrap_or((program, cash));
    // Displaced margin is a cost of granting, as the grants themselves.
    let displaced = lived.present(&[Line::Displacement], rows.clone(), discount);
    let granted = value.grants.minus(&displaced);
    let on = lived.present(&[Line::Sales], rows, discount);
    let r = granted.over(&on)?;
    let m = margin.over(&sales)?;
    let setup = Sample::constant(value.setup, sales.batches.len());
    let f = value.running.plus(&setup).over(&sales)?;
    let left = m.minus(&r);
    if left.total <= 0.0 {
        return None;
    }
    r.plus(&f).over(&left)
}
