//! The lots of an existing book from a file: `[program.opening] lots = "lots.csv"`.
//!
//! CSV with a header that names the columns `issued` (a day or a month, `2026-03-14` or `2026-03`) and `points`; further
//! columns are not read. Any number of lots of a month, in any order; what counts is the sum by month of issue. The file
//! becomes the list of vintages that could be written instead, and is judged as that.

use super::diagnostics::{Code, Diagnostic, echo};
use super::raw::node::{Entry, Node, Span, Table, Value};
use std::collections::BTreeMap;

/// Lines with a mistake told one by one.
const MOST_TOLD: usize = 20;

/// The file a book names, and where.
pub fn named(book: &Table) -> Option<(&str, Span)> {
    let entry = book.get("lots")?;
    match &entry.node.value {
        Value::Text(name) => Some((name, entry.node.span.clone())),
        _ => None,
    }
}

/// Every book of every program.
pub fn books(scenario: &mut Table) -> impl Iterator<Item = &mut Table> {
    let programs = scenario.entries.iter_mut().find(|e| e.key == "program");
    let programs = programs
        .into_iter()
        .flat_map(|entry| match &mut entry.node.value {
            Value::List(programs) => programs.iter_mut(),
            _ => [].iter_mut(),
        });
    programs.filter_map(|program| {
        let Value::Table(program) = &mut program.value else {
            return None;
        };
        let opening = program.entries.iter_mut().find(|e| e.key == "opening")?;
        match &mut opening.node.value {
            Value::Table(book) => Some(book),
            _ => None,
        }
    })
}

/// Month of `start = "YYYY-MM"`, counted from year 0. None where it is not there or wrong, which is told elsewhere.
pub fn start(scenario: &Table) -> Option<i64> {
    match &scenario.get("start")?.node.value {
        Value::Text(text) => month(text),
        _ => None,
    }
}

/// Puts the lots of a file into the book that names it. `offset` is where the text begins in the space of spans.
pub fn fill(
    book: &mut Table,
    text: &str,
    offset: usize,
    start: i64,
    findings: &mut Vec<Diagnostic>,
) {
    if let Some(written) = book.get("vintage") {
        let message = "a book has either `lots` or `vintage`";
        let span = written.key_span.clone();
        findings.push(Diagnostic::error(Code::Inconsistent, message, span));
        return;
    }
    let mut told = Told::default();
    let sums = sums(text, offset, start, &mut told);
    told.tell(findings);
    let Some(key_span) = book.get("lots").map(|entry| entry.key_span.clone()) else {
        return;
    };
    let number = |key: &str, value: i64, span: &Span| Entry {
        key: key.to_owned(),
        key_span: span.clone(),
        node: Node {
            span: span.clone(),
            value: Value::Integer(Some(value), value.to_string()),
        },
    };
    let vintages = sums.into_iter().map(|(months_ago, (points, span))| Node {
        value: Value::Table(Table {
            entries: vec![
                number("months_ago", months_ago, &span),
                number("points", points, &span),
            ],
        }),
        span,
    });
    let node = Node {
        span: key_span.clone(),
        value: Value::List(vintages.collect()),
    };
    book.entries.push(Entry {
        key: "vintage".to_owned(),
        key_span,
        node,
    });
}

