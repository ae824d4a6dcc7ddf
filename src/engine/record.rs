//! A life without a program, told once and booked into every world that has it: world 0, and the worlds of programs that do
//! not reach this person.

use super::flow::Flow;
use super::life::Summary;
use super::observe::Label;
use super::sheet::{Books, Bought, Rows, Sheet};

/// What one life without a program is to be booked as.
pub struct Record {
    rows: Rows,
    /// Purchases by month, in order.
    months: Vec<(u32, Bought)>,
    /// All else.
    entries: Vec<(u32, Flow, i64)>,
    pub summary: Summary,
    /// The last purchase; minus infinity where there is none.
    pub last_purchase: f64,
    /// Highest keep uniform of a purchase.
    pub highest_level: f64,
}

impl Record {
    /// An empty record of time in these rows.
    pub fn new(rows: Rows) -> Record {
        Record {
            rows,
            months: Vec::new(),
            entries: Vec::new(),
            summary: Summary::default(),
            last_purchase: f64::NEG_INFINITY,
            highest_level: 0.0,
        }
    }

    /// Forgets everything but its buffers.
    pub fn clear(&mut self) {
        self.months.clear();
        self.entries.clear();
        self.summary = Summary::default();
        self.last_purchase = f64::NEG_INFINITY;
        self.highest_level = 0.0;
    }

    /// Purchases of a month of the horizon, later than those told before.
    #[inline]
    pub fn purchases(&mut self, row: usize, bought: Bought) {
        self.summary.paid += bought.paid;
        self.months.push((row as u32, bought));
    }

    /// Books the life into a world.
    pub fn book_into(&self, sheet: &mut Sheet) {
        for (row, flow, amount) in &self.entries {
            sheet.book(*row as usize, *flow, *amount);
        }
        for (row, bought) in &self.months {
            let Bought {
                purchases, paid, ..
            } = *bought;
            let sold = Bought {
                purchases,
                paid,
                ..Bought::default()
            };
            sheet.purchases_of(*row as usize, Label::Base, &sold);
        }
    }
}

impl Books for Record {
    fn row(&self, month: i32) -> Option<usize> {
        self.rows.of(month)
    }

    fn book(&mut self, row: usize, flow: Flow, amount: i64) {
        self.entries.push((row as u32, flow, amount));
    }

    fn count(&mut self, row: usize, flow: Flow, amount: i64) {
        // Flows that carry no value have no weight.
        self.entries.push((row as u32, flow, amount));
    }
}
