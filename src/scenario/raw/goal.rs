//! `[goal]`: what "best" means when programs are compared.

use super::key::{list, number, word};
use super::written::{Number, Word};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

/// Beyond any figure a run can have.
const MAX_BOUND: f64 = 1e15;

raw_table! {
    /// What "best" means, and what must hold beside it.
    pub struct Goal {
        /// "npv": net present value. "active_customers": at the horizon. "new_customers": who came and would not have
        /// come. "margin": after program costs, over the horizon.
        maximize: Word = word(&["npv", "active_customers", "new_customers", "margin"]).or_word("npv");
        /// What a design must keep to be called best.
        subject_to: Vec<Constraint> = list(spec::<Constraint>, "measure", 16);
    }
}

raw_table! {
    /// A figure that must stay on one side of a bound, or between two.
    pub struct Constraint {
        /// The figure, of a program against none: money over the horizon, customers and points at its end.
        measure: Word = word(&[
            "npv", "margin", "program_cost", "active_customers", "new_customers", "points_outstanding", "roi",
            "payback_months",
        ]);
        /// Least that is allowed.
        at_least: Option<Number> = number(Interval::closed(-MAX_BOUND, MAX_BOUND)).optional();
        /// Most that is allowed.
        at_most: Option<Number> = number(Interval::closed(-MAX_BOUND, MAX_BOUND)).optional();
    }
}
