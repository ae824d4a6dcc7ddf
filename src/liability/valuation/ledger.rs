//! From the flows of a ledger to a triangle of months and to what only a ledger can say: table A with all of its
//! columns, control totals, the reconciliation with a stated balance.

use super::history::{POINTS, columns, points_cells, table};
use crate::book::calendar::{Day, Month};
use crate::book::flows::{Cell as FlowCell, ControlTotals, Flow, Flows, net};
use crate::liability::estimate::triangle::{Triangle, TriangleError};
use crate::liability::statement::points::{PointsRow, roll_forward};
use crate::results::estimate::{Cell, Check, Finding, Table};
use crate::results::valuation::Valuation;

/// A balance the ledger must agree with.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedBalance {
    pub points: i64,
    pub tolerance: i64,
    /// Differences that are known, by name.
    pub explained: Vec<(String, i64)>,
}

/// The triangle of monthly vintages up to the month of the valuation. Points issued are net of what was taken back and
/// transferred, dated to their vintage; expired points are recorded as ended, less those that were reinstated, which are no
/// new issue.
///
/// # Errors
/// If the ledger spans too many months, or took more from a month than was issued in it.
pub fn triangle(flows: &Flows, as_of: Day) -> Result<Triangle, TriangleError> {
    let first = flows.first().ok_or(TriangleError::Empty)?;
    triangle_since(flows, first, as_of)
}

/// As [`triangle`], from a month on in which the flows need not have begun: that of the whole, for a group.
pub(super) fn triangle_since(
    flows: &Flows,
    first: Month,
    as_of: Day,
) -> Result<Triangle, TriangleError> {
    let last = as_of.month();
    let months = usize::try_from(last.0 - first.0 + 1).map_err(|_| TriangleError::Empty)?;
    let (mut names, mut issued) = (Vec::new(), Vec::new());
    let (mut redeemed, mut ended) = (Vec::new(), Vec::new());
    for origin in 0..months {
        let month = Month(first.0 + origin as i32);
        let cells = flows.vintage(month);
        names.push(month.to_string());
        let points = |cell: &FlowCell| net(cell) + cell[Flow::Redeemed as usize] + lost(cell);
        issued.push(cells.iter().map(points).sum::<i64>() as f64);
        let mut gone = 0;
        let mut ends = Vec::new();
        for (age, cell) in cells.iter().enumerate() {
            redeemed.push((origin, origin + age, cell[Flow::Redeemed as usize] as f64));
            gone += lost(cell);
            ends.push(gone as f64);
        }
        ends.resize(months - origin, gone as f64);
        ended.push(ends);
    }
    Triangle::from_flows(names, months, &redeemed)?
        .with_issued(issued)?
        .with_ended(ended)
}

/// Points that ended, less those that came back to their vintage.
fn lost(cell: &FlowCell) -> i64 {
    cell[Flow::Expired as usize] - cell[Flow::Reinstated as usize]
}

/// Puts what only the ledger knows into a valuation of its triangle.
pub fn complete(
    valuation: &mut Valuation,
    flows: &Flows,
    totals: &ControlTotals,
    as_of: Day,
    stated: Option<&StatedBalance>,
) {
    valuation.source = "ledger".to_owned();
    from_flows(valuation, flows, as_of);
    let balance = i128::from(flows.outstanding - flows.owed - flows.ended_without_points);
    let difference = balance - totals.balance;
    valuation.checks.push(Check {
        code: "points_by_lot_and_by_row".to_owned(),
        difference: difference as f64,
        passed: difference == 0,
    });
    if let Some(stated) = stated {
        reconcile(valuation, totals, stated);
    }
    findings(&mut valuation.findings, flows, totals, as_of);
}

/// Puts the exact roll-forward of flows, of a whole or of a group, in the place of the triangle's.
pub(super) fn from_flows(valuation: &mut Valuation, flows: &Flows, as_of: Day) {
    let rows = movements(flows, as_of.month());
    let worst = rows
        .iter()
        .map(|row| row.1.check().abs())
        .max()
        .unwrap_or(0);
    let closing = rows.last().map_or(0, |row| row.1.closing);
    valuation.tables.retain(|table| table.letter != "A");
    valuation
        .checks
        .retain(|check| !check.code.starts_with("points_"));
    valuation.tables.insert(0, points_table(&rows));
    let checks = &mut valuation.checks;
    let mut exact = |code: &str, difference: i128| {
        checks.push(Check {
            code: code.to_owned(),
            difference: difference as f64,
            passed: difference == 0,
        });
    };
    exact("points_roll_forward", i128::from(worst));
    exact(
        "points_by_flow_and_by_lot",
        i128::from(closing - flows.outstanding),
    );
}

