//! Points for money paid.

use crate::scenario::model::{Earn, Rounding};

/// An earn rule made ready for many visits: ⌊(paid·num + extra)/den⌋, the division replaced by a multiplication where
/// the dividend fits 32 bits, as it nearly always does.
#[derive(Clone, Copy, Debug)]
pub struct EarnRate {
    num: i64,
    den: i64,
    extra: i64,
    /// ⌈2⁶³/den⌉: for n < 2³² and den < 2³¹, ⌊n·inverse/2⁶³⌋ = ⌊n/den⌋ (the excess over n/den is below 1/den).
    inverse: u64,
    /// Largest amount paid whose dividend fits 32 bits (negative where den does not fit 31).
    small: i64,
    cap_per_visit: i64,
    cap_per_month: Option<i64>,
}

impl EarnRate {
    /// Before enrollment nothing is earned.
    pub const NOTHING: EarnRate = EarnRate {
        num: 0,
        den: 1,
        extra: 0,
        inverse: 1 << 63,
        small: i64::MAX,
        cap_per_visit: i64::MAX,
        cap_per_month: None,
    };

    /// The rate of a rule.
    pub fn new(earn: &Earn) -> EarnRate {
        let den = earn.points_den.max(1);
        let extra = match earn.rounding {
            Rounding::Floor => 0,
            Rounding::Nearest => den / 2,
            Rounding::Ceil => den - 1,
        };
        let small = match earn.points_num {
            _ if den >= 1 << 31 => -1,
            0 => i64::MAX,
            num => (i64::from(u32::MAX) - extra).max(-1) / num,
        };
        EarnRate {
            num: earn.points_num,
            den,
            extra,
            inverse: (1u64 << 63).div_ceil(den as u64),
            small,
            cap_per_visit: earn.cap_per_visit.unwrap_or(i64::MAX),
            cap_per_month: earn.cap_per_month,
        }
    }

    /// Most points of a month, if there is such a cap.
    #[inline(always)]
    pub fn cap_per_month(&self) -> Option<i64> {
        self.cap_per_month
    }

    /// Points for one visit on what was paid (minor units), before any monthly cap.
    #[inline(always)]
    pub fn points(&self, paid: i64) -> i64 {
        let points = if (0..=self.small).contains(&paid) {
            self.points_of_little(paid)
        } else {
            self.points_of_much(paid.max(0))
        };
        points.min(self.cap_per_visit)
    }

    #[inline(always)]
    fn points_of_little(&self, paid: i64) -> i64 {
        let dividend = paid as u64 * self.num as u64 + self.extra as u64;
        ((u128::from(dividend) * u128::from(self.inverse)) >> 63) as i64
    }

    #[cold]
    fn points_of_much(&self, paid: i64) -> i64 {
        let dividend = i128::from(paid) * i128::from(self.num) + i128::from(self.extra);
        i64::try_from(dividend / i128::from(self.den)).unwrap_or(i64::MAX)
    }
}

/// Points earned so far in the current month, for the monthly cap.
#[derive(Clone, Copy, Debug, Default)]
pub struct MonthlyCap {
    month: i32,
    earned: i64,
}

impl MonthlyCap {
    /// Cuts `points` of a visit in `month` to what the cap of a month leaves.
    #[inline]
    pub fn cut(&mut self, cap: i64, month: i32, points: i64) -> i64 {
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
    use proptest::prelude::*;

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

    fn points(rounding: Rounding, paid: i64) -> i64 {
        EarnRate::new(&earn(rounding)).points(paid)
    }

    proptest! {
        #[test]
        fn the_multiplication_divides(
            paid in prop_oneof![0i64..1 << 20, 0i64..1 << 40],
            num in prop_oneof![0i64..100, 1i64..1 << 33],
            den in prop_oneof![1i64..1000, 1i64..1 << 33],
            rounding in prop_oneof![Just(Rounding::Floor), Just(Rounding::Nearest), Just(Rounding::Ceil)],
        ) {
            let rule = Earn { points_num: num, points_den: den, ..earn(rounding) };
            let rate = EarnRate::new(&rule);
            let dividend = i128::from(paid) * i128::from(num) + i128::from(rate.extra);
            let points = (dividend / i128::from(den)).min(i128::from(i64::MAX));
            prop_assert_eq!(i128::from(rate.points(paid)), points);
        }
    }

    #[test]
    fn rounding_rules() {
        // 1.5 points per euro on 12.34 EUR: 18.51.
        assert_eq!(points(Rounding::Floor, 1234), 18);
        assert_eq!(points(Rounding::Nearest, 1234), 19);
        assert_eq!(points(Rounding::Ceil, 1234), 19);
        assert_eq!(points(Rounding::Ceil, 0), 0);
        // A half goes up: 1.5 × 1.00 = 1.5.
        assert_eq!(points(Rounding::Nearest, 100), 2);
    }

    #[test]
    fn caps_cut_and_never_go_below_zero() {
        let mut rule = earn(Rounding::Floor);
        rule.cap_per_visit = Some(10);
        let mut month = MonthlyCap::default();
        assert_eq!(EarnRate::new(&rule).points(100_000), 10);
        assert_eq!(month.cut(15, 3, 10), 10);
        assert_eq!(month.cut(15, 3, 10), 5);
        assert_eq!(month.cut(15, 3, 10), 0);
        assert_eq!(month.cut(15, 4, 10), 10);
    }
}
