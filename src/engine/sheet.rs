//! The working tally of one thread: one sheet per world, for the stratum and batch of the chunk in hand, added to the
//! store when the chunk ends.

mod purchases;
mod status;
mod vintages;

use super::flow::{
    CapFlow, DecileFlow, Distribution, Effect, EffectFlow, Flow, NaiveFlow, ReferralFlow,
    RewardFlow, VintageFlow,
};
use super::histogram::{BINS, bin_of};
use super::observe::Label;
use super::tally::{DECILES, Layout, MergeError, Tally};
pub use purchases::{Bought, Purchases};
use status::StatusSheet;
use vintages::{Redeemed, VintageSheet};

/// Fixed point of value weights: 2⁻³² minor units.
pub const VALUE_BITS: u32 = 32;

/// Counters of one row, in whole cache lines.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Row([i64; Row::WIDTH]);

impl Row {
    const WIDTH: usize = Flow::COUNT.next_multiple_of(8);
    const ZERO: Row = Row([0; Row::WIDTH]);
}

/// The rows of time: months of the horizon, then years of the run-off.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    months: usize,
    rows: usize,
}

impl Rows {
    pub fn new(layout: &Layout) -> Rows {
        Rows {
            months: layout.months,
            rows: layout.rows(),
        }
    }

    /// Row of a month; `None` after the run-off.
    #[inline]
    pub fn of(self, month: i32) -> Option<usize> {
        let month = usize::try_from(month).ok()?;
        let row = if month < self.months {
            month
        } else {
            self.months + (month - self.months) / 12
        };
        (row < self.rows).then_some(row)
    }
}

/// Where a life is booked.
pub trait Books {
    /// Row of a month; `None` after the run-off.
    fn row(&self, month: i32) -> Option<usize>;

    /// Books a flow that may carry value.
    fn book(&mut self, row: usize, flow: Flow, amount: i64);

    /// Books a flow that carries none (counts, points).
    fn count(&mut self, row: usize, flow: Flow, amount: i64);
}

/// One world's counters for one stratum and batch.
pub struct Sheet {
    rows: Rows,
    rewards_per_row: usize,
    flows: Vec<Row>,
    /// What a unit of each flow is worth in the current segment, by flow and row: few flows have any worth, and those of
    /// one lie side by side.
    weights: Vec<i64>,
    vintages: VintageSheet,
    opening_vintages: usize,
    rewards: Vec<i64>,
    effects: Vec<i64>,
    naive: [i64; NaiveFlow::COUNT],
    deciles: Vec<i64>,
    caps: [i64; CapFlow::COUNT],
    distributions: Vec<i64>,
    status: StatusSheet,
    /// Empty where nobody brings friends.
    referral: Vec<i64>,
    generations: Vec<i64>,
    rounded: i64,
    exact: i128,
    /// Value of the person in hand, in 2⁻³² minor units.
    value: i128,
    /// Purchases booked by [`Purchases`] since the last flush.
    unchecked: u64,
}

impl Sheet {
    /// Purchases between two flushes that cannot overflow a sum of amounts below 2³².
    const MOST_PURCHASES: u64 = 1 << 31;

    pub fn new(layout: &Layout) -> Sheet {
        let rows = layout.rows();
        Sheet {
            rows: Rows::new(layout),
            rewards_per_row: layout.rewards,
            flows: vec![Row::ZERO; rows],
            weights: vec![0; Flow::COUNT * rows],
            vintages: VintageSheet::new(layout.vintages(), rows),
            opening_vintages: layout.vintages() - layout.months,
            rewards: vec![0; rows * layout.rewards * RewardFlow::COUNT],
            effects: vec![0; Effect::COUNT * EffectFlow::COUNT],
            naive: [0; NaiveFlow::COUNT],
            deciles: vec![0; DECILES * DecileFlow::COUNT],
            caps: [0; CapFlow::COUNT],
            distributions: vec![0; Distribution::COUNT * BINS * 2],
            status: StatusSheet::new(layout),
            referral: vec![0; layout.referral_rows() * ReferralFlow::COUNT],
            generations: vec![0; layout.generations()],
            rounded: 0,
            exact: 0,
            value: 0,
            unchecked: 0,
        }
    }

    /// Loads the weights of a segment.
    pub fn set_weights(&mut self, weights: &[i64]) {
        let rows = self.flows.len();
        for (row, cells) in weights.chunks_exact(Flow::COUNT).take(rows).enumerate() {
            for (flow, weight) in cells.iter().enumerate() {
                self.weights[flow * rows + row] = *weight;
            }
        }
    }