/// Table A by month, whole points.
fn movements(flows: &Flows, last: Month) -> Vec<(Month, PointsRow<i64>)> {
    let Some(first) = flows.first() else {
        return Vec::new();
    };
    let count = usize::try_from(last.0 - first.0 + 1).unwrap_or(0);
    let mut rows = vec![PointsRow::default(); count];
    for origin in 0..count {
        for (age, cell) in flows
            .vintage(Month(first.0 + origin as i32))
            .iter()
            .enumerate()
        {
            let Some(row) = rows.get_mut(origin + age) else {
                continue;
            };
            let of = |flow: Flow| cell[flow as usize];
            *row = row.plus(&PointsRow {
                issued_base: of(Flow::Earned),
                issued_bonus: of(Flow::Granted),
                transferred_net: of(Flow::TransferredIn) - of(Flow::TransferredOut),
                clawed_back: of(Flow::ClawedBack),
                redeemed: of(Flow::Redeemed),
                expired: of(Flow::Expired),
                reinstated: of(Flow::Reinstated) + of(Flow::Reissued),
                ..PointsRow::default()
            });
        }
    }
    let months = (0..count).map(|index| Month(first.0 + index as i32));
    months.zip(roll_forward(0, &rows)).collect()
}

fn points_table(rows: &[(Month, PointsRow<i64>)]) -> Table {
    let cells = rows.iter().map(|(month, row)| {
        let row = PointsRow {
            opening: row.opening as f64,
            issued_base: row.issued_base as f64,
            issued_bonus: row.issued_bonus as f64,
            purchased: row.purchased as f64,
            transferred_net: row.transferred_net as f64,
            clawed_back: row.clawed_back as f64,
            redeemed: row.redeemed as f64,
            expired: row.expired as f64,
            forfeited: row.forfeited as f64,
            reinstated: row.reinstated as f64,
            closing: row.closing as f64,
        };
        let mut cells = vec![Cell::Text(month.to_string())];
        cells.extend(points_cells(&row));
        cells
    });
    let mut header = columns(&["period"], "text", "");
    header.extend(columns(&POINTS, "points", ""));
    table("A", "points_roll_forward", header, cells.collect())
}

/// The stated balance against the sum of the rows; what is explained counts towards it.
fn reconcile(valuation: &mut Valuation, totals: &ControlTotals, stated: &StatedBalance) {
    let explained: i128 = stated.explained.iter().map(|part| i128::from(part.1)).sum();
    let difference = totals.balance - i128::from(stated.points);
    let left = difference - explained;
    let agrees = left.abs() <= i128::from(stated.tolerance);
    let numbers = vec![left as f64, stated.tolerance as f64];
    if explained != 0 {
        let code = "difference_explained".to_owned();
        valuation.findings.push(Finding {
            code,
            numbers: vec![explained as f64],
        });
    }
    let code = if agrees {
        "balance_agrees"
    } else {
        "balance_differs"
    };
    valuation.findings.push(Finding {
        code: code.to_owned(),
        numbers,
    });
    valuation.checks.push(Check {
        code: "balance_as_stated".to_owned(),
        difference: left as f64,
        passed: agrees,
    });
    let rows = std::iter::once(("stated balance", i128::from(stated.points)))
        .chain(
            stated
                .explained
                .iter()
                .map(|(name, points)| (name.as_str(), i128::from(*points))),
        )
        .chain([
            ("unexplained", left),
            ("balance of the ledger", totals.balance),
        ]);
    let cells = rows.map(|(name, points)| vec![name.into(), Cell::Number(points as f64)]);
    let mut header = columns(&["item"], "text", "");
    header.extend(columns(&["points"], "points", ""));
    valuation
        .tables
        .push(table("R", "reconciliation", header, cells.collect()));
}

fn findings(findings: &mut Vec<Finding>, flows: &Flows, totals: &ControlTotals, as_of: Day) {
    let mut add = |code: &str, points: i64| {
        if points != 0 {
            let code = code.to_owned();
            findings.push(Finding {
                code,
                numbers: vec![points as f64],
            });
        }
    };
    add("redeemed_without_points", flows.redeemed_without_points);
    add("ended_without_points", flows.ended_without_points);
    add("points_owed", flows.owed);
    add("taken_from_another_lot_than_named", flows.taken_elsewhere);
    add("lots_past_their_end", flows.past_their_end(as_of));
    add("reinstated_after_grace", flows.reinstated_after_grace);
    // In the order of `Kind::ALL`: transfers are second.
    add(
        "transfers_do_not_balance",
        i64::try_from(totals.points[1]).unwrap_or(i64::MAX),
    );
    let (day, days) = (as_of.civil().2, as_of.month().days());
    if day != days {
        findings.push(Finding {
            code: "valuation_inside_a_month".to_owned(),
            numbers: vec![f64::from(day), f64::from(days)],
        });
    }
}
