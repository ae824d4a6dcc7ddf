//! The answer on a terminal: one table with the worlds as columns, then what to know about each program.

mod comparison;
mod friends;
mod status;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::lookup::{NPV, number, value, world_0, world_of};
use super::words::{Language, Words};
use crate::results::{Named, Number, ProgramResult, Results, Severity, Unit};

/// Rules above, below and under the header.
const RULES: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));
/// Rows of the table that every world has.
const WORLD_ROWS: &[&str] = &[
    "customers_end",
    "churn_12m",
    "purchases",
    "sales",
    "margin",
    "clv",
];
/// Rows only worlds with a program have.
const PROGRAM_ROWS: &[&str] = &[
    "members_end",
    "active_members_end",
    "points_outstanding_end",
    "outstanding_expected_cost",
    "breakage",
    "incremental_margin",
    "cost",
    "npv",
    "later_margin",
];
/// Columns taken by the names of rows, and by a world.
const NAMES: usize = 38;
const WORLD: usize = 20;

/// The table and what follows it, in English, at most `width` columns wide where that is possible at all (60 and
/// more). Escape sequences in names are removed.
pub fn table(results: &Results, width: usize) -> String {
    table_in(results, width, Language::English)
}

/// As [`table`], in a language.
pub fn table_in(results: &Results, width: usize, language: Language) -> String {
    let words = language.words();
    let mut text = heading(results, width, words);
    let per_table = (width.saturating_sub(NAMES) / WORLD)
        .saturating_sub(1)
        .max(1);
    let programs: Vec<usize> = (0..results.programs.len()).collect();
    // A market without a program still has its own column.
    let none: &[usize] = &[];
    let groups = programs
        .chunks(per_table)
        .chain(std::iter::once(none).filter(|_| programs.is_empty() && world_0(results).is_some()));
    for group in groups {
        text.push('\n');
        text.push_str(&worlds_table(results, group, width, words));
        text.push('\n');
    }
    let rate = words.numerals().percent(results.scenario.discount_rate);
    wrap_into(&mut text, &words.name("table_note"), "", width);
    wrap_into(&mut text, &words.present_value_note(&rate), "", width);
    for program in &results.programs {
        text.push('\n');
        text.push_str(&program_lines(program, results, width, words));
        text.push_str(&friends::friends(program, results, width, words));
        text.push_str(&status::status(program, results, width, words));
    }
    text.push_str(&comparison::comparison(results, width, words));
    text.push_str(&findings(results, width, words));
    text
}

/// The paths written, below the table.
pub fn written<'a>(paths: impl IntoIterator<Item = &'a str>) -> String {
    let words = Language::English.words();
    let mut text = format!("{}\n", words.name("written"));
    for path in paths {
        text.push_str(&format!("  {}\n", clean(path)));
    }
    text
}

/// A name without control characters: nothing in a scenario can write escape sequences to a terminal.
fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).collect()
}

/// At most `limit` characters.
fn short(name: &str, limit: usize) -> String {
    let name = clean(name);
    if name.chars().count() <= limit {
        return name;
    }
    name.chars()
        .take(limit.saturating_sub(1))
        .collect::<String>()
        .trim_end()
        .to_owned()
        + "…"
}

fn heading(results: &Results, width: usize, words: &dyn Words) -> String {
    let scenario = &results.scenario;
    let compact = |n: u64| words.numerals().compact(n as f64);
    let lines = words.heading(
        &short(&scenario.name, 60),
        scenario.horizon_months,
        &clean(&scenario.start),
        &compact(scenario.simulated_customers),
        &compact(scenario.market_customers),
        &compact(scenario.market_arrivals),
    );
    let mut text = String::new();
    for line in lines.lines() {
        wrap_into(&mut text, line, "", width);
    }
    text
}

