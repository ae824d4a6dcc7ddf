//! The fate of a friend: its purchases are listed from the start of the family, and lived from whatever instant the friend
//! comes at in the world in hand.
//!
//! A friend comes sooner in one world and later, or never, in another. The unit-rate stream has no memory: its points
//! after any instant are those of a stream that begins there. So one list, anchored where no friend can have come yet,
//! serves all worlds, and a person buys at his own points between arrival and leaving in that world.

use super::*;

impl<'a> Fate<'a> {
    /// Starts the fate of a friend. `from`: an instant no friend of the family comes before, the same in every world;
    /// `in_world_zero`: when the friend comes there, infinite for one who does not. [`Fate::arrive`] must say when the
    /// friend comes before anything is read.
    pub fn start_friend(
        &mut self,
        person: Person,
        laws: &'a SegmentLaws,
        (from, in_world_zero): (f64, f64),
        until: f64,
        level_bound: f64,
    ) {
        // The purchase at the start of the list is nobody's: it keeps a place for the arrival.
        let listed = Person {
            anchor: from,
            opening: false,
            ..person
        };
        // What both worlds share is the same purchase: it counts the tenure of world 0, so that being brought forward
        // makes no basket grow sooner.
        self.tenure_from = in_world_zero;
        self.begin(listed, laws, 0.0, until, level_bound);
        self.tenure_is_own = in_world_zero == f64::INFINITY && !laws.tenure.points.is_empty();
    }

    /// The friend comes at this instant in the world in hand; the purchase at arrival is the friend's own, whenever.
    pub fn arrive(&mut self, at: f64) {
        if let Some(visit) = self.replaced.take() {
            self.visits[self.first] = visit;
        }
        self.person.anchor = at;
        if self.tenure_is_own && self.tenure_from != at {
            self.tenure_from = at;
            self.list_again();
        }
        // Never empty: the list begins with the purchase that keeps a place.
        let listed = self.visits.partition_point(|v| v.time <= at).max(1);
        self.first = listed - 1;
        let arrival = self.arrival_purchase();
        self.replaced = Some(std::mem::replace(&mut self.visits[self.first], arrival));
    }

    /// Lists the same purchases, at baskets of another tenure.
    fn list_again(&mut self) {
        self.visits.clear();
        self.candidates.clear();
        self.base = Reached::NOTHING;
        self.layers = [Reached::NOTHING; LAYERS];
        self.visits.push(self.arrival_purchase());
        if self.person.rate > 0.0 {
            self.list_base(self.listed);
            if self.lists_candidates {
                self.list_layers();
            }
        }
    }

    /// What the friend buys at arrival, at the instant in hand.
    pub fn arrival(&self) -> &Visit {
        &self.visits[self.first]
    }
}
