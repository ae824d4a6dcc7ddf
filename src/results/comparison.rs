//! Programs against each other.

use super::{BridgeItem, Named, Number, Series};
use serde::{Deserialize, Serialize};

/// Programs against each other, and against none where world 0 was lived, on the same customers.
///
/// Adding a program changes the simultaneous intervals and the marks, and no other number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub goal: GoalRow,
    /// Joint confidence of the simultaneous intervals, 0.95.
    pub confidence: f64,
    /// How many intervals hold together: one per pair of contenders, one per contender and constraint.
    pub intervals: u32,
    /// Standard errors on either side of a simultaneous interval: Student's t by Bonferroni's inequality. `None` where
    /// there are no errors.
    pub factor: Option<f64>,
    /// World 0 first (where lived), then the programs in the order of the scenario.
    pub standings: Vec<Standing>,
    /// The program marked best among the programs alone: no program may still be better.
    pub best_program: Option<usize>,
    /// Every pair of contenders, the earlier one first.
    pub pairs: Vec<PairResult>,
}

/// What "best" means in this comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoalRow {
    /// Code of the number to maximize: `npv`, `buyers_end` (active customers), `arrivals` (new customers), `margin`.
    pub maximize: String,
    pub subject_to: Vec<ConstraintRow>,
}

/// A bound on a number of the headline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConstraintRow {
    pub metric: String,
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
}

/// One contender, measured by the goal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// `world_0`, or the program's name.
    pub name: String,
    /// Index into `programs`, none for world 0.
    pub program: Option<usize>,
    pub goal: Number,
    /// One per constraint of the goal.
    pub subject_to: Vec<ConstraintResult>,
    pub mark: Mark,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConstraintResult {
    pub metric: String,
    pub number: Number,
    pub simultaneous: Option<[f64; 2]>,
    pub holds: Truth,
}

/// Whether something holds, as far as luck lets us say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    Yes,
    No,
    Open,
}

/// How a contender stands, under best estimates: what is not known about the customers is in no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Every constraint holds, and the simultaneous intervals separate it from every other contender.
    Best,
    /// Nobody whose constraints hold is surely better.
    NotSeparated,
    /// Somebody whose constraints hold is surely better.
    Behind,
    /// Some constraint surely does not hold.
    Excluded,
}

/// One contender less another: differences of the same customers, with errors between batches of the differences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairResult {
    /// Names; the difference is `to` less `from`.
    pub from: String,
    pub to: String,
    /// Index into `programs`, none for world 0.
    pub from_program: Option<usize>,
    pub to_program: Option<usize>,
    /// Difference in what is maximized; its interval is that of this pair alone.
    pub goal: Number,
    /// Interval that holds together with all others of the comparison.
    pub simultaneous: Option<[f64; 2]>,
    /// Both redeem the same existing book of points, whose cost is then part of the difference in `npv`.
    pub shares_opening_book: bool,
    /// Differences in headline numbers; empty against world 0, where the program's own results say it.
    pub metrics: Vec<Named>,
    /// From the net present value of `from` to that of `to`; empty against world 0. Present values: `from_npv`,
    /// `retention`, `frequency`, `arrival`, `basket`, `arrival_costs`, `cost_to_serve`, `displacement`, `discounts`,
    /// `reward_goods`, `reward_partners`, `running_costs`, `setup`, `opening_rewards`, `to_npv`.
    pub bridge: Vec<BridgeItem>,
    /// Codes: net_value_cumulative_discounted, customers, points_outstanding; empty against world 0.
    pub monthly: Vec<Series>,
}
