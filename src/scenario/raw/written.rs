//! Values as written, with their place; how each type of key is read.

use super::distribution::{read_choice, read_number};
use super::key::{Default, Key, Kind};
use super::message::{out_of_range, shown};
use super::node::{Node, Value};
use super::reader::{Applies, Field, Place, Reader, Scope, describe};
use crate::scenario::diagnostics::{Code, Diagnostic, echo, is_unsafe, nearest};
use crate::scenario::evidence;
use crate::scenario::law::Interval;
use crate::scenario::model::CalendarMonth;

/// A value with its place. `valid` is false when it was wrong (the finding is already made) and `value` only stands in,
/// so that checks over several keys stay silent about it.
#[derive(Clone, Debug)]
pub struct Written<T> {
    pub value: T,
    pub at: Place,
    pub valid: bool,
    /// The digits as written; empty for defaults, distributions and anything that is no number.
    pub digits: String,
}

/// A real number; a distribution is already replaced by its mean.
pub type Number = Written<f64>;
pub type Integer = Written<i64>;
pub type Text = Written<String>;
/// One of the words of its key.
pub type Word = Written<&'static str>;
pub type Flag = Written<bool>;
pub type Month = Written<CalendarMonth>;

impl<T> Written<T> {
    /// Written and right.
    pub fn is_given(&self) -> bool {
        self.at.written && self.valid
    }
}

/// A type of value that one key holds.
pub trait Scalar: Sized {
    /// Reads the node, or pushes what is wrong with it; the second part is the digits as written.
    fn parse(
        reader: &mut Reader,
        key: &'static Key,
        path: &str,
        node: &Node,
    ) -> Option<(Self, String)>;
    /// The key's default, or a harmless stand-in.
    fn fallback(key: &'static Key) -> Self;
}

impl<T: Scalar> Field for Written<T> {
    fn read(reader: &mut Reader, scope: &Scope<'_>, key: &'static Key) -> Self {
        let at = reader.place(scope, key.name);
        let applies = reader.applies(scope, key);
        let mut valid = !matches!(applies, Applies::Unknown) || at.written;
        let entry = scope.table.get(key.name);
        if let (Applies::Yes | Applies::Unknown, Some(entry)) = (&applies, entry) {
            let parsed = T::parse(reader, key, &at.path, &entry.node);
            valid = parsed.is_some();
            if let Some((value, digits)) = parsed {
                return Written {
                    value,
                    at,
                    valid,
                    digits,
                };
            }
        } else if matches!(applies, Applies::Yes) && matches!(key.default, Default::Required) {
            reader.missing(scope, key);
            valid = false;
        }
        Written {
            value: T::fallback(key),
            at,
            valid,
            digits: String::new(),
        }
    }
}

impl<T: Scalar> Field for Option<Written<T>> {
    fn read(reader: &mut Reader, scope: &Scope<'_>, key: &'static Key) -> Self {
        let entry = scope.table.get(key.name)?;
        let at = reader.place(scope, key.name);
        let applies = reader.applies(scope, key);
        if matches!(applies, Applies::No) {
            return None;
        }
        let parsed = T::parse(reader, key, &at.path, &entry.node);
        Some(match parsed {
            Some((value, digits)) => Written {
                value,
                at,
                valid: true,
                digits,
            },
            None => Written {
                value: T::fallback(key),
                at,
                valid: false,
                digits: String::new(),
            },
        })
    }
}

impl Scalar for f64 {
    fn parse(
        reader: &mut Reader,
        key: &'static Key,
        path: &str,
        node: &Node,
    ) -> Option<(f64, String)> {
        let (Kind::Number(range) | Kind::NumberOrTable(range, _) | Kind::Numbers { range, .. }) =
            key.kind
        else {
            return None;
        };
        let read = read_number(reader, key, &range, path, node)?;
        doubt(reader, key, read.0, node);
        Some(read)
    }

    fn fallback(key: &'static Key) -> f64 {
        match (key.default, key.kind) {
            (Default::Number(x), _) => x,
            (Default::Evidence(path), _) => evidence::default_of(path),
            (_, Kind::Number(range) | Kind::NumberOrTable(range, _)) => inside(&range),
            _ => 0.0,
        }
    }
}

/// Warns about a value outside the range of the evidence register.
fn doubt(reader: &mut Reader, key: &'static Key, value: f64, node: &Node) {
    let Default::Evidence(path) = key.default else {
        return;
    };
    if let Some(doubt) = evidence::row_of(path).and_then(|row| row.doubt(value)) {
        reader.push(
            Diagnostic::warning(
                Code::Implausible,
                format!("`{}` = {} is unusual", key.name, shown(value)),
                node.span.clone(),
            )
            .with_help(doubt),
        );
    }
}

/// A number of the interval that no other check complains about.
fn inside(range: &Interval) -> f64 {
    if range.contains(1.0) {
        1.0
    } else {
        range.lo + 0.5 * (range.hi - range.lo)
    }
}

impl Scalar for i64 {
    fn parse(
        reader: &mut Reader,
        key: &'static Key,
        path: &str,
        node: &Node,
    ) -> Option<(i64, String)> {
        let Kind::Integer { lo, hi } = key.kind else {
            return None;
        };
        let value = match &node.value {
            Value::Integer(Some(value), _) => *value,
            Value::Integer(None, digits) => {
                reader.push(out_of_range(key, &echo(digits), node));
                return None;
            }
            Value::Table(table) => read_choice(reader, key, path, table, node)?,
            _ => {
                reader.wrong_type(key, node);
                return None;
            }
        };
        if value < lo || value > hi {
            reader.push(out_of_range(key, &value.to_string(), node));
            return None;
        }
        Some((value, value.to_string()))
    }

