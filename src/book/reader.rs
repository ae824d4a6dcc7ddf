//! Reading a ledger row by row. Every row is counted or reported with its line; what stands in it is never repeated, so
//! that no member's identifier can reach a message.

use super::calendar::Day;
use super::division::{Divided, Key, MOST_GROUPS, Names};
use super::flows::{ControlTotals, Flows};
use super::replay::{Replay, Terms};
use super::rows::{Kind, MOST_ROWS, Row};
use csv::ByteRecord;
use std::io::Read;

mod columns;

use columns::Columns;

/// Mistakes kept one by one.
const MOST_SHOWN: usize = 20;
/// Rows of an unsorted ledger are dealt by hash, so that they are sorted in parts.
const PARTS: usize = 256;
/// What is wrong with a record of several lines.
const UNCLOSED: &str = "a quote is opened and not closed on its line: it swallows the lines up to the next quote, all of \
                        which are counted here; close it, or double it where it is part of a text";

/// How a file is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Redemptions and expiries carry a minus sign, as effects on the balance.
    pub signed: bool,
    /// Rows of a member follow one another and members are in order: read in one pass, a member at a time.
    pub sorted: bool,
    /// Rows after this day are counted and left out.
    pub as_of: Option<Day>,
    /// Column by which the book is divided.
    pub by: Option<Key>,
    /// Tiers that the terms protect, by name; their numbers are 1, 2 and so on.
    pub protected: Vec<String>,
}

/// A ledger read.
#[derive(Debug)]
pub struct Ledger {
    pub flows: Flows,
    /// By number of the name, in the order of [`Self::names`]; empty where the book is not divided.
    pub groups: Vec<Flows>,
    /// Names of the groups; the first is empty and stands for what states none.
    pub names: Vec<String>,
    /// Cost of redemptions by the tier that their row states: cash in ten-thousandths, and points.
    pub cash_by_tier: Vec<(i128, i128)>,
    pub totals: ControlTotals,
    pub mistakes: Mistakes,
    /// Rows after the day of the valuation.
    pub rows_after: u64,
    /// The day of the valuation: as stated, else that of the last row.
    pub as_of: Day,
    /// Days from the last row that counts to the day of the valuation.
    pub days_after_last: u32,
}

/// Rows that could not be used, all counted, the first ones by line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    pub count: u64,
    pub first: Vec<(u64, &'static str)>,
}

impl Mistakes {
    /// Adds a mistake that spoils a number of lines.
    fn add(&mut self, line: u64, what: &'static str, lines: u64) {
        self.count += lines;
        if self.first.len() < MOST_SHOWN {
            self.first.push((line, what));
        }
    }
}

