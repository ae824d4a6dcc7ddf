//! The scenario language: what the user writes, what it means, and what is wrong with it.
//!
//! [`parse`] turns the text of a file into [`model::Scenario`] and a list of [`diagnostics::Diagnostic`]s: all errors of
//! a file in one run, each with the bytes it is about. [`load`](load::load) reads files and follows `extends`.
//!
//! The steps: TOML to a tree of values with spans ([`raw::node`]); the tree to raw tables, key by key, with the tables
//! of keys ([`raw`]); the raw tables to the resolved scenario, with the checks over several keys ([`resolve`]). The
//! tables of keys also give [`schema::schema`] and [`schema::keys`], and [`evidence`] holds every default about how
//! customers react.

pub mod calendar;
pub mod currency;
pub mod diagnostics;
pub mod evidence;
pub mod law;
pub mod load;
mod lots;
pub mod model;
pub mod raw;
#[cfg(feature = "cli")]
pub mod render;
pub mod resolve;
pub mod schema;
pub mod unbound;

use std::collections::BTreeMap;
use std::ops::Range;

use diagnostics::{Code, Diagnostic};
use raw::node::{self, Table};
use raw::reader::Reader;

/// Largest file read, bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// Most syntax errors reported: after so many the file is hardly TOML.
const MOST_SYNTAX_ERRORS: usize = 200;

/// What a text turned out to be.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// `None` when there is at least one error.
    pub scenario: Option<model::Scenario>,
    /// Errors and warnings, by position.
    pub diagnostics: Vec<Diagnostic>,
    /// Where each value was written, by path through names: `program.Points.reward.5 EUR voucher.points`. Elements of
    /// lists without names go by `from`, `months_ago` or `day`, and numbers of a list by position from 1.
    pub spans: BTreeMap<String, Range<usize>>,
    /// `source = ".."` of distributions and plain numbers, by path.
    pub sources: BTreeMap<String, String>,
}

impl Parsed {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses the text of a scenario. Pure: no file is read, so `extends` is refused here and followed by
/// [`load::load`] only.
pub fn parse(text: &str) -> Parsed {
    let mut findings = Vec::new();
    let table = read_toml(text, 0, &mut findings);
    if let Some(entry) = table.get("extends") {
        findings.push(
            Diagnostic::error(
                Code::Extends,
                "`extends` names a file, and this text was given without a folder",
                entry.key_span.clone(),
            )
            .with_help("load the scenario from its file"),
        );
    }
    let mut table = table;
    for book in lots::books(&mut table) {
        if let Some((_, span)) = lots::named(book) {
            let message = "`lots` names a file, and this text was given without a folder";
            let finding = Diagnostic::error(Code::File, message, span);
            findings.push(finding.with_help("load the scenario from its file"));
        }
    }
    from_table(&table, findings)
}

/// The tree of a TOML text, spans shifted by `offset`; syntax errors are added to `findings`.
pub(crate) fn read_toml(text: &str, offset: usize, findings: &mut Vec<Diagnostic>) -> Table {
    if text.len() > MAX_BYTES {
        findings.push(
            Diagnostic::error(
                Code::TooLarge,
                format!("the file has {} bytes", text.len()),
                offset..offset,
            )
            .expecting(format!("at most {MAX_BYTES} bytes")),
        );
        return Table::default();
    }
    // The parser itself bounds nesting, by brackets and by dots, at 80 levels.
    let (document, errors) = toml::de::DeTable::parse_recoverable(text);
    let mut told = None;
    for error in errors.into_iter().take(MOST_SYNTAX_ERRORS) {
        let span = error.span().unwrap_or(0..0);
        // Behind a decimal comma the rest of the line makes no sense either, and to say so helps nobody.
        let comma = decimal_comma(text, span.start);
        if told.is_some() && told == line_of(text, span.start) {
            continue;
        }
        let written = text.get(span.clone()).unwrap_or("");
        let (message, expected) = plain_words(error.message(), written);
        let zeros = leading_zero(text, span.start).filter(|_| message.contains("leading zero"));
        let mut finding = Diagnostic::error(
            Code::Syntax,
            message,
            span.start + offset..span.end + offset,
        );
        // The parser's word for a place where nothing may follow.
        finding.expected = expected.filter(|expected| expected != "nothing");
        finding.help = zeros.map(|number| format!("write {number}"));
        if let Some(number) = comma {
            told = line_of(text, span.start);
            finding.expected = Some("decimals after a point".to_string());
            finding = finding.with_help(format!("write {number}"));
        }
        findings.push(finding);
    }
    node::from_toml(document.get_ref(), offset, findings)
}

/// Number of the line of a position, from 0; none beyond the text.
fn line_of(text: &str, at: usize) -> Option<usize> {
    Some(
        text.as_bytes()
            .get(..at)?
            .iter()
            .filter(|b| **b == b'\n')
            .count(),
    )
}

/// The number at a position without the zeros it begins with, sign kept.
fn leading_zero(text: &str, at: usize) -> Option<String> {
    let of_number = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '+' | '-');
    let written: String = text
        .get(at..)?
        .chars()
        .take(31)
        .take_while(of_number)
        .collect();
    let digits = written.trim_start_matches(['+', '-']);
    let sign = if written.starts_with('-') { "-" } else { "" };
    let bare = digits.trim_start_matches(['0', '_']);
    let zero = if bare.starts_with(|c: char| c.is_ascii_digit()) {
        ""
    } else {
        "0"
    };
    (written.len() <= 30).then(|| format!("{sign}{zero}{bare}"))
}

