//! How a ledger is to be read.

use super::arguments::{Assumption, entry};
use crate::book::calendar::Day;
use crate::book::division::{Key, LONGEST_NAME, MOST_GROUPS};
use crate::book::expiry::{DayRule, Policy, Rules, Share, Suspension};
use crate::book::lots::Consumption;
use crate::book::reader::Layout;
use crate::book::replay::Terms;
use crate::book::rows::Group;
use crate::errors::Failure;
use crate::liability::valuation::ledger::StatedBalance;
use clap::{Args, ValueEnum};

/// Arguments that only a ledger has.
#[derive(Args, Debug)]
pub struct LedgerArgs {
    /// Which lots a redemption takes from where the ledger does not say.
    #[arg(long, value_enum, default_value_t = ConsumptionChoice::Fifo, requires = "ledger")]
    pub consumption: ConsumptionChoice,
    /// When points end: never, term=MONTHS, inactivity=MONTHS, calendar=YEARS after the year of issue, or
    /// decay=SHARE/MONTHS, a share of what is left each time so many months are over (decay=5%/12). Orders lots and finds
    /// points that should be gone; the ledger's own expiries are taken as they are. Decay needs --as-of.
    #[arg(long, value_name = "POLICY", default_value = "never", value_parser = policy, requires = "ledger")]
    pub expiry: PolicyChoice,
    /// Which day a number of months ends on.
    #[arg(long, value_enum, default_value_t = DayChoice::EndOfMonth, requires = "ledger")]
    pub day_rule: DayChoice,
    /// A time in which nothing ended, FROM..UNTIL; the second day is the first on which the policy is in force again.
    #[arg(long, value_name = "FROM..UNTIL", value_parser = suspension, requires = "ledger")]
    pub suspended: Vec<Suspension>,
    /// A tier whose points do not end while it is held, by its name in the column `tier`; may be given several times. A tier
    /// is held from the row that states it to the next row that states another.
    #[arg(long, value_name = "TIER", value_parser = tier, requires = "ledger")]
    pub protected_tier: Vec<String>,
    /// Days within which ended points can be brought back, that of the end being the first. What an `expire` of negative
    /// points, or an `adjust` with a lot, brings back within them returns to the lots it ended in, newest end first, with
    /// a life counted anew; what comes later is taken as the row says, and told.
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=3660), requires = "ledger")]
    pub grace_days: Option<u32>,
    /// Value the ledger by the groups of a column too, beside the whole, which stays what is booked. By tier, a member and
    /// all points belong to the tier held on the day of the valuation; by partner, points belong to the partner of the
    /// row that issued them. At most 50 groups.
    #[arg(long, value_enum, value_name = "COLUMN", requires = "ledger")]
    pub by: Option<ByChoice>,
    /// Redemptions and expiries are negative, as effects on the balance; otherwise a negative one undoes another.
    #[arg(long, requires = "ledger")]
    pub signed: bool,
    /// The file is sorted by member: read in one pass with little memory.
    #[arg(long, requires = "ledger")]
    pub sorted: bool,
    /// Day of the valuation [default: that of the last row].
    #[arg(long, value_name = "DATE", value_parser = day, requires = "ledger")]
    pub as_of: Option<Day>,
    /// Points that the books of the company show: the ledger must agree.
    #[arg(
        long,
        value_name = "POINTS",
        allow_negative_numbers = true,
        requires = "ledger"
    )]
    pub balance: Option<i64>,
    /// Points by which it may differ.
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..), requires = "balance")]
    pub tolerance: i64,
    /// A known difference, ledger less stated balance: NAME=POINTS.
    #[arg(long, value_name = "NAME=POINTS", value_parser = explained, requires = "balance")]
    pub explained: Vec<(String, i64)>,
    /// Go on although rows are malformed; they are counted and left out.
    #[arg(long, requires = "ledger")]
    pub skip_malformed: bool,
}

/// Rules of consumption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConsumptionChoice {
    Fifo,
    Lifo,
    ProRata,
    ExpiryFirst,
}

/// Columns that divide a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ByChoice {
    Tier,
    Partner,
}

/// Rules of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DayChoice {
    /// Gone on the same day of the month.
    SameDay,
    /// The same day of the month is the last.
    SameDayInclusive,
    /// The last day of that month is the last.
    EndOfMonth,
}

/// A policy before its day rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyChoice {
    Never,
    Term(u32),
    Inactivity(u32),
    Calendar(u32),
    Decay(Share, u32),
}

