//! What a member sees of the program at an instant: what the dials read.

use super::*;
use crate::behavior::Target;
use crate::behavior::redemption::Inclination;
use crate::program::tier::TierRules;

impl Life {
    /// What the member sees just before `time`.
    pub(super) fn position<O: Observer>(
        &mut self,
        scene: &Scene<O>,
        person: &Person,
        time: f64,
    ) -> Position {
        let launched = time >= scene.setting.rules.launch;
        let version = &scene.setting.rules.versions[self.version];
        let visibility = version.tiers.as_ref().map_or(0.0, TierRules::visibility);
        if !self.member {
            return Position {
                launched,
                visibility,
                ..Position::OUTSIDE
            };
        }
        Position {
            launched,
            member: true,
            months_since_joining: time - self.joined,
            active: self.active,
            target: if self.reach.pressed {
                self.target(scene, person)
            } else {
                None
            },
            since_redemption: time - self.last_redemption,
            expiry_presses: self.flexible
                && scene.setting.behavior.expiry_pressure.lift != 0.0
                && self.points_about_to_expire(scene, time),
            regrets_expiry: time < self.regret_until,
            tiers: self.tier_position(scene, person, time),
            visibility,
            ..Position::OUTSIDE
        }
    }

    pub(super) fn target<O: Observer>(
        &mut self,
        scene: &Scene<O>,
        person: &Person,
    ) -> Option<Target> {
        if !self.redeemer {
            return None;
        }
        self.know_tastes(scene, person);
        let version = &scene.setting.rules.versions[self.version];
        let balance = self.ledger.balance();
        let index = *self
            .liked
            .indices()
            .iter()
            .find(|i| version.catalog.rewards[usize::from(**i)].points > balance)?;
        let reward = &version.catalog.rewards[usize::from(index)];
        let per_year = 12.0 * person.rate * person.basket * version.earn.points_num as f64
            / version.earn.points_den as f64;
        Some(Target {
            kind: reward.kind,
            points: reward.points,
            missing: reward.points - balance,
            expected_per_year: per_year / reward.points as f64,
        })
    }

    /// Tastes are drawn when first asked for, once per version.
    #[inline(always)]
    pub(super) fn know_tastes<O: Observer>(&mut self, scene: &Scene<O>, person: &Person) {
        if self.liked_version != self.version {
            self.draw_tastes(scene, person);
        }
    }

    #[inline(never)]
    fn draw_tastes<O: Observer>(&mut self, scene: &Scene<O>, person: &Person) {
        let catalog = &scene.setting.rules.versions[self.version].catalog;
        self.liked = catalog.liked(person.key, person.subject);
        self.inclination = Inclination::new(
            &scene.setting.behavior.redemption,
            person.redemption_score,
            scene.setting.log_thresholds[self.version],
        );
        self.liked_version = self.version;
    }

    /// Whether points worth at least the stated value end within the window, under today's rules or announced ones.
    pub(super) fn points_about_to_expire<O: Observer>(&self, scene: &Scene<O>, time: f64) -> bool {
        let effect = &scene.setting.behavior.expiry_pressure;
        if self.ledger.balance() == 0 {
            return false;
        }
        let rules = scene.setting.rules;
        let version = &rules.versions[self.version];
        let until = time + effect.window_months;
        let next = rules.versions.get(self.version + 1);
        let next = next.filter(|next| time >= next.announced && until >= next.from + 1.0);
        // No lot is due before `expiry_due`, except where that was put off to the first month end under a rule.
        if self.expiry_due > until && self.expiry_due > self.expiry_first && next.is_none() {
            return false;
        }
        let mut points = self.due_by(self.expiry, until);
        if let Some(next) = next {
            points = points.max(self.due_by(self.status.expiry_under(next), until));
        }
        points > 0
            && points as f64 * version.catalog.best_value_per_point >= effect.min_value as f64
    }

    /// Points whose month end under `rule` is at or before `until`.
    fn due_by(&self, rule: Expiry, until: f64) -> i64 {
        let month = month_of(until) - 1;
        let last_event = || self.last_event(self.ledger.oldest_month().map_or(0, i32::from));
        match expiry::ends_through(rule, month, last_event) {
            Some(through) => self
                .ledger
                .issued_through(through.clamp(-30_000, 30_000) as i16),
            None => 0,
        }
    }
}
