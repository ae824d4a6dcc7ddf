//! Purchases booked many at a time.

use super::status::StatusSheet;
use super::{Row, Sheet, columns_of, weights_of, worth};
use crate::engine::flow::{Flow, TierFlow};
use crate::engine::observe::Label;

/// Purchases of one month, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bought {
    pub purchases: u64,
    /// Minor units.
    pub paid: i64,
    /// Points before multipliers, and what multipliers added.
    pub base: i64,
    pub bonus: i64,
}

impl Bought {
    /// One purchase without a bonus.
    #[inline(always)]
    pub fn one(paid: i64, base: i64) -> Bought {
        Bought {
            purchases: 1,
            paid,
            base,
            bonus: 0,
        }
    }

    /// Adds a purchase; amount and points are below 2³² each and purchases fewer than 2³¹, so that no sum needs a check.
    #[inline(always)]
    pub fn add(&mut self, paid: i64, base: i64, bonus: i64) {
        debug_assert!(paid >> 32 == 0 && base >> 32 == 0 && bonus >> 32 == 0);
        self.purchases += 1;
        self.paid = self.paid.wrapping_add(paid);
        self.base = self.base.wrapping_add(base);
        self.bonus = self.bonus.wrapping_add(bonus);
    }
}

/// A run of purchases: what [`Sheet::purchases_of`] does, with the value in hand. Amounts and points are below 2³² each, so
/// that sums need no check before [`Sheet::MOST_PURCHASES`] of them, which is checked when the run is closed.
pub struct Purchases<'a> {
    label: Label,
    columns: (Flow, Flow),
    flows: &'a mut [Row],
    worth_of_sales: &'a [i64],
    weights: &'a [i64],
    status: &'a mut StatusSheet,
    booked: u64,
    paid: i64,
    value: i128,
    kept: (&'a mut i128, &'a mut u64),
}

impl Purchases<'_> {
    /// Books what was bought in one month.
    #[inline(always)]
    pub fn book(&mut self, row: usize, bought: &Bought) {
        let (count, sales) = self.columns;
        let worth_of_sales = self.worth_of_sales[row];
        let flows = &mut self.flows[row].0;
        let mut add = |flow: Flow, amount: i64| {
            let cell = &mut flows[flow as usize];
            *cell = cell.wrapping_add(amount);
        };
        add(count, bought.purchases as i64);
        add(sales, bought.paid);
        add(Flow::PointsIssued, bought.base);
        if self.label == Label::Base {
            add(Flow::PointsIssuedOnBase, bought.base);
        }
        self.booked += bought.purchases;
        self.paid = self.paid.wrapping_add(bought.paid);
        // Below 2¹²⁶ with its 2³¹ terms.
        let worth = worth(worth_of_sales, bought.paid);
        self.value = self.value.wrapping_add(worth);
    }

    /// Points that multipliers added to purchases that were booked.
    #[inline(always)]
    pub fn bonus(&mut self, row: usize, points: i64) {
        let cell = &mut self.flows[row].0[Flow::PointsBonus as usize];
        *cell = cell.wrapping_add(points);
    }

    /// Purchases that were booked were visits of a rank.
    #[inline(always)]
    pub fn visits(&mut self, row: usize, rank: u8, bought: &Bought) {
        let visits = bought.purchases as i64;
        self.status.add(row, rank, TierFlow::Visits, visits);
        if bought.bonus > 0 {
            self.status
                .add(row, rank, TierFlow::BonusPoints, bought.bonus);
        }
    }

    /// The cost of benefits of a rank, in minor units.
    #[inline(always)]
    pub fn benefit(&mut self, row: usize, rank: u8, cost: i64) {
        self.status.add(row, rank, TierFlow::BenefitCost, cost);
        self.flows[row].0[Flow::CostBenefits as usize] += cost;
        let weights = weights_of(self.weights, Flow::CostBenefits, self.flows.len());
        let worth = worth(weights[row], cost);
        self.value = self.value.wrapping_add(worth);
    }

    /// Closes the run: what was paid in it.
    #[inline(always)]
    pub fn close(self) -> i64 {
        *self.kept.0 += self.value;
        *self.kept.1 += self.booked;
        self.paid
    }
}

impl Sheet {
    /// Opens the sheet for a run of purchases.
    #[inline(always)]
    pub fn purchases(&mut self, label: Label) -> Purchases<'_> {
        let (count, sales) = columns_of(label);
        let rows = self.flows.len();
        Purchases {
            label,
            columns: (count, sales),
            worth_of_sales: weights_of(&self.weights, sales, rows),
            weights: &self.weights,
            flows: &mut self.flows,
            status: &mut self.status,
            booked: 0,
            paid: 0,
            value: 0,
            kept: (&mut self.value, &mut self.unchecked),
        }
    }
}
