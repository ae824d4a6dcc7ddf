//! A tier that hardly anybody can reach is refused, as a reward is; one that nobody can keep for life within the horizon is
//! warned about.

use super::Context;
use super::reach::{FEW, MARGIN, Saver};
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::{Program, Qualification, QualifyingUnit, Scenario, Tier, Version};
use crate::scenario::raw;
use crate::scenario::raw::message::shown;

/// More standard deviations above the average than any customer of any market is likely to be.
const BEYOND_SCORES: f64 = 20.0;

/// Refuses unreachable tiers; runs only on scenarios without any other error.
pub fn check(context: &mut Context<'_>, scenario: &Scenario) {
    for (raw, program) in context.raw.program.iter().zip(&scenario.programs) {
        let Some(qualification) = &program.qualification else {
            continue;
        };
        let first = program.versions.iter().zip(std::iter::once(&raw.tier));
        let later = program.versions.iter().skip(1);
        let changes = raw.version.iter().map(|change| &change.tier);
        for (version, written) in first.chain(later.zip(changes)) {
            let tiers = written.iter().zip(&version.ladder.tiers);
            let refused = tiers
                .into_iter()
                .any(|(raw, tier)| refuse(context, scenario, program, qualification, (raw, tier)));
            if refused {
                break;
            }
        }
    }
}

/// Whether the tier was refused; the first of a list says enough.
fn refuse(
    context: &mut Context<'_>,
    scenario: &Scenario,
    program: &Program,
    qualification: &Qualification,
    (raw, tier): (&raw::tier::Tier, &Tier),
) -> bool {
    if let QualifyingUnit::Score { .. } = qualification.by {
        return refuse_score(context, raw);
    }
    let unit = Unit::of(scenario, qualification.by);
    let months = qualification.window.months();
    let saver = saver(scenario, program, qualification.by, f64::from(months));
    let threshold = tier.threshold as f64;
    if saver.share_reaching(scenario, threshold / MARGIN) < FEW {
        let most = libm::round(saver.reach_of_few(scenario, threshold) / unit.size);
        context.reader.push(
            Diagnostic::error(
                Code::Unsuitable,
                format!("a tier nobody can reach: {}", unit.shown(threshold)),
                raw.threshold.at.span.clone(),
            )
            .expecting(format!(
                "at most about {}, what one customer in a thousand adds up in {months} months",
                shown(most)
            ))
            .with_help("a lower threshold, or a longer window"),
        );
        return true;
    }
    warn_about_life(context, scenario, program, qualification, (raw, tier));
    false
}

fn warn_about_life(
    context: &mut Context<'_>,
    scenario: &Scenario,
    program: &Program,
    qualification: &Qualification,
    (raw, tier): (&raw::tier::Tier, &Tier),
) {
    let (Some(written), Some(threshold)) = (&raw.lifetime_threshold, tier.lifetime_threshold)
    else {
        return;
    };
    let unit = Unit::of(scenario, qualification.by);
    let launch = program.launch_month.max(0) as u32;
    let months = scenario.horizon_months.saturating_sub(launch);
    let saver = saver(scenario, program, qualification.by, f64::from(months));
    let threshold = threshold as f64;
    if saver.share_reaching(scenario, threshold / MARGIN) < FEW {
        let most = libm::round(saver.reach_of_few(scenario, threshold) / unit.size);
        context.reader.push(
            Diagnostic::warning(
                Code::Implausible,
                format!(
                    "nobody keeps this tier for life before the horizon: {}",
                    unit.shown(threshold)
                ),
                written.at.span.clone(),
            )
            .with_help(format!(
                "one customer in a thousand adds up about {} in {months} months",
                shown(most)
            )),
        );
    }
}

fn refuse_score(context: &mut Context<'_>, raw: &raw::tier::Tier) -> bool {
    let threshold = &raw.threshold;
    if threshold.value <= BEYOND_SCORES {
        return false;
    }
    context.reader.push(
        Diagnostic::error(
            Code::Unsuitable,
            format!(
                "a tier nobody can reach: {} standard deviations above the average",
                shown(threshold.value)
            ),
            threshold.at.span.clone(),
        )
        .expecting(format!("at most {}", shown(BEYOND_SCORES))),
    );
    true
}

fn saver(scenario: &Scenario, program: &Program, by: QualifyingUnit, months: f64) -> Saver {
    let saver = Saver::new(scenario, program, months);
    match by {
        QualifyingUnit::Points => {
            // Multipliers do not help towards a tier.
            let rate = |v: &Version| v.earn.points_num as f64 / v.earn.points_den as f64;
            saver.at_rate(program.versions.iter().map(rate).fold(0.0, f64::max))
        }
        QualifyingUnit::Visits => saver.adding_up(None),
        QualifyingUnit::Spend | QualifyingUnit::Score { .. } => saver.adding_up(Some(1.0)),
    }
}

/// How amounts of a unit of qualification are shown.
struct Unit {
    /// Of one shown unit.
    size: f64,
    name: String,
}

impl Unit {
    fn of(scenario: &Scenario, by: QualifyingUnit) -> Unit {
        let minor = scenario.currency.minor_per_major() as f64;
        let (size, name) = match by {
            QualifyingUnit::Spend => (minor, scenario.currency.code.as_str()),
            QualifyingUnit::Points => (1.0, "points"),
            QualifyingUnit::Visits => (1.0, "visits"),
            QualifyingUnit::Score { .. } => (1e6, "standard deviations"),
        };
        Unit {
            size,
            name: name.to_string(),
        }
    }

    fn shown(&self, amount: f64) -> String {
        format!("{} {}", shown(amount / self.size), self.name)
    }
}
