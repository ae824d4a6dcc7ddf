//! How a life begins: nothing held, nothing done, the rules of its first day, and the person comes.

use super::*;

impl Life {
    #[inline(always)]
    pub(super) fn begin<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        fate: &Fate,
    ) {
        let setting = scene.setting;
        let rules = setting.rules;
        self.begin_account(setting, person);
        self.begin_rules(setting, person);
        self.begin_exposure(setting, person);
        self.expiry_due = f64::INFINITY;
        self.expire_by(scene, rules.versions[self.version].from);
        self.review_due = f64::INFINITY;
        self.begin_walk();
        if setting.has_tiers {
            self.begin_status(scene, person, fate);
        }
        self.begin_ties(scene, person);
        self.note_special(scene, person);
        self.note_dial(scene);
        self.come(scene, person, fate);
        if self.attributes {
            // A stated lift on everyone may act from launch on, enrolled or not.
            self.attrition_check = rules.launch.max(person.anchor);
        }
        if setting.frame.later.is_some() {
            self.growth = fate.growth(setting.frame.horizon);
        }
        self.horizon_due = setting.frame.horizon;
        self.note_floor(setting, person.anchor);
        self.relabel(person.anchor, self.world_zero.has(person.anchor));
        self.reschedule();
    }

    /// No account yet.
    fn begin_account(&mut self, setting: &Setting, person: &Person) {
        self.ledger.clear();
        self.member = false;
        self.joined = f64::INFINITY;
        self.liked_version = usize::MAX;
        self.refusal_version = usize::MAX;
        self.redeemer = person.redeemer >= setting.behavior.redemption.never_share;
        self.flexible = person.flexible < setting.behavior.expiry_pressure.flexible_share;
        self.cap = MonthlyCap::default();
        self.card_left = if setting.rules.card_exposure > 0.0 {
            person.card_threshold()
        } else {
            f64::INFINITY
        };
        self.last_redemption = f64::NEG_INFINITY;
        self.last_activity = f64::NEG_INFINITY;
        self.active = false;
        self.regret_until = f64::NEG_INFINITY;
    }

    fn begin_rules(&mut self, setting: &Setting, person: &Person) {
        let rules = setting.rules;
        // Rules that changed before this person was there are no event of the life.
        let changes = rules.versions.iter().skip(1);
        self.active_months = setting.behavior.membership.active_months;
        self.version = changes.take_while(|v| v.from <= person.anchor).count();
        self.next_version = rules
            .versions
            .get(self.version + 1)
            .map_or(f64::INFINITY, |v| v.from);
    }

    fn begin_exposure(&mut self, setting: &Setting, person: &Person) {
        self.attrition = Dial::default();
        self.attributes = setting.moves_attrition;
        if self.attributes {
            self.stack = StackedExposure::default();
        }
        self.hazard_ratio = 1.0;
        self.exposure_left = person.threshold;
        self.exposure_from = person.anchor;
        self.leave_at = person.leaving_without_dials();
        self.left = false;
        self.left_at = f64::INFINITY;
        self.attrition_check = f64::INFINITY;
    }

    fn begin_walk(&mut self) {
        self.past_horizon = false;
        self.done = false;
        self.cheapest = i64::MAX;
        self.buyers = TrailingWindow::default();
        self.summary = Summary::default();
        self.earn_rate = EarnRate::NOTHING;
        self.open = false;
        self.opens = false;
        self.looked_from = 0;
        self.candidate_at = f64::INFINITY;
    }

    /// The customer is there, or arrives.
    fn come<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person, fate: &Fate) {
        if let Some(row) = scene.sheet.row(month_of(person.anchor)) {
            scene.sheet.count(row, Flow::CustomersDelta, 1);
        }
        if !person.opening {
            if let Some(row) = scene.sheet.row(month_of(person.anchor)) {
                scene.sheet.count(row, Flow::Arrivals, 1);
                scene
                    .sheet
                    .book(row, Flow::ArrivalCost, person.arrival_cost);
            }
            scene.tell(person.anchor, EventKind::Arrival, 0);
        }
        if person.opening {
            if let Some(last) = fate.last_in_warm_up() {
                self.buyers.remember(scene.sheet, last);
            }
            scene.tell(person.anchor, EventKind::Opening { age: person.age }, 0);
            self.receive_opening_lots(scene, person, fate.last_before_anchor());
        }
    }

    /// What a base purchase at `time` is compared with world 0, and until when.
    pub(super) fn relabel(&mut self, time: f64, in_world_zero: bool) {
        let zero = &self.world_zero;
        (self.label, self.label_until) = if in_world_zero {
            (Label::Base, zero.leaving)
        } else if time <= zero.arrival {
            (Label::Arrival, zero.arrival)
        } else {
            (Label::Retained, f64::INFINITY)
        };
    }
}
