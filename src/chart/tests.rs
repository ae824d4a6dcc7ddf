//! Every fixture through every chart.

use super::*;
use crate::chart::placement::Area;
use crate::results::estimate::{Cell, Column, Table};
use crate::results::fixture;

fn fixtures() -> Vec<(&'static str, Results)> {
    vec![
        ("profitable", fixture::profitable()),
        ("losing", fixture::losing()),
        ("without_world_0", fixture::without_world_0()),
        ("three_programs", fixture::three_programs()),
        ("one_month", fixture::one_month()),
        ("fifty_years", fixture::fifty_years()),
        ("zero_points", fixture::zero_points()),
        ("huge", fixture::huge()),
        ("hostile_names", fixture::hostile_names()),
        ("three_kinds", fixture::three_kinds()),
        ("one_tier", fixture::one_tier_and_no_friends()),
        ("eight_tiers", fixture::eight_tiers()),
        ("nobody_with_a_tier", fixture::nobody_with_a_tier()),
        ("first_month", fixture::first_month_of_tiers()),
    ]
}

/// `FIDELIO_PICTURES=folder cargo test --lib chart` leaves the pictures there to be looked at.
fn keep(fixture: &str, pictures: &[Picture]) {
    let Some(folder) = std::env::var_os("FIDELIO_PICTURES") else {
        return;
    };
    for picture in pictures {
        let base = std::path::Path::new(&folder).join(format!("{fixture}-{}", picture.name));
        std::fs::write(base.with_extension("png"), &picture.png).unwrap();
        std::fs::write(base.with_extension("svg"), &picture.svg).unwrap();
    }
}

/// The charts; in pixels, which take most of the time, only where they are looked at.
fn sketches(results: &Results) -> Vec<Picture> {
    let context = picture::Context {
        results,
        words: Language::English.words(),
        has_pixels: std::env::var_os("FIDELIO_PICTURES").is_some(),
    };
    drawn_charts(&context).unwrap()
}

#[test]
fn labels_do_not_overlap_and_stay_inside() {
    let page = Area {
        left: 0.0,
        top: 0.0,
        right: f64::from(theme::WIDTH),
        bottom: f64::from(theme::HEIGHT),
    };
    for (name, results) in fixtures() {
        let pictures = sketches(&results);
        keep(name, &pictures);
        for picture in &pictures {
            assert!(picture.labels.len() > 4, "{name} {}", picture.name);
            for (index, (area, text)) in picture.labels.iter().enumerate() {
                assert!(
                    page.holds(area),
                    "{name} {}: {text:?} leaves the page: {area:?}",
                    picture.name
                );
                for (other, other_text) in &picture.labels[index + 1..] {
                    assert!(
                        !area.intersects(other),
                        "{name} {}: {text:?} covers {other_text:?}",
                        picture.name
                    );
                }
            }
        }
    }
}

#[test]
fn the_expected_charts_are_drawn() {
    let names = |results: &Results| -> Vec<String> {
        sketches(results).into_iter().map(|p| p.name).collect()
    };
    assert_eq!(
        names(&fixture::profitable()),
        [
            "customers",
            "points",
            "net_value",
            "bridge",
            "vintages",
            "value"
        ]
    );
    assert_eq!(
        names(&fixture::without_world_0()),
        ["customers", "points", "vintages"]
    );
    assert_eq!(
        names(&fixture::zero_points()),
        ["customers", "net_value", "bridge", "value"]
    );
    assert_eq!(
        names(&fixture::three_programs()),
        [
            "customers",
            "points",
            "net_value",
            "comparison",
            "comparison_value",
            "comparison_points",
            "comparison_bridge_2",
            "comparison_bridge_3",
            "bridge_1",
            "vintages_1",
            "value_1",
            "bridge_2",
            "vintages_2",
            "value_2",
            "bridge_3",
            "vintages_3",
            "value_3"
        ]
    );
}

#[test]
fn programs_without_points_are_not_in_charts_of_points() {
    let mut results = fixture::three_programs();
    for program in &mut results.programs[1..] {
        for series in &mut program.monthly {
            if ["points_outstanding", "outstanding_expected_cost"].contains(&series.code.as_str()) {
                series.values.fill(0.0);
            }
        }
    }
    let pictures = sketches(&results);
    let named = |name: &str| pictures.iter().find(|p| p.name == name);
    let title = &named("points").expect("one program has points").title;
    assert!(!title.contains("the most points"), "of several: {title}");
    assert!(named("comparison_points").is_none());
    assert!(named("comparison_value").is_some());
}

