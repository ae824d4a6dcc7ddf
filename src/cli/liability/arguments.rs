//! The arguments of `fidelio liability`, and what they mean for a valuation.

pub use super::ledger_arguments::LedgerArgs;
use crate::cli::{Threads, Voice};
use crate::errors::Failure;
use crate::liability::estimate::additive::Prior;
use crate::liability::estimate::chain_ladder::Tail;
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::statement::maturity::CurrentPolicy;
use crate::liability::valuation::{Assumptions, Booked};
use crate::results::valuation::Approval;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `fidelio liability`.
#[derive(Args, Debug)]
pub struct LiabilityArgs {
    /// Ledger of points (CSV) with the columns member, date, type (earn, redeem, expire, adjust, transfer), points, and
    /// optionally lot (date of issue), tier, partner, cash_value. Members appear in no output. The cash value is what a
    /// redemption cost: by its size, taken off where the row cancels one (`redeem` of negative points, or of positive ones
    /// with --signed), whatever its own sign; a negative one beside a redemption needs --signed.
    #[arg(
        value_name = "LEDGER",
        conflicts_with = "triangle",
        required_unless_present_any = ["triangle", "backtest", "compare"]
    )]
    pub ledger: Option<PathBuf>,
    #[command(flatten)]
    pub reading: LedgerArgs,
    /// Triangle of redemptions (CSV): one row per vintage, oldest first and none left out, its name first, then points redeemed up to each age; a column
    /// named `issued` or `points_issued` holds the points issued.
    #[arg(long, value_name = "FILE")]
    pub triangle: Option<PathBuf>,
    /// The triangle holds the redemptions of each age, not those up to it.
    #[arg(long)]
    pub incremental: bool,
    /// Points issued per vintage: a list (1000,1100,1210) or a CSV file of vintage and points.
    #[arg(long, value_name = "LIST|FILE", allow_hyphen_values = true)]
    pub issued: Option<String>,
    /// Method whose estimate is booked [default: additive, or chain-ladder without issued points].
    #[arg(long, value_enum)]
    pub method: Option<MethodChoice>,
    /// Rule for the variance of the last age; errors under both are shown.
    #[arg(long, value_enum, default_value_t = RuleChoice::Mack)]
    pub sigma: RuleChoice,
    /// Expected cost of a redeemed point, in the currency: gives the cost provision.
    #[arg(long, value_name = "MONEY", allow_negative_numbers = true, value_parser = number)]
    pub cost_per_point: Option<f64>,
    /// Price allocated to an issued point, in the currency: gives deferred revenue.
    #[arg(long, value_name = "MONEY", allow_negative_numbers = true, value_parser = number)]
    pub price_per_point: Option<f64>,
    /// Decimals of the currency, for what is booked.
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 2, value_parser = clap::value_parser!(u8).range(..=6))]
    pub decimals: u8,
    /// Ages of the triangle per year: 1 for years, 12 for months [default: 1; of a ledger always 12].
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "ledger", value_parser = number)]
    pub periods_per_year: Option<f64>,
    /// Redeemed in the end ÷ redeemed at the last age. A triangle cannot tell: it is your judgement. A finding says which
    /// methods it is in.
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, default_value = "1", value_parser = number)]
    pub tail: f64,
    /// Standard error of the tail factor.
    #[arg(long, value_name = "ERROR", allow_negative_numbers = true, default_value = "0", value_parser = number)]
    pub tail_error: f64,
    /// Sigma of the development beyond the last age: a vintage of C points varies by sigma² C.
    #[arg(long, value_name = "SIGMA", allow_negative_numbers = true, default_value = "0", value_parser = number)]
    pub tail_sigma: f64,
    /// Redemption rate of issued points known beforehand, for Bornhuetter-Ferguson.
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, value_parser = number)]
    pub prior_rate: Option<f64>,
    /// Share of issued points redeemed at each age known beforehand, for the additive method (0.3,0.2,0.1); may go
    /// beyond the triangle.
    #[arg(long, value_name = "LIST", allow_hyphen_values = true, value_delimiter = ',', value_parser = number)]
    pub prior_pattern: Vec<f64>,
    /// Issued points the prior pattern is worth; 0 uses it only where the triangle is silent.
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true, default_value = "0", value_parser = number)]
    pub prior_points: f64,
    /// Age from which a vintage counts as matured [default: three quarters of the ages, which is a judgement].
    #[arg(long, value_name = "AGE", allow_negative_numbers = true)]
    pub matured: Option<u32>,
    /// Rate per year for durations and present values, which are memos: the liability is not discounted.
    #[arg(long, value_name = "RATE", allow_negative_numbers = true, default_value = "0.03", value_parser = number)]
    pub rate: f64,
    /// What is current: redemptions expected within a year, or all (operating cycle).
    #[arg(long, value_enum, default_value_t = CurrentChoice::Expected)]
    pub current: CurrentChoice,
    /// Draws of the bootstrap; of every group of a divided ledger a thousand at most.
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 10_000, value_parser = draws)]
    pub draws: u64,
    /// Seed of the bootstrap [default: 1], or of the lives of a back-test [default: the scenario's].
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = crate::cli::parse_seed)]
    pub seed: Option<u64>,
    /// Test the methods instead: live the book of a scenario's program several times, value it at every year end from the
    /// data up to then, and compare with what became of it.
    #[arg(long, value_name = "SCENARIO", conflicts_with_all = ["ledger", "triangle"])]
    pub backtest: Option<PathBuf>,
    /// Explain why the liability moved between two valuations of one book: the folders they were written to, or their
    /// `valuation.json`; or between two runs, by their folders or `results.json`, for the program that --program names.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with_all = ["ledger", "triangle", "backtest"])]
    pub compare: Vec<PathBuf>,
    /// File (TOML) laid over the scenario of the back-test; may be given several times.
    #[arg(long, value_name = "FILE", requires = "backtest")]
    pub overlay: Vec<PathBuf>,
    /// Program of the back-test [default: the scenario's first], or of the runs to compare [default: the only one].
    #[arg(long, value_name = "NAME", conflicts_with_all = ["ledger", "triangle"])]
    pub program: Option<String>,
    /// Simulated customers of the back-test, over all replications, instead of the scenario's.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = crate::cli::parse_customers, requires = "backtest")]
    pub customers: Option<u64>,
    /// Books of the back-test: the same market with other luck.
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1000), requires = "backtest")]
    pub replications: u32,
    /// Months of the scenario that are lived first and not counted: the program is then in its course.
    #[arg(long, value_name = "MONTHS", allow_negative_numbers = true, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1200), requires = "backtest")]
    pub settled_months: u32,
    /// The command line, as far as it decides the result.
    #[arg(skip)]
    pub words: Vec<String>,
    /// Who owns and who approved the assumptions: a file (TOML) with a table per assumption, named as in assumptions.json,
    /// with owner, approved_by and approved_on. What it does not say is shown as not given.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["backtest", "compare"])]
    pub register: Option<PathBuf>,
    /// Directory for the results [default: outputs/liability-NAME].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write into a directory that something else filled.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub threads: Threads,
    #[command(flatten)]
    pub voice: Voice,
}

