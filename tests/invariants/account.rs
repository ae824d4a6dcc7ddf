//! Redemptions never exceed the balance, an expired lot is never redeemed, and every point of every life is in the
//! tally: event by event against a list of lots.

use crate::lived::{Lived, random, seeds};
use crate::lots::{Lots, Origin, over_after, points_for, version_at, version_before};
use fidelio::engine::family::Workspace;
use fidelio::engine::flow::VintageFlow;
use fidelio::engine::observe::{Event, EventKind, StatusMove};
use fidelio::engine::tally::{StratumKind, World};
use fidelio::scenario::model::{
    Ambassadors, Earn, Expiry, Program, Promotion, Rounding, RunOff, Scenario, Version,
};
use std::collections::BTreeMap;

/// Points by month of issue, row and column.
type Book = BTreeMap<(i64, usize, usize), i64>;

/// What was seen at least so often that the test means something.
#[derive(Default)]
struct Seen {
    redemptions: u64,
    expiries: u64,
    dormant: u64,
    opening: u64,
    capped: u64,
    after_horizon: u64,
    multiplied: u64,
    reviews: u64,
    rewards: u64,
    by_tier: u64,
}

/// Audits one life as it is told.
struct Audit<'a> {
    scenario: &'a Scenario,
    program: &'a Program,
    reward_names: &'a [String],
    lots: Lots,
    member: bool,
    left: bool,
    /// Month of the last earn or redemption; before the start it is not told.
    activity: Option<i64>,
    earned: (i64, i64),
    /// Ranks held, and since when.
    ranks: Vec<(f64, u8)>,
    redeemed_at: f64,
    now: f64,
}

