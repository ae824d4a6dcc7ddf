//! A ledger of points as a company would keep it, written from simulated lives: realistic input for the valuation of real
//! books, whose answer is known because the same lives are in the tally of a run.
//!
//! **Members** are ordinals, counted from 1 in the order of strata and customers; only those with an account have rows.
//! Rows are in the order of members, and of time for each.
//!
//! **Dates.** The simulation's months are of equal length: an instant lies at the same part of its calendar month
//! ([`Month::day_at`]). What ends at a month end ends on the last day of that month. So every row lies in the month of the
//! calendar in which the simulation counts it.
//!
//! **Rows.** `earn`: points of a purchase; `adjust`: points granted, at enrollment, for friends, and by multipliers of
//! tiers and promotions; `redeem`, with what the reward costs at the prices of the start; `expire`. Points of an opening book are earned on the first day of their month of issue: what
//! else happened before the start nobody knows. Nothing after the horizon is written, and nothing of those who hold points
//! that no rule will end: a company cannot know that they are gone.
//!
//! Customers who left before the start hold points at market scale ([`StratumKind::Past`]); theirs are brought to the
//! scale of the others, rounded to whole points by vintage.

use crate::book::calendar::{Day, Month};
use crate::book::rows::Kind;
use crate::engine::EngineError;
use crate::engine::family::Workspace;
use crate::engine::observe::{Event, EventKind, Observer};
use crate::engine::plan::Plan;
use crate::engine::run;
use crate::engine::tally::{StratumKind, World};
use crate::scenario::model::{CalendarMonth, Program, RewardKind, Scenario};

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub member: u64,
    pub day: Day,
    pub kind: Kind,
    pub points: i64,
    /// Date of issue of the points, where they were issued.
    pub lot: Option<Day>,
    /// Cost of the reward, minor units.
    pub cost: Option<i64>,
}

/// The scenario with one of its programs only, and one replication: whoever lives under it lives the same life.
pub fn alone(scenario: &Scenario, program: usize) -> Option<Scenario> {
    let mut alone = scenario.clone();
    alone.programs = vec![scenario.programs.get(program)?.clone()];
    alone.simulation.baseline = false;
    alone.simulation.skeptic = false;
    alone.simulation.replications = 1;
    Some(alone)
}

/// Calendar day of an instant, months from `start`; a whole number of months is the last day of the month before where
/// what happens is due `at_end`.
pub fn day_of(start: CalendarMonth, months: f64, at_end: bool) -> Day {
    let mut whole = libm::floor(months);
    let mut part = months - whole;
    if part == 0.0 && at_end {
        whole -= 1.0;
        part = 1.0;
    }
    month_of(start, whole as i32).day_at(part)
}

fn month_of(start: CalendarMonth, months: i32) -> Month {
    let first = Month::new(start.year, start.month);
    Month(first.0.saturating_add(months))
}

/// Writes the ledger of the first program of a scenario, which is as [`alone`] makes it. `each` gets every row and says
/// whether to go on.
///
/// # Errors
/// As [`run::run`]; [`EngineError::Cancelled`] where `each` stopped it.
pub fn write(scenario: &Scenario, mut each: impl FnMut(&Entry) -> bool) -> Result<(), EngineError> {
    let plan = Plan::new(scenario)?;
    let Some(program) = scenario.programs.first() else {
        return Err(EngineError::Limit("the scenario has no program".into()));
    };
    let mut keeper = Keeper {
        scenario,
        program,
        rewards: plan.reward_names(0),
        horizon: f64::from(scenario.horizon_months),
        member: 0,
        balance: 0,
        scale: None,
        stopped: None,
        each: &mut each,
    };
    let mut workspace = Workspace::new(&plan);
    for (index, stratum) in plan.layout().strata.iter().enumerate() {
        if stratum.kind == StratumKind::Past {
            continue;
        }
        for ordinal in 0..stratum.simulated {
            workspace.observe(0, index, ordinal, &mut keeper)?;
            keeper.proceed()?;
        }
    }
    keeper.scale = Some(sampled(&plan));
    run::observe_past(&plan, &mut keeper);
    keeper.proceed()
}

/// Simulated and stated customers of the opening base.
fn sampled(plan: &Plan) -> (u64, u64) {
    let opening = plan.layout().strata.iter();
    let opening = opening.filter(|stratum| stratum.kind == StratumKind::Opening);
    opening.fold((0, 0), |sum, s| (sum.0 + s.simulated, sum.1 + s.stated))
}

