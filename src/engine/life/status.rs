//! The member's status in a life: joining, progress at a purchase, reviews, new tiers, and what the dials read of it.
//!
//! A customer who leaves says nothing, so the company goes on holding and reviewing the tier; a card given up ends it.
//! Costs and counts are those of the horizon; after it status lives on for what it does to points.

mod billing;
mod booking;

pub(super) use billing::Billing;

use super::*;
use crate::behavior::{Rank, TierGap, TierPosition};
use crate::engine::flow::TierFlow;
use crate::engine::observe::StatusMove;
use crate::program::rules::VersionRules;
use crate::program::tier::{Change, ChangeKind, Gap, Purchase, TierState};

/// Where a member stands among the tiers, and what was booked of it.
#[derive(Clone, Debug)]
pub(super) struct Status {
    /// `None` for others than members of a program with tiers.
    pub(super) state: Option<TierState>,
    /// Purchases that joining may credit: instant and minor units paid.
    before: Vec<(f64, i64)>,
    /// The tier lost by the last demotion, and until when that is felt.
    lost: u8,
    felt_until: f64,
    /// Until when time at the present rank was booked.
    booked_until: f64,
    /// Cost of benefits.
    pub(super) billing: Billing,
    /// Year of the horizon in hand, and the place when it began.
    year: i32,
    began: Option<u8>,
}

impl Default for Status {
    fn default() -> Status {
        Status {
            state: None,
            before: Vec::new(),
            lost: 0,
            felt_until: f64::NEG_INFINITY,
            booked_until: 0.0,
            billing: Billing::default(),
            year: 0,
            began: None,
        }
    }
}

impl Status {
    /// Rank of the tier held, 0 for none.
    #[inline]
    pub fn rank(&self) -> u8 {
        self.state.as_ref().map_or(0, TierState::rank)
    }

    /// When points will end under the rules of the next version, which has tiers of its own.
    pub fn expiry_under(&self, next: &VersionRules) -> Expiry {
        match &next.tiers {
            None => next.expiry,
            Some(tiers) => tiers.expiry(tiers.carried(self.rank()), next.expiry),
        }
    }

    /// When the loss of a tier stops being felt, if it is felt at `time`.
    #[inline]
    pub fn loss_ends_after(&self, time: f64) -> f64 {
        if time < self.felt_until {
            self.felt_until
        } else {
            f64::INFINITY
        }
    }

    /// Forgets everything but its buffers.
    pub fn clear(&mut self) {
        let mut before = std::mem::take(&mut self.before);
        before.clear();
        *self = Status {
            before,
            ..Status::default()
        };
    }
}

impl Life {
    /// A life begins: what was bought before month 0 and joining may credit is remembered.
    pub(super) fn begin_status<O: Observer>(
        &mut self,
        scene: &Scene<O>,
        person: &Person,
        fate: &Fate,
    ) {
        let rules = scene.setting.rules;
        let tiers = rules.versions[self.version].tiers.as_ref();
        let months = tiers.map_or(0, |tiers| tiers.months_credited(rules.launch));
        if months > 0 && person.opening {
            fate.past(f64::from(months), &mut self.status.before);
        }
    }