fn worlds_table(results: &Results, group: &[usize], width: usize, words: &dyn Words) -> String {
    let currency = clean(&results.scenario.currency);
    let without = world_0(results);
    let mut table = Table::new();
    table.load_style(RULES);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width.clamp(40, 1000)).unwrap_or(100));
    let first = without.map(|_| words.name("world_0"));
    let programs = group.iter().filter_map(|p| results.programs.get(*p));
    let names = programs.map(|p| short(&p.name, WORLD - 2));
    let empty_corner = std::iter::once(String::new());
    table.set_header(empty_corner.chain(first).chain(names));
    let empty: &[Named] = &[];
    let mut add = |code: &str, lists: Vec<&[Named]>| {
        let found: Vec<Option<&Number>> = lists.iter().map(|l| number(l, &[code])).collect();
        let Some(first) = found.iter().flatten().next() else {
            return;
        };
        let unit = if first.unit == Unit::Money {
            format!(", {currency}")
        } else {
            String::new()
        };
        let mut row = vec![format!("{}{unit}", row_name(code, results, words))];
        row.extend(lists.iter().zip(&found).map(|(list, n)| {
            let told = || n.map_or_else(String::new, |n| in_words(n, words));
            match code {
                // Of no points nothing is left.
                "breakage" if n.is_some_and(|n| n.value.is_none()) => {
                    words.numerals().absent.to_owned()
                }
                "breakage" => breakage(list, words).unwrap_or_else(told),
                _ => told(),
            }
        }));
        table.add_row(row);
    };
    for code in WORLD_ROWS {
        let mut lists: Vec<&[Named]> = without.iter().map(|w| w.headline.as_slice()).collect();
        lists.extend(
            group
                .iter()
                .map(|p| world_of(results, *p).map_or(empty, |w| &w.headline)),
        );
        add(code, lists);
    }
    for code in PROGRAM_ROWS {
        let mut lists: Vec<&[Named]> = without.iter().map(|_| empty).collect();
        lists.extend(
            group
                .iter()
                .filter_map(|p| results.programs.get(*p))
                .map(|p| p.headline.as_slice()),
        );
        add(code, lists);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// The name of a row of the table.
fn row_name(code: &str, results: &Results, words: &dyn Words) -> String {
    match code {
        "churn_12m" => words.churned_within(results.scenario.horizon_months.min(12)),
        _ => words.name(code),
    }
}

/// Both bounds, where points were left whose end is not known: one of them alone would flatter.
fn breakage(headline: &[Named], words: &dyn Words) -> Option<String> {
    let low = value(headline, &["breakage"])?;
    let high = value(headline, &["breakage_high"])?;
    range(low, high, words)
}

/// `10.1 … 16.5 %`, or nothing where the two read the same.
fn range(low: f64, high: f64, words: &dyn Words) -> Option<String> {
    let (low, high) = (
        words.numerals().percent(low),
        words.numerals().percent(high),
    );
    (low != high).then(|| format!("{} … {high}", low.trim_end_matches(" %")))
}

/// A number, or why there is none.
fn in_words(number: &Number, words: &dyn Words) -> String {
    match (&number.value, &number.note) {
        (None, Some(note)) => words.name(note),
        _ => words.numerals().number(number),
    }
}

fn program_lines(
    program: &ProgramResult,
    results: &Results,
    width: usize,
    words: &dyn Words,
) -> String {
    let mut text = format!("{}\n", short(&program.name, width.max(20)));
    let currency = clean(&results.scenario.currency);
    let mut line = |label: &str, content: Option<String>| {
        if let Some(content) = content {
            let name = format!("  {:<34}", words.name(label));
            wrap_into(
                &mut text,
                &format!("{name} {content}"),
                &" ".repeat(37),
                width,
            );
        }
    };
    let named = |codes: &[&str]| number(&program.headline, codes).map(|n| in_words(n, words));
    line(
        "npv",
        number(&program.headline, NPV).map(|n| with_interval(n, &currency, words)),
    );
    line(
        "cost_per_incremental_margin",
        named(&["cost_per_incremental_margin"]),
    );
    line("roi", named(&["roi"]));
    line("payback", payback(program, words));
    line("break_even_multiplier", break_even(program, words));
    line("break_even_uplift", needed_lift(program, words));
    line("skeptic", skeptic(program, &currency, words));
    line("evidence_share", evidence(program, words));
    let has_points = value(&program.headline, &["urr_low"]).is_some();
    line(
        "subsidy_share",
        named(&["subsidy_share"]).filter(|_| has_points),
    );
    line("urr", redemption_rate(program, words));
    line("true_lift", named(&["true_lift"]));
    line(
        "naive_lift",
        named(&["naive_lift"]).map(|n| format!("{n} ({})", words.name("naive_text"))),
    );
    text
}

fn with_interval(number: &Number, currency: &str, words: &dyn Words) -> String {
    let value = in_words(number, words);
    let numerals = words.numerals();
    match (number.value, number.interval) {
        (Some(_), Some([low, high])) => {
            format!(
                "{value} {currency} (95 %: {} … {})",
                numerals.compact(low),
                numerals.compact(high)
            )
        }
        (Some(_), None) => format!("{value} {currency}"),
        _ => value,
    }
}

/// Both paybacks; a losing program never pays back, whatever the two codes say.
fn payback(program: &ProgramResult, words: &dyn Words) -> Option<String> {
    let plain = number(&program.headline, &["payback_plain"])?;
    let month = |n: &Number| match n.value {
        Some(_) => format!("{} {}", words.name("month_of"), words.numerals().number(n)),
        None => in_words(n, words),
    };
    let Some(discounted) = number(&program.headline, &["payback_discounted"]) else {
        return Some(month(plain));
    };
    let (plain, discounted) = (month(plain), month(discounted));
    if plain == discounted {
        return Some(plain);
    }
    Some(format!(
        "{plain}; {}: {discounted}",
        words.name("discounted").to_lowercase()
    ))
}

fn break_even(program: &ProgramResult, words: &dyn Words) -> Option<String> {
    let needed = number(&program.headline, &["break_even_multiplier"])?;
    if needed.value.is_none() {
        return Some(in_words(needed, words));
    }
    if let Some(note @ ("pays_without_effects" | "free_without_effects")) = needed.note.as_deref() {
        return Some(words.name(note));
    }
    // The multiplier of all effects, read as the share of them that must be real.
    let percent = |multiplier: f64| words.numerals().percent(multiplier);
    let value = needed.value?;
    let interval = needed.interval.map(|ends| ends.map(percent));
    let ends = interval.as_ref();
    let ends = ends.map(|[low, high]| (low.trim_end_matches(" %"), high.as_str()));
    let open_above = needed.note.as_deref() == Some("interval_open_above");
    let ends = match (ends, &interval, open_above) {
        (Some(_), Some([low, high]), true) => Some((low.as_str(), high.as_str())),
        _ => ends,
    };
    Some(words.works_if(&percent(value), ends, open_above, value <= 1.0))
}

/// The lift of full-price sales that pays for the program, beside the one it has. The one needed is even over time and
/// over margins and displaces nothing, the other is as it comes: where they disagree with the value, that is said.
fn needed_lift(program: &ProgramResult, words: &dyn Words) -> Option<String> {
    let needed = number(&program.headline, &["break_even_uplift"])?;
    let told = in_words(needed, words);
    match number(&program.headline, &["full_price_lift"]) {
        Some(lift) if needed.value.is_some() && lift.value.is_some() => {
            let is_enough = lift.value >= needed.value;
            let pays = value(&program.headline, NPV).map(|npv| npv >= 0.0);
            let misleads = pays.is_some_and(|pays| pays != is_enough);
            Some(words.needed_lift(&told, &in_words(lift, words), misleads))
        }
        _ => Some(told),
    }
}

fn skeptic(program: &ProgramResult, currency: &str, words: &dyn Words) -> Option<String> {
    let cost = value(&program.headline, &["skeptic_cost_of_grants"])?;
    let effects = value(&program.headline, &["value_of_effects"])?;
    let numerals = words.numerals();
    let total = value(&program.headline, NPV).unwrap_or(effects - cost);
    let total = format!("{} {currency}", numerals.signed(total));
    Some(words.grants_and_effects(&numerals.signed(-cost), &numerals.signed(effects), &total))
}

fn evidence(program: &ProgramResult, words: &dyn Words) -> Option<String> {
    let grades = program.headline.iter().filter_map(|n| {
        let grade = n.code.strip_prefix("evidence_share_")?;
        Some(format!(
            "{grade} {}",
            words.numerals().percent(n.number.value?)
        ))
    });
    let grades: Vec<String> = grades.collect();
    (!grades.is_empty()).then(|| grades.join(", "))
}

fn redemption_rate(program: &ProgramResult, words: &dyn Words) -> Option<String> {
    let low = value(&program.headline, &["urr_low"])?;
    let high = value(&program.headline, &["urr_high"])?;
    range(low, high, words).or_else(|| Some(words.numerals().percent(low)))
}

fn findings(results: &Results, width: usize, words: &dyn Words) -> String {
    let mut text = String::new();
    let mut sorted: Vec<_> = results.findings.iter().collect();
    sorted.sort_by_key(|f| f.severity != Severity::Warning);
    if !sorted.is_empty() {
        text.push_str(&format!("\n{}\n", words.name("findings")));
    }
    for finding in sorted {
        let mark = if finding.severity == Severity::Warning {
            "!"
        } else {
            "·"
        };
        wrap_into(
            &mut text,
            &format!("  {mark} {}", clean(&words.finding(finding))),
            "    ",
            width,
        );
    }
    let (checked, failed) = results.checks.iter().fold((0_u64, 0_u64), |(c, f), check| {
        (
            c.saturating_add(check.checked),
            f.saturating_add(check.failed),
        )
    });
    if failed > 0 {
        for check in results.checks.iter().filter(|c| c.failed > 0) {
            let what = format!(
                "{} {} ({} / {})",
                check.code, check.subject, check.failed, check.checked
            );
            wrap_into(
                &mut text,
                &format!("  ! {}: {}", words.name("checks_failed"), clean(&what)),
                "    ",
                width,
            );
        }
    } else if checked > 0 {
        text.push_str(&format!("\n{checked} {}\n", words.name("checks_passed")));
    }
    text
}

/// Appends `line`, broken between words at `width` characters; further lines start with `indent`. A longer word
/// stands alone.
pub(super) fn wrap_into(text: &mut String, line: &str, indent: &str, width: usize) {
    let start = line.len() - line.trim_start().len();
    let (lead, content) = line.split_at(start);
    let mut current = lead.to_owned();
    let mut is_empty = true;
    for word in unbroken(content) {
        let length = current.chars().count() + word.chars().count() + usize::from(!is_empty);
        if length > width && !is_empty {
            text.push_str(current.trim_end());
            text.push('\n');
            current = indent.to_owned();
            is_empty = true;
        }
        if !is_empty {
            current.push(' ');
        }
        current.push_str(word);
        is_empty = false;
    }
    text.push_str(current.trim_end());
    text.push('\n');
}

/// Words between which a line may be broken: a percent sign stays with its number.
fn unbroken(content: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(content);
    std::iter::from_fn(move || {
        let line = rest?;
        let is_break = |place: &usize| !line[place + 1..].starts_with('%');
        let mut blanks = line.match_indices(' ').map(|(place, _)| place);
        let Some(end) = blanks.find(is_break) else {
            rest = None;
            return Some(line);
        };
        rest = Some(&line[end + 1..]);
        Some(&line[..end])
    })
}

#[cfg(test)]
mod tests;