/// Points by months before the start, and the line of the first lot of each.
fn sums(text: &str, offset: usize, start: i64, told: &mut Told) -> BTreeMap<i64, (i64, Span)> {
    let mut sums: BTreeMap<i64, (i64, Span)> = BTreeMap::new();
    let mut columns = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = offset + at..offset + at + line.trim_end().len().max(1);
        at += line.len();
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            continue;
        }
        let cells: Vec<&str> = line
            .split([',', ';', '\t'])
            .map(|cell| cell.trim().trim_matches('"'))
            .collect();
        let Some((issued, points)) = columns else {
            let place = |name: &str| cells.iter().position(|c| c.eq_ignore_ascii_case(name));
            match (place("issued"), place("points")) {
                (Some(issued), Some(points)) => columns = Some((issued, points)),
                _ => {
                    told.add(
                        "the first line names no columns `issued` and `points`",
                        "",
                        span,
                    );
                    return sums;
                }
            }
            continue;
        };
        let cell = |at: usize| cells.get(at).copied().unwrap_or("");
        let Some(month) = month(cell(issued)) else {
            told.add("is no day or month", cell(issued), span);
            continue;
        };
        let amount = cell(points).replace('_', "").parse::<i64>();
        let Some(amount) = amount.ok().filter(|points| *points >= 0) else {
            told.add(
                "is no whole number of points, 0 or more",
                cell(points),
                span,
            );
            continue;
        };
        let sum = sums.entry(start - month).or_insert((0, span.clone()));
        match sum.0.checked_add(amount) {
            Some(total) => sum.0 = total,
            None => told.add(
                "brings the points of its month beyond 64 bits",
                cell(points),
                span,
            ),
        }
    }
    if columns.is_none() {
        told.add("the file of lots is empty", "", offset..offset + 1);
    }
    sums
}

/// Month of a day or month, counted from year 0.
fn month(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let (year, month) = (parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 {
        return None;
    }
    let (year, month): (i64, i64) = (year.parse().ok()?, month.parse().ok()?);
    let day = parts.next().map(|day| day.parse::<u32>());
    let day_is_sound = day.is_none_or(|day| day.is_ok_and(|day| (1..=31).contains(&day)));
    ((1..=12).contains(&month) && year >= 0 && day_is_sound).then_some(12 * year + month - 1)
}

/// Mistakes of a file, the first ones by line.
#[derive(Default)]
struct Told {
    findings: Vec<Diagnostic>,
    count: usize,
}

impl Told {
    fn add(&mut self, what: &str, found: &str, span: Span) {
        self.count += 1;
        if self.findings.len() >= MOST_TOLD {
            return;
        }
        let message = if found.is_empty() {
            what.to_owned()
        } else {
            format!("\"{}\" {what}", echo(found))
        };
        let finding = Diagnostic::error(Code::File, message, span);
        let expected = "a header `issued,points` and lines such as `2026-03,1200`";
        self.findings.push(finding.expecting(expected));
    }

    fn tell(self, findings: &mut Vec<Diagnostic>) {
        let hidden = self.count - self.findings.len();
        let last = self.findings.last().map(|finding| finding.span.clone());
        findings.extend(self.findings);
        if let Some(span) = last.filter(|_| hidden > 0) {
            let message = format!("and {hidden} more lines of the file of lots are wrong");
            findings.push(Diagnostic::error(Code::File, message, span));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<(i64, i64)>, Vec<String>) {
        let mut told = Told::default();
        // January 2027.
        let sums = sums(text, 100, 12 * 2027, &mut told);
        let mut findings = Vec::new();
        told.tell(&mut findings);
        let sums = sums.into_iter().map(|(month, (points, _))| (month, points));
        let messages = findings.into_iter().map(|finding| finding.message);
        (sums.collect(), messages.collect())
    }

    #[test]
    fn lots_add_up_by_month_of_issue() {
        let text =
            "\u{feff}member;issued;points\na;2026-12-31;100\nb;2026-12;1_000\n\nc;2025-01-01;7\n";
        assert_eq!(found(text), (vec![(1, 1100), (24, 7)], vec![]));
    }

    #[test]
    fn every_mistake_is_told() {
        let text = "issued,points\n2026-13,5\n2026-1-1,5\n2026-12-32,5\n2026-12,-5\n2026-12,1.5\n2026-12\n";
        let (sums, messages) = found(text);
        assert!(sums.is_empty());
        assert_eq!(messages.len(), 6, "{messages:?}");
        assert!(messages[0].starts_with("\"2026-13\" is no day or month"));
        assert_eq!(found("").1, ["the file of lots is empty"]);
        assert!(found("date,points\n2026-12,5\n").1[0].contains("names no columns"));
        let many = format!("issued,points\n{}", "x,1\n".repeat(30));
        assert_eq!(found(&many).1.len(), MOST_TOLD + 1);
        let large = format!("issued,points\n2026-12,{0}\n2026-12,{0}\n", i64::MAX);
        assert!(found(&large).1[0].contains("beyond 64 bits"));
    }
}
