//! Programs: enrollment, costs, dates and the opening book.

use super::Context;
use super::{promotion, referral, rules, tiers};
use crate::scenario::calendar::months_between;
use crate::scenario::diagnostics::{Code, Diagnostic, echo};
use crate::scenario::model::{
    Enrollment, Expiry, OpeningBook, OpeningVintage, Program, ProgramCost, ProgramKind,
};
use crate::scenario::raw;

pub fn programs(context: &mut Context<'_>) -> Option<Vec<Program>> {
    let raw = &context.raw.program;
    raw.iter()
        .map(|program| resolve(context, program))
        .collect()
}

fn resolve(context: &mut Context<'_>, raw: &raw::program::Program) -> Option<Program> {
    refuse_reserved_name(context, raw);
    let launch_month = launch(context, raw);
    let qualification = tiers::qualification(context, raw);
    let versions = rules::versions(context, raw, launch_month, qualification.as_ref())?;
    let opening = raw
        .opening
        .as_ref()
        .map(|book| opening(context, raw, book, launch_month));
    if let (Some(book), Some(first)) = (&raw.opening, versions.first()) {
        refuse_expired_vintages(context, book, first.expiry);
    }
    Some(Program {
        name: raw.name.value.clone(),
        kind: match raw.kind.value {
            "tiered" => ProgramKind::Tiered,
            "ambassador" => ProgramKind::Ambassador,
            _ => ProgramKind::Transactional,
        },
        launch_month,
        enrollment: Enrollment {
            ceiling: raw.enrollment.ceiling.value,
            half_time_months: raw.enrollment.half_time_months.value,
            selection: raw.enrollment.selection.value,
            abandonment_per_visit: raw.enrollment.abandonment_per_visit.value,
        },
        arrival_lift: raw.arrival_lift.value,
        versions,
        cost: ProgramCost {
            setup: context.minor(&raw.cost.setup),
            per_month: context.minor(&raw.cost.per_month),
            per_active_member_per_year: context.minor_real(&raw.cost.per_active_member_per_year),
            per_redemption: context.minor_real(&raw.cost.per_redemption),
            inflation_per_year: raw.cost.inflation_per_year.value,
        },
        opening,
        qualification,
        referral: referral::referral(context, raw),
        promotions: promotion::promotions(context, raw, launch_month),
    })
}

/// Names by which tables and charts call the world without a program.
const RESERVED: [&str; 2] = ["no program", "world_0"];

fn refuse_reserved_name(context: &mut Context<'_>, raw: &raw::program::Program) {
    if raw.name.is_given() && RESERVED.contains(&raw.name.value.to_lowercase().as_str()) {
        context.reader.push(
            Diagnostic::error(
                Code::Duplicate,
                format!(
                    "a program called \"{}\", as results call the world without one",
                    echo(&raw.name.value)
                ),
                raw.name.at.span.clone(),
            )
            .expecting("another name"),
        );
    }
}

/// Month of launch relative to the start. Without a written one, the oldest vintage of an existing book was issued in
/// it, and a program without a book begins at the start.
fn launch(context: &mut Context<'_>, raw: &raw::program::Program) -> i32 {
    let (Some(launch), start) = (&raw.launch, &context.raw.start) else {
        let vintages = raw.opening.iter().flat_map(|book| &book.vintage);
        let lived = raw.opening.iter().filter(|book| book.from.value == "run");
        let oldest = vintages
            .map(|v| v.months_ago.value)
            .chain(lived.map(|book| book.months.value))
            .max()
            .unwrap_or(0);
        return -(oldest.clamp(0, 240) as i32);
    };
    if !launch.valid || !start.valid {
        return 0;
    }
    let month = months_between(start.value, launch.value);
    let horizon = &context.raw.horizon_months;
    let finding =
        |message: &str| Diagnostic::error(Code::Inconsistent, message, launch.at.span.clone());
    if month < 0 && raw.opening.is_none() {
        context.reader.push(
            finding("a program launched before the start needs its book of points")
                .expecting(format!("{} or later, or [program.opening]", start.value))
                .with_help("[program.opening] states the points outstanding at the start"),
        );
    } else if month < -240 {
        context.reader.push(
            finding("a launch more than 20 years before the start")
                .expecting(format!("{} or later", start.value.plus(-240))),
        );
    } else if horizon.valid && i64::from(month) >= horizon.value {
        context.reader.push(
            finding("a launch after the horizon")
                .expecting(format!("before {}", start.value.plus(horizon.value))),
        );
    } else if month > 0 && raw.opening.is_some() {
        context.reader.push(
            finding("a program with an opening book cannot be launched after the start")
                .expecting(format!("{} or earlier", start.value)),
        );
    }
    month
}

