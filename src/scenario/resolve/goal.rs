//! The goal: bounds that can be kept.

use super::Context;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::{Constraint, Goal, Measure, Objective};
use crate::scenario::raw;
use crate::scenario::raw::message::shown;
use crate::scenario::raw::written::Number;

pub fn goal(context: &mut Context<'_>) -> Goal {
    let raw = &context.raw.goal;
    Goal {
        maximize: match raw.maximize.value {
            "active_customers" => Objective::ActiveCustomers,
            "new_customers" => Objective::NewCustomers,
            "margin" => Objective::Margin,
            _ => Objective::Npv,
        },
        subject_to: raw
            .subject_to
            .iter()
            .map(|written| constraint(context, written))
            .collect(),
    }
}

fn constraint(context: &mut Context<'_>, raw: &raw::goal::Constraint) -> Constraint {
    let measure = measure(raw.measure.value);
    match (&raw.at_least, &raw.at_most) {
        (None, None) => context.reader.push(
            Diagnostic::error(
                Code::MissingKey,
                "a constraint without a bound",
                raw.span.clone(),
            )
            .expecting("`at_least`, `at_most` or both"),
        ),
        (Some(least), Some(most)) if least.valid && most.valid && least.value > most.value => {
            context.reader.push(
                Diagnostic::error(
                    Code::Inconsistent,
                    "a constraint nothing can keep",
                    most.at.span.clone(),
                )
                .expecting(format!("at least `at_least` = {}", shown(least.value))),
            );
        }
        _ => {}
    }
    let minor = context.currency.minor_per_major() as f64;
    let unit = if measure.is_money() { minor } else { 1.0 };
    let bound = |written: &Option<Number>| written.as_ref().map(|number| number.value * unit);
    Constraint {
        measure,
        at_least: bound(&raw.at_least),
        at_most: bound(&raw.at_most),
    }
}

fn measure(word: &str) -> Measure {
    match word {
        "margin" => Measure::Margin,
        "program_cost" => Measure::ProgramCost,
        "active_customers" => Measure::ActiveCustomers,
        "new_customers" => Measure::NewCustomers,
        "points_outstanding" => Measure::PointsOutstanding,
        "roi" => Measure::Roi,
        "payback_months" => Measure::PaybackMonths,
        _ => Measure::Npv,
    }
}
