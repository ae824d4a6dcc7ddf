//! How tables and lists of tables are read.

use std::collections::BTreeSet;

use super::distribution::is_distribution;
use super::key::{Default, Key, Kind};
use super::node::{Span, Table, Value};
use super::reader::{Applies, Field, RawTable, Reader, Scope};
use super::written::Number;
use crate::scenario::diagnostics::{Code, Diagnostic, echo};

impl<T: RawTable> Field for Option<T> {
    fn read(reader: &mut Reader, scope: &Scope<'_>, key: &'static Key) -> Self {
        if matches!(reader.applies(scope, key), Applies::No) {
            return None;
        }
        let entry = scope.table.get(key.name)?;
        let Value::Table(table) = &entry.node.value else {
            reader.wrong_type(key, &entry.node);
            return None;
        };
        Some(reader.descend(key.name, None, table, entry.node.span.clone()))
    }
}

/// Reads a table whose keys all have defaults, from an empty table where it is not written.
pub fn read_table<T: RawTable>(reader: &mut Reader, scope: &Scope<'_>, key: &'static Key) -> T {
    if let Some(table) = Option::<T>::read(reader, scope, key) {
        return table;
    }
    let empty = Table::default();
    if matches!(key.default, Default::Required) && scope.table.get(key.name).is_none() {
        reader.missing(scope, key);
    }
    // Keys missing from a table that is itself missing or no table are not news.
    let before = reader.findings.len();
    let quiet = matches!(key.default, Default::Required) || scope.table.get(key.name).is_some();
    let read = reader.descend(key.name, None, &empty, scope.span.clone());
    if quiet {
        reader.findings.truncate(before);
    }
    read
}

impl<T: RawTable> Field for Vec<T> {
    fn read(reader: &mut Reader, scope: &Scope<'_>, key: &'static Key) -> Self {
        let Kind::List { label, most, .. } = key.kind else {
            return Vec::new();
        };
        if matches!(reader.applies(scope, key), Applies::No) {
            return Vec::new();
        }
        let Some(entry) = scope.table.get(key.name) else {
            if reader.is_required(scope, key) {
                reader.missing(scope, key);
            }
            return Vec::new();
        };
        let Value::List(items) = &entry.node.value else {
            reader.wrong_type(key, &entry.node);
            return Vec::new();
        };
        if items.len() > most {
            reader.push(
                Diagnostic::error(
                    Code::TooLarge,
                    format!("{} elements of `{}`", items.len(), key.name),
                    entry.node.span.clone(),
                )
                .expecting(format!("at most {most}")),
            );
            // The first stand for all: an empty list would be told to be missing.
            reader.cut = true;
        }
        let mut labels = BTreeSet::new();
        let mut elements = Vec::with_capacity(items.len());
        for (i, item) in items.iter().take(most).enumerate() {
            let Value::Table(table) = &item.value else {
                reader.wrong_type(key, item);
                continue;
            };
            let written = table.get(label);
            let name = match written.map(|entry| &entry.node.value) {
                Some(Value::Text(text)) => echo(text),
                Some(Value::Integer(Some(number), _)) => number.to_string(),
                _ => (i + 1).to_string(),
            };
            if let Some(entry) = written
                && !labels.insert(name.clone())
            {
                reader.push(duplicate(key.name, label, &name, entry.node.span.clone()));
            }
            elements.push(reader.descend(key.name, Some(name), table, item.span.clone()));
        }
        elements
    }
}

fn duplicate(list: &str, label: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::Duplicate,
        format!("two elements of `{list}` have {label} = {name}"),
        span,
    )
    .expecting(format!("a different `{label}` for each"))
}

/// A number, or a table that says more.
#[derive(Clone, Debug)]
pub enum NumberOr<T> {
    Number(Number),
    Table(T),
}

impl<T: RawTable> Field for NumberOr<T> {
    fn read(reader: &mut Reader, scope: &Scope<'_>, key: &'static Key) -> Self {
        if let Some(entry) = scope.table.get(key.name)
            && let Value::Table(table) = &entry.node.value
            && !is_distribution(table)
        {
            let span = entry.node.span.clone();
            return NumberOr::Table(reader.descend(key.name, None, table, span));
        }
        NumberOr::Number(Number::read(reader, scope, key))
    }
}
