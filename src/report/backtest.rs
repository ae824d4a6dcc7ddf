//! A back-test, for people and for spreadsheets.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid};

use super::methods::{RULES, method_name};
use super::number::ENGLISH;
use crate::results::backtest::{Backtest, BacktestRow};

/// The table of the answer, at most `width` columns wide where possible.
pub fn text(backtest: &Backtest, width: usize) -> String {
    let changes = if backtest.changes.is_empty() {
        "its rules never change".to_owned()
    } else {
        format!("its rules change in {}", backtest.changes.join(", "))
    };
    let mut grid = Grid::new();
    grid.load_style(RULES);
    grid.set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width.clamp(40, 1000)).unwrap_or(100))
        .set_header([
            "Data to",
            "Method",
            "Bias",
            "± s.e.",
            "of issued",
            "in 75 %",
            "in 95 %",
            "Margin 75 %",
            "Margin 95 %",
        ]);
    let mut before = "";
    for row in &backtest.rows {
        let date = if row.month_end == before {
            ""
        } else {
            &row.month_end
        };
        before = &row.month_end;
        grid.add_row(cells(date, row));
    }
    for (index, column) in grid.column_iter_mut().enumerate() {
        // Names are not broken; headings may be.
        if index < 2 {
            column.set_constraint(ColumnConstraint::ContentWidth);
        } else {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let unresolved = backtest.rows.iter().map(|row| row.unresolved);
    let unresolved = unresolved.fold(0.0, f64::max);
    format!(
        "{} of {}: {} books of {} customers each, points issued from {} on; {changes}\n\n{grid}\n\
         Bias: points expected to be redeemed after the date, less those that were, as a share of these, and of all points\n\
         issued by the date (the error of the redemption rate). In 75 %, 95 %: how often the truth lay in the method's own\n\
         interval of that level. Margin: what to add to the estimate so that it is enough in 75 %, 95 % of the books.\n\
         At most {} of the points issued were still unused when a run-off ended: they count as not redeemed.\n",
        clean(&backtest.program),
        clean(&backtest.scenario),
        backtest.replications,
        backtest.customers / u64::from(backtest.replications.max(1)),
        backtest
            .counted_from
            .as_deref()
            .map_or("the first month".to_owned(), clean),
        ENGLISH.percent(unresolved),
    )
}

fn cells(date: &str, row: &BacktestRow) -> Vec<String> {
    let share =
        |value: Option<f64>| value.map_or(ENGLISH.absent.to_owned(), |x| ENGLISH.percent(x));
    vec![
        date.to_owned(),
        method_name(&row.method).to_owned(),
        share(row.bias),
        share(row.bias_error),
        share(row.bias_of_rate),
        share(row.coverage_75),
        share(row.coverage_95),
        share(row.margin_75),
        share(row.margin_95),
    ]
}

/// Tables as CSV: by date, and by date and year of issue.
pub fn files(backtest: &Backtest) -> Vec<(String, Vec<u8>)> {
    vec![
        ("backtest.csv".to_owned(), by_date(backtest)),
        ("backtest_by_vintage.csv".to_owned(), by_vintage(backtest)),
    ]
}

fn number(value: f64) -> String {
    value.to_string()
}

fn maybe(value: Option<f64>) -> String {
    value.map_or(String::new(), number)
}

fn by_date(backtest: &Backtest) -> Vec<u8> {
    let rows = backtest.rows.iter().map(|row| {
        vec![
            row.month_end.clone(),
            row.months.to_string(),
            row.method.clone(),
            row.numbers.to_string(),
            number(row.expected),
            number(row.truth),
            number(row.unresolved),
            maybe(row.bias),
            maybe(row.bias_error),
            maybe(row.bias_of_rate),
            maybe(row.bias_of_rate_error),
            maybe(row.coverage_75),
            maybe(row.coverage_95),
            maybe(row.margin_75),
            maybe(row.margin_95),
        ]
    });
    written(
        &[
            "month_end",
            "months",
            "method",
            "replications_with_a_number",
            "expected (points)",
            "truth (points)",
            "unresolved (share; points issued by then)",
            "bias (share; truth)",
            "bias_error (share; truth)",
            "bias_of_rate (share; points issued by then)",
            "bias_of_rate_error (share; points issued by then)",
            "coverage_75 (share; replications)",
            "coverage_95 (share; replications)",
            "margin_75 (share; expected)",
            "margin_95 (share; expected)",
        ],
        rows,
    )
}

fn by_vintage(backtest: &Backtest) -> Vec<u8> {
    let rows = backtest.vintages.iter().map(|row| {
        vec![
            row.month_end.clone(),
            row.first.clone(),
            row.last.clone(),
            row.method.clone(),
            number(row.bias_of_rate),
            maybe(row.bias_of_rate_error),
        ]
    });
    written(
        &[
            "month_end",
            "first_vintage",
            "last_vintage",
            "method",
            "bias_of_rate (share; points issued in these months)",
            "bias_of_rate_error (share; points issued in these months)",
        ],
        rows,
    )
}

fn written(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}
