//! Whatever is written, reading it ends soon, without a panic, with either a scenario or the reasons why not.

#![allow(clippy::disallowed_methods)] // closed forms are an oracle apart from what they judge

mod support;

use std::time::{Duration, Instant};

use fidelio::scenario::diagnostics::Diagnostic;
use fidelio::scenario::{Parsed, model, parse, schema};
use proptest::prelude::*;
use proptest::test_runner::Config;
use support::random_scenario::random_file;

const GROCER: &str = include_str!("../scenarios/grocer.toml");
const CDNOW: &str = include_str!("../scenarios/cdnow.toml");
const RW1: &str = include_str!("../scenarios/rw1.toml");
const STATUS: &str = include_str!("mutation/status.toml");
const FRIENDS: &str = include_str!("mutation/friends.toml");

/// Parses, and checks what holds of any text.
fn read(text: &str) -> Parsed {
    let began = Instant::now();
    let parsed = parse(text);
    let took = began.elapsed();
    let start: String = text.chars().take(40).collect();
    assert!(took < Duration::from_secs(10), "{took:?} for {start:?}");
    assert_eq!(parsed.scenario.is_none(), parsed.has_errors());
    for finding in &parsed.diagnostics {
        assert!(finding.span.start <= finding.span.end);
        assert!(finding.span.end <= text.len().max(1));
        let printed = format!("{} {:?}", finding.message, finding.expected);
        assert!(printed.chars().all(|c| !c.is_control()), "{printed:?}");
    }
    let mut sorted = parsed.diagnostics.clone();
    fidelio::scenario::diagnostics::sort(&mut sorted);
    assert_eq!(
        sorted, parsed.diagnostics,
        "findings stand in the order of the file"
    );
    #[cfg(feature = "cli")]
    render_safely(text, &parsed);
    parsed
}

#[cfg(feature = "cli")]
fn render_safely(text: &str, parsed: &Parsed) {
    use fidelio::scenario::{load::Source, render};
    let source = Source {
        name: "fuzz.toml".to_string(),
        start: 0,
        text: text.to_string(),
    };
    let shown = render::render(&parsed.diagnostics, &[source], false);
    assert!(
        shown.chars().all(|c| c == '\n' || !c.is_control()),
        "{shown:?}"
    );
}

/// What the resolved scenario promises to everyone after it.
fn check_contract(scenario: &model::Scenario) {
    assert!((1..=600).contains(&scenario.horizon_months));
    let total: f64 = scenario.segments.iter().map(|s| s.share).sum();
    assert!((total - 1.0).abs() < 1e-5, "shares {total}");
    let total: f64 = scenario.market.channels.iter().map(|c| c.share).sum();
    assert!((total - 1.0).abs() < 1e-5, "channels {total}");
    for segment in &scenario.segments {
        assert!(segment.rate_mean.is_finite() && segment.rate_mean > 0.0);
        assert!(segment.basket.mean.is_finite() && segment.basket.mean > 0.0);
    }
    for program in &scenario.programs {
        let first = program.versions.first().expect("a first version");
        assert_eq!(first.from_month, program.launch_month);
        for pair in program.versions.windows(2) {
            assert!(pair[0].from_month < pair[1].from_month);
        }
        for version in &program.versions {
            assert!(version.announced_month <= version.from_month);
            let least = usize::from(program.kind == model::ProgramKind::Transactional);
            assert!((least..=16).contains(&version.rewards.len()));
            check_ladder(program, &version.ladder);
            assert!(
                version
                    .rewards
                    .windows(2)
                    .all(|r| r[0].points <= r[1].points)
            );
            let (num, den) = (version.earn.points_num, version.earn.points_den);
            assert!(num >= 0 && den > 0);
            assert_eq!(gcd(num, den), 1, "{num}/{den} is reduced");
            for reward in &version.rewards {
                assert!(reward.face_value.abs() < 1_000_000_000_000);
                assert!(reward.unit_cost.abs() < 1_000_000_000_000);
            }
        }
    }
    let json = serde_json::to_string(scenario).expect("serializable");
    let back: model::Scenario = serde_json::from_str(&json).expect("readable");
    assert_eq!(
        &back, scenario,
        "a scenario survives being written and read"
    );
}