/// The number that was meant where a decimal comma stands behind a `=`, in the line of a position and not beyond it: the
/// parser stumbles at the comma or later. Points before it can only divide thousands.
fn decimal_comma(text: &str, at: usize) -> Option<String> {
    let of_number = |c: &char| c.is_ascii_digit() || *c == '_' || *c == '.';
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?;
    line.match_indices(',').find_map(|(comma, _)| {
        let (before, after) = (line.get(..comma)?, line.get(comma + 1..)?);
        let whole = before.len() - before.chars().rev().take_while(of_number).count();
        let (key, number) = before.split_at_checked(whole)?;
        let fraction: String = after.chars().take_while(char::is_ascii_digit).collect();
        let (first, groups) = number.split_once('.').unwrap_or((number, ""));
        let groups = groups.split('.').filter(|group| !group.is_empty());
        let thousands = groups.clone().all(|group| group.len() == 3);
        let is_number = key.trim_end().ends_with('=') && !first.is_empty() && thousands;
        let whole = groups.fold(first.to_owned(), |whole, group| whole + group);
        let short = whole.len() + fraction.len() <= 30;
        (start + comma <= at && is_number && short && !fraction.is_empty())
            .then(|| format!("{whole}.{fraction}"))
    })
}

/// The parser's message and, apart, what it expected; its guesses about unquoted words are put in plain words.
fn plain_words(message: &str, written: &str) -> (String, Option<String>) {
    let value = || Some("text in quotes, a number, true, false, a list or a table".to_string());
    if message.starts_with("string values must be quoted") || message.starts_with("invalid boolean")
    {
        return match written.trim() {
            "" => ("a value is missing".to_string(), value()),
            word => (
                format!("`{}` is not a value", diagnostics::echo(word)),
                value(),
            ),
        };
    }
    let safe: String = diagnostics::neutralize_source(message).replace('\n', " ");
    match safe.split_once(", expected ") {
        Some((what, expected)) => (what.to_string(), Some(expected.to_string())),
        None => (safe, None),
    }
}

/// Reads and resolves a tree; `findings` are those of the syntax.
pub(crate) fn from_table(table: &Table, findings: Vec<Diagnostic>) -> Parsed {
    let broken = !findings.is_empty();
    let mut reader = Reader::default();
    let raw: raw::scenario::Scenario = reader.root(table);
    let scenario = resolve::scenario(&raw, &mut reader);
    let syntax: Vec<usize> = findings
        .iter()
        .filter(|finding| finding.code == Code::Syntax)
        .map(|finding| finding.span.start)
        .collect();
    let cut = reader.cut;
    let mut diagnostics = findings;
    diagnostics.extend(
        reader
            .findings
            .into_iter()
            .filter(|finding| !broken || finding.code.holds_beside_syntax_errors())
            .filter(|finding| !syntax.iter().any(|at| told_already(at, finding)))
            // Sums over a list, and names in it, cannot be judged by its first elements.
            .filter(|finding| !cut || finding.code != Code::Inconsistent),
    );
    diagnostics::sort(&mut diagnostics);
    let refused = diagnostics.iter().any(Diagnostic::is_error);
    Parsed {
        scenario: scenario.filter(|_| !refused),
        diagnostics,
        spans: reader.spans,
        sources: reader.sources,
    }
}

/// Whether a value is judged in which the parser found a mistake at this place: what it made of it was not written.
fn told_already(at: &usize, finding: &Diagnostic) -> bool {
    finding.code == Code::OutOfRange && finding.span.contains(at)
}

/// Largest number of simulated customers, in a file or on a command line.
pub const MAX_CUSTOMERS: u64 = raw::simulation::MAX_CUSTOMERS as u64;

/// Why a resolved scenario cannot be lived with its number of simulated customers, one sentence each. A scenario that
/// was read is sound; one whose number was changed afterwards is held to the same bounds here.
pub fn too_large(scenario: &model::Scenario) -> Vec<String> {
    resolve::excesses(scenario)
        .into_iter()
        .map(|e| format!("{}: {}; try {}", e.message, e.expected, e.help))
        .collect()
}

/// A commented scenario to start from, with one points program; it parses without a warning.
pub fn starter_transactional() -> &'static str {
    include_str!("starter_transactional.toml")
}

/// Text of the starter scenario of an ambassador program.
pub fn starter_ambassador() -> &'static str {
    include_str!("starter_ambassador.toml")
}

/// The same with one program of status.
pub fn starter_tiered() -> &'static str {
    include_str!("starter_tiered.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_comma_is_told_once_and_mended() {
        let told = |line: &str| {
            let mut findings = Vec::new();
            read_toml(line, 0, &mut findings);
            let syntax = findings.iter().filter(|f| f.code == Code::Syntax);
            syntax.map(|f| f.help.clone()).collect::<Vec<_>>()
        };
        let mended = |number: &str| vec![Some(format!("write {number}"))];
        let inline = "basket = { mean = 4,60, between_cv = 0.3, within_cv = 0.5 }\n";
        assert_eq!(told(inline), mended("4.60"));
        assert_eq!(told("margin_rate = 0,65\n"), mended("0.65"));
        assert_eq!(told("setup = 100.000,00\n"), mended("100000.00"));
        assert_eq!(told("a = [1,2,3]\n"), []);
        assert_eq!(told("horizon_months = 024\n"), mended("24"));
        assert_eq!(told("margin_rate = 00.5\n"), mended("0.5"));
        assert_eq!(
            told("a = 2 4\n"),
            [None],
            "another mistake has no comma to mend"
        );
    }
}
