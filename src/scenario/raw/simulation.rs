//! `[simulation]`.

use super::key::{flag, integer, word};
use super::raw_table;
use super::written::{Flag, Integer, Word};

/// Most customers, simulated or at market scale.
pub const MAX_CUSTOMERS: i64 = 10_000_000_000;

raw_table! {
    /// How much is simulated, and how.
    pub struct Simulation {
        /// Simulated customers, opening plus arriving, over all replications.
        customers: Integer = integer(1, MAX_CUSTOMERS).or(1_000_000.0).unit("customers");
        /// Independent repetitions; 1 is a run at best estimates.
        replications: Integer = integer(1, 10_000).or(1.0);
        /// Seed of every draw; the same seed gives the same numbers on any machine.
        seed: Integer = integer(0, i64::MAX).or(1.0);
        /// Months the opening base lives before month 0, without program and counted in no total.
        warm_up_months: Integer = integer(0, 120).or(12.0).unit("months");
        /// After the horizon members go on buying, earning and redeeming, or the program is closed and earning stops.
        run_off: Word = word(&["going_concern", "closed"]).or_word("going_concern");
        /// Longest run-off after the horizon.
        run_off_years: Integer = integer(0, 50).or(15.0).unit("years");
        /// Whether the world without a program is lived; off only to measure the engine.
        baseline: Flag = flag(true);
        /// Whether each program is also lived with all effects at zero.
        skeptic: Flag = flag(true);
        /// Whether to report, beside the net value and never in it, the margin that customers alive at the horizon are
        /// expected to bring in the run-off years with no program and no effect.
        later_margin: Flag = flag(false);
    }
}
