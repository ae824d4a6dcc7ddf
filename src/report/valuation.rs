//! A valuation of a book of points, for people and for spreadsheets.

use super::csv;
use super::finding::{clean, sentence};
use super::methods::{self, WITHOUT_ERROR, method_name};
use super::number::ENGLISH;
use super::terminal::wrap_into;
use super::{booking, division};
use crate::results::estimate::{Cell, Method, Table};
use crate::results::valuation::Valuation;

/// The table of methods side by side and what to know about it, at most `width` columns wide where possible.
pub fn text(valuation: &Valuation, width: usize) -> String {
    let mut text = format!(
        "{}: {} vintages, booked by {}\n\n",
        clean(&valuation.subject),
        valuation.origins.len(),
        method_name(&valuation.booked).to_lowercase()
    );
    text.push_str(&methods::grid(valuation, width));
    text.push('\n');
    wrap_into(
        &mut text,
        &booking::text(valuation),
        "  ",
        width.clamp(40, 120),
    );
    let refused = valuation
        .methods
        .iter()
        .filter_map(|m| Some((m, m.refused.as_ref()?)));
    for (method, reason) in refused {
        text.push_str(&format!(
            "{}: no number, {reason}\n",
            method_name(&method.code)
        ));
    }
    text.push_str(
        "Redeemed: of points issued, in the end. Error: one standard error of the future points (process and parameter).\n\
         Naive rates are shown because people use them; they are not estimates of the end.\n\
         What is booked is the expected amount; intervals are no risk margin on it.\n",
    );
    text.push_str(WITHOUT_ERROR);
    for table in valuation.tables.iter().filter(|table| table.letter == "B") {
        text.push_str(&last_row(table));
    }
    text.push_str(&opening_book(valuation));
    text.push_str(&division::text(valuation, width));
    for finding in &valuation.findings {
        text.push_str(&format!("! {}\n", sentence(finding)));
    }
    let passed = valuation.checks.iter().filter(|check| check.passed).count();
    text.push_str(&format!(
        "\n{passed} of {} control checks passed\n",
        valuation.checks.len()
    ));
    text
}

/// The opening book, and what is booked with it; empty where there is none.
pub(super) fn opening_book(valuation: &Valuation) -> String {
    let Some(book) = &valuation.opening else {
        return String::new();
    };
    let booked = valuation
        .methods
        .iter()
        .find(|method| method.code == valuation.booked);
    let mut text = format!(
        "\nOpening book: {} points outstanding, {} expected to be redeemed, booked beside the points issued since.\n",
        ENGLISH.compact(book.outstanding),
        ENGLISH.compact(book.future)
    );
    let since = |of: fn(&Method) -> Option<f64>| booked.and_then(of);
    let amounts = [
        (
            "Deferred revenue",
            book.deferred_revenue,
            since(|m| m.deferred_revenue),
        ),
        (
            "Cost provision",
            book.cost_provision,
            since(|m| m.cost_provision),
        ),
    ];
    for (basis, opening, since) in amounts {
        if let (Some(opening), Some(since)) = (opening, since) {
            text.push_str(&format!(
                "{basis}: opening book {}, issued since {}, together {}.\n",
                ENGLISH.compact(opening),
                ENGLISH.compact(since),
                ENGLISH.compact(opening + since)
            ));
        }
    }
    text
}

/// The last period of a table as a line.
fn last_row(table: &Table) -> String {
    let Some(row) = table.rows.last() else {
        return String::new();
    };
    let parts = table
        .columns
        .iter()
        .zip(row)
        .filter_map(|(column, cell)| match cell {
            Cell::Number(value) if *value != 0.0 => {
                Some(format!("{} {value}", column.code.replace('_', " ")))
            }
            _ => None,
        });
    let unit = table
        .columns
        .last()
        .map_or("", |column| column.unit.as_str());
    format!(
        "\nLast period, {unit}, deferred revenue: {}\n",
        parts.collect::<Vec<_>>().join(", ")
    )
}

/// Tables as CSV: `a_points_roll_forward.csv` and so on, and `methods.csv`. The unit and base of a column stand in its
/// header.
pub fn files(valuation: &Valuation) -> Vec<(String, Vec<u8>)> {
    let methods = methods::table(&valuation.methods);
    let mut files = vec![("methods.csv".to_owned(), csv::valuation::table(&methods))];
    for table in &valuation.tables {
        let name = format!("{}_{}.csv", table.letter.to_lowercase(), table.code);
        files.push((name, csv::valuation::table(table)));
    }
    let of_groups = division::tables(valuation).into_iter();
    files.extend(of_groups.map(|(name, table)| (name, csv::valuation::table(&table))));
    files
}