    fn fallback(key: &'static Key) -> i64 {
        match (key.default, key.kind) {
            (Default::Integer(value), _) => value,
            (_, Kind::Integer { lo, .. }) => lo,
            _ => 0,
        }
    }
}

impl Scalar for String {
    fn parse(
        reader: &mut Reader,
        key: &'static Key,
        _: &str,
        node: &Node,
    ) -> Option<(String, String)> {
        let Value::Text(text) = &node.value else {
            reader.wrong_type(key, node);
            return None;
        };
        let length = text.chars().count();
        let fault = if length == 0 {
            "is empty".to_string()
        } else if length > 60 {
            format!("has {length} characters")
        } else if let Some(hidden) = text.chars().find(|c| is_unsafe(*c)) {
            let kind = if hidden.is_control() {
                "a control"
            } else {
                "an invisible"
            };
            format!("holds {kind} character, U+{:04X}", u32::from(hidden))
        } else if text.trim() != text {
            "begins or ends with a space".to_string()
        } else {
            return Some((text.clone(), String::new()));
        };
        reader.push(
            Diagnostic::error(
                Code::OutOfRange,
                format!("`{}` {fault}", key.name),
                node.span.clone(),
            )
            .expecting("text of 1 to 60 printable characters"),
        );
        None
    }

    fn fallback(_: &'static Key) -> String {
        "?".to_string()
    }
}

impl Scalar for &'static str {
    fn parse(
        reader: &mut Reader,
        key: &'static Key,
        _: &str,
        node: &Node,
    ) -> Option<(&'static str, String)> {
        let (Kind::Word(words), Value::Text(text)) = (key.kind, &node.value) else {
            reader.wrong_type(key, node);
            return None;
        };
        let found = words.iter().find(|word| *word == text);
        if found.is_none() {
            reader.push(
                Diagnostic::error(
                    Code::UnknownWord,
                    format!("`{}` cannot be \"{}\"", key.name, echo(text)),
                    node.span.clone(),
                )
                .expecting(describe(key))
                .with_nearest(nearest(text, words.iter().copied())),
            );
        }
        found.map(|word| (*word, String::new()))
    }

    fn fallback(key: &'static Key) -> &'static str {
        match (key.default, key.kind) {
            (Default::Word(word), _) => word,
            (_, Kind::Word(words)) => words.first().copied().unwrap_or(""),
            _ => "",
        }
    }
}

impl Scalar for bool {
    fn parse(
        reader: &mut Reader,
        key: &'static Key,
        _: &str,
        node: &Node,
    ) -> Option<(bool, String)> {
        if let Value::Flag(flag) = node.value {
            return Some((flag, String::new()));
        }
        reader.wrong_type(key, node);
        None
    }

    fn fallback(key: &'static Key) -> bool {
        matches!(key.default, Default::Flag(true))
    }
}

impl Scalar for CalendarMonth {
    fn parse(
        reader: &mut Reader,
        key: &'static Key,
        _: &str,
        node: &Node,
    ) -> Option<(CalendarMonth, String)> {
        let Value::Text(text) = &node.value else {
            reader.wrong_type(key, node);
            return None;
        };
        let month = parse_month(text);
        if month.is_none() {
            reader.push(
                Diagnostic::error(
                    Code::OutOfRange,
                    format!("`{}` = \"{}\" is not a month", key.name, echo(text)),
                    node.span.clone(),
                )
                .expecting("\"YYYY-MM\" from 1900-01 to 2199-12, for example \"2027-01\""),
            );
        }
        month.map(|month| (month, String::new()))
    }

    fn fallback(_: &'static Key) -> CalendarMonth {
        CalendarMonth {
            year: 2000,
            month: 1,
        }
    }
}

fn parse_month(text: &str) -> Option<CalendarMonth> {
    let (year, month) = text.split_once('-')?;
    let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let (year, month): (i32, u32) = (year.parse().ok()?, month.parse().ok()?);
    ((1900..=2199).contains(&year) && (1..=12).contains(&month))
        .then_some(CalendarMonth { year, month })
}

/// A list of a fixed number of reals; empty when it was wrong.
#[derive(Clone, Debug)]
pub struct Numbers {
    pub items: Vec<f64>,
    pub at: Place,
    pub valid: bool,
}

impl Field for Numbers {
    fn read(reader: &mut Reader, scope: &Scope<'_>, key: &'static Key) -> Self {
        let at = reader.place(scope, key.name);
        let mut numbers = Numbers {
            items: match key.default {
                Default::Numbers(items) => items.to_vec(),
                _ => Vec::new(),
            },
            at,
            valid: true,
        };
        let (Some(entry), Kind::Numbers { len, .. }) = (scope.table.get(key.name), key.kind) else {
            return numbers;
        };
        let Value::List(items) = &entry.node.value else {
            reader.wrong_type(key, &entry.node);
            numbers.valid = false;
            return numbers;
        };
        if items.len() != len {
            reader.push(
                Diagnostic::error(
                    Code::WrongType,
                    format!("`{}` has {} numbers", key.name, items.len()),
                    entry.node.span.clone(),
                )
                .expecting(describe(key)),
            );
            numbers.valid = false;
            return numbers;
        }
        let read: Vec<Option<(f64, String)>> = items
            .iter()
            .enumerate()
            .map(|(i, item)| {
                let path = format!("{}.{}", numbers.at.path, i + 1);
                reader.spans.insert(path.clone(), item.span.clone());
                f64::parse(reader, key, &path, item)
            })
            .collect();
        numbers.valid = read.iter().all(Option::is_some);
        if numbers.valid {
            numbers.items = read.into_iter().flatten().map(|(x, _)| x).collect();
        }
        numbers
    }
}
