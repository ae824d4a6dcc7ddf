//! Internal events of a life between visits: leaving, changes of attrition, expiry, new rules, the horizon.

use super::*;

/// What comes next between visits. The order is that of processing at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Leaving,
    Attrition,
    Expiry,
    Review,
    Rules,
    Ties,
}

impl Life {
    pub(super) fn reschedule(&mut self) {
        self.next_due = self
            .leave_at
            .min(self.attrition_check)
            .min(self.expiry_due)
            .min(self.review_due)
            .min(self.next_version)
            .min(self.ties_due)
            .min(self.horizon_due);
        self.next_stop = self
            .next_due
            .min(self.label_until)
            .min(self.enroll_at)
            .min(self.candidate_at);
    }

    /// Processes internal events up to `time`: leaving, attrition and rules at or before it, month ends before it.
    pub(super) fn advance<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        time: f64,
    ) {
        loop {
            let (at, due) = self.earliest();
            let comes = match due {
                Due::Expiry | Due::Review => at < time,
                Due::Leaving | Due::Attrition | Due::Rules | Due::Ties => at <= time,
            };
            if !comes {
                break;
            }
            match due {
                Due::Leaving => {
                    self.leave(scene, person, at);
                    return;
                }
                Due::Attrition => self.refresh_attrition(scene, person, at),
                Due::Expiry => {
                    if self.expire(scene, at) {
                        self.regret(scene, person, at);
                    }
                }
                Due::Review => {
                    self.review(scene, at);
                    self.refresh_attrition(scene, person, at);
                }
                Due::Rules => {
                    self.change_rules(scene, at);
                    if scene.setting.has_tiers {
                        self.refresh_attrition(scene, person, at);
                    }
                }
                Due::Ties => self.meet_friends(scene, person, at),
            }
        }
        self.reschedule();
    }

    fn earliest(&self) -> (f64, Due) {
        let mut best = (self.leave_at, Due::Leaving);
        for (at, due) in [
            (self.attrition_check, Due::Attrition),
            (self.expiry_due, Due::Expiry),
            (self.review_due, Due::Review),
            (self.next_version, Due::Rules),
            (self.ties_due, Due::Ties),
        ] {
            if at < best.0 {
                best = (at, due);
            }
        }
        best
    }

    /// Re-evaluates ζ at `time`, settles the exposure so far and predicts the leaving anew.
    pub(super) fn refresh_attrition<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        time: f64,
    ) {
        let setting = scene.setting;
        let window = setting.behavior.membership.active_months;
        self.note_floor(setting, time);
        if self.active && time >= self.last_activity + window {
            self.lapse_activity(scene);
        }
        let Some(dials) = setting.dials.filter(|_| setting.moves_attrition) else {
            return;
        };
        let launched = time >= setting.rules.launch;
        let position = Position {
            launched,
            member: self.member,
            active: self.active,
            regrets_expiry: time < self.regret_until,
            tiers: self.tiers_felt(scene, time),
            referral: if setting.pays_for_friends {
                self.ties.position(person, time)
            } else {
                None
            },
            ..Position::OUTSIDE
        };
        let dial = dials.attrition(&position);
        if dial.total != self.attrition.total || dial.capped != self.attrition.capped {
            self.settle_exposure(scene, person, time);
            self.attrition = dial;
            self.hazard_ratio = libm::exp(dial.total);
            let hazard = person.hazard * self.hazard_ratio;
            self.leave_at = if hazard > 0.0 {
                time + self.exposure_left.max(0.0) / hazard
            } else {
                f64::INFINITY
            };
        } else {
            self.attrition = dial;
        }
        let mut check = f64::INFINITY;
        if self.active {
            check = check.min(self.last_activity + window);
        }
        if time < self.regret_until {
            check = check.min(self.regret_until);
        }
        check = check.min(self.status.loss_ends_after(time));
        if !launched {
            check = check.min(setting.rules.launch);
        }
        if setting.pays_for_friends {
            let months = setting.behavior.recommending.months;
            check = check.min(self.ties.next_change(time, months));
        }
        self.attrition_check = check;
    }

    /// An actual expiry weighs on loyalty for some months.
    fn regret<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person, time: f64) {
        if self.member && !self.left && scene.setting.moves_attrition {
            self.regret_until = time + scene.setting.behavior.expiry_pressure.regret_months;
            self.refresh_attrition(scene, person, time);
        }
    }

    /// Takes the exposure since the last anchor off what is left, and books what the effects avoided.
    fn settle_exposure<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person, time: f64) {
        let hazard = person.hazard;
        let horizon = scene.setting.frame.horizon;
        let months = (time.min(horizon) - self.exposure_from.min(horizon)).max(0.0);
        if self.attrition.capped && months > 0.0 {
            scene
                .sheet
                .cap(CapFlow::AttritionBound, months_fixed(months));
        }
        if self.attributes {
            self.stack
                .live(hazard * (time - self.exposure_from), &self.attrition);
        }
        self.exposure_left -= hazard * self.hazard_ratio * (time - self.exposure_from);
        self.exposure_from = time;
    }

    /// A base purchase at `time` that is in this world and not in world 0 (`here`), or the other way round: whose work that
    /// is, counted by stacking the effects one after another.
    #[cold]
    pub(super) fn book_kept<O: Observer>(
        &self,
        scene: &mut Scene<O>,
        person: &Person,
        visit: &Visit,
        here: bool,
    ) {
        if !self.attributes {
            return;
        }
        let mut stack = self.stack;
        let dial = if here {
            self.attrition
        } else {
            // No effect acts on one who has left.
            Dial::default()
        };
        stack.live(person.hazard * (visit.time - self.exposure_from), &dial);
        let kept = stack.split(person.threshold, here, !here);
        for (effect, sign) in Effect::ALL.iter().zip(kept.effects) {
            if sign != 0 {
                scene
                    .sheet
                    .effect(*effect, EffectFlow::KeptSales, sign * visit.amount);
            }
        }
    }

    /// The customer leaves for good.
    pub(super) fn leave<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person, time: f64) {
        self.settle_exposure(scene, person, time);
        self.left = true;
        self.done = true;
        self.left_at = time;
        scene.tell(time, EventKind::Leaving, self.ledger.balance());
        let month = month_of(time);
        if month < scene.setting.frame.months
            && let Some(row) = scene.sheet.row(month)
        {
            scene.sheet.count(row, Flow::Leavers, 1);
            scene.sheet.count(row, Flow::CustomersDelta, -1);
            if self.ties.is_friend() {
                scene.sheet.referral(month, ReferralFlow::FriendsLeft, 1);
            }
        }
        // The company still sees an active member until the window has passed.
        if self.active {
            self.lapse_activity(scene);
        }
        self.leave_at = f64::INFINITY;
        self.attrition_check = f64::INFINITY;
        self.ties_due = f64::INFINITY;
        self.become_dormant(scene, time);
        self.reschedule();
    }

    pub(super) fn cross_horizon<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person) {
        let frame = scene.setting.frame;
        let horizon = frame.horizon;
        if !self.left {
            self.advance(scene, person, horizon);
        }
        if self.left {
            self.end_by_rule(scene, horizon);
        } else {
            // The month end at the horizon belongs to the last month; what it ends is regretted like any expiry.
            if self.expiry_due <= horizon && self.expire(scene, horizon) {
                self.regret(scene, person, horizon);
            }
            if self.review_due <= horizon {
                self.review(scene, horizon);
                self.refresh_attrition(scene, person, horizon);
            }
            self.settle_exposure(scene, person, horizon);
            if let Some(later) = &frame.later {
                let last = frame.months.max(1) as usize - 1;
                scene
                    .sheet
                    .count(last, Flow::LaterSales, later.sales(person, self.growth));
            }
        }
        if self.active {
            // Lapses inside the horizon have been booked; a later one belongs to no row.
            let lapse = self.last_activity + scene.setting.behavior.membership.active_months;
            if lapse <= horizon {
                self.lapse_activity(scene);
            }
        }
        self.summary.visited = self.buyers.visited_since(scene.setting.rules.launch);
        self.buyers.close(scene.sheet, frame.months);
        let to = if self.left { self.left_at } else { horizon };
        scene.setting.book_live_months(scene.sheet, person, to);
        if scene.setting.has_tiers {
            self.close_status(scene);
        }
        self.past_horizon = true;
        self.horizon_due = frame.end;
        self.enroll_at = f64::INFINITY;
        self.label_until = f64::INFINITY;
        self.ties_due = f64::INFINITY;
        if self.ties.is_scouting() {
            // Only who is paid before the horizon is of interest: no point is left to be lived for.
            self.ledger.clear();
        }
        self.note_special(scene, person);
        self.reschedule();
    }

    /// Month ends at or before `until` (the horizon, the end of the run-off).
    pub(super) fn end_by_rule<O: Observer>(&mut self, scene: &mut Scene<O>, until: f64) {
        loop {
            let at = self.expiry_due.min(self.review_due).min(self.next_version);
            if at > until {
                break;
            }
            if self.expiry_due == at {
                self.expire(scene, at);
            } else if self.review_due == at {
                self.review(scene, at);
            } else {
                self.change_rules(scene, at);
            }
        }
    }

    /// After the last visit: what is still on the account ends by rule, or is unresolved when the run-off ends.
    pub(super) fn finish<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person) {
        let end = scene.setting.frame.end;
        if !self.left && self.has_counted_points(scene) {
            self.advance(scene, person, end);
        }
        if self.has_counted_points(scene) {
            self.end_by_rule(scene, end);
        }
    }

    fn change_rules<O: Observer>(&mut self, scene: &mut Scene<O>, time: f64) {
        self.version += 1;
        if scene.setting.has_tiers {
            self.carry_over(scene, time);
        }
        self.refresh_catalog(scene);
        let versions = &scene.setting.rules.versions;
        self.next_version = versions
            .get(self.version + 1)
            .map_or(f64::INFINITY, |v| v.from);
        let version = self.version;
        scene.tell(time, EventKind::NewRules { version }, self.ledger.balance());
        self.expire_by(scene, time);
        self.schedule_expiry();
        if self.left || !self.member {
            // Rules that end no points any more leave those of the gone dormant.
            self.become_dormant(scene, time);
        }
        self.stand_anew(scene, time);
        self.reschedule();
    }
}
