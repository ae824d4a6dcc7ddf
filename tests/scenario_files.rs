//! Files beside a scenario: those it extends, overlays laid over it, and the lots of its book.

mod support;

use std::path::PathBuf;

use fidelio::scenario::load::{LoadError, Loaded, load, load_with};
use fidelio::scenario::model::{Lifetime, Scenario};
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

#[test]
fn a_scenario_completes_another() {
    let dear = "extends = \"base.toml\"\nname = \"Dear points\"\n[market]\ntrend_per_year = 0.01\n\
        [[segment]]\nname = \"occasional\"\nlifetime = { model = \"constant\", hazard_per_year = 0.3 }\n\
        [[program]]\nname = \"Points\"\nearn = { points_per_currency = 0.5 }\n\
        [[program.reward]]\nname = \"5 EUR voucher\"\npoints = 400\n";
    let folder = folder(&[("a.toml", dear), ("base.toml", grocer_with_points_alone())]);
    let loaded = load_first(&folder);
    let merged = loaded
        .parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", loaded.parsed.diagnostics));
    let base = scenario(grocer_with_points_alone());
    assert_eq!(merged.name, "Dear points");
    assert_eq!(merged.market.trend_per_year, 0.01);
    assert_eq!(merged.market.customers, base.market.customers);
    assert_eq!(merged.segments.len(), 3);
    assert_eq!(
        merged.segments[2].lifetime,
        Lifetime::Constant { hazard: 0.3 / 12.0 }
    );
    assert_eq!(merged.segments[0], base.segments[0]);
    let rules = &merged.programs[0].versions[0];
    assert_eq!((rules.earn.points_num, rules.earn.points_den), (1, 200));
    assert_eq!(rules.rewards[0].points, 400);
    assert_eq!(rules.rewards[0].face_value, 500);
    assert_eq!(rules.rewards.len(), 2);
}

#[test]
#[cfg(feature = "cli")]
fn an_error_in_the_other_file_is_shown_there() {
    use fidelio::scenario::render::render;
    let wrong = grocer_with_points_alone().replace("customers = 4_000_000", "customer = 4_000_000");
    let folder = folder(&[
        ("a.toml", "extends = \"base.toml\"\nhorizon_months = 0\n"),
        ("base.toml", &wrong),
    ]);
    let loaded = load_first(&folder);
    let shown = render(&loaded.parsed.diagnostics, &loaded.sources, false);
    assert!(shown.contains("a.toml:2:18"), "{shown}");
    let line = wrong
        .lines()
        .position(|l| l.starts_with("customer ="))
        .expect("a line")
        + 1;
    assert!(shown.contains(&format!("base.toml:{line}:1")), "{shown}");
    assert!(shown.contains("did you mean `customers`?"), "{shown}");
}

#[test]
fn extends_stays_in_the_folder_and_ends() {
    let refused = |name: &str| {
        let text = format!("extends = {name:?}\n");
        let folder = folder(&[("a.toml", &text)]);
        let loaded = load_first(&folder);
        let codes: Vec<&str> = loaded
            .parsed
            .diagnostics
            .iter()
            .map(|d| d.code.as_str())
            .collect();
        assert!(codes.contains(&"extends"), "{name}: {codes:?}");
    };
    for name in [
        "../grocer.toml",
        "/etc/passwd",
        "absent.toml",
        "",
        "a.toml",
        "./../x",
    ] {
        refused(name);
    }
    #[cfg(unix)]
    {
        let outside = folder(&[("secret.toml", grocer_with_points_alone())]);
        let inside = folder(&[("a.toml", "extends = \"link.toml\"\n")]);
        std::os::unix::fs::symlink(
            outside.path().join("secret.toml"),
            inside.path().join("link.toml"),
        )
        .expect("a link");
        let loaded = load_first(&inside);
        assert!(
            loaded
                .parsed
                .diagnostics
                .iter()
                .any(|d| d.code.as_str() == "extends")
        );
        assert_eq!(loaded.sources.len(), 1, "the other file was not read");
    }
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let missing = load(PathBuf::from("no such file.toml"));
    assert!(matches!(missing, Err(LoadError::Read(..))));
    let folder = folder(&[("large.toml", &"#".repeat((1 << 20) + 1))]);
    let large = load(folder.path().join("large.toml"));
    assert!(matches!(large, Err(LoadError::TooLarge(_))));
    std::fs::write(folder.path().join("binary.toml"), [0xff, 0xfe, 0x00]).expect("writable");
    let binary = load(folder.path().join("binary.toml"));
    assert!(matches!(binary, Err(LoadError::NotText(_, 1))));
}

#[test]
fn a_circle_of_files_is_told_as_one() {
    let circle = folder(&[
        ("a.toml", "extends = \"b.toml\"\n"),
        ("b.toml", "extends = \"c.toml\"\n"),
        ("c.toml", "extends = \"b.toml\"\n"),
    ]);
    let told = load_first(&circle).parsed.diagnostics;
    let told = told.iter().find(|d| d.code.as_str() == "extends");
    let told = told.map(|d| d.message.as_str());
    assert_eq!(told, Some("b.toml -> c.toml -> b.toml extends itself"));
}

#[test]
fn a_misspelled_element_is_told_of_those_below() {
    let beside = "extends = \"b.toml\"\n[[program]]\nname = \"Pionts\"\ncost = { setup = 7 }\n";
    let folder = folder(&[("a.toml", beside), ("b.toml", grocer_with_points_alone())]);
    let told = load_first(&folder).parsed.diagnostics;
    let told = told.iter().find(|d| d.code.as_str() == "missing-key");
    let told = told.expect("a program without rewards");
    assert_eq!(told.nearest.as_deref(), Some("Points"));
    let help = told.help.as_deref().unwrap_or("");
    assert!(
        help.contains("no \"Pionts\" to complete but \"Points\""),
        "{help}"
    );
}

#[test]
fn what_is_not_utf_8_is_told_with_its_line() {
    let folder = folder(&[]);
    let path = folder.path().join("latin.toml");
    std::fs::write(&path, b"a = 1\nname = \"Caf\xe9\"\n").expect("writable");
    let told = load(path).expect_err("not text").to_string();
    assert!(
        told.ends_with("is not UTF-8 text (line 2): save it as UTF-8"),
        "{told}"
    );
}