    /// Row of a month; `None` after the run-off.
    #[inline]
    pub fn row(&self, month: i32) -> Option<usize> {
        self.rows.of(month)
    }

    /// Books a flow that may carry value.
    #[inline]
    pub fn book(&mut self, row: usize, flow: Flow, amount: i64) {
        self.flows[row].0[flow as usize] += amount;
        self.value += worth(self.weight(flow, row), amount);
    }

    /// Books a flow that carries none (counts, points).
    #[inline]
    pub fn count(&mut self, row: usize, flow: Flow, amount: i64) {
        self.flows[row].0[flow as usize] += amount;
    }

    /// Books purchases of one row: their count, their sales and the points they earned.
    #[inline(always)]
    pub fn purchases_of(&mut self, row: usize, label: Label, bought: &Bought) {
        let (count, sales) = columns_of(label);
        let flows = &mut self.flows[row].0;
        flows[count as usize] += bought.purchases as i64;
        flows[sales as usize] += bought.paid;
        flows[Flow::PointsIssued as usize] += bought.base;
        if label == Label::Base {
            flows[Flow::PointsIssuedOnBase as usize] += bought.base;
        }
        self.value += worth(self.weight(sales, row), bought.paid);
    }

    /// What a unit of a flow is worth in a row.
    #[inline(always)]
    fn weight(&self, flow: Flow, row: usize) -> i64 {
        // No sum of row numbers overflows.
        let from = (flow as usize).wrapping_mul(self.flows.len());
        self.weights[from.wrapping_add(row)]
    }

    /// Books what happened to points of a vintage; not their issue, which is known from the flows.
    #[inline]
    pub fn vintage(&mut self, vintage: usize, row: usize, flow: VintageFlow, amount: i64) {
        self.vintages.book(vintage, row, flow, amount);
    }

