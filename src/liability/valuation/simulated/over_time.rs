//! The liability at every month end: what was booked then, with the error it had then, and what was true.

use super::super::history::{columns, table};
use super::super::methods::{deferred, reachable};
use super::{Run, Vintages};
use crate::economics::outstanding::vintage_reward_cost;
use crate::economics::weights::Valuation as Weights;
use crate::liability::estimate::additive::Additive;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::measure::MeasureError;
use crate::liability::valuation::Assumptions;
use crate::results::estimate::{Cell, Table};

/// Table L: one row per month end from which on anything could be estimated. None where that never was.
pub(super) fn table_of(
    run: &Run,
    triangle: &Triangle,
    vintages: &Vintages,
    with: &Assumptions,
) -> Result<Option<Table>, MeasureError> {
    let weights = Weights::new(run.scenario, &run.market.tally.layout);
    let costs = costs(run, &weights);
    let mut rows = Vec::new();
    for months in 1..=vintages.months() {
        let Some(known) = triangle.as_of(vintages.months() - months) else {
            continue;
        };
        let Ok(booked) = with.booked.project(&known, with) else {
            continue;
        };
        let error = Additive::fit(&known, &with.prior)
            .and_then(|fitted| fitted.standard_errors(&known, with.sigma_rule))
            .ok()
            .map(|(_, all)| all.total());
        let issued: f64 = known.issued().map_or(0.0, |issued| issued.iter().sum());
        let outstanding: f64 = (0..known.rows())
            .filter_map(|row| known.outstanding(row))
            .sum();
        let redeemed: f64 = known.latest_values().iter().sum();
        let future = booked.reserve();
        let truth: f64 = vintages.redeemed_after(months).iter().sum();
        let unresolved = vintages.unresolved(months);
        let rate = |points: f64| (issued > 0.0).then(|| (redeemed + points) / issued);
        let mut cells = vec![Cell::Text(
            known.origins().last().cloned().unwrap_or_default(),
        )];
        let numbers = [
            Some(outstanding),
            Some(future),
            error,
            Some(truth),
            Some(truth + unresolved),
            rate(future),
            rate(truth),
            rate(truth + unresolved),
            deferred(&known, with, &booked),
            with.cost_per_point
                .map(|cost| reachable(&known, &booked) * cost),
            Some(cost_after(&costs, vintages.first() + months) / run.major()),
        ];
        cells.extend(numbers.map(Cell::from));
        rows.push(cells);
    }
    Ok((!rows.is_empty()).then(|| table("L", "liability_over_time", header(), rows)))
}

fn header() -> Vec<crate::results::estimate::Column> {
    let mut header = columns(&["month_end"], "text", "");
    header.extend(columns(
        &[
            "outstanding",
            "future_redemptions_booked",
            "standard_error_booked",
            "future_redemptions_true",
            "future_redemptions_true_if_all_unresolved",
        ],
        "points",
        "",
    ));
    header.extend(columns(
        &["rate_booked", "rate_true", "rate_true_if_all_unresolved"],
        "share",
        "points issued by then",
    ));
    header.extend(columns(
        &["deferred_revenue_booked"],
        "money",
        "deferred revenue",
    ));
    header.extend(columns(
        &["cost_provision_booked", "cost_true"],
        "money",
        "cost provision",
    ));
    header
}

/// Reward cost of every counted vintage by row of the tally, minor units.
pub(super) fn costs(run: &Run, weights: &Weights) -> Vec<Vec<f64>> {
    let layout = &run.market.tally.layout;
    let counted = layout.opening_vintages..layout.opening_vintages + layout.months;
    counted
        .map(|vintage| cost_of(run, weights, vintage))
        .collect()
}

/// Reward cost of the opening book by row of the tally, minor units.
pub(super) fn costs_of_opening(run: &Run, weights: &Weights) -> Vec<f64> {
    let layout = &run.market.tally.layout;
    let mut sums = vec![0.0; layout.rows()];
    for vintage in 0..layout.opening_vintages {
        for (sum, cost) in sums.iter_mut().zip(cost_of(run, weights, vintage)) {
            *sum += cost;
        }
    }
    sums
}

fn cost_of(run: &Run, weights: &Weights, vintage: usize) -> Vec<f64> {
    let pair = (run.world, run.program);
    (0..run.market.tally.layout.rows())
        .map(|row| vintage_reward_cost(run.market, weights, pair, vintage, row..row + 1))
        .collect()
}

/// What the points issued in the first months cost after them.
fn cost_after(costs: &[Vec<f64>], months: usize) -> f64 {
    let vintages = costs.iter().take(months);
    vintages
        .map(|rows| rows.iter().skip(months).sum::<f64>())
        .sum()
}
