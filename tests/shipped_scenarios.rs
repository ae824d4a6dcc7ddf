//! Every scenario of the repository must parse without an error.

use fidelio::scenario::diagnostics::Diagnostic;
use fidelio::scenario::{
    Parsed, load, parse, starter_ambassador, starter_tiered, starter_transactional,
};

fn shipped() -> Vec<std::path::PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let folders = [folder.to_owned(), format!("{folder}/traps")];
    let mut files: Vec<_> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder of scenarios"))
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files
}

fn errors(parsed: &Parsed) -> Vec<&Diagnostic> {
    parsed.diagnostics.iter().filter(|d| d.is_error()).collect()
}

#[test]
fn shipped_scenarios_have_no_errors() {
    let files = shipped();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let loaded = load::load(&file).expect("readable");
        assert!(
            errors(&loaded.parsed).is_empty(),
            "{}: {:#?}",
            file.display(),
            loaded.parsed.diagnostics
        );
        assert!(loaded.parsed.scenario.is_some(), "{}", file.display());
    }
}

#[test]
fn shipped_scenarios_have_no_warnings() {
    for file in shipped() {
        let loaded = load::load(&file).expect("readable");
        assert!(
            loaded.parsed.diagnostics.is_empty(),
            "{}: {:#?}",
            file.display(),
            loaded.parsed.diagnostics
        );
    }
}

#[test]
fn the_starters_have_neither() {
    for starter in [
        starter_transactional(),
        starter_tiered(),
        starter_ambassador(),
    ] {
        let parsed = parse(starter);
        assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
        assert!(parsed.scenario.is_some());
    }
}
