//! The member's account: point lots, consumption oldest first, expiry. Only this module changes a balance.
//!
//! A lot is keyed by (month of issue, source, tier at issue); lots of the same key merge and are consumed in key order.
//! Points are integers, a redemption never exceeds the balance, and an expired lot is gone.

mod earning;

pub use earning::Earning;

/// Where points of a lot come from. The order is the order of consumption within a month of issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Source {
    /// Held when the simulation began.
    Opening,
    /// Earned on a purchase.
    Base,
    /// Granted (sign-up credit, promotion).
    Bonus,
}

/// Key of a lot, ordered as it is consumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LotKey {
    /// Month of issue relative to `start`.
    pub month: i16,
    pub source: Source,
    /// Tier at issue; 0 where the program has none.
    pub tier: u8,
}

/// Points of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    pub key: LotKey,
    pub points: i64,
}

/// Places for sources in a month: a power of two, so that slot and key are shifts apart.
const SOURCES: usize = 4;
/// Sources by place; the last place is never used.
const SOURCE_OF: [Source; SOURCES] = [Source::Opening, Source::Base, Source::Bonus, Source::Bonus];

/// One member's lots. Reused from member to member: after warm-up nothing is allocated.
///
/// Lots lie in a dense table in key order (month of issue, then source), with one bit per lot that holds points. Adding to a
/// lot is then one addition wherever it lies, and the next lot is found by counting zeros: with a purchase every few
/// weeks, "same lot as last time?" and "is the next one empty?" are coin tosses that a branch would lose.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Points by (month − `first_month`, source): `SLOTS` for each word of bits.
    points: Vec<i64>,
    /// One bit per slot, set where it holds points.
    held: Vec<u64>,
    first_month: i32,
    /// No points before this word of bits.
    head: usize,
    balance: i64,
}

/// Slots of one word of bits.
const SLOTS: usize = u64::BITS as usize;

impl Ledger {
    /// An account whose oldest lot can be of `first_month`.
    pub fn starting(first_month: i32) -> Ledger {
        Ledger {
            first_month,
            ..Ledger::default()
        }
    }

    /// Empties the account.
    pub fn clear(&mut self) {
        while let Some(slot) = self.first() {
            self.points[slot] = 0;
            self.held[slot / SLOTS] &= !(1 << (slot % SLOTS));
        }
        self.head = 0;
        self.balance = 0;
    }

    /// Points on the account.
    #[inline]
    pub fn balance(&self) -> i64 {
        self.balance
    }

    #[inline]
    fn slot(&self, key: LotKey) -> usize {
        // Keys before the first month are of another program's book: an account never sees them.
        let month = (i32::from(key.month) - self.first_month).max(0) as usize;
        month * SOURCES + key.source as usize
    }

    #[inline(always)]
    fn key(&self, slot: usize) -> LotKey {
        key_of(self.first_month, slot)
    }

    /// First slot after every lot issued up to and including `month`.
    fn slot_after(&self, month: i16) -> usize {
        (i32::from(month) - self.first_month + 1).max(0) as usize * SOURCES
    }

    /// The oldest slot that holds points.
    #[inline(always)]
    fn first(&mut self) -> Option<usize> {
        while let Some(held) = self.held.get(self.head) {
            if *held != 0 {
                return Some(self.head * SLOTS + held.trailing_zeros() as usize);
            }
            self.head += 1;
        }
        None
    }

