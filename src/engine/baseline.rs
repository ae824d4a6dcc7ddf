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

/// The purchases up to leaving or the horizon, month by month.
#[inline(always)]
fn buy(
    fate: &Fate,
    zero: WorldZero,
    frame: &Frame,
    (record, buyers): (&mut Record, &mut TrailingWindow),
    tell: &mut impl FnMut(f64, EventKind),
) {
    let is_there = |visit: &Visit| visit.time < frame.horizon && zero.has(visit.time);
    let visits = fate.visits();
    let mut rest = &visits[..visits.partition_point(is_there)];
    // The purchase at arrival is never dropped.
    let repeated = rest.iter().filter(|v| v.stream == Stream::Base);
    record.highest_level =
        repeated.fold(0.0, |most, v| if v.level > most { v.level } else { most });
    while let Some(first) = rest.first() {
        let month = first.month;
        let of_month = rest.iter().take_while(|v| v.month == month).count();
        let (here, later) = rest.split_at(of_month);
        let mut bought = Bought {
            purchases: of_month as u64,
            ..Bought::default()
        };
        for visit in here {
            bought.paid += visit.amount;
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
        record.purchases(month as usize, bought);
        buyers.purchase(record, first.time, i32::from(month));
        record.last_purchase = here.last().map_or(first.time, |last| last.time);
        buyers.went_on(record.last_purchase);
        rest = later;
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
    buy(fate, zero, frame, (record, &mut buyers), &mut tell);
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
