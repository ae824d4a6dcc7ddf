//! Who a company sees as a customer: a purchase in the trailing twelve months, counted at month ends.

use super::flow::Flow;
use super::sheet::Books;
use crate::population::calendar::month_of;

/// Months of the window.
pub const WINDOW: f64 = 12.0;

/// Books `BuyersDelta` for one life. A buyer at time t counts at the month ends before t + 12.
#[derive(Clone, Copy, Debug)]
pub struct TrailingWindow {
    /// Last purchase; minus infinity before the first.
    last: f64,
}

impl Default for TrailingWindow {
    fn default() -> TrailingWindow {
        TrailingWindow {
            last: f64::NEG_INFINITY,
        }
    }
}

impl TrailingWindow {
    /// A purchase before month 0: counted from row 0 while it lasts.
    pub fn remember(&mut self, books: &mut impl Books, time: f64) {
        if lapse_row(time) >= 0 {
            books.count(0, Flow::BuyersDelta, 1);
            // Strictly before the horizon, which one who arrived at the start needs saying.
            self.last = time.min(-f64::MIN_POSITIVE);
        }
    }

    /// A purchase.
    #[inline(always)]
    pub fn purchase(&mut self, books: &mut impl Books, time: f64, month: i32) {
        if time - self.last >= WINDOW {
            self.renew(books, month);
        }
        self.last = time;
    }

    #[cold]
    fn renew(&mut self, books: &mut impl Books, month: i32) {
        if self.last > f64::NEG_INFINITY {
            lapse(books, self.last);
        }
        if let Some(row) = books.row(month) {
            books.count(row, Flow::BuyersDelta, 1);
        }
    }

    /// The last purchase; minus infinity before the first.
    #[inline(always)]
    pub fn last(&self) -> f64 {
        self.last
    }

    /// Purchases up to `time`, none of them after a lapse.
    #[inline(always)]
    pub fn went_on(&mut self, time: f64) {
        self.last = time;
    }

    /// Whether there was a purchase in the horizon since `launch`.
    pub fn visited_since(&self, launch: f64) -> bool {
        // What is remembered of the warm-up lies before month 0.
        self.last >= launch.max(0.0)
    }

    /// The horizon: what lapses before it is booked.
    pub fn close(&mut self, books: &mut impl Books, months: i32) {
        if self.last > f64::NEG_INFINITY && lapse_row(self.last) < months {
            lapse(books, self.last);
        }
        self.last = f64::NEG_INFINITY;
    }
}

/// Month at whose end a purchase at `time` no longer counts.
fn lapse_row(time: f64) -> i32 {
    -month_of(-(time + WINDOW)) - 1
}

fn lapse(books: &mut impl Books, last: f64) {
    if let Some(row) = books.row(lapse_row(last)) {
        books.count(row, Flow::BuyersDelta, -1);
    }
}
