//! The columns of a ledger, and a row from them.

use super::{Layout, ReadError};
use crate::book::calendar::Day;
use crate::book::division::{Key, LONGEST_NAME, NameError, Names};
use crate::book::rows::{Kind, MOST_POINTS, Row, member_hash};
use csv::ByteRecord;

/// Longest row, bytes.
const LONGEST_ROW: usize = 64 << 10;

/// Where the columns are.
pub(super) struct Columns {
    pub(super) member: usize,
    date: usize,
    kind: usize,
    points: usize,
    lot: Option<usize>,
    cash: Option<usize>,
    /// Only where tiers or partners matter.
    tier: Option<usize>,
    partner: Option<usize>,
}

impl Columns {
    pub(super) fn find(header: &ByteRecord, layout: &Layout) -> Result<Columns, ReadError> {
        let named = |names: &[&'static str]| one_of(header, names);
        let one_cell = (header.len() == 1).then(|| header.get(0)).flatten();
        if one_cell.is_some_and(|cell| cell.contains(&b';') || cell.contains(&b'\t')) {
            return Err(ReadError::Separator);
        }
        let needed = |names: &[&'static str]| named(names)?.ok_or(ReadError::Column(names[0]));
        Ok(Columns {
            member: needed(&["member", "member_id"])?,
            date: needed(&["date"])?,
            kind: needed(&["type", "kind"])?,
            points: needed(&["points"])?,
            lot: named(&["lot"])?,
            cash: named(&["cash_value", "cash"])?,
            tier: match layout.by == Some(Key::Tier) || !layout.protected.is_empty() {
                true => Some(needed(&["tier"])?),
                false => None,
            },
            partner: match layout.by == Some(Key::Partner) {
                true => Some(needed(&["partner"])?),
                false => None,
            },
        })
    }

    /// A row, with the cash value in ten-thousandths of the currency.
    pub(super) fn row(
        &self,
        record: &ByteRecord,
        line: u64,
        layout: &Layout,
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
                let cash =
                    money(text).ok_or("the cash value is no amount with at most 4 decimals")?;
                Some(cost(cash, kind, points, layout.signed)?)
            }
        };
        let row = Row {
            member: member_hash(member),
            points,
            day,
            lot,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            tier: 0,
            partner: 0,
            kind,
        };
        Ok((row, cash))
    }
}

impl Columns {
    /// Numbers the tier and the partner of a row; the inner error is of this row alone.
    pub(super) fn label(
        &self,
        record: &ByteRecord,
        line: u64,
        row: &mut Row,
        names: &mut [Names; 2],
    ) -> Result<Result<(), &'static str>, ReadError> {
        const UNREADABLE: [&str; 2] = [
            "the tier is no UTF-8 text of at most 80 bytes without control characters",
            "the partner is no UTF-8 text of at most 80 bytes without control characters",
        ];
        const { assert!(LONGEST_NAME == 80) };
        let [tiers, partners] = names;
        let wanted = [
            (self.tier, tiers, Key::Tier, &mut row.tier),
            (self.partner, partners, Key::Partner, &mut row.partner),
        ];
        for ((at, names, key, number), unreadable) in wanted.into_iter().zip(UNREADABLE) {
            let cell = at.and_then(|at| record.get(at)).map(<[u8]>::trim_ascii);
            let Some(name) = cell.filter(|cell| !cell.is_empty()) else {
                continue;
            };
            match names.number(name) {
                Ok(found) => *number = found,
                Err(NameError::Unreadable) => return Ok(Err(unreadable)),
                Err(NameError::TooMany) => {
                    let column = key.name();
                    return Err(ReadError::TooManyGroups { column, line });
                }
            }
        }
        Ok(Ok(()))
    }
}

/// The column with one of these names.
fn one_of(header: &ByteRecord, names: &[&'static str]) -> Result<Option<usize>, ReadError> {
    let mut found = header.iter().enumerate().filter_map(|(at, cell)| {
        let is_it = |name: &&&str| cell.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
        names.iter().find(is_it).map(|name| (*name, at + 1))
    });
    match (found.next(), found.next()) {
        (Some(first), Some(second)) => Err(ReadError::TwoColumns([first, second])),
        (first, _) => Ok(first.map(|(_, place)| place - 1)),
    }
}

/// What a cash value adds to the cost of redemptions: its size, taken off where the row cancels. The sign says no more than
/// that of the points, and is often that of the balance.
fn cost(cash: i64, kind: Kind, points: i64, is_signed: bool) -> Result<i64, &'static str> {
    if kind == Kind::Redeem && points > 0 && cash < 0 && !is_signed {
        return Err(
            "the cash value of a redemption is negative; only that of a cancelled one may be, or of a signed ledger",
        );
    }
    Ok(if points < 0 { -cash.abs() } else { cash.abs() })
}

/// A whole number; a fraction of zeros is allowed, as spreadsheets write.
pub(super) fn whole(text: &[u8]) -> Option<i64> {
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
pub(super) fn money(text: &[u8]) -> Option<i64> {
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
