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
}

impl Policy {
    /// First day without a lot issued on `issued_on`, where the member's last qualifying activity was on
    /// `last_activity`.
    pub fn gone_on(self, issued_on: Day, last_activity: Day) -> Option<Day> {
        match self {
            Policy::Never => None,
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

/// A policy with its exceptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    pub policy: Policy,
    pub suspensions: Vec<Suspension>,
    /// Lowest tier whose members' points do not end while they hold it; none where tiers do not matter.
    pub protected_tier: Option<u32>,
    /// Days after the end within which points can be brought back; 0 for never.
    pub grace_days: u32,
}

impl Rules {
    pub fn of(policy: Policy) -> Rules {
        Rules {
            policy,
            suspensions: Vec::new(),
            protected_tier: None,
            grace_days: 0,
        }
    }

    /// First day without the lot for a member without a protected tier, suspensions regarded. A due day inside a
    /// suspension moves to the day on which the policy is in force again.
    pub fn gone_on(&self, issued_on: Day, last_activity: Day) -> Option<Day> {
        let mut gone = self.policy.gone_on(issued_on, last_activity)?;
        let mut order = self.suspensions.clone();
        order.sort_by_key(|suspension| suspension.from);
        for suspension in order {
            if suspension.from <= gone && gone < suspension.until {
                gone = suspension.until;
            }
        }
        Some(gone)
    }

    /// First day without the lot: as [`Self::gone_on`], but not before a protected tier ends. `protected_until` is the
    /// first day without the tier: none where the member never held one, `Some(None)` where it is still held.
    pub fn gone_on_with_tier(
        &self,
        issued_on: Day,
        last_activity: Day,
        protected_until: Option<Option<Day>>,
    ) -> Option<Day> {
        let gone = self.gone_on(issued_on, last_activity)?;
        match protected_until.filter(|_| self.protected_tier.is_some()) {
            None => Some(gone),
            Some(None) => None,
            Some(Some(end)) => Some(gone.max(end)),
        }
    }

    /// Whether points gone on `gone_on` may be brought back on `day`.
    pub fn may_reinstate(&self, gone_on: Day, day: Day) -> bool {
        let days = i64::from(day.0) - i64::from(gone_on.0);
        (0..i64::from(self.grace_days)).contains(&days)
    }
}

/// What is left of `points` after a number of whole periods in each of which a share is lost, rounded down to whole
/// points every time, so that what is lost and what is left are always whole. None for a share outside 0 to 1.
pub fn after_decay(points: i64, share_per_period: f64, periods: u32) -> Option<i64> {
    if !(0.0..=1.0).contains(&share_per_period) {
        return None;
    }
    let mut left = points;
    for _ in 0..periods {
        let lost = libm::ceil(left as f64 * share_per_period) as i64;
        left -= lost.clamp(0, left.max(0));
        if left == 0 || share_per_period == 0.0 {
            break;
        }
    }
    Some(left)
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
        rules.protected_tier = Some(2);
        let with_tier = |until| rules.gone_on_with_tier(issued, active, until);
        assert_eq!(with_tier(None), Some(day("2021-06-01")));
        assert_eq!(with_tier(Some(None)), None);
        assert_eq!(
            with_tier(Some(Some(day("2022-02-01")))),
            Some(day("2022-02-01"))
        );
        rules.grace_days = 30;
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
        assert_eq!(after_decay(1000, 0.1, 2), Some(810));
        assert_eq!(
            after_decay(1, 0.1, 1),
            Some(0),
            "the last point goes rather than lives for ever"
        );
        assert_eq!(after_decay(5, 0.0, 1_000_000_000), Some(5));
        assert_eq!(after_decay(5, f64::NAN, 1), None);
    }
}
