//! What the purchases of a stretch earn.

use crate::engine::fate::Visit;
use crate::engine::sheet::{Bought, Purchases};
use crate::program::earn::Granted;

/// How plain purchases earn. What a purchase earns is asked first and kept only when it is lived.
pub(super) trait Till {
    /// Whether each purchase earns points, or none does.
    const EARNS: bool;

    /// Whether its rates hold in a month.
    #[inline(always)]
    fn opens(&self, _month: i16) -> bool {
        true
    }

    /// Points of a purchase; `None` where it is more than a plain one. Amount, base and bonus are below 2³² each.
    fn ring(&mut self, visit: &Visit) -> Option<Granted>;

    /// The purchase that was rung last is lived.
    #[inline(always)]
    fn rung(&mut self) {}

    /// Books what the purchases of a month of the horizon mean beside their money and base points.
    #[inline(always)]
    fn book(&mut self, _booked: &mut Purchases, _row: usize, _bought: &Bought) {}
}

/// No points.
pub(super) struct Nothing;

impl Till for Nothing {
    const EARNS: bool = false;

    #[inline(always)]
    fn ring(&mut self, visit: &Visit) -> Option<Granted> {
        is_plain(visit.amount).then_some(Granted { base: 0, bonus: 0 })
    }
}

/// Whether an amount is neither negative nor so large that sums need care.
#[inline(always)]
pub(super) fn is_plain(amount: i64) -> bool {
    amount as u64 >> 32 == 0
}
