//! The dated rules of a program: earning, expiry, catalog.

use super::expiry::expiry;
use super::{Context, tiers};
use crate::scenario::calendar::months_between;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::{Earn, Qualification, Reward, RewardKind, Rounding, Version};
use crate::scenario::raw;
use crate::scenario::raw::message::shown;

/// The first version from the launch on, then the dated ones, each inheriting what it does not state.
pub fn versions(
    context: &mut Context<'_>,
    raw: &raw::program::Program,
    launch_month: i32,
    qualification: Option<&Qualification>,
) -> Option<Vec<Version>> {
    let mut versions = vec![Version {
        from_month: launch_month,
        announced_month: launch_month,
        earn: earn(context, raw),
        expiry: expiry(context, &raw.expiry),
        rewards: rewards(context, &raw.reward),
        ladder: tiers::ladder(context, raw, qualification),
    }];
    check_generosity(context, raw, versions.first()?);
    for change in &raw.version {
        let last = versions.last()?;
        let mut next = last.clone();
        let previous = last.from_month;
        dates(context, change, previous, &mut next);
        if let Some(changed) = &change.earn {
            apply(context, changed, &mut next.earn);
        }
        if let Some(changed) = &change.expiry {
            next.expiry = expiry(context, changed);
        }
        if !change.reward.is_empty() {
            next.rewards = rewards(context, &change.reward);
        }
        tiers::change(context, change, qualification, &mut next.ladder);
        if changes_nothing(change) {
            context.reader.push(
                Diagnostic::error(
                    Code::MissingKey,
                    "this version changes nothing",
                    change.span.clone(),
                )
                .expecting("earn, expiry, qualification, [[program.version.reward]] or [[program.version.tier]]"),
            );
        }
        versions.push(next);
    }
    Some(versions)
}

fn changes_nothing(change: &raw::version::Version) -> bool {
    let tables = change.earn.is_some() || change.expiry.is_some() || change.qualification.is_some();
    !tables && change.reward.is_empty() && change.tier.is_empty()
}

fn dates(
    context: &mut Context<'_>,
    raw: &raw::version::Version,
    previous: i32,
    version: &mut Version,
) {
    let start = &context.raw.start;
    if !raw.from.valid || !start.valid {
        return;
    }
    version.from_month = months_between(start.value, raw.from.value);
    version.announced_month = version.from_month;
    let horizon = &context.raw.horizon_months;
    if version.from_month <= previous {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "versions must follow the launch and each other in time",
                raw.from.at.span.clone(),
            )
            .expecting(format!("after {}", start.value.plus(i64::from(previous)))),
        );
    } else if horizon.valid && i64::from(version.from_month) >= horizon.value {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "a version after the horizon would never be lived",
                raw.from.at.span.clone(),
            )
            .expecting(format!("before {}", start.value.plus(horizon.value))),
        );
    }
    if let Some(announced) = raw.announced.as_ref().filter(|month| month.valid) {
        version.announced_month = months_between(start.value, announced.value);
        if version.announced_month > version.from_month {
            context.reader.push(
                Diagnostic::error(
                    Code::Inconsistent,
                    "announced after it takes effect",
                    announced.at.span.clone(),
                )
                .expecting(format!("{} or earlier", raw.from.value)),
            );
        }
    }
}

