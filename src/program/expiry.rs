//! When points end unredeemed.
//!
//! A lot of month m with term k expires at the end of month m + k, after that month's purchases; inactivity of k months
//! expires the whole balance at the first month end with no qualifying event (an earn or a redemption) in the last k
//! months, which for a last event in month m is the end of month m + k too.

use crate::scenario::model::Expiry;

/// Month at whose end lots of `issued` are due, if this rule ever ends them. `last_event` is the month of the last
/// qualifying event.
#[inline]
pub fn due_month(expiry: Expiry, issued: i32, last_event: i32) -> Option<i32> {
    match expiry {
        Expiry::Never => None,
        Expiry::FixedTerm { months } => Some(issued + months as i32),
        Expiry::Inactivity { months } => Some(last_event + months as i32),
    }
}

/// Newest month of issue whose lots end at the end of `month`; `None` where nothing ends.
#[inline]
pub fn ends_through(expiry: Expiry, month: i32, last_event: i32) -> Option<i32> {
    match expiry {
        Expiry::Never => None,
        Expiry::FixedTerm { months } => Some(month - months as i32),
        Expiry::Inactivity { months } => (last_event + months as i32 <= month).then_some(month),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_rules_agree_on_one_lot() {
        // Issued and last active in month 3, term 24: ends at the end of month 27.
        for rule in [
            Expiry::FixedTerm { months: 24 },
            Expiry::Inactivity { months: 24 },
        ] {
            assert_eq!(due_month(rule, 3, 3), Some(27));
            assert_eq!(ends_through(rule, 26, 3).filter(|m| *m >= 3), None);
            assert!(ends_through(rule, 27, 3).is_some_and(|m| m >= 3));
        }
        assert_eq!(due_month(Expiry::Never, 3, 3), None);
    }
}