/// Keeps the accounts.
struct Keeper<'a> {
    scenario: &'a Scenario,
    program: &'a Program,
    rewards: &'a [String],
    horizon: f64,
    member: u64,
    /// Points of the account in hand by its rows, at the scale of the lives.
    balance: i64,
    /// Simulated and stated customers, where points are at market scale.
    scale: Option<(u64, u64)>,
    stopped: Option<EngineError>,
    each: &'a mut dyn FnMut(&Entry) -> bool,
}

impl Keeper<'_> {
    fn proceed(&mut self) -> Result<(), EngineError> {
        self.stopped.take().map_or(Ok(()), Err)
    }

    /// Points at the scale of simulated customers, half up.
    fn scaled(&self, points: i64) -> i64 {
        let Some((simulated, stated)) = self.scale else {
            return points;
        };
        let (simulated, stated) = (i128::from(simulated), i128::from(stated.max(1)));
        let scaled = (2 * i128::from(points) * simulated + stated).div_euclid(2 * stated);
        i64::try_from(scaled).unwrap_or(i64::MAX)
    }

    fn enter(&mut self, event: &Event, kind: Kind, points: i64) {
        self.balance += if kind == Kind::Redeem || kind == Kind::Expire {
            -points
        } else {
            points
        };
        let at_end = kind == Kind::Expire;
        let (day, lot) = match event.kind {
            EventKind::OpeningLot { months_ago, .. } => {
                let months = i32::try_from(months_ago).unwrap_or(i32::MAX);
                let issued = month_of(self.scenario.start, -months).first_day();
                (issued, Some(issued))
            }
            _ => (day_of(self.scenario.start, event.time, at_end), None),
        };
        let cost = match event.kind {
            EventKind::Redemption {
                reward, discount, ..
            } => Some(discount + self.invoice(reward, event.time)),
            _ => None,
        };
        let issues = matches!(kind, Kind::Earn);
        let entry = Entry {
            member: self.member,
            day,
            kind,
            points: self.scaled(points),
            lot: lot.or(issues.then_some(day)),
            cost,
        };
        if entry.points != 0 && !(self.each)(&entry) {
            self.stopped.get_or_insert(EngineError::Cancelled);
        }
    }

    /// What a reward costs besides a discount, under the rules of an instant.
    fn invoice(&self, reward: usize, time: f64) -> i64 {
        let Some(name) = self.rewards.get(reward) else {
            return 0;
        };
        let began = |from: i32| f64::from(from) <= time;
        let versions = self.program.versions.iter();
        let today = versions.take_while(|v| began(v.from_month)).last();
        let known = today.and_then(|v| v.rewards.iter().find(|r| r.name == *name));
        known
            .filter(|reward| reward.kind != RewardKind::Tender)
            .map_or(0, |reward| reward.unit_cost)
    }

    /// A points event that no row stands for would be missing from the ledger in silence.
    fn agree(&mut self, event: &Event) {
        if event.balance != self.balance && self.stopped.is_none() {
            let why = format!(
                "a life holds {} points after an event, its ledger {}",
                event.balance, self.balance
            );
            self.stopped = Some(EngineError::Internal(why));
        }
    }
}

impl Observer for Keeper<'_> {
    fn event(&mut self, world: World, event: &Event) {
        if world != World::Program(0) {
            return;
        }
        match event.kind {
            // Every life begins with one of these; one after another is another person of the family.
            EventKind::Opening { .. } | EventKind::Arrival => {
                self.member += 1;
                self.balance = 0;
            }
            // Those who left before the start hold one lot each.
            EventKind::OpeningLot { .. } if self.scale.is_some() => {
                self.member += 1;
                self.balance = 0;
            }
            _ => {}
        }
        let past = event.time >= self.horizon;
        match event.kind {
            EventKind::OpeningLot { points, .. } => self.enter(event, Kind::Earn, points),
            // What ends at the horizon ends at the end of its last month.
            EventKind::Expiry { points } if event.time <= self.horizon => {
                self.enter(event, Kind::Expire, points);
            }
            // Told when the life is over.
            EventKind::NotBought { .. } => return,
            _ if past => return,
            EventKind::SignUpBonus { points }
            | EventKind::ReferralReward { points, .. }
            | EventKind::Welcome { points, .. } => self.enter(event, Kind::Adjust, points),
            EventKind::Purchase { points, bonus, .. } => {
                self.enter(event, Kind::Earn, points - bonus);
                self.enter(event, Kind::Adjust, bonus);
            }
            EventKind::Redemption { points, .. } => self.enter(event, Kind::Redeem, points),
            EventKind::Dormant { .. } => {
                self.agree(event);
                // The rows stand, as in the books of the company; the life knows of no points any more.
                self.balance = 0;
                return;
            }
            _ => {}
        }
        self.agree(event);
    }
}

#[cfg(test)]
pub(super) mod tests;
