//! The lives of the friends of a family, one after the other, each in every world he comes in.

use super::friend::draw_friend;
use super::*;
use crate::engine::fate::Visit;
use crate::engine::life::WorldZero;
use crate::engine::observe::{Absence, Event, EventKind};
use crate::population::SegmentLaws;
use crate::program::referral::InsteadOf;

/// What world 0 has of a friend.
#[derive(Clone, Copy)]
struct Here {
    /// Infinite where he does not come within the horizon.
    arrived: f64,
    zero: WorldZero,
    value: i64,
}

impl<'a> Workspace<'a> {
    /// The root of a family of friends: slots, and who comes in world 0.
    #[inline(never)]
    pub(super) fn begin_family(&mut self, root: &Person, laws: &'a SegmentLaws, left: f64) {
        let arrived = root.anchor - root.age;
        if let Some(friends) = &mut self.friends {
            friends.begin(root, laws);
        }
        self.meet(root.key, root.subject, arrived, left);
    }

    /// The root of a family of friends whom world 0 does not have.
    pub(super) fn begin_absent_family(&mut self, root: &Person, laws: &'a SegmentLaws) {
        if let Some(friends) = &mut self.friends {
            friends.begin(root, laws);
        }
        self.meet(root.key, root.subject, f64::INFINITY, f64::INFINITY);
    }

    /// The slots of a person, and who comes in world 0.
    fn meet(&mut self, key: Key, subject: Subject, arrived: f64, left: f64) {
        if let Some(friends) = &mut self.friends {
            friends.meet(key, subject);
            if arrived < f64::INFINITY {
                friends.unprompted(0, arrived, left);
            }
            if let Some(scout) = &mut friends.scout {
                scout.meet(key, subject, &friends.draws, arrived, left);
            }
        }
    }

    /// Lives all friends of a root whose own lives are over.
    ///
    /// # Errors
    /// See [`Life::live`], and where a chain of friends does not end.
    #[inline(never)]
    pub(super) fn live_friends<O: Observer>(
        &mut self,
        key: Key,
        stratum: usize,
        root: &Member,
        observer: &mut O,
    ) -> Result<(), EngineError> {
        let laws = &self.plan.laws[self.plan.strata[stratum].segment];
        let mut parent = *root;
        loop {
            let mut arrivals = std::mem::take(&mut self.arrivals);
            let Some(friends) = &mut self.friends else {
                return Ok(());
            };
            friends.wait(&parent);
            let from = friends.from;
            let member = friends.take(&mut arrivals)?;
            self.arrivals = arrivals;
            let Some(member) = member else {
                return Ok(());
            };
            observer.member(&member);
            let person = draw_friend(key, member.subject, laws, from);
            observer.person(&person);
            self.live_friend(&member, person, laws, observer)?;
            parent = member;
        }
    }

    fn live_friend<O: Observer>(
        &mut self,
        member: &Member,
        person: Person,
        laws: &'a SegmentLaws,
        observer: &mut O,
    ) -> Result<(), EngineError> {
        let decile = decile_of(self.plan, &person, laws.margin_rate);
        self.start_fate(person, laws);
        let here = self.live_in_world_zero(member, &person, decile, observer);
        self.meet(person.key, person.subject, here.arrived, here.zero.leaving);
        let mut size = 1.0;
        let first = usize::from(self.plan.scenario.simulation.baseline);
        for world in 0..self.settings.len() {
            let arrival = self.arrivals[world + 1];
            if arrival.at == f64::INFINITY {
                self.book_absent(world, first, &here, decile, observer);
                continue;
            }
            // Only whom world 0 does not have can be of another size: what he buys there is given.
            let invited = matches!(arrival.came, Came::Invited { .. });
            let larger = if invited && here.arrived == f64::INFINITY {
                self.settings[world].size_of_friends()
            } else {
                1.0
            };
            if larger != size {
                size = larger;
                let basket = person.basket * size;
                self.start_fate(Person { basket, ..person }, laws);
            }
            self.live_friend_under(world, first, member, (&here, decile), observer)?;
        }
        Ok(())
    }

    /// Lists the fate of a friend until the horizon, or until he has left in every world without dials.
    fn start_fate(&mut self, person: Person, laws: &'a SegmentLaws) {
        let level = self.reach(&person);
        let lifetime = person.leaving_without_dials() - person.anchor;
        let comes = self.arrivals.iter().filter(|a| a.at < f64::INFINITY);
        let last = comes.fold(person.anchor, |last, a| last.max(a.at));
        let until = (last + lifetime).min(self.plan.frame.horizon);
        let in_world_zero = self.arrivals[0].at;
        self.fate
            .start_friend(person, laws, (person.anchor, in_world_zero), until, level);
    }

