//! Scenarios from files, and what `extends` means.
//!
//! A scenario may complete another file of its own folder: tables merge key by key, lists of named elements merge by
//! name, everything else is replaced. A table that chooses another `model`, `policy` or `kind`, or states a number as a
//! distribution, replaces the other as a whole.
//!
//! An overlay is laid over a scenario from outside, for a stress or a variant, by the same rules. In it, an element named
//! `"*"` stands for every element of its list, so that one overlay fits many scenarios.

mod strangers;

use std::fmt;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::diagnostics::{Code, Diagnostic, echo};
use super::raw::is_distribution;
use super::raw::node::{Entry, Node, Table, Value};
use strangers::Stranger;

use super::{MAX_BYTES, Parsed, from_table, lots, read_toml};

/// Longest chain of files that extend one another.
const MAX_CHAIN: usize = 5;

/// A file, and where its text begins in the common address space of spans.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path as given by the user.
    pub name: String,
    pub start: usize,
    pub text: String,
}

/// A scenario with the texts it came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub parsed: Parsed,
    /// The scenario's own file first, then those it extends, then overlays. A span belongs to the last source that starts
    /// at or before it.
    pub sources: Vec<Source>,
    /// Which of the sources are overlays; what follows them are files of data.
    pub overlays: std::ops::Range<usize>,
}

