//! What happened to every vintage in every month, in whole points, and the control totals of the rows it came from.

use super::calendar::{Day, Month};
use super::rows::{Kind, Row};
use std::collections::BTreeMap;

/// Flows of a vintage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Flow {
    Earned,
    /// Positive adjustments without a lot: granted in the month of the row.
    Granted,
    TransferredIn,
    TransferredOut,
    ClawedBack,
    Redeemed,
    Expired,
    /// Brought back to the vintage in which they had ended: undoes [`Flow::Expired`].
    Reinstated,
    /// Brought back without an end, or a redemption, that it undoes: issued anew.
    Reissued,
}

/// Number of flows.
pub const FLOWS: usize = 9;

/// Points of one vintage in one month, by [`Flow`].
pub type Cell = [i64; FLOWS];

/// First month that a ledger may hold.
const ORIGIN: Month = Month::new(1900, 1);

/// All vintages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    /// By month of issue since [`ORIGIN`], then by months since issue.
    vintages: Vec<Vec<Cell>>,
    /// Points used without a balance that no later earning has repaid, and points taken back likewise.
    pub owed: i64,
    /// Points redeemed when there were none, repaid or not.
    pub redeemed_without_points: i64,
    /// Points that a row ended and that were not there.
    pub ended_without_points: i64,
    /// Outstanding lots at the end, counted from the lots themselves.
    pub outstanding: i64,
    /// Points outstanding by the first day without them, under the stated policy.
    pub ends: BTreeMap<Day, i64>,
    /// Points brought back later than the stated days after their end, or without having ended.
    pub reinstated_after_grace: i64,
    /// Points for which a row named a lot that did not have them.
    pub taken_elsewhere: i64,
    /// Members with points outstanding.
    pub members_with_points: u64,
    pub members: u64,
    /// Rows of redemption that took points.
    pub redemptions: u64,
}

impl Flows {
    /// Adds points of a vintage in a month; a month before the vintage counts as its month of issue.
    pub fn add(&mut self, vintage: Month, month: Month, flow: Flow, points: i64) {
        let index = usize::try_from(vintage.0 - ORIGIN.0).unwrap_or(0);
        let age = usize::try_from(month.0 - vintage.0).unwrap_or(0);
        if self.vintages.len() <= index {
            self.vintages.resize_with(index + 1, Vec::new);
        }
        if let Some(row) = self.vintages.get_mut(index) {
            if row.len() <= age {
                row.resize(age + 1, [0; FLOWS]);
            }
            if let Some(cell) = row.get_mut(age) {
                cell[flow as usize] += points;
            }
        }
    }

    /// First month in which points were issued.
    pub fn first(&self) -> Option<Month> {
        let index = self.vintages.iter().position(|row| !row.is_empty())?;
        Some(Month(ORIGIN.0 + index as i32))
    }

    /// Cells of the vintage of a month, by months since issue.
    pub fn vintage(&self, month: Month) -> &[Cell] {
        let index = usize::try_from(month.0 - ORIGIN.0).ok();
        index
            .and_then(|index| self.vintages.get(index))
            .map_or(&[], Vec::as_slice)
    }

    /// Last month in which anything happened.
    pub fn last(&self) -> Option<Month> {
        let ends = self
            .vintages
            .iter()
            .enumerate()
            .filter(|(_, row)| !row.is_empty());
        ends.map(|(index, row)| Month(ORIGIN.0 + (index + row.len() - 1) as i32))
            .max()
    }

    /// Points outstanding although the stated policy has ended them by a day.
    pub fn past_their_end(&self, day: Day) -> i64 {
        self.ends.range(..=day).map(|(_, points)| points).sum()
    }

    /// What comes in less what goes out, all vintages: must be the lots outstanding.
    pub fn balance(&self) -> i64 {
        self.vintages.iter().flatten().map(net).sum()
    }
}

/// Effect of a cell on the points of its vintage.
pub fn net(cell: &Cell) -> i64 {
    let of = |flow: Flow| cell[flow as usize];
    of(Flow::Earned)
        + of(Flow::Granted)
        + of(Flow::TransferredIn)
        + of(Flow::Reinstated)
        + of(Flow::Reissued)
        - of(Flow::TransferredOut)
        - of(Flow::ClawedBack)
        - of(Flow::Redeemed)
        - of(Flow::Expired)
}

/// Sums of the rows as they stand, before any rule is applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControlTotals {
    /// Rows and points by kind, in the order of [`Kind::ALL`].
    pub rows: [u64; 5],
    pub points: [i128; 5],
    /// Cash value of redemptions, in ten-thousandths of the currency; none where no row has one.
    pub redeemed_cash: Option<i128>,
    /// Points of the redemptions that have a cash value.
    pub redeemed_with_cash: i128,
    /// Sum of all effects on balances.
    pub balance: i128,
}

impl ControlTotals {
    pub fn count(&mut self, row: &Row) {
        let kind = Kind::ALL
            .iter()
            .position(|kind| *kind == row.kind)
            .unwrap_or(0);
        self.rows[kind] += 1;
        self.points[kind] += i128::from(row.points);
        self.balance += i128::from(row.effect());
    }

    /// Adds the cash value of a redemption, or of a cancelled one, of negative points and cash.
    pub fn add_cash(&mut self, cash: i64, points: i64) {
        *self.redeemed_cash.get_or_insert(0) += i128::from(cash);
        self.redeemed_with_cash += i128::from(points);
    }

    /// Currency per redeemed point, of the redemptions that state it.
    pub fn cost_per_point(&self) -> Option<f64> {
        let points = self.redeemed_with_cash;
        let cash = self.redeemed_cash.filter(|_| points > 0)?;
        Some(cash as f64 / 10_000.0 / points as f64)
    }

    pub fn all_rows(&self) -> u64 {
        self.rows.iter().sum()
    }
}
