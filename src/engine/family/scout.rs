//! Looks ahead into the beginning of a friend's life, up to the purchase at which both sides are rewarded. What it books
//! is thrown away: the friend lives the same beginning again when his turn comes.

use super::friend::draw_friend;
use crate::engine::EngineError;
use crate::engine::fate::Fate;
use crate::engine::life::{Life, Scouting, Setting, SlotDraw, Start, WorldZero};
use crate::engine::observe::Nobody;
use crate::engine::plan::Plan;
use crate::engine::sheet::Sheet;
use crate::population::{Person, SegmentLaws};
use crate::random::{Key, Subject};
use crate::scenario::model::Grant;

/// Buffers of a second life, and the referrer whose friends it looks at.
pub(in crate::engine) struct Scout<'a> {
    plan: &'a Plan,
    laws: &'a SegmentLaws,
    fate: Fate<'a>,
    life: Life,
    sheet: Sheet,
    from: f64,
    key: Key,
    referrer: Subject,
    /// When the friends of the slots come in world 0; infinite where they do not.
    in_world_zero: Vec<f64>,
}

impl<'a> Scout<'a> {
    /// Whether some reward waits for more than the friend's arrival.
    pub fn needed(plan: &Plan) -> bool {
        let programs = plan
            .rules
            .iter()
            .filter_map(|rules| rules.referral.as_ref());
        programs
            .into_iter()
            .any(|rules| !rules.pays_at(1) && rules.ambassador != Grant::None)
    }

    pub fn new(plan: &'a Plan) -> Scout<'a> {
        let key = Key::new(0, 0);
        let laws = &plan.laws[0];
        let person = Person::draw(key, Subject(0), laws, None);
        Scout {
            plan,
            laws,
            fate: Fate::new(&plan.calendar, laws, person, plan.level_bound),
            life: Life::with_vintages(plan.frame.opening_vintages),
            sheet: Sheet::new(plan.layout()),
            from: 0.0,
            key,
            referrer: Subject(0),
            in_world_zero: Vec::new(),
        }
    }

    /// Forgets what the looks ahead have booked: no sum may outgrow those of a chunk of work.
    pub fn forget(&mut self) {
        self.sheet = Sheet::new(self.plan.layout());
    }

    /// A family of this segment begins.
    pub fn enter(&mut self, laws: &'a SegmentLaws, from: f64) {
        self.laws = laws;
        self.from = from;
    }

    /// The referrer in hand. `arrived` and `left`: in world 0, infinite where not there.
    pub fn meet(
        &mut self,
        key: Key,
        referrer: Subject,
        slots: &[SlotDraw],
        arrived: f64,
        left: f64,
    ) {
        self.key = key;
        self.referrer = referrer;
        let horizon = self.plan.frame.horizon;
        self.in_world_zero.clear();
        self.in_world_zero.extend(slots.iter().map(|slot| {
            let at = arrived + slot.unprompted_after;
            if at < left && at < horizon {
                at
            } else {
                f64::INFINITY
            }
        }));
    }
}

impl Scouting for Scout<'_> {
    fn due(&mut self, setting: &Setting, slot: usize, comes: f64) -> Result<f64, EngineError> {
        let friend = self.referrer.friend(slot as u32);
        let mut person = draw_friend(self.key, friend, self.laws, self.from);
        let in_world_zero = self.in_world_zero[slot];
        if in_world_zero == f64::INFINITY {
            person.basket *= setting.size_of_friends();
        }
        let reach = setting.reach_of(&person);
        let lived = comes + (person.leaving_without_dials() - person.anchor);
        let until = lived.min(self.plan.frame.horizon);
        let laws = self.laws;
        self.fate
            .start_friend(person, laws, (self.from, in_world_zero), until, reach.level);
        self.fate.arrive(comes);
        self.life.ties.scout();
        let start = Start {
            // What the purchases are compared with moves none of them.
            zero: WorldZero {
                arrival: f64::INFINITY,
                leaving: f64::INFINITY,
                inclusive: false,
            },
            reach,
            enroll_at: setting.enrolls(&person),
            scout: None,
        };
        self.life
            .live(setting, &mut self.fate, start, &mut self.sheet, &mut Nobody)?;
        Ok(self.life.ties.rewarded_at())
    }
}
