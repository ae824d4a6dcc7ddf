//! What serving a customer costs by tenure: a property of the market, booked in every world alike.

use super::flow::Flow;
use super::sheet::Books;
use crate::population::Person;
use crate::population::calendar::month_of;
use crate::scenario::model::TenureCurves;

/// Books the cost of serving a person up to `until` (months, at most the horizon), by month; the sum is rounded once.
pub(super) fn book_cost(
    books: &mut impl Books,
    curves: &TenureCurves,
    person: &Person,
    until: f64,
) {
    if curves.points.is_empty() {
        return;
    }
    let age = person.age - person.anchor;
    let (mut at, mut cost, mut booked) = (person.anchor, 0.0, 0);
    while at < until {
        let month = month_of(at);
        let next = f64::from(month + 1).min(until);
        cost += curves.cost_between(at + age, next + age);
        let due = (cost + 0.5) as i64 - booked;
        booked += due;
        books.book(month as usize, Flow::CostToServe, due);
        at = next;
    }
}
