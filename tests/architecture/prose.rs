//! What people read: lengths, names, reasons, spelling.

use crate::sources::{Source, assert_none, holding, is_test_file, root, sources};

/// "About 500": lines of code with its comments, the unit tests beneath it not counted.
const LONGEST_FILE: usize = 550;
/// A file of tests only, or all of a file with its tests.
const LONGEST_WITH_TESTS: usize = 750;

#[test]
fn files_are_short_and_named_after_something() {
    let mut broken = Vec::new();
    for dir in ["src", "tests", "benches"] {
        for source in sources(dir, &[".rs"]) {
            let all = source.text.lines().count();
            let code = source.text.split("#[cfg(test)]\nmod tests {").next();
            let code = code.unwrap_or_default().lines().count();
            let code = if is_test_file(&source.path) { 0 } else { code };
            if code > LONGEST_FILE || all > LONGEST_WITH_TESTS {
                broken.push(format!(
                    "{}: {code} lines of code, {all} in all",
                    source.path
                ));
            }
            let vague = [
                "utils", "util", "common", "manager", "helpers", "misc", "imp",
            ];
            if source
                .path
                .split(['/', '.'])
                .any(|part| vague.contains(&part))
            {
                broken.push(format!(
                    "{}: says nothing about what is inside",
                    source.path
                ));
            }
        }
    }
    assert_none(
        &broken,
        "a newcomer finds things by their names, and reads a file in one sitting",
    );
}

#[test]
fn every_dependency_has_its_reason() {
    let cargo: toml::Table = std::fs::read_to_string(root().join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let contributing = std::fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let mut broken = Vec::new();
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let named = cargo.get(kind).and_then(toml::Value::as_table);
        for name in named.into_iter().flat_map(|table| table.keys()) {
            let reasoned = contributing.lines().any(|line| {
                line.trim_start_matches("- ")
                    .starts_with(&format!("`{name}`"))
            });
            if !reasoned {
                broken.push(format!("{kind}: {name}"));
            }
        }
    }
    assert_none(
        &broken,
        "each dependency is in CONTRIBUTING.md with its reason in one line",
    );
}

/// Everything committed that people read.
fn texts() -> Vec<Source> {
    let mut texts = Vec::new();
    for place in [
        "src",
        "tests",
        "benches",
        "scenarios",
        "docs",
        "outputs/README.md",
        ".ci",
    ] {
        texts.extend(sources(place, &[".rs", ".md", ".toml", ".json", "run"]));
    }
    for file in [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.toml",
        "clippy.toml",
        "rust-toolchain.toml",
    ] {
        texts.extend(sources(file, &[""]));
    }
    texts.retain(|source| source.path != "tests/architecture/prose.rs");
    texts
}

#[test]
fn spelling_is_american() {
    let british = [
        "behaviour",
        "colour",
        "favour",
        "neighbour",
        "honour",
        "labour",
        "rumour",
        "centre",
        "metre ",
        "licence",
        "defence",
        "programme",
        "catalogue",
        "analogue",
        "cancelling",
        "modelling",
        "modelled",
        "labelled",
        "travelled",
        "fulfil ",
        "enrol ",
        "enrolment",
        "instalment",
        "optimise",
        "normalise",
        "serialise",
        "initialise",
        "organise",
        "recognise",
        "randomise",
        "summarise",
        "minimise",
        "maximise",
        "generalise",
        "standardise",
        "analyse ",
        "grey ",
    ];
    let words: Vec<String> = british.iter().map(|word| (*word).to_owned()).collect();
    let mut broken = Vec::new();
    for source in texts() {
        broken.extend(holding(&source.path, &source.text.to_lowercase(), &words));
    }
    assert_none(&broken, "US spelling");
}

#[test]
fn the_project_speaks_only_of_itself() {
    // Spelled in pieces so that this file does not contain them.
    let mut words: Vec<String> = ["/ho|me/", "/ro|ot/", "/wo|rk/", "/Us|ers/", "C:\\|Users"]
        .map(|word| word.replace('|', ""))
        .to_vec();
    words.extend(
        [
            "claude",
            "chatgpt",
            "copilot",
            "openai",
            "anthropic",
            "language model",
        ]
        .map(String::from),
    );
    let mut broken = Vec::new();
    for source in texts() {
        let text = source.text.to_lowercase();
        let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        broken.extend(holding(&source.path, &text, &lower));
    }
    assert_none(
        &broken,
        "no machine paths and no workplace in the repository",
    );
}
