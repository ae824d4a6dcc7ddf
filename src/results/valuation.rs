//! The valuation of a book of points, from a triangle or a ledger: methods side by side and the tables A to H. Versioned
//! like [`super::Results`]; every column says its unit and, where it is money, its basis.

use super::division::Division;
use super::estimate::{Check, Finding, Method, Table};
use serde::{Deserialize, Serialize};

/// Version of the JSON; changes when a field changes meaning.
pub const VALUATION_VERSION: u32 = 1;

/// A valuation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Valuation {
    pub schema_version: u32,
    /// What was valued: the name of its file.
    pub subject: String,
    /// `triangle` or `ledger`.
    pub source: String,
    /// Periods of development per year.
    pub periods_per_year: f64,
    /// Code of the method that is booked.
    pub booked: String,
    /// Rule for the last variance of the booked errors.
    pub sigma_rule: String,
    /// What was assumed.
    #[serde(default)]
    pub assumptions: Vec<Stated>,
    pub origins: Vec<Origin>,
    /// What was outstanding at the start of a simulation and is booked beside the methods, which count what was issued
    /// since; the liability is the sum of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<OpeningBooked>,
    pub methods: Vec<Method>,
    pub tables: Vec<Table>,
    pub checks: Vec<Check>,
    pub findings: Vec<Finding>,
    /// Groups of a ledger, where it was divided; the methods and tables above are of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<Division>,
}

/// One origin: what was issued, and what of it was redeemed by age (cumulative; none where not observed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    pub name: String,
    pub issued: Option<f64>,
    pub redeemed: Vec<Option<f64>>,
    /// Points that may still be redeemed.
    #[serde(default)]
    pub outstanding: Option<f64>,
    /// Redemptions that the booked method expects in each coming period, as far as it dates them.
    #[serde(default)]
    pub expected: Vec<f64>,
}

/// The opening book as booked at the valuation; of nothing issued since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OpeningBooked {
    /// Points.
    pub outstanding: f64,
    /// Expected to be redeemed from now on, points.
    pub future: f64,
    /// Money, major units, basis deferred revenue.
    pub deferred_revenue: Option<f64>,
    /// Money, major units, basis cost provision.
    pub cost_provision: Option<f64>,
}

/// Version of the JSON of a comparison; changes when a field changes meaning.
pub const EXPLAINED_VERSION: u32 = 1;

/// Why a liability moved between two valuations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    pub schema_version: u32,
    pub old: String,
    pub new: String,
    pub vintages_in_both: u32,
    pub vintages_only_new: u32,
    pub vintages_only_old: u32,
    /// By basis; one that either valuation lacks is left out.
    pub movements: Vec<Movement>,
}

/// The movement of the booked amount on one basis, major units: opening + causes = closing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Movement {
    pub basis: String,
    pub opening: f64,
    pub causes: Vec<Cause>,
    pub closing: f64,
    /// Sum over the vintages less the reported closing: not zero where prices were not locked.
    pub vintages_differ_by: f64,
}

/// A cause and its part of a movement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    pub code: String,
    pub amount: f64,
}

/// An assumption as it was used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    pub id: String,
    pub value: String,
    /// Unit and base.
    pub unit: String,
    /// `stated` by the user, `default` of the program, or where it came from.
    pub source: String,
    /// As the user gives them; nothing is made up.
    #[serde(flatten)]
    pub approval: Approval,
}

/// Who answers for an assumption, and who agreed to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Year, month and day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_on: Option<String>,
}
