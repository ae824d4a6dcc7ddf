//! Tiers: the unit of their thresholds, their order, and what later versions make of them.

use super::Context;
use super::expiry::expiry;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::{
    Benefit, Billing, Ladder, Qualification, QualifyingUnit, QualifyingWindow, Tier,
};
use crate::scenario::raw;
use crate::scenario::raw::message::shown;
use crate::scenario::raw::reader::Place;
use crate::scenario::raw::written::{Integer, Number};

/// Millionths: the fixed point of a score.
const SCORE_UNITS: f64 = 1e6;

/// How tiers are earned; `None` where the program has none.
pub fn qualification(
    context: &mut Context<'_>,
    raw: &raw::program::Program,
) -> Option<Qualification> {
    let written = &raw.qualification;
    if raw.kind.value != "tiered" {
        refuse_changes(context, raw);
        return None;
    }
    // A list that was refused as a whole is there all the same.
    let list = raw.kind.at.path.replace(".kind", ".tier");
    let no_tier = raw.tier.is_empty() && raw.version.iter().all(|v| v.tier.is_empty());
    if no_tier && raw.kind.valid && !context.reader.spans.contains_key(&list) {
        context.reader.push(
            Diagnostic::error(
                Code::MissingKey,
                format!("[[program]] {} is tiered and needs `tier`", raw.name.value),
                raw.kind.at.span.clone(),
            )
            .expecting("[[program.tier]], once for each tier")
            .with_help("a tier has a name and a threshold"),
        );
    }
    let window = match written.window.value {
        "rolling" => QualifyingWindow::Rolling {
            months: u32::try_from(written.window_months.value).unwrap_or(12),
        },
        _ => QualifyingWindow::CalendarYear,
    };
    let by = match written.by.value {
        "points" => QualifyingUnit::Points,
        "visits" => QualifyingUnit::Visits,
        "score" => QualifyingUnit::Score {
            visits: written.score_visits.value,
            spend: written.score_spend.value,
        },
        _ => QualifyingUnit::Spend,
    };
    refuse_empty_score(context, written);
    refuse_points_without_rewards(context, raw);
    warn_short_memory(context, written, window);
    Some(Qualification {
        by,
        window,
        status_match: written.status_match.value,
        visibility: written.visibility.value,
    })
}

/// Keys of tiers in versions of a program that has none.
fn refuse_changes(context: &mut Context<'_>, raw: &raw::program::Program) {
    if !raw.kind.valid {
        return;
    }
    for version in &raw.version {
        let changed = version.qualification.as_ref().map(|q| q.span.clone());
        let span = changed.or_else(|| version.tier.first().map(|tier| tier.span.clone()));
        if let Some(span) = span {
            context.reader.push(
                Diagnostic::error(
                    Code::NotRead,
                    format!(
                        "tiers of a version are not read when kind = \"{}\"",
                        raw.kind.value
                    ),
                    span,
                )
                .with_help("remove them, or choose kind = \"tiered\""),
            );
        }
    }
}

fn refuse_empty_score(context: &mut Context<'_>, written: &raw::tier::Qualification) {
    let (visits, spend) = (&written.score_visits, &written.score_spend);
    if written.by.value == "score" && visits.value == 0.0 && spend.value == 0.0 {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "a score of nothing: both weights are 0",
                visits.at.span.clone(),
            )
            .expecting("`score_visits` or `score_spend` above 0"),
        );
    }
}

/// Without rewards no points are granted, so none can qualify.
fn refuse_points_without_rewards(context: &mut Context<'_>, raw: &raw::program::Program) {
    let by = &raw.qualification.by;
    if by.value == "points" && by.valid && raw.reward.is_empty() {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "tiers by points in a program that grants none",
                by.at.span.clone(),
            )
            .expecting("[[program.reward]], which points buy")
            .with_help("or choose by = \"spend\", \"visits\" or \"score\""),
        );
    }
}

/// A match reads the purchases of the warm-up.
fn warn_short_memory(
    context: &mut Context<'_>,
    written: &raw::tier::Qualification,
    window: QualifyingWindow,
) {
    let warm_up = &context.raw.simulation.warm_up_months;
    let needed = i64::from(window.months());
    let matched = &written.status_match;
    if matched.value && matched.is_given() && warm_up.valid && warm_up.value < needed {
        context.reader.push(
            Diagnostic::warning(
                Code::Implausible,
                format!(
                    "a status match that sees {} of the {needed} months of its window",
                    warm_up.value
                ),
                matched.at.span.clone(),
            )
            .with_help(format!(
                "simulation.warm_up_months = {needed} lets the opening customers bring their whole window"
            )),
        );
    }
}

/// The tiers of the first version.
pub fn ladder(
    context: &mut Context<'_>,
    raw: &raw::program::Program,
    qualification: Option<&Qualification>,
) -> Ladder {
    let Some(qualification) = qualification else {
        return Ladder::default();
    };
    let written = &raw.qualification;
    Ladder {
        validity_months: match (&written.validity_months, qualification.window) {
            (Some(months), window) => validity(context, months, window),
            (None, QualifyingWindow::CalendarYear) => 12,
            (None, QualifyingWindow::Rolling { .. }) => 0,
        },
        soft_landing: written.soft_landing.value,
        tiers: tiers(context, &raw.tier, qualification),
    }
}

