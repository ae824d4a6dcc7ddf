//! Points for money paid.

use crate::scenario::model::{Earn, Rounding};

/// An earn rule made ready for many visits: ⌊(paid·num + extra)/den⌋, the division replaced by a multiplication where
/// the dividend fits 32 bits, as it nearly always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarnRate {
    num: i64,
    den: i64,
    extra: i64,
    /// ⌈2⁶³/den⌉: for n < 2³² and den < 2³¹, ⌊n·inverse/2⁶³⌋ = ⌊n/den⌋ (the excess over n/den is below 1/den).
    inverse: u64,
    /// Amounts paid below this have a dividend that fits 32 bits and earn no more than the cap per visit (0: none, where
    /// den does not fit 31 bits).
    plain_below: u64,
    cap_per_visit: i64,
    cap_per_month: Option<i64>,
}

impl EarnRate {
    /// Where nothing is earned only the amount itself must need no care.
    const ALWAYS_PLAIN: u64 = 1 << 32;

    /// Before enrollment nothing is earned.
    pub const NOTHING: EarnRate = EarnRate {
        num: 0,
        den: 1,
        extra: 0,
        inverse: 1 << 63,
        plain_below: EarnRate::ALWAYS_PLAIN,
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
        let cap_per_visit = earn.cap_per_visit.unwrap_or(i64::MAX);
        EarnRate {
            num: earn.points_num,
            den,
            extra,
            inverse: (1u64 << 63).div_ceil(den as u64),
            plain_below: plain_below(earn.points_num, den, extra, cap_per_visit),
            cap_per_visit,
            cap_per_month: earn.cap_per_month,
        }
    }

    /// The rate of a rule when a tier and a promotion multiply its points (both in thousandths): what [`multiplied`] grants
    /// in all, wherever [`EarnRate::plain`] answers. A reduced fraction rounds as the whole one does.
    pub fn multiplied(earn: &Earn, tier_permille: i64, promotion_permille: i64) -> EarnRate {
        let multiplier = i128::from(tier_permille) * i128::from(promotion_permille);
        let num = i128::from(earn.points_num) * multiplier;
        let den = i128::from(earn.points_den.max(1)) * i128::from(ONE);
        let divisor = greatest_common_divisor(num.max(0), den);
        match (i64::try_from(num / divisor), i64::try_from(den / divisor)) {
            (Ok(points_num), Ok(points_den)) => EarnRate::new(&Earn {
                points_num,
                points_den,
                ..*earn
            }),
            _ => EarnRate {
                plain_below: 0,
                ..EarnRate::NOTHING
            },
        }
    }

    /// Whether no amount earns anything.
    #[inline(always)]
    pub fn is_nothing(&self) -> bool {
        self.num == 0 && self.plain_below == EarnRate::ALWAYS_PLAIN
    }

    /// Most points of a month, if there is such a cap.
    #[inline(always)]
    pub fn cap_per_month(&self) -> Option<i64> {
        self.cap_per_month
    }

    /// Points for one visit on what was paid (minor units), before any monthly cap.
    #[inline(always)]
    pub fn points(&self, paid: i64) -> i64 {
        match self.plain(paid) {
            Some(points) => points,
            None => self.points_of_much(paid),
        }
    }

    /// The same where neither amount nor points need care: both are below 2³² then.
    #[inline(always)]
    pub fn plain(&self, paid: i64) -> Option<i64> {
        // A negative amount is a large one here.
        if paid as u64 >= self.plain_below {
            return None;
        }
        let dividend = (paid as u64)
            .wrapping_mul(self.num as u64)
            .wrapping_add(self.extra as u64);
        Some((u128::from(dividend).wrapping_mul(u128::from(self.inverse)) >> 63) as i64)
    }

    #[cold]
    fn points_of_much(&self, paid: i64) -> i64 {
        let dividend = i128::from(paid.max(0)) * i128::from(self.num) + i128::from(self.extra);
        let points = i64::try_from(dividend / i128::from(self.den)).unwrap_or(i64::MAX);
        points.min(self.cap_per_visit)
    }
}

