//! What happens in a life, told event by event to whoever listens: `trace`, tests, counters. The run itself listens to
//! nothing and pays nothing for it.

use super::tally::World;
use crate::population::Person;
use crate::random::Subject;

/// What a purchase of a program world is, compared with world 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// Would have happened.
    Base,
    /// Base stream, after world 0's leaving.
    Retained,
    /// A candidate a dial accepted.
    Extra,
    /// Of a person or a time not in world 0.
    Arrival,
}

/// A base purchase of world 0 that a program world lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Absence {
    /// η < 0.
    Dropped,
    /// The customer had left.
    Lost,
    /// A friend who comes at another time than in world 0, or not at all.
    Moved,
}

/// One event of a life.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Months from `start`.
    pub time: f64,
    pub kind: EventKind,
    /// Points on the account after the event.
    pub balance: i64,
}

/// What happened. Money in minor units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EventKind {
    /// Alive at month 0, with this age in months.
    Opening {
        age: f64,
    },
    Arrival,
    Enrollment,
    SignUpBonus {
        points: i64,
    },
    /// Points of an existing book.
    OpeningLot {
        months_ago: u32,
        points: i64,
    },
    Redemption {
        /// Index in the program's list of distinct reward names.
        reward: usize,
        points: i64,
        /// Taken off the bill by a tender.
        discount: i64,
        /// Paid purchase replaced by an own good.
        displaced: i64,
    },
    Purchase {
        label: Label,
        /// First purchase at arrival, not a repeat.
        first: bool,
        /// At full price with ξ applied.
        amount: i64,
        paid: i64,
        points: i64,
        /// Part of `points` that multipliers of tiers and promotions added.
        bonus: i64,
    },
    NotBought {
        absence: Absence,
        amount: i64,
    },
    Expiry {
        points: i64,
    },
    CardAbandoned,
    /// The tier held changed, or was confirmed. Ranks: 0 for no tier.
    Status {
        how: StatusMove,
        from: u8,
        to: u8,
    },
    /// The member has become an ambassador.
    Ambassador,
    /// The friend of this slot is invited.
    Invitation {
        slot: u32,
    },
    /// For the friend of this slot, or for nobody where the ambassador was in disguise. Money counts used vouchers.
    ReferralReward {
        slot: u32,
        points: i64,
        money: i64,
    },
    /// What a friend receives.
    Welcome {
        points: i64,
        money: i64,
    },
    /// The program's rules changed to this version.
    NewRules {
        version: usize,
    },
    Leaving,
    /// Points no rule will ever end, of a holder who is gone.
    Dormant {
        points: i64,
    },
}

/// Why a member holds the tier held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusMove {
    /// Credited for purchases before joining.
    Matched,
    /// A purchase crossed a threshold.
    Promoted,
    /// A review confirmed the tier.
    Requalified,
    /// A review took it away.
    Demoted,
    /// New rules have other tiers.
    Carried,
}

/// Whose lives come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    pub subject: Subject,
    /// Who brought this one, and from which slot; none for the root.
    pub parent: Option<(Subject, u32)>,
    /// 0 for the root.
    pub generation: u32,
}

impl Member {
    /// Whom nobody brought.
    pub fn root(subject: Subject) -> Member {
        Member {
            subject,
            parent: None,
            generation: 0,
        }
    }
}

/// Listens to lives.
pub trait Observer {
    /// Whether events must be told; where not, lives may be booked without being lived.
    const WATCHES: bool = true;

    fn event(&mut self, world: World, event: &Event);

    /// The lives of another member of the family begin: of the root first, then of every friend, each with all worlds.
    fn member(&mut self, _: &Member) {}

    /// Who the member just announced is.
    fn person(&mut self, _: &Person) {}
}

/// Listens to nothing.
pub struct Nobody;

impl Observer for Nobody {
    const WATCHES: bool = false;

    #[inline(always)]
    fn event(&mut self, _: World, _: &Event) {}
}

impl<F: FnMut(World, &Event)> Observer for F {
    fn event(&mut self, world: World, event: &Event) {
        self(world, event);
    }
}
