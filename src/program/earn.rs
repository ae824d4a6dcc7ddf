//! Points for money paid.

use crate::scenario::model::{Earn, Rounding};

/// Points for one visit on what was paid (minor units), before any monthly cap.
#[inline(always)]
pub fn points_for(earn: &Earn, paid: i64) -> i64 {
    let paid = paid.max(0);
    let extra = match earn.rounding {
        Rounding::Floor => 0,
        Rounding::Nearest => earn.points_den / 2,
        Rounding::Ceil => earn.points_den - 1,
    };
    let points = divide(paid, earn.points_num, extra, earn.points_den);
    match earn.cap_per_visit {
        Some(cap) => points.min(cap),
        None => points,
    }
}

/// ⌊(paid·num + extra)/den⌋. Nearly always everything fits 32 bits, where the division costs a fraction.
#[inline(always)]
fn divide(paid: i64, num: i64, extra: i64, den: i64) -> i64 {
    let small = 1 << 31;
    if paid < small && num < small && den < small {
        // Below 2⁶² + 2³¹.
        let dividend = (paid * num + extra) as u64;
        return match u32::try_from(dividend) {
            Ok(dividend) => i64::from(dividend / den as u32),
            Err(_) => (dividend / den as u64) as i64,
        };
    }
    let dividend = i128::from(paid) * i128::from(num) + i128::from(extra);
    i64::try_from(dividend / i128::from(den)).unwrap_or(i64::MAX)
}

/// Points earned so far in the current month, for the monthly cap.
#[derive(Clone, Copy, Debug, Default)]
pub struct MonthlyCap {
    month: i32,
    earned: i64,
}

impl MonthlyCap {
    /// Cuts `points` of a visit in `month` to what the cap leaves.
    #[inline]
    pub fn cut(&mut self, earn: &Earn, month: i32, points: i64) -> i64 {
        let Some(cap) = earn.cap_per_month else {
            return points;
        };
        if self.month != month {
            *self = MonthlyCap { month, earned: 0 };
        }
        let granted = points.min((cap - self.earned).max(0));
        self.earned += granted;
        granted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earn(rounding: Rounding) -> Earn {
        Earn {
            points_num: 3,
            points_den: 200,
            rounding,
            cap_per_visit: None,
            cap_per_month: None,
            sign_up_bonus: 0,
        }
    }

    #[test]
    fn rounding_rules() {
        // 1.5 points per euro on 12.34 EUR: 18.51.
        assert_eq!(points_for(&earn(Rounding::Floor), 1234), 18);
        assert_eq!(points_for(&earn(Rounding::Nearest), 1234), 19);
        assert_eq!(points_for(&earn(Rounding::Ceil), 1234), 19);
        assert_eq!(points_for(&earn(Rounding::Ceil), 0), 0);
        // A half goes up: 1.5 × 1.00 = 1.5.
        assert_eq!(points_for(&earn(Rounding::Nearest), 100), 2);
    }

    #[test]
    fn caps_cut_and_never_go_below_zero() {
        let mut rule = earn(Rounding::Floor);
        rule.cap_per_visit = Some(10);
        rule.cap_per_month = Some(15);
        let mut month = MonthlyCap::default();
        assert_eq!(points_for(&rule, 100_000), 10);
        assert_eq!(month.cut(&rule, 3, 10), 10);
        assert_eq!(month.cut(&rule, 3, 10), 5);
        assert_eq!(month.cut(&rule, 3, 10), 0);
        assert_eq!(month.cut(&rule, 4, 10), 10);
    }
}
