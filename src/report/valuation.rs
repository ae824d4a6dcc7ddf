//! A valuation of a book of points, for people and for spreadsheets.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table as Grid, TableStyle};

use super::booking;
use super::csv::neutralize;
use super::division;
use super::number::ENGLISH;
use super::terminal::wrap_into;
use crate::results::valuation::{Cell, Column, Finding, Method, Table, Valuation};

pub(super) const RULES: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// The name of a method, as people call it.
pub fn method_name(code: &str) -> &str {
    match code {
        "additive" => "Additive rates",
        "chain_ladder" => "Chain ladder",
        "bornhuetter_ferguson" => "Bornhuetter-Ferguson",
        "cape_cod" => "Cape Cod",
        "competing_risks" => "Competing risks",
        "matured_average" => "Matured vintages",
        "over_dispersed_poisson" => "Over-dispersed Poisson",
        "naive_redeemed_to_date" => "Naive: redeemed to date",
        "naive_burn_to_earn" => "Naive: burn to earn",
        "simulated_run_off" => "Simulated run-off (true)",
        "ledger" => "Ledger",
        other => other,
    }
}

/// What an error was come by, in words.
pub fn rule_name(rule: &str) -> &str {
    match rule {
        "mack" => "Mack",
        other => other,
    }
}

/// The table of methods side by side and what to know about it, at most `width` columns wide where possible.
pub fn text(valuation: &Valuation, width: usize) -> String {
    let mut text = format!(
        "{}: {} vintages, booked by {}\n\n",
        clean(&valuation.subject),
        valuation.origins.len(),
        method_name(&valuation.booked).to_lowercase()
    );
    text.push_str(&methods(valuation, width));
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

fn methods(valuation: &Valuation, width: usize) -> String {
    let deferred = valuation
        .methods
        .iter()
        .any(|m| m.deferred_revenue.is_some());
    let cost = valuation.methods.iter().any(|m| m.cost_provision.is_some());
    let mut header = vec!["Method", "Redeemed", "Future points", "Error", "Rule"];
    if deferred {
        header.push("Deferred revenue");
    }
    if cost {
        header.push("Cost provision");
    }
    let mut grid = Grid::new();
    grid.load_style(RULES);
    grid.set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width.clamp(40, 1000)).unwrap_or(100))
        .set_header(header);
    for method in valuation.methods.iter().filter(|m| m.refused.is_none()) {
        for (index, cells) in method_rows(method).into_iter().enumerate() {
            let mut cells = cells;
            let money = |value: Option<f64>| match (index, value) {
                (0, Some(value)) => ENGLISH.compact(value),
                (0, None) => ENGLISH.absent.to_owned(),
                _ => String::new(),
            };
            if deferred {
                cells.push(money(method.deferred_revenue));
            }
            if cost {
                cells.push(money(method.cost_provision));
            }
            grid.add_row(cells);
        }
    }
    for column in grid.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    grid.to_string()
}

/// One row per error; a method without one has a single row.
fn method_rows(method: &Method) -> Vec<Vec<String>> {
    let first = [
        method_name(&method.code).to_owned(),
        method
            .rate_of_issued
            .map_or(ENGLISH.absent.to_owned(), |rate| ENGLISH.percent(rate)),
        method
            .future
            .map_or(ENGLISH.absent.to_owned(), |x| ENGLISH.compact(x)),
    ];
    let blank = [String::new(), String::new(), String::new()];
    let errors = method
        .errors
        .iter()
        .map(|e| [ENGLISH.compact(e.total), rule_name(&e.rule).to_owned()]);
    let none = [ENGLISH.absent.to_owned(), String::new()];
    let errors: Vec<[String; 2]> = if method.errors.is_empty() {
        vec![none]
    } else {
        errors.collect()
    };
    errors
        .into_iter()
        .enumerate()
        .map(|(index, error)| {
            let start = if index == 0 {
                first.clone()
            } else {
                blank.clone()
            };
            start.into_iter().chain(error).collect()
        })
        .collect()
}

/// Which methods state no standard error, and why.
pub(super) const WITHOUT_ERROR: &str = "Bornhuetter-Ferguson, Cape Cod, matured vintages and competing risks state no standard error (that of competing risks\n\
     holds for ends that are independent, and points of one member end together); how far the methods differ shows what the\n\
     choice between them is worth.\n";

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

/// A finding in words.
pub(super) fn sentence(finding: &Finding) -> String {
    let number = |index: usize| finding.numbers.get(index).copied().unwrap_or(f64::NAN);
    match finding.code.as_str() {
        "cumulative_value_falls" => {
            format!(
                "row {}: the cumulative value falls at age {}",
                number(0),
                number(1)
            )
        }
        "redeemed_more_than_issued" => {
            format!(
                "row {}: more was redeemed than issued; no deferred revenue is computed",
                number(0)
            )
        }
        "row_with_gap" => format!("row {}: a value is missing inside the row", number(0)),
        "booked_method_refused" => {
            "the method to be booked gives no number: tables that need it are missing".to_owned()
        }
        "stale_estimates_reconciled" => format!(
            "{} times an estimate lay outside what points allow and was brought to the bound",
            number(0)
        ),
        "expected_beyond_outstanding" => format!(
            "of {} vintages the booked method expects {} points more than are outstanding; the amounts are of those outstanding",
            number(0),
            ENGLISH.compact(number(1))
        ),
        "nothing_known_yet" => {
            "no month end had data enough for the booked method: there is no liability over time"
                .to_owned()
        }
        _ => division::doubt(finding).unwrap_or_else(|| of_ledger(finding)),
    }
}

