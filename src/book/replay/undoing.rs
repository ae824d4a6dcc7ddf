//! Rows that undo others: what ended is brought back, redemptions are cancelled.

use super::Replay;
use super::redemptions::Undone;
use crate::book::calendar::Day;
use crate::book::flows::Flow;
use crate::book::lots::{Lot, Taken};
use crate::book::rows::{Kind, Row};

/// Whether a row may bring back points that ended.
pub(super) fn may_bring_back(row: &Row) -> bool {
    match row.kind {
        Kind::Expire => row.points < 0,
        Kind::Adjust => row.points >= 0 && row.lot.is_some(),
        Kind::Earn | Kind::Transfer | Kind::Redeem => false,
    }
}

impl Replay<'_> {
    /// Puts points back into the lots they ended in, newest end first: within the days of grace, with a life counted anew
    /// from this day; where nothing is said of grace, those of the same day or of the lot named, as they were. What is more
    /// is taken as the row says.
    pub(super) fn bring_back(&mut self, row: &Row, points: i64) {
        let has_grace = self.terms.rules.grace_days.is_some();
        let mut left = points;
        while left > 0 {
            let Some(back) = self.newest_ended(row, left) else {
                break;
            };
            left -= back.points;
            let (counted_from, periods) = match has_grace {
                true => (row.day, 0),
                false => (back.counted_from, back.periods),
            };
            let lot = Lot {
                counted_from,
                periods,
                group: back.group,
                ..Lot::new(back.issued_on, None, back.points)
            };
            self.put(lot, row.day, Some(Flow::Reinstated));
        }
        if left > 0 {
            if has_grace {
                self.book.whole.reinstated_after_grace += left;
            }
            self.issue(row, left, Flow::Reissued);
        }
    }

    /// Of what ended, points that a row may bring back, at most `most`. What remains of them can be brought back later.
    fn newest_ended(&mut self, row: &Row, most: i64) -> Option<Taken> {
        let rules = &self.terms.rules;
        let may = |ended: &(Day, Taken)| {
            let is_named = row.lot.is_none_or(|lot| lot == ended.1.issued_on);
            let in_time = match rules.grace_days {
                Some(_) => rules.may_reinstate(ended.0, row.day),
                None => row.lot.is_some() || ended.0 == row.day,
            };
            is_named && in_time
        };
        let at = self.ended.iter().rposition(may)?;
        let (_, taken) = self.ended.get_mut(at)?;
        let back = Taken {
            points: taken.points.min(most),
            ..*taken
        };
        taken.points -= back.points;
        if taken.points == 0 {
            self.ended.remove(at);
        }
        Some(back)
    }

    /// Gives points of redemptions back to the lots they came from: of the latest of exactly these points, else of the
    /// latest backwards. What exceeds all redemptions is granted anew.
    pub(super) fn cancel(&mut self, row: &Row, points: i64) {
        let meant = self.redemptions.exact(points, row.lot);
        let mut left = points;
        while left > 0 {
            match self.redemptions.undo(meant, row.lot, left) {
                None => break,
                Some(Undone::Owed(points, day)) => {
                    left -= points;
                    self.owed_redeemed -= points;
                    self.holding.owe(-points);
                    if day == row.day {
                        // Only the order within a day made it a redemption without points.
                        self.book.whole.redeemed_without_points -= points;
                    }
                }
                Some(Undone::Taken(back)) => {
                    left -= back.points;
                    self.give_back(back, row.day);
                }
            }
        }
        if left > 0 {
            let fresh = Row { lot: None, ..*row };
            self.issue(&fresh, left, Flow::Reissued);
        }
    }

    /// Undoes the redemption of points taken from a lot.
    fn give_back(&mut self, back: Taken, day: Day) {
        let (vintage, month) = (back.issued_on.month(), day.month());
        let group = self.by.map(|_| back.group);
        self.book
            .add(vintage, month, Flow::Redeemed, -back.points, group);
        let lot = Lot {
            counted_from: back.counted_from,
            periods: back.periods,
            group: back.group,
            ..Lot::new(back.issued_on, None, back.points)
        };
        self.put(lot, day, None);
    }
}