    fn live_in_world_zero<O: Observer>(
        &mut self,
        member: &Member,
        person: &Person,
        decile: usize,
        observer: &mut O,
    ) -> Here {
        let frame = &self.plan.frame;
        let arrived = self.arrivals[0].at;
        let mut here = Here {
            arrived,
            zero: WorldZero {
                arrival: f64::INFINITY,
                leaving: f64::INFINITY,
                inclusive: false,
            },
            value: 0,
        };
        if arrived == f64::INFINITY {
            return here;
        }
        self.fate.arrive(arrived);
        here.zero = baseline::leaving(&self.fate, frame.horizon);
        if self.plan.scenario.simulation.baseline
            && let Some(sheet) = self.sheets.first_mut()
        {
            let record = &mut self.record;
            baseline::live(&self.fate, here.zero, frame, record, observer);
            record.book_into(sheet);
            here.value = sheet.close_person();
            book_person(sheet, decile, &record.summary, here.value, None);
            book_friend(sheet, member, &self.arrivals[0], here.value);
            if here.zero.leaving < frame.horizon {
                let month = month_of(here.zero.leaving);
                sheet.referral(month, ReferralFlow::FriendsLeft, 1);
            }
        }
        debug_assert_eq!(self.fate.person().subject, person.subject);
        here
    }

    /// One life of a friend under a program, and who comes through him.
    fn live_friend_under<O: Observer>(
        &mut self,
        world: usize,
        first: usize,
        member: &Member,
        (here, decile): (&Here, usize),
        observer: &mut O,
    ) -> Result<(), EngineError> {
        let (arrival, setting) = (self.arrivals[world + 1], &self.settings[world]);
        let sheet = &mut self.sheets[first + world];
        self.fate.arrive(arrival.at);
        let aligned = arrival.at == here.arrived;
        let zero = WorldZero {
            // Before either of the two arrivals nothing is common to both worlds.
            arrival: if aligned {
                f64::NEG_INFINITY
            } else {
                here.arrived.max(arrival.at)
            },
            ..here.zero
        };
        let start = Start {
            zero,
            reach: self.reaches[world],
            enroll_at: setting.enrolls(self.fate.person()),
            scout: meet_friends(&mut self.friends, &mut self.life, arrival.came),
        };
        let summary = self
            .life
            .live(setting, &mut self.fate, start, sheet, observer)?;
        let value = sheet.close_person();
        if let Some(friends) = &mut self.friends {
            friends.under(world + 1, setting, &self.life, arrival.at);
        }
        Life::book_naive(&summary, sheet);
        book_friend(sheet, member, &arrival, value);
        let difference = self
            .plan
            .scenario
            .simulation
            .baseline
            .then_some(value - here.value);
        book_person(sheet, decile, &summary, value, difference);
        if setting.has_tiers && summary.member {
            book_status(sheet, &summary, value, difference.unwrap_or(0));
        }
        if !aligned {
            let lived = arrival.at..=self.life.left_at();
            self.book_moved(world, first, here, Some(lived), observer);
        }
        Ok(())
    }

    /// A friend of world 0 who does not come in this world.
    fn book_absent<O: Observer>(
        &mut self,
        world: usize,
        first: usize,
        here: &Here,
        decile: usize,
        observer: &mut O,
    ) {
        if here.arrived == f64::INFINITY {
            return;
        }
        if self.plan.scenario.simulation.baseline {
            let sheet = &mut self.sheets[first + world];
            sheet.distribution(Distribution::Difference, -here.value);
            sheet.decile(decile, DecileFlow::ValueDifference, -here.value);
        }
        self.book_moved(world, first, here, None, observer);
    }

    /// World 0's purchases of a friend who is not there at their time: all of them, or those before he came or after he
    /// left. What an effect dropped in between has been booked.
    fn book_moved<O: Observer>(
        &mut self,
        world: usize,
        first: usize,
        here: &Here,
        lived: Option<std::ops::RangeInclusive<f64>>,
        observer: &mut O,
    ) {
        if here.arrived == f64::INFINITY {
            return;
        }
        self.fate.arrive(here.arrived);
        let horizon = self.plan.frame.horizon;
        let setting = &self.settings[world];
        let sheet = &mut self.sheets[first + world];
        let there = |visit: &&Visit| visit.time < horizon && here.zero.has(visit.time);
        for (index, visit) in self.fate.visits().iter().take_while(there).enumerate() {
            // The purchase at arrival is another one at another time.
            let missing = index == 0 || lived.as_ref().is_none_or(|l| !l.contains(&visit.time));
            if !missing {
                continue;
            }
            let (month, amount) = (i32::from(visit.month), visit.amount);
            sheet.referral(month, ReferralFlow::PurchasesMoved, 1);
            sheet.referral(month, ReferralFlow::SalesMoved, amount);
            let absence = Absence::Moved;
            let event = Event {
                time: visit.time,
                kind: EventKind::NotBought { absence, amount },
                balance: 0,
            };
            observer.event(setting.world, &event);
        }
    }
}

/// A friend of one world, by how he came.
fn book_friend(sheet: &mut Sheet, member: &Member, arrival: &Arrival, value: i64) {
    sheet.generation(member.generation as usize);
    let month = month_of(arrival.at);
    let kind = match arrival.came {
        Came::Root => return,
        Came::Unprompted => ReferralFlow::FriendsUnprompted,
        Came::Invited { instead_of, .. } => match instead_of {
            InsteadOf::Never => ReferralFlow::FriendsNew,
            InsteadOf::Later { .. } => ReferralFlow::FriendsBroughtForward,
            InsteadOf::Same => ReferralFlow::FriendsAnyway,
        },
    };
    sheet.referral(month, kind, 1);
    if arrival.came == Came::Unprompted {
        sheet.referral(month, ReferralFlow::OtherArrivals, 1);
        sheet.referral(month, ReferralFlow::OtherValue, value);
    } else {
        sheet.referral(month, ReferralFlow::InvitedValue, value);
    }
}