fn opening(
    context: &mut Context<'_>,
    program: &raw::program::Program,
    raw: &raw::opening::Opening,
    launch_month: i32,
) -> OpeningBook {
    if context.opening() == Some(0) {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "an opening book without customers at the start",
                raw.span.clone(),
            )
            .expecting("market.customers above 0"),
        );
    }
    let is_lived = raw.from.value == "run";
    refuse_unknown_past(context, raw, is_lived);
    refuse_before_launch(context, program, raw, launch_month);
    let vintages = raw.vintage.iter().map(|vintage| OpeningVintage {
        months_ago: u32::try_from(vintage.months_ago.value).unwrap_or(1),
        points: vintage.points.value,
        leavers: None,
        never_redeemed: None,
    });
    let mut vintages: Vec<OpeningVintage> = vintages.collect();
    vintages.sort_by_key(|vintage| std::cmp::Reverse(vintage.months_ago));
    OpeningBook {
        held_by_leavers: if is_lived {
            0.0
        } else {
            raw.held_by_leavers.value
        },
        lived_months: is_lived.then(|| u32::try_from(raw.months.value).unwrap_or(1)),
        vintages,
    }
}

/// A past to be lived needs customers who came in it.
fn refuse_unknown_past(context: &mut Context<'_>, raw: &raw::opening::Opening, is_lived: bool) {
    if is_lived && !context.raw.market.entry.is_empty() {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "a past to be lived in a market whose entries are listed by day",
                raw.from.at.span.clone(),
            )
            .expecting("`arrivals_per_year` instead of [[market.entry]], or a stated book")
            .with_help("entries listed by day begin at the start: they do not say who came before"),
        );
    }
}

/// No point was issued before the program began.
fn refuse_before_launch(
    context: &mut Context<'_>,
    program: &raw::program::Program,
    raw: &raw::opening::Opening,
    launch_month: i32,
) {
    for vintage in &raw.vintage {
        let before_launch = i64::from(launch_month) + vintage.months_ago.value > 0;
        if before_launch && program.launch.is_some() && vintage.months_ago.valid {
            context.reader.push(
                Diagnostic::error(
                    Code::Inconsistent,
                    format!(
                        "points of {} months ago were issued before the launch",
                        vintage.months_ago.value
                    ),
                    vintage.months_ago.at.span.clone(),
                )
                .expecting(format!("at most {} months ago", -launch_month))
                .with_help("`launch` is the month in which members began to earn"),
            );
        }
    }
}

/// Under a fixed term of k months, points of more than k months ago have expired before the start.
fn refuse_expired_vintages(
    context: &mut Context<'_>,
    book: &raw::opening::Opening,
    expiry: Expiry,
) {
    let oldest = match expiry {
        Expiry::FixedTerm { months } => i64::from(months),
        // The oldest that still stand at month 0 are of January, so many years before.
        Expiry::Calendar {
            years,
            first_december,
        } => 11 - i64::from(first_december) + 12 * i64::from(years),
        Expiry::Never | Expiry::Inactivity { .. } => return,
    };
    for vintage in &book.vintage {
        let ago = &vintage.months_ago;
        if ago.is_given() && ago.value > oldest {
            let term = format!("at most {oldest} months ago, the term of the program");
            let expected = match expiry {
                Expiry::Calendar { .. } if oldest == 0 => {
                    "no opening book: every earlier point has expired".to_string()
                }
                _ => term,
            };
            context.reader.push(
                Diagnostic::error(
                    Code::Inconsistent,
                    format!("points of {} months ago have already expired", ago.value),
                    ago.at.span.clone(),
                )
                .expecting(expected),
            );
        }
    }
}