/// See [`EarnRate::plain`].
fn plain_below(num: i64, den: i64, extra: i64, cap: i64) -> u64 {
    if den >= 1 << 31 || num < 0 {
        return 0;
    }
    if num == 0 {
        return EarnRate::ALWAYS_PLAIN;
    }
    let fits = i128::from(u32::MAX);
    let uncut = (i128::from(cap.max(0)) + 1) * i128::from(den) - 1;
    // Below 2³².
    let most = fits.min(uncut) - i128::from(extra);
    if most < 0 {
        0
    } else {
        (most / i128::from(num) + 1) as u64
    }
}

fn greatest_common_divisor(mut a: i128, mut b: i128) -> i128 {
    while a != 0 {
        (a, b) = (b % a, a);
    }
    b
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
///
/// `rate` is the rule's own, ready for many visits.
pub fn multiplied(
    (earn, rate): (&Earn, &EarnRate),
    paid: i64,
    tier_permille: i64,
    promotion_permille: i64,
) -> Granted {
    let plain = rate.points(paid);
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
        .and_then(|dividend| divided(dividend, den))
        .unwrap_or(i64::MAX);
    let total = earn.cap_per_visit.map_or(points, |cap| points.min(cap));
    let base = plain.min(total);
    Granted {
        base,
        bonus: total - base,
    }
}

/// A quotient of two positive numbers, if it fits; in one machine division where they do, as they nearly always do.
#[inline]
fn divided(dividend: i128, den: i128) -> Option<i64> {
    match (u64::try_from(dividend), u64::try_from(den)) {
        (Ok(dividend), Ok(den)) => i64::try_from(dividend / den).ok(),
        _ => i64::try_from(dividend / den).ok(),
    }
}

/// Two multipliers of one, in millionths.
const ONE: i64 = 1_000_000;

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

    proptest! {
        #[test]
        fn a_multiplied_rate_grants_what_multipliers_do(
            paid in 0i64..1 << 31,
            num in prop_oneof![0i64..1000, 1i64..1 << 33],
            den in prop_oneof![1i64..1000, 1i64..1 << 33],
            tier in prop_oneof![Just(1000i64), Just(1250), 0i64..100_000],
            promotion in prop_oneof![Just(1000i64), Just(3000), 0i64..100_000],
            cap in proptest::option::of(0i64..10_000),
            rounding in prop_oneof![Just(Rounding::Floor), Just(Rounding::Nearest), Just(Rounding::Ceil)],
        ) {
            let rule = Earn { points_num: num, points_den: den, cap_per_visit: cap, ..earn(rounding) };
            let granted = multiplied((&rule, &EarnRate::new(&rule)), paid, tier, promotion);
            if let Some(points) = EarnRate::multiplied(&rule, tier, promotion).plain(paid) {
                prop_assert_eq!(points, granted.total());
            }
        }
    }

    #[test]
    fn multiplied_rates_are_plain_at_a_till() {
        // 1 point a euro in cents, Gold at 1.25, double points.
        let rule = Earn {
            points_num: 1,
            points_den: 100,
            ..earn(Rounding::Floor)
        };
        assert_eq!(
            EarnRate::multiplied(&rule, 1250, 2000).plain(12_345),
            Some(308)
        );
        assert_eq!(EarnRate::NOTHING.plain(12_345), Some(0));
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

    #[test]
    fn multipliers_are_rounded_once_and_leave_a_bonus() {
        let rule = earn(Rounding::Floor);
        let of = |paid, tier, promotion| {
            let granted = multiplied((&rule, &EarnRate::new(&rule)), paid, tier, promotion);
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
        let granted = multiplied((&capped, &EarnRate::new(&capped)), 1234, 2000, 1000);
        assert_eq!((granted.base, granted.bonus), (18, 2));
        assert_eq!(granted.cut_to(19), Granted { base: 18, bonus: 1 });
        assert_eq!(granted.cut_to(7), Granted { base: 7, bonus: 0 });
        let most = multiplied((&rule, &EarnRate::new(&rule)), i64::MAX, 100_000, 100_000);
        assert_eq!(most.total(), i64::MAX, "no overflow");
    }
}
