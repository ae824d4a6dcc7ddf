//! The lots of one member, in whole points, and the rule by which redemptions consume them.
//!
//! The rule is a stated assumption: vintages' redemption rates, the timing of the roll-forward and the volume of expiry
//! all depend on it. First in, first out is the most common in terms and conditions.
//!
//! Points taken back after they were used leave a debt: later earnings repay it first, and what they repay is not
//! outstanding.

use super::calendar::Day;
use super::expiry::Share;
use super::rows::Group;

/// Which lots a redemption takes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consumption {
    /// Oldest lots first.
    FirstIn,
    /// Newest lots first.
    LastIn,
    /// From every lot in proportion to what it holds, whole points by cumulative rounding.
    ProRata,
    /// What ends soonest first; lots that never end last, oldest first among equals.
    ExpiryFirst,
}

impl Consumption {
    pub const ALL: [Consumption; 4] = [
        Consumption::FirstIn,
        Consumption::LastIn,
        Consumption::ProRata,
        Consumption::ExpiryFirst,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Consumption::FirstIn => "fifo",
            Consumption::LastIn => "lifo",
            Consumption::ProRata => "pro-rata",
            Consumption::ExpiryFirst => "expiry-first",
        }
    }
}

/// Points issued together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    pub issued_on: Day,
    /// Day from which their life is counted: that of issue, or on which they were brought back.
    pub counted_from: Day,
    /// First day on which they no longer exist; none where they have no end of their own.
    pub gone_on: Option<Day>,
    pub left: i64,
    /// Of what is left, points that a decaying policy has ended and no row has.
    pub overdue: i64,
    /// Periods of decay lived.
    pub periods: u32,
    pub group: Group,
}

impl Lot {
    /// Points as they are on the day of their issue.
    pub fn new(issued_on: Day, gone_on: Option<Day>, points: i64) -> Lot {
        Lot {
            issued_on,
            counted_from: issued_on,
            gone_on,
            left: points,
            overdue: 0,
            periods: 0,
            group: 0,
        }
    }

    /// Whether points can be put together: nothing tells them apart any more.
    fn is_like(&self, other: &Lot) -> bool {
        let of = |lot: &Lot| {
            (
                lot.issued_on,
                lot.counted_from,
                lot.gone_on,
                lot.periods,
                lot.group,
            )
        };
        of(self) == of(other)
    }
}

/// Points taken from a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub issued_on: Day,
    pub points: i64,
    pub counted_from: Day,
    pub periods: u32,
    pub group: Group,
}

/// The points of one member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// In order of issue.
    lots: Vec<Lot>,
    /// Points taken back that were no longer there.
    debt: i64,
}

impl Holding {
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    /// Points the member owes the program.
    pub fn debt(&self) -> i64 {
        self.debt
    }

    /// Points in lots; the balance is this less [`Self::debt`].
    pub fn outstanding(&self) -> i64 {
        self.lots.iter().map(|lot| lot.left).sum()
    }

    /// Forgets everything, keeping the memory.
    pub fn clear(&mut self) {
        self.lots.clear();
        self.debt = 0;
    }

    /// Adds points; a debt is repaid first. Returns what was repaid.
    pub fn add(&mut self, lot: Lot) -> i64 {
        let repaid = lot.left.min(self.debt);
        self.debt -= repaid;
        let lot = Lot {
            left: lot.left - repaid,
            ..lot
        };
        let place = self
            .lots
            .partition_point(|held| held.issued_on <= lot.issued_on);
        match place.checked_sub(1).and_then(|at| self.lots.get_mut(at)) {
            Some(last) if last.is_like(&lot) => {
                last.left += lot.left;
                last.overdue += lot.overdue;
            }
            _ if lot.left > 0 => self.lots.insert(place, lot),
            _ => {}
        }
        repaid
    }

    /// Takes points by the rule, calling `each` for every lot that gave some. Returns what was missing.
    pub fn take(&mut self, points: i64, rule: Consumption, mut each: impl FnMut(Taken)) -> i64 {
        let wanted = points.min(self.outstanding());
        match rule {
            Consumption::FirstIn => self.take_in_order(wanted, 0..self.lots.len(), &mut each),
            Consumption::LastIn => {
                let order = (0..self.lots.len()).rev();
                self.take_in_order(wanted, order, &mut each);
            }
            Consumption::ExpiryFirst => {
                let mut order: Vec<usize> = (0..self.lots.len()).collect();
                order.sort_by_key(|at| {
                    self.lots
                        .get(*at)
                        .map(|lot| (lot.gone_on.is_none(), lot.gone_on))
                });
                self.take_in_order(wanted, order.into_iter(), &mut each);
            }
            Consumption::ProRata => self.take_in_proportion(wanted, &mut each),
        }
        self.lots.retain(|lot| lot.left > 0);
        points - wanted
    }

