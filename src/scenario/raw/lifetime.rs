//! `lifetime`: how customers leave.

use super::key::{number, word};
use super::raw_table;
use super::written::{Number, Word};
use crate::scenario::law::Interval;

raw_table! {
    /// The law of leaving.
    pub struct Lifetime {
        /// "never": nobody leaves. "constant": one hazard for all. "pareto": hazards gamma across customers (Schmittlein,
        /// Morrison and Colombo 1987). "beta_monthly": monthly probabilities beta across customers. "bg": a coin after
        /// each repeat purchase (Fader, Hardie and Lee 2005), for validation only.
        model: Word = word(&["never", "constant", "pareto", "beta_monthly", "bg"]);
        /// Hazard of leaving: a share 1 - exp(-hazard) leaves within a year.
        hazard_per_year: Number = number(Interval::above(0.0, 100.0)).when("model", &["constant"]).unit("per year");
        /// Shape of the gamma law of hazards.
        shape: Number = number(Interval::closed(0.02, 1000.0)).when("model", &["pareto"]);
        /// Scale of the lifetimes: after t years a share (scale / (scale + t))^shape is left.
        scale_years: Number = number(Interval::above(0.0, 10_000.0)).when("model", &["pareto"]).unit("years");
        /// First parameter of the beta law of probabilities.
        a: Number = number(Interval::above(0.0, 1e6)).when("model", &["beta_monthly", "bg"]);
        /// Second parameter of the beta law of probabilities; the mean is a / (a + b).
        b: Number = number(Interval::above(0.0, 1e6)).when("model", &["beta_monthly", "bg"]);
    }
}
