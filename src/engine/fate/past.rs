//! The purchases of a fate before month 0, backwards from the anchor: what status earned in the past rests on.

use super::{Fate, amount};
use crate::random::Purpose;
use crate::random::address::uniform32;
use crate::random::elementary::ln;

impl Fate<'_> {
    /// Instants and amounts of the purchases of the last `months` before month 0 of one who was a customer then, oldest
    /// first, added to `into`.
    pub fn past(&self, months: f64, into: &mut Vec<(f64, i64)>) {
        let person = &self.person;
        let from = into.len();
        let first = (-months).max(-person.age);
        let mut season = self.clock.anchor;
        // Ordinals −1, −2, …; one who never buys has none.
        let ordinals = (1..=u32::MAX).rev().take_while(|_| person.rate > 0.0);
        for ordinal in ordinals {
            let words = person
                .subject
                .draw(person.key, Purpose::BasePurchase, 0, 0, ordinal);
            season += ln(uniform32(words[0])) * self.clock.per_rate;
            let time = self.time_before(season);
            if time < first {
                break;
            }
            into.push((time, self.amount_at(time, words[1])));
        }
        // The arrival was a purchase too.
        if person.age <= months {
            let words = person
                .subject
                .draw(person.key, Purpose::ArrivalPurchase, 0, 0, 0);
            into.push((-person.age, self.amount_at(-person.age, words[1])));
        }
        into[from..].reverse();
    }

    /// Instant of a season time before the anchor; beyond the calendar's reach months are taken as average ones.
    pub(super) fn time_before(&self, season: f64) -> f64 {
        if season >= self.calendar.start() {
            self.calendar.at(season).0
        } else {
            season
        }
    }

    fn amount_at(&self, time: f64, basket: u32) -> i64 {
        let person = &self.person;
        let tenure = self.laws.tenure.basket(time - person.anchor + person.age);
        amount(person.basket * tenure * self.laws.within.at_word(basket))
    }
}
