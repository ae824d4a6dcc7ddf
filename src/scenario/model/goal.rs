//! What "best" means when programs are compared.

use serde::{Deserialize, Serialize};

/// A goal and what must hold beside it; every figure is a program's against no program.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    pub maximize: Objective,
    pub subject_to: Vec<Constraint>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Objective {
    /// Net present value.
    #[default]
    Npv,
    /// Active customers at the horizon.
    ActiveCustomers,
    /// Customers who came and would not have come without the program.
    NewCustomers,
    /// Margin after program costs, over the horizon.
    Margin,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    pub measure: Measure,
    /// Money in minor units.
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
}

/// What can be bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    Npv,
    Margin,
    /// Present value of grants and running costs, set-up included.
    ProgramCost,
    ActiveCustomers,
    NewCustomers,
    /// Points outstanding at the horizon.
    PointsOutstanding,
    /// Net present value per unit of program cost.
    Roi,
    /// Months until the discounted net value stays positive.
    PaybackMonths,
}

impl Measure {
    /// Whether it is an amount of money.
    pub fn is_money(self) -> bool {
        matches!(self, Measure::Npv | Measure::Margin | Measure::ProgramCost)
    }
}
