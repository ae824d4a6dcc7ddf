//! Ties between friends in a life under a program that pays for them: who is an ambassador, which slots are invited, when
//! rewards fall due, and how being referred and recommending act on the dials.
//!
//! A friend's life needs from the referrer's only when that one leaves, and the referrer's from the friend's only when the
//! rewards fall due. They fall due to a customer who is still there, so that up to that instant the friend has lived with a
//! referrer who stays: the scout lives that beginning by itself. It needs no friends of the friend's, because who came by
//! an invitation recommends only after having made the purchases for which both are rewarded.

use super::*;
use crate::behavior::ReferralPosition;
use crate::engine::flow::ReferralFlow;
use crate::program::referral::{
    AmbassadorState, Coming, InsteadOf, ReferralRules, STANDING_MONTHS, Standing, coming,
    expected_cost,
};
use crate::scenario::model::Grant;
use std::collections::VecDeque;

/// Uniforms of one slot, with the time of word of mouth they make: the same in all worlds.
#[derive(Clone, Copy, Debug)]
pub struct SlotDraw {
    /// Months after the owner's arrival at which the friend comes unprompted; infinite where never.
    pub unprompted_after: f64,
    pub invitation: f64,
    pub conversion: f64,
    pub delay: f64,
    pub disguise: f64,
}

/// How a customer came in one world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Came {
    /// Nobody's friend.
    Root,
    Unprompted,
    Invited {
        instead_of: InsteadOf,
        /// When who invited leaves in this world; infinite where that is beyond the horizon.
        referrer_left: f64,
    },
}

/// Looks ahead into a friend's life.
pub trait Scouting {
    /// When the rewards for the friend of a slot who comes at `comes` fall due, infinite where they never do within the
    /// horizon; exact as long as the referrer has not left by then.
    ///
    /// # Errors
    /// See [`Life::live`].
    fn due(&mut self, setting: &Setting, slot: usize, comes: f64) -> Result<f64, EngineError>;
}

/// A slot in one life.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Instant of word of mouth.
    unprompted: f64,
    /// Months as an ambassador until the invitation.
    invited_after: f64,
    invited: Option<f64>,
    /// When the invitation makes the friend come; infinite where it does not.
    accepted: f64,
    /// When the friend comes, while that is still ahead.
    comes: f64,
    /// When the rewards fall due, while that is still ahead.
    due: f64,
    in_disguise: bool,
    /// Whether the invitation moves anybody: without it the friend comes when word of mouth brings him, and is paid for.
    persuades: bool,
}

/// What comes next between friends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tie {
    Nothing,
    Invitation(usize),
    FriendComes(usize),
    Reward(usize),
    /// The oldest purchase leaves the trailing window.
    Lapse,
}

/// A customer's ties in the life in hand.
pub struct Ties {
    came: Came,
    scouting: bool,
    draws: Vec<SlotDraw>,
    acceptance: f64,
    /// Purchases until the rewards for this customer fall due.
    purchases_left: u32,
    /// When they did.
    rewarded_at: f64,
    premium: bool,
    reads_visits: bool,
    slots: Vec<Slot>,
    ambassador: bool,
    was_ambassador: bool,
    since: f64,
    /// Months as an ambassador before `since`.
    served: f64,
    /// Purchases of the trailing window, as a member, and what was paid for them.
    window: VecDeque<(f64, i64)>,
    window_paid: i64,
    rewards: AmbassadorState,
    last_recommended: f64,
    failed: Option<EngineError>,
}

impl Default for Ties {
    fn default() -> Ties {
        Ties {
            came: Came::Root,
            scouting: false,
            draws: Vec::new(),
            acceptance: 1.0,
            purchases_left: 0,
            rewarded_at: f64::INFINITY,
            premium: false,
            reads_visits: false,
            slots: Vec::new(),
            ambassador: false,
            was_ambassador: false,
            since: 0.0,
            served: 0.0,
            window: VecDeque::new(),
            window_paid: 0,
            rewards: AmbassadorState::default(),
            last_recommended: f64::NEG_INFINITY,
            failed: None,
        }
    }
}

impl Ties {
    /// The customer whose life comes next.
    pub fn meet(&mut self, came: Came, draws: &[SlotDraw], acceptance: f64) {
        self.came = came;
        self.draws.clear();
        self.draws.extend_from_slice(draws);
        self.acceptance = acceptance;
        self.purchases_left = 0;
        self.premium = false;
        self.reads_visits = false;
    }

