//! The friends of a family, without recursion: those still to be lived wait on a stack, the friends of one person at a time,
//! so that a family of any size needs the memory of one path through it.

use super::scout::Scout;
use crate::engine::EngineError;
use crate::engine::life::{Came, Life, Setting, SlotDraw};
use crate::engine::observe::Member;
use crate::engine::plan::Plan;
use crate::engine::tally::GENERATIONS;
use crate::population::{Person, SegmentLaws};
use crate::program::referral::{Coming, InsteadOf, coming, unprompted_after};
use crate::random::address::{uniform32, uniform64};
use crate::random::{Key, Purpose, Subject};

/// How a person comes in one world.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    /// Infinite for one who does not come within the horizon.
    pub at: f64,
    pub came: Came,
}

const ABSENT: Arrival = Arrival {
    at: f64::INFINITY,
    came: Came::Unprompted,
};

/// What the friends of a thread's families need. Worlds are numbered from world 0, lived or not, then by setting.
pub(super) struct Friends<'a> {
    plan: &'a Plan,
    worlds: usize,
    /// Those still to be lived; each has its row of `arrivals` at the same place.
    waiting: Vec<Member>,
    arrivals: Vec<Arrival>,
    /// Of the person in hand: the slots, and how their friends come, by slot and world.
    pub draws: Vec<SlotDraw>,
    pub acceptance: f64,
    next: Vec<Arrival>,
    pub scout: Option<Scout<'a>>,
    /// The start of the family: nobody's friend comes before.
    pub from: f64,
}

impl<'a> Friends<'a> {
    pub fn new(plan: &'a Plan, settings: usize) -> Friends<'a> {
        Friends {
            plan,
            worlds: settings + 1,
            waiting: Vec::new(),
            arrivals: Vec::new(),
            draws: Vec::new(),
            acceptance: 1.0,
            next: Vec::new(),
            scout: Scout::needed(plan).then(|| Scout::new(plan)),
            from: 0.0,
        }
    }

    /// A family begins.
    pub fn begin(&mut self, root: &Person, laws: &'a SegmentLaws) {
        self.waiting.clear();
        self.arrivals.clear();
        self.from = root.anchor;
        if let Some(scout) = &mut self.scout {
            scout.enter(laws, root.anchor);
        }
    }

    /// Draws the slots of the person in hand.
    pub fn meet(&mut self, key: Key, subject: Subject) {
        let market = &self.plan.scenario.market.word_of_mouth;
        self.draws.clear();
        for slot in 0..market.slots {
            let first = subject.draw(key, Purpose::FriendSlot, 0, 0, slot);
            let second = subject.draw(key, Purpose::FriendSlot, 1, 0, slot);
            self.draws.push(SlotDraw {
                unprompted_after: unprompted_after(market, uniform64(first[0], first[1])),
                invitation: uniform64(first[2], first[3]),
                delay: uniform64(second[0], second[1]),
                conversion: uniform32(second[2]),
                disguise: uniform32(second[3]),
            });
        }
        let words = subject.draw(key, Purpose::Ambassador, 0, 0, 0);
        self.acceptance = uniform64(words[0], words[1]);
        self.next.clear();
        self.next.resize(self.draws.len() * self.worlds, ABSENT);
    }

    /// Who comes by word of mouth alone in a world where the person in hand arrived and left at these instants.
    pub fn unprompted(&mut self, world: usize, arrived: f64, left: f64) {
        for slot in 0..self.draws.len() {
            let at = arrived + self.draws[slot].unprompted_after;
            self.comes(world, slot, coming(at, None, left), left);
        }
    }

    /// Who comes in a life under a program.
    pub fn under(&mut self, world: usize, setting: &Setting, life: &Life, arrived: f64) {
        let left = life.left_at();
        if !setting.pays_for_friends {
            return self.unprompted(world, arrived, left);
        }
        for slot in 0..self.draws.len() {
            let how = life.ties.coming(slot, left);
            self.comes(world, slot, how, left);
        }
    }

    fn comes(&mut self, world: usize, slot: usize, how: Coming, left: f64) {
        let horizon = self.plan.frame.horizon;
        let arrival = match how {
            Coming::Never => ABSENT,
            Coming::Unprompted { at } => Arrival {
                at,
                came: Came::Unprompted,
            },
            Coming::Invited { at, instead_of } => Arrival {
                at,
                came: Came::Invited {
                    instead_of: within(horizon, instead_of),
                    referrer_left: left,
                },
            },
        };
        // Before month 0 the slot was spent.
        if arrival.at >= 0.0 && arrival.at < horizon {
            self.next[slot * self.worlds + world] = arrival;
        }
    }

    /// The friends of the person in hand wait for their turn, the first slot's first.
    pub fn wait(&mut self, parent: &Member) {
        for slot in (0..self.draws.len()).rev() {
            let row = &self.next[slot * self.worlds..(slot + 1) * self.worlds];
            if row.iter().all(|arrival| arrival.at == f64::INFINITY) {
                continue;
            }
            let index = slot as u32;
            self.waiting.push(Member {
                subject: parent.subject.friend(index),
                parent: Some((parent.subject, index)),
                generation: parent.generation + 1,
            });
            self.arrivals.extend_from_slice(row);
        }
    }

    /// The next friend to be lived; `arrivals` receives how, by world.
    ///
    /// # Errors
    /// [`EngineError::Limit`] where a chain of friends does not end.
    pub fn take(&mut self, arrivals: &mut Vec<Arrival>) -> Result<Option<Member>, EngineError> {
        let Some(member) = self.waiting.pop() else {
            return Ok(None);
        };
        if member.generation as usize >= GENERATIONS {
            return Err(EngineError::Limit(format!(
                "friends of friends reach generation {GENERATIONS}: lower market.word_of_mouth.friends_per_active_year, \
                 or the invitations or the conversion of a referral program"
            )));
        }
        arrivals.clear();
        arrivals.extend(self.arrivals.drain(self.arrivals.len() - self.worlds..));
        Ok(Some(member))
    }
}

/// Whoever would have come after the horizon would not have come within it.
fn within(horizon: f64, instead_of: InsteadOf) -> InsteadOf {
    match instead_of {
        InsteadOf::Later { unprompted } if unprompted >= horizon => InsteadOf::Never,
        other => other,
    }
}
