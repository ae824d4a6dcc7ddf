//! The runs that are measured: the shipped scenarios at any size, and RW1 with four programs.

use fidelio::economics;
use fidelio::engine::flow::Flow;
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{self, Control};
use fidelio::engine::tally::{Tally, ValueWeights, World};
use fidelio::scenario::model::{Expiry, Scenario};

fn shipped(text: &str) -> Scenario {
    let scenario = fidelio::scenario::parse(text).scenario;
    scenario.expect("shipped scenarios are valid")
}

/// `scenarios/rw1.toml`: one program world and no other.
pub fn rw1() -> Scenario {
    shipped(include_str!("../../scenarios/rw1.toml"))
}

/// RW1 under four programs that differ in the term of their points, each in its own world.
pub fn rw1_with_four_programs() -> Scenario {
    let mut scenario = rw1();
    let program = scenario.programs[0].clone();
    let with_term = |months: u32| {
        let mut program = program.clone();
        program.name = format!("{months} months");
        for version in &mut program.versions {
            version.expiry = Expiry::FixedTerm { months };
        }
        program
    };
    scenario.programs = [12, 18, 24, 36].map(with_term).to_vec();
    scenario
}

/// The first program of `scenarios/grocer.toml`: world 0, the points program and its skeptic.
pub fn grocer() -> Scenario {
    let mut scenario = grocer_with_four_programs();
    scenario.programs.truncate(1);
    scenario
}

/// The first three: points, tiers and ambassadors, each alone.
pub fn grocer_with_three_programs() -> Scenario {
    let mut scenario = grocer_with_four_programs();
    scenario.programs.truncate(3);
    scenario
}

/// `scenarios/grocer.toml`: world 0, points, tiers, ambassadors, the hybrid of all three, and a skeptic of each.
pub fn grocer_with_four_programs() -> Scenario {
    shipped(include_str!("../../scenarios/grocer.toml"))
}

/// A scenario up to the point where customers are lived.
pub struct Prepared {
    pub plan: Plan,
    pub weights: ValueWeights,
    pub months: usize,
}

impl Prepared {
    pub fn new(mut scenario: Scenario, customers: u64) -> Prepared {
        scenario.simulation.customers = customers;
        let plan = Plan::new(&scenario).expect("shipped scenarios can be simulated");
        let weights = economics::value_weights(&scenario, plan.layout());
        Prepared {
            plan,
            weights,
            months: scenario.horizon_months as usize,
        }
    }

    /// Lives everybody on all cores, as `fidelio run` does: no break-even search, no files.
    pub fn run(&self) -> Tally {
        let control = Control {
            threads: 0,
            progress: None,
            cancelled: None,
            batches: 0..self.plan.layout().batches,
        };
        run::run(&self.plan, &self.weights, &control).expect("nobody cancels")
    }

    /// World 0 and the program worlds. The skeptic's worlds are in the time, not in the count.
    fn counted_worlds(&self) -> impl Iterator<Item = usize> + '_ {
        let worlds = self.plan.layout().worlds.iter().enumerate();
        worlds.filter_map(|(i, world)| (!matches!(world, World::Skeptic(_))).then_some(i))
    }

    /// Nominal customer-months: customers × horizon × counted worlds, alive or not.
    pub fn customer_months(&self) -> u64 {
        self.plan.families() * self.months as u64 * self.counted_worlds().count() as u64
    }

    /// Purchases in the counted worlds up to the horizon. Those of the run-off are in the time, not in the count.
    pub fn purchases(&self, tally: &Tally) -> u64 {
        const PURCHASES: [Flow; 4] = [
            Flow::PurchasesBase,
            Flow::PurchasesExtra,
            Flow::PurchasesRetained,
            Flow::PurchasesArrival,
        ];
        let layout = self.plan.layout();
        let mut purchases = 0;
        for world in self.counted_worlds() {
            for stratum in 0..layout.strata.len() {
                for batch in 0..layout.batches {
                    for row in 0..self.months {
                        for flow in PURCHASES {
                            purchases += tally.flow(world, stratum, batch, row, flow);
                        }
                    }
                }
            }
        }
        purchases as u64
    }
}
