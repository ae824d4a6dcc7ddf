//! The top of the file.

use super::behavior::Behavior;
use super::goal::Goal;
use super::key::{integer, list, month, number, table, text, word};
use super::market::Market;
use super::program::Program;
use super::segment::Segment;
use super::simulation::Simulation;
use super::written::{Integer, Month, Number, Text, Word};
use super::{raw_table, spec};
use crate::scenario::currency;
use crate::scenario::law::Interval;

/// Longest horizon, months.
pub const MAX_HORIZON: i64 = 600;

raw_table! {
    /// A market, and the programs that are compared with having none.
    pub struct Scenario {
        /// Name of the scenario, on every output.
        name: Text = text();
        /// ISO 4217 code of the currency of all money.
        currency: Word = word(currency::CODES).expects("an ISO 4217 code in capitals, for example \"EUR\"");
        /// First month, "YYYY-MM"; month 0 of every table.
        start: Month = month();
        /// Months lived under the programs.
        horizon_months: Integer = integer(1, MAX_HORIZON).or(60.0).unit("months");
        /// Annual discount rate of the net present value.
        discount_rate: Number = number(Interval::closed(0.0, 1.0)).or(0.08).unit("per year");
        /// A file of the same folder that this one completes: tables merge, lists of named elements merge by name.
        extends: Option<Text> = text().optional();
        /// How much is simulated, and how.
        simulation: Simulation = table(spec::<Simulation>);
        /// Who the customers are in number, how they arrive, and when they buy.
        market: Market = table(spec::<Market>).required();
        /// Kinds of customers; shares add to 1.
        segment: Vec<Segment> = list(spec::<Segment>, "name", 200).required();
        /// How customers react, in all programs; every default is a row of the evidence register.
        behavior: Behavior = table(spec::<Behavior>);
        /// Programs, each compared with having none; no program at all shows the market alone.
        program: Vec<Program> = list(spec::<Program>, "name", 32);
        /// What "best" means when programs are compared.
        goal: Goal = table(spec::<Goal>);
    }
}
