//! A scenario made ready to run: population constants, rules, layout and work units.

use super::EngineError;
use super::fate::LAYER_EDGES;
use super::later::Later;
use super::life::{Frame, mechanics};
use super::past;
use super::sheet::VALUE_BITS;
use super::status_shares;
use super::tally::{BATCHES, Layout, Stratum, StratumKind, World};
use crate::behavior::{Dials, attraction};
use crate::population::arrivals::{ChannelSequence, Schedule};
use crate::population::stationary::segment_laws;
use crate::population::strata::{self, StratumPlan};
use crate::population::{Calendar, Pilot, SegmentLaws};
use crate::program::Rules;
use crate::program::referral::family_size;
use crate::program::rules::reward_names;
use crate::scenario::model::{Billing, Grant, Program, RunOff, Scenario};

/// Largest tally accepted.
pub const MAX_TALLY_BYTES: usize = 2 << 30;
/// Largest mean size of a family: a run of many such families would not end.
const MOST_FAMILY: f64 = 20_000.0;
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
    /// # Errors
    /// [`EngineError::Limit`] where the scenario cannot be simulated as asked (an empty stratum with a stated number, a
    /// tally beyond the memory limit, an opening book nobody can hold).
    pub fn new(scenario: &Scenario) -> Result<Plan, EngineError> {
        let filled = past::lived(scenario)?;
        let scenario = filled.as_ref().unwrap_or(scenario);
        let limit = |e: &dyn std::fmt::Display| EngineError::Limit(e.to_string());
        let laws = segment_laws(scenario).map_err(|e| limit(&e))?;
        let mut strata = strata::plan(scenario).map_err(|segment| {
            EngineError::Limit(format!(
                "segment {segment} stands for customers but gets no simulated one: raise simulation.customers"
            ))
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
        let layout = layout(scenario, &strata, &rules);
        if layout.bytes() > MAX_TALLY_BYTES {
            return Err(EngineError::Limit(format!(
                "the tables of this scenario need {} MB, more than {} MB: fewer segments, programs or months",
                layout.bytes() >> 20,
                MAX_TALLY_BYTES >> 20
            )));
        }
        let family = refuse_endless_families(scenario, &pilot, &rules)?;
        refuse_overflow(scenario, &strata, family)?;
        let replications = u64::from(scenario.simulation.replications.max(1));
        let schedules = strata
            .iter()
            .map(|s| {
                (0..replications)
                    .map(|k| Schedule::new(scenario, share(s.simulated, replications, k), s.stated))
                    .collect()
            })
            .collect();
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
        let horizon = f64::from(scenario.horizon_months);
        let calendar = Calendar::new(scenario);
        let later = Later::new(scenario, &calendar);
        Ok(Plan {
            calendar,
            channels: ChannelSequence::new(&scenario.market.channels),
            frame: Frame {
                horizon,
                end: horizon + 12.0 * f64::from(scenario.simulation.run_off_years),
                months: scenario.horizon_months as i32,
                opening_vintages: layout.opening_vintages as i32,
                closed: scenario.simulation.run_off == RunOff::Closed,
                warm_up: f64::from(scenario.simulation.warm_up_months),
                later,
            },
            scenario: scenario.clone(),
            laws,
            pilot,
            strata,
            schedules,
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

/// Edges of the layers of arrivals that some program's pull reaches; no layer where none attracts anybody.
fn layers(scenario: &Scenario) -> &'static [f64] {
    let level =
        |p: &Program| attraction::level(p.arrival_lift, scenario.behavior.effect_multiplier);
    let highest = scenario.programs.iter().map(level).fold(0.0, f64::max);
    let below = LAYER_EDGES.iter().filter(|edge| **edge < highest).count();
    // The largest lift and the largest multiplier stay below the last edge.
    &LAYER_EDGES[..(below + 1).min(LAYER_EDGES.len())]
}

/// Expected people of a family, the root among them.
///
/// # Errors
/// [`EngineError::Limit`] where a run of such families would not end.
fn refuse_endless_families(
    scenario: &Scenario,
    pilot: &Pilot,
    rules: &[Rules],
) -> Result<f64, EngineError> {
    let family = family_size(scenario, pilot, rules);
    if family > MOST_FAMILY {
        return Err(EngineError::Limit(format!(
            "friends bring friends: families of {family:.1e} on average by the horizon, more than {MOST_FAMILY:.0e}: \
             lower market.word_of_mouth.friends_per_active_year"
        )));
    }
    Ok(family)
}

/// Largest reward of one side of a referral, points or minor units.
fn dearest_grant(scenario: &Scenario) -> i64 {
    let referrals = scenario.programs.iter().filter_map(|p| p.referral.as_ref());
    let grants = referrals.flat_map(|r| [r.ambassador, r.friend]);
    let size = |grant| match grant {
        Grant::None => 0,
        Grant::Points { points } => points,
        Grant::Voucher { face_value, .. } => face_value,
        Grant::Money { amount } => amount,
    };
    grants.map(size).max().unwrap_or(0)
}

/// Sums are 64-bit integers and every addition is checked: what could exceed them is refused before the run, from means
/// with room for the frequency cap, the trend and chance.
///
/// # Errors
/// [`EngineError::Limit`] naming the sum.
fn refuse_overflow(
    scenario: &Scenario,
    strata: &[StratumPlan],
    family: f64,
) -> Result<(), EngineError> {
    const ROOM: f64 = 4e18;
    let months = f64::from(scenario.horizon_months + 12 * scenario.simulation.run_off_years);
    let growth = libm::exp(
        libm::log1p(scenario.market.trend_per_year.max(0.0)) * f64::from(scenario.horizon_months)
            / 12.0,
    );
    let purchases: f64 = strata
        .iter()
        .map(|s| s.simulated as f64 * scenario.segments[s.segment].rate_mean)
        .sum::<f64>()
        * months
        * growth
        * scenario.behavior.frequency_cap[1].max(1.0)
        * 4.0
        * family;
    let customers: f64 = strata.iter().map(|s| s.simulated as f64).sum::<f64>() * family;
    let versions = || scenario.programs.iter().flat_map(|p| &p.versions);
    let dearest = versions()
        .flat_map(|v| &v.rewards)
        .map(|r| r.unit_cost.max(r.face_value))
        .max()
        .unwrap_or(0);
    let bonus = versions().map(|v| v.earn.sign_up_bonus).max().unwrap_or(0);
    let arrival = scenario
        .market
        .channels
        .iter()
        .map(|c| c.arrival_cost)
        .max()
        .unwrap_or(0);
    // What one unit of a cost weighs at the dearest month, in the fixed point of the value weights.
    let weight = scenario
        .programs
        .iter()
        .map(|p| {
            let prices = libm::pow(1.0 + p.cost.inflation_per_year.max(0.0), months / 12.0);
            let member_months = f64::from(scenario.horizon_months) / 12.0;
            let unit =
                (p.cost.per_active_member_per_year * member_months).max(p.cost.per_redemption);
            prices * unit.max(1.0) * (1u64 << VALUE_BITS) as f64
        })
        .fold(0.0, f64::max);
    let grant = dearest_grant(scenario);
    let spent = purchases * largest_basket(scenario);
    let points = scenario
        .programs
        .iter()
        .flat_map(|p| p.versions.iter().map(|v| p.most_points_per_minor(v)))
        .fold(0.0, f64::max);
    for (what, sum) in [
        ("what customers spend", spent),
        ("the points of purchases", spent * points),
        ("the cost of rewards", purchases * dearest as f64),
        ("sign-up bonuses", customers * bonus as f64),
        (
            "rewards for friends",
            // Behind some of an ambassador's there is nobody; each friend has one too.
            (1.0 + f64::from(scenario.market.word_of_mouth.slots)) * customers * grant as f64,
        ),
        ("the cost of arrivals", customers * arrival as f64),
        (
            "the cost of benefits",
            benefits(scenario, purchases, customers * months),
        ),
        (
            "the cost of serving customers",
            customers * months * serving(scenario),
        ),
        ("the inflated cost of one member or redemption", weight),
    ] {
        if sum > ROOM {
            return Err(EngineError::Limit(format!(
                "{what} could add up to {sum:.1e} units, more than {ROOM:.0e}: fewer simulated customers or smaller amounts"
            )));
        }
    }
    Ok(())
}

/// The largest mean basket of any customer, minor units.
fn largest_basket(scenario: &Scenario) -> f64 {
    let segments = scenario.segments.iter();
    segments
        .map(|segment| scenario.largest_mean_basket(segment))
        .fold(0.0, f64::max)
}

/// Cost of the benefits of the dearest tier for all visits and customer-months.
fn benefits(scenario: &Scenario, visits: f64, customer_months: f64) -> f64 {
    let tiers = scenario.programs.iter().flat_map(|p| &p.versions);
    let cost = |billed: Billing| {
        let granted = tiers.clone().flat_map(|v| &v.ladder.tiers);
        let granted = granted.flat_map(|tier| &tier.benefits);
        let granted = granted.filter(|benefit| benefit.billed == billed);
        // Of one name only one is granted: the sum is on the safe side.
        granted.map(|benefit| benefit.cost).sum::<f64>()
    };
    cost(Billing::PerUse) * visits + cost(Billing::PerMemberMonth) * customer_months
}

/// The largest cost of serving a customer for a month.
fn serving(scenario: &Scenario) -> f64 {
    let points = scenario.segments.iter().flat_map(|s| &s.tenure.points);
    points.map(|point| point.cost_to_serve).fold(0.0, f64::max)
}

/// Families of replication `k`.
fn share(families: u64, replications: u64, k: u64) -> u64 {
    families / replications + u64::from(k < families % replications)
}

fn layout(scenario: &Scenario, strata: &[StratumPlan], rules: &[Rules]) -> Layout {
    let mut worlds = Vec::new();
    if scenario.simulation.baseline {
        worlds.push(World::None);
    }
    for program in 0..scenario.programs.len() {
        worlds.push(World::Program(program));
        if scenario.simulation.skeptic {
            worlds.push(World::Skeptic(program));
        }
    }
    let mut all: Vec<Stratum> = strata
        .iter()
        .map(|s| Stratum {
            segment: s.segment,
            kind: match (s.opening, s.attracted) {
                (true, _) => StratumKind::Opening,
                (false, None) => StratumKind::Arriving,
                (false, Some(_)) => StratumKind::Attracted,
            },
            stated: s.stated,
            simulated: s.simulated,
        })
        .collect();
    let opening_vintages = scenario
        .programs
        .iter()
        .filter_map(|p| p.opening.as_ref())
        .flat_map(|o| o.vintages.iter().map(|v| v.months_ago as usize))
        .max()
        .unwrap_or(0);
    if opening_vintages > 0 {
        all.push(Stratum {
            segment: 0,
            kind: StratumKind::Past,
            stated: 1,
            simulated: 1,
        });
    }
    Layout {
        worlds,
        strata: all,
        batches: if scenario.simulation.replications > 1 {
            scenario.simulation.replications as usize
        } else {
            BATCHES
        },
        months: scenario.horizon_months as usize,
        run_off_years: scenario.simulation.run_off_years as usize,
        opening_vintages,
        rewards: scenario
            .programs
            .iter()
            .map(|p| reward_names(p).len())
            .max()
            .unwrap_or(0),
        ranks: rules
            .iter()
            .filter(|p| p.has_tiers())
            .map(|p| p.most_tiers() + 1)
            .max()
            .unwrap_or(0),
        holders: rules.iter().map(holders).collect(),
        friends: scenario.market.word_of_mouth.hazard_per_slot > 0.0
            || scenario.programs.iter().any(|p| p.referral.is_some()),
    }
}

/// Shares of the holders of tiers, for the record: of the first version with most tiers, in millionths.
fn holders(rules: &Rules) -> Vec<u32> {
    let versions = rules.versions.iter().rev();
    let most = versions.max_by_key(|version| version.holders.len());
    let shares = most.map_or(&[][..], |version| &version.holders);
    let millionths = |share: &f64| libm::round(1e6 * share.clamp(0.0, 1.0)) as u32;
    shares.iter().map(millionths).collect()
}
