//! The part of a sheet that keeps points by their month of issue: what happened to them at which time.

use super::add;
use crate::engine::flow::VintageFlow;
use crate::engine::tally::MergeError;

/// Counters of one world, one plane for each column from [`VintageFlow::Opening`] on; what was issued is known from the flows
/// of its month. In a plane the vintages of one row lie side by side: a redemption takes the points of several, and whole
/// planes of what programs do not do are never touched.
pub(super) struct VintageSheet {
    vintages: usize,
    rows: usize,
    planes: Vec<i64>,
}

/// Points of one row redeemed, and their cost, by vintage.
pub struct Redeemed<'a> {
    points: &'a mut [i64],
    costs: &'a mut [i64],
}

impl Redeemed<'_> {
    #[inline(always)]
    pub fn book(&mut self, vintage: usize, points: i64, cost: i64) {
        self.points[vintage] += points;
        self.costs[vintage] += cost;
    }
}

impl VintageSheet {
    const FIRST: usize = VintageFlow::Opening as usize;
    const PLANES: usize = VintageFlow::COUNT - VintageSheet::FIRST;

    pub fn new(vintages: usize, rows: usize) -> VintageSheet {
        VintageSheet {
            vintages,
            rows,
            planes: vec![0; VintageSheet::PLANES * rows * vintages],
        }
    }

    #[inline(always)]
    fn place(&self, vintage: usize, row: usize, plane: usize) -> usize {
        (plane * self.rows + row) * self.vintages + vintage
    }

    #[inline(always)]
    pub fn book(&mut self, vintage: usize, row: usize, flow: VintageFlow, amount: i64) {
        debug_assert!(flow >= VintageFlow::Opening && vintage < self.vintages && row < self.rows);
        let at = self.place(vintage, row, flow as usize - VintageSheet::FIRST);
        self.planes[at] += amount;
    }

    /// What was redeemed in a row and what it cost in a column, by vintage.
    #[inline(always)]
    pub fn redeemed(&mut self, row: usize, cost: VintageFlow) -> Redeemed<'_> {
        debug_assert!(cost > VintageFlow::Redeemed && row < self.rows);
        let points = self.place(0, row, VintageFlow::Redeemed as usize - VintageSheet::FIRST);
        let costs = self.place(0, row, cost as usize - VintageSheet::FIRST);
        let (before, after) = self.planes.split_at_mut(costs);
        Redeemed {
            points: &mut before[points..points + self.vintages],
            costs: &mut after[..self.vintages],
        }
    }

    /// Adds everything to the store, by vintage, row and column.
    ///
    /// # Errors
    /// Where a total exceeds 64 bits.
    pub fn flush(&mut self, store: &mut [i64]) -> Result<(), MergeError> {
        for (at, columns) in store.chunks_exact_mut(VintageFlow::COUNT).enumerate() {
            let (vintage, row) = (at / self.rows, at % self.rows);
            for (plane, column) in columns[VintageSheet::FIRST..].iter_mut().enumerate() {
                let place = self.place(vintage, row, plane);
                let cell = self.planes.get_mut(place).map(std::slice::from_mut);
                add(std::slice::from_mut(column), cell.unwrap_or(&mut []))?;
            }
        }
        Ok(())
    }
}
