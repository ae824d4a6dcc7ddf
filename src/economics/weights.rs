//! Unit values by month: discounting, inflation, and the integer value weights the engine accumulates.
//!
//! **Rounding of weights.** A weight is the unit value in minor units times 2³², rounded to the nearest integer: each
//! unit of flow is valued to within 2⁻³³ minor units, so a person with 10⁹ minor units of lifetime sales is valued to
//! within a quarter of a minor unit, and always by the same integers on every platform.

use crate::engine::flow::Flow;
use crate::engine::tally::{Layout, ValueWeights, World};
use crate::scenario::model::{Program, Scenario};

/// 2³²: weights per minor unit.
pub(crate) const WEIGHT_ONE: f64 = 4_294_967_296.0;

/// Sales that happened; dropped and lost sales are absent ones, recorded for the split only.
pub(crate) const SALES: [Flow; 5] = [
    Flow::SalesBase,
    Flow::SalesRetained,
    Flow::SalesExtra,
    Flow::SalesArrival,
    Flow::BasketGain,
];

/// Purchases that happened.
pub(crate) const PURCHASES: [Flow; 4] = [
    Flow::PurchasesBase,
    Flow::PurchasesRetained,
    Flow::PurchasesExtra,
    Flow::PurchasesArrival,
];

/// Discount factors, price levels and margins of a scenario by time row (months, then years of run-off).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Valuation {
    pub months: usize,
    /// Discount factor of a row: (1 + r)^−t, t the middle of the row in years.
    pub discount: Vec<f64>,
    /// Price level of running costs by program and row, month 0 = 1: (1 + i)^t, t counted from the middle of month 0.
    pub inflation: Vec<Vec<f64>>,
    /// Gross margin by segment.
    pub margin: Vec<f64>,
    /// Discount factor of the horizon, where the margin after it is asked for.
    pub later: Option<f64>,
}

impl Valuation {
    pub fn new(scenario: &Scenario, layout: &Layout) -> Valuation {
        let middle = |row: usize| row_middle(row, layout.months);
        let rows = layout.rows();
        let discount = (0..rows)
            .map(|row| libm::pow(1.0 + scenario.discount_rate, -middle(row)))
            .collect();
        let inflation = scenario
            .programs
            .iter()
            .map(|program| {
                let growth = 1.0 + program.cost.inflation_per_year;
                let age = |row| middle(row) - 0.5 / 12.0;
                (0..rows).map(|row| libm::pow(growth, age(row))).collect()
            })
            .collect();
        let margin = scenario.segments.iter().map(|s| s.margin_rate).collect();
        Valuation {
            months: layout.months,
            discount,
            inflation,
            margin,
            later: scenario
                .simulation
                .later_margin
                .then(|| libm::pow(1.0 + scenario.discount_rate, -(layout.months as f64) / 12.0)),
        }
    }

    pub fn rows(&self) -> usize {
        self.discount.len()
    }

    /// Gross margin of a segment, 0 for one the scenario does not have.
    pub fn margin_of(&self, segment: usize) -> f64 {
        self.margin.get(segment).copied().unwrap_or(0.0)
    }

    /// Price level of a program at a row.
    pub fn inflation_of(&self, program: usize, row: usize) -> f64 {
        self.inflation
            .get(program)
            .and_then(|rows| rows.get(row))
            .copied()
            .unwrap_or(1.0)
    }
}

/// Middle of a row in years from month 0: mid-month inside the horizon, mid-year in the run-off.
fn row_middle(row: usize, months: usize) -> f64 {
    if row < months {
        (row as f64 + 0.5) / 12.0
    } else {
        months as f64 / 12.0 + (row - months) as f64 + 0.5
    }
}

/// What one unit of each flow adds to the value of the person it belongs to, by world, segment and row.
///
/// A person's value is the present value of the margin of what was bought, less discounts, reward goods, partners'
/// invoices, handling, member costs, benefits, and what arriving and being served cost. Set-up and monthly costs belong to no person; lots of
/// an opening book are outside (they are the same lots in every world of the program).
pub fn value_weights(scenario: &Scenario, layout: &Layout) -> ValueWeights {
    let valuation = Valuation::new(scenario, layout);
    let mut weights =
        ValueWeights::new(layout.worlds.len(), scenario.segments.len(), layout.rows());
    for (world, life) in layout.worlds.iter().enumerate() {
        let program = match life {
            World::None => None,
            World::Program(index) | World::Skeptic(index) => {
                scenario.programs.get(*index).map(|p| (*index, p))
            }
        };
        for segment in 0..scenario.segments.len() {
            set_world(&mut weights, &valuation, (world, segment), program);
        }
    }
    weights
}

fn set_world(
    weights: &mut ValueWeights,
    valuation: &Valuation,
    (world, segment): (usize, usize),
    program: Option<(usize, &Program)>,
) {
    let margin = valuation.margin_of(segment);
    for (row, &discount) in valuation.discount.iter().enumerate() {
        for flow in SALES {
            weights.set(world, segment, row, flow, fixed(margin * discount));
        }
        for flow in [Flow::ArrivalCost, Flow::CostToServe] {
            weights.set(world, segment, row, flow, fixed(-discount));
        }
        let Some((index, program)) = program else {
            continue;
        };
        let prices = discount * valuation.inflation_of(index, row);
        for (flow, unit) in [
            (Flow::Discount, -discount),
            (Flow::ReferralFees, -discount),
            (Flow::Displaced, -margin * discount),
            (Flow::CostOwnGood, -prices),
            (Flow::CostExternal, -prices),
            (Flow::CostBenefits, -prices),
            (Flow::Redemptions, -program.cost.per_redemption * prices),
        ] {
            weights.set(world, segment, row, flow, fixed(unit));
        }
    }
    let Some((index, program)) = program else {
        return;
    };
    // A member who becomes active at row r costs from r to the horizon, unless a −1 follows: suffix sums.
    let mut suffix = 0i64;
    for row in (0..valuation.months).rev() {
        let prices = valuation.discount[row] * valuation.inflation_of(index, row);
        let monthly = fixed(-program.cost.per_active_member_per_year / 12.0 * prices);
        suffix = suffix.saturating_add(monthly);
        weights.set(world, segment, row, Flow::ActiveMembersDelta, suffix);
    }
}

/// Rounds a unit value to 2⁻³² minor units, half away from zero.
pub(crate) fn fixed(unit: f64) -> i64 {
    libm::round(unit * WEIGHT_ONE) as i64
}
