//! The member's account: point lots, consumption oldest first, expiry. Only this module changes a balance.
//!
//! A lot is keyed by (month of issue, source, tier at issue); lots of the same key merge and are consumed in key order.
//! Points are integers, a redemption never exceeds the balance, and an expired lot is gone.

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

/// Slots with one bit each, set where it holds points.
#[derive(Clone, Debug)]
struct Slots {
    held: u64,
    points: [i64; 64],
}

impl Slots {
    const EMPTY: Slots = Slots {
        held: 0,
        points: [0; 64],
    };
}

/// One member's lots. Reused from member to member: after warm-up nothing is allocated.
///
/// Lots lie in a dense table in key order (month of issue, then source), with one bit per lot that holds points. Adding to a
/// lot is then one addition wherever it lies, and the next lot is found by counting zeros: with a purchase every few
/// weeks, "same lot as last time?" and "is the next one empty?" are coin tosses that a branch would lose.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Points by (month − `first_month`, source).
    slots: Vec<Slots>,
    first_month: i32,
    /// No points before this word of bits.
    head: usize,
    balance: i64,
}

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
        while let Some((word, bit)) = self.first() {
            self.slots[word].points[bit] = 0;
            self.slots[word].held &= !(1 << bit);
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

    fn key(&self, slot: usize) -> LotKey {
        LotKey {
            month: ((slot / SOURCES) as i32 + self.first_month) as i16,
            source: SOURCE_OF[slot % SOURCES],
            tier: 0,
        }
    }

    /// First slot after every lot issued up to and including `month`.
    fn slot_after(&self, month: i16) -> usize {
        (i32::from(month) - self.first_month + 1).max(0) as usize * SOURCES
    }

    /// The oldest slot that holds points: word and bit.
    #[inline(always)]
    fn first(&mut self) -> Option<(usize, usize)> {
        while let Some(slots) = self.slots.get(self.head) {
            if slots.held != 0 {
                return Some((self.head, slots.held.trailing_zeros() as usize));
            }
            self.head += 1;
        }
        None
    }

    /// Lots that hold points, in key order.
    pub fn lots(&self) -> impl Iterator<Item = Lot> + '_ {
        self.slots
            .iter()
            .flat_map(|slots| slots.points)
            .enumerate()
            .filter(|(_, points)| *points != 0)
            .map(|(slot, points)| Lot {
                key: self.key(slot),
                points,
            })
    }

    /// Adds points (not negative) under a key.
    #[inline(always)]
    pub fn add(&mut self, key: LotKey, points: i64) {
        debug_assert!(points >= 0);
        let slot = self.slot(key);
        let (word, bit) = (slot / 64, slot % 64);
        if word >= self.slots.len() {
            self.grow(word);
        }
        let slots = &mut self.slots[word];
        slots.points[bit] += points;
        slots.held |= u64::from(points > 0) << bit;
        self.head = self.head.min(word);
        self.balance += points;
    }

    #[cold]
    fn grow(&mut self, word: usize) {
        let words = (word + 1).next_power_of_two();
        self.slots.resize(words, Slots::EMPTY);
    }

    /// Opens the account for a run of earnings, none of an earlier month than the newest lot. Empty accounts have none.
    #[inline(always)]
    pub fn earn(&mut self) -> Earning<'_> {
        Earning {
            slots: &mut self.slots,
            first_month: self.first_month,
            balance: self.balance,
            kept: &mut self.balance,
        }
    }

    /// Takes `points` (at most the balance) oldest first; tells each lot's part.
    #[inline(always)]
    pub fn consume(&mut self, points: i64, mut part: impl FnMut(LotKey, i64)) {
        debug_assert!(
            points <= self.balance,
            "a redemption never exceeds the balance"
        );
        let mut left = points.min(self.balance);
        self.balance -= left;
        while left > 0 {
            let Some((word, bit)) = self.first() else {
                break;
            };
            let slots = &mut self.slots[word];
            let held = slots.points[bit];
            let taken = left.min(held);
            slots.points[bit] = held - taken;
            left -= taken;
            // Without a branch: whether the last lot is used up is a coin toss.
            slots.held &= !(u64::from(taken == held) << bit);
            part(self.key(word * 64 + bit), taken);
        }
    }

    /// Ends every lot issued up to and including `month`; tells each. Returns the points that ended.
    #[inline(always)]
    pub fn expire_through(&mut self, month: i16, mut part: impl FnMut(LotKey, i64)) -> i64 {
        let after = self.slot_after(month);
        let mut ended = 0;
        while let Some((word, bit)) = self.first().filter(|(word, bit)| word * 64 + bit < after) {
            let slots = &mut self.slots[word];
            let points = std::mem::take(&mut slots.points[bit]);
            slots.held &= !(1 << bit);
            ended += points;
            part(self.key(word * 64 + bit), points);
        }
        self.balance -= ended;
        ended
    }

    /// Points in lots issued up to and including `month`.
    pub fn issued_through(&self, month: i16) -> i64 {
        let after = self.slot_after(month);
        let from = self.head * 64;
        let slots = self.slots.iter().skip(self.head);
        slots
            .flat_map(|slots| &slots.points)
            .take(after.saturating_sub(from))
            .sum()
    }

    /// Month of issue of the oldest lot.
    #[inline(always)]
    pub fn oldest_month(&self) -> Option<i16> {
        let words = self.slots.get(self.head..)?;
        let word = words.iter().position(|slots| slots.held != 0)?;
        let slot = (self.head + word) * 64 + words[word].held.trailing_zeros() as usize;
        Some(self.key(slot).month)
    }
}