/// Why a ledger could not be read at all.
#[derive(Debug)]
pub enum ReadError {
    /// A column is not in the header.
    Column(&'static str),
    /// Two columns could both be meant, by name and place from 1.
    TwoColumns([(&'static str, usize); 2]),
    /// The header is split by semicolons or tabs.
    Separator,
    /// The file cannot be read, or its quoting is broken; at a line where known.
    Csv {
        line: Option<u64>,
    },
    Unreadable(std::io::ErrorKind),
    NotSorted {
        line: u64,
    },
    TooManyRows,
    /// A column by which the book is to be divided has too many names.
    TooManyGroups {
        column: &'static str,
        line: u64,
    },
    /// No row states a tier that is to be protected; the names that rows state.
    NoSuchTier {
        wanted: String,
        stated: Vec<String>,
    },
    /// No row can be used; those that are malformed.
    NoRows(Mistakes),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReadError::Column(name) => write!(
                f,
                "line 1: there is no column `{name}`; expected member, date, type, points and optionally lot, tier, \
                 partner, cash_value"
            ),
            ReadError::TwoColumns([(first, at), (second, other)]) => write!(
                f,
                "line 1: column {at} (`{first}`) and column {other} (`{second}`) could both be the column `{first}`; \
                 rename or remove one"
            ),
            ReadError::Separator => write!(
                f,
                "line 1: columns are separated by semicolons or tabs; save the file with commas, and decimals with points"
            ),
            ReadError::Csv { line: Some(line) } => {
                write!(f, "line {line}: the quoting of this row is broken")
            }
            ReadError::Csv { line: None } => write!(f, "the file is not CSV"),
            ReadError::Unreadable(kind) => write!(f, "{kind}"),
            ReadError::NotSorted { line } => write!(
                f,
                "line {line}: members are not in order; leave out --sorted, or sort the file by member"
            ),
            ReadError::TooManyRows => write!(f, "more than {MOST_ROWS} rows"),
            ReadError::TooManyGroups { column, line } => write!(
                f,
                "line {line}: more than {MOST_GROUPS} different names in the column `{column}`; group them into fewer \
                 before the ledger is divided by it"
            ),
            ReadError::NoSuchTier { wanted, stated } => {
                write!(
                    f,
                    "no row states the tier `{wanted}`; rows state {}",
                    listed(stated)
                )
            }
            ReadError::NoRows(mistakes) if mistakes.count > 0 => write!(
                f,
                "there is no row that can be used; malformed rows: {}",
                mistakes.count
            ),
            ReadError::NoRows(_) => write!(f, "there is no row that can be used"),
        }
    }
}

impl std::error::Error for ReadError {}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .take(8)
        .map(|name| format!("`{name}`"))
        .collect();
    match (quoted.is_empty(), names.len() - quoted.len()) {
        (true, _) => "no tier at all".to_owned(),
        (_, 0) => quoted.join(", "),
        (_, more) => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// Reads a ledger and lives it.
///
/// # Errors
/// If the header lacks a column, the file breaks off, or it is not in the order it was said to be in. Rows that make no
/// sense are no error here: they are in [`Ledger::mistakes`].
pub fn read(input: impl Read, layout: Layout, terms: &Terms) -> Result<Ledger, ReadError> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .buffer_capacity(1 << 16)
        .from_reader(input);
    let header = reader.byte_headers().map_err(failure)?;
    if swallowed(header).is_some() {
        return Err(ReadError::Csv { line: Some(1) });
    }
    let columns = Columns::find(header, &layout)?;
    // Where lines end in two bytes, the parser counts a line only when it reads on.
    let behind = u64::from(reader.position().line() == 1);
    let mut names = [
        Names::starting_with(&layout.protected),
        Names::starting_with(&[]),
    ];
    let mut into = Intake::new(layout, terms);
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(failure)? {
        let line = record.position().map_or(0, csv::Position::line) + behind;
        if let Some(lines) = swallowed(&record) {
            into.mistakes.add(line, UNCLOSED, lines);
            continue;
        }
        let read = columns.row(&record, line, &into.layout);
        let labeled = match read {
            Err(what) => Err(what),
            Ok((mut row, cash)) => {
                let labels = columns.label(&record, line, &mut row, &mut names)?;
                labels.map(|()| (row, cash))
            }
        };
        match labeled {
            Ok((row, cash)) => {
                let member = record.get(columns.member).unwrap_or_default();
                into.accept(row, cash, member.trim_ascii(), line)?;
            }
            Err(what) => into.mistakes.add(line, what, 1),
        }
    }
    into.finish(&names)
}

/// Lines of the file that a record swallows where a quote is not closed on its line: up to the next quote, so that no record
/// may span lines.
fn swallowed(record: &ByteRecord) -> Option<u64> {
    let text = record.as_slice();
    let end = if text.contains(&b'\n') { b'\n' } else { b'\r' };
    let breaks = text.iter().filter(|byte| **byte == end).count() as u64;
    // After the last break there is a line only where something follows it.
    let is_open = text.last().is_some_and(|last| *last != end);
    (breaks > 0).then(|| breaks + u64::from(is_open))
}

fn failure(error: csv::Error) -> ReadError {
    let line = error.position().map(csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ReadError::Unreadable(error.kind()),
        _ => ReadError::Csv { line },
    }
}

/// Rows on their way to their members.
struct Intake<'a> {
    layout: Layout,
    replay: Replay<'a>,
    totals: ControlTotals,
    mistakes: Mistakes,
    rows_after: u64,
    last: Option<Day>,
    /// Of an unsorted ledger.
    parts: Vec<Vec<Row>>,
    /// Rows of the member being read, of a sorted one.
    current: Vec<Row>,
    order: MemberOrder,
    cash_by_tier: Vec<(i128, i128)>,
}

impl<'a> Intake<'a> {
    fn new(layout: Layout, terms: &'a Terms) -> Intake<'a> {
        Intake {
            replay: Replay::divided(terms, layout.by, layout.as_of),
            totals: ControlTotals::default(),
            mistakes: Mistakes::default(),
            rows_after: 0,
            last: None,
            parts: vec![Vec::new(); if layout.sorted { 0 } else { PARTS }],
            current: Vec::new(),
            order: MemberOrder::default(),
            cash_by_tier: Vec::new(),
            layout,
        }
    }

    fn accept(
        &mut self,
        row: Row,
        cash: Option<i64>,
        member: &[u8],
        line: u64,
    ) -> Result<(), ReadError> {
        if self.layout.sorted && !self.order.follows(member) {
            return Err(ReadError::NotSorted { line });
        }
        if self.layout.as_of.is_some_and(|day| row.day > day) {
            self.rows_after += 1;
            return Ok(());
        }
        if self.totals.all_rows() >= MOST_ROWS {
            return Err(ReadError::TooManyRows);
        }
        self.totals.count(&row);
        if let (Some(cash), Kind::Redeem) = (cash, row.kind) {
            self.totals.add_cash(cash, row.points);
            let tier = usize::from(row.tier);
            if self.cash_by_tier.len() <= tier {
                self.cash_by_tier.resize(tier + 1, (0, 0));
            }
            if let Some(sum) = self.cash_by_tier.get_mut(tier) {
                *sum = (sum.0 + i128::from(cash), sum.1 + i128::from(row.points));
            }
        }
        self.last = self.last.max(Some(row.day));
        if self.layout.sorted {
            if self
                .current
                .first()
                .is_some_and(|first| first.member != row.member)
            {
                self.replay.member(&mut self.current);
                self.current.clear();
            }
            self.current.push(row);
        } else {
            let part = (row.member >> 56) as usize % PARTS;
            if let Some(part) = self.parts.get_mut(part) {
                part.push(row);
            }
        }
        Ok(())
    }

    fn finish(mut self, names: &[Names; 2]) -> Result<Ledger, ReadError> {
        let [tiers, partners] = names;
        for wanted in &self.layout.protected {
            if tiers.seen().all(|name| name != wanted) {
                return Err(ReadError::NoSuchTier {
                    wanted: wanted.clone(),
                    stated: tiers.seen().map(str::to_owned).collect(),
                });
            }
        }
        if !self.current.is_empty() {
            self.replay.member(&mut self.current);
        }
        for part in std::mem::take(&mut self.parts) {
            let mut part = part;
            part.sort_unstable_by_key(Row::order);
            for member in part.chunk_by_mut(|a, b| a.member == b.member) {
                self.replay.member(member);
            }
        }
        let as_of = self.layout.as_of.or(self.last);
        let (Some(as_of), true) = (as_of, self.last.is_some() || self.mistakes.count > 0) else {
            return Err(ReadError::NoRows(self.mistakes));
        };
        let named = match self.layout.by {
            None => &[],
            Some(Key::Tier) => tiers.all(),
            Some(Key::Partner) => partners.all(),
        };
        let Divided {
            whole, mut groups, ..
        } = self.replay.book;
        groups.resize_with(named.len(), Flows::default);
        Ok(Ledger {
            flows: whole,
            groups,
            names: named.to_vec(),
            cash_by_tier: self.cash_by_tier,
            totals: self.totals,
            mistakes: self.mistakes,
            rows_after: self.rows_after,
            as_of,
            days_after_last: self.last.map_or(0, |last| as_of.0.abs_diff(last.0)),
        })
    }
}

/// Whether members come in order, as text or as numbers: then none comes twice.
#[derive(Default)]
struct MemberOrder {
    before: Vec<u8>,
    not_as_text: bool,
    not_as_numbers: bool,
}

impl MemberOrder {
    fn follows(&mut self, member: &[u8]) -> bool {
        if member == self.before {
            return true;
        }
        if !self.before.is_empty() {
            let number = |id: &[u8]| std::str::from_utf8(id).ok()?.parse::<u64>().ok();
            self.not_as_text |= member < self.before.as_slice();
            self.not_as_numbers |= match (number(&self.before), number(member)) {
                (Some(before), Some(now)) => now <= before,
                _ => true,
            };
        }
        self.before.clear();
        self.before.extend_from_slice(member);
        !(self.not_as_text && self.not_as_numbers)
    }
}

#[cfg(test)]
mod tests;
