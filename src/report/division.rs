//! A valuation by the groups of a ledger, for people and for spreadsheets. Names of groups are the user's and are escaped
//! in every form.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid, Width};

use super::finding::{clean, sentence};
use super::methods::{self, RULES};
use super::number::ENGLISH;
use super::terminal::wrap_into;
use crate::results::division::{Amounts, Division, GroupValued};
use crate::results::estimate::{Cell, Column, Table};
use crate::results::valuation::Valuation;

/// Most groups with doubts that the terminal tells one by one; all are in the table.
const MOST_TOLD: usize = 12;

/// The section of the terminal; empty where the book was not divided.
pub fn text(valuation: &Valuation, width: usize) -> String {
    let Some(division) = &valuation.division else {
        return String::new();
    };
    let mut text = format!("\n{}\n\n{}\n", heading(division), grid(division, width));
    for line in reading(division).lines() {
        wrap_into(&mut text, line, "", width);
    }
    let doubtful = division
        .groups
        .iter()
        .filter(|group| !group.doubts.is_empty());
    for group in doubtful.clone().take(MOST_TOLD) {
        let line = format!("! {}: {}", name(group), doubts(group));
        wrap_into(&mut text, &line, "  ", width);
    }
    let more = doubtful.count().saturating_sub(MOST_TOLD);
    if more > 0 {
        text.push_str(&format!("! and {more} more groups, in s_by_group.csv\n"));
    }
    text
}

fn heading(division: &Division) -> &'static str {
    match division.key.as_str() {
        "tier" => "By tier, as held on the day of the valuation by the member who has the points:",
        _ => "By partner, as stated by the row that issued the points:",
    }
}

fn grid(division: &Division, width: usize) -> Grid {
    let has = |of: fn(&Amounts) -> Option<f64>| of(&division.whole).is_some();
    let (deferred, cost) = (has(|a| a.deferred_revenue), has(|a| a.cost_provision));
    let first = capital(&division.key);
    let mut header = vec![
        first.as_str(),
        "Outstanding",
        "Own rate",
        "Pooled rate",
        "Own future",
        "Error",
        "Pooled future",
        "Used",
    ];
    header.extend(deferred.then_some("Deferred revenue"));
    header.extend(cost.then_some("Cost provision"));
    let mut grid = Grid::new();
    grid.load_style(RULES);
    grid.set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width.clamp(40, 1000)).unwrap_or(100))
        .set_header(header.clone());
    let money = |amounts: &Amounts| {
        let deferred = deferred.then(|| compact(amounts.deferred_revenue));
        let cost = cost.then(|| compact(amounts.cost_provision));
        deferred.into_iter().chain(cost)
    };
    for group in &division.groups {
        grid.add_row(group_cells(group).into_iter().chain(money(group.adopted())));
    }
    for (cells, amounts) in total_rows(division) {
        grid.add_row(cells.into_iter().chain(money(amounts)));
    }
    // A header is broken between its words, never inside one.
    for (column, title) in grid.column_iter_mut().zip(&header).skip(1) {
        let longest = title.split(' ').map(str::len).max().unwrap_or(0) as u16;
        column.set_cell_alignment(CellAlignment::Right);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(longest + 2)));
    }
    grid
}

fn group_cells(group: &GroupValued) -> [String; 8] {
    let own = group.own.as_ref();
    [
        name(group),
        ENGLISH.compact(group.outstanding),
        percent(own.and_then(|own| own.rate_of_issued)),
        percent(group.pooled.rate_of_issued),
        compact(own.map(|own| own.future)),
        compact(own.and_then(|own| own.standard_error)),
        ENGLISH.compact(group.pooled.future),
        used(group).to_owned(),
    ]
}

fn total_rows(division: &Division) -> [([String; 8], &Amounts); 3] {
    let row = |name: &str, rate: Option<f64>, future: f64| {
        let mut cells = [(); 8].map(|()| String::new());
        cells[0] = name.to_owned();
        cells[3] = rate.map_or(String::new(), |rate| ENGLISH.percent(rate));
        cells[6] = ENGLISH.compact(future);
        cells
    };
    let (used, pooled, whole) = (&division.adopted, &division.pooled, &division.whole);
    [
        (row("Sum as used", None, used.future), used),
        (row("Sum, pooled", None, pooled.future), pooled),
        (
            row("Whole, booked", whole.rate_of_issued, whole.future),
            whole,
        ),
    ]
}

/// What is estimated by group and what is pooled, and what the choice is worth.
pub(super) fn reading(division: &Division) -> String {
    let safe = division
        .groups
        .iter()
        .filter(|group| group.doubts.is_empty());
    let outstanding = |group: &GroupValued| group.outstanding;
    let all: f64 = division.groups.iter().map(outstanding).sum();
    let unsafe_share = if all > 0.0 {
        1.0 - safe.clone().map(outstanding).sum::<f64>() / all
    } else {
        0.0
    };
    let safe = safe.count();
    let mut text = format!(
        "Own: the booked method on the group's own points alone; {safe} of {} groups are safe by themselves. Pooled: the rates \
         of the whole on the group's points; so are the groups used that are not safe, with {} of the points outstanding: where \
         that is much, the sum as used has the safe groups in it twice, in their own rates and in the pool.\n{}",
        division.groups.len(),
        ENGLISH.percent(unsafe_share),
        costs(division)
    );
    let difference = |of: fn(&Amounts) -> Option<f64>, unit: &str| {
        let (used, whole) = (of(&division.adopted)?, of(&division.whole)?);
        let by = ENGLISH.signed(used - whole);
        Some(format!("{by} {unit} ({})", share_of(used - whole, whole)))
    };
    let differences = [
        difference(|a| Some(a.future), "future points"),
        difference(|a| a.deferred_revenue, "of deferred revenue"),
        difference(|a| a.cost_provision, "of cost provision"),
    ];
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    text.push_str(&format!(
        "Groups as used less the whole as booked: {}. Rates of the whole hold only while the mix of groups in new vintages is \
         that of the old ones; deferred revenue is not proportional, so that even pooled groups need not sum to it.\n",
        differences.join(", ")
    ));
    text
}

