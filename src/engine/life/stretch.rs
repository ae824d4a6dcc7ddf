//! Stretches of plain purchases: nothing happens but that points are earned, money is booked and time goes on. Nearly all
//! purchases are of this kind, so they are lived in a loop of their own with everything in hand; it does what
//! [`Life::visit`] does and stops before the first purchase that is more.

mod ranked;
mod rated;
mod till;

use self::ranked::{Ranked, Standing};
use self::till::{Nothing, Till};
use super::*;
use crate::engine::sheet::Bought;
use crate::engine::window::WINDOW;
use crate::ledger::Earning;
use crate::program::earn::Granted;

/// Up to which balance and from which word of the redemption uniform on a member surely does not redeem.
type Refusal = (i64, u64);

impl Life {
    /// Lives the plain purchases at the head of `visits`; how many there were.
    #[inline(always)]
    pub(super) fn stretch<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visits: &[Visit],
    ) -> usize {
        if !self.plain {
            return 0;
        }
        if self.label == Label::Retained && self.attributes && !self.past_horizon {
            // Each is told whose work it is.
            return 0;
        }
        if !self.member || self.earn_rate.is_nothing() {
            self.buy_on(scene, visits)
        } else if !self.active || self.ledger.balance() <= 0 || !self.earns_on(scene) {
            0
        } else if scene.setting.multiplies {
            self.earn_on_with_rank(scene, person, visits)
        } else {
            self.earn_on(scene, person, visits)
        }
    }

    /// Whether purchases after the horizon are lived for an active member; before it, whether his last purchase earned.
    #[inline(always)]
    fn earns_on<O: Observer>(&self, scene: &Scene<O>) -> bool {
        if self.past_horizon {
            !scene.setting.frame.closed
        } else {
            self.buyers.last() == self.last_activity
        }
    }

    #[inline(never)]
    fn earn_on_with_rank<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visits: &[Visit],
    ) -> usize {
        let Some(standing) = Standing::of(self, scene.setting, visits) else {
            return 0;
        };
        let refusal = self.refusal(scene, person);
        match (standing.multiplied.is_some(), self.past_horizon) {
            (false, false) => {
                self.go_on_ranked::<O, false, false>(scene, visits, &standing, refusal)
            }
            (true, false) => self.go_on_ranked::<O, true, false>(scene, visits, &standing, refusal),
            (false, true) => self.go_on_ranked::<O, false, true>(scene, visits, &standing, refusal),
            (true, true) => self.go_on_ranked::<O, true, true>(scene, visits, &standing, refusal),
        }
    }

    #[inline(never)]
    fn go_on_ranked<O: Observer, const BONUS: bool, const PAST: bool>(
        &mut self,
        scene: &mut Scene<O>,
        visits: &[Visit],
        standing: &Standing,
        refusal: Refusal,
    ) -> usize {
        let mut till = Ranked::<true, BONUS>::of(standing, self.status.billing);
        let lived = self.go_on::<O, _, PAST>(scene, visits, &mut till, refusal);
        till.close(&mut self.status);
        lived
    }

    /// Purchases that earn nothing: before enrollment, or under a program without points.
    #[inline(never)]
    fn buy_on<O: Observer>(&mut self, scene: &mut Scene<O>, visits: &[Visit]) -> usize {
        if self.past_horizon || self.ledger.balance() >= self.cheapest {
            return 0;
        }
        if !scene.setting.has_tiers {
            return self.spend_on(scene, visits);
        }
        if !self.member {
            let tiers = scene.setting.rules.versions[self.version].tiers.as_ref();
            if tiers.is_some_and(|tiers| tiers.months_credited(0.0) > 0) {
                // What is bought before joining is remembered.
                return 0;
            }
            return self.spend_on(scene, visits);
        }
        match Standing::of(self, scene.setting, visits) {
            None => 0,
            Some(standing) => self.spend_on_ranked(scene, visits, &standing),
        }
    }

    #[inline(never)]
    fn spend_on_ranked<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        visits: &[Visit],
        standing: &Standing,
    ) -> usize {
        let mut till = Ranked::<false, false>::of(standing, self.status.billing);
        let lived = self.go_on::<O, _, false>(scene, visits, &mut till, (0, 0));
        till.close(&mut self.status);
        lived
    }

    #[inline(never)]
    fn spend_on<O: Observer>(&mut self, scene: &mut Scene<O>, visits: &[Visit]) -> usize {
        self.go_on::<O, _, false>(scene, visits, &mut Nothing, (0, 0))
    }

    /// Purchases of which each earns and none redeems, by an active member, or none earns and none can redeem. After the
    /// horizon nothing is booked. Those of a month are added up and booked together. Inlined into functions of their own, so
    /// that all it needs stays in registers.
    #[inline(always)]
    fn go_on<O: Observer, T: Till, const PAST: bool>(
        &mut self,
        scene: &mut Scene<O>,
        visits: &[Visit],
        till: &mut T,
        (limit, refused_from): Refusal,
    ) -> usize {
        let next_stop = self.next_stop;
        let keep_floor = self.keep_floor;
        let label = self.label;
        let limit = limit.min(Earning::MOST);
        let (mut last, gap) = if T::EARNS {
            (self.last_activity, self.gap::<PAST>(self.active_months))
        } else {
            (self.buyers.last(), self.gap::<PAST>(f64::INFINITY))
        };
        let before = self.ledger.balance();
        let mut lived = 0;
        let mut account = self.ledger.earn();
        let mut booked = scene.sheet.purchases(label);
        while let Some(first) = visits.get(lived) {
            let month = first.month;
            if !till.opens(month) || T::EARNS && !account.has_place(month) {
                break;
            }
            let mut bought = Bought::default();
            let mut is_over = false;
            for visit in &visits[lived..] {
                if visit.month != month {
                    break;
                }
                let time = visit.time;
                if time >= next_stop
                    || visit.level > keep_floor
                    || time - last >= gap
                    || T::EARNS
                        && (account.balance() >= limit
                            || u64::from(visit.redemption) < refused_from)
                {
                    is_over = true;
                    break;
                }
                let Some(granted) = till.ring(visit) else {
                    is_over = true;
                    break;
                };
                till.rung();
                if T::EARNS {
                    account.add(granted.total());
                }
                bought.add(visit.amount, granted.base, granted.bonus);
                last = time;
                let event = plain_purchase(visit, label, granted, account.balance());
                scene.observer.event(scene.setting.world, &event);
            }
            if bought.purchases > 0 {
                if T::EARNS {
                    account.hold(month, bought.base, bought.bonus);
                }
                if !PAST {
                    let row = month as usize;
                    booked.book(row, &bought);
                    till.book(&mut booked, row, &bought);
                }
                lived += bought.purchases as usize;
            }
            if is_over {
                break;
            }
        }
        account.close();
        let paid = booked.close();
        if T::EARNS {
            self.last_activity = last;
        }
        if !PAST {
            self.went_on(paid, before, last);
        }
        lived
    }

    /// Months without a purchase from which on more happens at the next; `active` is how long one keeps a member active. A
    /// gap at the edge is looked at by [`Life::visit`].
    #[inline(always)]
    fn gap<const PAST: bool>(&self, active: f64) -> f64 {
        let window = if PAST { f64::INFINITY } else { WINDOW };
        active.min(window) - 1e-9
    }

    /// Purchases of the horizon up to `last` were lived, for which `paid` was paid, from a balance of `before` on.
    #[inline(always)]
    fn went_on(&mut self, paid: i64, before: i64, last: f64) {
        self.summary.paid += paid;
        self.summary.issued += self.ledger.balance() - before;
        self.buyers.went_on(last);
    }

    /// What the member surely refuses.
    #[inline(always)]
    fn refusal<O: Observer>(&mut self, scene: &Scene<O>, person: &Person) -> Refusal {
        let balance = self.ledger.balance();
        if balance < self.cheapest {
            return (self.cheapest, 0);
        }
        if self.refusal_version != self.version || !self.refusal_octave.contains(&balance) {
            self.know_tastes(scene, person);
            let rules = &scene.setting.behavior.redemption;
            let (limit, word) = self.inclination.refuses(rules, balance);
            self.refusal_octave = limit / 2..limit;
            self.refused_from = word;
            self.refusal_version = self.version;
        }
        (self.refusal_octave.end, self.refused_from)
    }
}

/// What is told of a purchase paid in full.
#[inline(always)]
fn plain_purchase(visit: &Visit, label: Label, granted: Granted, balance: i64) -> Event {
    let kind = EventKind::Purchase {
        label,
        first: visit.stream == Stream::Arrival,
        amount: visit.amount,
        paid: visit.amount,
        points: granted.total(),
        bonus: granted.bonus,
    };
    Event {
        time: visit.time,
        kind,
        balance,
    }
}