/// Methods that can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MethodChoice {
    Additive,
    ChainLadder,
    BornhuetterFerguson,
    CapeCod,
}

/// Rules for the last variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RuleChoice {
    Mack,
    LogLinear,
}

/// What is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CurrentChoice {
    Expected,
    All,
}

fn draws(text: &str) -> Result<u64, String> {
    let draws = text.parse().ok().filter(|draws| *draws <= 1_000_000);
    draws.ok_or_else(|| "a whole number from 0 to 1000000".to_owned())
}

/// A finite number; thousands may be apart by `_`.
pub fn number(text: &str) -> Result<f64, String> {
    let plain: String = text.trim().chars().filter(|c| *c != '_').collect();
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err("a number, for example 0.008".to_owned()),
    }
}

/// An assumption as it was used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assumption {
    pub id: &'static str,
    pub value: serde_json::Value,
    /// Unit and base.
    pub unit: &'static str,
    /// `stated` by the user or `default` of the program.
    pub source: &'static str,
    /// From the user's register.
    #[serde(flatten, serialize_with = "approval")]
    pub approval: Approval,
}

/// What a user does not give is said not to be given.
fn approval<S: serde::Serializer>(of: &Approval, to: S) -> Result<S::Ok, S::Error> {
    let given = |part: &Option<String>| part.clone().unwrap_or_else(|| "not given".to_owned());
    let parts = [
        ("owner", given(&of.owner)),
        ("approved_by", given(&of.approved_by)),
        ("approved_on", given(&of.approved_on)),
    ];
    to.collect_map(parts)
}

