//! Lives that no program moves: world 0, and the worlds of programs that pass a customer by, which are booked alike.

use super::*;
use crate::engine::observe::Nobody;

impl Workspace<'_> {
    /// The root in world 0, where it is lived: what it is worth.
    #[inline(always)]
    pub(super) fn live_without_program<O: Observer>(
        &mut self,
        root: &Person,
        zero: WorldZero,
        decile: usize,
        observer: &mut O,
    ) -> i64 {
        self.is_recorded = self.plan.scenario.simulation.baseline;
        if !self.is_recorded {
            return 0;
        }
        let record = &mut self.record;
        baseline::live(&self.fate, zero, &self.plan.frame, record, observer);
        let Some(sheet) = self.sheets.first_mut() else {
            return 0;
        };
        record.book_into(sheet);
        let value = sheet.close_person();
        book_person(sheet, decile, &record.summary, value, None);
        if self.friends.is_some() {
            book_root(sheet, root, value);
        }
        value
    }

    /// Books world 0 of a root into the world of a program that passes him by, if it drops none of his purchases; whether
    /// it did.
    pub(super) fn pass_by(
        &mut self,
        world: usize,
        root: &Person,
        zero: WorldZero,
        (decile, value_zero): (usize, i64),
    ) -> bool {
        let (setting, record) = (&self.settings[world], &mut self.record);
        if !std::mem::replace(&mut self.is_recorded, true) {
            baseline::live(&self.fate, zero, &self.plan.frame, record, &mut Nobody);
        }
        if record.highest_level > setting.keep_floors[1] {
            return false;
        }
        let baseline = self.plan.scenario.simulation.baseline;
        let sheet = &mut self.sheets[usize::from(baseline) + world];
        record.book_into(sheet);
        setting.book_live_months(sheet, root, zero.leaving);
        let value = sheet.close_person();
        if let Some(friends) = &mut self.friends {
            let left = if zero.leaving < setting.frame.horizon {
                zero.leaving
            } else {
                f64::INFINITY
            };
            friends.unprompted(world + 1, root.anchor - root.age, left);
            book_root(sheet, root, value);
        }
        let summary = Summary {
            visited: record.last_purchase >= setting.rules.launch.max(0.0),
            ..record.summary
        };
        Life::book_naive(&summary, sheet);
        let difference = baseline.then_some(value - value_zero);
        book_person(sheet, decile, &summary, value, difference);
        true
    }
}
