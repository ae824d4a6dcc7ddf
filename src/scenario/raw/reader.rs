//! Walks the tree of the file with the tables of keys beside it, and collects every finding on the way.

use std::collections::BTreeMap;

use super::key::{Default, Key, Kind, TableSpec};
use super::node::{Entry, Node, Span, Table, Value};
use crate::scenario::diagnostics::{Code, Diagnostic, echo};
use crate::scenario::model::Assumption;

/// Everything learned while reading: findings, where each path was written, and what was written as a distribution.
#[derive(Debug, std::default::Default)]
pub struct Reader {
    pub findings: Vec<Diagnostic>,
    /// Value spans by path through names.
    pub spans: BTreeMap<String, Span>,
    pub assumptions: Vec<Assumption>,
    /// `source = ".."` by path, of distributions and of plain numbers.
    pub sources: BTreeMap<String, String>,
    /// Whether a list was too long to be read to its end.
    pub cut: bool,
    path: Vec<String>,
    /// Keys without the names of list elements, as in a table header.
    header: Vec<&'static str>,
}

/// Where a value stands: its path, its span (of the table it is missing from if it was not written).
#[derive(Clone, Debug)]
pub struct Place {
    pub path: String,
    pub span: Span,
    pub written: bool,
}

/// The table being read.
pub struct Scope<'a> {
    pub table: &'a Table,
    pub span: Span,
    pub spec: &'static TableSpec,
    /// How the table is written, for messages: `[market]`.
    pub title: String,
}

/// Most unknown keys of one table that are reported: the rest says nothing new.
const MOST_UNKNOWN: usize = 50;

impl<'a> Scope<'a> {
    fn unknown(&self) -> impl Iterator<Item = &'a Entry> {
        let spec = self.spec;
        self.table
            .entries
            .iter()
            .filter(|entry| spec.key(&entry.key).is_none())
            .take(MOST_UNKNOWN)
    }
}

/// A table of the language as a Rust type, written by [`raw_table!`](super::raw_table).
pub trait RawTable: Sized {
    fn spec() -> &'static TableSpec;
    fn read(reader: &mut Reader, scope: &Scope<'_>) -> Self;
}

/// The type of one key: how it is read from the table it is in.
pub trait Field: Sized {
    fn read(reader: &mut Reader, scope: &Scope<'_>, key: &'static Key) -> Self;
}

/// How `when` applies to a key in this table.
pub enum Applies {
    Yes,
    No,
    /// The selector itself is wrong: judge nothing.
    Unknown,
}

impl Reader {
    /// The path of `key` in the table being read.
    pub fn path_of(&self, key: &str) -> String {
        let mut path = self.path.join(".");
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        path
    }

    pub fn place(&self, scope: &Scope<'_>, key: &str) -> Place {
        match scope.table.get(key) {
            Some(entry) => Place {
                path: self.path_of(key),
                span: entry.node.span.clone(),
                written: true,
            },
            None => Place {
                path: self.path_of(key),
                span: scope.span.clone(),
                written: false,
            },
        }
    }

