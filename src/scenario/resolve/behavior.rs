//! `[behavior]` in the units of the engine: months, minor units.

use super::{Context, referral, status_effects};
use crate::scenario::calendar::{DAYS_PER_MONTH, WEEKS_PER_MONTH};
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::{
    Behavior, EndowedProgress, ExpiryPressure, Membership, Novelty, PointsPressure, Redemption,
    RewardedBehavior, StatedLift, Who,
};
use crate::scenario::raw;
use crate::scenario::raw::written::Numbers;

pub fn behavior(context: &mut Context<'_>) -> Option<Behavior> {
    let raw = &context.raw.behavior;
    let min_value = context.minor(&raw.expiry_pressure.min_value);
    let expiry = &raw.expiry_pressure;
    Some(Behavior {
        effect_multiplier: raw.effect_multiplier.value,
        frequency_cap: cap(context, &raw.frequency_cap)?,
        attrition_cap: cap(context, &raw.attrition_cap)?,
        stated_lift: StatedLift {
            frequency: raw.stated_lift.frequency.value,
            hazard_ratio: raw.stated_lift.hazard_ratio.value,
            basket: raw.stated_lift.basket.value,
            who: match raw.stated_lift.who.value {
                "everyone" => Who::Everyone,
                _ => Who::Members,
            },
        },
        membership: Membership {
            hazard_ratio: raw.membership.hazard_ratio.value,
            active_months: raw.membership.active_months.value,
        },
        points_pressure: PointsPressure {
            tender: raw.points_pressure.tender.value,
            own_good: raw.points_pressure.own_good.value,
            external: raw.points_pressure.external.value,
        },
        rewarded_behavior: RewardedBehavior {
            lift: raw.rewarded_behavior.lift.value,
            decay_months: raw.rewarded_behavior.decay_weeks.value / WEEKS_PER_MONTH,
        },
        endowed_progress: EndowedProgress {
            hazard_ratio: raw.endowed_progress.hazard_ratio.value,
        },
        expiry_pressure: ExpiryPressure {
            lift: expiry.lift.value,
            window_months: expiry.window_days.value / DAYS_PER_MONTH,
            min_value,
            flexible_share: expiry.flexible_share.value,
            regret: expiry.regret.value,
            regret_months: expiry.regret_months.value,
        },
        novelty: Novelty {
            half_life_months: raw.novelty.half_life_months.value,
            floor: raw.novelty.floor.value,
        },
        redemption: redemption(&raw.redemption),
        tier_pressure: status_effects::tier_pressure(context),
        demotion_fear: status_effects::demotion_fear(context),
        status: status_effects::status(context),
        demotion: status_effects::demotion(context),
        bystander: status_effects::bystander(context),
        referred: referral::referred(context),
        recommending: referral::recommending(context),
    })
}

fn redemption(raw: &raw::behavior::Redemption) -> Redemption {
    Redemption {
        slope: raw.slope.value,
        threshold_rewards: raw.threshold_rewards.value,
        threshold_sigma: raw.threshold_sigma.value,
        reluctance: raw.reluctance.value,
        never_share: raw.never_share.value,
        expiry_boost: raw.expiry_boost.value,
        value_weight: raw.value_weight.value,
    }
}

/// A pair around 1: with all effects at zero no cap may bind.
fn cap(context: &mut Context<'_>, written: &Numbers) -> Option<[f64; 2]> {
    let [lo, hi]: [f64; 2] = written.items.as_slice().try_into().ok()?;
    if lo > 1.0 || hi < 1.0 {
        context.reader.push(
            Diagnostic::error(
                Code::OutOfRange,
                "a cap that binds even without any effect",
                written.at.span.clone(),
            )
            .expecting("[lowest, highest] with lowest at most 1 and highest at least 1"),
        );
    }
    Some([lo, hi])
}