    /// Lots that hold points, in key order.
    pub fn lots(&self) -> impl DoubleEndedIterator<Item = Lot> + '_ {
        self.points
            .iter()
            .enumerate()
            .filter(|(_, points)| **points != 0)
            .map(|(slot, points)| Lot {
                key: self.key(slot),
                points: *points,
            })
    }

    /// Adds points (not negative) under a key.
    #[inline(always)]
    pub fn add(&mut self, key: LotKey, points: i64) {
        debug_assert!(points >= 0);
        let slot = self.slot(key);
        let word = slot / SLOTS;
        if slot >= self.points.len() {
            self.grow(word);
        }
        self.points[slot] += points;
        self.held[word] |= u64::from(points > 0) << (slot % SLOTS);
        self.head = self.head.min(word);
        self.balance += points;
    }

    #[cold]
    fn grow(&mut self, word: usize) {
        let words = (word + 1).next_power_of_two();
        self.held.resize(words, 0);
        self.points.resize(words * SLOTS, 0);
    }

    /// Takes `points` (at most the balance) oldest first; tells each lot's part.
    #[inline(always)]
    pub fn consume(&mut self, points: i64, mut part: impl FnMut(LotKey, i64)) {
        debug_assert!(
            points <= self.balance,
            "a redemption never exceeds the balance"
        );
        let mut left = points.clamp(0, self.balance);
        self.balance -= left;
        let first_month = self.first_month;
        while left > 0 {
            let Some(held) = self.held.get_mut(self.head) else {
                break;
            };
            let from = self.head * SLOTS;
            let Some(lots) = self.points.get_mut(from..from + SLOTS) else {
                break;
            };
            let mut bits = *held;
            while bits != 0 && left > 0 {
                let bit = bits.trailing_zeros() as usize;
                let held = lots[bit % SLOTS];
                let taken = left.min(held);
                // Neither is negative.
                let kept = held.wrapping_sub(taken);
                lots[bit % SLOTS] = kept;
                left = left.wrapping_sub(taken);
                // Without a branch: whether the last lot is used up is a coin toss.
                bits &= !(u64::from(kept == 0) << bit);
                part(key_of(first_month, from | bit), taken);
            }
            *held = bits;
            self.head += usize::from(bits == 0);
        }
    }

    /// Ends every lot issued up to and including `month`; tells each. Returns the points that ended.
    #[inline(always)]
    pub fn expire_through(&mut self, month: i16, mut part: impl FnMut(LotKey, i64)) -> i64 {
        let after = self.slot_after(month);
        let mut ended = 0;
        while let Some(slot) = self.first().filter(|slot| *slot < after) {
            let points = std::mem::take(&mut self.points[slot]);
            self.held[self.head] &= !(1 << (slot % SLOTS));
            ended += points;
            part(self.key(slot), points);
        }
        self.balance -= ended;
        ended
    }

    /// Points in lots issued up to and including `month`.
    pub fn issued_through(&self, month: i16) -> i64 {
        let after = self.slot_after(month).min(self.points.len());
        let from = (self.head * SLOTS).min(after);
        self.points[from..after].iter().sum()
    }

    /// Month of issue of the oldest lot.
    #[inline(always)]
    pub fn oldest_month(&self) -> Option<i16> {
        let words = self.held.get(self.head..)?;
        let word = words.iter().position(|held| *held != 0)?;
        let slot = (self.head + word) * SLOTS + words[word].trailing_zeros() as usize;
        Some(self.key(slot).month)
    }
}

#[inline(always)]
fn key_of(first_month: i32, slot: usize) -> LotKey {
    LotKey {
        month: ((slot / SOURCES) as i32).wrapping_add(first_month) as i16,
        source: SOURCE_OF[slot % SOURCES],
        tier: 0,
    }
}

/// Points over which costs are divided, with the inverse that makes a multiplication of most divisions by them.
#[derive(Clone, Copy, Debug)]
pub struct PointsInverse {
    points: i64,
    /// ⌈2⁶³/points⌉; see [`crate::program::earn::EarnRate`].
    inverse: u64,
}

impl PointsInverse {
    /// Of a number of points, at least one.
    #[inline(always)]
    pub fn of(points: i64) -> PointsInverse {
        let points = points.max(1);
        PointsInverse {
            points,
            inverse: (1u64 << 63).div_ceil(points as u64),
        }
    }
}

/// Divides a cost over parts of some points, cumulatively rounded: every part bears the difference of two roundings,
/// so the parts of all points bear the whole cost exactly. Costs and points are not negative.
#[derive(Clone, Copy, Debug)]
pub struct CostShare {
    cost: i64,
    total: PointsInverse,
    /// Whether every dividend fits 32 bits, and the points 31.
    small: bool,
    borne: i64,
}

impl CostShare {
    /// A cost to be borne by these points.
    #[inline(always)]
    pub fn new(cost: i64, total: PointsInverse) -> CostShare {
        let most = cost.checked_mul(total.points);
        CostShare {
            cost,
            total,
            small: most.is_some_and(|most| most < 1 << 31) && total.points < 1 << 31,
            borne: 0,
        }
    }

    /// What the parts up to `points` (cumulative) bear beyond those before.
    #[inline(always)]
    pub fn up_to(&mut self, points: i64) -> i64 {
        if self.cost == 0 {
            return 0;
        }
        let upto = self.rounded(points);
        let part = upto.wrapping_sub(self.borne);
        self.borne = upto;
        part
    }

