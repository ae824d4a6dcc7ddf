//! World 0: the life with no program. Base purchases up to the instant of leaving, and nothing else.

use super::fate::{Fate, Stream, Visit};
use super::flow::Flow;
use super::life::{Frame, WorldZero};
use super::observe::{Event, EventKind, Label, Observer};
use super::record::Record;
use super::sheet::{Books, Bought};
use super::tally::World;
use super::tenure;
use super::window::TrailingWindow;
use crate::population::calendar::month_of;

/// When world 0 loses the person of this fate: by hazard in closed form, under BG by counting repeat purchases up to `end`,
/// until which the fate must be listed.
pub fn leaving(fate: &Fate, end: f64) -> WorldZero {
    let person = *fate.person();
    if person.exposure_per_purchase == 0.0 {
        return WorldZero {
            arrival: f64::NEG_INFINITY,
            leaving: person.leaving_without_dials(),
            inclusive: false,
        };
    }
    let mut left = person.threshold;
    let never = WorldZero {
        arrival: f64::NEG_INFINITY,
        leaving: f64::INFINITY,
        inclusive: true,
    };
    for visit in fate.visits() {
        if visit.time >= end {
            break;
        }
        if visit.stream == Stream::Base {
            left -= person.exposure_per_purchase;
            if left <= 0.0 {
                return WorldZero {
                    arrival: f64::NEG_INFINITY,
                    leaving: visit.time,
                    inclusive: true,
                };
            }
        }
    }
    never
}

/// The customer is there, or arrives.
#[inline]
fn come(fate: &Fate, record: &mut Record, buyers: &mut TrailingWindow) {
    let person = fate.person();
    if let Some(row) = record.row(month_of(person.anchor)) {
        record.count(row, Flow::CustomersDelta, 1);
        if !person.opening {
            record.count(row, Flow::Arrivals, 1);
            record.book(row, Flow::ArrivalCost, person.arrival_cost);
        }
    }
    if person.opening
        && let Some(last) = fate.last_in_warm_up()
    {
        buyers.remember(record, last);
    }
}

/// Lives world 0 to the horizon, into a record of what is to be booked.
pub fn live<O: Observer>(
    fate: &Fate,
    zero: WorldZero,
    frame: &Frame,
    record: &mut Record,
    observer: &mut O,
) {
    record.clear();
    let person = *fate.person();
    let mut tell = |time, kind| {
        observer.event(
            World::None,
            &Event {
                time,
                kind,
                balance: 0,
            },
        )
    };
    let mut buyers = TrailingWindow::default();
    come(fate, record, &mut buyers);
    let kind = match person.opening {
        true => EventKind::Opening { age: person.age },
        false => EventKind::Arrival,
    };
    tell(person.anchor, kind);
    let mut rest = fate.visits();
    while let Some(first) = rest.first() {
        let is_there = |visit: &&Visit| {
            visit.month == first.month && visit.time < frame.horizon && zero.has(visit.time)
        };
        let mut bought = Bought::default();
        let mut last = first.time;
        for visit in rest.iter().take_while(is_there) {
            bought.purchases += 1;
            bought.paid += visit.amount;
            last = visit.time;
            // The purchase at arrival is never dropped.
            if visit.stream == Stream::Base {
                record.highest_level = record.highest_level.max(visit.level);
            }
            let kind = EventKind::Purchase {
                label: Label::Base,
                first: visit.stream == Stream::Arrival,
                amount: visit.amount,
                paid: visit.amount,
                points: 0,
                bonus: 0,
            };
            tell(visit.time, kind);
        }
        if bought.purchases == 0 {
            break;
        }
        let month = first.month;
        record.purchases(month as usize, bought);
        buyers.purchase(record, first.time, i32::from(month));
        buyers.went_on(last);
        record.last_purchase = last;
        rest = &rest[bought.purchases as usize..];
    }
    if zero.leaving >= frame.horizon
        && let Some(later) = &frame.later
    {
        let last = frame.months.max(1) as usize - 1;
        record.count(
            last,
            Flow::LaterSales,
            later.sales(&person, fate.growth(frame.horizon)),
        );
    }
    if zero.leaving < frame.horizon {
        let row = month_of(zero.leaving) as usize;
        record.count(row, Flow::Leavers, 1);
        record.count(row, Flow::CustomersDelta, -1);
        tell(zero.leaving, EventKind::Leaving);
    }
    buyers.close(record, frame.months);
    tenure::book_cost(
        record,
        fate.tenure(),
        &person,
        zero.leaving.min(frame.horizon),
    );
}
