//! When points end: the policies of programs, in days, with their day rules.
//!
//! | policy | a lot ends |
//! |---|---|
//! | never | never of itself |
//! | term | a number of months after its issue |
//! | inactivity | with the whole balance, a number of months after the last qualifying activity |
//! | calendar | with the year: 31 December of the year of issue + k is the last day |
//! | decay | by a share of what is left at every anniversary of a period |
//!
//! Any of them may be suspended between two dates, or while the member's tier is high enough, and what ended may be
//! reinstated within a number of days.

use super::calendar::{Day, Month};
use super::rows::Group;

/// Which day a number of months ends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayRule {
    /// Gone on the same day of the month: the day before is the last on which the points can be used.
    SameDayExclusive,
    /// The same day of the month is the last on which they can be used.
    SameDayInclusive,
    /// The last day of that month is the last on which they can be used.
    EndOfMonth,
}

impl DayRule {
    /// First day without the points, `months` after `from`.
    pub fn gone_on(self, from: Day, months: u32) -> Day {
        let months = i32::try_from(months).unwrap_or(i32::MAX / 2);
        let day = from.plus_months(months);
        match self {
            DayRule::SameDayExclusive => day,
            DayRule::SameDayInclusive => day.next(),
            DayRule::EndOfMonth => day.month().last_day().next(),
        }
    }
}

/// When points end of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Never,
    Term {
        months: u32,
        day: DayRule,
    },
    Inactivity {
        months: u32,
        day: DayRule,
    },
    /// At the end of the year of issue + `years`.
    Calendar {
        years: u32,
    },
    /// Not at once: every `months` months a share of what is left.
    Decay {
        share: Share,
        months: u32,
        day: DayRule,
    },
}

/// A share in millionths, at most all: exact, so that 7 % of 100 points are 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share(u32);

impl Share {
    /// None for more than all.
    pub fn millionths(share: u32) -> Option<Share> {
        (share <= 1_000_000).then_some(Share(share))
    }

    /// The part of a number of points, rounded up to whole points.
    pub fn of(self, points: i64) -> i64 {
        let part = i128::from(points.max(0)) * i128::from(self.0);
        ((part + 999_999) / 1_000_000) as i64
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        write!(
            f,
            "{}%",
            percent.trim_end_matches('0').trim_end_matches('.')
        )
    }
}

impl Policy {
    /// First day without a lot issued on `issued_on`, where the member's last qualifying activity was on
    /// `last_activity`.
    pub fn gone_on(self, issued_on: Day, last_activity: Day) -> Option<Day> {
        match self {
            Policy::Never | Policy::Decay { .. } => None,
            Policy::Term { months, day } => Some(day.gone_on(issued_on, months)),
            Policy::Inactivity { months, day } => {
                Some(day.gone_on(last_activity.max(issued_on), months))
            }
            Policy::Calendar { years } => {
                let years = i32::try_from(years).unwrap_or(i32::MAX / 24);
                let year = issued_on.month().year().saturating_add(years);
                Some(Month::new(year, 12).last_day().next())
            }
        }
    }
}

/// A time in which nothing ends: what would, ends on its last day instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    pub from: Day,
    /// First day on which the policy is in force again.
    pub until: Day,
}

/// A time in which a member held a tier whose points do not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    pub from: Day,
    /// First day without the tier; none while it is held.
    pub until: Option<Day>,
}

/// A policy with its exceptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    pub policy: Policy,
    pub suspensions: Vec<Suspension>,
    /// Tiers whose members' points do not end while they hold one of them; empty where tiers do not matter.
    pub protected_tiers: Vec<Group>,
    /// Days after the end within which points can be brought back, the day of the end being the first; none where nothing
    /// is said of it.
    pub grace_days: Option<u32>,
}

impl Rules {
    pub fn of(policy: Policy) -> Rules {
        Rules {
            policy,
            suspensions: Vec::new(),
            protected_tiers: Vec::new(),
            grace_days: None,
        }
    }

    /// First day without the lot for a member without a protected tier, suspensions regarded.
    pub fn gone_on(&self, issued_on: Day, last_activity: Day) -> Option<Day> {
        self.gone_on_protected(issued_on, last_activity, &[])
    }

    /// First day without the lot: none while a protected tier is held at its end.
    pub fn gone_on_protected(
        &self,
        issued_on: Day,
        last_activity: Day,
        protected: &[Protection],
    ) -> Option<Day> {
        let gone = self.policy.gone_on(issued_on, last_activity)?;
        self.moved(gone, protected)
    }

