//! Who a company sees as a customer: a purchase in the trailing twelve months, counted at month ends.

use super::flow::Flow;
use super::sheet::Sheet;

/// Months of the window.
pub const WINDOW: f64 = 12.0;

/// Books `BuyersDelta` for one life. A buyer at time t counts at the month ends before t + 12.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrailingWindow {
    last: Option<f64>,
}

impl TrailingWindow {
    /// A purchase before month 0: counted from row 0 while it lasts.
    pub fn remember(&mut self, sheet: &mut Sheet, time: f64) {
        if lapse_row(time) >= 0 {
            sheet.count(0, Flow::BuyersDelta, 1);
            self.last = Some(time);
        }
    }

    /// A purchase.
    #[inline]
    pub fn purchase(&mut self, sheet: &mut Sheet, time: f64, month: i32) {
        match self.last {
            Some(last) if time - last < WINDOW => {}
            last => {
                if let Some(last) = last {
                    lapse(sheet, last);
                }
                if let Some(row) = sheet.row(month) {
                    sheet.count(row, Flow::BuyersDelta, 1);
                }
            }
        }
        self.last = Some(time);
    }

    /// The horizon: what lapses before it is booked.
    pub fn close(&mut self, sheet: &mut Sheet, months: i32) {
        if let Some(last) = self.last.take()
            && lapse_row(last) < months
        {
            lapse(sheet, last);
        }
    }
}

/// Month at whose end a purchase at `time` no longer counts.
fn lapse_row(time: f64) -> i32 {
    libm::ceil(time + WINDOW) as i32 - 1
}

fn lapse(sheet: &mut Sheet, last: f64) {
    if let Some(row) = sheet.row(lapse_row(last)) {
        sheet.count(row, Flow::BuyersDelta, -1);
    }
}
