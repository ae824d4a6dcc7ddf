//! A family that only a program brings: a candidate arrival with a mark, as a candidate purchase has one. It comes in the
//! worlds whose program raises arrivals above the mark, the same people with the same fate in each, and is an empty life in
//! all others. By thinning, a program that raises arrivals by a share δ has the arrivals of world 0 and δ times as many.

use super::*;
use crate::engine::life::WorldZero;
use crate::random::Purpose;
use crate::random::address::uniform64;

/// World 0 never has this person.
const NEVER: WorldZero = WorldZero {
    arrival: f64::INFINITY,
    leaving: f64::INFINITY,
    inclusive: false,
};

impl<'a> Workspace<'a> {
    /// Lives a family of a layer `[lower edge, width]` in the worlds that attract it.
    ///
    /// # Errors
    /// See [`Life::live`].
    #[inline(never)]
    pub(super) fn live_attracted<O: Observer>(
        &mut self,
        key: Key,
        replication: u32,
        (stratum, ordinal): (usize, u64),
        [edge, width]: [f64; 2],
        observer: &mut O,
    ) -> Result<(), EngineError> {
        let plan = self.plan;
        let laws = &plan.laws[plan.strata[stratum].segment];
        let person = draw_root(plan, key, replication, stratum, ordinal);
        let words = person.subject.draw(key, Purpose::Attraction, 0, 0, 0);
        let level = edge + width * uniform64(words[0], words[1]);
        let comes = |setting: &Setting| setting.attracts(level, person.anchor);
        if !self.settings.iter().any(comes) {
            return Ok(());
        }
        let root = Member::root(person.subject);
        let until = person.leaving_without_dials().min(plan.frame.horizon);
        let bound = self.reach(&person);
        self.fate
            .start(person, laws, plan.frame.warm_up, until, bound);
        observer.member(&root);
        if self.friends.is_some() {
            self.begin_absent_family(&person, laws);
        }
        let decile = decile_of(plan, &person, laws.margin_rate);
        let baseline = plan.scenario.simulation.baseline;
        let sheets = self.sheets.iter_mut().skip(usize::from(baseline));
        let worlds = self.settings.iter().zip(&self.reaches).zip(sheets);
        for (world, ((setting, reach), sheet)) in worlds.enumerate() {
            if !comes(setting) {
                continue;
            }
            let start = Start {
                zero: NEVER,
                reach: *reach,
                enroll_at: setting.enrolls(&person),
                scout: meet_friends(&mut self.friends, &mut self.life, Came::Root),
            };
            let summary = self
                .life
                .live(setting, &mut self.fate, start, sheet, observer)?;
            let value = sheet.close_person();
            if let Some(friends) = &mut self.friends {
                friends.under(world + 1, setting, &self.life, person.anchor);
                book_root(sheet, &person, value);
            }
            Life::book_naive(&summary, sheet);
            book_person(sheet, decile, &summary, value, baseline.then_some(value));
            if setting.has_tiers && summary.member {
                let difference = if baseline { value } else { 0 };
                book_status(sheet, &summary, value, difference);
            }
        }
        if self.friends.is_some() {
            self.live_friends(key, stratum, &root, observer)?;
        }
        Ok(())
    }
}