fn check_ladder(program: &model::Program, ladder: &model::Ladder) {
    assert!(program.qualification.is_some() || ladder.tiers.is_empty());
    assert!(ladder.tiers.len() <= model::MAX_TIERS);
    let rises = |of: fn(&model::Tier) -> Option<i64>| {
        let all: Vec<i64> = ladder.tiers.iter().filter_map(of).collect();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{all:?}");
    };
    rises(|tier| Some(tier.threshold));
    rises(|tier| tier.lifetime_threshold);
    for tier in &ladder.tiers {
        assert!((0..=100_000).contains(&tier.earn_permille));
        assert!(
            tier.benefits
                .iter()
                .all(|b| b.cost.is_finite() && b.cost >= 0.0)
        );
    }
    if let Some(qualification) = &program.qualification {
        assert!((1..=model::MAX_WINDOW).contains(&qualification.window.months()));
        assert!(ladder.validity_months <= model::MAX_VALIDITY);
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn generated_scenarios_are_valid() {
    let mut laws = [0usize; 5];
    let mut programs = [0usize; 3];
    let mut out_of_reach = 0;
    for seed in 0..2_000 {
        let text = random_file(seed);
        let parsed = read(&text);
        let errors: Vec<_> = parsed.diagnostics.iter().filter(|d| d.is_error()).collect();
        // Whether a price is in reach is known from the laws of the market only: prices are drawn without them.
        let of_reach = |d: &&Diagnostic| d.message.starts_with("a reward nobody can reach");
        assert!(
            errors.iter().all(of_reach),
            "seed {seed}: {errors:#?}\n{text}"
        );
        let Some(scenario) = parsed.scenario else {
            out_of_reach += 1;
            continue;
        };
        check_contract(&scenario);
        programs[scenario.programs.len()] += 1;
        for segment in &scenario.segments {
            laws[match segment.lifetime {
                model::Lifetime::Never => 0,
                model::Lifetime::Constant { .. } => 1,
                model::Lifetime::Pareto { .. } => 2,
                model::Lifetime::BetaMonthly { .. } => 3,
                model::Lifetime::Bg { .. } => 4,
            }] += 1;
        }
    }
    assert!(out_of_reach < 40, "{out_of_reach} refused");
    assert!(laws.iter().all(|n| *n > 50), "{laws:?}");
    assert!(programs.iter().all(|n| *n > 300), "{programs:?}");
}

#[test]
fn deep_and_long_texts_are_refused_quickly() {
    let deep_list = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_table = "{a=".repeat(100_000);
    let dotted = format!("{} = 1", "a.".repeat(400_000));
    let header = format!("[{}b]", "a.".repeat(400_000));
    let header_of_lists = format!("[[{}b]]", "a.".repeat(400_000));
    let quoted = format!("{} = 1", "\"a\".".repeat(200_000));
    let hidden = format!("{} = 1", "\"#\".".repeat(200_000));
    let spaced = format!("{} = 1", "\"#\" . ".repeat(100_000));
    let many_keys: String = (0..60_000).map(|i| format!("key{i} = {i}\n")).collect();
    let many_faults = "= = =\n".repeat(100_000);
    let many_segments = "[[segment]]\n".repeat(50_000);
    let long_line = format!("name = \"{}\"", "x".repeat(900_000));
    let long_number = format!("horizon_months = {}", "9".repeat(900_000));
    let nested_headers: String = (1..600)
        .map(|i| format!("[{}b]\n", "a.".repeat(i % 60)))
        .collect();
    for text in [
        deep_list,
        deep_table,
        dotted,
        header,
        header_of_lists,
        quoted,
        hidden,
        spaced,
        many_keys,
        many_faults,
        many_segments,
        long_line,
        long_number,
        nested_headers,
        "x".repeat(2 << 20),
    ] {
        let parsed = read(&text);
        assert!(parsed.has_errors(), "{}", &text[..40]);
    }
}

#[test]
fn every_list_is_bounded() {
    let entries: String = (0..5_000)
        .map(|i| format!("{{ day = {i}, count = 1 }}, "))
        .collect();
    let text = format!("[market]\nentry = [{entries}]");
    let parsed = read(&text);
    let sizes = parsed
        .diagnostics
        .iter()
        .filter(|d| d.code == fidelio::scenario::diagnostics::Code::TooLarge);
    assert_eq!(sizes.count(), 1);
}

/// Values of every type, right and wrong.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|x| format!("{x:?}").replace("NaN", "nan")),
        (-5.0..50.0f64).prop_map(|x| format!("{x:.3}")),
        any::<bool>().prop_map(|b| b.to_string()),
        prop::sample::select(vec![
            "\"pareto\"",
            "\"2027-01\"",
            "\"EUR\"",
            "\"tender\"",
            "2027-01-01",
            "inf",
            "-nan"
        ])
        .prop_map(str::to_string),
        "[a-z\\PC]{0,12}".prop_map(|s| format!("{s:?}")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec((law_key(), inner), 0..3).prop_map(|pairs| {
                let pairs: Vec<String> = pairs
                    .into_iter()
                    .map(|(k, v)| format!("{k} = {v}"))
                    .collect();
                format!("{{ {} }}", pairs.join(", "))
            }),
        ]
    })
}

