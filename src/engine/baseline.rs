//! World 0: the life with no program. Base purchases up to the instant of leaving, and nothing else.

use super::fate::{Fate, Stream, Visit};
use super::flow::Flow;
use super::life::{Frame, Summary, WorldZero};
use super::observe::{Event, EventKind, Label, Observer};
use super::sheet::{Bought, Sheet};
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
fn come(fate: &Fate, sheet: &mut Sheet, buyers: &mut TrailingWindow) {
    let person = fate.person();
    if let Some(row) = sheet.row(month_of(person.anchor)) {
        sheet.count(row, Flow::CustomersDelta, 1);
        if !person.opening {
            sheet.count(row, Flow::Arrivals, 1);
            sheet.book(row, Flow::ArrivalCost, person.arrival_cost);
        }
    }
    if person.opening
        && let Some(last) = fate.last_in_warm_up()
    {
        buyers.remember(sheet, last);
    }
}

/// Lives world 0 to the horizon.
pub fn live<O: Observer>(
    fate: &Fate,
    zero: WorldZero,
    frame: &Frame,
    sheet: &mut Sheet,
    observer: &mut O,
) -> Summary {
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
    let mut summary = Summary::default();
    come(fate, sheet, &mut buyers);
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
        sheet.purchases_of(month as usize, Label::Base, &bought);
        buyers.purchase(sheet, first.time, i32::from(month));
        buyers.went_on(last);
        summary.paid += bought.paid;
        rest = &rest[bought.purchases as usize..];
    }
    if zero.leaving >= frame.horizon
        && let Some(later) = &frame.later
    {
        let last = frame.months.max(1) as usize - 1;
        sheet.count(
            last,
            Flow::LaterSales,
            later.sales(&person, fate.growth(frame.horizon)),
        );
    }
    if zero.leaving < frame.horizon {
        let row = month_of(zero.leaving) as usize;
        sheet.count(row, Flow::Leavers, 1);
        sheet.count(row, Flow::CustomersDelta, -1);
        tell(zero.leaving, EventKind::Leaving);
    }
    buyers.close(sheet, frame.months);
    tenure::book_cost(
        sheet,
        fate.tenure(),
        &person,
        zero.leaving.min(frame.horizon),
    );
    summary
}