/// What a version changes of the tiers before it.
pub fn change(
    context: &mut Context<'_>,
    raw: &raw::version::Version,
    qualification: Option<&Qualification>,
    ladder: &mut Ladder,
) {
    let Some(qualification) = qualification else {
        return;
    };
    if let Some(changed) = &raw.qualification {
        if let Some(months) = &changed.validity_months {
            ladder.validity_months = validity(context, months, qualification.window);
        }
        if let Some(soft) = &changed.soft_landing {
            ladder.soft_landing = soft.value;
        }
    }
    if !raw.tier.is_empty() {
        ladder.tiers = tiers(context, &raw.tier, qualification);
    }
}

/// Calendar years are reviewed in December only.
fn validity(context: &mut Context<'_>, written: &Integer, window: QualifyingWindow) -> u32 {
    let months = u32::try_from(written.value).unwrap_or(12);
    let fault = match window {
        QualifyingWindow::CalendarYear if !months.is_multiple_of(12) => {
            Some("a multiple of 12: calendar years are reviewed at the end of December")
        }
        _ => None,
    };
    if let (Some(expected), true) = (fault, written.valid) {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                format!("a validity of {months} months"),
                written.at.span.clone(),
            )
            .expecting(expected),
        );
        return 12;
    }
    months
}

fn tiers(
    context: &mut Context<'_>,
    raw: &[raw::tier::Tier],
    qualification: &Qualification,
) -> Vec<Tier> {
    let tiers: Vec<Tier> = raw
        .iter()
        .map(|tier| Tier {
            name: tier.name.value.clone(),
            threshold: amount(context, &tier.threshold, qualification.by),
            lifetime_threshold: tier
                .lifetime_threshold
                .as_ref()
                .map(|threshold| amount(context, threshold, qualification.by)),
            earn_permille: context.permille(&tier.earn_multiplier),
            expiry: tier.expiry.as_ref().map(|e| expiry(context, e)),
            benefits: benefits(context, &tier.benefit),
        })
        .collect();
    for pair in raw.windows(2) {
        refuse_unordered(context, &pair[0].threshold, &pair[1].threshold, "threshold");
    }
    let for_life: Vec<(&raw::tier::Tier, &Number)> = raw
        .iter()
        .filter_map(|tier| tier.lifetime_threshold.as_ref().map(|t| (tier, t)))
        .collect();
    for pair in for_life.windows(2) {
        refuse_unordered(context, pair[0].1, pair[1].1, "lifetime_threshold");
    }
    for (tier, lifetime) in for_life {
        if lifetime.valid && tier.threshold.valid && lifetime.value < tier.threshold.value {
            let message = "a tier kept for life before it is reached";
            let expected = format!("at least `threshold` = {}", shown(tier.threshold.value));
            refuse(context, message, &lifetime.at, expected);
        }
    }
    tiers
}

fn refuse(context: &mut Context<'_>, message: &str, at: &Place, expected: String) {
    context
        .reader
        .push(Diagnostic::error(Code::Inconsistent, message, at.span.clone()).expecting(expected));
}

fn refuse_unordered(context: &mut Context<'_>, lower: &Number, higher: &Number, key: &str) {
    if lower.valid && higher.valid && higher.value <= lower.value {
        let message = format!("`{key}` must rise from tier to tier");
        let expected = format!("above {}", shown(lower.value));
        refuse(context, &message, &higher.at, expected);
    }
}

/// A threshold in whole units of qualification.
fn amount(context: &mut Context<'_>, written: &Number, by: QualifyingUnit) -> i64 {
    match by {
        QualifyingUnit::Spend => context.minor(written),
        QualifyingUnit::Score { .. } => libm::round(written.value * SCORE_UNITS) as i64,
        QualifyingUnit::Points | QualifyingUnit::Visits => {
            let whole = libm::round(written.value);
            if written.is_given() && whole != written.value && !written.digits.is_empty() {
                let unit = match by {
                    QualifyingUnit::Visits => "visits",
                    _ => "points",
                };
                context.reader.push(
                    Diagnostic::error(
                        Code::WrongType,
                        format!("a threshold of {} {unit}", shown(written.value)),
                        written.at.span.clone(),
                    )
                    .expecting("a whole number"),
                );
            }
            // At most 1e10 by the range of the key; a mean below one half still asks for something.
            (whole as i64).max(1)
        }
    }
}

fn benefits(context: &mut Context<'_>, raw: &[raw::tier::Benefit]) -> Vec<Benefit> {
    raw.iter()
        .map(|benefit| Benefit {
            name: benefit.name.value.clone(),
            billed: match benefit.billed.value {
                "per_use" => Billing::PerUse,
                _ => Billing::PerMemberMonth,
            },
            cost: context.minor_real(&benefit.cost),
        })
        .collect()
}
