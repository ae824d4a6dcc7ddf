//! Tables A to D of a triangle: what past diagonals knew, what was booked on it, and how the last period compared.

use super::Assumptions;
use super::methods::allowed;
use crate::liability::estimate::projection::Projection;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::measure::MeasureError;
use crate::liability::measure::booking::round_product_half_even;
use crate::liability::measure::deferred_revenue::Standing;
use crate::liability::statement::deferred::{DeferredRow, Vintage, roll_forward};
use crate::liability::statement::experience::{Experience, actual_against_expected};
use crate::liability::statement::points::PointsRow;
use crate::liability::statement::provision::{self, SegmentPeriod};
use crate::results::estimate::{Cell, Check, Column, Finding, Table};

/// Columns of one unit and base.
pub(super) fn columns(names: &[&str], unit: &str, base: &str) -> Vec<Column> {
    let column = |name: &&str| Column {
        code: (*name).to_owned(),
        unit: unit.to_owned(),
        base: base.to_owned(),
    };
    names.iter().map(column).collect()
}

pub(super) fn table(letter: &str, code: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Table {
    Table {
        letter: letter.to_owned(),
        code: code.to_owned(),
        columns,
        rows,
    }
}

/// The triangle and the booked estimate as they were known at every diagonal.
pub(super) struct Past {
    /// Index is the diagonal; none where nothing could be estimated yet.
    known: Vec<Option<(Triangle, Projection)>>,
}

impl Past {
    pub fn new(triangle: &Triangle, with: &Assumptions) -> Past {
        let last = triangle.last_diagonal();
        let at = |diagonal: usize| {
            let known = triangle.as_of(last - diagonal)?;
            let projection = with.booked.project(&known, with).ok()?;
            Some((known, projection))
        };
        Past {
            known: (0..=last).map(at).collect(),
        }
    }

    fn previous(&self) -> Option<&(Triangle, Projection)> {
        self.known
            .len()
            .checked_sub(2)
            .and_then(|at| self.known.get(at)?.as_ref())
    }
}

/// Table A, by diagonal. Only for triangles whose rows follow one another and have no gap.
pub(super) fn points(triangle: &Triangle, checks: &mut Vec<Check>) -> Option<Table> {
    let issued = triangle.issued()?;
    if triangle.gap().is_some() {
        return None;
    }
    let mut opening = 0.0;
    let mut worst = 0.0f64;
    let mut rows = Vec::new();
    for diagonal in 0..=triangle.last_diagonal() {
        let redeemed = (0..triangle.rows().min(diagonal + 1))
            .filter_map(|row| triangle.increment(row, diagonal - row))
            .sum();
        let row = PointsRow {
            opening,
            issued_base: issued.get(diagonal).copied().unwrap_or(0.0),
            redeemed,
            ..PointsRow::default()
        }
        .closed();
        worst = worst.max(libm::fabs(row.check()));
        opening = row.closing;
        let name = triangle
            .origins()
            .get(diagonal)
            .cloned()
            .unwrap_or_else(|| format!("+{diagonal}"));
        let mut cells = vec![Cell::Text(name)];
        cells.extend(points_cells(&row));
        rows.push(cells);
    }
    let all: f64 = issued.iter().sum::<f64>() - triangle.latest_values().iter().sum::<f64>();
    let size = issued.iter().sum::<f64>().max(1.0);
    let mut check = |code: &str, difference: f64| {
        checks.push(Check {
            code: code.to_owned(),
            difference,
            passed: libm::fabs(difference) <= 1e-9 * size,
        });
    };
    check("points_roll_forward", worst);
    check("points_outstanding_by_vintage_and_by_period", opening - all);
    let mut header = columns(&["period"], "text", "");
    header.extend(columns(&POINTS, "points", ""));
    Some(table("A", "points_roll_forward", header, rows))
}

/// Columns of table A after its period.
pub(crate) const POINTS: [&str; 12] = [
    "opening",
    "issued_base",
    "issued_bonus",
    "purchased",
    "transferred_net",
    "clawed_back",
    "redeemed",
    "expired",
    "forfeited",
    "reinstated",
    "closing",
    "check",
];

/// Cells of table A after its period.
pub(crate) fn points_cells(row: &PointsRow<f64>) -> Vec<Cell> {
    [
        row.opening,
        row.issued_base,
        row.issued_bonus,
        row.purchased,
        row.transferred_net,
        row.clawed_back,
        row.redeemed,
        row.expired,
        row.forfeited,
        row.reinstated,
        row.closing,
        row.check(),
    ]
    .map(Cell::from)
    .to_vec()
}

/// Table B: booked with the estimate of each diagonal. The first row holds everything up to the first diagonal at which
/// anything could be estimated.
pub(super) fn deferred(
    triangle: &Triangle,
    with: &Assumptions,
    past: &Past,
    checks: &mut Vec<Check>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Table>, MeasureError> {
    let (Some(price), Some(issued)) = (with.price_per_point, triangle.issued()) else {
        return Ok(None);
    };
    let Some(first) = past.known.iter().position(Option::is_some) else {
        return Ok(None);
    };
    if !triangle.above_issued().is_empty() {
        return Ok(None);
    }
    let (vintages, stale) = vintages(issued, price * with.minor_units, past, first)?;
    if stale > 0 {
        findings.push(Finding {
            code: "stale_estimates_reconciled".to_owned(),
            numbers: vec![stale as f64],
        });
    }
    let rows = roll_forward(&vintages, past.known.len() - first)?;
    let worst = rows.iter().map(|row| row.check().abs()).max().unwrap_or(0);
    let chained = rows
        .windows(2)
        .all(|pair| pair[0].closing == pair[1].opening);
    checks.push(Check {
        code: "deferred_revenue_roll_forward".to_owned(),
        difference: worst as f64,
        passed: worst == 0 && chained,
    });
    Ok(Some(deferred_table(triangle, &rows, first)))
}

/// Every vintage with the estimates of its past, and how many of these were stale. `price` is in minor units per point.
fn vintages(
    issued: &[f64],
    price: f64,
    past: &Past,
    first: usize,
) -> Result<(Vec<Vintage>, usize), MeasureError> {
    let mut vintages = Vec::new();
    let mut stale = 0usize;
    for (row, points) in issued
        .iter()
        .enumerate()
        .filter(|(_, points)| **points > 0.0)
    {
        let start = row.max(first);
        let mut standings = Vec::new();
        for known in past.known.iter().skip(start) {
            let Some((seen, projection)) = known else {
                continue;
            };
            if row >= seen.rows() {
                continue;
            }
            let redeemed = seen.latest(row).1.max(0.0);
            let ultimate = projection
                .ultimates()
                .get(row)
                .copied()
                .unwrap_or(redeemed)
                .max(0.0);
            let future = (ultimate - redeemed).max(0.0);
            let left = seen.outstanding(row).unwrap_or(0.0).max(0.0);
            let found = Standing::reconcile(redeemed, left, ultimate, future)?;
            stale += usize::from(found.stale.is_some());
            standings.push(found.standing);
        }
        vintages.push(Vintage {
            issued_in: start - first,
            price: round_product_half_even(points * price, "allocated price")?,
            issued: *points,
            standings,
        });
    }
    Ok((vintages, stale))
}

fn deferred_table(triangle: &Triangle, rows: &[DeferredRow], first: usize) -> Table {
    let cells = rows.iter().enumerate().map(|(index, row)| {
        let diagonal = first + index;
        let name = triangle
            .origins()
            .get(diagonal)
            .cloned()
            .unwrap_or_else(|| format!("+{diagonal}"));
        let name = if index == 0 && first > 0 {
            format!("to {name}")
        } else {
            name
        };
        std::iter::once(Cell::Text(name))
            .chain(deferred_numbers(row))
            .collect()
    });
    table(
        "B",
        "deferred_revenue_roll_forward",
        deferred_columns(),
        cells.collect(),
    )
}

/// Cells of table B after its period.
pub(super) fn deferred_numbers(row: &DeferredRow) -> [Cell; 13] {
    [
        row.opening,
        row.deferred,
        row.interest,
        row.redemption,
        row.breakage,
        row.change_of_rate,
        row.change_other,
        row.program_change,
        row.exchange,
        row.closing,
        row.check(),
        row.revenue(),
        row.revenue_from_opening,
    ]
    .map(Cell::from)
}

/// Columns of table B.
pub(super) fn deferred_columns() -> Vec<Column> {
    let mut header = columns(&["period"], "text", "");
    let names = [
        "opening",
        "deferred_on_issue",
        "interest",
        "redemption_release",
        "breakage_release",
        "change_of_rate",
        "change_of_other_estimates",
        "program_change",
        "exchange",
        "closing",
        "check",
        "revenue",
        "revenue_from_opening_balance",
    ];
    header.extend(columns(&names, "minor units", "deferred revenue"));
    header
}

/// Table C: the last period, by vintage. The cost per point is one assumption, so its two columns are zero.
pub(super) fn provision(
    triangle: &Triangle,
    with: &Assumptions,
    past: &Past,
    booked: &Projection,
    checks: &mut Vec<Check>,
) -> Result<Option<Table>, MeasureError> {
    let (Some(cost), Some((before, expected)), Some(issued)) =
        (with.cost_per_point, past.previous(), triangle.issued())
    else {
        return Ok(None);
    };
    let segments = segments(triangle, issued, (before, expected), booked, cost);
    let row = provision::roll_forward(&segments)?;
    let size = row.opening.value() + row.accrued.value() + row.closing.value() + 1.0;
    checks.push(Check {
        code: "cost_provision_roll_forward".to_owned(),
        difference: row.check().value(),
        passed: libm::fabs(row.check().value()) <= 1e-9 * size,
    });
    let amounts = [
        row.opening,
        row.accrued,
        row.redeemed,
        row.cost_experience,
        row.rate,
        row.mix,
        row.cost_per_point,
        row.unwind,
        row.closing,
        row.check(),
    ];
    let names = [
        "opening",
        "accrued_on_issue",
        "redeemed_at_actual_cost",
        "cost_experience",
        "change_of_rate",
        "mix",
        "cost_per_point",
        "unwind",
        "closing",
        "check",
    ];
    let cells = amounts.map(|amount| Cell::from(amount.value())).to_vec();
    Ok(Some(table(
        "C",
        "cost_provision_roll_forward",
        columns(&names, "money", "cost provision"),
        vec![cells],
    )))
}

/// The last period of every vintage at one cost per point.
fn segments(
    triangle: &Triangle,
    issued: &[f64],
    (before, expected): (&Triangle, &Projection),
    booked: &Projection,
    cost: f64,
) -> Vec<SegmentPeriod> {
    let old_issued: f64 = before.issued().map_or(0.0, |issued| issued.iter().sum());
    let old_rate = if old_issued > 0.0 {
        expected.ultimate() / old_issued
    } else {
        0.0
    };
    let (old, new) = (expected.reserves(), booked.reserves());
    (0..triangle.rows())
        .map(|row| {
            let was = before.value_or_zero(row);
            SegmentPeriod {
                opening_future: old
                    .get(row)
                    .map_or(0.0, |future| allowed(before, row, *future)),
                accrued: if row < before.rows() {
                    0.0
                } else {
                    issued[row] * old_rate.max(0.0)
                },
                redeemed: (triangle.latest(row).1 - was).max(0.0),
                closing_future: new
                    .get(row)
                    .map_or(0.0, |future| allowed(triangle, row, *future)),
                opening_cost: cost,
                actual_cost: cost,
                closing_cost: cost,
            }
        })
        .collect()
}

/// Table D: what the previous diagonal expected of the last period.
pub(super) fn experience(triangle: &Triangle, past: &Past) -> Option<Table> {
    let (before, expected) = past.previous()?;
    let vintages: Vec<Experience> = (0..before.rows())
        .filter(|row| triangle.latest(*row).0 > before.latest(*row).0)
        .map(|row| Experience {
            name: triangle.origins().get(row).cloned().unwrap_or_default(),
            expected: expected
                .future
                .get(row)
                .and_then(|f| f.first())
                .copied()
                .unwrap_or(0.0),
            actual: triangle.latest(row).1 - before.latest(row).1,
            standard_error: None,
        })
        .collect();
    let rows = actual_against_expected(&vintages).into_iter().map(|row| {
        vec![
            Cell::Text(row.name),
            row.expected.into(),
            row.actual.into(),
            row.ratio.into(),
            row.cumulative.into(),
            row.light.name().into(),
        ]
    });
    let mut header = columns(&["vintage"], "text", "");
    header.extend(columns(&["expected", "actual"], "points", ""));
    header.extend(columns(
        &["actual_to_expected", "cumulative_ratio"],
        "share",
        "expected redemptions",
    ));
    header.extend(columns(&["light"], "text", ""));
    Some(table(
        "D",
        "actual_against_expected",
        header,
        rows.collect(),
    ))
}
