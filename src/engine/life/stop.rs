//! Where the run of plain purchases stops: candidates, enrollment, the end of world 0, dropped purchases, the ends of the
//! listed fate. The order of events is that of the contract.

use super::*;

impl Life {
    /// Lives what comes before a base purchase, then the purchase itself, if it comes to it. Whether it was dealt with: it
    /// was not where candidates only came before it, as then it may be one of a stretch.
    ///
    /// # Errors
    /// See [`Life::live`].
    #[inline(never)]
    pub(super) fn stop<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        candidates: &[Visit],
        visit: &Visit,
    ) -> Result<bool, EngineError> {
        if self.candidate_at < visit.time {
            self.live_candidates(scene, person, candidates, visit.time)?;
            if self.done {
                return Ok(true);
            }
            self.reschedule();
            if self.is_plain(visit) && !self.opens {
                return Ok(false);
            }
        }
        if !self.reaches(scene, person, visit.time) {
            return Ok(true);
        }
        let in_world_zero = self.world_zero.has(visit.time);
        if visit.level > self.keep_floor && self.drops(scene, person, visit, in_world_zero) {
            return Ok(true);
        }
        if !in_world_zero || self.label == Label::Arrival {
            self.relabel(visit.time, in_world_zero);
        }
        self.look_in(scene, person, visit, self.label);
        self.reschedule();
        Ok(true)
    }

    /// Whether a base purchase is nothing but a purchase.
    #[inline(always)]
    pub(super) fn is_plain(&self, visit: &Visit) -> bool {
        visit.time < self.next_stop && visit.level <= self.keep_floor
    }

    /// A purchase that may be the one at which the customer enrolls.
    fn look_in<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visit: &Visit,
        label: Label,
    ) {
        // A sign-up credit is usable from the next visit.
        let balance = self.ledger.balance();
        if visit.time >= self.enroll_at {
            self.enroll(scene, person, visit.time, i32::from(visit.month), true);
            self.refresh_attrition(scene, person, visit.time);
            self.reschedule();
        }
        self.visit(scene, person, visit, label, balance);
    }

    /// Candidates before `until`, with all events between.
    fn live_candidates<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        candidates: &[Visit],
        until: f64,
    ) -> Result<(), EngineError> {
        while self.candidate_at < until {
            let candidate = &candidates[self.candidate];
            if self.candidate_may_come {
                if !self.reaches(scene, person, candidate.time) {
                    return Ok(());
                }
                if self.accepts(scene, person, candidate)? {
                    // One who is not there in world 0 buys nothing beside what world 0 has.
                    let label = if candidate.time <= self.world_zero.arrival {
                        Label::Arrival
                    } else {
                        Label::Extra
                    };
                    self.look_in(scene, person, candidate, label);
                    if self.done {
                        return Ok(());
                    }
                }
            }
            self.look_at_candidate(scene.setting, candidates, self.candidate + 1);
        }
        Ok(())
    }

    /// The first of some candidates from number `from` on that a dial of this life can accept if nothing is redeemed before
    /// it, else the last of them, to look further from there. Some: the next redemption makes all that was seen worth
    /// nothing.
    pub(super) fn look_at_candidate(
        &mut self,
        setting: &Setting,
        candidates: &[Visit],
        from: usize,
    ) {
        const SOME: usize = 16;
        self.looked_from = from;
        let later = candidates.get(from..).unwrap_or(&[]);
        let some = &later[..later.len().min(SOME)];
        let Some(first) = some.first() else {
            self.candidate = from;
            self.candidate_at = f64::INFINITY;
            return;
        };
        // The ceiling only falls: what is above its height at the first candidate is above it at all later ones.
        let top = self.ceiling(first.time, setting.presses_to_tiers);
        let next = some.iter().position(|candidate| {
            candidate.level < top && {
                let presses = setting.tiers_press(candidate.month);
                candidate.level < self.ceiling(candidate.time, presses)
            }
        });
        self.candidate_may_come = next.is_some();
        let next = next.unwrap_or(some.len() - 1);
        self.candidate = from + next;
        self.candidate_at = some[next].time;
    }

    /// No candidate at `time` from this level on is accepted, unless something is redeemed before it.
    #[inline(always)]
    fn ceiling(&self, time: f64, tiers_press: bool) -> f64 {
        let ceiling = &self.reach.ceiling;
        ceiling.at(time - self.joined, time - self.last_redemption, tiers_press)
    }

    /// Internal events up to a visit at `time`; whether there is a visit to live.
    pub(super) fn reaches<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        time: f64,
    ) -> bool {
        if time >= scene.setting.frame.horizon && !self.past_horizon {
            self.cross_horizon(scene, person);
        }
        if time >= self.next_due {
            self.advance(scene, person, time);
        }
        // After the horizon a life is lived only for the points still to be resolved.
        self.done = self.left
            || time >= scene.setting.frame.end
            || self.past_horizon && !self.has_counted_points(scene);
        !self.done
    }

    /// At the end of the listed fate: lives what is left before its frontier, and has more of it listed if this life goes
    /// on beyond.
    ///
    /// # Errors
    /// See [`Life::live`].
    pub(super) fn goes_on<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        fate: &mut Fate,
    ) -> Result<bool, EngineError> {
        self.live_candidates(scene, person, fate.candidates(), f64::INFINITY)?;
        let frontier = fate.frontier();
        if self.done || frontier == f64::INFINITY || !self.reaches(scene, person, frontier) {
            return Ok(false);
        }
        let next = if self.past_horizon {
            frontier
        } else {
            self.leave_at.min(scene.setting.frame.horizon)
        };
        let listed = fate.candidates().len();
        let more = fate.extend(next);
        if self.open {
            self.look_at_candidate(scene.setting, fate.candidates(), listed);
            self.reschedule();
        }
        Ok(more)
    }

    /// The frequency dial can open, or open further, from `time` on: candidates are looked at from there.
    pub(super) fn open_dial(&mut self, setting: &Setting, fate: &mut Fate, time: f64) {
        self.opens = false;
        fate.list_candidates();
        let candidates = fate.candidates();
        let mut from = self.looked_from;
        while candidates.get(from).is_some_and(|c| c.time < time) {
            from += 1;
        }
        self.look_at_candidate(setting, candidates, from);
        self.reschedule();
    }
}
