//! What a check says of friends who bring friends.

use crate::engine::plan::Plan;
use crate::program::referral::DOUBTED_REPRODUCTION;
use crate::report::number::ENGLISH;
use crate::scenario::model::Scenario;
use serde::Serialize;

/// How a referral program multiplies.
#[derive(Debug, Serialize)]
pub(super) struct Reproduction {
    program: String,
    /// New friends a customer brings within the horizon, an estimate on the pilot.
    new_friends_per_customer: f64,
    /// More than can be believed without evidence.
    doubted: bool,
}

impl Reproduction {
    /// Of every program that pays for friends.
    pub fn of_all(scenario: &Scenario, plan: &Plan) -> Vec<Reproduction> {
        let programs = scenario.programs.iter().enumerate();
        let of = |(index, program): (usize, &crate::scenario::model::Program)| {
            plan.reproduction(index).map(|new_friends| Reproduction {
                program: program.name.clone(),
                new_friends_per_customer: new_friends,
                doubted: new_friends > DOUBTED_REPRODUCTION,
            })
        };
        programs.filter_map(of).collect()
    }

    pub fn words(&self) -> String {
        let mut line = format!(
            "  friends    {}: a customer brings {} new ones by the horizon, at most",
            self.program,
            ENGLISH.compact(self.new_friends_per_customer)
        );
        if self.doubted {
            line += &format!(
                ": more than {DOUBTED_REPRODUCTION}, which few programs reach; check invitations and conversion"
            );
        }
        line
    }
}
