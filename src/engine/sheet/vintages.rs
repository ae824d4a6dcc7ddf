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
