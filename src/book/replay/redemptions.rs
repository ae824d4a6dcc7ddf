//! What each redemption of one member took, in the order they were made: a row that cancels gives back to the lots the
//! points came from.

use crate::book::calendar::Day;
use crate::book::lots::Taken;
use crate::book::rows::{Kind, Row};

/// The redemptions of the member in hand; kept only where one of the rows cancels.
#[derive(Default)]
pub(super) struct Redemptions {
    made: Vec<Redemption>,
    is_kept: bool,
}

struct Redemption {
    day: Day,
    /// Points not undone yet: those taken and those owed.
    left: i64,
    /// Points that were not there and that nothing has repaid.
    owed: i64,
    taken: Vec<Taken>,
}

/// A part of a redemption that was undone.
pub(super) enum Undone {
    /// Points that were never there, of a redemption of a day.
    Owed(i64, Day),
    Taken(Taken),
}

impl Redemptions {
    /// Begins the rows of a member.
    pub(super) fn start(&mut self, rows: &[Row]) {
        self.made.clear();
        self.is_kept = rows
            .iter()
            .any(|row| row.kind == Kind::Redeem && row.undoes());
    }

    /// Begins a redemption.
    pub(super) fn open(&mut self, day: Day) {
        if self.is_kept {
            self.made.push(Redemption {
                day,
                left: 0,
                owed: 0,
                taken: Vec::new(),
            });
        }
    }

    /// The redemption at hand took points.
    pub(super) fn took(&mut self, taken: Taken) {
        if let Some(last) = self.made.last_mut() {
            last.left += taken.points;
            last.taken.push(taken);
        }
    }

    /// The redemption at hand lacked points.
    pub(super) fn owe(&mut self, points: i64) {
        if let Some(last) = self.made.last_mut() {
            last.left += points;
            last.owed += points;
        }
    }

    /// Later points repay what is owed, of the oldest redemptions first: these took them.
    pub(super) fn repay(&mut self, by: Taken) {
        let mut points = by.points;
        for redemption in self.made.iter_mut().filter(|made| made.owed > 0) {
            if points == 0 {
                return;
            }
            let repaid = points.min(redemption.owed);
            redemption.owed -= repaid;
            redemption.taken.push(Taken {
                points: repaid,
                ..by
            });
            points -= repaid;
        }
    }

    /// The latest redemption of which exactly so many points are left, some of them of the lot that is named.
    pub(super) fn exact(&self, points: i64, lot: Option<Day>) -> Option<usize> {
        let is_it = |made: &Redemption| made.left == points && lot.is_none_or(|lot| made.gave(lot));
        self.made.iter().rposition(is_it)
    }

    /// Undoes a part, of at most `most` points: of the redemption meant, else of the latest that took from the lot named,
    /// else of the latest.
    pub(super) fn undo(
        &mut self,
        meant: Option<usize>,
        lot: Option<Day>,
        most: i64,
    ) -> Option<Undone> {
        let from = |is_it: &dyn Fn(&Redemption) -> bool| self.made.iter().rposition(is_it);
        let at = meant
            .or_else(|| lot.and_then(|lot| from(&|made| made.gave(lot))))
            .or_else(|| from(&|made| made.left > 0))?;
        let undone = self.made.get_mut(at)?.undo(lot, most);
        while self.made.last().is_some_and(|last| last.left == 0) {
            self.made.pop();
        }
        undone
    }
}

impl Redemption {
    fn gave(&self, lot: Day) -> bool {
        self.taken.iter().any(|taken| taken.issued_on == lot)
    }

    /// What was never there first, then of the lot named, then what was taken last.
    fn undo(&mut self, lot: Option<Day>, most: i64) -> Option<Undone> {
        if self.owed > 0 {
            let points = self.owed.min(most);
            self.owed -= points;
            self.left -= points;
            return Some(Undone::Owed(points, self.day));
        }
        let is_named = |taken: &Taken| lot == Some(taken.issued_on);
        let named = self.taken.iter().rposition(is_named);
        let at = named.or(self.taken.len().checked_sub(1))?;
        let taken = self.taken.get_mut(at)?;
        let back = Taken {
            points: taken.points.min(most),
            ..*taken
        };
        taken.points -= back.points;
        self.left -= back.points;
        if taken.points == 0 {
            self.taken.remove(at);
        }
        Some(Undone::Taken(back))
    }
}
