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

/// Points of one visit under multipliers: those without them, and what they add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    pub base: i64,
    pub bonus: i64,
}

impl Granted {
    /// Both together.
    #[inline]
    pub fn total(self) -> i64 {
        self.base + self.bonus
    }

    /// At most `most` of them, the base first: what a cap per month leaves.
    #[inline]
    pub fn cut_to(self, most: i64) -> Granted {
        let base = self.base.min(most);
        Granted {
            base,
            bonus: self.bonus.min(most - base),
        }
    }
}

/// Points for one visit when a tier and a promotion multiply them (both in thousandths), before any monthly cap. The
/// product is rounded once and capped as a whole; a multiplier below one leaves no bonus.
pub fn multiplied(earn: &Earn, paid: i64, tier_permille: i64, promotion_permille: i64) -> Granted {
    let plain = points_for(earn, paid);
    // Both at most 100 000.
    let multiplier = tier_permille * promotion_permille;
    if multiplier == ONE {
        return Granted {
            base: plain,
            bonus: 0,
        };
    }
    // Below 2⁷³ · 2³⁴, and 2⁶³ · 2²⁰.
    let den = i128::from(earn.points_den) * i128::from(ONE);
    let extra = match earn.rounding {
        Rounding::Floor => 0,
        Rounding::Nearest => den / 2,
        Rounding::Ceil => den - 1,
    };
    let product = i128::from(paid.max(0)) * i128::from(earn.points_num);
    let points = product
        .checked_mul(i128::from(multiplier))
        .and_then(|dividend| dividend.checked_add(extra))
        .and_then(|dividend| i64::try_from(dividend / den).ok())
        .unwrap_or(i64::MAX);
    let total = earn.cap_per_visit.map_or(points, |cap| points.min(cap));
    let base = plain.min(total);
    Granted {
        base,
        bonus: total - base,
    }
}

/// Two multipliers of one, in millionths.
const ONE: i64 = 1_000_000;

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
    fn multipliers_are_rounded_once_and_leave_a_bonus() {
        let rule = earn(Rounding::Floor);
        let of = |paid, tier, promotion| {
            let granted = multiplied(&rule, paid, tier, promotion);
            (granted.base, granted.bonus)
        };
        assert_eq!(of(1234, 1000, 1000), (18, 0));
        // 18.51 × 1.25 = 23.1375.
        assert_eq!(of(1234, 1250, 1000), (18, 5));
        // 18.51 × 1.25 × 3 = 69.4125, not 3 × 23.
        assert_eq!(of(1234, 1250, 3000), (18, 51));
        assert_eq!(of(1234, 500, 1000), (9, 0));
        assert_eq!(of(1234, 0, 1000), (0, 0));
        assert_eq!(of(-5, 2000, 1000), (0, 0));
        let mut capped = rule;
        capped.cap_per_visit = Some(20);
        let granted = multiplied(&capped, 1234, 2000, 1000);
        assert_eq!((granted.base, granted.bonus), (18, 2));
        assert_eq!(granted.cut_to(19), Granted { base: 18, bonus: 1 });
        assert_eq!(granted.cut_to(7), Granted { base: 7, bonus: 0 });
        let most = multiplied(&rule, i64::MAX, 100_000, 100_000);
        assert_eq!(most.total(), i64::MAX, "no overflow");
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
