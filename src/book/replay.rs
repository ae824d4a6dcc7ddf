//! Lives the rows of one member after another: lots are issued, consumed by the stated rule, and end.
//!
//! Where a row names its lot, that lot gives; what it does not have is reported and taken by the rule. What a row ends
//! without naming a lot ends soonest-due first under a policy with dates, oldest first otherwise. Points redeemed or
//! taken back that are not there are owed; later earnings repay them and count as redeemed, or taken back, of their own
//! vintage.

use super::calendar::{Day, Month};
use super::division::{Divided, Key};
use super::expiry::{Policy, Protection, Rules};
use super::flows::Flow;
use super::lots::{Consumption, Holding, Lot, Taken};
use super::rows::{Group, Kind, Row, in_order};
use redemptions::Redemptions;

mod redemptions;
mod tiers;
mod undoing;

/// How a ledger is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub consumption: Consumption,
    /// The rule by which points end, as far as the ledger does not say.
    pub rules: Rules,
}

/// Adds up the lives of members, one after another.
pub struct Replay<'a> {
    terms: &'a Terms,
    /// By what the book is divided.
    by: Option<Key>,
    /// Day of the valuation, up to which points decay; none for the last row of each member.
    as_of: Option<Day>,
    pub book: Divided,
    holding: Holding,
    redemptions: Redemptions,
    /// What rows ended, by day, as far as a row may still bring it back.
    ended: Vec<(Day, Taken)>,
    /// Of what the member owes, points that were redeemed.
    owed_redeemed: i64,
    is_ended_kept: bool,
    last_activity: Day,
    /// Tier on the day of the valuation, and the times with a protected one.
    tier: Group,
    protected: Vec<Protection>,
}

