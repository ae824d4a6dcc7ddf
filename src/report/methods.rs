//! Methods of estimate: their names, and what each comes to.

use super::number::ENGLISH;
use crate::results::estimate::{Column, Method, Table};
use crate::results::valuation::Valuation;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table as Grid, TableStyle};

/// How tables of a valuation are ruled.
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

/// Which methods state no standard error, and why.
pub(super) const WITHOUT_ERROR: &str = "Bornhuetter-Ferguson, Cape Cod, matured vintages and competing risks state no standard error (that of competing risks\n\
     holds for ends that are independent, and points of one member end together); how far the methods differ shows what the\n\
     choice between them is worth.\n";

/// The methods side by side, at most `width` columns wide where possible.
pub(super) fn grid(valuation: &Valuation, width: usize) -> String {
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

/// The same for spreadsheets.
pub(super) fn table(methods: &[Method]) -> Table {
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
