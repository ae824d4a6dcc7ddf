//! The member's account in a life: lots in, redemptions and expiry out, each booked by vintage and time.

use super::*;
use crate::engine::flow::VintageFlow;
use crate::ledger::{CostShare, LotKey, PointsInverse, Source};
use crate::scenario::model::{Reward, RewardKind};

/// What bears the cost of a reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bearer {
    /// A tender lowers the bill.
    Bill,
    /// Goods of our own shelves.
    OwnGood,
    /// A partner's invoice.
    Partner,
}

/// Money of one redemption, minor units.
#[derive(Clone, Copy, Debug)]
pub(super) struct RedemptionMoney {
    pub bearer: Bearer,
    pub cost: i64,
    pub displaced: i64,
}

impl Life {
    /// Lots of an existing book, held from month 0 by those who were members then.
    pub(super) fn receive_opening_lots<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        last_visit: Option<f64>,
    ) {
        let rules = scene.setting.rules;
        // Joining takes a visit: willing since `enroll_at`, and seen since.
        let joined_before = last_visit.is_some_and(|last| last >= self.enroll_at);
        if rules.launch >= 0.0 || !joined_before {
            return;
        }
        // Enrolling forgets when it was due.
        let enrolled = self.enroll_at;
        self.enroll(scene, person, 0.0, 0, false);
        self.joined = enrolled.max(-person.age);
        if scene.setting.has_tiers {
            self.join_tiers(scene, 0.0, Some(self.joined));
        }
        if let Some(book) = &rules.opening {
            let mut lots = std::mem::take(&mut self.scratch);
            lots.clear();
            book.deal(person, self.redeemer, enrolled, |months_ago, points| {
                lots.push((opening_key(months_ago), points));
            });
            for (key, points) in &lots {
                self.hold_opening_lot(scene, *key, *points);
            }
            self.scratch = lots;
        }
        // The newest lot proves an earn at least as late as its month.
        let newest = self
            .ledger
            .lots()
            .last()
            .map(|lot| f64::from(lot.key.month));
        if let Some(last) = last_visit.into_iter().chain(newest).reduce(f64::max) {
            self.qualify(scene, person, last);
        }
        self.schedule_expiry();
    }

    pub(super) fn hold_opening_lot<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        key: LotKey,
        points: i64,
    ) {
        self.ledger.add(key, points);
        let vintage = self.vintage_of(scene, key);
        scene
            .sheet
            .vintage(vintage, 0, VintageFlow::Opening, points);
        let months_ago = -i32::from(key.month) as u32;
        let balance = self.ledger.balance();
        scene.tell(0.0, EventKind::OpeningLot { months_ago, points }, balance);
    }

    fn vintage_of<O: Observer>(&self, scene: &Scene<O>, key: LotKey) -> usize {
        (i32::from(key.month) + scene.setting.frame.opening_vintages) as usize
    }

    /// Whether the account still holds points issued before the horizon.
    #[inline]
    pub(super) fn has_counted_points<O: Observer>(&self, scene: &Scene<O>) -> bool {
        self.ledger
            .oldest_month()
            .is_some_and(|m| i32::from(m) < scene.setting.frame.months)
    }

    /// Points earned on a purchase. Issue by vintage is issue by month: the sheet derives it when it is flushed.
    #[inline(always)]
    pub(super) fn hold_earned(&mut self, month: i16, points: i64) {
        let was_empty = self.ledger.balance() == 0;
        let key = LotKey {
            month,
            source: Source::Base,
            tier: 0,
        };
        self.ledger.add(key, points);
        if was_empty {
            self.schedule_expiry();
        }
    }

    /// The sign-up credit, usable from the next visit.
    pub(super) fn grant_bonus<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        month: i16,
        points: i64,
    ) {
        let key = LotKey {
            month,
            source: Source::Bonus,
            tier: 0,
        };
        self.ledger.add(key, points);
        scene.sheet.count(month as usize, Flow::PointsBonus, points);
        self.summary.issued += points;
        self.schedule_expiry();
    }

    /// Consumes the points of a redemption and divides its money over their lots.
    pub(super) fn redeem<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        visit: &Visit,
        reward: &Reward,
        reward_column: usize,
        money: RedemptionMoney,
    ) {
        let frame = scene.setting.frame;
        let sheet = &mut *scene.sheet;
        if let Some(row) = sheet.row(i32::from(visit.month)) {
            let inverse = PointsInverse::of(reward.points);
            let mut cost = CostShare::new(money.cost, inverse);
            let mut redeemed = sheet.redeemed(row, money.bearer.vintage());
            // Lots of an existing book come first and are booked apart; those issued after the horizon come last and are not
            // counted.
            let mut so_far = 0i64;
            let (mut opening, mut counted) = ((0, 0), (0, 0));
            self.ledger.consume(reward.points, |key, points| {
                so_far = so_far.wrapping_add(points);
                let borne = cost.up_to(so_far);
                let month = i32::from(key.month);
                if month >= frame.months {
                    return;
                }
                counted = (so_far, cost.borne());
                if key.source == Source::Opening {
                    opening = counted;
                }
                let vintage = (month + frame.opening_vintages) as usize;
                redeemed.book(vintage, points, borne);
            });
            let mut displaced = CostShare::new(money.displaced, inverse);
            let [opening, own] = [opening, counted].map(|(points, cost)| Part {
                points,
                cost,
                displaced: displaced.until(points),
            });
            let own = own.without(&opening);
            self.book_redemption(scene, (row, reward_column), money.bearer, &own, &opening);
        } else {
            self.ledger.consume(reward.points, |_, _| ());
        }
        // After the horizon a life is lived only for the points still to be resolved.
        self.done = self.past_horizon && !self.has_counted_points(scene);
        let kind = EventKind::Redemption {
            reward: reward_column,
            points: reward.points,
            discount: money.discount(),
            displaced: money.displaced,
        };
        scene.tell(visit.time, kind, self.ledger.balance());
    }

    /// The counted parts of a redemption: the program's own lots, and those of an existing book.
    #[inline(always)]
    fn book_redemption<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        (row, column): (usize, usize),
        bearer: Bearer,
        own: &Part,
        opening: &Part,
    ) {
        let counted = own.points + opening.points;
        if counted == 0 && self.past_horizon {
            return;
        }
        let sheet = &mut *scene.sheet;
        sheet.count(row, Flow::PointsRedeemed, own.points);
        for (flow, amount) in [(bearer.flow(), own.cost), (Flow::Displaced, own.displaced)] {
            if amount != 0 {
                sheet.book(row, flow, amount);
            }
        }
        if opening.points > 0 {
            book_opening(sheet, row, opening);
        }
        if own.points > 0 || opening.points == 0 {
            sheet.book(row, Flow::Redemptions, 1);
        } else {
            sheet.count(row, Flow::OpeningRedemptions, 1);
        }
        let cost = own.cost + opening.cost;
        sheet.reward(
            row,
            column,
            counted,
            cost,
            own.displaced + opening.displaced,
        );
        if !self.past_horizon {
            self.summary.redeemed += counted;
            self.summary.reward_cost += cost;
        }
    }

    /// Next month end at which a lot is due under today's rules. A redemption does not ask again: it can only put the
    /// end off, and a month end that finds nothing due asks then.
    pub(super) fn schedule_expiry(&mut self) {
        let Some(oldest) = self.ledger.oldest_month() else {
            self.expiry_due = f64::INFINITY;
            return;
        };
        let oldest = i32::from(oldest);
        let due = expiry::due_month(self.expiry, oldest, || self.last_event(oldest));
        self.expiry_due = due.map_or(f64::INFINITY, |month| {
            f64::from(month + 1).max(self.expiry_first)
        });
        if self.expiry_due < self.next_due {
            self.next_due = self.expiry_due;
            self.next_stop = self.next_stop.min(self.expiry_due);
        }
    }

    /// Points end by today's rule from `since` on. Lots overdue then end at the first month end under it.
    pub(super) fn expire_by<O: Observer>(&mut self, scene: &Scene<O>, since: f64) {
        let version = &scene.setting.rules.versions[self.version];
        self.expiry = match &version.tiers {
            None => version.expiry,
            Some(tiers) => tiers.expiry(self.status.rank(), version.expiry),
        };
        self.expiry_first = f64::from(month_of(since.max(0.0))) + 1.0;
    }

    /// Month of the last qualifying event; where none was seen, that of the oldest lot.
    pub(super) fn last_event(&self, oldest: i32) -> i32 {
        month_of(self.last_activity.max(f64::from(oldest)))
    }

    /// The month end at `time`: lots due under today's rules end. Whether any did. The caller reschedules.
    pub(super) fn expire<O: Observer>(&mut self, scene: &mut Scene<O>, time: f64) -> bool {
        let month = month_of(time + 0.5) - 1;
        let last_event = || self.last_event(self.ledger.oldest_month().map_or(0, i32::from));
        let Some(through) = expiry::ends_through(self.expiry, month, last_event) else {
            self.schedule_expiry();
            return false;
        };
        let through = through.clamp(-30_000, 30_000) as i16;
        let ended = self.end_lots(scene, through, month, VintageFlow::Expired);
        if ended > 0 {
            scene.tell(
                time,
                EventKind::Expiry { points: ended },
                self.ledger.balance(),
            );
        }
        self.schedule_expiry();
        ended > 0
    }

    /// Points of a holder who is gone and which no present or later rule ends.
    pub(super) fn become_dormant<O: Observer>(&mut self, scene: &mut Scene<O>, time: f64) {
        let rank = self.status.rank();
        if scene.setting.rules.can_expire(self.version, rank) || self.ledger.balance() == 0 {
            return;
        }
        let month = month_of(time);
        let points = self.end_lots(scene, i16::MAX, month, VintageFlow::Dormant);
        self.expiry_due = f64::INFINITY;
        scene.tell(time, EventKind::Dormant { points }, points);
    }

    /// Lots of customers who left before month 0: one account per vintage, last active when it was issued, at market
    /// scale; they only end by rule.
    pub fn settle_past<O: Observer>(
        &mut self,
        setting: &Setting,
        sheet: &mut Sheet,
        observer: &mut O,
    ) {
        let Some(book) = &setting.rules.opening else {
            return;
        };
        let mut scene = Scene {
            setting,
            sheet,
            observer,
            scout: None,
        };
        // Rules that changed before month 0 are no event of the run.
        let changes = setting.rules.versions.iter().skip(1);
        let version = changes.take_while(|v| v.from <= 0.0).count();
        for (months_ago, points) in book.leavers() {
            *self = Life {
                version,
                ledger: Ledger::starting(-setting.frame.opening_vintages),
                left: true,
                left_at: 0.0,
                leave_at: f64::INFINITY,
                last_activity: -f64::from(months_ago),
                next_version: setting
                    .rules
                    .versions
                    .get(version + 1)
                    .map_or(f64::INFINITY, |v| v.from),
                ..Life::default()
            };
            self.expire_by(&scene, setting.rules.versions[version].from);
            self.hold_opening_lot(&mut scene, opening_key(months_ago), points);
            self.become_dormant(&mut scene, 0.0);
            self.schedule_expiry();
            self.reschedule();
            self.end_by_rule(&mut scene, setting.frame.end);
        }
    }

    /// Ends the lots issued up to and including `through` in this month, and books the counted ones. The points ended.
    fn end_lots<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        through: i16,
        month: i32,
        how: VintageFlow,
    ) -> i64 {
        let frame = scene.setting.frame;
        let sheet = &mut *scene.sheet;
        let Some(row) = sheet.row(month) else {
            return self.ledger.expire_through(through, |_, _| ());
        };
        let dormant = how == VintageFlow::Dormant;
        self.ledger.expire_through(through, |key, points| {
            let issued = i32::from(key.month);
            if issued >= frame.months {
                return;
            }
            let vintage = (issued + frame.opening_vintages) as usize;
            sheet.vintage(vintage, row, how, points);
            let flow = match (dormant, key.source) {
                (true, Source::Opening) => Flow::OpeningDormant,
                (true, _) => Flow::PointsDormant,
                (false, Source::Opening) => Flow::OpeningExpired,
                (false, _) => Flow::PointsExpired,
            };
            sheet.count(row, flow, points);
        })
    }
}

