//! The file as written: a tree of values, each with its span, before anything is known about their meaning.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::scenario::diagnostics::{Code, Diagnostic};

/// A byte range of the source. With `extends`, several files share one address space (see [`crate::scenario::load`]).
pub type Span = Range<usize>;

/// Deepest nesting of tables and lists; the language itself needs six.
const MAX_DEPTH: usize = 16;

/// One value of the file.
#[derive(Clone, Debug)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    /// `None`: does not fit 64 bits.
    Integer(Option<i64>, String),
    Float(f64, String),
    Flag(bool),
    Date,
    List(Vec<Node>),
    Table(Table),
}

/// A table: its entries in alphabetical order (the order of the file carries no meaning in TOML).
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    pub node: Node,
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

impl Node {
    /// What the value is, in words a person who writes TOML knows.
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "text",
            Value::Integer(..) => "a whole number",
            Value::Float(..) => "a number with decimals",
            Value::Flag(_) => "true or false",
            Value::Date => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

/// Converts the parser's tree, shifting every span by `offset`; too deep a nesting is one diagnostic per place.
pub fn from_toml(table: &DeTable<'_>, offset: usize, findings: &mut Vec<Diagnostic>) -> Table {
    convert_table(table, offset, 0, findings)
}

fn convert_table(
    table: &DeTable<'_>,
    offset: usize,
    depth: usize,
    findings: &mut Vec<Diagnostic>,
) -> Table {
    let entries = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: shift(key.span(), offset),
            node: convert(value, offset, depth + 1, findings),
        })
        .collect();
    Table { entries }
}

fn convert(
    value: &Spanned<DeValue<'_>>,
    offset: usize,
    depth: usize,
    findings: &mut Vec<Diagnostic>,
) -> Node {
    let span = shift(value.span(), offset);
    if depth > MAX_DEPTH {
        findings.push(
            Diagnostic::error(
                Code::TooLarge,
                "tables and lists are nested too deep",
                span.clone(),
            )
            .expecting(format!("at most {MAX_DEPTH} levels")),
        );
        return Node {
            span,
            value: Value::Flag(false),
        };
    }
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => Value::Integer(
            i64::from_str_radix(integer.as_str(), integer.radix()).ok(),
            integer.to_string(),
        ),
        DeValue::Float(float) => Value::Float(
            float.as_str().parse().unwrap_or(f64::NAN),
            float.as_str().to_string(),
        ),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(_) => Value::Date,
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| convert(item, offset, depth + 1, findings))
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(convert_table(table, offset, depth, findings)),
    };
    Node { span, value }
}

fn shift(span: Span, offset: usize) -> Span {
    span.start + offset..span.end + offset
}