    fn take_in_order(
        &mut self,
        mut wanted: i64,
        order: impl Iterator<Item = usize>,
        each: &mut impl FnMut(Taken),
    ) {
        for at in order {
            if wanted == 0 {
                return;
            }
            if let Some(lot) = self.lots.get_mut(at) {
                wanted -= take_from(lot, wanted, each);
            }
        }
    }

    /// Cumulative rounding down: lot k gives ⌊T·H_k ÷ H⌋ − ⌊T·H_(k−1) ÷ H⌋, never more than it holds.
    fn take_in_proportion(&mut self, wanted: i64, each: &mut impl FnMut(Taken)) {
        let all = i128::from(self.outstanding());
        let (mut before, mut given) = (0i128, 0i128);
        for lot in &mut self.lots {
            before += i128::from(lot.left);
            let to_here = i128::from(wanted) * before / all.max(1);
            take_from(lot, (to_here - given) as i64, each);
            given = to_here;
        }
    }

    /// Records points that were used without being there.
    pub fn owe(&mut self, points: i64) {
        self.debt += points;
    }

    /// Moves the end of every lot to what `gone_on` says of the day its life is counted from.
    pub fn set_ends(&mut self, gone_on: impl Fn(Day) -> Option<Day>) {
        for lot in &mut self.lots {
            lot.gone_on = gone_on(lot.counted_from);
        }
    }

    /// Counts as overdue what a decaying policy ends of every lot by `day`. `due` says when a period, counted from 1, is
    /// over for a life counted from a day; none while it does not end.
    pub fn decay(&mut self, day: Day, share: Share, due: impl Fn(Day, u32) -> Option<Day>) {
        for lot in &mut self.lots {
            while lot.overdue < lot.left
                && due(lot.counted_from, lot.periods + 1).is_some_and(|due| due <= day)
            {
                lot.periods += 1;
                lot.overdue += share.of(lot.left - lot.overdue);
            }
        }
    }

    /// Ends points that are overdue, oldest lots first, of the lot of one date of issue where it is named. Returns what
    /// there was not.
    pub fn end_overdue(
        &mut self,
        points: i64,
        issued_on: Option<Day>,
        mut each: impl FnMut(Taken),
    ) -> i64 {
        let mut wanted = points;
        let named = |lot: &&mut Lot| issued_on.is_none_or(|day| lot.issued_on == day);
        for lot in self.lots.iter_mut().filter(named) {
            let overdue = lot.overdue;
            let ended = take_from(lot, wanted.min(overdue), &mut each);
            lot.overdue = overdue - ended;
            wanted -= ended;
        }
        self.lots.retain(|lot| lot.left > 0);
        wanted
    }

    /// Takes points of the lot issued on a day; returns what that lot did not have.
    pub fn take_of(&mut self, points: i64, issued_on: Day, mut each: impl FnMut(Taken)) -> i64 {
        let mut wanted = points;
        for lot in self
            .lots
            .iter_mut()
            .filter(|lot| lot.issued_on == issued_on)
        {
            wanted -= take_from(lot, wanted, &mut each);
        }
        self.lots.retain(|lot| lot.left > 0);
        wanted
    }

    /// Takes back points of one date of issue first, then by first in first out; what is no longer there becomes debt.
    /// Returns the new debt.
    pub fn claw_back(
        &mut self,
        points: i64,
        issued_on: Option<Day>,
        mut each: impl FnMut(Taken),
    ) -> i64 {
        let mut wanted = points;
        if let Some(day) = issued_on {
            for lot in self.lots.iter_mut().filter(|lot| lot.issued_on == day) {
                wanted -= take_from(lot, wanted, &mut each);
            }
        }
        let missing = self.take(wanted, Consumption::FirstIn, each);
        self.debt += missing;
        missing
    }

    /// Ends every lot that is due on or before `day`.
    pub fn end_due(&mut self, day: Day, mut each: impl FnMut(Taken)) {
        for lot in &mut self.lots {
            if lot.gone_on.is_some_and(|gone| gone <= day) {
                take_from(lot, lot.left, &mut each);
            }
        }
        self.lots.retain(|lot| lot.left > 0);
    }
}

fn take_from(lot: &mut Lot, wanted: i64, each: &mut impl FnMut(Taken)) -> i64 {
    let points = wanted.min(lot.left);
    if points > 0 {
        lot.left -= points;
        lot.overdue = lot.overdue.min(lot.left);
        each(Taken {
            issued_on: lot.issued_on,
            points,
            counted_from: lot.counted_from,
            periods: lot.periods,
            group: lot.group,
        });
    }
    points.max(0)
}

#[cfg(test)]
mod tests;