    /// Becomes a member of the tiers at `time`. `since`: one who was a member before month 0, from then on.
    pub(super) fn join_tiers<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        time: f64,
        since: Option<f64>,
    ) {
        let version = &scene.setting.rules.versions[self.version];
        let Some(tiers) = &version.tiers else {
            return;
        };
        // A match credits all; otherwise status was earned since joining.
        let matches = tiers.months_credited(0.0) > 0;
        let from = match since {
            _ if matches => f64::NEG_INFINITY,
            Some(joined) => joined,
            None => f64::INFINITY,
        };
        let month = if since.is_some() { -1 } else { month_of(time) };
        let mut cap = MonthlyCap::default();
        let credited = self.status.before.iter().filter(|(at, _)| *at >= from);
        let past = credited.map(|(at, paid)| {
            let bought = month_of(*at);
            let mut points = version.earn_rate.points(*paid);
            if let Some(most) = version.earn_rate.cap_per_month() {
                points = cap.cut(most, bought, points);
            }
            let paid = *paid;
            (bought, Purchase { paid, points })
        });
        let mut state = TierState::joining(tiers, month, past);
        // What ends with the month before the start has ended when it begins.
        state.review(tiers, -1);
        let rank = state.rank();
        self.status.state = Some(state);
        self.status.booked_until = time;
        self.place(scene, month.max(0), None, Some(rank));
        self.review_due = state.next_review();
        if rank > 0 {
            self.expire_by(scene, time);
            self.summary.elevated = true;
            self.tell_status(scene, time, StatusMove::Matched, 0, rank);
            self.stand_anew(scene, time);
        }
    }

    /// A purchase at which `points` were earned before multipliers: what the visit of a tier costs, and the way to the
    /// next.
    #[inline(never)]
    pub(super) fn progress<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visit: &Visit,
        paid: i64,
        points: i64,
    ) {
        let rules = scene.setting.rules;
        let Some(tiers) = &rules.versions[self.version].tiers else {
            return;
        };
        let month = i32::from(visit.month);
        if !self.member {
            if tiers.months_credited(0.0) > 0 && !self.past_horizon {
                self.status.before.push((visit.time, paid));
            }
            return;
        }
        let rank = self.status.rank();
        if !self.past_horizon {
            scene.sheet.tier(month as usize, rank, TierFlow::Visits, 1);
            let cost = tiers.tier(rank).map_or(0.0, |tier| tier.cost_per_visit);
            self.bill(scene, month, rank, cost);
        }
        if self.past_horizon && scene.setting.frame.closed {
            return;
        }
        let Some(state) = &mut self.status.state else {
            return;
        };
        let change = state.record(tiers, month, Purchase { paid, points });
        let due = state.next_review();
        if due == self.review_due && change.is_none() {
            return;
        }
        self.review_due = due;
        if let Some(change) = change {
            self.moved(scene, visit.time, month, change);
            self.refresh_attrition(scene, person, visit.time);
        }
        self.reschedule();
    }

    /// The month end at `time`: the tier held is reviewed. The caller refreshes attrition and reschedules.
    pub(super) fn review<O: Observer>(&mut self, scene: &mut Scene<O>, time: f64) {
        let rules = scene.setting.rules;
        let month = month_of(time + 0.5) - 1;
        let tiers = rules.versions[self.version].tiers.as_ref();
        let (Some(tiers), Some(state)) = (tiers, &mut self.status.state) else {
            self.review_due = f64::INFINITY;
            return;
        };
        let change = state.review(tiers, month);
        self.review_due = state.next_review();
        if let Some(change) = change {
            self.moved(scene, time, month, change);
        }
        if self.left {
            self.become_dormant(scene, time);
        }
    }

    /// New rules at `time`: the tiers of the version that begins. What is held is held on, under its new name.
    pub(super) fn carry_over<O: Observer>(&mut self, scene: &mut Scene<O>, time: f64) {
        let rules = scene.setting.rules;
        let from = self.status.rank();
        // Up to here the benefits were those of the version that ends.
        self.book_time(scene, self.version - 1, time);
        let tiers = rules.versions[self.version].tiers.as_ref();
        let (Some(tiers), Some(state)) = (tiers, &mut self.status.state) else {
            return;
        };
        state.carry_over(tiers);
        self.review_due = state.next_review();
        self.status.lost = tiers.carried(self.status.lost);
        let to = self.status.rank();
        if from != to {
            self.place(scene, month_of(time), Some(from), Some(to));
            self.tell_status(scene, time, StatusMove::Carried, from, to);
        }
    }

    /// The card is given up, and status with it.
    pub(super) fn lose_status<O: Observer>(&mut self, scene: &mut Scene<O>, time: f64) {
        self.book_time(scene, self.version, time);
        let from = self.status.rank();
        if self.status.state.take().is_some() {
            self.place(scene, month_of(time), Some(from), None);
        }
        self.status.lost = 0;
        self.status.felt_until = f64::NEG_INFINITY;
        self.review_due = f64::INFINITY;
        self.expire_by(scene, time);
        self.schedule_expiry();
    }

    /// A change of the tier held, or its confirmation, in `month`.
    fn moved<O: Observer>(&mut self, scene: &mut Scene<O>, time: f64, month: i32, change: Change) {
        let Change { kind, from, to } = change;
        let (flow, how) = match kind {
            ChangeKind::Promoted => (TierFlow::Promotions, StatusMove::Promoted),
            ChangeKind::Demoted => (TierFlow::Demotions, StatusMove::Demoted),
            ChangeKind::Requalified => (TierFlow::Requalifications, StatusMove::Requalified),
        };
        if !self.past_horizon {
            scene.sheet.tier(month as usize, from, flow, 1);
            self.summary.promoted |= kind == ChangeKind::Promoted;
            self.summary.demoted |= kind == ChangeKind::Demoted;
            self.summary.elevated |= to > 0;
        }
        if from != to {
            self.move_to(scene, time, month, change);
        }
        self.tell_status(scene, time, how, from, to);
        if from != to {
            self.stand_anew(scene, time);
        }
    }

    /// Up to which keep uniform no base purchase is dropped from `time` on, as long as the tier lost remains the same.
    pub(super) fn note_floor(&mut self, setting: &Setting, time: f64) {
        self.keep_floor = setting.keep_floors[usize::from(time >= self.status.felt_until)];
    }

    fn move_to<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        time: f64,
        month: i32,
        change: Change,
    ) {
        let Change { kind, from, to } = change;
        let version = &scene.setting.rules.versions[self.version];
        self.book_time_at(scene, self.version, from, time);
        self.place(scene, month, Some(from), Some(to));
        if kind == ChangeKind::Demoted {
            self.status.lost = from;
            self.status.felt_until = time + scene.setting.behavior.demotion.months;
            self.note_floor(scene.setting, time);
        } else if to >= self.status.lost {
            // What is held again is lost no more.
            self.status.felt_until = f64::NEG_INFINITY;
        }
        if let Some(tiers) = &version.tiers
            && tiers.expiry(from, version.expiry) != tiers.expiry(to, version.expiry)
        {
            self.expire_by(scene, time);
            self.schedule_expiry();
        }
    }

    fn tell_status<O: Observer>(
        &self,
        scene: &mut Scene<O>,
        time: f64,
        how: StatusMove,
        from: u8,
        to: u8,
    ) {
        let kind = EventKind::Status { how, from, to };
        scene.tell(time, kind, self.ledger.balance());
    }

    /// What attrition reads of the tiers: the one held and the one lost, no gaps.
    pub(super) fn tiers_felt<O: Observer>(
        &self,
        scene: &Scene<O>,
        time: f64,
    ) -> Option<TierPosition> {
        let state = self.status.state.as_ref()?;
        let holders = &scene.setting.rules.versions[self.version].holders;
        let rank = |rank: u8| Rank {
            rank,
            share_at_or_above: holders.get(usize::from(rank)).copied().unwrap_or(0.0),
        };
        let felt = time < self.status.felt_until && self.status.lost > 0;
        Some(TierPosition {
            held: rank(state.rank()),
            next: None,
            keep: None,
            lost: felt.then(|| rank(self.status.lost)),
        })
    }

    /// A member's place among the tiers just before `time`.
    pub(super) fn tier_position<O: Observer>(
        &self,
        scene: &Scene<O>,
        person: &Person,
        time: f64,
    ) -> Option<TierPosition> {
        let felt = self.tiers_felt(scene, time)?;
        let version = &scene.setting.rules.versions[self.version];
        let (Some(tiers), Some(state)) = (&version.tiers, &self.status.state) else {
            return None;
        };
        if !scene.setting.presses_to_tiers {
            return Some(felt);
        }
        let per_month = tiers.per_month(&version.earn, person.rate, person.basket);
        let gap = |gap: Gap| TierGap {
            months: gap.months(per_month),
            to_deadline: gap.deadline - time,
        };
        let month = month_of(time);
        Some(TierPosition {
            next: state.gap_to_next(tiers, month).map(gap),
            keep: state.gap_to_keep(tiers, month).map(gap),
            ..felt
        })
    }
}
