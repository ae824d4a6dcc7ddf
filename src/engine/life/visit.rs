//! One purchase under a program, in the order of the contract.

use super::account::RedemptionMoney;
use super::*;
use crate::behavior::{Standing, endowed_progress};
use crate::engine::fate;
use crate::engine::sheet::Bought;
use crate::program::earn::Granted;
use crate::random::address::uniform32;
use crate::scenario::model::RewardKind;

impl Life {
    /// `balance`: points usable at this visit.
    #[inline(always)]
    pub(super) fn visit<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visit: &Visit,
        label: Label,
        balance: i64,
    ) {
        if self.special || self.past_horizon {
            self.special_visit(scene, person, visit, label, balance);
        } else {
            self.purchase::<O, false>(scene, person, visit, label, balance);
        }
    }

    #[inline(never)]
    fn special_visit<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visit: &Visit,
        label: Label,
        balance: i64,
    ) {
        self.purchase::<O, true>(scene, person, visit, label, balance);
    }

    /// Rules that are not in force here are compiled away where the visit is not `SPECIAL` (see [`Life::note_special`]) and
    /// before the horizon.
    #[inline(always)]
    fn purchase<O: Observer, const SPECIAL: bool>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visit: &Visit,
        label: Label,
        balance: i64,
    ) {
        let time = visit.time;
        let amount = if SPECIAL && (scene.setting.moves_basket || self.ties.has_premium()) {
            self.price(scene, person, visit)
        } else {
            visit.amount
        };
        let mut paid = amount;
        let mut redeemed = false;
        if balance >= self.cheapest
            && let Some(money) = self.redemption(scene, person, visit, amount, balance)
        {
            paid -= money.discount() + money.displaced;
            redeemed = true;
        }
        let mut points = 0;
        let mut bonus = 0;
        if self.member {
            if SPECIAL && scene.setting.multiplies {
                Granted {
                    base: points,
                    bonus,
                } = self.earn_multiplied(scene, visit, paid);
            } else {
                points = self.earn::<O, SPECIAL>(scene, visit, paid);
            }
            if points + bonus > 0 || redeemed {
                self.stay_active(scene, person, time);
            }
        }
        if !SPECIAL || !self.past_horizon {
            self.book_purchase(scene, visit, label, paid, points);
            if label == Label::Retained {
                self.book_kept(scene, person, visit, true);
            }
        }
        let first = visit.stream == Stream::Arrival;
        let kind = EventKind::Purchase {
            label,
            first,
            amount,
            paid,
            points: points + bonus,
            bonus,
        };
        scene.tell(time, kind, self.ledger.balance());
        if SPECIAL {
            if scene.setting.has_tiers {
                self.progress(scene, person, visit, paid, points);
            }
            if self.ties.watches() {
                self.watch(scene, person, time, paid);
            }
            if points + bonus > 0 && self.card_left < f64::INFINITY {
                self.wear_card(scene, person, time);
            }
            if person.exposure_per_purchase > 0.0 && !first {
                self.purchase_exposure(scene, person, time);
            }
        }
    }

    /// Whether any rule acts on the visits to come that most programs do not have.
    pub(super) fn note_special<O: Observer>(&mut self, scene: &Scene<O>, person: &Person) {
        self.plain = !(scene.setting.moves_basket
            || self.earn_rate.cap_per_month().is_some()
            || self.card_left < f64::INFINITY
            || person.exposure_per_purchase > 0.0
            || self.ties.has_premium()
            || self.ties.watches());
        self.special = !self.plain || scene.setting.multiplies;
    }

    /// Whether candidates must be looked at from now on: some effect can raise the frequency.
    pub(super) fn note_dial<O: Observer>(&mut self, scene: &Scene<O>) {
        let opens = scene.setting.dials.is_some_and(|dials| {
            dials.can_raise(&Standing {
                member: self.member,
                flexible: self.flexible,
                redeemer: self.redeemer,
                pressed: self.reach.pressed,
                ranked: self.member && scene.setting.mechanics.tiers > 0,
                has_redeemed: self.last_redemption > f64::NEG_INFINITY,
            })
        });
        if opens && !self.open {
            self.open = true;
            self.opens = true;
        }
    }

    /// Becomes a member. The sign-up credit is usable from the next visit; those who were members before month 0 had
    /// theirs then.
    #[inline(never)]
    pub(super) fn enroll<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        time: f64,
        month: i32,
        is_new: bool,
    ) {
        self.member = true;
        self.enroll_at = f64::INFINITY;
        self.refresh_catalog(scene);
        self.note_special(scene, person);
        self.note_dial(scene);
        self.joined = time;
        self.summary.member = true;
        scene.tell(time, EventKind::Enrollment, self.ledger.balance());
        if let Some(row) = scene.sheet.row(month) {
            scene.sheet.count(row, Flow::Enrolled, 1);
        }
        if scene.setting.has_tiers && is_new {
            self.join_tiers(scene, time, None);
        }
        let bonus = scene.setting.rules.versions[self.version]
            .earn
            .sign_up_bonus;
        if bonus > 0 && is_new {
            self.grant_bonus(scene, month as i16, bonus);
            scene.tell(
                time,
                EventKind::SignUpBonus { points: bonus },
                self.ledger.balance(),
            );
        }
        self.stand(scene, time);
    }

    /// The bill at full price: ξ applied and rounded once.
    #[inline(never)]
    fn price<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person, visit: &Visit) -> i64 {
        let Some(dials) = scene.setting.dials else {
            return visit.amount;
        };
        let position = Position {
            launched: visit.time >= scene.setting.rules.launch,
            member: self.member,
            referral: if self.ties.has_premium() {
                self.ties.position(person, visit.time)
            } else {
                None
            },
            ..Position::OUTSIDE
        };
        let xi = dials.basket(&position);
        if xi == 0.0 {
            return visit.amount;
        }
        let at = |xi: f64| fate::amount(visit.amount as f64 * crate::random::elementary::exp(xi));
        let amount = at(xi);
        if !self.past_horizon
            && let Some(row) = scene.sheet.row(i32::from(visit.month))
        {
            let gain = amount - visit.amount;
            scene.sheet.book(row, Flow::BasketGain, gain);
            // The stated lift first, then what a referral makes.
            let lifted = match &position.referral {
                None => gain,
                Some(ties) => at(xi - dials.referral_premium(ties)) - visit.amount,
            };
            for (effect, part) in [
                (Effect::StatedLift, lifted),
                (Effect::ReferralPremium, gain - lifted),
            ] {
                scene.sheet.effect(effect, EffectFlow::BasketGain, part);
            }
        }
        amount
    }

    /// Today's catalog: what the cheapest reward costs one who may redeem.
    pub(super) fn refresh_catalog<O: Observer>(&mut self, scene: &Scene<O>) {
        self.earn_rate = scene.setting.rules.versions[self.version].earn_rate;
        self.cheapest = if self.member && self.redeemer {
            scene.setting.rules.versions[self.version]
                .catalog
                .cheapest()
        } else {
            i64::MAX
        };
    }

    /// Whether and what to redeem, on the balance before this visit's points.
    #[inline(never)]
    fn redemption<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visit: &Visit,
        amount: i64,
        balance: i64,
    ) -> Option<RedemptionMoney> {
        let setting = scene.setting;
        let catalog = &setting.rules.versions[self.version].catalog;
        self.know_tastes(scene, person);
        let rules = &setting.behavior.redemption;
        let presses = rules.expiry_boost != 0.0 && self.points_about_to_expire(scene, visit.time);
        let u = uniform32(visit.redemption);
        if !self.inclination.redeems(rules, balance, presses, u) {
            return None;
        }
        // The best-ranked usable one: a tender also needs a bill of its face value.
        let index = self
            .liked
            .ranked()
            .iter()
            .map(|i| usize::from(*i))
            .find(|i| {
                let reward = &catalog.rewards[*i];
                reward.points <= balance
                    && (reward.kind != RewardKind::Tender || amount >= reward.face_value)
            })?;
        let reward = &catalog.rewards[index];
        let money = RedemptionMoney::of(reward, amount);
        self.redeem(scene, visit, reward, catalog.columns[index], money);
        self.last_redemption = visit.time;
        // What a redemption adds to the frequency makes other candidates worth a look.
        self.note_dial(scene);
        self.opens = self.open;
        // A first reward ends the danger of giving up the card.
        if self.card_left < f64::INFINITY {
            self.card_left = f64::INFINITY;
            self.note_special(scene, person);
        }
        Some(money)
    }

    #[inline(always)]
    fn earn<O: Observer, const SPECIAL: bool>(
        &mut self,
        scene: &mut Scene<O>,
        visit: &Visit,
        paid: i64,
    ) -> i64 {
        if SPECIAL && self.past_horizon && scene.setting.frame.closed {
            return 0;
        }
        let mut points = self.earn_rate.points(paid);
        if SPECIAL && let Some(cap) = self.earn_rate.cap_per_month() {
            points = self.cap.cut(cap, i32::from(visit.month), points);
        }
        if points > 0 {
            self.hold_earned(visit.month, points);
        }
        points
    }

    /// An earn or a redemption, in the common case of one who is active already.
    #[inline(always)]
    fn stay_active<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person, time: f64) {
        if self.active && time < self.last_activity + self.active_months {
            self.last_activity = time;
        } else {
            self.qualify(scene, person, time);
        }
    }

    /// An earn or a redemption: the member is active, and inactivity starts anew.
    #[inline(never)]
    pub(super) fn qualify<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        time: f64,
    ) {
        let window = scene.setting.behavior.membership.active_months;
        if self.active {
            if time < self.last_activity + window {
                self.last_activity = time;
                return;
            }
            self.lapse_activity(scene);
        }
        self.last_activity = time;
        if !self.active && time + window > 0.0 {
            self.active = true;
            let month = month_of(time).max(0);
            if !self.past_horizon
                && let Some(row) = scene.sheet.row(month)
            {
                scene.sheet.book(row, Flow::ActiveMembersDelta, 1);
            }
            self.refresh_attrition(scene, person, time.max(person.anchor));
            self.reschedule();
        }
        // Inactivity starts anew by itself: the due month end looks at the last activity when it comes.
    }

    /// The active window has passed (or will, for one who left): the member stops counting at the month end after it.
    pub(super) fn lapse_activity<O: Observer>(&mut self, scene: &mut Scene<O>) {
        self.active = false;
        let window = scene.setting.behavior.membership.active_months;
        let row = lapse_row(self.last_activity, window);
        if row < scene.setting.frame.months
            && !self.past_horizon
            && let Some(row) = scene.sheet.row(row)
        {
            scene.sheet.book(row, Flow::ActiveMembersDelta, -1);
        }
    }

    #[inline(always)]
    fn book_purchase<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        visit: &Visit,
        label: Label,
        paid: i64,
        points: i64,
    ) {
        // Before the horizon the row is the month.
        let row = visit.month as usize;
        let bought = Bought::one(visit.amount, points);
        scene.sheet.purchases_of(row, label, &bought);
        self.summary.issued += points;
        self.buyers
            .purchase(scene.sheet, visit.time, i32::from(visit.month));
        self.summary.paid += paid;
    }

    /// The card may be given up after an earning visit before the first reward.
    #[cold]
    fn wear_card<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person, time: f64) {
        let rules = scene.setting.rules;
        let ratio = scene.setting.dials.map_or(1.0, |dials| {
            let behavior = dials.behavior();
            let credit = rules.versions[self.version].earn.sign_up_bonus;
            endowed_progress::card_hazard_ratio(
                &behavior.endowed_progress,
                credit,
                behavior.effect_multiplier,
            )
        });
        self.card_left -= rules.card_exposure * ratio;
        if self.card_left <= 0.0 {
            self.abandon(scene, person, time);
        }
    }

    fn abandon<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person, time: f64) {
        if scene.setting.has_tiers {
            self.lose_status(scene, time);
        }
        self.member = false;
        self.card_left = f64::INFINITY;
        self.refresh_catalog(scene);
        self.note_special(scene, person);
        scene.tell(time, EventKind::CardAbandoned, self.ledger.balance());
        if let Some(row) = scene.sheet.row(month_of(time)) {
            scene.sheet.count(row, Flow::Abandoned, 1);
        }
        if self.active {
            self.lapse_activity(scene);
        }
        self.regret_until = f64::NEG_INFINITY;
        self.stand(scene, time);
        self.refresh_attrition(scene, person, time);
        self.become_dormant(scene, time);
        self.reschedule();
    }

    /// BG: the coin falls after each repeat purchase lived.
    fn purchase_exposure<O: Observer>(&mut self, scene: &mut Scene<O>, person: &Person, time: f64) {
        let exposure = person.exposure_per_purchase;
        if exposure == 0.0 {
            return;
        }
        if self.attributes {
            self.stack.live(exposure, &self.attrition);
        }
        self.exposure_left -= exposure * self.hazard_ratio;
        if self.exposure_left <= 0.0 {
            self.leave(scene, person, time);
        }
    }
}

/// Month at whose end an activity at `time` no longer counts.
pub(super) fn lapse_row(time: f64, window: f64) -> i32 {
    -month_of(-(time + window)) - 1
}
