//! Net present value of a program against none, its cost, and the ratios of the two.

use super::lines::{Cash, Line, first_month};
use super::scale::{Market, Sample};
use super::weights::Valuation;
use crate::engine::tally::{Tally, World};
use crate::scenario::model::{Program, Scenario};

/// Present values of a program's life less world 0's, minor units, run-off included.
///
/// `net = incremental_margin − cost`: the margin gained is net of displaced purchases and of what additional
/// customers cost to come and to be served, and before everything the program gives away; the cost is set-up, grants (discounts, goods, invoices) and
/// running costs (handling, members, benefits of tiers, months).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PresentValue {
    pub incremental_margin: Sample,
    /// Grants, positive.
    pub grants: Sample,
    /// Running costs, positive.
    pub running: Sample,
    /// Set-up at the start of the program's first month, positive.
    pub setup: f64,
}

impl PresentValue {
    /// Without world 0 the margin is all of the program's.
    pub fn new(
        program: &Program,
        valuation: &Valuation,
        cash: &Cash,
        world_0: Option<&Cash>,
    ) -> PresentValue {
        let discount = |row: usize| valuation.discount[row];
        let present = |cash: &Cash, lines: &[Line]| cash.present(lines, cash.rows(), discount);
        let margin = [
            Line::Sales,
            Line::CostOfGoods,
            Line::Displacement,
            Line::ArrivalCosts,
            Line::CostToServe,
        ];
        let all = present(cash, &margin);
        PresentValue {
            incremental_margin: match world_0 {
                Some(world_0) => all.minus(&present(world_0, &margin)),
                None => all,
            },
            grants: present(cash, &Line::GRANTS).times(-1.0),
            running: present(cash, &Line::RUNNING).times(-1.0),
            setup: program.cost.setup as f64 * setup_discount(program, valuation),
        }
    }

    /// Set-up, grants and running costs.
    pub fn cost(&self) -> Sample {
        let setup = Sample::constant(self.setup, self.grants.batches.len());
        self.grants.plus(&self.running).plus(&setup)
    }

    pub fn net(&self) -> Sample {
        self.incremental_margin.minus(&self.cost())
    }
}

/// Set-up is paid at the start of the program's first month: undiscounted at month 0, nothing where the launch lies
/// beyond the horizon.
pub(crate) fn setup_discount(program: &Program, valuation: &Valuation) -> f64 {
    let month = first_month(program);
    match (valuation.discount.first(), valuation.discount.get(month)) {
        // From the middle of the month back to its start is as far as from the middle of month 0 to time 0.
        (Some(first), Some(middle)) if month < valuation.months => middle / first,
        _ => 0.0,
    }
}

/// Net present value of each program against none in major units, from a tally of some or all batches. Empty where world 0
/// was not lived.
pub(crate) fn net_values(scenario: &Scenario, tally: &Tally) -> Vec<Sample> {
    let market = Market::new(tally);
    let valuation = Valuation::new(scenario, &tally.layout);
    let Some(world_0) = tally.layout.world_index(World::None) else {
        return Vec::new();
    };
    let world_0 = Cash::new(&market, scenario, &valuation, world_0);
    let major = scenario.currency.minor_per_major() as f64;
    let mut values = Vec::new();
    for (index, program) in scenario.programs.iter().enumerate() {
        let Some(world) = tally.layout.world_index(World::Program(index)) else {
            continue;
        };
        let cash = Cash::new(&market, scenario, &valuation, world);
        let net = PresentValue::new(program, &valuation, &cash, Some(&world_0)).net();
        values.push(net.times(1.0 / major));
    }
    values
}
