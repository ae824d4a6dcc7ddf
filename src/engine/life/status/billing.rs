//! What the benefits of tiers cost one member.

/// Cost so far and the whole minor units of it that were booked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Billing {
    pub cost: f64,
    pub billed: i64,
}

impl Billing {
    /// Adds a cost; the whole minor units it makes due, so that what is booked is the sum rounded once.
    #[inline(always)]
    pub fn bill(&mut self, cost: f64) -> i64 {
        self.bill_visits(cost, 1)
    }

    /// Adds the cost of several visits, one by one.
    #[inline(always)]
    pub fn bill_visits(&mut self, cost: f64, visits: u64) -> i64 {
        for _ in 0..visits {
            self.cost += cost;
        }
        let due = (self.cost + 0.5) as i64 - self.billed;
        self.billed += due;
        due
    }
}
