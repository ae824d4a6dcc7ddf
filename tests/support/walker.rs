//! A life under a program told a second time, slowly and plainly: given what was bought, every month end is visited, every
//! purchase leaves its own lot, and enrollment, redemption, earning, expiry, leaving and what is not bought are worked
//! out anew from the rules of the scenario. It shares no code with the engine and cannot be fast.
//!
//! Within its reach: one reward per version, everybody enrolls at the first visit since launch, redeems as soon as the
//! balance allows (see [`super::lives::REDEEM_AT_ONCE`]), and attrition effects are a stated hazard ratio for everyone,
//! membership, and regret after expiry.

use super::lives::{leaving, purchases};
use super::status_walker::Standing;
use fidelio::engine::observe::{Absence, Event, EventKind, Label};
use fidelio::engine::tally::World;
use fidelio::scenario::model::{Earn, Expiry, Lifetime, RewardKind, Rounding, Scenario, Version};

/// Points of one purchase, credit or opening vintage.
struct Lot {
    month: i64,
    /// 0 opening, 1 earned, 2 bonus: the order of use within a month.
    source: u8,
    points: i64,
}

struct Walker<'a> {
    scenario: &'a Scenario,
    lots: Vec<Lot>,
    member: bool,
    /// Instants of an earn or a redemption.
    activity: Vec<f64>,
    /// When, at the horizon or after, no counted point was left: nothing more is of interest.
    settled: Option<f64>,
    month_earned: (i64, i64),
    /// In a program with tiers, from joining on.
    standing: Option<Standing>,
    told: Vec<Event>,
    left: Option<f64>,
}

/// Tells the life of program 0 again from the purchases among `events`, which hold worlds 0 and program 0 of one family,
/// and says until when (months) what it tells counts.
///
/// # Panics
/// Where the purchases themselves break a rule that can be seen from outside.
pub fn walk(scenario: &Scenario, events: &[(World, Event)]) -> (Vec<Event>, f64) {
    let world = World::Program(0);
    let observed: Vec<Event> = told_in(events, world);
    let mut walker = Walker {
        scenario,
        lots: Vec::new(),
        member: false,
        activity: Vec::new(),
        settled: None,
        month_earned: (i64::MIN, 0),
        standing: None,
        told: Vec::new(),
        left: None,
    };
    let anchor = walker.open(&observed);
    let horizon = f64::from(scenario.horizon_months);
    let end = horizon + 12.0 * f64::from(scenario.simulation.run_off_years);
    let left = leaving(events, world);
    let mut clock = anchor;
    for event in &observed {
        let EventKind::Purchase {
            label,
            first,
            amount,
            ..
        } = event.kind
        else {
            continue;
        };
        assert!(event.time < end && left.is_none_or(|left| event.time <= left));
        walker.pass(clock, event.time, left);
        assert!(walker.settled.is_none(), "bought when nothing counted");
        walker.visit(event.time, label, first, amount);
        walker.settle(event.time);
        clock = event.time;
    }
    walker.pass(clock, end + 1.0, left);
    walker.not_bought(events, horizon);
    (walker.told, walker.settled.unwrap_or(end))
}

/// Events of one world, without rules that changed before the person came.
pub fn told_in(events: &[(World, Event)], world: World) -> Vec<Event> {
    let mut told: Vec<Event> = events
        .iter()
        .filter(|(of, _)| *of == world)
        .map(|(_, event)| *event)
        .collect();
    let anchor = told.first().map_or(0.0, |event| event.time);
    told.retain(|e| !matches!(e.kind, EventKind::NewRules { .. }) || e.time > anchor);
    told
}