#[test]
fn charts_of_status_and_friends_are_drawn_where_there_is_anything_to_see() {
    let names = |results: &Results| -> Vec<String> {
        let pictures = sketches(results);
        pictures.into_iter().map(|p| p.name).collect()
    };
    let kinds = names(&fixture::three_kinds());
    for name in [
        "tier_members_2",
        "tier_migration_2",
        "referral_funnel_3",
        "comparison_value",
        "comparison_points",
    ] {
        assert!(kinds.iter().any(|n| n == name), "{name}: {kinds:?}");
    }
    // A picture of nothing says nothing.
    let nobody = names(&fixture::nobody_with_a_tier());
    assert!(!nobody.iter().any(|n| n.starts_with("tier")), "{nobody:?}");
}

#[test]
fn titles_say_what_was_found() {
    let titles: Vec<String> = [
        fixture::profitable(),
        fixture::losing(),
        fixture::three_programs(),
        fixture::three_kinds(),
        fixture::one_tier_and_no_friends(),
    ]
    .iter()
    .flat_map(sketches)
    .map(|p| format!("{}: {}", p.name, p.title))
    .collect();
    insta::assert_snapshot!(titles.join("\n"));
}

#[test]
fn pngs_decode_and_have_the_right_size() {
    for picture in charts(&fixture::one_month()).unwrap() {
        let mut reader = png::Decoder::new(std::io::Cursor::new(&picture.png))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (1600, 900));
        let ink = pixels
            .chunks(3)
            .filter(|p| p.iter().any(|c| *c < 128))
            .count();
        assert!(ink > 5_000, "{}: {ink} dark pixels", picture.name);
    }
}

#[test]
fn nonsense_does_not_panic() {
    for picture in charts(&fixture::nonsense()).unwrap() {
        assert!(!picture.png.is_empty());
        assert!(!picture.svg.contains("NaN"));
    }
}

#[test]
fn same_results_same_bytes() {
    assert_eq!(
        charts(&fixture::losing()).unwrap(),
        charts(&fixture::losing()).unwrap()
    );
}

#[test]
fn svg_is_well_formed_small_and_escaped() {
    for (name, results) in [
        ("hostile", fixture::hostile_names()),
        ("fifty years", fixture::fifty_years()),
    ] {
        for picture in sketches(&results) {
            let svg = &picture.svg;
            assert!(
                svg.len() < 400_000,
                "{name} {}: {} bytes",
                picture.name,
                svg.len()
            );
            assert!(!svg.to_lowercase().contains("<script") && !svg.contains('\u{1}'));
            assert_balanced(svg);
        }
    }
    let all: String = sketches(&fixture::hostile_names())
        .into_iter()
        .map(|p| p.svg)
        .collect();
    assert!(all.contains("&lt;script&gt;"));
}

/// Elements nest, attributes are quoted, and every `&` starts an entity.
fn assert_balanced(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "{text}");
        assert!(tag.matches('"').count() % 2 == 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split([' ', '\n']).next().unwrap());
        }
    }
    assert!(open.is_empty());
    for entity in xml.split('&').skip(1) {
        assert!(
            ["amp;", "lt;", "gt;", "quot;", "#39;"]
                .iter()
                .any(|e| entity.starts_with(e)),
            "{entity:.10}"
        );
    }
}

/// A valuation of a triangle with `rows` vintages, months of any size.
fn valuation(rows: usize, size: f64, name: &str) -> Valuation {
    use crate::results::estimate::{Method, MethodError};
    use crate::results::valuation::Origin;
    let origins = (0..rows).map(|row| Origin {
        name: format!("{name}{row}"),
        issued: Some(size),
        redeemed: (0..rows)
            .map(|age| (age < rows - row).then(|| size * (0.1 + 0.8 * age as f64 / rows as f64)))
            .collect(),
        outstanding: None,
        expected: vec![],
    });
    let future_by_origin: Vec<f64> = (0..rows)
        .map(|row| size * 0.8 * row as f64 / rows as f64)
        .collect();
    let future: f64 = future_by_origin.iter().sum();
    let error = |rule: &str, share: f64| MethodError {
        rule: rule.to_owned(),
        total: share * future,
        process: None,
        parameter: None,
        by_origin: vec![],
    };
    let method = |code: &str, errors: Vec<MethodError>| Method {
        code: code.to_owned(),
        naive: false,
        refused: None,
        rate_of_issued: Some(0.9),
        rate_of_outstanding: None,
        ultimate: Some(0.9 * size * rows as f64),
        future: Some(future),
        future_by_origin: future_by_origin.clone(),
        errors,
        deferred_revenue: None,
        cost_provision: None,
    };
    let two = vec![error("mack", 0.1), error("log-linear", 0.3)];
    let methods = ["additive", "chain_ladder", "over_dispersed_poisson"]
        .map(|code| method(code, two.clone()));
    Valuation {
        schema_version: 1,
        subject: name.to_owned(),
        source: "triangle".to_owned(),
        periods_per_year: 12.0,
        booked: "additive".to_owned(),
        sigma_rule: "mack".to_owned(),
        assumptions: vec![],
        origins: origins.collect(),
        opening: None,
        methods: methods
            .into_iter()
            .chain([method("cape_cod", vec![])])
            .collect(),
        tables: tables(rows, size, name),
        checks: vec![],
        findings: vec![],
        division: None,
    }
}