    pub fn push(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Reads the whole file.
    pub fn root<T: RawTable>(&mut self, table: &Table) -> T {
        self.read_scope(table, 0..0, "the scenario".to_string())
    }

    /// Reads the table `T` of key `key`; `name` is the label of a list element.
    pub fn descend<T: RawTable>(
        &mut self,
        key: &'static str,
        name: Option<String>,
        table: &Table,
        span: Span,
    ) -> T {
        self.path.push(key.to_string());
        self.header.push(key);
        let header = self.header.join(".");
        let title = match &name {
            Some(name) => format!("[[{header}]] {}", echo(name)),
            None => format!("[{header}]"),
        };
        let named = name.is_some();
        self.path.extend(name);
        let read = self.read_scope(table, span, title);
        if named {
            self.path.pop();
        }
        self.path.pop();
        self.header.pop();
        read
    }

    fn read_scope<T: RawTable>(&mut self, table: &Table, span: Span, title: String) -> T {
        let scope = Scope {
            table,
            span,
            spec: T::spec(),
            title,
        };
        self.refuse_unknown_keys(&scope);
        for entry in &table.entries {
            let path = self.path_of(&entry.key);
            self.spans.insert(path, entry.node.span.clone());
        }
        T::read(self, &scope)
    }

    fn refuse_unknown_keys(&mut self, scope: &Scope<'_>) {
        for entry in scope.unknown() {
            let names: Vec<&str> = scope.spec.keys.iter().map(|key| key.name).collect();
            self.findings.push(
                Diagnostic::error(
                    Code::UnknownKey,
                    format!("unknown key `{}` in {}", echo(&entry.key), scope.title),
                    entry.key_span.clone(),
                )
                .expecting(format!("one of {}", names.join(", ")))
                .with_nearest(scope.spec.nearest(&entry.key)),
            );
        }
    }

    /// Whether the chosen word of the selector makes this key read; a written key that is not read is refused here.
    pub fn applies(&mut self, scope: &Scope<'_>, key: &'static Key) -> Applies {
        let Some((selector, words)) = key.when else {
            return Applies::Yes;
        };
        let (Some(selector_key), Some(chosen)) =
            (scope.spec.key(selector), chosen(scope, selector))
        else {
            return Applies::Unknown;
        };
        if words.contains(&chosen) {
            return Applies::Yes;
        }
        if let Kind::Word(all) = selector_key.kind
            && !all.contains(&chosen)
        {
            return Applies::Unknown;
        }
        if let Some(entry) = scope.table.get(key.name) {
            let readers: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            self.push(
                Diagnostic::error(
                    Code::NotRead,
                    format!(
                        "`{}` is not read when {selector} = \"{}\"",
                        key.name,
                        echo(chosen)
                    ),
                    entry.key_span.clone(),
                )
                .with_help(format!(
                    "remove it, or choose {selector} = {}",
                    readers.join(" or ")
                )),
            );
        }
        Applies::No
    }

    /// Whether a key that is not written must be.
    pub fn is_required(&self, scope: &Scope<'_>, key: &'static Key) -> bool {
        match key.required_when {
            Some((selector, words)) => {
                chosen(scope, selector).is_some_and(|word| words.contains(&word))
            }
            None => matches!(key.default, Default::Required),
        }
    }

    /// A required key that is not there.
    pub fn missing(&mut self, scope: &Scope<'_>, key: &'static Key) {
        // A misspelled key is one error, and its finding already names this one.
        let misspelled = scope
            .unknown()
            .any(|entry| scope.spec.nearest(&entry.key) == Some(key.name));
        if misspelled {
            return;
        }
        self.push(
            Diagnostic::error(
                Code::MissingKey,
                format!("{} needs `{}`", scope.title, key.name),
                scope.span.clone(),
            )
            .expecting(format!("`{}`: {}", key.name, describe(key)))
            .with_help(key.doc.trim().to_string()),
        );
    }

    /// A value of the wrong type.
    pub fn wrong_type(&mut self, key: &'static Key, node: &Node) {
        let finding = Diagnostic::error(
            Code::WrongType,
            format!("`{}` cannot be {}", key.name, node.type_name()),
            node.span.clone(),
        )
        .expecting(describe(key));
        let finding = match (&key.kind, &node.value) {
            (Kind::List { .. }, Value::Table(_)) => {
                finding.with_help(format!("write [[{}]], once for each element", key.name))
            }
            (Kind::Table(_), Value::List(_)) => {
                finding.with_help(format!("write [{}], once", key.name))
            }
            (Kind::Integer { .. }, Value::Float(x, _))
                if x.is_finite() && *x == libm::trunc(*x) =>
            {
                finding.with_help("write it without decimals or exponent, for example 1_000_000")
            }
            (Kind::Number(_), Value::Text(_)) => finding.with_help("write it without quotes"),
            (Kind::Month, Value::Date) => finding.with_help("write it in quotes: \"2027-01\""),
            _ => finding,
        };
        self.push(finding);
    }
}

/// The word a selector has in this table, written or by default; `None` where it is wrong or missing.
fn chosen<'a>(scope: &Scope<'a>, selector: &str) -> Option<&'a str> {
    match scope.table.get(selector).map(|entry| &entry.node.value) {
        Some(Value::Text(text)) => Some(text.as_str()),
        Some(_) => None,
        None => match scope.spec.key(selector)?.default {
            Default::Word(word) => Some(word),
            _ => None,
        },
    }
}

/// What a key expects, in words.
pub fn describe(key: &Key) -> String {
    let unit = if key.unit.is_empty() {
        String::new()
    } else {
        format!(" ({})", key.unit)
    };
    if !key.expects.is_empty() {
        return key.expects.to_string();
    }
    match key.kind {
        Kind::Number(range) => format!("a number {range}{unit}"),
        Kind::Integer { lo, hi } => {
            format!("a whole number from {} to {}{unit}", whole(lo), whole(hi))
        }
        Kind::Numbers { len, range } => format!("a list of {len} numbers {range}{unit}"),
        Kind::Text => "text of 1 to 60 characters".to_string(),
        Kind::Word(words) if words.len() > 20 => format!("{} known words", words.len()),
        Kind::Word(words) => {
            let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            quoted.join(" or ")
        }
        Kind::Flag => "true or false".to_string(),
        Kind::Month => "a month in quotes, for example \"2027-01\"".to_string(),
        Kind::Table(spec) => format!("a table of {}", key_names(spec())),
        Kind::NumberOrTable(range, spec) => {
            format!(
                "a number {range}{unit}, or a table of {}",
                key_names(spec())
            )
        }
        Kind::List { item, most, .. } => {
            format!("a list of at most {most} tables of {}", key_names(item()))
        }
    }
}

/// A whole number exactly; beyond 2^53 a real one would show another.
fn whole(number: i64) -> String {
    if number.unsigned_abs() <= 1 << 53 {
        crate::scenario::law::Plain(number as f64).to_string()
    } else {
        number.to_string()
    }
}

fn key_names(spec: &TableSpec) -> String {
    let names: Vec<&str> = spec.keys.iter().map(|key| key.name).collect();
    names.join(", ")
}