    /// The friend whose beginning is to be looked at.
    pub fn scout(&mut self) {
        let came = Came::Invited {
            instead_of: InsteadOf::Never,
            referrer_left: f64::INFINITY,
        };
        self.meet(came, &[], 1.0);
        self.scouting = true;
    }

    pub(super) fn is_scouting(&self) -> bool {
        self.scouting
    }

    /// When the rewards for this customer fell due; infinite where they did not.
    pub fn rewarded_at(&self) -> f64 {
        self.rewarded_at
    }

    pub(super) fn is_friend(&self) -> bool {
        self.came != Came::Root
    }

    /// Whether the basket of this customer is not that of others.
    #[inline]
    pub(super) fn has_premium(&self) -> bool {
        self.premium
    }

    /// Whether every visit is to be told.
    #[inline]
    pub(super) fn watches(&self) -> bool {
        self.purchases_left > 0 || self.reads_visits
    }

    /// How the friend of a slot comes under a program that pays for friends. `left`: when this customer left.
    pub fn coming(&self, slot: usize, left: f64) -> Coming {
        let Some(slot) = self.slots.get(slot) else {
            return Coming::Never;
        };
        let invited = slot.invited.filter(|_| slot.accepted < f64::INFINITY);
        match invited {
            // Nobody comes who would not have come.
            Some(_) if !slot.persuades && slot.unprompted >= left => Coming::Never,
            Some(at) if !slot.in_disguise => {
                coming(slot.unprompted, Some((at, slot.accepted)), left)
            }
            _ => coming(slot.unprompted, None, left),
        }
    }

    /// The ties that act on the dials at an instant.
    pub(super) fn position(&self, person: &Person, time: f64) -> Option<ReferralPosition> {
        let (referred, stays) = match self.came {
            Came::Invited { referrer_left, .. } => (true, time < referrer_left),
            Came::Root | Came::Unprompted => (false, false),
        };
        if !referred && self.last_recommended == f64::NEG_INFINITY {
            return None;
        }
        Some(ReferralPosition {
            referrer_stays: stays,
            months_since_referred: referred.then_some(time - person.anchor),
            months_since_recommended: time - self.last_recommended,
        })
    }

    /// When ties next change what acts on leaving. `months`: how long a recommendation binds.
    pub(super) fn next_change(&self, time: f64, months: f64) -> f64 {
        let mut next = f64::INFINITY;
        if let Came::Invited { referrer_left, .. } = self.came
            && time < referrer_left
        {
            next = referrer_left;
        }
        let bound = self.last_recommended + months;
        if time < bound {
            next = next.min(bound);
        }
        next
    }

    /// What an invitation or a friend made go wrong.
    pub(super) fn end(&mut self) -> Result<(), EngineError> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// What comes next, and when.
    fn next(&self) -> (f64, Tie) {
        let mut next = (f64::INFINITY, Tie::Nothing);
        let mut earlier = |at: f64, tie: Tie| {
            if at < next.0 {
                next = (at, tie);
            }
        };
        for (index, slot) in self.slots.iter().enumerate() {
            if self.ambassador && slot.invited.is_none() {
                let at = self.since + (slot.invited_after - self.served);
                // A friend who has come by himself is not invited.
                if at < slot.unprompted {
                    earlier(at, Tie::Invitation(index));
                }
            }
            earlier(slot.comes, Tie::FriendComes(index));
            earlier(slot.due, Tie::Reward(index));
        }
        if self.reads_visits
            && self.ambassador
            && let Some((oldest, _)) = self.window.front()
        {
            earlier(oldest + STANDING_MONTHS, Tie::Lapse);
        }
        next
    }

    /// Takes what no longer counts off the trailing window.
    fn lapse(&mut self, time: f64) {
        while let Some((at, paid)) = self.window.front()
            && at + STANDING_MONTHS <= time
        {
            self.window_paid -= paid;
            self.window.pop_front();
        }
    }
}

impl Life {
    /// Ties at the beginning of a life under a program that pays for friends.
    pub(super) fn begin_ties<O: Observer>(&mut self, scene: &Scene<O>, person: &Person) {
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
        if is && !ties.was_ambassador {
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