/// Columns of table Q that are drawn.
const BY_AGE: [&str; 3] = [
    "months_before_the_start",
    "outstanding",
    "future_redemptions_booked",
];

/// Tables A, L and Q of as many months.
fn tables(rows: usize, size: f64, name: &str) -> Vec<Table> {
    let column = |code: &str| Column {
        code: code.to_owned(),
        unit: "points".to_owned(),
        base: String::new(),
    };
    let table = |letter: &str, codes: &[&str], value: &dyn Fn(usize, usize) -> f64| Table {
        letter: letter.to_owned(),
        code: String::new(),
        columns: std::iter::once("period")
            .chain(codes.iter().copied())
            .map(column)
            .collect(),
        rows: (0..rows)
            .map(|row| {
                let text = Cell::Text(format!("{name}{row}"));
                let numbers = (0..codes.len()).map(|at| Cell::from(value(row, at)));
                std::iter::once(text).chain(numbers).collect()
            })
            .collect(),
    };
    let moves = [
        "opening",
        "issued_base",
        "issued_bonus",
        "purchased",
        "transferred_net",
        "reinstated",
        "clawed_back",
        "redeemed",
        "expired",
        "forfeited",
        "closing",
    ];
    let over_time = [
        "future_redemptions_booked",
        "standard_error_booked",
        "future_redemptions_true",
        "future_redemptions_true_if_all_unresolved",
    ];
    // Opening and closing as if nine moves of one size, of which four leave, had been made.
    let a = |row: usize, at: usize| match at {
        0 => size * row as f64,
        10 => size * (row as f64 + 1.0),
        _ => size,
    };
    let l = |row: usize, at: usize| size * (row as f64 + 1.0) * (1.0 + 0.1 * at as f64);
    let q = |row: usize, at: usize| match at {
        0 => (rows - row) as f64,
        _ => size * (row as f64 + 1.0) / at as f64,
    };
    vec![
        table("A", &moves, &a),
        table("L", &over_time, &l),
        table("Q", &BY_AGE, &q),
    ]
}

#[test]
fn charts_of_valuations_stay_on_the_page() {
    let page = Area {
        left: 0.0,
        top: 0.0,
        right: f64::from(theme::WIDTH),
        bottom: f64::from(theme::HEIGHT),
    };
    let cases = [
        (1, 1e3, "a"),
        (5, 0.0, "b"),
        (12, 1e30, "2024-"),
        (120, 1e6, "<&\u{1b}[31m"),
    ];
    for (rows, size, name) in cases {
        let pictures = valuation_charts(&valuation(rows, size, name)).unwrap();
        keep(&format!("valuation-{rows}"), &pictures);
        let names: Vec<&str> = pictures.iter().map(|p| p.name.as_str()).collect();
        // One month is no time, and where nothing is issued nothing moves.
        let all = [
            ("vintage_heat_map", true),
            ("liability_by_method", true),
            ("liability_over_time", rows > 1),
            ("opening_book_by_age", size > 0.0),
            ("roll_forward", size > 0.0),
        ];
        let expected = all.into_iter().filter(|(_, is)| *is);
        assert_eq!(names, expected.map(|(name, _)| name).collect::<Vec<_>>());
        for picture in &pictures {
            assert!(!picture.svg.contains('\u{1b}'), "{}", picture.name);
            for (index, (area, text)) in picture.labels.iter().enumerate() {
                assert!(
                    page.holds(area),
                    "{rows} {}: {text:?} leaves the page: {area:?}",
                    picture.name
                );
                for (other, other_text) in &picture.labels[index + 1..] {
                    assert!(
                        !area.intersects(other),
                        "{rows} {}: {text:?} covers {other_text:?}",
                        picture.name
                    );
                }
            }
        }
    }
}
