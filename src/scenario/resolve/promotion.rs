//! Promotions in months, one after the other.

use super::Context;
use crate::scenario::calendar::months_between;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::Promotion;
use crate::scenario::raw;
use crate::scenario::raw::written::Month;

/// The promotions of a program by their dates.
pub fn promotions(
    context: &mut Context<'_>,
    raw: &raw::program::Program,
    launch_month: i32,
) -> Vec<Promotion> {
    if let Some(first) = raw.promotion.first()
        && raw.reward.is_empty()
        && raw.version.iter().all(|version| version.reward.is_empty())
    {
        context.reader.push(
            Diagnostic::error(
                Code::NotRead,
                "a promotion of points in a program that grants none",
                first.span.clone(),
            )
            .with_help("remove it, or list a [[program.reward]]"),
        );
    }
    let mut dated: Vec<(Promotion, &raw::promotion::Promotion)> = Vec::new();
    for written in &raw.promotion {
        if let Some(promotion) = promotion(context, written, launch_month) {
            dated.push((promotion, written));
        }
    }
    dated.sort_by_key(|(promotion, _)| promotion.from_month);
    for pair in dated.windows(2) {
        let ((before, _), (after, written)) = (&pair[0], &pair[1]);
        if after.from_month <= before.through_month {
            context.reader.push(
                Diagnostic::error(
                    Code::Inconsistent,
                    format!("it begins while \"{}\" is on", before.name),
                    written.from.at.span.clone(),
                )
                .expecting("promotions one after the other"),
            );
        }
    }
    dated.into_iter().map(|(promotion, _)| promotion).collect()
}

fn promotion(
    context: &mut Context<'_>,
    raw: &raw::promotion::Promotion,
    launch_month: i32,
) -> Option<Promotion> {
    let start = &context.raw.start;
    let horizon = &context.raw.horizon_months;
    let earn_permille = context.permille(&raw.multiplier);
    if !start.valid || !raw.from.valid || !raw.through.valid {
        return None;
    }
    let from_month = months_between(start.value, raw.from.value);
    let through_month = months_between(start.value, raw.through.value);
    let mut refuse = |at: &Month, message: &str, expected: String| {
        context.reader.push(
            Diagnostic::error(Code::Inconsistent, message, at.at.span.clone()).expecting(expected),
        );
    };
    if through_month < from_month {
        let expected = format!("{} or later", raw.from.value);
        refuse(
            &raw.through,
            "a promotion that ends before it begins",
            expected,
        );
    }
    if from_month < launch_month {
        let launch = start.value.plus(i64::from(launch_month));
        refuse(
            &raw.from,
            "a promotion before the launch",
            format!("{launch} or later"),
        );
    } else if horizon.valid && i64::from(from_month) >= horizon.value {
        let end = start.value.plus(horizon.value);
        refuse(
            &raw.from,
            "a promotion after the horizon",
            format!("before {end}"),
        );
    }
    Some(Promotion {
        name: raw.name.value.clone(),
        from_month,
        through_month,
        earn_permille,
    })
}