    /// A due day inside a suspension or a protected time moves to the day on which the policy is in force again, and from
    /// there to the end of the next where that has begun by then. What ended before a tier was reached stays ended.
    pub fn moved(&self, due: Day, protected: &[Protection]) -> Option<Day> {
        let suspended = self.suspensions.iter().map(|s| (s.from, Some(s.until)));
        let held = protected.iter().map(|p| (p.from, p.until));
        let mut order: Vec<(Day, Option<Day>)> = suspended.chain(held).collect();
        order.sort();
        let mut gone = due;
        for (from, until) in order {
            if from <= gone && until.is_none_or(|until| gone < until) {
                gone = until?;
            }
        }
        Some(gone)
    }

    /// Whether points gone on `gone_on` may be brought back on `day`.
    pub fn may_reinstate(&self, gone_on: Day, day: Day) -> bool {
        let days = i64::from(day.0) - i64::from(gone_on.0);
        let grace = i64::from(self.grace_days.unwrap_or(0));
        (0..grace).contains(&days)
    }
}

/// What is left of `points` after a number of whole periods in each of which a share is lost. What is lost is rounded up
/// to whole points every time: the last point goes rather than lives for ever.
pub fn after_decay(points: i64, share: Share, periods: u32) -> i64 {
    let mut left = points;
    for _ in 0..periods {
        let lost = share.of(left);
        if lost == 0 {
            break;
        }
        left -= lost;
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_day_rule_decides_the_last_day_of_use() {
        let issued = day("2024-02-29");
        let gone = |rule: DayRule| rule.gone_on(issued, 12).to_string();
        assert_eq!(gone(DayRule::SameDayExclusive), "2025-02-28");
        assert_eq!(gone(DayRule::SameDayInclusive), "2025-03-01");
        assert_eq!(gone(DayRule::EndOfMonth), "2025-03-01");
        assert_eq!(
            DayRule::EndOfMonth
                .gone_on(day("2024-01-15"), 12)
                .to_string(),
            "2025-02-01"
        );
    }

    #[test]
    fn suspension_tier_and_grace_move_the_end() {
        let mut rules = Rules::of(Policy::Inactivity {
            months: 18,
            day: DayRule::SameDayExclusive,
        });
        let (issued, active) = (day("2018-05-01"), day("2018-12-10"));
        assert_eq!(rules.gone_on(issued, active), Some(day("2020-06-10")));
        rules.suspensions = vec![
            Suspension {
                from: day("2020-03-01"),
                until: day("2021-01-01"),
            },
            Suspension {
                from: day("2020-12-15"),
                until: day("2021-06-01"),
            },
        ];
        assert_eq!(
            rules.gone_on(issued, active),
            Some(day("2021-06-01")),
            "one after the other"
        );
        let held = |from: &str, until: Option<&str>| Protection {
            from: day(from),
            until: until.map(day),
        };
        let protected = |held: &[Protection]| rules.gone_on_protected(issued, active, held);
        assert_eq!(
            protected(&[held("2021-01-15", None)]),
            None,
            "held on the day of the end"
        );
        assert_eq!(
            protected(&[held("2021-01-15", Some("2022-02-01"))]),
            Some(day("2022-02-01")),
            "the end waits for that of the tier"
        );
        assert_eq!(
            protected(&[held("2019-01-01", Some("2020-12-20"))]),
            Some(day("2021-06-01")),
            "from the tier into the second suspension"
        );
        assert_eq!(
            protected(&[held("2021-06-02", None)]),
            Some(day("2021-06-01")),
            "a tier reached after the end brings nothing back"
        );
        rules.grace_days = Some(30);
        let gone = day("2021-06-01");
        assert!(rules.may_reinstate(gone, day("2021-06-30")));
        assert!(!rules.may_reinstate(gone, day("2021-07-01")));
        assert!(
            !rules.may_reinstate(gone, day("2021-05-31")),
            "nothing to bring back yet"
        );
    }

    #[test]
    fn decay_keeps_whole_points() {
        let share = |millionths| Share::millionths(millionths).unwrap();
        assert_eq!(after_decay(1000, share(100_000), 2), 810);
        assert_eq!(
            after_decay(1, share(100_000), 1),
            0,
            "the last point goes rather than lives for ever"
        );
        // In binary fractions 0.07 of 100 is a little more than 7, and 8 points would be lost.
        assert_eq!(after_decay(100, share(70_000), 1), 93);
        assert_eq!(after_decay(5, share(0), 1_000_000_000), 5);
        assert_eq!(after_decay(5, share(1_000_000), 1), 0);
        assert_eq!(Share::millionths(1_000_001), None);
        assert_eq!(
            [share(50_000).to_string(), share(1).to_string()],
            ["5%", "0.0001%"]
        );
    }
}
