//! Tables of a valuation.

use super::{Table as Csv, neutralize, plain};
use crate::results::estimate::{Cell, Table};

/// A table as CSV. Unit and base of a column stand in its header.
pub fn table(table: &Table) -> Vec<u8> {
    let header =
        table.columns.iter().map(
            |column| match (column.unit.as_str(), column.base.as_str()) {
                ("text", _) => column.code.clone(),
                (unit, "") => format!("{} ({unit})", column.code),
                (unit, base) => format!("{} ({unit}; {base})", column.code),
            },
        );
    let header: Vec<String> = header.collect();
    let mut csv = Csv::new(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for row in &table.rows {
        csv.row(row.iter().map(cell));
    }
    csv.bytes()
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Number(value) => plain(*value),
        Cell::Text(text) => neutralize(text),
        Cell::Absent(()) => String::new(),
    }
}
