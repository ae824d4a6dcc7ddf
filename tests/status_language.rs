//! What a scenario with tiers means: units, windows, defaults, versions.

use fidelio::scenario::model::{
    Billing, Expiry, ProgramKind, QualifyingUnit, QualifyingWindow, Scenario,
};
use fidelio::scenario::parse;

const STATUS: &str = include_str!("mutation/status.toml");

fn scenario(text: &str) -> Scenario {
    let parsed = parse(text);
    parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

#[test]
fn tiers_in_the_units_of_the_engine() {
    let status = scenario(STATUS);
    let years = &status.programs[0];
    assert_eq!(years.kind, ProgramKind::Tiered);
    let qualification = years.qualification.expect("tiers");
    assert_eq!(qualification.by, QualifyingUnit::Spend);
    assert_eq!(qualification.window, QualifyingWindow::CalendarYear);
    assert!(qualification.status_match);
    let first = &years.versions[0].ladder;
    assert_eq!((first.validity_months, first.soft_landing), (12, false));
    let gold = &first.tiers[1];
    assert_eq!(
        (gold.threshold, gold.lifetime_threshold),
        (80_000, Some(190_000))
    );
    assert_eq!(gold.earn_permille, 1500);
    assert_eq!(gold.expiry, Some(Expiry::FixedTerm { months: 14 }));
    assert_eq!(gold.benefits[1].billed, Billing::PerMemberMonth);
    assert_eq!(gold.benefits[1].cost, 80.0);
    // May 2027 is month 0.
    let rule = |years| Expiry::Calendar {
        years,
        first_december: 7,
    };
    assert_eq!(years.versions[0].expiry, rule(1));
    assert_eq!(years.versions[1].expiry, rule(2));
    let second = &years.versions[1].ladder;
    assert_eq!((second.validity_months, second.soft_landing), (24, true));
    assert_eq!(second.tiers.len(), 2);
    assert_eq!(second.tiers[1].lifetime_threshold, None);
    let months = &status.programs[1];
    let qualification = months.qualification.expect("tiers");
    assert_eq!(
        qualification.by,
        QualifyingUnit::Score {
            visits: 1.0,
            spend: 2.0
        }
    );
    assert_eq!(
        qualification.window,
        QualifyingWindow::Rolling { months: 9 }
    );
    assert_eq!(qualification.visibility, 0.5, "by default");
    let version = &months.versions[0];
    assert_eq!(version.ladder.tiers[1].threshold, 1_300_000);
    assert!(version.rewards.is_empty());
    assert_eq!(version.earn.points_num, 0, "no reward, no points");
    assert_eq!(status.unbound, [""; 0]);
}

#[test]
fn a_rolling_status_has_no_validity_of_its_own_by_default() {
    let plain = STATUS.replace("validity_months = 2, ", "");
    assert_eq!(
        scenario(&plain).programs[1].versions[0]
            .ladder
            .validity_months,
        0
    );
    let plain = STATUS.replace("window = \"calendar_year\"\nvalidity_months = 12\n", "");
    assert_eq!(
        scenario(&plain).programs[0].versions[0]
            .ladder
            .validity_months,
        12
    );
}
