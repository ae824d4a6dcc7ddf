//! Which effect the incremental margin comes from, and how good the evidence is on which it rests.

use super::lines::sum_flows;
use super::scale::{Market, Sample};
use super::weights::Valuation;
use crate::engine::flow::{Effect, EffectFlow, Flow};
use crate::results::EvidenceRow;
use crate::scenario::evidence::{Grade, evidence_rows, row_of};
use crate::scenario::model::Scenario;

/// Incremental margin by effect over the horizon, minor units, undiscounted.
pub(crate) struct EffectSplit {
    pub effects: Vec<(Effect, Sample)>,
    /// Retention in strata where no effect is known to have avoided a leaving.
    pub unattributed: Sample,
}

/// Code of an effect: the name of its table in `[behavior]`, but for the premium, which shares that of `referred`.
pub(crate) fn code(effect: Effect) -> &'static str {
    match effect {
        Effect::StatedLift => "stated_lift",
        Effect::Membership => "membership",
        Effect::ExpiryPressure => "expiry_pressure",
        Effect::PointsPressure => "points_pressure",
        Effect::RewardedBehavior => "rewarded_behavior",
        Effect::EndowedProgress => "endowed_progress",
        Effect::TierPressure => "tier_pressure",
        Effect::DemotionFear => "demotion_fear",
        Effect::Demotion => "demotion",
        Effect::Status => "status",
        Effect::Bystander => "bystander",
        Effect::Referred => "referred",
        Effect::ReferralPremium => "referral_premium",
        Effect::Recommending => "recommending",
    }
}

/// Grade of the evidence behind the size of an effect, from the register: A randomized or structural,
/// B quasi-experimental, C matched observational, D laboratory or judgement.
///
/// Points pressure has one size per kind of reward; it is on by default for goods only, so theirs is its grade.
pub(crate) fn grade(effect: Effect) -> &'static str {
    let path = match effect {
        Effect::StatedLift => "behavior.stated_lift.frequency",
        Effect::Membership => "behavior.membership.hazard_ratio",
        Effect::ExpiryPressure => "behavior.expiry_pressure.lift",
        Effect::PointsPressure => "behavior.points_pressure.own_good",
        Effect::RewardedBehavior => "behavior.rewarded_behavior.lift",
        Effect::EndowedProgress => "behavior.endowed_progress.hazard_ratio",
        Effect::TierPressure => "behavior.tier_pressure.strength",
        Effect::DemotionFear => "behavior.demotion_fear.strength",
        Effect::Demotion => "behavior.demotion.aversion",
        Effect::Status => "behavior.status.frequency_first",
        Effect::Bystander => "behavior.bystander.drop",
        Effect::Referred => "behavior.referred.hazard_ratio",
        Effect::ReferralPremium => "behavior.referred.basket_premium",
        Effect::Recommending => "behavior.recommending.hazard_ratio",
    };
    // An effect without a row of its own would rest on judgement.
    letter(row_of(path).map_or(Grade::D, |row| row.grade))
}

fn letter(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
        Grade::D => "D",
    }
}

/// The behavioral numbers a scenario uses, each with its evidence.
pub(crate) fn evidence(scenario: &Scenario) -> Vec<EvidenceRow> {
    evidence_rows(scenario)
        .into_iter()
        .map(|row| EvidenceRow {
            path: row.path,
            value: row.used,
            default: row.default,
            low: row.lo,
            high: row.hi,
            grade: letter(row.grade).into(),
            source: row.source,
            applies_to: row.applies_to,
        })
        .collect()
}

impl EffectSplit {
    /// Frequency by the band in which the mark of each extra purchase fell, basket by effect, and retention by each
    /// effect's part of the leavings avoided, stratum by stratum.
    pub fn new(market: &Market, valuation: &Valuation, world: usize) -> EffectSplit {
        let tally = market.tally;
        let flow = |s: usize, b: usize, effect: Effect, flow: EffectFlow| {
            tally
                .effects
                .get(&[world, s, b, effect as usize, flow as usize])
        };
        let margin = |s: usize| valuation.margin_of(market.segment(s));
        let avoided = |s: usize, effect: Effect| -> i128 {
            (0..tally.layout.batches)
                .map(|b| i128::from(flow(s, b, effect, EffectFlow::LeavingAvoided)))
                .sum()
        };
        let all: Vec<i128> = (0..market.strata())
            .map(|s| Effect::ALL.iter().map(|e| avoided(s, *e)).sum())
            .collect();
        let retention = |s: usize, b: usize| {
            let sum = |f| sum_flows(market, (world, s, b), 0..valuation.months, &[f]);
            margin(s) * (sum(Flow::SalesRetained) - sum(Flow::SalesLost))
        };
        let effects = Effect::ALL.iter().map(|&effect| {
            let shares: Vec<f64> = (0..market.strata())
                .map(|s| match all[s] {
                    0 => 0.0,
                    sum => avoided(s, effect) as f64 / sum as f64,
                })
                .collect();
            let sample = market.sample(|s, b| {
                let own = flow(s, b, effect, EffectFlow::ExtraSales)
                    - flow(s, b, effect, EffectFlow::DroppedSales)
                    + flow(s, b, effect, EffectFlow::BasketGain);
                margin(s) * own as f64 + shares[s] * retention(s, b)
            });
            (effect, sample)
        });
        EffectSplit {
            effects: effects.collect(),
            unattributed: market.sample(|s, b| match all[s] {
                0 => retention(s, b),
                _ => 0.0,
            }),
        }
    }

    /// Share of the effects' absolute value that rests on each grade, best first; empty without any effect.
    pub fn grades(&self) -> Vec<(&'static str, Sample)> {
        let batches = self.unattributed.batches.len();
        // A harmful effect rests on its evidence as much as a helpful one.
        let size = |s: &Sample| s.times(if s.total < 0.0 { -1.0 } else { 1.0 });
        let sizes: Vec<(&str, Sample)> = self
            .effects
            .iter()
            .map(|(e, s)| (grade(*e), size(s)))
            .collect();
        let all = Sample::sum(sizes.iter().map(|(_, s)| s), batches);
        ["A", "B", "C", "D"]
            .into_iter()
            .filter_map(|g| {
                let own = sizes.iter().filter(|(grade, _)| *grade == g);
                let share = Sample::sum(own.map(|(_, s)| s), batches).over(&all)?;
                Some((g, share))
            })
            .collect()
    }
}