    /// What the parts up to `points` (cumulative) bear in all.
    #[inline(always)]
    pub fn until(&mut self, points: i64) -> i64 {
        self.up_to(points);
        self.borne
    }

    /// What all parts so far bear.
    #[inline(always)]
    pub fn borne(&self) -> i64 {
        self.borne
    }

    /// ⌊(cost·points + ⌊total/2⌋)/total⌋; of all points it is the cost.
    #[inline(always)]
    fn rounded(&self, points: i64) -> i64 {
        if self.small {
            // Below 2³¹ + 2³⁰.
            let dividend = (self.cost as u64)
                .wrapping_mul(points as u64)
                .wrapping_add(self.total.points as u64 / 2);
            return (u128::from(dividend).wrapping_mul(u128::from(self.total.inverse)) >> 63)
                as i64;
        }
        self.rounded_large(points)
    }

    #[cold]
    fn rounded_large(&self, points: i64) -> i64 {
        let total = i128::from(self.total.points);
        ((i128::from(self.cost) * i128::from(points) + total / 2) / total) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(month: i16, source: Source) -> LotKey {
        LotKey {
            month,
            source,
            tier: 0,
        }
    }

    #[test]
    fn lots_merge_and_leave_oldest_first() {
        let mut ledger = Ledger::default();
        ledger.add(key(3, Source::Bonus), 5);
        ledger.add(key(3, Source::Base), 10);
        ledger.add(key(1, Source::Base), 7);
        ledger.add(key(3, Source::Base), 2);
        let mut parts = Vec::new();
        ledger.consume(20, |k, p| parts.push((k.month, k.source, p)));
        assert_eq!(
            parts,
            [
                (1, Source::Base, 7),
                (3, Source::Base, 12),
                (3, Source::Bonus, 1)
            ]
        );
        assert_eq!(ledger.balance(), 4);
        assert_eq!(ledger.expire_through(2, |_, _| panic!("nothing is due")), 0);
        assert_eq!(ledger.expire_through(3, |_, _| ()), 4);
        assert_eq!(ledger.balance(), 0);
        assert_eq!(ledger.lots().count(), 0);
    }

    #[test]
    fn fifo_worked_example() {
        // 100 in January, 100 in July, 120 redeemed in December, 12-month term: 80 of July are left.
        let mut ledger = Ledger::default();
        ledger.add(key(0, Source::Base), 100);
        ledger.add(key(6, Source::Base), 100);
        ledger.consume(120, |_, _| ());
        assert_eq!(
            ledger.lots().collect::<Vec<_>>(),
            [Lot {
                key: key(6, Source::Base),
                points: 80
            }]
        );
    }

    proptest! {
        /// The list of lots against the two cumulative counters that suffice for one term, oldest first.
        #[test]
        fn agrees_with_cumulative_counters(steps in prop::collection::vec((0i64..200, 0i64..300), 1..60), term in 1i16..8) {
            let mut ledger = Ledger::default();
            let mut issued_by_month = Vec::new();
            let (mut issued, mut outflow) = (0i64, 0i64);
            for (month, (earn, redeem)) in steps.iter().enumerate() {
                let month = month as i16;
                ledger.add(key(month, Source::Base), *earn);
                issued += earn;
                issued_by_month.push(issued);
                let redeem = (*redeem).min(issued - outflow);
                ledger.consume(redeem, |_, _| ());
                outflow += redeem;
                if month >= term {
                    let due = issued_by_month[(month - term) as usize];
                    let expected = (due - outflow).max(0);
                    outflow += expected;
                    prop_assert_eq!(ledger.expire_through(month - term, |_, _| ()), expected);
                }
                prop_assert_eq!(ledger.balance(), issued - outflow);
                prop_assert_eq!(ledger.lots().map(|l| l.points).sum::<i64>(), issued - outflow);
            }
        }

        #[test]
        fn parts_bear_the_whole_cost(cost in 0i64..10_000_000, parts in prop::collection::vec(1i64..1000, 1..10)) {
            let total: i64 = parts.iter().sum();
            let mut share = CostShare::new(cost, PointsInverse::of(total));
            let mut before = 0;
            let mut sum = 0;
            for part in parts {
                before += part;
                let borne = share.up_to(before);
                prop_assert!(borne >= 0);
                sum += borne;
                prop_assert_eq!(sum, (cost * before + total / 2) / total);
            }
            prop_assert_eq!(sum, cost);
        }
    }
}
