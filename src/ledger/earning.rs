//! Points earned on many purchases at a time.

use super::{Ledger, SLOTS, SOURCES, Source};

/// A run of earnings on purchases (source base): what [`Ledger::add`] does, with the balance in hand.
pub struct Earning<'a> {
    points: &'a mut [i64],
    held: &'a mut [u64],
    first_month: i32,
    balance: i64,
    kept: &'a mut i64,
}

impl Earning<'_> {
    /// Balances below this can be earned on: no sum with points of [`EarnRate::plain`] overflows.
    ///
    /// [`EarnRate::plain`]: crate::program::earn::EarnRate::plain
    pub const MOST: i64 = 1 << 62;

    /// Points on the account.
    #[inline(always)]
    pub fn balance(&self) -> i64 {
        self.balance
    }

    /// Adds points (positive, below 2³²) of a month to a balance below [`Earning::MOST`]; whether there was a place for
    /// them, else nothing changed.
    #[inline(always)]
    #[must_use]
    pub fn earn(&mut self, month: i16, points: i64) -> bool {
        debug_assert!(points > 0 && points < 1 << 32);
        debug_assert!(self.balance > 0 && self.balance < Earning::MOST);
        let months = self.months(month);
        let slot = months * SOURCES + Source::Base as usize;
        let (Some(held), Some(lot)) = (
            self.held.get_mut(months / (SLOTS / SOURCES)),
            self.points.get_mut(slot),
        ) else {
            return false;
        };
        *lot = lot.wrapping_add(points);
        *held |= 1 << (slot % SLOTS);
        self.balance = self.balance.wrapping_add(points);
        true
    }

    /// Whether the account has a place for points of a month.
    #[inline(always)]
    pub fn has_place(&self, month: i16) -> bool {
        let months = self.months(month);
        months / (SLOTS / SOURCES) < self.held.len()
            && months * SOURCES + SOURCES <= self.points.len()
    }

    /// From `first_month`; a month before it is beyond every place.
    #[inline(always)]
    fn months(&self, month: i16) -> usize {
        i32::from(month).wrapping_sub(self.first_month) as u32 as usize
    }

    /// Adds points (positive, below 2³³) to a balance below [`Earning::MOST`]. They lie in no lot before [`Earning::hold`].
    #[inline(always)]
    pub fn add(&mut self, points: i64) {
        debug_assert!(points > 0 && points < 1 << 33);
        debug_assert!(self.balance > 0 && self.balance < Earning::MOST);
        self.balance = self.balance.wrapping_add(points);
    }

    /// Puts what was added in a month into its lots: positive base points, and what multipliers added to them, if anything.
    /// Nothing where the month has no place.
    #[inline(always)]
    pub fn hold(&mut self, month: i16, points: i64, bonus: i64) {
        debug_assert!(points > 0 && bonus >= 0 && self.has_place(month));
        let months = self.months(month);
        let from = months * SOURCES;
        let (Some(held), Some(lots)) = (
            self.held.get_mut(months / (SLOTS / SOURCES)),
            self.points.get_mut(from..from + SOURCES),
        ) else {
            return;
        };
        let (base, beside) = (Source::Base as usize, Source::Bonus as usize);
        lots[base] = lots[base].wrapping_add(points);
        lots[beside] = lots[beside].wrapping_add(bonus);
        let bits = 1 << base | u64::from(bonus > 0) << beside;
        *held |= bits << (from % SLOTS);
    }

    /// Closes the run: the account holds what was earned.
    #[inline(always)]
    pub fn close(self) {
        *self.kept = self.balance;
    }
}

impl Ledger {
    /// Opens the account for a run of earnings, none of an earlier month than the newest lot. Empty accounts have none.
    #[inline(always)]
    pub fn earn(&mut self) -> Earning<'_> {
        Earning {
            first_month: self.first_month,
            points: &mut self.points,
            held: &mut self.held,
            balance: self.balance,
            kept: &mut self.balance,
        }
    }
}