impl LiabilityArgs {
    /// What the arguments say of a triangle.
    ///
    /// # Errors
    /// [`crate::errors::Category::Input`] for a number out of its range.
    pub fn assumptions(&self, triangle: &Triangle) -> Result<Assumptions, Failure> {
        self.require("--cost-per-point", self.cost_per_point, 0.0, 1e9)?;
        self.require("--price-per-point", self.price_per_point, 0.0, 1e9)?;
        self.require("--periods-per-year", self.periods_per_year, 1e-3, 366.0)?;
        self.require("--tail", Some(self.tail), 1e-6, 1e6)?;
        self.require("--tail-error", Some(self.tail_error), 0.0, 1e6)?;
        self.require("--tail-sigma", Some(self.tail_sigma), 0.0, 1e6)?;
        self.require("--prior-rate", self.prior_rate, 0.0, 1.0)?;
        for rate in &self.prior_pattern {
            self.require("--prior-pattern", Some(*rate), 0.0, 1.0)?;
        }
        self.require("--prior-points", Some(self.prior_points), 0.0, 1e30)?;
        self.require("--rate", Some(self.rate), -0.9, 10.0)?;
        self.complete(triangle)?;
        let default = match triangle.issued() {
            Some(_) => Booked::Additive,
            None => Booked::ChainLadder,
        };
        Ok(Assumptions {
            booked: self.method.map_or(default, MethodChoice::booked),
            sigma_rule: match self.sigma {
                RuleChoice::Mack => SigmaRule::Mack,
                RuleChoice::LogLinear => SigmaRule::LogLinear,
            },
            tail: Tail {
                factor: self.tail,
                standard_error: self.tail_error,
                sigma: self.tail_sigma,
            },
            prior: Prior {
                rates: self.prior_pattern.clone(),
                points: self.prior_points,
            },
            prior_rate: self.prior_rate,
            matured_age: self
                .matured
                .map_or(triangle.ages() - triangle.ages() / 4, |age| age as usize),
            periods_per_year: self.periods_per_year.unwrap_or(if self.ledger.is_some() {
                12.0
            } else {
                1.0
            }),
            cost_per_point: self.cost_per_point,
            price_per_point: self.price_per_point,
            minor_units: (0..self.decimals).map(|_| 10.0).product(),
            discount_rate: self.rate,
            current: match self.current {
                CurrentChoice::Expected => CurrentPolicy::ExpectedRedemption,
                CurrentChoice::All => CurrentPolicy::OperatingCycle,
            },
        })
    }

    /// What one argument needs of another or of the triangle.
    fn complete(&self, triangle: &Triangle) -> Result<(), Failure> {
        if self.price_per_point.is_some() && triangle.issued().is_none() {
            return Err(Failure::input(
                "--price-per-point needs the points issued: give --issued, or a column `issued`",
            ));
        }
        if self.method == Some(MethodChoice::BornhuetterFerguson) && self.prior_rate.is_none() {
            return Err(Failure::input(
                "--method bornhuetter-ferguson needs --prior-rate, the redemption rate of issued points known beforehand",
            ));
        }
        Ok(())
    }