/// A finding of a ledger in words; its code where it is of nothing known.
fn of_ledger(finding: &Finding) -> String {
    let number = |index: usize| finding.numbers.get(index).copied().unwrap_or(f64::NAN);
    match finding.code.as_str() {
        "rows_malformed" => format!(
            "{} rows of the ledger are malformed and not counted",
            number(0)
        ),
        "redeemed_without_points" => {
            format!("{} points were redeemed without a balance", number(0))
        }
        "ended_without_points" => format!("{} points ended without being there", number(0)),
        "taken_from_another_lot_than_named" => {
            format!(
                "{} points were not in the lot their row names and were taken by the rule",
                number(0)
            )
        }
        "rows_after_the_valuation" => format!(
            "{} rows are later than the valuation and left out",
            number(0)
        ),
        "silent_before_the_valuation" => format!(
            "the last row is {} days before the valuation: months without rows count as months without redemptions, and \
             lower what is expected; is the day right, and is the ledger complete?",
            number(0)
        ),
        "points_owed" => format!(
            "{} points are owed by members (negative balances)",
            number(0)
        ),
        "transfers_do_not_balance" => format!("transfers do not sum to zero: {}", number(0)),
        "lots_past_their_end" => {
            format!(
                "{} points are outstanding although the stated policy has ended them",
                number(0)
            )
        }
        "reinstated_after_grace" => format!(
            "{} points were brought back outside the days of grace; they are counted as their rows say",
            number(0)
        ),
        "balance_differs" => format!(
            "the ledger's balance differs from the stated one by {} (tolerance {})",
            number(0),
            number(1)
        ),
        "balance_agrees" => format!(
            "the ledger's balance agrees with the stated one to {}",
            number(0)
        ),
        "difference_explained" => format!("of the difference, {} points are explained", number(0)),
        code => code.replace('_', " "),
    }
}

/// Tables as CSV: `a_points_roll_forward.csv` and so on, and `methods.csv`. The unit and base of a column stand in its
/// header.
pub fn files(valuation: &Valuation) -> Vec<(String, Vec<u8>)> {
    let methods = methods_table(&valuation.methods);
    let mut files = vec![("methods.csv".to_owned(), csv_of(&methods))];
    for table in &valuation.tables {
        let name = format!("{}_{}.csv", table.letter.to_lowercase(), table.code);
        files.push((name, csv_of(table)));
    }
    let of_groups = division::tables(valuation).into_iter();
    files.extend(of_groups.map(|(name, table)| (name, csv_of(&table))));
    files
}

pub(super) fn methods_table(methods: &[Method]) -> Table {
    let column = |code: &str, unit: &str, base: &str| Column {
        code: code.to_owned(),
        unit: unit.to_owned(),
        base: base.to_owned(),
    };
    let columns = vec![
        column("method", "text", ""),
        column("rule", "text", ""),
        column("rate_of_issued", "share", "points issued"),
        column("rate_of_outstanding", "share", "points outstanding"),
        column("ultimate", "points", ""),
        column("future", "points", ""),
        column("standard_error", "points", ""),
        column("deferred_revenue", "money", "deferred revenue"),
        column("cost_provision", "money", "cost provision"),
        column("refused", "text", ""),
    ];
    let mut rows = Vec::new();
    for method in methods {
        let errors = method
            .errors
            .iter()
            .map(|e| (e.rule.as_str(), Some(e.total)));
        let errors: Vec<(&str, Option<f64>)> = if method.errors.is_empty() {
            vec![("", None)]
        } else {
            errors.collect()
        };
        for (rule, error) in errors {
            rows.push(vec![
                method.code.as_str().into(),
                rule.into(),
                method.rate_of_issued.into(),
                method.rate_of_outstanding.into(),
                method.ultimate.into(),
                method.future.into(),
                error.into(),
                method.deferred_revenue.into(),
                method.cost_provision.into(),
                method.refused.as_deref().unwrap_or("").into(),
            ]);
        }
    }
    Table {
        letter: String::new(),
        code: "methods".to_owned(),
        columns,
        rows,
    }
}

fn csv_of(table: &Table) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    let header =
        table.columns.iter().map(
            |column| match (column.unit.as_str(), column.base.as_str()) {
                ("text", _) => column.code.clone(),
                (unit, "") => format!("{} ({unit})", column.code),
                (unit, base) => format!("{} ({unit}; {base})", column.code),
            },
        );
    let rows = table
        .rows
        .iter()
        .map(|row| row.iter().map(cell).collect::<Vec<String>>());
    for record in std::iter::once(header.collect()).chain(rows) {
        writer
            .write_record(record)
            .expect("a vector takes all bytes, and rows may have any length");
    }
    writer.into_inner().expect("a vector takes all bytes")
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Number(value) => format!("{}", value + 0.0),
        Cell::Text(text) => neutralize(text),
        Cell::Absent(()) => String::new(),
    }
}

pub(super) fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}
