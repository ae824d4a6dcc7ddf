//! Stretches of plain purchases: nothing happens but that points are earned, money is booked and time goes on. Nearly all
//! purchases are of this kind, so they are lived in a loop of their own with everything in hand; it does what
//! [`Life::visit`] does and stops before the first purchase that is more.

use super::*;
use crate::engine::window::WINDOW;
use crate::ledger::Earning;

impl Life {
    /// Lives the plain purchases at the head of `visits`; how many there were.
    #[inline(always)]
    pub(super) fn stretch<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visits: &[Visit],
    ) -> usize {
        if self.special || !self.member || !self.active || self.ledger.balance() <= 0 {
            return 0;
        }
        if self.label == Label::Retained && self.attributes && !self.past_horizon {
            // Each is told whose work it is.
            return 0;
        }
        let refusal = self.refusal(scene, person);
        if self.past_horizon {
            if scene.setting.frame.closed {
                return 0;
            }
            self.earn_on::<O, true, true>(scene, visits, refusal)
        } else if self.buyers.last() != self.last_activity {
            0
        } else if self.label == Label::Base {
            self.earn_on::<O, false, true>(scene, visits, refusal)
        } else {
            self.earn_on::<O, false, false>(scene, visits, refusal)
        }
    }

    /// Purchases of an active member who earns on each and redeems on none. After the horizon nothing is booked. A
    /// function of its own, so that all it needs stays in registers.
    #[inline(never)]
    fn earn_on<O: Observer, const PAST: bool, const BASE: bool>(
        &mut self,
        scene: &mut Scene<O>,
        visits: &[Visit],
        (limit, refused_from): (i64, u64),
    ) -> usize {
        let (rate, next_stop) = (self.earn_rate, self.next_stop);
        let keep_floor = self.keep_floor;
        let label = if BASE { Label::Base } else { self.label };
        let limit = limit.min(Earning::MOST);
        // A gap at the edge of either is looked at by [`Life::visit`].
        let window = if PAST { f64::INFINITY } else { WINDOW };
        let gap = self.active_months.min(window) - 1e-9;
        let before = self.ledger.balance();
        let mut last = self.last_activity;
        let mut lived = 0;
        let mut account = self.ledger.earn();
        let mut booked = scene.sheet.purchases();
        for visit in visits {
            let time = visit.time;
            let redemption = u64::from(visit.redemption);
            if time >= next_stop
                || visit.level > keep_floor
                || time - last >= gap
                || account.balance() >= limit
                || redemption < refused_from
            {
                break;
            }
            let Some(points) = rate.plain(visit.amount).filter(|points| *points > 0) else {
                break;
            };
            if !account.add(visit.month, points) {
                break;
            }
            if !PAST {
                booked.book(label, visit.month as usize, visit.amount, points);
            }
            last = time;
            lived += 1;
            let kind = EventKind::Purchase {
                label,
                first: visit.stream == Stream::Arrival,
                amount: visit.amount,
                paid: visit.amount,
                points,
                bonus: 0,
            };
            let balance = account.balance();
            let event = Event {
                time,
                kind,
                balance,
            };
            scene.observer.event(scene.setting.world, &event);
        }
        account.close();
        let paid = booked.close();
        self.last_activity = last;
        if !PAST {
            self.summary.paid += paid;
            self.summary.issued += self.ledger.balance() - before;
            self.buyers.went_on(last);
        }
        lived
    }

    /// Up to which balance and from which word of the redemption uniform on the member surely does not redeem.
    #[inline(always)]
    fn refusal<O: Observer>(&mut self, scene: &Scene<O>, person: &Person) -> (i64, u64) {
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
