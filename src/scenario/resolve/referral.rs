//! Word of mouth and referral: who, how often, and what both sides receive.

use super::Context;
use crate::scenario::calendar::WEEKS_PER_MONTH;
use crate::scenario::diagnostics::{Code, Diagnostic, echo, nearest};
use crate::scenario::model::{
    Ambassadors, Grant, RecommendingEffect, Referral, ReferredEffect, WordOfMouth,
};
use crate::scenario::raw;

/// Word of mouth of the market.
pub fn word_of_mouth(context: &Context<'_>) -> WordOfMouth {
    let raw = &context.raw.market.word_of_mouth;
    let slots = u32::try_from(raw.slots.value).unwrap_or(1).max(1);
    WordOfMouth {
        hazard_per_slot: raw.friends_per_active_year.value / 12.0 / f64::from(slots),
        slots,
    }
}

/// The referral program of a program, if it has one.
pub fn referral(context: &mut Context<'_>, raw: &raw::program::Program) -> Option<Referral> {
    let Some(written) = &raw.referral else {
        let list = raw.kind.at.path.replace(".kind", ".referral");
        let is_written = context.reader.spans.contains_key(&list);
        if raw.kind.value == "ambassador" && raw.kind.valid && !is_written {
            context.reader.push(
                Diagnostic::error(
                    Code::MissingKey,
                    format!(
                        "[[program]] {} is an ambassador program and needs `referral`",
                        raw.name.value
                    ),
                    raw.kind.at.span.clone(),
                )
                .expecting("[program.referral]; every key of it has a default"),
            );
        }
        return None;
    };
    refuse_caps_without_reward(context, written);
    Some(Referral {
        who: ambassadors(context, raw, written),
        invitations_per_month: written.invitations_per_year.value / 12.0,
        conversion: written.conversion.value,
        delay_months: written.delay_weeks.value / WEEKS_PER_MONTH,
        after_purchases: u32::try_from(written.after_purchases.value).unwrap_or(1),
        ambassador: grant(context, raw, written.reward.as_ref()),
        friend: grant(context, raw, written.welcome.as_ref()),
        most_rewarded: count(written.most_rewarded.as_ref()),
        most_per_year: count(written.most_per_year.as_ref()),
        self_referral_share: written.self_referral_share.value,
        size_factor: written.size_factor.value,
    })
}

fn count(written: Option<&raw::written::Integer>) -> Option<u32> {
    written.and_then(|n| u32::try_from(n.value).ok())
}

fn ambassadors(
    context: &mut Context<'_>,
    program: &raw::program::Program,
    raw: &raw::referral::Referral,
) -> Ambassadors {
    match raw.who.value {
        "tier" => {
            refuse_unknown_tier(context, program, raw);
            Ambassadors::Tier {
                name: raw.tier.value.clone(),
            }
        }
        "purchases" => Ambassadors::Purchases {
            least: u32::try_from(raw.min_purchases.value).unwrap_or(1),
        },
        "score" => Ambassadors::Score {
            least: raw.min_score.value,
        },
        "invited" => Ambassadors::Invited {
            share: raw.accepted_share.value,
        },
        _ => Ambassadors::Members,
    }
}

/// The tier must exist in every version, or its holders would stop being ambassadors without notice.
fn refuse_unknown_tier(
    context: &mut Context<'_>,
    program: &raw::program::Program,
    raw: &raw::referral::Referral,
) {
    let named = &raw.tier;
    let changed = program.version.iter().map(|version| &version.tier);
    let lists = std::iter::once(&program.tier).chain(changed.filter(|list| !list.is_empty()));
    for list in lists {
        if !named.is_given() || list.iter().any(|tier| tier.name.value == named.value) {
            continue;
        }
        let names: Vec<&str> = list.iter().map(|tier| tier.name.value.as_str()).collect();
        let expected = match names.is_empty() {
            true => "a tier of this program, which has none".to_string(),
            false => format!("one of {}", names.join(", ")),
        };
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                format!("no tier is called \"{}\"", echo(&named.value)),
                named.at.span.clone(),
            )
            .expecting(expected)
            .with_nearest(nearest(&named.value, names.iter().copied())),
        );
        return;
    }
}

fn refuse_caps_without_reward(context: &mut Context<'_>, raw: &raw::referral::Referral) {
    for cap in [&raw.most_rewarded, &raw.most_per_year]
        .into_iter()
        .flatten()
    {
        if raw.reward.is_none() && cap.is_given() {
            context.reader.push(
                Diagnostic::error(
                    Code::NotRead,
                    "a cap on rewards where the ambassador receives none",
                    cap.at.span.clone(),
                )
                .with_help("remove it, or state [program.referral.reward]"),
            );
        }
    }
}

fn grant(
    context: &mut Context<'_>,
    program: &raw::program::Program,
    raw: Option<&raw::referral::Grant>,
) -> Grant {
    let Some(raw) = raw else {
        return Grant::None;
    };
    match raw.kind.value {
        "voucher" => Grant::Voucher {
            face_value: context.minor(&raw.value),
            used_share: raw.used_share.value,
        },
        "money" => Grant::Money {
            amount: context.minor(&raw.value),
        },
        _ => {
            if program.reward.is_empty() && raw.points.is_given() {
                context.reader.push(
                    Diagnostic::error(
                        Code::Inconsistent,
                        "points for a referral in a program without rewards",
                        raw.points.at.span.clone(),
                    )
                    .expecting("[[program.reward]], which points buy")
                    .with_help("or choose kind = \"voucher\" or \"money\""),
                );
            }
            Grant::Points {
                points: raw.points.value,
            }
        }
    }
}

pub fn referred(context: &Context<'_>) -> ReferredEffect {
    let raw = &context.raw.behavior.referred;
    ReferredEffect {
        hazard_ratio: raw.hazard_ratio.value,
        basket_premium: raw.basket_premium.value,
        premium_decay_months: raw.premium_decay_years.value * 12.0,
    }
}

pub fn recommending(context: &Context<'_>) -> RecommendingEffect {
    let raw = &context.raw.behavior.recommending;
    RecommendingEffect {
        hazard_ratio: raw.hazard_ratio.value,
        months: raw.months.value,
    }
}