impl std::fmt::Display for PolicyChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PolicyChoice::Never => write!(f, "never"),
            PolicyChoice::Term(months) => write!(f, "term={months}"),
            PolicyChoice::Inactivity(months) => write!(f, "inactivity={months}"),
            PolicyChoice::Calendar(years) => write!(f, "calendar={years}"),
            PolicyChoice::Decay(share, months) => write!(f, "decay={share}/{months}"),
        }
    }
}

fn policy(text: &str) -> Result<PolicyChoice, String> {
    const WANTED: &str = "never, term=MONTHS, inactivity=MONTHS, calendar=YEARS or decay=SHARE/MONTHS, for example \
                          term=24 or decay=5%/12";
    if text == "never" {
        return Ok(PolicyChoice::Never);
    }
    let (name, number) = text.split_once('=').ok_or(WANTED)?;
    let (share, number) = match (name, number.split_once('/')) {
        ("decay", Some((share, months))) => (self::share(share), months),
        _ => (None, number),
    };
    let number: u32 = number.parse().map_err(|_| WANTED)?;
    if number > 1200 {
        return Err("at most 1200".to_owned());
    }
    if let ("decay", Some(share)) = (name, share)
        && number > 0
    {
        return Ok(PolicyChoice::Decay(share, number));
    }
    match name {
        "term" if number > 0 => Ok(PolicyChoice::Term(number)),
        "inactivity" if number > 0 => Ok(PolicyChoice::Inactivity(number)),
        "calendar" => Ok(PolicyChoice::Calendar(number)),
        _ => Err(WANTED.to_owned()),
    }
}

/// A share of 0 to 1 or a percentage, exact to a millionth.
fn share(text: &str) -> Option<Share> {
    let (text, places) = match text.strip_suffix('%') {
        Some(percent) => (percent, 4),
        None => (text, 6),
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > places || !digits(whole) || !digits(part)
    {
        return None;
    }
    let millionths: u32 = format!("{whole}{part:0<places$}").parse().ok()?;
    Share::millionths(millionths).filter(|_| millionths > 0)
}

/// The name of a tier, as the ledger writes it.
fn tier(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err("the name of a tier, as the ledger writes it".to_owned());
    }
    Ok(name.to_owned())
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text.as_bytes()).ok_or_else(|| "a day, for example 2026-12-31".to_owned())
}

fn suspension(text: &str) -> Result<Suspension, String> {
    let wanted = || "two days, for example 2020-03-01..2021-01-01".to_owned();
    let (from, until) = text.split_once("..").ok_or_else(wanted)?;
    let (from, until) = (day(from)?, day(until)?);
    if from < until {
        Ok(Suspension { from, until })
    } else {
        Err(format!(
            "the second day must be after the first: {until} is not after {from}"
        ))
    }
}

fn explained(text: &str) -> Result<(String, i64), String> {
    let wanted = || "a name and points, for example migration=120".to_owned();
    let (name, points) = text.rsplit_once('=').ok_or_else(wanted)?;
    Ok((name.to_owned(), points.parse().map_err(|_| wanted())?))
}

impl LedgerArgs {
    pub fn layout(&self) -> Layout {
        Layout {
            signed: self.signed,
            sorted: self.sorted,
            as_of: self.as_of,
            by: self.by.map(|by| match by {
                ByChoice::Tier => Key::Tier,
                ByChoice::Partner => Key::Partner,
            }),
            protected: self.protected(),
        }
    }

    /// Protected tiers, each once.
    fn protected(&self) -> Vec<String> {
        let mut names = self.protected_tier.clone();
        names.sort();
        names.dedup();
        names
    }

    /// Refuses what does not go together.
    ///
    /// # Errors
    /// [`crate::errors::Category::Input`].
    pub fn validate(&self) -> Result<(), Failure> {
        if matches!(self.expiry, PolicyChoice::Decay(..)) && self.as_of.is_none() {
            return Err(Failure::input(
                "--expiry decay needs --as-of DATE: points decay up to the day of the valuation",
            ));
        }
        if !self.protected_tier.is_empty() && self.expiry == PolicyChoice::Never {
            return Err(Failure::input(
                "--protected-tier has nothing to protect from: give --expiry, for example --expiry term=24",
            ));
        }
        if self.protected().len() > MOST_GROUPS {
            return Err(Failure::input(format!(
                "--protected-tier: more than {MOST_GROUPS} tiers"
            )));
        }
        Ok(())
    }

