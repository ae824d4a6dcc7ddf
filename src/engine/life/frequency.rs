//! The frequency dial where it is used: at a base purchase it may drop, at a candidate it may accept.

use super::*;
use crate::random::elementary::exp;

impl Life {
    /// Whether a base purchase is dropped: η so negative that e^η lies below its keep uniform.
    pub(super) fn drops<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visit: &Visit,
        in_world_zero: bool,
    ) -> bool {
        let Some(dials) = scene.setting.dials.filter(|_| visit.stream == Stream::Base) else {
            return false;
        };
        let dial = dials.frequency(&self.position(scene, person, visit.time));
        if visit.level <= exp(dial.total) {
            return false;
        }
        if in_world_zero && !self.past_horizon {
            self.book_absence(scene, visit, Absence::Dropped);
            let effect = dial.band(1.0 - visit.level);
            scene.sheet.effect(effect, EffectFlow::DroppedPurchases, 1);
            scene
                .sheet
                .effect(effect, EffectFlow::DroppedSales, visit.amount);
        }
        true
    }

    /// Whether a candidate is accepted: its level lies below e^η − 1, η just before it.
    pub(super) fn accepts<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visit: &Visit,
    ) -> Result<bool, EngineError> {
        let Some(dials) = scene.setting.dials else {
            return Ok(false);
        };
        let dial = dials.frequency(&self.position(scene, person, visit.time));
        if dial.total > self.reach.bound + 1e-9 {
            return Err(EngineError::Internal(format!(
                "frequency dial {} above its bound {}",
                dial.total, self.reach.bound
            )));
        }
        if dial.capped && !self.past_horizon {
            // One candidate stands for the mean time between candidates.
            let per_month = person.rate
                * scene.setting.calendar.slope(i32::from(visit.month))
                * self.reach.level;
            scene
                .sheet
                .cap(CapFlow::FrequencyBound, months_fixed(1.0 / per_month));
        }
        let accepted = visit.level < exp(dial.total) - 1.0;
        if accepted && !self.past_horizon && visit.time > self.world_zero.arrival {
            let effect = dial.band(visit.level);
            scene.sheet.effect(effect, EffectFlow::ExtraPurchases, 1);
            scene
                .sheet
                .effect(effect, EffectFlow::ExtraSales, visit.amount);
        }
        Ok(accepted)
    }
}
