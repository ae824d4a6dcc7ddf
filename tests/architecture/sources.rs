//! Reading the repository: its files, the code in them without comments and quotes, the paths that code names.

use std::collections::BTreeSet;
use std::path::Path;

pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub text: String,
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `dir` (all of `dir` where it is a file) whose name ends in one of `endings`.
pub fn sources(dir: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(dir), endings, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(at: &Path, endings: &[&str], found: &mut Vec<Source>) {
    if at.is_dir() {
        for entry in std::fs::read_dir(at).unwrap() {
            collect(&entry.unwrap().path(), endings, found);
        }
    } else if at.is_file()
        && endings
            .iter()
            .any(|ending| at.to_string_lossy().ends_with(ending))
    {
        let path = at
            .strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let text = std::fs::read_to_string(at).unwrap();
        found.push(Source { path, text });
    }
}

/// First module of a file: `engine` for `src/engine/run.rs`; none for `lib.rs` and `main.rs`.
pub fn module(path: &str) -> Option<&str> {
    let below = path.strip_prefix("src/")?;
    let name = below.split('/').next()?.trim_end_matches(".rs");
    (!matches!(name, "lib" | "main")).then_some(name)
}

/// Whether the whole file is a test: `tests.rs`, a directory `tests`, or a fixture declared under `#[cfg(test)]`.
pub fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.ends_with("/fixture.rs")
}

/// The code without comments, text between quotes, and what follows `#[cfg(test)] mod`.
pub fn code_only(text: &str) -> String {
    let mut code = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                for c in chars.by_ref() {
                    if c == '\n' {
                        code.push('\n');
                        break;
                    }
                }
            }
            '"' => {
                let mut escaped = false;
                for c in chars.by_ref() {
                    if c == '\n' {
                        code.push('\n');
                    }
                    if c == '"' && !escaped {
                        break;
                    }
                    escaped = c == '\\' && !escaped;
                }
                code.push_str("\"\"");
            }
            // Raw text: ends at a quote with as many # as it began with.
            'r' if !ends_in_name(&code) && raw_hashes(chars.clone()).is_some() => {
                let hashes = raw_hashes(chars.clone()).unwrap_or(0);
                let end: String = std::iter::once('"')
                    .chain("#".repeat(hashes).chars())
                    .collect();
                chars.nth(hashes);
                let mut inside = String::new();
                while !inside.ends_with(&end) {
                    let Some(c) = chars.next() else { break };
                    inside.push(c);
                }
                code.push_str("\"\"");
                code.extend(inside.chars().filter(|c| *c == '\n'));
            }
            // A quote as a character would open a string.
            '\'' if quote_as_character(chars.clone()) => {
                chars.by_ref().find(|c| *c == '"');
                chars.next();
            }
            _ => code.push(c),
        }
    }
    match code.find("#[cfg(test)]\nmod tests {") {
        Some(at) => code[..at].to_owned(),
        None => code,
    }
}

/// Whether the code so far ends inside a name, so that the `r` that follows belongs to it.
fn ends_in_name(code: &str) -> bool {
    code.chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// How many # open a raw text whose `r` was just read; none where it is not one.
fn raw_hashes(mut after: impl Iterator<Item = char>) -> Option<usize> {
    let mut hashes = 0;
    loop {
        match after.next() {
            Some('#') => hashes += 1,
            Some('"') => return Some(hashes),
            _ => return None,
        }
    }
}

/// Whether `'` opened the character `"`, written plainly or escaped.
fn quote_as_character(after: impl Iterator<Item = char>) -> bool {
    let start: String = after.take(3).collect();
    start.starts_with("\"'") || start == "\\\"'"
}

/// Paths below `crate::` named in code, groups spelled out: `crate::a::{b, c::D}` gives `a::b` and `a::c::D`.
pub fn crate_paths(code: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for (at, matched) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        spell_out("", &code[at + matched.len()..], &mut paths);
    }
    paths
}

/// Reads one path or group; returns what follows.
fn spell_out<'a>(prefix: &str, code: &'a str, paths: &mut BTreeSet<String>) -> &'a str {
    let code = code.trim_start();
    if let Some(mut inside) = code.strip_prefix('{') {
        loop {
            inside = inside.trim_start().trim_start_matches(',').trim_start();
            if let Some(after) = inside.strip_prefix('}') {
                return after;
            }
            let rest = spell_out(prefix, inside, paths);
            if rest.len() == inside.len() {
                return rest;
            }
            inside = rest;
        }
    }
    let end = code
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*'))
        .unwrap_or(code.len());
    let (name, after) = code.split_at(end);
    let path = if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}::{name}")
    };
    match after.strip_prefix("::") {
        Some(deeper) if !name.is_empty() => spell_out(&path, deeper, paths),
        _ => {
            if !name.is_empty() {
                paths.insert(path);
            }
            // `name as other`
            let after = after.trim_start();
            match after.strip_prefix("as ") {
                Some(renamed) => {
                    renamed.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
                }
                None => after,
            }
        }
    }
}

pub fn first(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

/// Every (file, path below `crate::`) of the code outside tests.
pub fn uses() -> Vec<(String, String)> {
    let files = sources("src", &[".rs"]);
    let files = files.iter().filter(|source| !is_test_file(&source.path));
    files
        .flat_map(|source| {
            crate_paths(&code_only(&source.text))
                .into_iter()
                .map(|path| (source.path.clone(), path))
        })
        .collect()
}

/// Every line of `code` that holds one of `words`, for a message.
pub fn holding(file: &str, code: &str, words: &[String]) -> Vec<String> {
    code.lines()
        .enumerate()
        .flat_map(|(i, line)| {
            words
                .iter()
                .filter(move |word| line.contains(word.as_str()))
                .map(move |word| (i, word))
        })
        .map(|(i, word)| format!("{file}:{}: {word}", i + 1))
        .collect()
}

pub fn assert_none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn the_reader_of_paths_reads_paths() {
    let code = code_only(
        "use crate::{a::{b, c as d}, e};\n// use crate::comment;\nlet s = \"crate::quoted\"; \
         $crate::macros::x(); crate::f::g(1);\nlet q = ['\"', '\\\"'];\n\
         let r = r#\"crate::raw \" one\"#; crate::h();\n\
         #[cfg(test)]\nmod tests { use crate::late; }",
    );
    let found: Vec<String> = crate_paths(&code).into_iter().collect();
    assert_eq!(found, ["a::b", "a::c", "e", "f::g", "h"]);
}

#[test]
fn the_scanner_finds_what_it_is_for() {
    assert!(!holding("x.rs", "let y = x.exp();", &[".exp(".to_owned()]).is_empty());
    assert_eq!(module("src/engine/run.rs"), Some("engine"));
    assert_eq!(module("src/errors.rs"), Some("errors"));
    assert_eq!(module("src/main.rs"), None);
    assert!(root().join("src/lib.rs").exists());
    assert!(
        uses()
            .iter()
            .any(|(file, path)| file == "src/cli/live.rs" && path.starts_with("engine"))
    );
}