impl<'a> Audit<'a> {
    fn new(scenario: &'a Scenario, program: &'a Program, reward_names: &'a [String]) -> Audit<'a> {
        Audit {
            scenario,
            program,
            reward_names,
            lots: Lots::default(),
            member: false,
            left: false,
            activity: None,
            earned: (0, 0),
            ranks: Vec::new(),
            redeemed_at: f64::NEG_INFINITY,
            now: f64::NEG_INFINITY,
        }
    }

    fn rank(&self) -> u8 {
        self.ranks.last().map_or(0, |(_, rank)| *rank)
    }

    /// Expiry at the month end at `end`, before any review of that month end.
    fn rule_at(&self, end: i64) -> Expiry {
        let before = self.ranks.iter().rev().find(|(at, _)| *at < end as f64);
        rule_of(
            version_before(self.program, end),
            before.map_or(0, |(_, rank)| *rank),
        )
    }

    /// Last month of issue that is over after the month end at `end`; `None` also where the last activity is unknown.
    fn over(&self, end: i64) -> Option<i64> {
        let expiry = self.rule_at(end);
        let oldest = self.lots.oldest()?;
        let activity = match (expiry, self.activity) {
            (Expiry::Inactivity { .. }, None) if oldest < 0 => return None,
            (_, activity) => activity.unwrap_or(oldest).max(oldest),
        };
        over_after(expiry, end, activity)
    }

    fn assert_nothing_overdue(&self, time: f64) {
        let end = (time.ceil() as i64) - 1;
        if end < 1 {
            return;
        }
        if let Some(last) = self.over(end) {
            assert_eq!(
                self.lots.up_to(last),
                0,
                "points over at {end} are still there at {time}"
            );
        }
    }

    fn row(&self, month: i64) -> Option<usize> {
        let months = i64::from(self.scenario.horizon_months);
        let years = i64::from(self.scenario.simulation.run_off_years);
        let row = if month < months {
            month
        } else {
            months + (month - months) / 12
        };
        (row < months + years).then_some(row as usize)
    }

    /// Enters points of a vintage that counts in the book.
    fn enter(&self, book: &mut Book, vintage: i64, month: i64, flow: VintageFlow, points: i64) {
        if vintage < i64::from(self.scenario.horizon_months)
            && points != 0
            && let Some(row) = self.row(month)
        {
            *book.entry((vintage, row, flow as usize)).or_default() += points;
        }
    }

    fn enter_all(&self, book: &mut Book, parts: Vec<(i64, i64)>, month: i64, flow: VintageFlow) {
        for (vintage, points) in parts {
            self.enter(book, vintage, month, flow, points);
        }
    }

    fn event(&mut self, event: &Event, book: &mut Book, seen: &mut Seen) {
        let Event {
            time,
            kind,
            balance,
        } = *event;
        // Lost purchases of world 0 are told after the life.
        if let EventKind::NotBought { .. } = kind {
            return;
        }
        assert!(time >= self.now, "{kind:?} at {time} after {}", self.now);
        self.now = time;
        let month = time.floor() as i64;
        if !matches!(kind, EventKind::Expiry { .. }) {
            self.assert_nothing_overdue(time);
        }
        match kind {
            EventKind::Enrollment => self.member = true,
            EventKind::CardAbandoned => {
                self.member = false;
                self.ranks.push((time, 0));
            }
            EventKind::Leaving => self.left = true,
            EventKind::SignUpBonus { points } => {
                assert_eq!(points, version_at(self.program, time).earn.sign_up_bonus);
                self.lots.add(month, Origin::Bonus, points);
                self.enter(book, month, month, VintageFlow::IssuedBonus, points);
            }
            EventKind::ReferralReward { points, .. } | EventKind::Welcome { points, .. } => {
                assert!(time < f64::from(self.scenario.horizon_months));
                assert!(!self.left && (points == 0 || self.member));
                self.lots.add(month, Origin::Bonus, points);
                self.enter(book, month, month, VintageFlow::IssuedBonus, points);
                seen.rewards += u64::from(points > 0);
            }
            EventKind::OpeningLot { months_ago, points } => {
                let vintage = -i64::from(months_ago);
                self.lots.add(vintage, Origin::Opening, points);
                self.enter(book, vintage, 0, VintageFlow::Opening, points);
                seen.opening += 1;
            }
            EventKind::Redemption { reward, points, .. } => {
                self.redeem(time, reward, points);
                let parts = self.lots.take(points);
                self.enter_all(book, parts, month, VintageFlow::Redeemed);
                seen.redemptions += 1;
                seen.after_horizon += u64::from(time >= f64::from(self.scenario.horizon_months));
            }
            EventKind::Purchase { paid, points, .. } => {
                assert!(!self.left, "a purchase after leaving");
                let base = self.earn(time, paid, points, seen);
                for (origin, flow, points) in [
                    (Origin::Base, VintageFlow::IssuedBase, base),
                    (Origin::Bonus, VintageFlow::IssuedBonus, points - base),
                ] {
                    if points > 0 {
                        self.lots.add(month, origin, points);
                        self.enter(book, month, month, flow, points);
                        self.activity = Some(month);
                    }
                }
            }
            EventKind::Expiry { points } => {
                self.expire(time, points, book);
                seen.expiries += 1;
            }
            EventKind::Dormant { points } => {
                self.dormant(time, points, book);
                seen.dormant += 1;
                // Still outstanding in the books, and told so.
                return;
            }
            EventKind::Status { how, from, to } => {
                assert_eq!(from, self.rank(), "{how:?} at {time}");
                let reviewed = matches!(how, StatusMove::Requalified | StatusMove::Demoted);
                assert!(!reviewed || time == time.floor(), "{how:?} at {time}");
                match how {
                    StatusMove::Matched | StatusMove::Promoted => assert!(to > from),
                    StatusMove::Demoted => assert!(to < from),
                    StatusMove::Requalified => assert!(to == from && to > 0),
                    StatusMove::Carried => assert!(to != from),
                }
                self.ranks.push((time, to));
                seen.reviews += u64::from(reviewed);
            }
            EventKind::NewRules { version } => {
                assert_eq!(
                    &self.program.versions[version],
                    version_at(self.program, time)
                );
            }
            EventKind::Ambassador | EventKind::Invitation { .. } => {
                // What lies beyond the horizon is not told.
                assert!(self.member && !self.left);
                assert!(time < f64::from(self.scenario.horizon_months));
                self.assert_ambassador(time, seen);
            }
            EventKind::Opening { .. } | EventKind::Arrival | EventKind::NotBought { .. } => {}
        }
        assert_eq!(balance, self.lots.balance(), "{kind:?} at {time}");
    }

    /// Ambassadors by tier hold it, or a higher one, whenever they invite.
    fn assert_ambassador(&self, time: f64, seen: &mut Seen) {
        let referral = self.program.referral.as_ref().expect("a referral program");
        if let Ambassadors::Tier { name } = &referral.who {
            let tiers = &version_at(self.program, time).ladder.tiers;
            let least = tiers.iter().position(|tier| tier.name == *name);
            assert!(usize::from(self.rank()) > least.expect("a tier of every version"));
            seen.by_tier += 1;
        }
    }

    fn redeem(&mut self, time: f64, reward: usize, points: i64) {
        assert!(self.member && !self.left);
        assert!(self.redeemed_at < time, "two redemptions at one visit");
        self.redeemed_at = time;
        let name = &self.reward_names[reward];
        let rewards = &version_at(self.program, time).rewards;
        let bought = rewards
            .iter()
            .find(|r| r.name == *name)
            .expect("a reward of today's catalog");
        assert_eq!(bought.points, points);
        assert!(
            points <= self.lots.balance(),
            "{points} redeemed of {}",
            self.lots.balance()
        );
        self.activity = Some(time.floor() as i64);
    }

    /// Points of a purchase before multipliers.
    fn earn(&mut self, time: f64, paid: i64, points: i64, seen: &mut Seen) -> i64 {
        let closed = self.scenario.simulation.run_off == RunOff::Closed;
        if !self.member || (closed && time >= f64::from(self.scenario.horizon_months)) {
            assert_eq!(points, 0, "earned outside the program");
            return 0;
        }
        let earn = &version_at(self.program, time).earn;
        let month = time.floor() as i64;
        if self.earned.0 != month {
            self.earned = (month, 0);
        }
        let multiplier = self.multiplier(time);
        let uncapped = multiplied(earn, paid, multiplier);
        seen.multiplied += u64::from(multiplier != 1_000_000 && uncapped > 0);
        let left = earn
            .cap_per_month
            .map_or(i64::MAX, |cap| (cap - self.earned.1).max(0));
        assert_eq!(points, uncapped.min(left), "points for {paid} at {time}");
        self.earned.1 += points;
        seen.capped += u64::from(uncapped > left);
        points_for(earn, paid).min(points)
    }

    /// What tier and promotion multiply points by, in millionths.
    fn multiplier(&self, time: f64) -> i64 {
        let tiers = &version_at(self.program, time).ladder.tiers;
        let tier = self.rank().checked_sub(1).map(|at| &tiers[usize::from(at)]);
        let month = time.floor() as i32;
        let on = |p: &&Promotion| p.from_month <= month && month <= p.through_month;
        let promotion = self.program.promotions.iter().find(on);
        tier.map_or(1000, |tier| tier.earn_permille) * promotion.map_or(1000, |p| p.earn_permille)
    }

    fn expire(&mut self, time: f64, points: i64, book: &mut Book) {
        assert_eq!(time, time.floor(), "points end at month ends");
        let end = time as i64;
        let last = match self.over(end) {
            Some(last) => last,
            // Inactive since before the start: the whole balance, and long enough since the newest lot.
            None => match self.rule_at(end) {
                Expiry::Inactivity { months } if self.activity.is_none() => {
                    let oldest = self.lots.oldest().expect("a lot ends");
                    assert!(end - 1 - oldest >= i64::from(months));
                    end - 1
                }
                rule => panic!("{points} points end at {time} under {rule:?}"),
            },
        };
        let parts = self.lots.end(last);
        assert_eq!(
            parts.iter().map(|part| part.1).sum::<i64>(),
            points,
            "at {time}"
        );
        self.enter_all(book, parts, end - 1, VintageFlow::Expired);
    }

    fn dormant(&mut self, time: f64, points: i64, book: &mut Book) {
        assert!(
            self.left || !self.member,
            "points of a member cannot be dormant"
        );
        let later = |v: &&fidelio::scenario::model::Version| f64::from(v.from_month) > time;
        let rules = self.program.versions.iter().skip(1).filter(later);
        let never =
            |v: &Version, highest: u8| (0..=highest).all(|rank| rule_of(v, rank) == Expiry::Never);
        assert!(never(version_at(self.program, time), self.rank()));
        assert!(
            rules
                .into_iter()
                .all(|v| never(v, v.ladder.tiers.len() as u8)),
            "a rule will end them"
        );
        assert_eq!(points, self.lots.balance());
        let parts = self.lots.end(i64::MAX);
        self.enter_all(book, parts, time.floor() as i64, VintageFlow::Dormant);
    }

    /// A life that still holds counted points was lived to the end of the run-off.
    fn close(&self) {
        let counted = |month| month < i64::from(self.scenario.horizon_months);
        if self.lots.oldest().is_some_and(counted) {
            let end = self.scenario.horizon_months + 12 * self.scenario.simulation.run_off_years;
            self.assert_nothing_overdue(f64::from(end) + 0.5);
        }
    }
}

/// When points of a member of this rank end.
fn rule_of(version: &Version, rank: u8) -> Expiry {
    let tier = rank
        .checked_sub(1)
        .map(|at| &version.ladder.tiers[usize::from(at)]);
    tier.and_then(|tier| tier.expiry).unwrap_or(version.expiry)
}

/// Points of a purchase at a multiplier in millionths, rounded once and capped per visit.
fn multiplied(earn: &Earn, paid: i64, multiplier: i64) -> i64 {
    let exact = i128::from(paid.max(0)) * i128::from(earn.points_num) * i128::from(multiplier);
    let den = i128::from(earn.points_den) * 1_000_000;
    let points = match earn.rounding {
        Rounding::Floor => exact / den,
        Rounding::Nearest => (2 * exact + den) / (2 * den),
        Rounding::Ceil => (exact + den - 1) / den,
    };
    i64::try_from(points)
        .expect("small")
        .min(earn.cap_per_visit.unwrap_or(i64::MAX))
}

/// Lives every family of a scenario under the audit; the books of each world.
fn audited(lived: &Lived, seen: &mut Seen) -> BTreeMap<usize, Book> {
    let layout = &lived.tally.layout;
    let mut books: BTreeMap<usize, Book> = BTreeMap::new();
    let mut workspace = Workspace::new(&lived.plan);
    for (s, stratum) in layout.strata.iter().enumerate() {
        let families = if stratum.kind == StratumKind::Past {
            0
        } else {
            stratum.simulated
        };
        for ordinal in 0..families {
            let mut audit: Option<(World, Audit)> = None;
            let mut listen = |world: World, event: &Event| {
                let (World::Program(program) | World::Skeptic(program)) = world else {
                    return;
                };
                let begins = matches!(event.kind, EventKind::Opening { .. } | EventKind::Arrival);
                if begins || audit.as_ref().is_none_or(|(of, _)| *of != world) {
                    if let Some((_, audit)) = audit.take() {
                        audit.close();
                    }
                    let names = lived.plan.reward_names(program);
                    let rules = &lived.scenario.programs[program];
                    audit = Some((world, Audit::new(&lived.scenario, rules, names)));
                }
                let book = books
                    .entry(layout.world_index(world).expect("a world"))
                    .or_default();
                if let Some((_, audit)) = &mut audit {
                    audit.event(event, book, seen);
                }
            };
            workspace
                .observe(0, s, ordinal, &mut listen)
                .expect("a family");
            if let Some((_, audit)) = audit {
                audit.close();
            }
        }
    }
    books
}

/// The same book from the tally.
fn tallied(lived: &Lived, world: usize) -> Book {
    let layout = &lived.tally.layout;
    let mut book = Book::new();
    for (s, stratum) in layout.strata.iter().enumerate() {
        if stratum.kind == StratumKind::Past {
            continue;
        }
        for v in 0..layout.vintages() {
            for row in 0..layout.rows() {
                for flow in [
                    VintageFlow::IssuedBase,
                    VintageFlow::IssuedBonus,
                    VintageFlow::Opening,
                    VintageFlow::Redeemed,
                    VintageFlow::Expired,
                    VintageFlow::Forfeited,
                    VintageFlow::Dormant,
                ] {
                    let points = lived.tally.vintages.get(&[world, s, v, row, flow as usize]);
                    if points != 0 {
                        let vintage = v as i64 - layout.opening_vintages as i64;
                        *book.entry((vintage, row, flow as usize)).or_default() += points;
                    }
                }
            }
        }
    }
    book
}

#[test]
fn every_account_agrees_with_a_list_of_lots_and_their_sum_with_the_tally() {
    let mut seen = Seen::default();
    for seed in seeds(25) {
        let lived = Lived::new(random(seed));
        let books = audited(&lived, &mut seen);
        for (world, book) in books {
            let tally = tallied(&lived, world);
            for key in book.keys().chain(tally.keys()) {
                assert_eq!(
                    book.get(key),
                    tally.get(key),
                    "seed {seed}, world {world}: (month of issue, row, column) {key:?}"
                );
            }
        }
    }
    let Seen {
        redemptions,
        expiries,
        dormant,
        opening,
        capped,
        after_horizon,
        multiplied,
        reviews,
        rewards,
        by_tier,
    } = seen;
    let counts = [
        redemptions,
        expiries,
        dormant,
        opening,
        capped,
        after_horizon,
        multiplied,
        reviews,
        rewards,
        by_tier,
    ];
    assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
}
