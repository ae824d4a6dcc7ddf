//! Plain purchases at one rate: most of all that is ever lived. Each is booked by itself: there is so little to book that
//! asking whether the next one is of the same month would cost more than it saves.

use super::*;

impl Life {
    /// Purchases that earn points.
    #[inline(always)]
    pub(super) fn earn_on<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        visits: &[Visit],
    ) -> usize {
        let refusal = self.refusal(scene, person);
        if self.past_horizon {
            self.earn_at_rate::<O, true, true>(scene, visits, refusal)
        } else if self.label == Label::Base {
            self.earn_at_rate::<O, false, true>(scene, visits, refusal)
        } else {
            self.earn_at_rate::<O, false, false>(scene, visits, refusal)
        }
    }

    /// Purchases of which each earns and none redeems, by an active member. After the horizon nothing is booked. A function
    /// of its own, so that all it needs stays in registers.
    #[inline(never)]
    fn earn_at_rate<O: Observer, const PAST: bool, const BASE: bool>(
        &mut self,
        scene: &mut Scene<O>,
        visits: &[Visit],
        (limit, refused_from): Refusal,
    ) -> usize {
        let next_stop = self.next_stop;
        let keep_floor = self.keep_floor;
        let rate = self.earn_rate;
        let label = if BASE { Label::Base } else { self.label };
        let limit = limit.min(Earning::MOST);
        let gap = self.gap::<PAST>(self.active_months);
        let mut last = self.last_activity;
        let before = self.ledger.balance();
        let mut lived = 0;
        let mut account = self.ledger.earn();
        let mut booked = scene.sheet.purchases(label);
        for visit in visits {
            let time = visit.time;
            if time >= next_stop || visit.level > keep_floor || time - last >= gap {
                break;
            }
            if account.balance() >= limit || u64::from(visit.redemption) < refused_from {
                break;
            }
            let Some(points) = rate.plain(visit.amount).filter(|points| *points > 0) else {
                break;
            };
            if !account.earn(visit.month, points) {
                break;
            }
            if !PAST {
                let bought = Bought::one(visit.amount, points);
                booked.book(visit.month as usize, &bought);
            }
            last = time;
            lived += 1;
            let granted = Granted {
                base: points,
                bonus: 0,
            };
            let event = plain_purchase(visit, label, granted, account.balance());
            scene.observer.event(scene.setting.world, &event);
        }
        account.close();
        let paid = booked.close();
        self.last_activity = last;
        if !PAST {
            self.went_on(paid, before, last);
        }
        lived
    }
}
