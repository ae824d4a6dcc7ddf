//! What happens between friends in a life: becoming an ambassador, inviting, a friend's arrival, the rewards of both sides.

use super::ties::{Slot, Tie};
use super::*;
use crate::engine::flow::ReferralFlow;
use crate::program::referral::{AmbassadorState, ReferralRules, Standing, expected_cost};
use crate::scenario::model::Grant;

impl Life {
    /// Ties at the beginning of a life under a program that pays for friends.
    #[inline]
    pub(super) fn begin_ties<O: Observer>(&mut self, scene: &Scene<O>, person: &Person) {
        self.ties_due = f64::INFINITY;
        let Some(rules) = &scene.setting.rules.referral else {
            return;
        };
        let ties = &mut self.ties;
        let invited = matches!(ties.came, Came::Invited { .. });
        ties.purchases_left = if invited { rules.after_purchases } else { 0 };
        ties.premium = invited && scene.setting.moves_friends_basket;
        ties.reads_visits = rules.reads_visits() && !ties.scouting;
        ties.rewarded_at = f64::INFINITY;
        let arrived = if person.opening {
            -person.age
        } else {
            person.anchor
        };
        ties.slots.clear();
        ties.slots.extend(ties.draws.iter().map(|draw| Slot {
            unprompted: arrived + draw.unprompted_after,
            invited_after: rules.invited_after(draw.invitation),
            invited: None,
            accepted: f64::INFINITY,
            comes: f64::INFINITY,
            due: f64::INFINITY,
            in_disguise: false,
            persuades: true,
        }));
        ties.ambassador = false;
        ties.was_ambassador = false;
        ties.served = 0.0;
        ties.window.clear();
        ties.window_paid = 0;
        ties.rewards = AmbassadorState::default();
        ties.last_recommended = f64::NEG_INFINITY;
    }

    /// Looks again whether this customer is an ambassador, and at what comes next between friends.
    pub(super) fn stand<O: Observer>(&mut self, scene: &mut Scene<O>, time: f64) {
        let Some(rules) = &scene.setting.rules.referral else {
            return;
        };
        if self.ties.slots.is_empty() {
            return;
        }
        let standing = Standing {
            member: self.member && self.ties.purchases_left == 0,
            rank: self.status.rank(),
            version: self.version,
            visits: u32::try_from(self.ties.window.len()).unwrap_or(u32::MAX),
            paid: self.ties.window_paid,
            acceptance: self.ties.acceptance,
        };
        let is = rules.is_ambassador(&standing);
        let ties = &mut self.ties;
        if is && !ties.ambassador {
            ties.since = time;
        } else if !is && ties.ambassador {
            ties.served += time - ties.since;
        }
        ties.ambassador = is;
        if is && !ties.was_ambassador && !self.past_horizon {
            ties.was_ambassador = true;
            scene
                .sheet
                .referral(month_of(time), ReferralFlow::Ambassadors, 1);
            scene.tell(time, EventKind::Ambassador, self.ledger.balance());
        }
        self.plan_ties(scene);
    }

    /// Tiers or rules have changed: ambassadors may be those of a tier.
    pub(super) fn stand_anew<O: Observer>(&mut self, scene: &mut Scene<O>, time: f64) {
        if scene.setting.pays_for_friends && !self.left {
            self.stand(scene, time);
            self.reschedule();
        }
    }

    fn plan_ties<O: Observer>(&mut self, scene: &Scene<O>) {
        let (at, _) = self.ties.next();
        // What lies beyond the horizon is not told.
        self.ties_due = if at < scene.setting.frame.horizon && !self.past_horizon && !self.left {
            at
        } else {
            f64::INFINITY
        };
        if self.ties_due < self.next_due {
            self.next_due = self.ties_due;
            self.next_stop = self.next_stop.min(self.ties_due);
        }
    }