/// Key of an opening lot.
pub(crate) fn opening_key(months_ago: u32) -> LotKey {
    LotKey {
        month: -(months_ago.min(30_000) as i32) as i16,
        source: Source::Opening,
        tier: 0,
    }
}

/// Points of a redemption and their money, minor units.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    points: i64,
    cost: i64,
    displaced: i64,
}

impl Part {
    #[inline(always)]
    fn without(mut self, other: &Part) -> Part {
        self.points -= other.points;
        self.cost -= other.cost;
        self.displaced -= other.displaced;
        self
    }
}

/// Opening lots are booked apart: outside NPV and ROI against none.
fn book_opening(sheet: &mut Sheet, row: usize, part: &Part) {
    sheet.count(row, Flow::OpeningRedeemed, part.points);
    sheet.count(row, Flow::OpeningCost, part.cost);
    sheet.count(row, Flow::OpeningDisplaced, part.displaced);
}

impl Bearer {
    #[inline(always)]
    fn flow(self) -> Flow {
        match self {
            Bearer::Bill => Flow::Discount,
            Bearer::OwnGood => Flow::CostOwnGood,
            Bearer::Partner => Flow::CostExternal,
        }
    }

    #[inline(always)]
    fn vintage(self) -> VintageFlow {
        match self {
            Bearer::Bill => VintageFlow::CostDiscount,
            Bearer::OwnGood => VintageFlow::CostOwnGood,
            Bearer::Partner => VintageFlow::CostExternal,
        }
    }
}

impl RedemptionMoney {
    /// What redeeming this reward at a bill of `amount` moves. What it displaces is stated of the reward and no effect: it is
    /// so in the skeptic's world too.
    pub(super) fn of(reward: &Reward, amount: i64) -> RedemptionMoney {
        let (bearer, cost) = match reward.kind {
            RewardKind::Tender => (Bearer::Bill, reward.face_value),
            RewardKind::OwnGood => (Bearer::OwnGood, reward.unit_cost),
            RewardKind::External => (Bearer::Partner, reward.unit_cost),
        };
        let displaced = if reward.kind == RewardKind::OwnGood {
            let most = reward.face_value.min(amount).max(0);
            (reward.displacement * most as f64 + 0.5) as i64
        } else {
            0
        };
        RedemptionMoney {
            bearer,
            cost,
            displaced,
        }
    }

    /// What it takes off the bill.
    pub(super) fn discount(&self) -> i64 {
        match self.bearer {
            Bearer::Bill => self.cost,
            Bearer::OwnGood | Bearer::Partner => 0,
        }
    }
}