impl<'a> Replay<'a> {
    pub fn new(terms: &'a Terms) -> Replay<'a> {
        Replay::divided(terms, None, None)
    }

    /// As [`Self::new`], with the flows of groups beside those of the whole, and points that decay up to a day.
    pub fn divided(terms: &'a Terms, by: Option<Key>, as_of: Option<Day>) -> Replay<'a> {
        Replay {
            terms,
            by,
            as_of,
            book: Divided::default(),
            holding: Holding::default(),
            redemptions: Redemptions::default(),
            ended: Vec::new(),
            owed_redeemed: 0,
            is_ended_kept: false,
            last_activity: Day(i32::MIN),
            tier: 0,
            protected: Vec::new(),
        }
    }

    /// Lives all rows of one member, which are sorted here.
    pub fn member(&mut self, rows: &mut [Row]) {
        in_order(rows);
        self.holding.clear();
        self.redemptions.start(rows);
        self.is_ended_kept = rows.iter().any(undoing::may_bring_back);
        self.ended.clear();
        self.owed_redeemed = 0;
        self.last_activity = Day(i32::MIN);
        self.tiers_of(rows);
        for row in rows.iter() {
            self.decay(row.day);
            self.row(row);
            self.book.close_row();
        }
        self.close(rows.last().map_or(Day(i32::MIN), |row| row.day));
    }

    /// Group of what a row brings in.
    fn group_of(&self, row: &Row) -> Group {
        match self.by {
            None => 0,
            Some(Key::Tier) => self.tier,
            Some(Key::Partner) => row.partner,
        }
    }

    fn row(&mut self, row: &Row) {
        let month = row.day.month();
        match (row.kind, row.points >= 0) {
            (Kind::Earn, true) => self.issue(row, row.points, Flow::Earned),
            (Kind::Transfer, true) => self.issue(row, row.points, Flow::TransferredIn),
            (Kind::Adjust, true) if row.lot.is_some() => self.bring_back(row, row.points),
            (Kind::Adjust, true) => self.issue(row, row.points, Flow::Granted),
            (Kind::Expire, false) => self.bring_back(row, -row.points),
            (Kind::Redeem, false) => self.cancel(row, -row.points),
            (Kind::Redeem, true) => {
                let missing = self.consume(row, month, Flow::Redeemed);
                self.holding.owe(missing);
                self.redemptions.owe(missing);
                self.owed_redeemed += missing;
                self.book.whole.redeemed_without_points += missing;
            }
            (Kind::Transfer, false) => {
                let missing = self.consume(row, month, Flow::TransferredOut);
                self.holding.owe(missing);
            }
            (Kind::Earn | Kind::Adjust, false) => {
                let (book, is_divided) = (&mut self.book, self.by.is_some());
                self.holding.claw_back(-row.points, row.lot, |taken| {
                    book.took(taken, month, Flow::ClawedBack, is_divided);
                });
            }
            (Kind::Expire, true) => self.end(row, month),
        }
        if matches!(row.kind, Kind::Earn | Kind::Redeem) {
            self.last_activity = self.last_activity.max(row.day);
        }
    }

    fn issue(&mut self, row: &Row, points: i64, flow: Flow) {
        let issued_on = row.lot.unwrap_or(row.day);
        let lot = Lot {
            group: self.group_of(row),
            ..Lot::new(issued_on, None, points)
        };
        self.put(lot, row.day, Some(flow));
    }

    /// Adds points to the lots, as a flow into their vintage where one is given; what they repay is redeemed, or taken
    /// back, of their vintage.
    fn put(&mut self, lot: Lot, day: Day, flow: Option<Flow>) {
        let (vintage, month) = (lot.issued_on.month(), day.month());
        let group = self.by.map(|_| lot.group);
        if let Some(flow) = flow {
            self.book.add(vintage, month, flow, lot.left, group);
        }
        let known = tiers::known(&self.protected, day);
        let rules = &self.terms.rules;
        let gone_on = rules.gone_on_protected(lot.counted_from, day, &known);
        let repaid = self.holding.add(Lot { gone_on, ..lot });
        let redeemed = repaid.min(self.owed_redeemed);
        self.redemptions.repay(Taken {
            issued_on: lot.issued_on,
            points: redeemed,
            counted_from: lot.counted_from,
            periods: lot.periods,
            group: lot.group,
        });
        self.owed_redeemed -= redeemed;
        let taken_back = repaid - redeemed;
        self.book
            .add(vintage, month, Flow::Redeemed, redeemed, group);
        self.book
            .add(vintage, month, Flow::ClawedBack, taken_back, group);
    }

    /// Takes the points of a row; returns what was missing.
    fn consume(&mut self, row: &Row, month: Month, flow: Flow) -> i64 {
        if flow == Flow::Redeemed {
            self.redemptions.open(row.day);
        }
        let mut wanted = row.points.abs();
        if let Some(lot) = row.lot {
            let (book, log) = (&mut self.book, &mut self.redemptions);
            let is_divided = self.by.is_some();
            wanted = self.holding.take_of(wanted, lot, |taken| {
                book.took(taken, month, flow, is_divided);
                if flow == Flow::Redeemed {
                    log.took(taken);
                }
            });
            self.book.whole.taken_elsewhere += wanted;
        }
        if self.terms.consumption == Consumption::ExpiryFirst {
            self.refresh_ends(row.day);
        }
        self.take_by_rule(wanted, month, flow)
    }

    fn take_by_rule(&mut self, wanted: i64, month: Month, flow: Flow) -> i64 {
        let (book, log) = (&mut self.book, &mut self.redemptions);
        let is_divided = self.by.is_some();
        self.holding.take(wanted, self.terms.consumption, |taken| {
            book.took(taken, month, flow, is_divided);
            if flow == Flow::Redeemed {
                log.took(taken);
            }
        })
    }

    /// Under inactivity the end of every lot moves with the last activity, with protected tiers as they come and go; as
    /// far as is known on a day.
    fn refresh_ends(&mut self, day: Day) {
        let rules = &self.terms.rules;
        if matches!(rules.policy, Policy::Inactivity { .. }) || !self.protected.is_empty() {
            let last = self.last_activity;
            let known = tiers::known(&self.protected, day);
            self.holding
                .set_ends(|from| rules.gone_on_protected(from, last, &known));
        }
    }

    /// Counts what a decaying policy has ended by a day.
    fn decay(&mut self, day: Day) {
        let rules = &self.terms.rules;
        if let Policy::Decay {
            share,
            months,
            day: rule,
        } = rules.policy
        {
            let known = tiers::known(&self.protected, day);
            self.holding.decay(day, share, |from, period| {
                rules.moved(rule.gone_on(from, months.saturating_mul(period)), &known)
            });
        }
    }

    fn end(&mut self, row: &Row, month: Month) {
        let is_policy_dated = matches!(
            self.terms.rules.policy,
            Policy::Term { .. } | Policy::Calendar { .. }
        );
        if is_policy_dated {
            self.refresh_ends(row.day);
        }
        let (book, log, is_divided) = (&mut self.book, &mut self.ended, self.by.is_some());
        let is_logged = self.is_ended_kept;
        let mut each = |taken: Taken| {
            book.took(taken, month, Flow::Expired, is_divided);
            if is_logged {
                log.push((row.day, taken));
            }
        };
        let mut wanted = self.holding.end_overdue(row.points, row.lot, &mut each);
        if let Some(lot) = row.lot {
            wanted = self.holding.take_of(wanted, lot, &mut each);
        }
        let rule = match is_policy_dated {
            true => Consumption::ExpiryFirst,
            false => Consumption::FirstIn,
        };
        let missing = self.holding.take(wanted, rule, each);
        // Nothing is owed for points that ended without being there: the row is reported.
        self.book.whole.ended_without_points += missing;
    }

    /// What is left at the end, where `last` is the day of the member's last row.
    fn close(&mut self, last: Day) {
        let day = self.as_of.unwrap_or(last);
        self.decay(day);
        self.refresh_ends(day);
        let lots = self.holding.lots();
        for lot in lots {
            let ends = &mut self.book.whole.ends;
            if let Some(gone_on) = lot.gone_on {
                *ends.entry(gone_on).or_insert(0) += lot.left;
            }
            if lot.overdue > 0 {
                *ends.entry(day).or_insert(0) += lot.overdue;
            }
        }
        self.book.whole.owed += self.holding.debt();
        self.book
            .close_member(lots.iter().map(|lot| (lot.group, lot.left)));
    }
}

#[cfg(test)]
mod tests;
