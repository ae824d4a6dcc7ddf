//! What the program changed, against the same people without it.

use super::lines::{Line, flows_of, sum_flows};
use super::npv::PresentValue;
use super::scale::{Market, Sample};
use super::weights::{SALES, Valuation};
use crate::engine::flow::{Flow, ReferralFlow, VintageFlow};
use crate::engine::tally::{StratumKind, Tally};

/// Sales paid in a world over the horizon: full price less displaced purchases and less tenders, which lower what is
/// paid. The measure of the naive comparison, so that true and naive lift can be compared.
pub(crate) fn paid_sales(market: &Market, world: usize) -> Sample {
    paid_sales_in(market, world, 0..market.tally.layout.months)
}

/// The same over some rows.
pub(crate) fn paid_sales_in(market: &Market, world: usize, rows: std::ops::Range<usize>) -> Sample {
    let unpaid = [Flow::Displaced, Flow::OpeningDisplaced, Flow::Discount];
    let opening = market.total(|s| opening_discount(market.tally, world, s, rows.clone()) as f64);
    flows_of(market, world, rows.clone(), &SALES)
        .minus(&flows_of(market, world, rows, &unpaid))
        .minus(&Sample::constant(opening, market.batches))
}

/// Tenders paid with opening lots, which the flows keep together with the other costs of the opening book.
pub(crate) fn opening_discount(
    tally: &Tally,
    world: usize,
    stratum: usize,
    rows: std::ops::Range<usize>,
) -> i128 {
    (0..tally.layout.opening_vintages)
        .flat_map(|v| rows.clone().map(move |row| (v, row)))
        .map(|(v, row)| {
            let cell = [world, stratum, v, row, VintageFlow::CostDiscount as usize];
            i128::from(tally.vintages.get(&cell))
        })
        .sum()
}

/// Paired difference of sales over world 0's sales.
pub(crate) fn true_lift(market: &Market, world: usize, world_0: usize) -> Option<Sample> {
    let base = paid_sales(market, world_0);
    paid_sales(market, world).minus(&base).over(&base)
}

/// The same at full price: before displacement and vouchers, as the break-even uplift is measured.
pub(crate) fn full_price_lift(market: &Market, world: usize, world_0: usize) -> Option<Sample> {
    let sales = |world| flows_of(market, world, 0..market.tally.layout.months, &SALES);
    let base = sales(world_0);
    sales(world).minus(&base).over(&base)
}

/// Margin that customers alive at the horizon are expected to bring after it, beyond what those of world 0 would, as a
/// present value; `None` where it is not asked for. A memo: in no other number.
pub(crate) fn later_margin(
    market: &Market,
    valuation: &Valuation,
    (world, world_0): (usize, usize),
) -> Option<Sample> {
    let discount = valuation.later?;
    let horizon = 0..valuation.months;
    Some(market.sample(|s, b| {
        let sales = |world| sum_flows(market, (world, s, b), horizon.clone(), &[Flow::LaterSales]);
        let difference = sales(world) - sales(world_0);
        discount * valuation.margin_of(market.segment(s)) * difference
    }))
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
        true => {
            let at = (world, s, b);
            // Friends are of the family, and no opening customers.
            super::lines::sum_flows(market, at, 0..months, &[Flow::Leavers])
                - super::lines::sum_referral(market, at, 0..months, ReferralFlow::FriendsLeft)
        }
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
