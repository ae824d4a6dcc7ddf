//! Files beside a scenario: overlays laid over it, and the lots of its book.

mod support;

use fidelio::scenario::load::{Loaded, load, load_with};
use fidelio::scenario::model::Scenario;
use fidelio::scenario::parse;
use support::shipped::grocer_with_points_alone;

fn scenario(text: &str) -> Scenario {
    let parsed = parse(text);
    parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

/// A folder of its own for a test, removed with it.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("writable");
    }
    folder
}

fn load_first(folder: &tempfile::TempDir) -> Loaded {
    load(folder.path().join("a.toml")).expect("readable")
}

/// The grocer with an opening book of these keys.
fn book(opening: &str) -> String {
    grocer_with_points_alone().replace(
        "launch = \"2027-01\"",
        &format!("launch = \"2025-01\"\nopening = {{ held_by_leavers = 0.1, {opening} }}"),
    )
}

#[test]
fn an_overlay_is_laid_over_every_program_it_stands_for() {
    let stress = "[[program]]\nname = \"*\"\nearn = { points_per_currency = 2 }\n";
    let second = "[[program]]\nname = \"Points\"\nearn = { points_per_currency = 3 }\n";
    let grocer = grocer_with_points_alone();
    let folder = folder(&[("a.toml", grocer), ("b.toml", stress), ("c.toml", second)]);
    let at = |name: &str| folder.path().join(name);
    let over = |overlays: &[&str]| {
        let overlays: Vec<_> = overlays.iter().map(|name| at(name)).collect();
        let loaded = load_with(at("a.toml"), &overlays).expect("readable");
        assert_eq!(loaded.overlays, 1..1 + overlays.len());
        loaded.parsed.scenario.expect("valid").programs
    };
    let base = over(&[]);
    let doubled = over(&["b.toml"]);
    assert_eq!(doubled.len(), base.len(), "nothing is added");
    for (program, was) in doubled.iter().zip(&base) {
        assert_eq!(program.name, was.name);
        assert_eq!(program.versions[0].rewards, was.versions[0].rewards);
        assert_eq!(program.versions[0].earn.points_num, 1);
        assert_eq!(program.versions[0].earn.points_den, 50);
    }
    // The last one is on top.
    assert_eq!(
        over(&["b.toml", "c.toml"])[0].versions[0].earn.points_num,
        3
    );
    assert_eq!(
        over(&["c.toml", "b.toml"])[0].versions[0].earn.points_den,
        50
    );
}

#[test]
fn a_book_is_read_from_a_file_of_lots() {
    let lots = "issued,points,shop\n2026-11-30,500,a\n2025-06,40,b\n2026-11,300,c\n";
    let folder = folder(&[("a.toml", &book("lots = \"lots.csv\"")), ("lots.csv", lots)]);
    let loaded = load_first(&folder);
    let found = loaded
        .parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", loaded.parsed.diagnostics));
    let written = "vintage = [{ months_ago = 2, points = 800 }, { months_ago = 19, points = 40 }]";
    assert_eq!(found.programs, scenario(&book(written)).programs);
    assert_eq!(
        loaded.sources.len(),
        2,
        "kept, to be copied beside the results"
    );

    // Every mistake by its line, those of the list's own rules too.
    std::fs::write(
        folder.path().join("lots.csv"),
        "issued,points\n2026-11,5x\n2027-02,5\n2001-01,5\n",
    )
    .expect("writable");
    let wrong = load_first(&folder);
    assert!(wrong.parsed.scenario.is_none());
    let line = |span: &std::ops::Range<usize>| {
        let source = &wrong.sources[1];
        source.text[..span.start - source.start].lines().count() + 1
    };
    let mut lines: Vec<usize> = wrong
        .parsed
        .diagnostics
        .iter()
        .filter(|d| d.is_error())
        .map(|d| line(&d.span))
        .collect();
    lines.sort_unstable();
    assert_eq!(lines, [2, 3, 4]);
}

#[test]
fn a_file_of_lots_lies_in_the_folder_and_stands_alone() {
    let lots = "issued,points\n2026-11,5\n";
    let folder = folder(&[("a.toml", ""), ("lots.csv", lots)]);
    for (name, why) in [
        ("../lots.csv", "leaves the folder"),
        ("no.csv", "cannot read"),
    ] {
        let text = book(&format!("lots = \"{name}\""));
        std::fs::write(folder.path().join("a.toml"), text).expect("writable");
        let refused = load_first(&folder).parsed;
        let told = refused.diagnostics.iter().any(|d| d.message.contains(why));
        assert!(told, "{name}: {:#?}", refused.diagnostics);
    }
    let text = book("lots = \"lots.csv\", vintage = [{ months_ago = 2, points = 800 }]");
    std::fs::write(folder.path().join("a.toml"), text).expect("writable");
    let both = load_first(&folder).parsed;
    assert!(
        both.diagnostics
            .iter()
            .any(|d| d.message.contains("either `lots` or `vintage`"))
    );
}