    /// What is due between friends at `time`.
    #[inline(never)]
    pub(super) fn meet_friends<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        time: f64,
    ) {
        match self.ties.next().1 {
            Tie::Nothing => {}
            Tie::Invitation(slot) => self.invite(scene, slot, time),
            Tie::FriendComes(slot) => {
                self.ties.slots[slot].comes = f64::INFINITY;
                self.ties.last_recommended = time;
                self.refresh_attrition(scene, person, time);
            }
            Tie::Reward(slot) => {
                self.ties.slots[slot].due = f64::INFINITY;
                self.reward_ambassador(scene, slot, time);
            }
            Tie::Lapse => {
                self.ties.lapse(time);
                self.stand(scene, time);
            }
        }
        self.plan_ties(scene);
    }

    fn invite<O: Observer>(&mut self, scene: &mut Scene<O>, index: usize, time: f64) {
        let Some(rules) = &scene.setting.rules.referral else {
            return;
        };
        let horizon = scene.setting.frame.horizon;
        let draw = self.ties.draws[index];
        let month = month_of(time);
        scene.sheet.referral(month, ReferralFlow::Invitations, 1);
        let slot = index as u32;
        scene.tell(time, EventKind::Invitation { slot }, self.ledger.balance());
        let slot = &mut self.ties.slots[index];
        slot.invited = Some(time);
        // Whom the program moves grows with the multiplier of all effects; who accepts and comes anyway does not.
        let m = scene
            .setting
            .dials
            .map_or(0.0, |d| d.behavior().effect_multiplier);
        slot.persuades = m > 0.0 && rules.converts(draw.conversion / m);
        if !slot.persuades && !rules.converts(draw.conversion) {
            return;
        }
        let accepted = rules.comes_at(time, draw.delay);
        if rules.converts(draw.conversion) && rules.is_self_referral(draw.disguise) {
            slot.in_disguise = true;
            slot.accepted = accepted;
            slot.due = accepted;
            return;
        }
        // Nobody comes sooner who is not persuaded, as in the skeptic's world; the company pays all the same.
        slot.accepted = if slot.persuades {
            accepted
        } else {
            slot.unprompted
        };
        let comes = slot.accepted.min(slot.unprompted);
        if comes >= horizon {
            return;
        }
        slot.comes = comes;
        if rules.ambassador != Grant::None {
            let due = self.due_for(scene, rules, index, comes);
            self.ties.slots[index].due = due;
        }
    }

    /// When the rewards for a friend fall due: at his arrival, or at the purchase a scout looks for.
    fn due_for<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        rules: &ReferralRules,
        slot: usize,
        comes: f64,
    ) -> f64 {
        if rules.pays_at(1) {
            return comes;
        }
        match scene.scout.as_deref_mut() {
            Some(scout) => match scout.due(scene.setting, slot, comes) {
                Ok(due) => due,
                Err(error) => {
                    self.ties.failed = Some(error);
                    f64::INFINITY
                }
            },
            None => {
                let missing = "nobody looks when a reward falls due".to_string();
                self.ties.failed = Some(EngineError::Internal(missing));
                f64::INFINITY
            }
        }
    }

    /// The ambassador's side of a referral; rewards are for members, within the caps.
    fn reward_ambassador<O: Observer>(&mut self, scene: &mut Scene<O>, slot: usize, time: f64) {
        let Some(rules) = &scene.setting.rules.referral else {
            return;
        };
        if !self.member {
            return;
        }
        let month = month_of(time);
        if self.ties.slots[slot].in_disguise {
            scene.sheet.referral(month, ReferralFlow::SelfReferrals, 1);
            self.welcome(scene, rules.friend, time);
        }
        if rules.ambassador == Grant::None || !self.ties.rewards.reward(rules, month) {
            return;
        }
        scene.sheet.referral(month, ReferralFlow::Rewarded, 1);
        let (points, money) = self.grant(scene, rules.ambassador, time);
        scene
            .sheet
            .referral(month, ReferralFlow::AmbassadorPoints, points);
        scene
            .sheet
            .referral(month, ReferralFlow::AmbassadorFees, money);
        let kind = EventKind::ReferralReward {
            slot: slot as u32,
            points,
            money,
        };
        scene.tell(time, kind, self.ledger.balance());
    }

    /// The friend's side.
    fn welcome<O: Observer>(&mut self, scene: &mut Scene<O>, grant: Grant, time: f64) {
        let month = month_of(time);
        let (points, money) = self.grant(scene, grant, time);
        if points == 0 && money == 0 {
            return;
        }
        scene
            .sheet
            .referral(month, ReferralFlow::FriendPoints, points);
        scene.sheet.referral(month, ReferralFlow::FriendFees, money);
        let kind = EventKind::Welcome { points, money };
        scene.tell(time, kind, self.ledger.balance());
    }

    /// Grants points, to a member, or money; what was granted. A voucher costs its face value times the share that is
    /// used, rounded once.
    fn grant<O: Observer>(&mut self, scene: &mut Scene<O>, grant: Grant, time: f64) -> (i64, i64) {
        let month = month_of(time);
        match grant {
            Grant::Points { points } if self.member => {
                self.grant_bonus(scene, month as i16, points);
                (points, 0)
            }
            Grant::None | Grant::Points { .. } => (0, 0),
            Grant::Voucher { .. } | Grant::Money { .. } => {
                let money = crate::engine::fate::amount(expected_cost(grant));
                if let Some(row) = scene.sheet.row(month) {
                    scene.sheet.book(row, Flow::ReferralFees, money);
                }
                (0, money)
            }
        }
    }

    /// A purchase of a friend who is still to be paid for, or of one whose purchases may make an ambassador.
    #[inline(never)]
    pub(super) fn watch<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        time: f64,
        paid: i64,
    ) {
        if self.past_horizon {
            return;
        }
        if self.ties.reads_visits && self.member {
            self.ties.lapse(time);
            self.ties.window.push_back((time, paid));
            self.ties.window_paid += paid;
        }
        if self.ties.purchases_left > 0 {
            self.ties.purchases_left -= 1;
            if self.ties.purchases_left == 0 {
                self.ties.rewarded_at = time;
                if self.ties.scouting {
                    self.done = true;
                    return;
                }
                if let Some(rules) = &scene.setting.rules.referral {
                    self.welcome(scene, rules.friend, time);
                }
                self.note_special(scene, person);
            }
        }
        if !self.left {
            self.stand(scene, time);
        }
    }
}
