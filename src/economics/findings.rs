//! What is worth saying about a run: codes with numbers.

use super::scale::Market;
use crate::engine::flow::CapFlow;
use crate::engine::tally::{StratumKind, World};
use crate::results::{Finding, Number, ProgramResult, Severity};
use crate::scenario::model::{Expiry, Scenario};

/// Fewer families than this make a stratum's errors unreliable: two per batch.
pub(crate) const THIN: i64 = 64;
/// A cap that binds on more than this share of live customer-months is worth a warning.
const CAP_SHARE: f64 = 0.01;
/// Return on a cost below this share of the incremental margin says little: a small change of cost moves it much.
const SMALL_COST: f64 = 0.2;
/// Five-year lift of customer value that published programs can carry (the preset is wrong outside it).
const CLV_LIFT: f64 = 0.30;
/// Points left unresolved by a run-off that was too short.
const UNRESOLVED: f64 = 0.01;

fn finding(code: &str, severity: Severity, subject: &str, numbers: &[(&str, f64)]) -> Finding {
    Finding {
        code: code.into(),
        severity,
        subject: subject.into(),
        numbers: numbers.iter().map(|(n, v)| ((*n).into(), *v)).collect(),
    }
}

pub(crate) fn findings(
    scenario: &Scenario,
    market: &Market,
    programs: &[ProgramResult],
) -> Vec<Finding> {
    let mut found = Vec::new();
    if !scenario.assumptions.is_empty() {
        let count = [("assumptions", scenario.assumptions.len() as f64)];
        found.push(finding("best_estimates_only", Severity::Note, "", &count));
    }
    for path in &scenario.unbound {
        found.push(finding("key_did_not_bind", Severity::Note, path, &[]));
    }
    thin_strata(scenario, market, &mut found);
    for (index, program) in programs.iter().enumerate() {
        if let Some(world) = market.tally.layout.world_index(World::Program(index)) {
            caps(market, world, &program.name, &mut found);
        }
        about(scenario, program, &mut found);
        friends_without_word_of_mouth(scenario, program, &mut found);
    }
    found
}

/// The kind of a stratum as a word of the results.
pub(crate) fn kind(kind: StratumKind) -> &'static str {
    match kind {
        StratumKind::Opening => "opening",
        StratumKind::Arriving => "arriving",
        StratumKind::Attracted => "attracted",
        StratumKind::Past => "past",
    }
}

/// One deterministic account is not thin: it is not a draw.
pub(crate) fn thin(market: &Market, stratum: usize) -> bool {
    market.kind(stratum) != StratumKind::Past && market.simulated(stratum) < THIN
}

fn thin_strata(scenario: &Scenario, market: &Market, found: &mut Vec<Finding>) {
    for stratum in 0..market.strata() {
        if !thin(market, stratum) {
            continue;
        }
        let segment = scenario.segments.get(market.segment(stratum));
        let subject = format!(
            "{}/{}",
            segment.map_or("", |s| s.name.as_str()),
            kind(market.kind(stratum))
        );
        let numbers = [("families", market.simulated(stratum) as f64)];
        found.push(finding(
            "thin_stratum",
            Severity::Warning,
            &subject,
            &numbers,
        ));
    }
}

fn caps(market: &Market, world: usize, name: &str, found: &mut Vec<Finding>) {
    let total =
        |flow: CapFlow| market.total(|s| market.tally.caps.get(&[world, s, flow as usize]) as f64);
    let lived = total(CapFlow::LiveMonths);
    for (code, flow) in [
        ("cap_frequency_binds", CapFlow::FrequencyBound),
        ("cap_attrition_binds", CapFlow::AttritionBound),
    ] {
        let share = total(flow) / lived;
        if share > CAP_SHARE {
            found.push(finding(code, Severity::Warning, name, &[("share", share)]));
        }
    }
}

/// Without word of mouth in the market nobody can be found to have come anyway: every friend counts as new.
fn friends_without_word_of_mouth(
    scenario: &Scenario,
    program: &ProgramResult,
    found: &mut Vec<Finding>,
) {
    let new = program.referral.as_ref().and_then(|r| r.friends.new.value);
    if let Some(new) = new.filter(|new| *new > 0.0)
        && scenario.market.word_of_mouth.hazard_per_slot == 0.0
    {
        found.push(finding(
            "no_word_of_mouth",
            Severity::Warning,
            &program.name,
            &[("friends", new)],
        ));
    }
}

/// A headline number of a program.
fn headline<'a>(program: &'a ProgramResult, code: &str) -> Option<&'a Number> {
    let row = program.headline.iter().find(|n| n.code == code)?;
    Some(&row.number)
}

fn about(scenario: &Scenario, program: &ProgramResult, found: &mut Vec<Finding>) {
    let value = |code| headline(program, code).and_then(|n| n.value);
    let name = program.name.as_str();
    if let Some(npv) = headline(program, "npv") {
        if let Some(value) = npv.value
            && value < 0.0
        {
            found.push(finding(
                "losing_program",
                Severity::Warning,
                name,
                &[("npv", value)],
            ));
        }
        if let Some([low, high]) = npv.interval
            && low < 0.0
            && high > 0.0
        {
            let numbers = [("low", low), ("high", high)];
            found.push(finding(
                "npv_sign_uncertain",
                Severity::Warning,
                name,
                &numbers,
            ));
        }
    }
    if let (Some(cost), Some(margin), Some(roi)) =
        (value("cost"), value("incremental_margin"), value("roi"))
        && cost < SMALL_COST * margin.abs()
    {
        let numbers = [("roi", roi), ("cost", cost), ("incremental_margin", margin)];
        found.push(finding("roi_fragile", Severity::Warning, name, &numbers));
    }
    if let Some(lift) = value("clv_lift") {
        // A fall is the program's own arithmetic; only a rise beyond the published ones doubts the assumptions.
        let code = match lift {
            _ if lift < 0.0 => Some("clv_falls"),
            _ if lift > CLV_LIFT => Some("clv_lift_above_range"),
            _ => None,
        };
        let numbers = [("clv_lift", lift), ("high", CLV_LIFT)];
        found.extend(code.map(|code| finding(code, Severity::Warning, name, &numbers)));
    }
    found.extend(unresolved(scenario, program));
}

/// Points neither redeemed nor ended when the run-off was over.
fn unresolved(scenario: &Scenario, program: &ProgramResult) -> Option<Finding> {
    let value = |code| headline(program, code).and_then(|n| n.value);
    let (low, high) = (value("urr_low")?, value("urr_high")?);
    if high - low <= UNRESOLVED {
        return None;
    }
    let name = program.name.as_str();
    let years = f64::from(scenario.simulation.run_off_years);
    let mut numbers = vec![
        ("share", high - low),
        ("urr_low", low),
        ("urr_high", high),
        ("run_off_years", years),
    ];
    let rules = scenario.programs.iter().find(|p| p.name == name);
    let last = rules.and_then(|p| p.versions.last());
    match last.map(|rules| &rules.expiry) {
        Some(Expiry::Inactivity { .. }) => numbers.push(("inactivity", 1.0)),
        Some(Expiry::Never) => numbers.push(("never_expires", 1.0)),
        _ => {}
    }
    Some(finding(
        "points_unresolved",
        Severity::Warning,
        name,
        &numbers,
    ))
}