impl Walker<'_> {
    fn tell(&mut self, time: f64, kind: EventKind) {
        let balance = self.balance();
        self.told.push(Event {
            time,
            kind,
            balance,
        });
    }

    fn balance(&self) -> i64 {
        self.lots.iter().map(|lot| lot.points).sum()
    }

    /// Rules in force at an instant.
    fn version(&self, time: f64) -> &Version {
        let versions = &self.scenario.programs[0].versions;
        let mut at = 0;
        while versions
            .get(at + 1)
            .is_some_and(|next| f64::from(next.from_month) <= time)
        {
            at += 1;
        }
        &versions[at]
    }

    /// Arrival, or the opening base with the lots it was dealt (they are given, not worked out).
    fn open(&mut self, observed: &[Event]) -> f64 {
        let first = observed[0];
        self.told.push(first);
        let launch = f64::from(self.scenario.programs[0].launch_month);
        // Whether a visit before month 0 made a member is given, as the lots are.
        let joined = observed
            .get(1)
            .is_some_and(|e| e.kind == EventKind::Enrollment && e.time == 0.0);
        if matches!(first.kind, EventKind::Opening { .. }) && launch < 0.0 && joined {
            self.member = true;
            self.tell(0.0, EventKind::Enrollment);
            for event in observed {
                if let EventKind::OpeningLot { months_ago, points } = event.kind {
                    self.lots.push(Lot {
                        month: -i64::from(months_ago),
                        source: 0,
                        points,
                    });
                    self.tell(0.0, event.kind);
                }
            }
        }
        first.time
    }

    /// What happens between two visits: leaving, month ends, new rules.
    fn pass(&mut self, from: f64, to: f64, left: Option<f64>) {
        let end = self.scenario.horizon_months + 12 * self.scenario.simulation.run_off_years;
        let mut month_end = from.ceil();
        loop {
            if let Some(time) = left
                && self.left.is_none()
                && time <= month_end
                && time < to
                && time >= from
            {
                self.leave(time);
            }
            // A month end comes after the purchases of its instant, new rules before.
            if month_end < to && month_end >= 1.0 && month_end <= f64::from(end) {
                self.month_end(month_end);
            }
            if month_end < to {
                self.settle(month_end);
            }
            if month_end > to {
                return;
            }
            let versions = &self.scenario.programs[0].versions;
            let new = versions
                .iter()
                .position(|v| f64::from(v.from_month) == month_end)
                .filter(|version| *version > 0);
            // Rules that begin with the life are no event of it.
            if let Some(version) = new
                && month_end > from
            {
                self.tell(month_end, EventKind::NewRules { version });
            }
            month_end += 1.0;
        }
    }

    /// The end of the month that ends at `time`, under the rules of that month.
    fn month_end(&mut self, time: f64) {
        let month = time as i64 - 1;
        // After the horizon nothing is told of one who is gone and holds no points.
        let horizon = f64::from(self.scenario.horizon_months);
        let settled = self.left.is_some() && self.lots.is_empty() && time > horizon;
        let oldest = self.lots.iter().filter(|l| l.points > 0).map(|l| l.month);
        let oldest = oldest.min().unwrap_or(i64::MIN);
        let last = self.activity.last().map_or(i64::MIN, |t| t.floor() as i64);
        let last = last.max(oldest);
        let version = self.version(time - 0.5);
        let rank = self.standing.as_ref().map_or(0, |s| s.rank);
        let own = rank
            .checked_sub(1)
            .and_then(|tier| version.ladder.tiers[tier].expiry);
        let due = |lot: &Lot| match own.unwrap_or(version.expiry) {
            Expiry::Never => false,
            Expiry::FixedTerm { months } => lot.month + i64::from(months) <= month,
            Expiry::Inactivity { months } => last + i64::from(months) <= month,
            Expiry::Calendar {
                years,
                first_december,
            } => {
                let december = i64::from(first_december);
                let year = (lot.month - december - 1).div_euclid(12) + 1;
                december + 12 * (year + i64::from(years)) <= month
            }
        };
        let ended: i64 = self
            .lots
            .iter()
            .filter(|lot| due(lot))
            .map(|l| l.points)
            .sum();
        let keep: Vec<bool> = self.lots.iter().map(|lot| !due(lot)).collect();
        let mut keep = keep.into_iter();
        self.lots.retain(|_| keep.next().unwrap_or(true));
        if ended > 0 {
            self.tell(time, EventKind::Expiry { points: ended });
        }
        if let Some(standing) = &mut self.standing
            && !settled
            && let Some(kind) = standing.review(month as i32)
        {
            self.tell(time, kind);
        }
    }

    /// Notes that nothing counted is left, from the horizon on.
    fn settle(&mut self, time: f64) {
        let horizon = i64::from(self.scenario.horizon_months);
        let counted = self.lots.iter().any(|lot| lot.month < horizon);
        if self.settled.is_none() && time >= horizon as f64 && !counted {
            self.settled = Some(time);
        }
    }

    fn visit(&mut self, time: f64, label: Label, first: bool, amount: i64) {
        let month = time.floor() as i64;
        let horizon = f64::from(self.scenario.horizon_months);
        let version = self.version(time).clone();
        let was_member = self.member;
        let launch = f64::from(self.scenario.programs[0].launch_month);
        if !self.member && time >= launch && time < horizon {
            self.member = true;
            self.tell(time, EventKind::Enrollment);
            self.standing = Standing::joining(self.scenario);
            let points = version.earn.sign_up_bonus;
            if points > 0 {
                self.lots.push(Lot {
                    month,
                    source: 2,
                    points,
                });
                self.tell(time, EventKind::SignUpBonus { points });
            }
        }
        let mut paid = amount;
        if was_member {
            paid -= self.redeem(time, &version, amount);
        }
        let (points, bonus) = if self.member {
            self.points(&version, month, paid)
        } else {
            (0, 0)
        };
        if points + bonus > 0 {
            self.activity.push(time);
        }
        for (source, points) in [(1, points), (2, bonus)] {
            if points > 0 {
                self.lots.push(Lot {
                    month,
                    source,
                    points,
                });
            }
        }
        let kind = EventKind::Purchase {
            label,
            first,
            amount,
            paid,
            points: points + bonus,
            bonus,
        };
        self.tell(time, kind);
        if let Some(standing) = &mut self.standing
            && let Some(kind) = standing.buy(month as i32, paid, points)
        {
            self.tell(time, kind);
        }
    }

    /// Redeems the only reward where it can; what is not paid for it.
    fn redeem(&mut self, time: f64, version: &Version, amount: i64) -> i64 {
        let [reward] = &version.rewards[..] else {
            panic!("one reward per version");
        };
        let payable = reward.kind != RewardKind::Tender || amount >= reward.face_value;
        if self.balance() < reward.points || !payable {
            return 0;
        }
        self.lots.sort_by_key(|lot| (lot.month, lot.source));
        let mut wanted = reward.points;
        for lot in &mut self.lots {
            let taken = wanted.min(lot.points);
            lot.points -= taken;
            wanted -= taken;
        }
        self.lots.retain(|lot| lot.points > 0);
        let (discount, displaced) = match reward.kind {
            RewardKind::Tender => (reward.face_value, 0),
            RewardKind::OwnGood => {
                let most = reward.face_value.min(amount) as f64;
                (0, (reward.displacement * most).round() as i64)
            }
            RewardKind::External => (0, 0),
        };
        self.activity.push(time);
        let kind = EventKind::Redemption {
            reward: 0,
            points: reward.points,
            discount,
            displaced,
        };
        self.tell(time, kind);
        discount + displaced
    }

    /// Points on a purchase and what tier and promotion add to them.
    fn points(&mut self, version: &Version, month: i64, paid: i64) -> (i64, i64) {
        let earn = &version.earn;
        let rank = self.standing.as_ref().map_or(0, |s| s.rank);
        let tier = rank.checked_sub(1).map(|tier| &version.ladder.tiers[tier]);
        let promotions = self.scenario.programs[0].promotions.iter();
        let promotion = promotions
            .filter(|p| i64::from(p.from_month) <= month && month <= i64::from(p.through_month))
            .map(|p| p.earn_permille)
            .next();
        let multiplier = tier.map_or(1000, |tier| tier.earn_permille) * promotion.unwrap_or(1000);
        if self.month_earned.0 != month {
            self.month_earned = (month, 0);
        }
        let left = earn.cap_per_month.unwrap_or(i64::MAX) - self.month_earned.1;
        let all = granted(earn, paid, multiplier).min(left);
        let plain = granted(earn, paid, 1_000_000).min(all);
        self.month_earned.1 += all;
        (plain, all - plain)
    }

    fn leave(&mut self, time: f64) {
        self.left = Some(time);
        self.tell(time, EventKind::Leaving);
        let versions = &self.scenario.programs[0].versions;
        let rank = self.standing.as_ref().map_or(0, |s| s.rank);
        let finite = |v: &Version, tiers: usize| {
            let own = |tier: usize| v.ladder.tiers[tier].expiry.unwrap_or(v.expiry);
            // Reviews may take the tier held away, down to none at all.
            v.expiry != Expiry::Never || (0..tiers).any(|tier| own(tier) != Expiry::Never)
        };
        let ends = versions
            .iter()
            .any(|v| finite(v, v.ladder.tiers.len()) && f64::from(v.from_month) > time)
            || finite(self.version(time), rank);
        let points = self.balance();
        if !ends && points > 0 {
            // Outstanding in the books for ever: told with the points it is about, and walked no further.
            self.tell(time, EventKind::Dormant { points });
            self.lots.clear();
        }
    }

    /// World 0's purchases that this world lacks: dropped ones at their instant, lost ones told at the end.
    fn not_bought(&mut self, events: &[(World, Event)], horizon: f64) {
        let here: Vec<f64> = purchases(events, World::Program(0)).map(|p| p.0).collect();
        let missing: Vec<(f64, i64)> = purchases(events, World::None)
            .map(|(time, amount, _)| (time, amount))
            .filter(|(time, _)| !here.contains(time))
            .collect();
        let left = self.left.unwrap_or(f64::INFINITY);
        for (time, amount) in missing.iter().copied().filter(|(time, _)| *time < left) {
            let at = self.told.partition_point(|e| e.time < time);
            let absence = Absence::Dropped;
            let dropped = Event {
                time,
                kind: EventKind::NotBought { absence, amount },
                balance: self.told[at - 1].balance,
            };
            self.told.insert(at, dropped);
        }
        for (time, amount) in missing.into_iter().filter(|(time, _)| *time >= left) {
            assert!(time < horizon);
            let absence = Absence::Lost;
            self.tell(time, EventKind::NotBought { absence, amount });
        }
    }
}

