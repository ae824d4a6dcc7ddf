//! The one serializable result model: the contract between computing and presenting. Nothing computes here.
//!
//! Findings are codes with numbers, never sentences in a language. Every number carries its unit, base, world, window
//! and standard error, and which of the four kinds of not knowing its interval contains (today: luck only).
//! Charts and reports see this module and nothing behind it.

pub mod backtest;
pub mod division;
pub mod estimate;
pub mod valuation;

use serde::{Deserialize, Serialize};

mod comparison;
#[cfg(test)]
pub mod fixture;
mod referral;
mod tiers;

pub use comparison::*;
pub use referral::*;
pub use tiers::*;

/// Version of this contract; changes when a field changes meaning or a field is added.
pub const SCHEMA_VERSION: u32 = 3;

/// Everything a run reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    pub schema_version: u32,
    pub scenario: ScenarioEcho,
    /// Uncertain numbers of the scenario and the mean each was replaced by. Not empty: "best estimates only: the
    /// result at the averages is not the average of the results".
    pub assumptions: Vec<AssumptionRow>,
    /// The behavioral parameters this run used, each with its evidence.
    pub evidence: Vec<EvidenceRow>,
    pub strata: Vec<StratumRow>,
    /// World 0 first (where lived), then each program's world.
    pub worlds: Vec<WorldResult>,
    /// One per program, in the order of the scenario.
    pub programs: Vec<ProgramResult>,
    /// Programs against each other; none where there are fewer than two.
    pub comparison: Option<Comparison>,
    /// The book of points of each program, valued at the horizon as an accountant would, beside the truth. Empty where it
    /// was not asked for: many runs are assessed for one number.
    #[serde(default)]
    pub liability: Vec<valuation::Valuation>,
    pub findings: Vec<Finding>,
    /// Control checks of this run; a failed one fails the run with its own exit code.
    pub checks: Vec<Check>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioEcho {
    pub name: String,
    pub currency: String,
    /// Decimal digits of the minor unit.
    pub currency_digits: u32,
    /// `YYYY-MM` of month 0.
    pub start: String,
    pub horizon_months: u32,
    pub run_off_years: u32,
    pub discount_rate: f64,
    pub seed: u64,
    pub replications: u32,
    /// Opening customers at market scale.
    pub market_customers: u64,
    /// Arrivals over the horizon at market scale.
    pub market_arrivals: u64,
    pub simulated_customers: u64,
    /// Degrees of freedom of every interval.
    pub degrees_of_freedom: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssumptionRow {
    pub path: String,
    pub law: String,
    pub mean: f64,
    pub source: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// Key path, for example `behavior.membership.hazard_ratio`.
    pub path: String,
    pub value: f64,
    pub default: f64,
    pub low: f64,
    pub high: f64,
    /// A randomized or structural, B quasi-experimental, C matched observational, D laboratory or judgement.
    pub grade: String,
    pub source: String,
    pub applies_to: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StratumRow {
    pub segment: String,
    /// `opening`, `arriving`, `attracted` or `past`.
    pub kind: String,
    pub stated: u64,
    pub simulated: u64,
    /// Fewer than 64 families: its errors are unreliable.
    pub thin: bool,
}

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Major units of the currency.
    Money,
    Points,
    Customers,
    Count,
    Months,
    /// A plain share or ratio, 0.05 = 5 %.
    Share,
    /// Money per money, for example ROI.
    Ratio,
}

/// A number with what is needed to read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// `None`: undefined or never (payback of a losing program), see `note`.
    pub value: Option<f64>,
    /// Standard error between batches; `None` where the number is not random (set-up cost) or has no error.
    pub standard_error: Option<f64>,
    /// 95 % interval, Student's t; luck only.
    pub interval: Option<[f64; 2]>,
    pub unit: Unit,
    /// What it is a share of, or empty. For example `points issued to the horizon`.
    pub base: String,
    /// `world_0`, `program`, `skeptic`, or a difference such as `program - world_0`.
    pub world: String,
    /// For example `months 0-59`, `months 0-59 and run-off`, `month end 59`.
    pub window: String,
    /// Code of a remark: `never`, `undefined`, `not_reached`, `no_incremental_margin`, ...
    pub note: Option<String>,
}

/// A number with the code it is known by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    pub code: String,
    pub number: Number,
}

/// Points in time, with an error per point where it was estimated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub code: String,
    pub unit: Unit,
    pub world: String,
    /// One per month of the horizon.
    pub values: Vec<f64>,
    /// Empty or one per value.
    pub standard_errors: Vec<f64>,
}

/// One life of the market: with no program, or under one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorldResult {
    /// `world_0`, or the program's name.
    pub name: String,
    /// Index into `programs`, none for world 0.
    pub program: Option<usize>,
    /// Codes: customers_end, buyers_end, churn_12m (share of opening customers gone by month 12 or the horizon),
    /// purchases, sales, margin, clv (mean value per customer), top_quintile_share.
    pub headline: Vec<Named>,
    /// Codes: customers, buyers, leavers, arrivals, purchases, sales, margin.
    pub monthly: Vec<Series>,
    /// P&L lines by month: the same codes for every world so that tables align (lines a world lacks are absent).
    pub profit_and_loss: Vec<Series>,
    /// Distribution of customer value.
    pub value_distribution: Vec<Bin>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Major units of the currency.
    pub low: f64,
    pub high: f64,
    /// Customers at market scale.
    pub customers: f64,
}

