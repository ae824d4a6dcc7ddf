//! Ties between friends in a life under a program that pays for them: who is an ambassador, which slots are invited, when
//! rewards fall due, and how being referred and recommending act on the dials.
//!
//! A friend's life needs from the referrer's only when that one leaves, and the referrer's from the friend's only when the
//! rewards fall due. They fall due to a customer who is still there, so that up to that instant the friend has lived with a
//! referrer who stays: the scout lives that beginning by itself. It needs no friends of the friend's, because who came by
//! an invitation recommends only after having made the purchases for which both are rewarded.

use super::*;
use crate::behavior::ReferralPosition;
use crate::program::referral::{AmbassadorState, Coming, InsteadOf, STANDING_MONTHS, coming};
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
pub(super) struct Slot {
    /// Instant of word of mouth.
    pub(super) unprompted: f64,
    /// Months as an ambassador until the invitation.
    pub(super) invited_after: f64,
    pub(super) invited: Option<f64>,
    /// When the invitation makes the friend come; infinite where it does not.
    pub(super) accepted: f64,
    /// When the friend comes, while that is still ahead.
    pub(super) comes: f64,
    /// When the rewards fall due, while that is still ahead.
    pub(super) due: f64,
    pub(super) in_disguise: bool,
    /// Whether the invitation moves anybody: without it the friend comes when word of mouth brings him, and is paid for.
    pub(super) persuades: bool,
}

/// What comes next between friends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tie {
    Nothing,
    Invitation(usize),
    FriendComes(usize),
    Reward(usize),
    /// The oldest purchase leaves the trailing window.
    Lapse,
}

/// A customer's ties in the life in hand.
pub struct Ties {
    pub(super) came: Came,
    pub(super) scouting: bool,
    pub(super) draws: Vec<SlotDraw>,
    pub(super) acceptance: f64,
    /// Purchases until the rewards for this customer fall due.
    pub(super) purchases_left: u32,
    /// When they did.
    pub(super) rewarded_at: f64,
    pub(super) premium: bool,
    pub(super) reads_visits: bool,
    pub(super) slots: Vec<Slot>,
    pub(super) ambassador: bool,
    pub(super) was_ambassador: bool,
    pub(super) since: f64,
    /// Months as an ambassador before `since`.
    pub(super) served: f64,
    /// Purchases of the trailing window, as a member, and what was paid for them.
    pub(super) window: VecDeque<(f64, i64)>,
    pub(super) window_paid: i64,
    pub(super) rewards: AmbassadorState,
    pub(super) last_recommended: f64,
    pub(super) failed: Option<EngineError>,
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
    pub(super) fn next(&self) -> (f64, Tie) {
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
    pub(super) fn lapse(&mut self, time: f64) {
        while let Some((at, paid)) = self.window.front()
            && at + STANDING_MONTHS <= time
        {
            self.window_paid -= paid;
            self.window.pop_front();
        }
    }
}