/// A file that could not be read at all.
#[derive(Debug)]
pub enum LoadError {
    Read(PathBuf, std::io::Error),
    TooLarge(PathBuf),
    /// With the number of the line on which it ends to be text.
    NotText(PathBuf, usize),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Read(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            LoadError::TooLarge(path) => {
                write!(f, "{} is larger than {MAX_BYTES} bytes", path.display())
            }
            LoadError::NotText(path, line) => {
                write!(f, "{} {}", path.display(), not_text(*line))
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// Loads a scenario and the files it extends; what is wrong in them is in the diagnostics, not in the error.
///
/// # Errors
/// The scenario's own file cannot be read, is larger than [`MAX_BYTES`], or is not text.
pub fn load(path: impl AsRef<Path>) -> Result<Loaded, LoadError> {
    load_with(path, &[])
}

/// As [`load`], with overlays over it, the last one on top.
///
/// # Errors
/// As [`load`], for any of the files named.
pub fn load_with(path: impl AsRef<Path>, overlays: &[PathBuf]) -> Result<Loaded, LoadError> {
    let path = path.as_ref();
    let mut findings = Vec::new();
    let mut sources = Vec::new();
    let mut tables = Vec::new();
    let mut next = Some((path.to_path_buf(), read(path)?));
    while let Some((path, text)) = next.take() {
        let start = sources
            .last()
            .map_or(0, |source: &Source| source.start + source.text.len() + 1);
        let table = read_toml(&text, start, &mut findings);
        if let Some(entry) = table.get("extends") {
            next = base(&path, entry, &sources, &mut findings);
        }
        sources.push(Source {
            name: path.display().to_string(),
            start,
            text,
        });
        tables.push(table);
    }
    // From the last base to the scenario itself, each over the one it extends.
    let mut strangers = Vec::new();
    let mut merged = tables
        .into_iter()
        .rev()
        .reduce(|below, above| merge(below, &above, &mut strangers))
        .unwrap_or_default();
    let first = sources.len();
    for overlay in overlays {
        let (source, table) = overlay_of(overlay, &sources, &mut findings)?;
        merged = merge(merged, &table, &mut strangers);
        sources.push(source);
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    fill_books(&mut merged, folder, &mut sources, &mut findings);
    let mut parsed = from_table(&merged, findings);
    strangers::introduce(&strangers, &mut parsed.diagnostics);
    Ok(Loaded {
        parsed,
        sources,
        overlays: first..first + overlays.len(),
    })
}

/// Reads the files of lots that books name.
fn fill_books(
    merged: &mut Table,
    folder: &Path,
    sources: &mut Vec<Source>,
    findings: &mut Vec<Diagnostic>,
) {
    let Some(first_month) = lots::start(merged) else {
        return;
    };
    for book in lots::books(merged) {
        let Some((name, span)) = lots::named(book) else {
            continue;
        };
        let refuse = |message: String| {
            let expected = "a CSV file of the scenario's own folder, at most 1 MiB";
            Diagnostic::error(Code::File, message, span.clone()).expecting(expected)
        };
        let relative = Path::new(name);
        let plain = |part: Component| matches!(part, Component::Normal(_));
        if name.is_empty() || !relative.components().all(plain) || leads_out(folder, relative) {
            findings.push(refuse(format!(
                "`lots` = \"{}\" leaves the folder",
                echo(name)
            )));
            continue;
        }
        let file = folder.join(relative);
        let text = match read(&file) {
            Ok(text) => text,
            Err(error) => {
                let why = match error {
                    LoadError::Read(_, error) => format!("cannot read \"{}\": {error}", echo(name)),
                    LoadError::TooLarge(_) => format!("\"{}\" is too large", echo(name)),
                    LoadError::NotText(_, line) => format!("\"{}\" {}", echo(name), not_text(line)),
                };
                findings.push(refuse(why));
                continue;
            }
        };
        let start = sources
            .last()
            .map_or(0, |source| source.start + source.text.len() + 1);
        lots::fill(book, &text, start, first_month, findings);
        sources.push(Source {
            name: file.display().to_string(),
            start,
            text,
        });
    }
}

/// Whether a symbolic link leads out of the folder.
fn leads_out(folder: &Path, relative: &Path) -> bool {
    let home = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    match (home.canonicalize(), folder.join(relative).canonicalize()) {
        (Ok(home), Ok(file)) => !file.starts_with(home),
        _ => false,
    }
}

/// Reads one overlay, its text after all others.
fn overlay_of(
    path: &Path,
    sources: &[Source],
    findings: &mut Vec<Diagnostic>,
) -> Result<(Source, Table), LoadError> {
    let start = sources
        .last()
        .map_or(0, |source| source.start + source.text.len() + 1);
    let text = read(path)?;
    let mut table = read_toml(&text, start, findings);
    if let Some(at) = table
        .entries
        .iter()
        .position(|entry| entry.key == "extends")
    {
        let entry = table.entries.remove(at);
        let message = "an overlay cannot extend a file";
        let finding = Diagnostic::error(Code::Extends, message, entry.key_span);
        findings.push(finding.expecting("an overlay that is complete in itself"));
    }
    let source = Source {
        name: path.display().to_string(),
        start,
        text,
    };
    Ok((source, table))
}

/// Reads a file of at most [`MAX_BYTES`].
fn read(path: &Path) -> Result<String, LoadError> {
    let failed = |error| LoadError::Read(path.to_path_buf(), error);
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() > MAX_BYTES {
        return Err(LoadError::TooLarge(path.to_path_buf()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(valid);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        LoadError::NotText(path.to_path_buf(), line)
    })
}

fn not_text(line: usize) -> String {
    format!("is not UTF-8 text (line {line}): save it as UTF-8")
}

/// The file that `path` extends, or the finding that says why it cannot.
fn base(
    path: &Path,
    entry: &Entry,
    before: &[Source],
    findings: &mut Vec<Diagnostic>,
) -> Option<(PathBuf, String)> {
    let Value::Text(name) = &entry.node.value else {
        // The type is judged with all other keys.
        return None;
    };
    let mut refuse = |message: String, expected: &str| {
        findings.push(
            Diagnostic::error(Code::Extends, message, entry.node.span.clone()).expecting(expected),
        );
        None
    };
    let inside = "a file of the scenario's own folder, for example \"market.toml\"";
    let relative = Path::new(name);
    if name.is_empty()
        || !relative
            .components()
            .all(|c| matches!(c, Component::Normal(_)))
    {
        return refuse(
            format!("`extends` = \"{}\" leaves the folder", echo(name)),
            inside,
        );
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let file = folder.join(relative);
    if let Some(circle) = circle(before, path, &file) {
        return refuse(format!("{circle} extends itself"), "a chain that ends");
    }
    if before.len() + 1 >= MAX_CHAIN {
        return refuse(
            format!("more than {MAX_CHAIN} files extend one another"),
            "a short chain that ends",
        );
    }
    if leads_out(folder, relative) {
        return refuse(
            format!("`extends` = \"{}\" leaves the folder", echo(name)),
            inside,
        );
    }
    match read(&file) {
        Ok(text) => Some((file, text)),
        Err(LoadError::Read(_, error)) => {
            refuse(format!("cannot read \"{}\": {error}", echo(name)), inside)
        }
        Err(LoadError::TooLarge(_)) => {
            refuse(format!("\"{}\" is too large", echo(name)), "at most 1 MiB")
        }
        Err(LoadError::NotText(_, line)) => {
            refuse(format!("\"{}\" {}", echo(name), not_text(line)), "text")
        }
    }
}

/// The files from one that is extended again to itself: `a.toml -> b.toml -> a.toml`.
fn circle(before: &[Source], path: &Path, again: &Path) -> Option<String> {
    let again = again.canonicalize().ok()?;
    let so_far = before.iter().map(|source| Path::new(&source.name));
    let chain: Vec<&Path> = so_far.chain([path]).collect();
    let first = chain
        .iter()
        .position(|file| file.canonicalize().is_ok_and(|file| file == again))?;
    let names = chain.iter().skip(first).chain(chain.get(first));
    let names = names.filter_map(|file| file.file_name());
    let names: Vec<String> = names.map(|name| echo(&name.to_string_lossy())).collect();
    Some(names.join(" -> "))
}

/// `above` over `below`.
fn merge(mut below: Table, above: &Table, strangers: &mut Vec<Stranger>) -> Table {
    for entry in &above.entries {
        match below.entries.iter_mut().find(|old| old.key == entry.key) {
            Some(old) => {
                old.key_span = entry.key_span.clone();
                merge_node(&mut old.node, &entry.node, strangers);
            }
            None => below.entries.push(entry.clone()),
        }
    }
    below
}

/// Name of an element that stands for every one of its list.
const EVERY: &str = "*";

/// As [`merge_node`], but the element keeps its own name.
fn merge_every(below: &mut Node, above: &Node, strangers: &mut Vec<Stranger>) {
    let own = match &below.value {
        Value::Table(table) => table.get("name").cloned(),
        _ => None,
    };
    merge_node(below, above, strangers);
    if let (Value::Table(table), Some(own)) = (&mut below.value, own)
        && let Some(entry) = table.entries.iter_mut().find(|entry| entry.key == "name")
    {
        *entry = own;
    }
}

fn merge_node(below: &mut Node, above: &Node, strangers: &mut Vec<Stranger>) {
    let merged = match (&mut below.value, &above.value) {
        (Value::Table(old), Value::Table(new)) if completes(old, new) => {
            Value::Table(merge(std::mem::take(old), new, strangers))
        }
        (Value::List(old), Value::List(new)) if named(old) && named(new) => {
            let mut items = std::mem::take(old);
            for element in new {
                if name(element) == Some(EVERY) {
                    for old in &mut items {
                        merge_every(old, element, strangers);
                    }
                    continue;
                }
                match items.iter_mut().find(|old| name(old) == name(element)) {
                    Some(old) => merge_node(old, element, strangers),
                    None => {
                        strangers.extend(Stranger::among(element, &items));
                        items.push(element.clone());
                    }
                }
            }
            Value::List(items)
        }
        (_, value) => value.clone(),
    };
    *below = Node {
        span: above.span.clone(),
        value: merged,
    };
}

/// Whether `new` adds to `old` rather than standing for something else.
fn completes(old: &Table, new: &Table) -> bool {
    let word = |table: &Table, key: &str| match table.get(key).map(|entry| &entry.node.value) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let same_choice =
        ["model", "policy", "kind"]
            .iter()
            .all(|key| match (word(old, key), word(new, key)) {
                (Some(old), Some(new)) => old == new,
                _ => true,
            });
    same_choice && !is_distribution(old) && !is_distribution(new)
}

pub(super) fn name(node: &Node) -> Option<&str> {
    let Value::Table(table) = &node.value else {
        return None;
    };
    match &table.get("name")?.node.value {
        Value::Text(name) => Some(name),
        _ => None,
    }
}

fn named(items: &[Node]) -> bool {
    items.iter().all(|item| name(item).is_some())
}
