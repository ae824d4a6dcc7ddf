//! What "best" means: a number to maximize, and bounds that others must keep.

use super::metric::Metric;
use crate::results::{ConstraintRow, GoalRow};
use crate::scenario::model::{self, Measure, Objective, Scenario};

/// What is to be as large as possible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Maximize {
    /// Net present value against no program.
    #[default]
    Npv,
    /// Customers with a purchase in the last twelve months of the horizon.
    ActiveCustomers,
    /// Arrivals over the horizon.
    NewCustomers,
    /// Margin after all costs of the program over the horizon, undiscounted.
    Margin,
}

impl Maximize {
    pub fn metric(self) -> Metric {
        match self {
            Maximize::Npv => Metric::Npv,
            Maximize::ActiveCustomers => Metric::ActiveCustomers,
            Maximize::NewCustomers => Metric::NewCustomers,
            Maximize::Margin => Metric::Margin,
        }
    }
}

/// Bounds on a metric, in its unit (major units for money).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constraint {
    pub metric: Metric,
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
}

/// The goal of a comparison; net present value without bounds unless stated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goal {
    pub maximize: Maximize,
    pub subject_to: Vec<Constraint>,
}

impl Goal {
    /// The goal a scenario states.
    pub fn of(scenario: &Scenario) -> Goal {
        let major = scenario.currency.minor_per_major() as f64;
        let stated = &scenario.goal;
        let constraint = |c: &model::Constraint| {
            let scale = if c.measure.is_money() { major } else { 1.0 };
            Constraint {
                metric: match c.measure {
                    Measure::Npv => Metric::Npv,
                    Measure::Margin => Metric::Margin,
                    Measure::ProgramCost => Metric::Cost,
                    Measure::ActiveCustomers => Metric::ActiveCustomers,
                    Measure::NewCustomers => Metric::NewCustomers,
                    Measure::PointsOutstanding => Metric::PointsOutstanding,
                    Measure::Roi => Metric::Roi,
                    Measure::PaybackMonths => Metric::Payback,
                },
                at_least: c.at_least.map(|least| least / scale),
                at_most: c.at_most.map(|most| most / scale),
            }
        };
        Goal {
            maximize: match stated.maximize {
                Objective::Npv => Maximize::Npv,
                Objective::ActiveCustomers => Maximize::ActiveCustomers,
                Objective::NewCustomers => Maximize::NewCustomers,
                Objective::Margin => Maximize::Margin,
            },
            subject_to: stated.subject_to.iter().map(constraint).collect(),
        }
    }

    pub(super) fn row(&self) -> GoalRow {
        let row = |c: &Constraint| ConstraintRow {
            metric: c.metric.code().into(),
            at_least: c.at_least,
            at_most: c.at_most,
        };
        GoalRow {
            maximize: self.maximize.metric().code().into(),
            subject_to: self.subject_to.iter().map(row).collect(),
        }
    }
}