    /// Seed of the bootstrap.
    pub fn bootstrap_seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }

    fn require(&self, name: &str, value: Option<f64>, low: f64, high: f64) -> Result<(), Failure> {
        match value {
            Some(value) if !(low..=high).contains(&value) => Err(Failure::input(format!(
                "{name} is {value}, expected a number from {low} to {high}"
            ))),
            _ => Ok(()),
        }
    }

    /// The assumptions one by one, for the record.
    pub fn made(&self, with: &Assumptions) -> Vec<Assumption> {
        let mut all = self.estimation(with);
        all.extend(self.measurement(with));
        all
    }

    fn estimation(&self, with: &Assumptions) -> Vec<Assumption> {
        let text = |text: &str| serde_json::Value::from(text);
        let real = serde_json::Value::from;
        vec![
            entry(
                "booked_method",
                text(with.booked.name()),
                "method",
                self.method.is_some(),
            ),
            entry(
                "last_variance_rule",
                text(with.sigma_rule.name()),
                "rule",
                self.sigma != RuleChoice::Mack,
            ),
            entry(
                "tail_factor",
                real(with.tail.factor),
                "ultimate ÷ value at the last age",
                self.tail != 1.0,
            ),
            entry(
                "tail_error",
                real(with.tail.standard_error),
                "standard error of the factor",
                self.tail_error != 0.0,
            ),
            entry(
                "tail_sigma",
                real(with.tail.sigma),
                "root of points",
                self.tail_sigma != 0.0,
            ),
            entry(
                "prior_rate",
                self.prior_rate.into(),
                "share of points issued",
                self.prior_rate.is_some(),
            ),
            entry(
                "prior_pattern",
                self.prior_pattern.clone().into(),
                "share of points issued, by age",
                !self.prior_pattern.is_empty(),
            ),
            entry(
                "prior_points",
                real(self.prior_points),
                "points issued",
                self.prior_points != 0.0,
            ),
        ]
    }

    fn measurement(&self, with: &Assumptions) -> Vec<Assumption> {
        let text = |text: &str| serde_json::Value::from(text);
        let real = serde_json::Value::from;
        vec![
            entry(
                "matured_age",
                (with.matured_age as u64).into(),
                "age",
                self.matured.is_some(),
            ),
            entry(
                "periods_per_year",
                real(with.periods_per_year),
                "ages per year",
                self.periods_per_year.is_some(),
            ),
            entry(
                "cost_per_point",
                with.cost_per_point.into(),
                "money per redeemed point, cost provision",
                self.cost_per_point.is_some(),
            ),
            entry(
                "price_per_point",
                self.price_per_point.into(),
                "money per issued point, deferred revenue",
                self.price_per_point.is_some(),
            ),
            entry(
                "decimals",
                self.decimals.into(),
                "digits",
                self.decimals != 2,
            ),
            entry("rate", real(self.rate), "per year, memo", self.rate != 0.03),
            entry(
                "current",
                text(if self.current == CurrentChoice::All {
                    "operating cycle"
                } else {
                    "expected within a year"
                }),
                "policy",
                self.current == CurrentChoice::All,
            ),
            entry("draws", self.draws.into(), "count", self.draws != 10_000),
            entry(
                "seed",
                self.bootstrap_seed().into(),
                "seed",
                self.seed.is_some(),
            ),
        ]
    }
}

/// An assumption before its owner and approval are known.
pub fn entry(
    id: &'static str,
    value: serde_json::Value,
    unit: &'static str,
    is_stated: bool,
) -> Assumption {
    Assumption {
        id,
        value,
        unit,
        source: if is_stated { "stated" } else { "default" },
        approval: Approval::default(),
    }
}

impl MethodChoice {
    fn booked(self) -> Booked {
        match self {
            MethodChoice::Additive => Booked::Additive,
            MethodChoice::ChainLadder => Booked::ChainLadder,
            MethodChoice::BornhuetterFerguson => Booked::BornhuetterFerguson,
            MethodChoice::CapeCod => Booked::CapeCod,
        }
    }
}