/// What one program does, against no program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramResult {
    pub name: String,
    pub kind: String,
    /// Codes: incremental_margin, net_value (npv), cost, cost_per_incremental_margin, roi, payback_plain,
    /// payback_discounted, subsidy_share, break_even_multiplier, break_even_uplift, true_lift, naive_lift,
    /// naive_over_true, skeptic_cost_of_grants, value_of_effects, evidence_share_A.., churn_difference,
    /// members_end, active_members_end, points_outstanding_end, outstanding_expected_cost, urr_low, urr_high, breakage
    /// (known never to be redeemed) and breakage_high (with all unresolved points), dormant_share, clv_lift,
    /// full_price_lift (comparable with break_even_uplift; true_lift deducts vouchers).
    pub headline: Vec<Named>,
    /// Codes: members, active_members, points_outstanding, outstanding_expected_cost, issued, bonus, redeemed, expired,
    /// dormant, redemptions, net_value_cumulative (plain), net_value_cumulative_discounted, ...
    pub monthly: Vec<Series>,
    /// From world 0's margin to the program's: items sum to the total.
    pub bridge: Vec<BridgeItem>,
    /// Incremental margin by label: retention, frequency, arrival, basket, displacement, discounts.
    pub split_by_label: Vec<Named>,
    /// The same by effect, with its grade in `base`.
    pub split_by_effect: Vec<Named>,
    pub vintages: Vec<VintageRow>,
    pub points_roll_forward: Vec<RollForwardRow>,
    pub rewards: Vec<RewardRow>,
    pub deciles: Vec<DecileRow>,
    /// Distribution of a customer's value under the program minus the same customer's value without.
    pub difference_distribution: Vec<Bin>,
    /// Run-off of the points issued to the horizon: by year after it.
    pub run_off: Vec<RunOffRow>,
    /// Status; none in a program without tiers.
    pub tiers: Option<TierResults>,
    /// Friends; none in a program without a referral program.
    pub referral: Option<ReferralResults>,
}

/// One step of the bridge, in major units, undiscounted over the horizon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BridgeItem {
    /// `world_0_margin`, `retention`, `frequency`, `arrival`, `basket`, `displacement`, `discounts`, `reward_goods`,
    /// `reward_partners`, `referral_rewards` and `benefits` (where any is paid), `running_costs`, `setup`, `program_margin`.
    pub code: String,
    /// True for the two pillars, false for the steps between.
    pub pillar: bool,
    pub value: f64,
    pub standard_error: Option<f64>,
}

/// Points of one month of issue, market scale, at the end of everything (horizon and run-off).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VintageRow {
    /// Month relative to start; negative for an opening book.
    pub month: i32,
    pub issued_base: f64,
    pub issued_bonus: f64,
    pub opening: f64,
    pub redeemed_to_horizon: f64,
    pub expired_to_horizon: f64,
    pub dormant_to_horizon: f64,
    pub outstanding_at_horizon: f64,
    pub redeemed_after: f64,
    pub expired_after: f64,
    pub dormant_after: f64,
    /// Not resolved when the run-off ended.
    pub unresolved: f64,
    /// Bounds of the ultimate redemption rate, base: points of the vintage.
    pub urr: [f64; 2],
    /// Cost of all its redemptions, major units.
    pub cost: f64,
}

/// One month of the points identity, market scale; every row ties and opening(t + 1) = closing(t).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollForwardRow {
    pub month: u32,
    pub opening: f64,
    pub issued_base: f64,
    pub issued_bonus: f64,
    pub purchased: f64,
    pub transferred_in: f64,
    pub reinstated: f64,
    pub redeemed: f64,
    pub expired: f64,
    pub forfeited: f64,
    pub transferred_out: f64,
    pub clawed_back: f64,
    /// Outstanding at month end, dormant included (they are outstanding in the books).
    pub closing: f64,
    /// Part of `closing` known to the simulation never to be redeemed.
    pub dormant: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RewardRow {
    pub name: String,
    /// `tender`, `own_good` or `external`.
    pub kind: String,
    pub redemptions: f64,
    pub points: f64,
    pub cost: f64,
    pub displaced: f64,
}

/// Winners and losers by decile of expected world-0 value (1 = lowest).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecileRow {
    pub decile: u32,
    pub customers: f64,
    pub value_world_0: f64,
    pub value_difference: f64,
    pub sales: f64,
    pub points_issued: f64,
    pub points_redeemed: f64,
    pub reward_cost: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunOffRow {
    /// Year after the horizon, 1 is the first.
    pub year: u32,
    pub redeemed: f64,
    pub expired: f64,
    pub dormant: f64,
    /// Left at the end of the year, dormant excluded.
    pub unresolved: f64,
    /// Reward cost, major units.
    pub cost: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Note,
    Warning,
}

/// Something worth saying: a code with numbers, never a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// For example `cap_frequency_binds`, `key_did_not_bind`, `best_estimates_only`, `thin_stratum`, `lift_above_range`.
    pub code: String,
    pub severity: Severity,
    /// Program name, key path or stratum it is about; empty for the whole run.
    pub subject: String,
    pub numbers: Vec<(String, f64)>,
}

/// A control check of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// For example `points_identity`, `value_identity`, `sales_identity`, `skeptic_equals_world_0`, `bridge_sums`.
    pub code: String,
    pub subject: String,
    /// How many equalities were checked.
    pub checked: u64,
    pub failed: u64,
}
