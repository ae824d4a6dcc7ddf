//! How customers react to tiers, in the units of the engine.

use super::Context;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::{
    BystanderEffect, DemotionEffect, DemotionFear, StatusEffect, TierPressure,
};
use crate::scenario::raw::written::Number;

pub fn tier_pressure(context: &Context<'_>) -> TierPressure {
    let raw = &context.raw.behavior.tier_pressure;
    TierPressure {
        strength: raw.strength.value,
        reach_months: raw.reach_months.value,
        deadline_months: raw.deadline_months.value,
    }
}

pub fn demotion_fear(context: &Context<'_>) -> DemotionFear {
    DemotionFear {
        strength: context.raw.behavior.demotion_fear.strength.value,
    }
}

pub fn status(context: &mut Context<'_>) -> StatusEffect {
    let raw = &context.raw.behavior.status;
    let frequency = [
        &raw.frequency_first,
        &raw.frequency_second,
        &raw.frequency_third,
    ];
    let attrition = [
        &raw.attrition_first,
        &raw.attrition_second,
        &raw.attrition_third,
    ];
    refuse_falling(context, &frequency);
    refuse_falling(context, &attrition);
    StatusEffect {
        frequency: frequency.map(|n| n.value),
        attrition: attrition.map(|n| n.value),
    }
}

/// A higher tier that pleases less would let a demoted member fare better than one never promoted.
fn refuse_falling(context: &mut Context<'_>, by_rank: &[&Number; 3]) {
    for pair in by_rank.windows(2) {
        let (lower, higher) = (pair[0], pair[1]);
        if lower.valid && higher.valid && higher.value < lower.value {
            let written = if higher.at.written { higher } else { lower };
            context.reader.push(
                Diagnostic::error(
                    Code::Inconsistent,
                    "a higher tier with less effect than a lower one",
                    written.at.span.clone(),
                )
                .expecting(format!(
                    "first at most second at most third; here {} above {}",
                    lower.value, higher.value
                )),
            );
        }
    }
}

pub fn demotion(context: &Context<'_>) -> DemotionEffect {
    let raw = &context.raw.behavior.demotion;
    DemotionEffect {
        aversion: raw.aversion.value,
        months: raw.months.value,
    }
}

pub fn bystander(context: &Context<'_>) -> BystanderEffect {
    BystanderEffect {
        drop: context.raw.behavior.bystander.drop.value,
    }
}
