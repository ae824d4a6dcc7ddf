//! How a ledger is to be read.

use super::arguments::Assumption;
use crate::book::calendar::Day;
use crate::book::expiry::{DayRule, Policy, Rules, Suspension};
use crate::book::lots::Consumption;
use crate::book::reader::Layout;
use crate::book::replay::Terms;
use crate::liability::valuation::ledger::StatedBalance;
use clap::{Args, ValueEnum};

/// Arguments that only a ledger has.
#[derive(Args, Debug)]
pub struct LedgerArgs {
    /// Which lots a redemption takes from where the ledger does not say.
    #[arg(long, value_enum, default_value_t = ConsumptionChoice::Fifo, requires = "ledger")]
    pub consumption: ConsumptionChoice,
    /// When points end: never, term=MONTHS, inactivity=MONTHS, or calendar=YEARS after the year of issue. Orders lots
    /// and finds points that should be gone; the ledger's own expiries are taken as they are.
    #[arg(long, value_name = "POLICY", default_value = "never", value_parser = policy, requires = "ledger")]
    pub expiry: PolicyChoice,
    /// Which day a number of months ends on.
    #[arg(long, value_enum, default_value_t = DayChoice::EndOfMonth, requires = "ledger")]
    pub day_rule: DayChoice,
    /// A time in which nothing ended, FROM..UNTIL; the second day is the first on which the policy is in force again.
    #[arg(long, value_name = "FROM..UNTIL", value_parser = suspension, requires = "ledger")]
    pub suspended: Vec<Suspension>,
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
    #[arg(long, value_name = "POINTS", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..), requires = "balance")]
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
}

fn policy(text: &str) -> Result<PolicyChoice, String> {
    const WANTED: &str =
        "never, term=MONTHS, inactivity=MONTHS or calendar=YEARS, for example term=24";
    if text == "never" {
        return Ok(PolicyChoice::Never);
    }
    let (name, number) = text.split_once('=').ok_or(WANTED)?;
    let number: u32 = number.parse().map_err(|_| WANTED)?;
    if number > 1200 {
        return Err("at most 1200".to_owned());
    }
    match name {
        "term" if number > 0 => Ok(PolicyChoice::Term(number)),
        "inactivity" if number > 0 => Ok(PolicyChoice::Inactivity(number)),
        "calendar" => Ok(PolicyChoice::Calendar(number)),
        _ => Err(WANTED.to_owned()),
    }
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
        Err(wanted())
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
        }
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
        };
        Terms {
            consumption: self.rule(),
            rules: Rules {
                suspensions: self.suspended.clone(),
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
    pub fn register(&self) -> Vec<Assumption> {
        let entry = |id, value: String, unit, is_stated: bool| Assumption {
            id,
            value: value.into(),
            unit,
            source: if is_stated { "stated" } else { "default" },
            owner: "",
            approved: "",
        };
        let suspended = self
            .suspended
            .iter()
            .map(|s| format!("{}..{}", s.from, s.until));
        vec![
            entry(
                "consumption",
                self.rule().name().to_owned(),
                "rule",
                self.consumption != ConsumptionChoice::Fifo,
            ),
            entry(
                "expiry",
                format!("{:?}", self.expiry).to_lowercase(),
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
                suspended.collect::<Vec<_>>().join(", "),
                "days",
                !self.suspended.is_empty(),
            ),
            entry(
                "signed",
                self.signed.to_string(),
                "layout of the ledger",
                self.signed,
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
        for wrong in ["", "term", "term=0", "term=x", "weekly=3", "term=9999"] {
            assert!(policy(wrong).is_err(), "{wrong}");
        }
        assert!(suspension("2020-03-01..2020-03-01").is_err());
        assert!(suspension("2020-03-01..2021-01-01").is_ok());
        assert_eq!(explained("a=b=-3"), Ok(("a=b".to_owned(), -3)));
        assert!(explained("migration").is_err());
    }
}