/// Without rewards there is nothing to earn: a written rate would promise points that buy nothing.
fn earn(context: &mut Context<'_>, program: &raw::program::Program) -> Earn {
    let raw = &program.earn;
    if program.reward.is_empty() {
        let later = program.version.iter().any(|v| !v.reward.is_empty());
        let rate = &raw.points_per_currency;
        let optional = program.kind.value != "transactional";
        if rate.is_given() && rate.value > 0.0 && optional && !later {
            context.reader.push(
                Diagnostic::error(
                    Code::NotRead,
                    "points that buy nothing: the program lists no reward",
                    rate.at.span.clone(),
                )
                .with_help("remove `points_per_currency`, or list a [[program.reward]]"),
            );
        }
        if !rate.at.written {
            return Earn {
                points_num: 0,
                points_den: 1,
                rounding: rounding(raw.rounding.value),
                cap_per_visit: raw.cap_per_visit.as_ref().map(|cap| cap.value),
                cap_per_month: raw.cap_per_month.as_ref().map(|cap| cap.value),
                sign_up_bonus: raw.sign_up_bonus.value,
            };
        }
    }
    let (points_num, points_den) = context.points_fraction(&raw.points_per_currency);
    Earn {
        points_num,
        points_den,
        rounding: rounding(raw.rounding.value),
        cap_per_visit: raw.cap_per_visit.as_ref().map(|cap| cap.value),
        cap_per_month: raw.cap_per_month.as_ref().map(|cap| cap.value),
        sign_up_bonus: raw.sign_up_bonus.value,
    }
}

fn apply(context: &mut Context<'_>, raw: &raw::version::EarnChange, earn: &mut Earn) {
    if let Some(rate) = &raw.points_per_currency {
        (earn.points_num, earn.points_den) = context.points_fraction(rate);
    }
    if let Some(word) = &raw.rounding {
        earn.rounding = rounding(word.value);
    }
    if let Some(cap) = &raw.cap_per_visit {
        earn.cap_per_visit = Some(cap.value);
    }
    if let Some(cap) = &raw.cap_per_month {
        earn.cap_per_month = Some(cap.value);
    }
    if let Some(bonus) = &raw.sign_up_bonus {
        earn.sign_up_bonus = bonus.value;
    }
}

fn rounding(word: &str) -> Rounding {
    match word {
        "nearest" => Rounding::Nearest,
        "ceil" => Rounding::Ceil,
        _ => Rounding::Floor,
    }
}

/// Sorted by points, then name.
fn rewards(context: &mut Context<'_>, raw: &[raw::reward::Reward]) -> Vec<Reward> {
    let mut rewards: Vec<Reward> = raw
        .iter()
        .map(|reward| {
            let kind = match reward.kind.value {
                "own_good" => RewardKind::OwnGood,
                "external" => RewardKind::External,
                _ => RewardKind::Tender,
            };
            let (unit_cost, displacement) = match kind {
                RewardKind::Tender => (0, 0.0),
                RewardKind::External => (context.minor(&reward.unit_cost), 0.0),
                RewardKind::OwnGood => {
                    (context.minor(&reward.unit_cost), reward.displacement.value)
                }
            };
            Reward {
                name: reward.name.value.clone(),
                kind,
                points: reward.points.value,
                face_value: context.minor(&reward.face_value),
                unit_cost,
                displacement,
            }
        })
        .collect();
    rewards.sort_by(|a, b| (a.points, &a.name).cmp(&(b.points, &b.name)));
    rewards
}

/// A reward worth more than the money that earns it is possible, and almost surely a slip of the decimal point.
fn check_generosity(context: &mut Context<'_>, raw: &raw::program::Program, version: &Version) {
    if !raw.earn.points_per_currency.valid {
        return;
    }
    for reward in &raw.reward {
        if !reward.points.is_given() || !reward.face_value.is_given() {
            continue;
        }
        let per_currency = version.earn.points_num as f64 / version.earn.points_den as f64
            * context.currency.minor_per_major() as f64;
        let spend = reward.points.value as f64 / per_currency;
        if reward.face_value.value < spend {
            continue;
        }
        context.reader.push(
            Diagnostic::warning(
                Code::Implausible,
                format!(
                    "a reward worth {} for spending {}",
                    shown(reward.face_value.value),
                    shown(libm::round(spend * 100.0) / 100.0)
                ),
                reward.face_value.at.span.clone(),
            )
            .with_help("members would be paid for buying: check `points`, `face_value` and `points_per_currency`"),
        );
    }
}