/// Points of one purchase at a multiplier in millionths, rounded once and capped per visit.
fn granted(earn: &Earn, paid: i64, multiplier: i64) -> i64 {
    let exact = i128::from(paid) * i128::from(earn.points_num) * i128::from(multiplier);
    let den = i128::from(earn.points_den) * 1_000_000;
    let points = match earn.rounding {
        Rounding::Floor => exact.div_euclid(den),
        Rounding::Nearest => (2 * exact + den).div_euclid(2 * den),
        Rounding::Ceil => -(-exact).div_euclid(den),
    } as i64;
    points.min(earn.cap_per_visit.unwrap_or(i64::MAX))
}

/// Exposure to leaving from `anchor` to `time` in months of world 0: ∫ e^ζ dt, ζ worked out from what was told.
/// `holders`: share of members at each rank or above, which dilutes status; empty without tiers.
pub fn exposure(scenario: &Scenario, holders: &[f64], told: &[Event], time: f64) -> f64 {
    let behavior = &scenario.behavior;
    let launch = f64::from(scenario.programs[0].launch_month);
    let window = behavior.membership.active_months;
    let anchor = told[0].time;
    let mut activity = Vec::new();
    let mut expiries = Vec::new();
    for event in told {
        match event.kind {
            EventKind::Purchase { points, .. } if points > 0 => activity.push(event.time),
            EventKind::Redemption { .. } => activity.push(event.time),
            EventKind::Expiry { .. } => expiries.push(event.time),
            _ => {}
        }
    }
    let regret_for = behavior.expiry_pressure.regret_months;
    let mut breaks = vec![anchor, time, launch];
    breaks.extend(super::status_walker::breaks(scenario, told));
    breaks.extend(activity.iter().flat_map(|t| [*t, t + window]));
    breaks.extend(expiries.iter().flat_map(|t| [*t, t + regret_for]));
    breaks.retain(|t| *t >= anchor && *t <= time);
    breaks.sort_by(f64::total_cmp);
    let mut sum = 0.0;
    for pair in breaks.windows(2) {
        let middle = 0.5 * (pair[0] + pair[1]);
        let within =
            |times: &[f64], length: f64| times.iter().any(|t| *t <= middle && middle < t + length);
        let mut ratio = 1.0;
        if middle >= launch {
            ratio *= behavior.stated_lift.hazard_ratio;
        }
        if within(&activity, window) {
            ratio *= behavior.membership.hazard_ratio;
        }
        if within(&expiries, regret_for) {
            ratio *= behavior.expiry_pressure.regret.exp();
        }
        ratio *= super::status_walker::hazard_ratio(scenario, told, holders, middle);
        sum += ratio * (pair[1] - pair[0]);
    }
    sum
}

/// Whether leaving is by the calendar, so that [`exposure`] says when.
pub fn leaves_by_calendar(scenario: &Scenario) -> bool {
    !matches!(scenario.segments[0].lifetime, Lifetime::Bg { .. })
}
