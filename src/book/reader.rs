//! Reading a ledger row by row. Every row is counted or reported with its line; what stands in it is never repeated, so
//! that no member's identifier can reach a message.

use super::calendar::Day;
use super::flows::{ControlTotals, Flows};
use super::replay::{Replay, Terms};
use super::rows::{Kind, MOST_POINTS, MOST_ROWS, Row, member_hash};
use csv::ByteRecord;
use std::io::Read;

/// Longest row, bytes.
const LONGEST_ROW: usize = 64 << 10;
/// Mistakes kept one by one.
const MOST_SHOWN: usize = 20;
/// Rows of an unsorted ledger are dealt by hash, so that they are sorted in parts.
const PARTS: usize = 256;

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Redemptions and expiries carry a minus sign, as effects on the balance.
    pub signed: bool,
    /// Rows of a member follow one another and members are in order: read in one pass, a member at a time.
    pub sorted: bool,
    /// Rows after this day are counted and left out.
    pub as_of: Option<Day>,
}

/// A ledger read.
#[derive(Debug)]
pub struct Ledger {
    pub flows: Flows,
    pub totals: ControlTotals,
    pub mistakes: Mistakes,
    /// Rows after the day of the valuation.
    pub rows_after: u64,
    /// The day of the valuation: as stated, else that of the last row.
    pub as_of: Day,
}

/// Rows that could not be used, all counted, the first ones by line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    pub count: u64,
    pub first: Vec<(u64, &'static str)>,
}

impl Mistakes {
    fn add(&mut self, line: u64, what: &'static str) {
        self.count += 1;
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
    /// The file cannot be read, or its quoting is broken; at a line where known.
    Csv {
        line: Option<u64>,
    },
    Unreadable(std::io::ErrorKind),
    NotSorted {
        line: u64,
    },
    TooManyRows,
    NoRows,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReadError::Column(name) => write!(
                f,
                "line 1: there is no column `{name}`; expected member, date, type, points and optionally lot, tier, \
                 partner, cash_value"
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
            ReadError::NoRows => write!(f, "there is no row that can be used"),
        }
    }
}

impl std::error::Error for ReadError {}

/// Where the columns are.
struct Columns {
    member: usize,
    date: usize,
    kind: usize,
    points: usize,
    lot: Option<usize>,
    cash: Option<usize>,
}

impl Columns {
    fn find(header: &ByteRecord) -> Result<Columns, ReadError> {
        let named = |names: &[&'static str]| {
            let is = |cell: &[u8]| {
                names
                    .iter()
                    .any(|name| cell.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
            };
            header.iter().position(is)
        };
        let needed = |names: &[&'static str]| named(names).ok_or(ReadError::Column(names[0]));
        Ok(Columns {
            member: needed(&["member", "member_id"])?,
            date: needed(&["date"])?,
            kind: needed(&["type", "kind"])?,
            points: needed(&["points"])?,
            lot: named(&["lot"]),
            cash: named(&["cash_value", "cash"]),
        })
    }

    /// A row, with the cash value in ten-thousandths of the currency.
    fn row(
        &self,
        record: &ByteRecord,
        line: u64,
        layout: Layout,
    ) -> Result<(Row, Option<i64>), &'static str> {
        let cell = |at: usize| {
            record
                .get(at)
                .map(<[u8]>::trim_ascii)
                .filter(|cell| !cell.is_empty())
        };
        if record.as_slice().len() > LONGEST_ROW {
            return Err("the row is longer than 64 KiB");
        }
        let member = cell(self.member).ok_or("the member is missing")?;
        let date = cell(self.date).ok_or("the date is missing")?;
        let day =
            Day::parse(date).ok_or("the date is no day of 1900 to 2199 written as YYYY-MM-DD")?;
        let kind = cell(self.kind).ok_or("the type is missing")?;
        let kind = Kind::parse(kind)
            .ok_or("the type is none of earn, redeem, expire, adjust, transfer")?;
        let points = cell(self.points).ok_or("the points are missing")?;
        let mut points =
            whole(points).ok_or("the points are no whole number of at most 10,000,000,000")?;
        if layout.signed && matches!(kind, Kind::Redeem | Kind::Expire) {
            points = -points;
        }
        let lot = match self.lot.and_then(cell) {
            None => None,
            Some(text) => {
                Some(Day::parse(text).ok_or("the lot is no date of issue written as YYYY-MM-DD")?)
            }
        };
        if lot.is_some_and(|lot| lot > day) {
            return Err("the lot was issued after the date of the row");
        }
        let cash = match self.cash.and_then(cell) {
            None => None,
            Some(text) => {
                Some(money(text).ok_or("the cash value is no amount with at most 4 decimals")?)
            }
        };
        let row = Row {
            member: member_hash(member),
            points,
            day,
            lot,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            kind,
        };
        Ok((row, cash))
    }
}

/// A whole number; a fraction of zeros is allowed, as spreadsheets write.
fn whole(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (number, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte == b'0') {
        return None;
    }
    number
        .parse()
        .ok()
        .filter(|points: &i64| points.unsigned_abs() <= MOST_POINTS.unsigned_abs())
}

/// An amount with up to four decimals, in ten-thousandths.
fn money(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (number, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 4
        || !fraction.bytes().all(|b| b.is_ascii_digit())
        || number.starts_with(['-', '+'])
    {
        return None;
    }
    let number: i64 = number
        .parse()
        .ok()
        .filter(|number| *number <= MOST_POINTS)?;
    let fraction: i64 = format!("{fraction:0<4}").parse().ok()?;
    Some(sign * (number * 10_000 + fraction))
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
    let columns = Columns::find(reader.byte_headers().map_err(failure)?)?;
    let mut into = Intake::new(layout, terms);
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(failure)? {
        let line = record.position().map_or(0, csv::Position::line);
        match columns.row(&record, line, layout) {
            Ok((row, cash)) => {
                let member = record.get(columns.member).unwrap_or_default();
                into.accept(row, cash, member.trim_ascii(), line)?;
            }
            Err(what) => into.mistakes.add(line, what),
        }
    }
    into.finish()
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
}

impl<'a> Intake<'a> {
    fn new(layout: Layout, terms: &'a Terms) -> Intake<'a> {
        Intake {
            layout,
            replay: Replay::new(terms),
            totals: ControlTotals::default(),
            mistakes: Mistakes::default(),
            rows_after: 0,
            last: None,
            parts: vec![Vec::new(); if layout.sorted { 0 } else { PARTS }],
            current: Vec::new(),
            order: MemberOrder::default(),
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

    fn finish(mut self) -> Result<Ledger, ReadError> {
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
            return Err(ReadError::NoRows);
        };
        Ok(Ledger {
            flows: self.replay.flows,
            totals: self.totals,
            mistakes: self.mistakes,
            rows_after: self.rows_after,
            as_of,
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
