use super::*;
use crate::results::fixture;

#[test]
fn a_profitable_program() {
    insta::assert_snapshot!(table(&fixture::profitable(), 100));
}

#[test]
fn a_losing_program_never_pays_back() {
    let text = table(&fixture::losing(), 100);
    assert!(text.contains("never"));
    insta::assert_snapshot!(text);
}

#[test]
fn three_programs() {
    insta::assert_snapshot!(table(&fixture::three_programs(), 100));
}

#[test]
fn without_world_0_no_differences() {
    insta::assert_snapshot!(table(&fixture::without_world_0(), 80));
}

#[test]
fn status_and_friends() {
    insta::assert_snapshot!(table(&fixture::three_kinds(), 100));
}

#[test]
fn one_tier_and_no_friends() {
    insta::assert_snapshot!(table(&fixture::one_tier_and_no_friends(), 80));
}

#[test]
fn every_line_fits() {
    let all = [
        fixture::three_kinds(),
        fixture::one_tier_and_no_friends(),
        fixture::eight_tiers(),
        fixture::nobody_with_a_tier(),
        fixture::first_month_of_tiers(),
        fixture::profitable(),
        fixture::three_programs(),
        fixture::hostile_names(),
        fixture::huge(),
        fixture::fifty_years(),
    ];
    for results in all {
        for width in [80, 100, 140] {
            for line in table(&results, width).lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn names_cannot_write_escape_sequences() {
    let text = table(&fixture::hostile_names(), 100)
        + &table(&fixture::eight_tiers(), 100)
        + &written(["a\u{1b}[31m.csv"]);
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn value_comes_before_return_on_cost() {
    let text = table(&fixture::profitable(), 100);
    let lines = text.rsplit("\nPoints\n").next().unwrap();
    let at = |what: &str| lines.find(what).unwrap_or_else(|| panic!("{what}"));
    assert!(at("Net present value") < at("Return on cost"));
    assert!(at("Cost per incremental margin") < at("Return on cost"));
    assert!(at("True lift") < at("Naive lift"));
}

#[test]
fn nonsense_does_not_panic() {
    assert!(table(&fixture::nonsense(), 0).contains("Points"));
    assert!(!crate::report::csv::files(&fixture::nonsense()).is_empty());
}

#[test]
fn failed_checks_are_told() {
    let mut results = fixture::profitable();
    results.checks[0].failed = 3;
    assert!(table(&results, 100).contains("A control check failed: points_identity  (3 / 14400)"));
}