/// A run of earnings on purchases (source base): what [`Ledger::add`] does, with the balance in hand.
pub struct Earning<'a> {
    slots: &'a mut [Slots],
    first_month: i32,
    balance: i64,
    kept: &'a mut i64,
}

impl Earning<'_> {
    /// Points on the account.
    #[inline(always)]
    pub fn balance(&self) -> i64 {
        self.balance
    }

    /// Adds points (positive) of a month; whether there was a place for them, else nothing changed.
    #[inline(always)]
    #[must_use]
    pub fn add(&mut self, month: i16, points: i64) -> bool {
        debug_assert!(points > 0 && self.balance > 0);
        let slot = (i32::from(month) - self.first_month) as usize * SOURCES + Source::Base as usize;
        let Some(slots) = self.slots.get_mut(slot / 64) else {
            return false;
        };
        slots.points[slot % 64] += points;
        slots.held |= 1 << (slot % 64);
        self.balance += points;
        true
    }

    /// Closes the run: the account holds what was earned.
    #[inline(always)]
    pub fn close(self) {
        *self.kept = self.balance;
    }
}

/// Divides a cost over parts of `total` points, cumulatively rounded: every part bears the difference of two roundings,
/// so the parts of all points bear the whole cost exactly. Costs and points are not negative.
#[derive(Clone, Copy, Debug)]
pub struct CostShare {
    cost: i64,
    total: i64,
    borne: i64,
}

impl CostShare {
    /// A cost to be borne by `total` points.
    pub fn new(cost: i64, total: i64) -> CostShare {
        CostShare {
            cost,
            total,
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
        let part = upto - self.borne;
        self.borne = upto;
        part
    }

    #[inline(always)]
    fn rounded(&self, points: i64) -> i64 {
        // All points bear exactly the cost: ⌊(cost·total + ⌊total/2⌋)/total⌋ = cost.
        let small = 1 << 31;
        if self.cost < small && self.total < small {
            // Below 2⁶² + 2³⁰: one machine division.
            let total = self.total as u64;
            return ((self.cost as u64 * points as u64 + total / 2) / total) as i64;
        }
        let total = i128::from(self.total);
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
        fn parts_bear_the_whole_cost(cost in 0i64..1_000_000, parts in prop::collection::vec(1i64..1000, 1..10)) {
            let total: i64 = parts.iter().sum();
            let mut share = CostShare::new(cost, total);
            let mut before = 0;
            let mut sum = 0;
            for part in parts {
                before += part;
                let borne = share.up_to(before);
                prop_assert!(borne >= 0);
                sum += borne;
            }
            prop_assert_eq!(sum, cost);
        }
    }
}