    pub fn terms(&self) -> Terms {
        let day = match self.day_rule {
            DayChoice::SameDay => DayRule::SameDayExclusive,
            DayChoice::SameDayInclusive => DayRule::SameDayInclusive,
            DayChoice::EndOfMonth => DayRule::EndOfMonth,
        };
        let policy = match self.expiry {
            PolicyChoice::Never => Policy::Never,
            PolicyChoice::Term(months) => Policy::Term { months, day },
            PolicyChoice::Inactivity(months) => Policy::Inactivity { months, day },
            PolicyChoice::Calendar(years) => Policy::Calendar { years },
            PolicyChoice::Decay(share, months) => Policy::Decay { share, months, day },
        };
        Terms {
            consumption: self.rule(),
            rules: Rules {
                suspensions: self.suspended.clone(),
                // The reader gives the names that a layout protects the first numbers, from 1.
                protected_tiers: (1..=self.protected().len() as Group).collect(),
                grace_days: self.grace_days,
                ..Rules::of(policy)
            },
        }
    }

    fn rule(&self) -> Consumption {
        match self.consumption {
            ConsumptionChoice::Fifo => Consumption::FirstIn,
            ConsumptionChoice::Lifo => Consumption::LastIn,
            ConsumptionChoice::ProRata => Consumption::ProRata,
            ConsumptionChoice::ExpiryFirst => Consumption::ExpiryFirst,
        }
    }

    pub fn stated(&self) -> Option<StatedBalance> {
        Some(StatedBalance {
            points: self.balance?,
            tolerance: self.tolerance,
            explained: self.explained.clone(),
        })
    }

    /// How the ledger was read, for the record.
    pub fn made(&self) -> Vec<Assumption> {
        let entry = |id, value: String, unit, is_stated| entry(id, value.into(), unit, is_stated);
        let spans = self.suspended.iter();
        let suspended: Vec<String> = spans.map(|s| format!("{}..{}", s.from, s.until)).collect();
        let by = self.layout().by.map_or("nothing", Key::name);
        let days = self.grace_days;
        vec![
            entry(
                "consumption",
                self.rule().name().to_owned(),
                "rule",
                self.consumption != ConsumptionChoice::Fifo,
            ),
            entry(
                "expiry",
                self.expiry.to_string(),
                "policy",
                self.expiry != PolicyChoice::Never,
            ),
            entry(
                "day_rule",
                format!("{:?}", self.day_rule).to_lowercase(),
                "rule",
                self.day_rule != DayChoice::EndOfMonth,
            ),
            entry(
                "suspended",
                suspended.join(", "),
                "days",
                !self.suspended.is_empty(),
            ),
            entry(
                "protected_tiers",
                self.protected().join(", "),
                "tiers whose points do not end",
                !self.protected_tier.is_empty(),
            ),
            entry(
                "grace",
                days.map_or("nothing is said".to_owned(), |days| days.to_string()),
                "days within which ended points come back",
                days.is_some(),
            ),
            entry(
                "signed",
                self.signed.to_string(),
                "layout of the ledger",
                self.signed,
            ),
            entry(
                "divided_by",
                by.to_owned(),
                "column of the ledger; the whole is booked",
                self.by.is_some(),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_and_days_are_read_as_written() {
        assert_eq!(policy("term=24"), Ok(PolicyChoice::Term(24)));
        assert_eq!(policy("calendar=0"), Ok(PolicyChoice::Calendar(0)));
        let five = Share::millionths(50_000).unwrap();
        assert_eq!(policy("decay=5%/12"), Ok(PolicyChoice::Decay(five, 12)));
        assert_eq!(policy("decay=0.05/12"), Ok(PolicyChoice::Decay(five, 12)));
        assert_eq!(policy("decay=2.5%/1").unwrap().to_string(), "decay=2.5%/1");
        for wrong in [
            "decay",
            "decay=5%",
            "decay=101%/1",
            "decay=0%/1",
            "decay=5%/0",
            "decay=.05/1",
            "decay=0.00000001/1",
            "decay=-1%/1",
            "term=5%/12",
        ] {
            assert!(policy(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "term", "term=0", "term=x", "weekly=3", "term=9999"] {
            assert!(policy(wrong).is_err(), "{wrong}");
        }
        assert!(suspension("2020-03-01..2020-03-01").is_err());
        assert!(suspension("2020-03-01..2021-01-01").is_ok());
        assert_eq!(explained("a=b=-3"), Ok(("a=b".to_owned(), -3)));
        assert!(explained("migration").is_err());
    }
}
