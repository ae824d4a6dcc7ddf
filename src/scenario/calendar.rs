//! Units of time: a year is 12 equal months, a day 1/365 of it, a week 7 days.

use super::model::CalendarMonth;

/// 365 / 12.
pub const DAYS_PER_MONTH: f64 = 365.0 / 12.0;
/// 365 / 84.
pub const WEEKS_PER_MONTH: f64 = 365.0 / 84.0;

/// Months from `from` to `to`, negative where `to` is earlier.
pub fn months_between(from: CalendarMonth, to: CalendarMonth) -> i32 {
    // Years are at most four digits, so this cannot overflow.
    (to.year - from.year) * 12 + to.month as i32 - from.month as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_between_inverts_plus() {
        let from = CalendarMonth {
            year: 2027,
            month: 11,
        };
        for months in [-30, -1, 0, 1, 2, 14] {
            assert_eq!(months_between(from, from.plus(i64::from(months))), months);
        }
    }
}
