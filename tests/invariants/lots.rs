//! A list of lots kept the slow way, and what the rules of a program say about it: written from the rules, not from the
//! engine.

use fidelio::scenario::model::{Earn, Expiry, Program, Rounding, Version};

/// Where points come from, in the order in which they are used within a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Opening,
    Base,
    Bonus,
}

/// Points of one grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    pub month: i64,
    pub origin: Origin,
    pub points: i64,
}

/// One member's grants, each kept apart.
#[derive(Clone, Debug, Default)]
pub struct Lots {
    grants: Vec<Grant>,
}

impl Lots {
    pub fn balance(&self) -> i64 {
        self.grants.iter().map(|grant| grant.points).sum()
    }

    pub fn oldest(&self) -> Option<i64> {
        self.grants.iter().map(|grant| grant.month).min()
    }

    pub fn add(&mut self, month: i64, origin: Origin, points: i64) {
        self.grants.push(Grant {
            month,
            origin,
            points,
        });
    }

    /// Takes points one by one in thought, oldest first; what each month of issue gave.
    pub fn take(&mut self, points: i64) -> Vec<(i64, i64)> {
        assert!(
            points <= self.balance(),
            "a redemption of {points} from {}",
            self.balance()
        );
        self.grants.sort();
        let mut left = points;
        let mut parts = Vec::new();
        for grant in &mut self.grants {
            let part = left.min(grant.points);
            grant.points -= part;
            left -= part;
            parts.push((grant.month, part));
        }
        self.grants.retain(|grant| grant.points > 0);
        parts
    }

    /// Removes every grant of a month up to `last`.
    pub fn end(&mut self, last: i64) -> Vec<(i64, i64)> {
        let due = self.grants.iter().filter(|grant| grant.month <= last);
        let parts = due.map(|grant| (grant.month, grant.points)).collect();
        self.grants.retain(|grant| grant.month > last);
        parts
    }

    /// Points of months up to `last`.
    pub fn up_to(&self, last: i64) -> i64 {
        self.grants
            .iter()
            .filter(|grant| grant.month <= last)
            .map(|grant| grant.points)
            .sum()
    }
}

/// The rules in force at an instant (months).
pub fn version_at(program: &Program, time: f64) -> &Version {
    let begun = program
        .versions
        .iter()
        .skip(1)
        .filter(|v| f64::from(v.from_month) <= time);
    begun.fold(&program.versions[0], |_, version| version)
}

/// The rules in force just before the month end at `end`.
pub fn version_before(program: &Program, end: i64) -> &Version {
    let begun = program
        .versions
        .iter()
        .skip(1)
        .filter(|v| i64::from(v.from_month) < end);
    begun.fold(&program.versions[0], |_, version| version)
}

/// Last month of issue whose points are over once the month end at `end` (the end of month `end` − 1) has passed;
/// `activity` is the month of the last earn or redemption.
pub fn over_after(expiry: Expiry, end: i64, activity: i64) -> Option<i64> {
    let month = end - 1;
    match expiry {
        Expiry::Never => None,
        Expiry::FixedTerm { months } => Some(month - i64::from(months)),
        Expiry::Inactivity { months } => (month - activity >= i64::from(months)).then_some(month),
        // Years that have ended by then, counted from the one that holds the first December.
        Expiry::Calendar {
            years,
            first_december,
        } => {
            let ended = (month - i64::from(first_december)).div_euclid(12);
            Some(i64::from(first_december) + 12 * (ended - i64::from(years)))
        }
    }
}

/// Points for a payment in minor units, before the monthly cap.
pub fn points_for(earn: &Earn, paid: i64) -> i64 {
    let (num, den) = (i128::from(earn.points_num), i128::from(earn.points_den));
    let exact = i128::from(paid.max(0)) * num;
    let whole = exact / den;
    let rest = exact - whole * den;
    let up = match earn.rounding {
        Rounding::Floor => false,
        Rounding::Nearest => 2 * rest >= den,
        Rounding::Ceil => rest > 0,
    };
    let points = i64::try_from(whole).expect("points fit") + i64::from(up);
    earn.cap_per_visit.map_or(points, |cap| points.min(cap))
}
