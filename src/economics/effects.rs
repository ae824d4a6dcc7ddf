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
    pub effects: Vec<(Effect, Part)>,
    /// Customers kept or lost by nobody's work: extra purchases wear out those who leave after a purchase.
    pub unattributed: Part,
    /// Difference between the parts before rounding and the labels' margin: rounding only.
    pub residual: f64,
}

/// One effect's part: rounded so that the parts add up to what the labels of the same purchases say, and with errors.
pub(crate) struct Part {
    pub value: i64,
    pub sample: Sample,
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
    /// Frequency by the band in which the mark of each extra purchase fell, basket by effect, and retention by the effect
    /// whose work each purchase of a customer kept or lost is. `labeled` is the margin of the labels to which the parts
    /// must add up.
    pub fn new(market: &Market, valuation: &Valuation, world: usize, labeled: i64) -> EffectSplit {
        let effects: Vec<(Effect, Sample)> = Effect::ALL
            .iter()
            .map(|&effect| (effect, sales_of(market, valuation, world, effect)))
            .collect();
        let rest = unattributed(market, valuation, world);
        let exact = |parts: &[(Effect, Sample)]| parts.iter().map(|(_, s)| s.total).sum::<f64>();
        let residual = labeled as f64 - exact(&effects) - rest.total;
        let part = |sample: Sample| Part {
            value: libm::round(sample.total) as i64,
            sample,
        };
        let mut split = EffectSplit {
            effects: effects.into_iter().map(|(e, s)| (e, part(s))).collect(),
            unattributed: part(rest),
            residual,
        };
        let rest = labeled - split.parts().map(|p| p.value).sum::<i64>();
        // What rounding leaves goes to the largest.
        let unattributed = std::iter::once(&mut split.unattributed);
        let parts = split.effects.iter_mut().map(|(_, p)| p);
        if let Some(largest) = parts.chain(unattributed).max_by_key(|p| p.value.abs()) {
            largest.value += rest;
        }
        split
    }

    /// All parts, the unattributed one last.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        let effects = self.effects.iter().map(|(_, part)| part);
        effects.chain(std::iter::once(&self.unattributed))
    }

    /// Share of the effects' absolute value that rests on each grade, best first; empty without any effect. `arrivals`: the
    /// margin of those whom a program brings or attracts, which rests on what is known of conversion and of attraction:
    /// their grade is the same.
    pub fn grades(&self, arrivals: Option<&Sample>) -> Vec<(&'static str, Sample)> {
        let batches = self.unattributed.sample.batches.len();
        // A harmful effect rests on its evidence as much as a helpful one.
        let size = |s: &Sample| s.times(if s.total < 0.0 { -1.0 } else { 1.0 });
        let brought = row_of("program.referral.conversion").map_or(Grade::D, |row| row.grade);
        let sizes: Vec<(&str, Sample)> = self
            .effects
            .iter()
            .map(|(e, part)| (grade(*e), size(&part.sample)))
            .chain(arrivals.map(|margin| (letter(brought), size(margin))))
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

/// Margin of the extra, dropped and dearer purchases of one effect, and of those of customers it kept or drove away.
fn sales_of(market: &Market, valuation: &Valuation, world: usize, effect: Effect) -> Sample {
    market.sample(|s, b| {
        let flow = |flow: EffectFlow| {
            let cell = [world, s, b, effect as usize, flow as usize];
            market.tally.effects.get(&cell)
        };
        let own = flow(EffectFlow::ExtraSales) - flow(EffectFlow::DroppedSales)
            + flow(EffectFlow::BasketGain)
            + flow(EffectFlow::KeptSales);
        valuation.margin_of(market.segment(s)) * own as f64
    })
}

/// Margin on the base purchases of customers kept or lost that is no effect's work.
fn unattributed(market: &Market, valuation: &Valuation, world: usize) -> Sample {
    market.sample(|s, b| {
        let sales = |flow| sum_flows(market, (world, s, b), 0..valuation.months, &[flow]);
        let kept: i64 = Effect::ALL
            .iter()
            .map(|e| {
                let cell = [world, s, b, *e as usize, EffectFlow::KeptSales as usize];
                market.tally.effects.get(&cell)
            })
            .sum();
        let all = sales(Flow::SalesRetained) - sales(Flow::SalesLost);
        valuation.margin_of(market.segment(s)) * (all - kept as f64)
    })
}
