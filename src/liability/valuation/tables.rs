//! Tables E to H of an estimate.

use super::Assumptions;
use super::history::{columns, table};
use super::methods::Estimated;
use crate::liability::estimate::projection::Projection;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::measure::MeasureError;
use crate::liability::measure::basis::{Deferred, Provision};
use crate::liability::measure::deferred_revenue::Standing;
use crate::liability::statement::distribution::{Source, log_normal};
use crate::liability::statement::duration;
use crate::liability::statement::maturity::{BUCKETS, Maturity};
use crate::liability::statement::sensitivity::{
    Sensitivity, ValuedVintage, of_rates, of_term, of_timing,
};
use crate::results::estimate::{Cell, Table};

/// Table E, in points: money on either basis is divided in the same proportion.
pub(super) fn maturity(booked: &Projection, with: &Assumptions) -> Result<Table, MeasureError> {
    let undated: f64 = booked.tail.iter().sum();
    let found = Maturity::new(
        &booked.by_period(),
        with.periods_per_year,
        undated,
        with.current,
    )?;
    let all = found.current + found.non_current;
    let row = |name: &str, points: f64| {
        let share = if all > 0.0 { Some(points / all) } else { None };
        vec![name.into(), points.into(), share.into()]
    };
    let mut rows: Vec<Vec<Cell>> = BUCKETS
        .iter()
        .zip(found.buckets)
        .map(|((name, _), points)| row(name, points))
        .collect();
    rows.push(row("without a date", found.undated));
    rows.push(row("current", found.current));
    rows.push(row("non-current", found.non_current));
    let mut header = columns(&["expected_in"], "text", "");
    header.extend(columns(&["redemptions"], "points", ""));
    header.extend(columns(&["share"], "share", "expected redemptions"));
    Ok(table("E", "maturity", header, rows))
}

/// Table F. None without issued points.
pub(super) fn sensitivity(
    triangle: &Triangle,
    booked: &Projection,
    with: &Assumptions,
) -> Result<Option<Table>, MeasureError> {
    let Some(issued) = triangle
        .issued()
        .filter(|_| triangle.above_issued().is_empty())
    else {
        return Ok(None);
    };
    let mut vintages = Vec::new();
    for (row, (points, ultimate)) in issued.iter().zip(booked.ultimates()).enumerate() {
        let redeemed = triangle.latest(row).1.max(0.0);
        let future = (ultimate - redeemed).max(0.0);
        let left = triangle.outstanding(row).unwrap_or(0.0).max(0.0);
        let found = Standing::reconcile(redeemed, left, ultimate.max(0.0), future)?;
        vintages.push(ValuedVintage {
            issued: *points,
            standing: found.standing,
            price: with
                .price_per_point
                .map(|price| Deferred::new(points * price)),
            cost_per_point: with.cost_per_point.map(Provision::new),
        });
    }
    let mut rows = of_rates(&vintages)?;
    if let Some(cost) = with.cost_per_point {
        let flows: Vec<f64> = booked
            .by_period()
            .iter()
            .map(|points| points * cost)
            .collect();
        rows.extend(of_timing(
            &flows,
            with.periods_per_year,
            with.discount_rate,
        )?);
        let year = libm::round(with.periods_per_year).max(1.0) as usize;
        rows.push(of_term(booked.at_last(year) * cost, year));
    }
    let mut header = columns(&["assumption"], "text", "");
    header.extend(columns(&["change"], "share", "as in the next column"));
    header.extend(columns(&["base"], "text", ""));
    header.extend(columns(
        &["change_of_deferred_revenue"],
        "money",
        "deferred revenue",
    ));
    header.extend(columns(
        &["change_of_cost_provision"],
        "money",
        "cost provision",
    ));
    header.extend(columns(&["vintages_held_at_a_bound"], "count", ""));
    let cells = rows.iter().map(sensitivity_cells).collect();
    Ok(Some(table("F", "sensitivity", header, cells)))
}

fn sensitivity_cells(row: &Sensitivity) -> Vec<Cell> {
    vec![
        row.assumption.into(),
        row.change.into(),
        row.base.name().into(),
        row.deferred.map(Deferred::value).into(),
        row.provision.map(Provision::value).into(),
        Cell::Number(row.held as f64),
    ]
}

/// Table G, in points expected from now on; the cost provision is that times the cost per point. None where no method
/// gives an error.
pub(super) fn distribution(
    estimated: &Estimated,
    with: &Assumptions,
) -> Result<Option<Table>, MeasureError> {
    let mut found = Vec::new();
    if let Some((mean, error)) = estimated.mack.filter(|(mean, _)| *mean > 0.0) {
        found.push(log_normal(Source::Mack, mean, error)?);
    }
    found.extend(estimated.bootstrap.clone());
    if found.is_empty() {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for distribution in &found {
        let source = distribution.source.name();
        let draws = distribution.draws.map(|n| n as f64);
        let mut row = |name: String, value: f64, tail: Option<f64>, error: Option<f64>| {
            let cost = with.cost_per_point.map(|cost| value * cost);
            let cells = vec![
                source.into(),
                Cell::Text(name),
                value.into(),
                tail.into(),
                error.into(),
                cost.into(),
                draws.into(),
            ];
            rows.push(cells);
        };
        row("mean".to_owned(), distribution.mean, None, None);
        row("standard error".to_owned(), distribution.sd, None, None);
        for level in &distribution.levels {
            let name = format!("P{}", level.level * 100.0);
            row(
                name,
                level.value,
                Some(level.tail_mean),
                level.monte_carlo_error,
            );
        }
    }
    let mut header = columns(&["source", "statistic"], "text", "");
    header.extend(columns(
        &["future_redemptions", "mean_above", "monte_carlo_error"],
        "points",
        "",
    ));
    header.extend(columns(&["cost"], "money", "cost provision"));
    header.extend(columns(&["draws"], "count", ""));
    Ok(Some(table("G", "distribution", header, rows)))
}

/// Table H. None where nothing is expected.
pub(super) fn duration(
    booked: &Projection,
    with: &Assumptions,
) -> Result<Option<Table>, MeasureError> {
    let flows = booked.by_period();
    let found = duration::duration(&flows, with.periods_per_year, with.discount_rate)?;
    let Some(found) = found else { return Ok(None) };
    let cells = [
        found.mean_time,
        found.macaulay,
        found.modified,
        found.rate,
        found.present_value,
    ];
    let mut header = columns(
        &["mean_time", "macaulay", "modified"],
        "years",
        "expected redemptions with a date",
    );
    header.extend(columns(&["rate"], "share", "per year"));
    header.extend(columns(
        &["present_value"],
        "points",
        "memo: the liability is not discounted",
    ));
    Ok(Some(table(
        "H",
        "duration",
        header,
        vec![cells.map(Cell::from).to_vec()],
    )))
}
