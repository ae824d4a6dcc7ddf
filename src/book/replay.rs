//! Lives the rows of one member after another: lots are issued, consumed by the stated rule, and end.
//!
//! Where a row names its lot, that lot gives; what it does not have is reported and taken by the rule. What a row ends
//! without naming a lot ends soonest-due first under a policy with dates, oldest first otherwise. Points redeemed or
//! taken back that are not there are owed; later earnings repay them and count as redeemed, or taken back, of their own
//! vintage.

use super::calendar::{Day, Month};
use super::expiry::{Policy, Rules};
use super::flows::{Flow, Flows};
use super::lots::{Consumption, Holding, Taken};
use super::rows::{Kind, Row};

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
    pub flows: Flows,
    holding: Holding,
    taken: Vec<Taken>,
    /// Of what the member owes, points that were redeemed.
    owed_redeemed: i64,
    last_activity: Day,
}

impl<'a> Replay<'a> {
    pub fn new(terms: &'a Terms) -> Replay<'a> {
        Replay {
            terms,
            flows: Flows::default(),
            holding: Holding::default(),
            taken: Vec::new(),
            owed_redeemed: 0,
            last_activity: Day(i32::MIN),
        }
    }

    /// Lives all rows of one member, which are sorted here.
    pub fn member(&mut self, rows: &mut [Row]) {
        rows.sort_unstable_by_key(Row::order);
        self.holding.clear();
        self.taken.clear();
        self.owed_redeemed = 0;
        self.last_activity = Day(i32::MIN);
        for row in rows.iter() {
            self.row(row);
        }
        self.close();
    }

    fn row(&mut self, row: &Row) {
        let month = row.day.month();
        match (row.kind, row.points >= 0) {
            (Kind::Earn, true) => self.issue(row, row.points, Flow::Earned),
            (Kind::Transfer, true) => self.issue(row, row.points, Flow::TransferredIn),
            (Kind::Adjust, true) if row.lot.is_some() => {
                self.issue(row, row.points, Flow::Reinstated)
            }
            (Kind::Adjust, true) => self.issue(row, row.points, Flow::Granted),
            (Kind::Expire, false) => self.issue(row, -row.points, Flow::Reinstated),
            (Kind::Redeem, false) => self.cancel(row, -row.points),
            (Kind::Redeem, true) => {
                let missing = self.consume(row, month, Flow::Redeemed);
                self.holding.owe(missing);
                self.owed_redeemed += missing;
                self.flows.redeemed_without_points += missing;
            }
            (Kind::Transfer, false) => {
                let missing = self.consume(row, month, Flow::TransferredOut);
                self.holding.owe(missing);
            }
            (Kind::Earn | Kind::Adjust, false) => {
                let flows = &mut self.flows;
                self.holding.claw_back(-row.points, row.lot, |taken| {
                    flows.add(
                        taken.issued_on.month(),
                        month,
                        Flow::ClawedBack,
                        taken.points,
                    );
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
        self.flows
            .add(issued_on.month(), row.day.month(), flow, points);
        self.put(issued_on, row.day, points);
    }

    /// Adds points to the lots; what they repay is redeemed, or taken back, of their vintage.
    fn put(&mut self, issued_on: Day, day: Day, points: i64) {
        let (vintage, month) = (issued_on.month(), day.month());
        let gone_on = self.terms.rules.gone_on(issued_on, day);
        let repaid = self.holding.add(issued_on, gone_on, points);
        let redeemed = repaid.min(self.owed_redeemed);
        self.owed_redeemed -= redeemed;
        self.flows.add(vintage, month, Flow::Redeemed, redeemed);
        self.flows
            .add(vintage, month, Flow::ClawedBack, repaid - redeemed);
    }

    /// Gives back points of the last redemption to the lots they came from; what is more is granted anew.
    fn cancel(&mut self, row: &Row, points: i64) {
        let month = row.day.month();
        let mut left = points;
        if row.lot.is_none() {
            let owed = left.min(self.owed_redeemed);
            self.owed_redeemed -= owed;
            self.holding.owe(-owed);
            left -= owed;
        }
        while left > 0 {
            let back = match (row.lot, self.taken.pop()) {
                (Some(issued_on), _) => Taken {
                    issued_on,
                    points: left,
                },
                (None, Some(taken)) => Taken {
                    points: taken.points.min(left),
                    ..taken
                },
                (None, None) => break,
            };
            left -= back.points;
            self.flows
                .add(back.issued_on.month(), month, Flow::Redeemed, -back.points);
            self.put(back.issued_on, row.day, back.points);
        }
        if left > 0 {
            let fresh = Row { lot: None, ..*row };
            self.issue(&fresh, left, Flow::Reinstated);
        }
    }

    /// Takes the points of a row; returns what was missing.
    fn consume(&mut self, row: &Row, month: Month, flow: Flow) -> i64 {
        if flow == Flow::Redeemed {
            self.taken.clear();
        }
        let mut wanted = row.points.abs();
        if let Some(lot) = row.lot {
            let (flows, taken_log) = (&mut self.flows, &mut self.taken);
            wanted = self.holding.take_of(wanted, lot, |taken| {
                flows.add(taken.issued_on.month(), month, flow, taken.points);
                if flow == Flow::Redeemed {
                    taken_log.push(taken);
                }
            });
            self.flows.taken_elsewhere += wanted;
        }
        if self.terms.consumption == Consumption::ExpiryFirst {
            self.refresh_ends();
        }
        self.take_by_rule(wanted, month, flow)
    }

    fn take_by_rule(&mut self, wanted: i64, month: Month, flow: Flow) -> i64 {
        let (flows, taken_log) = (&mut self.flows, &mut self.taken);
        self.holding.take(wanted, self.terms.consumption, |taken| {
            flows.add(taken.issued_on.month(), month, flow, taken.points);
            if flow == Flow::Redeemed {
                taken_log.push(taken);
            }
        })
    }

    /// Under inactivity the end of every lot moves with the last activity.
    fn refresh_ends(&mut self) {
        if matches!(self.terms.rules.policy, Policy::Inactivity { .. }) {
            let (rules, last) = (&self.terms.rules, self.last_activity);
            self.holding
                .set_ends(|issued_on| rules.gone_on(issued_on, last));
        }
    }

    fn end(&mut self, row: &Row, month: Month) {
        let flows = &mut self.flows;
        let mut each = |taken: Taken| {
            flows.add(taken.issued_on.month(), month, Flow::Expired, taken.points);
        };
        let mut wanted = row.points;
        if let Some(lot) = row.lot {
            wanted = self.holding.take_of(wanted, lot, &mut each);
        }
        let rule = match self.terms.rules.policy {
            Policy::Never | Policy::Inactivity { .. } => Consumption::FirstIn,
            Policy::Term { .. } | Policy::Calendar { .. } => Consumption::ExpiryFirst,
        };
        let missing = self.holding.take(wanted, rule, each);
        // Nothing is owed for points that ended without being there: the row is reported.
        self.flows.ended_without_points += missing;
    }

    fn close(&mut self) {
        self.refresh_ends();
        let outstanding = self.holding.outstanding();
        for lot in self.holding.lots() {
            if let Some(gone_on) = lot.gone_on {
                *self.flows.ends.entry(gone_on).or_insert(0) += lot.left;
            }
        }
        self.flows.outstanding += outstanding;
        self.flows.owed += self.holding.debt();
        self.flows.members += 1;
        self.flows.members_with_points += u64::from(outstanding > 0);
    }
}

#[cfg(test)]
mod tests;