fn law_key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "value",
        "normal",
        "lognormal",
        "uniform",
        "triangular",
        "beta",
        "p10_p90",
        "choice",
        "weights",
        "law",
        "source",
        "mean",
        "shape",
        "model",
        "name",
    ])
}

/// A table header or a key of the language, and a value that may or may not suit it.
fn line() -> impl Strategy<Value = String> {
    let paths: Vec<String> = schema::keys().iter().map(|key| key.path.clone()).collect();
    (prop::sample::select(paths), value(), any::<bool>()).prop_map(|(path, value, header)| {
        let (table, key) = path.rsplit_once('.').unwrap_or(("", &path));
        let table = table.replace("[]", "");
        match (header, table.is_empty()) {
            (true, false) if path.contains("[].") => format!("[[{table}]]\n{key} = {value}"),
            (true, false) => format!("[{table}]\n{key} = {value}"),
            _ => format!("{key} = {value}"),
        }
    })
}

/// Cuts, repeats, swaps and overwrites pieces of a valid file.
fn mutated() -> impl Strategy<Value = String> {
    let cut = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..5u8,
        value(),
    );
    (
        prop::sample::select(vec![GROCER, CDNOW, RW1, STATUS, FRIENDS]),
        prop::collection::vec(cut, 1..4),
    )
        .prop_map(|(text, cuts)| {
            let mut text = text.to_string();
            for (a, b, what, value) in cuts {
                text = mutate(&text, a, b, what, &value);
            }
            text
        })
}

fn mutate(
    text: &str,
    a: prop::sample::Index,
    b: prop::sample::Index,
    what: u8,
    value: &str,
) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return value.to_string();
    }
    let (i, j) = (a.index(lines.len()), b.index(lines.len()));
    let mut new: Vec<String> = lines.iter().map(|line| line.to_string()).collect();
    match what {
        0 => {
            new.remove(i);
        }
        1 => new.insert(j, lines[i].to_string()),
        2 => new.swap(i, j),
        3 => {
            let key = lines[i].split('=').next().unwrap_or("x").to_string();
            new[i] = format!("{key} = {value}");
        }
        _ => {
            let at = (0..=lines[i].len())
                .rev()
                .find(|at| lines[i].is_char_boundary(*at) && *at <= b.index(lines[i].len() + 1))
                .unwrap_or(0);
            new[i] = lines[i][..at].to_string();
        }
    }
    new.join("\n")
}

fn cases(n: u32) -> Config {
    Config {
        cases: n,
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_text(text in "[\\PC\\n\\t=\\[\\]{}\".,#0-9a-z_ ]{0,300}") {
        read(&text);
    }

    #[test]
    fn random_toml(lines in prop::collection::vec(line(), 0..30)) {
        let parsed = read(&lines.join("\n"));
        if let Some(scenario) = &parsed.scenario {
            check_contract(scenario);
        }
    }

    #[test]
    fn mutated_files(text in mutated()) {
        let parsed = read(&text);
        if let Some(scenario) = &parsed.scenario {
            check_contract(scenario);
        }
    }

    #[test]
    fn mutated_generated(seed in any::<u64>(), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(),
                         what in 0..5u8, value in value()) {
        let parsed = read(&mutate(&random_file(seed), a, b, what, &value));
        if let Some(scenario) = &parsed.scenario {
            check_contract(scenario);
        }
    }
}