/// Where the costs per point come from.
fn costs(division: &Division) -> String {
    let of = |source: &str| {
        let groups = division.groups.iter();
        groups
            .filter(|group| group.cost_source == source && group.cost_per_point.is_some())
            .count()
    };
    match (of("own"), of("pooled")) {
        (0, 0) => String::new(),
        (own, 0) => format!(
            "Cost per point: of {own} groups their own, from rows of redemption that state the tier.\n"
        ),
        (0, pooled) => format!("Cost per point: that of the whole, for all {pooled} groups.\n"),
        (own, pooled) => format!(
            "Cost per point: of {own} groups their own, from rows of redemption that state the tier; of {pooled} that of the whole.\n"
        ),
    }
}

fn share_of(part: f64, whole: f64) -> String {
    if whole == 0.0 {
        return ENGLISH.absent.to_owned();
    }
    let text = ENGLISH.percent(part / whole);
    if part / whole > 0.0 {
        format!("+{text}")
    } else {
        text
    }
}

fn used(group: &GroupValued) -> &'static str {
    if group.doubts.is_empty() {
        "own"
    } else {
        "pooled"
    }
}

fn doubts(group: &GroupValued) -> String {
    let told: Vec<String> = group.doubts.iter().map(sentence).collect();
    format!("its own estimate is unsafe, {}", told.join("; "))
}

fn name(group: &GroupValued) -> String {
    if group.name.is_empty() {
        return "(not stated)".to_owned();
    }
    clean(&group.name)
}

fn percent(rate: Option<f64>) -> String {
    rate.map_or(ENGLISH.absent.to_owned(), |rate| ENGLISH.percent(rate))
}

fn compact(value: Option<f64>) -> String {
    value.map_or(ENGLISH.absent.to_owned(), |value| ENGLISH.compact(value))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// The methods and tables of every group, one table of each kind with the group in its first column.
pub(super) fn tables(valuation: &Valuation) -> Vec<(String, Table)> {
    let Some(division) = &valuation.division else {
        return Vec::new();
    };
    let mut found: Vec<(String, Table)> = Vec::new();
    for group in &division.groups {
        let mut all = vec![methods::table(&group.methods)];
        all.extend(group.tables.iter().cloned());
        for table in all {
            let letter = table.letter.to_lowercase();
            let parts = ["by", &division.key, &letter, &table.code];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let file = format!("{}.csv", parts.join("_"));
            let rows = table.rows.into_iter().map(|row| {
                let mut cells = vec![Cell::from(group.name.as_str())];
                cells.extend(row);
                cells
            });
            match found.iter_mut().find(|(name, _)| *name == file) {
                Some((_, into)) => into.rows.extend(rows),
                None => {
                    let mut columns = vec![Column {
                        code: division.key.clone(),
                        unit: "text".to_owned(),
                        base: String::new(),
                    }];
                    columns.extend(table.columns);
                    let rows = rows.collect();
                    found.push((
                        file,
                        Table {
                            columns,
                            rows,
                            ..table_like(&table.letter, &table.code)
                        },
                    ));
                }
            }
        }
    }
    found
}

fn table_like(letter: &str, code: &str) -> Table {
    Table {
        letter: letter.to_owned(),
        code: code.to_owned(),
        columns: vec![],
        rows: vec![],
    }
}

/// The section of the basis of preparation; empty where the book was not divided. `plain` escapes a name for Markdown.
pub(super) fn basis(valuation: &Valuation, plain: impl Fn(&str) -> String) -> String {
    let Some(division) = &valuation.division else {
        return String::new();
    };
    let mut text = format!(
        "## By {}\n\n{} What is booked is the whole; the groups are shown beside it.\n\n| {} | outstanding | redeemed in the end, \
         own | pooled | future points used | | why |\n|---|---:|---:|---:|---:|---|---|\n",
        division.key,
        heading(division).trim_end_matches(':').to_owned() + ".",
        division.key
    );
    for group in &division.groups {
        let own = group.own.as_ref().and_then(|own| own.rate_of_issued);
        let why = if group.doubts.is_empty() {
            String::new()
        } else {
            doubts(group)
        };
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} | {why} |\n",
            plain(&name(group)),
            ENGLISH.compact(group.outstanding),
            percent(own),
            percent(group.pooled.rate_of_issued),
            ENGLISH.compact(group.adopted().future),
            used(group)
        ));
    }
    text.push('\n');
    text.push_str(&reading(division));
    text.push_str(&format!(
        "Safe by itself is a group with {} redemptions (the classical standard of full credibility, 5 % with probability 90 %, of \
         points of one size) and a standard error of at most {} of its future points, which is a judgement.\n",
        division.least_redemptions,
        ENGLISH.percent(division.widest_error)
    ));
    text
}
