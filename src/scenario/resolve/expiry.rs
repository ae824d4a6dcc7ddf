//! When points end.

use super::Context;
use crate::scenario::model::Expiry;
use crate::scenario::raw;

/// The rule as written, in months and years.
pub fn expiry(context: &Context<'_>, raw: &raw::expiry::Expiry) -> Expiry {
    let months = u32::try_from(raw.months.value).unwrap_or(1);
    match raw.policy.value {
        "fixed_term" => Expiry::FixedTerm { months },
        "inactivity" => Expiry::Inactivity { months },
        "calendar" => Expiry::Calendar {
            years: u32::try_from(raw.years.value).unwrap_or(0),
            first_december: 12 - context.raw.start.value.month.clamp(1, 12),
        },
        _ => Expiry::Never,
    }
}
