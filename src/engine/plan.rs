//! A scenario made ready to run: population constants, rules, layout and work units.

mod bounds;
mod layout;

use super::EngineError;
use super::fate::LAYER_EDGES;
use super::later::Later;
use super::life::{Frame, mechanics};
use super::status_shares;
use super::tally::{BATCHES, Layout};
use crate::behavior::{Dials, attraction};
use crate::population::arrivals::{ChannelSequence, Schedule};
use crate::population::stationary::segment_laws;
use crate::population::strata::{self, StratumPlan};
use crate::population::{Calendar, Pilot, SegmentLaws};
use crate::program::Rules;
use crate::scenario::model::{Program, RunOff, Scenario};

/// Largest tally accepted.
pub const MAX_TALLY_BYTES: usize = 2 << 30;
/// Families of one chunk of work: long enough that adding its tally to the store costs little.
const CHUNK: u64 = 4096;

/// Everything fixed before the first life.
pub struct Plan {
    pub(super) scenario: Scenario,
    pub(super) laws: Vec<SegmentLaws>,
    pub(super) calendar: Calendar,
    pub(super) pilot: Pilot,
    pub(super) strata: Vec<StratumPlan>,
    pub(super) schedules: Vec<Vec<Schedule>>,
    pub(super) channels: ChannelSequence,
    pub(super) rules: Vec<Rules>,
    pub(super) dials: Dials,
    pub(super) frame: Frame,
    pub(super) level_bound: f64,
    layout: Layout,
}

/// Families of one stratum and batch, by their place inside the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkUnit {
    pub replication: u32,
    pub stratum: usize,
    pub batch: usize,
    /// First family: ordinal `first`, then every `step`-th.
    pub first: u64,
    pub step: u64,
    pub count: u64,
}

impl Plan {
    /// The plan of a scenario whose opening books are stated, or filled by [`super::past`].
    ///
    /// # Errors
    /// [`EngineError::Limit`] where the scenario cannot be simulated as asked (an empty stratum with a stated number, a
    /// tally beyond the memory limit, an opening book nobody can hold).
    pub(super) fn of_known_books(scenario: &Scenario) -> Result<Plan, EngineError> {
        let limit = |e: &dyn std::fmt::Display| EngineError::Limit(e.to_string());
        let laws = segment_laws(scenario).map_err(|e| limit(&e))?;
        let mut strata = strata::plan(scenario).map_err(|empty| EngineError::TooFewCustomers {
            segment: empty.segment,
            enough: empty.enough,
        })?;
        let pilot = Pilot::new(scenario, &laws, &strata);
        strata.extend(strata::attracted(scenario, &strata, layers(scenario)));
        let mut rules = scenario
            .programs
            .iter()
            .map(|p| Rules::new(p, scenario, &pilot))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| limit(&e))?;
        for program in &mut rules {
            status_shares::measure(program, &laws, &pilot, scenario.horizon_months);
        }
        let dials = Dials::new(&scenario.behavior);
        let layout = layout::layout(scenario, &strata, &rules);
        if layout.bytes() > MAX_TALLY_BYTES {
            return Err(too_much_memory(&layout));
        }
        let family = bounds::refuse_endless_families(scenario, &pilot, &rules)?;
        bounds::refuse_overflow(scenario, &strata, family)?;
        let level_bound = level_bound(&dials, &rules)?;
        let calendar = Calendar::new(scenario);
        Ok(Plan {
            channels: ChannelSequence::new(&scenario.market.channels),
            frame: frame(scenario, &layout, &calendar),
            schedules: schedules(scenario, &strata),
            calendar,
            scenario: scenario.clone(),
            laws,
            pilot,
            strata,
            rules,
            dials,
            level_bound,
            layout,
        })
    }

    /// Sizes of all tables.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Families of the whole run, over all replications.
    pub fn families(&self) -> u64 {
        self.strata.iter().map(|s| s.simulated).sum()
    }

    /// Bytes of the tally.
    pub fn bytes(&self) -> usize {
        self.layout.bytes()
    }

    /// The constants every world shares.
    pub fn pilot(&self) -> &Pilot {
        &self.pilot
    }

    /// Distinct reward names of each program: the columns of the reward table.
    pub fn reward_names(&self, program: usize) -> &[String] {
        &self.rules[program].reward_names
    }

    /// Name of a program's tier under the rules of an instant (months); `None` for rank 0.
    pub fn tier_name(&self, program: usize, time: f64, rank: u8) -> Option<&str> {
        let versions = &self.rules[program].versions;
        let at = versions.partition_point(|v| v.from <= time).max(1) - 1;
        let tier = versions.get(at)?.tiers.as_ref()?.tier(rank)?;
        Some(&tier.name)
    }

    /// Share of members at each rank or above, by version of a program's rules: what behavior reads. Empty without tiers.
    pub fn holders(&self, program: usize) -> impl Iterator<Item = &[f64]> {
        let versions = self.rules[program].versions.iter();
        versions.map(|version| version.holders.as_slice())
    }

    /// New friends a customer brings by the horizon, an estimate on the pilot; none where a program does not pay for any.
    pub fn reproduction(&self, program: usize) -> Option<f64> {
        let referral = self.rules.get(program)?.referral.as_ref()?;
        Some(referral.reproduction)
    }

    /// Work of the batches asked for, in a fixed order.
    pub fn units(&self, batches: std::ops::Range<usize>) -> Vec<WorkUnit> {
        let replications = u64::from(self.scenario.simulation.replications.max(1));
        let mut units = Vec::new();
        for (stratum, plan) in self.strata.iter().enumerate() {
            for batch in batches.clone() {
                let (replication, first, step, families) = if replications > 1 {
                    (
                        batch as u32,
                        0,
                        1,
                        share(plan.simulated, replications, batch as u64),
                    )
                } else {
                    let of_batch =
                        (plan.simulated + BATCHES as u64 - 1 - batch as u64) / BATCHES as u64;
                    (0, batch as u64, BATCHES as u64, of_batch)
                };
                let mut done = 0;
                while done < families {
                    let count = CHUNK.min(families - done);
                    units.push(WorkUnit {
                        replication,
                        stratum,
                        batch,
                        first: first + done * step,
                        step,
                        count,
                    });
                    done += count;
                }
            }
        }
        units
    }
}

