//! When points end unredeemed.
//!
//! A lot of month m with term k expires at the end of month m + k, after that month's purchases; inactivity of k months
//! expires the whole balance at the first month end with no qualifying event (an earn or a redemption) in the last k
//! months, which for a last event in month m is the end of month m + k too. A calendar rule of k years expires a lot at the
//! end of December of its year of issue + k.

use crate::scenario::model::Expiry;

/// Month at whose end lots of `issued` are due, if this rule ever ends them. `last_event` says the month of the last
/// qualifying event.
#[inline(always)]
pub fn due_month(expiry: Expiry, issued: i32, last_event: impl FnOnce() -> i32) -> Option<i32> {
    match expiry {
        Expiry::Never => None,
        Expiry::FixedTerm { months } => Some(issued + months as i32),
        Expiry::Inactivity { months } => Some(last_event() + months as i32),
        Expiry::Calendar {
            years,
            first_december,
        } => {
            let to_december = (first_december as i32 - issued).rem_euclid(12);
            Some(issued + to_december + 12 * years as i32)
        }
    }
}

/// Newest month of issue whose lots end at the end of `month`; `None` where nothing ends.
#[inline(always)]
pub fn ends_through(expiry: Expiry, month: i32, last_event: impl FnOnce() -> i32) -> Option<i32> {
    match expiry {
        Expiry::Never => None,
        Expiry::FixedTerm { months } => Some(month - months as i32),
        Expiry::Inactivity { months } => (last_event() + months as i32 <= month).then_some(month),
        Expiry::Calendar {
            years,
            first_december,
        } => {
            // The last December up to `month` ends all of its year − k and before.
            let since_december = (month - first_december as i32).rem_euclid(12);
            Some(month - since_december - 12 * years as i32)
        }
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
            assert_eq!(due_month(rule, 3, || 3), Some(27));
            assert_eq!(ends_through(rule, 26, || 3).filter(|m| *m >= 3), None);
            assert!(ends_through(rule, 27, || 3).is_some_and(|m| m >= 3));
        }
        assert_eq!(due_month(Expiry::Never, 3, || 3), None);
    }

    #[test]
    fn a_year_ends_in_december() {
        // Month 0 is March 2027: its December is month 9. One year on: December 2028, month 21.
        let rule = Expiry::Calendar {
            years: 1,
            first_december: 9,
        };
        assert_eq!(due_month(rule, 0, || 0), Some(21), "March 2027");
        assert_eq!(due_month(rule, 9, || 0), Some(21), "December 2027");
        assert_eq!(due_month(rule, 10, || 0), Some(33), "January 2028");
        assert_eq!(due_month(rule, -2, || 0), Some(21), "January 2027");
        assert_eq!(due_month(rule, -3, || 0), Some(9), "December 2026");
        assert_eq!(
            ends_through(rule, 20, || 0),
            Some(-3),
            "those of 2026 ended in December 2027"
        );
        assert_eq!(ends_through(rule, 21, || 0), Some(9), "those of 2027");
        let same_year = Expiry::Calendar {
            years: 0,
            first_december: 9,
        };
        assert_eq!(due_month(same_year, 9, || 0), Some(9));
        assert_eq!(due_month(same_year, 10, || 0), Some(21));
    }

    /// A lot ends at the first month end whose reach includes it, under every rule by month of issue.
    #[test]
    fn the_two_functions_say_the_same() {
        for first_december in 0..12 {
            for years in 0..3 {
                let rule = Expiry::Calendar {
                    years,
                    first_december,
                };
                for issued in -30..30 {
                    let due = due_month(rule, issued, || 0);
                    let first = (issued..200).find(|month| {
                        ends_through(rule, *month, || 0).is_some_and(|m| m >= issued)
                    });
                    assert_eq!(due, first, "{rule:?}, lot of {issued}");
                }
            }
        }
    }
}
