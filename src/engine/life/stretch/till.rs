//! What the purchases of a stretch earn.

use crate::engine::fate::Visit;
use crate::engine::sheet::Purchases;
use crate::ledger::Earning;
use crate::program::earn::{EarnRate, Granted};

/// How plain purchases earn. What a purchase earns is asked first and kept only when it is lived.
pub(super) trait Till {
    /// Whether each purchase earns points, or none does.
    const EARNS: bool;

    /// Points of a purchase; `None` where it is more than a plain one. Amount, base and bonus are below 2³² each.
    fn ring(&mut self, visit: &Visit) -> Option<Granted>;

    /// Adds them to an account; whether there was a place for them.
    #[inline(always)]
    fn earn(account: &mut Earning, month: i16, granted: Granted) -> bool {
        account.add(month, granted.base)
    }

    /// Books what a purchase of the horizon means beside its money and base points.
    #[inline(always)]
    fn book(&mut self, _booked: &mut Purchases, _row: usize, _granted: Granted) {}

    /// The purchase that was rung last is lived.
    #[inline(always)]
    fn rung(&mut self) {}
}

/// Points at one rate.
pub(super) struct Rate(pub EarnRate);

impl Till for Rate {
    const EARNS: bool = true;

    #[inline(always)]
    fn ring(&mut self, visit: &Visit) -> Option<Granted> {
        let base = self.0.plain(visit.amount).filter(|points| *points > 0)?;
        Some(Granted { base, bonus: 0 })
    }
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