/// When the families of each stratum arrive, by replication.
fn schedules(scenario: &Scenario, strata: &[StratumPlan]) -> Vec<Vec<Schedule>> {
    let replications = u64::from(scenario.simulation.replications.max(1));
    let of =
        |s: &StratumPlan, k| Schedule::new(scenario, share(s.simulated, replications, k), s.stated);
    strata
        .iter()
        .map(|s| (0..replications).map(|k| of(s, k)).collect())
        .collect()
}

/// What would make the tables small enough; every replication has its own.
fn too_much_memory(layout: &Layout) -> EngineError {
    let remedies = if layout.batches > BATCHES {
        "fewer replications, segments, programs or months"
    } else {
        "fewer segments, programs or months"
    };
    EngineError::Limit(format!(
        "the tables of this scenario need {} MB, more than {} MB: {remedies}",
        layout.bytes() >> 20,
        MAX_TALLY_BYTES >> 20
    ))
}

/// The highest level of candidates any program can accept of anybody.
///
/// # Errors
/// [`EngineError::Limit`] where that is beyond the last layer.
fn level_bound(dials: &Dials, rules: &[Rules]) -> Result<f64, EngineError> {
    let bounds = rules
        .iter()
        .map(|program| dials.frequency_bound_with(mechanics(program)));
    let level_bound = libm::expm1(bounds.fold(dials.frequency_bound(), f64::max));
    if level_bound > LAYER_EDGES[LAYER_EDGES.len() - 1] {
        return Err(EngineError::Limit(format!(
            "the frequency cap allows a rate {} times the base; at most {} can be simulated",
            1.0 + level_bound,
            1.0 + LAYER_EDGES[LAYER_EDGES.len() - 1]
        )));
    }
    Ok(level_bound)
}

fn frame(scenario: &Scenario, layout: &Layout, calendar: &Calendar) -> Frame {
    let horizon = f64::from(scenario.horizon_months);
    Frame {
        horizon,
        end: horizon + 12.0 * f64::from(scenario.simulation.run_off_years),
        months: scenario.horizon_months as i32,
        opening_vintages: layout.opening_vintages as i32,
        closed: scenario.simulation.run_off == RunOff::Closed,
        warm_up: f64::from(scenario.simulation.warm_up_months),
        later: Later::new(scenario, calendar),
    }
}

/// Edges of the layers of arrivals that some program's pull reaches; no layer where none attracts anybody.
fn layers(scenario: &Scenario) -> &'static [f64] {
    let level =
        |p: &Program| attraction::level(p.arrival_lift, scenario.behavior.effect_multiplier);
    let highest = scenario.programs.iter().map(level).fold(0.0, f64::max);
    let below = LAYER_EDGES.iter().filter(|edge| **edge < highest).count();
    // The largest lift and the largest multiplier stay below the last edge.
    &LAYER_EDGES[..(below + 1).min(LAYER_EDGES.len())]
}

/// Families of replication `k`.
fn share(families: u64, replications: u64, k: u64) -> u64 {
    families / replications + u64::from(k < families % replications)
}