    /// Points of a row redeemed, with their cost in its column, by vintage.
    #[inline(always)]
    pub fn redeemed(&mut self, row: usize, cost: VintageFlow) -> Redeemed<'_> {
        self.vintages.redeemed(row, cost)
    }

    /// One redemption of a reward: counted points, their cost, what they displaced.
    #[inline]
    pub fn reward(&mut self, row: usize, reward: usize, points: i64, cost: i64, displaced: i64) {
        let at = (row * self.rewards_per_row + reward) * RewardFlow::COUNT;
        let cells = &mut self.rewards[at..at + RewardFlow::COUNT];
        cells[RewardFlow::Redemptions as usize] += 1;
        cells[RewardFlow::Points as usize] += points;
        cells[RewardFlow::Cost as usize] += cost;
        cells[RewardFlow::Displaced as usize] += displaced;
    }

    #[inline]
    pub fn effect(&mut self, effect: Effect, flow: EffectFlow, amount: i64) {
        self.effects[effect as usize * EffectFlow::COUNT + flow as usize] += amount;
    }

    pub fn naive(&mut self, flow: NaiveFlow, amount: i64) {
        self.naive[flow as usize] += amount;
    }

    pub fn decile(&mut self, decile: usize, flow: DecileFlow, amount: i64) {
        self.deciles[decile * DecileFlow::COUNT + flow as usize] += amount;
    }

    #[inline]
    pub fn cap(&mut self, flow: CapFlow, amount: i64) {
        self.caps[flow as usize] += amount;
    }

    pub fn distribution(&mut self, of: Distribution, amount: i64) {
        let at = (of as usize * BINS + bin_of(amount)) * 2;
        self.distributions[at] += 1;
        self.distributions[at + 1] += amount;
    }

    /// Books what happens between friends in a month of the horizon; nothing elsewhere.
    pub fn referral(&mut self, month: i32, flow: ReferralFlow, amount: i64) {
        let cell = usize::try_from(month)
            .ok()
            .map(|row| row * ReferralFlow::COUNT + flow as usize);
        if let Some(cell) = cell.and_then(|at| self.referral.get_mut(at)) {
            *cell += amount;
        }
    }

    /// One more person of a generation.
    pub fn generation(&mut self, generation: usize) {
        if let Some(people) = self.generations.get_mut(generation) {
            *people += 1;
        }
    }

    /// Closes the person in hand: the value rounded once, half up, in minor units.
    pub fn close_person(&mut self) -> i64 {
        let rounded = ((self.value + (1 << (VALUE_BITS - 1))) >> VALUE_BITS) as i64;
        self.exact += self.value;
        self.rounded += rounded;
        self.value = 0;
        rounded
    }

    /// Points issued by vintage are points issued by month of the horizon.
    fn add_issue(&self, store: &mut [i64]) -> Result<(), MergeError> {
        let opening = self.opening_vintages;
        for month in 0..self.rows.months {
            let at = ((opening + month) * self.rows.rows + month) * VintageFlow::COUNT;
            for (flow, column) in [
                (Flow::PointsIssued, VintageFlow::IssuedBase),
                (Flow::PointsBonus, VintageFlow::IssuedBonus),
            ] {
                let cell = &mut store[at + column as usize];
                let issued = self.flows[month].0[flow as usize];
                *cell = cell.checked_add(issued).ok_or(MergeError::Overflow)?;
            }
        }
        Ok(())
    }

    /// Adds what is kept by batch to the store.
    ///
    /// # Errors
    /// Where a total exceeds 64 bits, or may have.
    pub fn flush_batch(
        &mut self,
        world: usize,
        stratum: usize,
        batch: usize,
        store: &mut Tally,
    ) -> Result<(), MergeError> {
        if std::mem::take(&mut self.unchecked) > Sheet::MOST_PURCHASES {
            return Err(MergeError::Overflow);
        }
        let index = [world, stratum, batch];
        self.add_issue(store.vintages.slice_mut(&[world, stratum]))?;
        let flows = store.flows.slice_mut(&index);
        for (into, line) in flows.chunks_exact_mut(Flow::COUNT).zip(&mut self.flows) {
            add(into, &mut line.0[..Flow::COUNT])?;
        }
        add(store.effects.slice_mut(&index), &mut self.effects)?;
        add(store.naive.slice_mut(&index), &mut self.naive)?;
        add(store.referral.slice_mut(&index), &mut self.referral)?;
        add(
            store.distributions.slice_mut(&index),
            &mut self.distributions,
        )?;
        add(
            store.rounded_value.slice_mut(&index),
            std::slice::from_mut(&mut self.rounded),
        )?;
        self.status.flush(world, stratum, batch, store)?;
        let batches = store.layout.batches;
        let at = (world * store.layout.strata.len() + stratum) * batches + batch;
        store.exact_value[at] = store.exact_value[at]
            .checked_add(std::mem::take(&mut self.exact))
            .ok_or(MergeError::Overflow)?;
        Ok(())
    }

    /// Adds what is kept by stratum only to the store: with what [`Sheet::flush_batch`] adds, the sheet is empty then.
    ///
    /// # Errors
    /// Where a total exceeds 64 bits.
    pub fn flush_stratum(
        &mut self,
        world: usize,
        stratum: usize,
        store: &mut Tally,
    ) -> Result<(), MergeError> {
        let index = [world, stratum];
        self.vintages.flush(store.vintages.slice_mut(&index))?;
        add(store.rewards.slice_mut(&index), &mut self.rewards)?;
        add(store.deciles.slice_mut(&index), &mut self.deciles)?;
        add(store.generations.slice_mut(&index), &mut self.generations)?;
        add(store.caps.slice_mut(&index), &mut self.caps)
    }
}

impl Books for Sheet {
    #[inline]
    fn row(&self, month: i32) -> Option<usize> {
        Sheet::row(self, month)
    }

    #[inline]
    fn book(&mut self, row: usize, flow: Flow, amount: i64) {
        Sheet::book(self, row, flow, amount);
    }

    #[inline]
    fn count(&mut self, row: usize, flow: Flow, amount: i64) {
        Sheet::count(self, row, flow, amount);
    }
}

/// Count and sales of a label.
#[inline(always)]
fn columns_of(label: Label) -> (Flow, Flow) {
    match label {
        Label::Base => (Flow::PurchasesBase, Flow::SalesBase),
        Label::Retained => (Flow::PurchasesRetained, Flow::SalesRetained),
        Label::Extra => (Flow::PurchasesExtra, Flow::SalesExtra),
        Label::Arrival => (Flow::PurchasesArrival, Flow::SalesArrival),
    }
}

/// A product of two 64-bit numbers fits 128 bits: no check needed, and the check would cost more than the product.
#[inline(always)]
fn worth(weight: i64, amount: i64) -> i128 {
    i128::from(weight).wrapping_mul(i128::from(amount))
}

/// What a unit of a flow is worth, by row.
#[inline(always)]
fn weights_of(weights: &[i64], flow: Flow, rows: usize) -> &[i64] {
    &weights[flow as usize * rows..][..rows]
}

fn add(into: &mut [i64], from: &mut [i64]) -> Result<(), MergeError> {
    for (a, b) in into.iter_mut().zip(from) {
        if *b != 0 {
            *a = a.checked_add(*b).ok_or(MergeError::Overflow)?;
            *b = 0;
        }
    }
    Ok(())
}
