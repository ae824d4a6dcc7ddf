//! A valuation of a triangle: every method, the tables it allows, the checks that must hold.
//!
//! What is booked at a date uses the estimate a named method makes from the data up to that date: past diagonals are
//! valued as they were known then, never with hindsight.

pub mod division;
mod explained;
mod history;
pub mod ledger;
mod methods;
pub mod simulated;
mod tables;

pub use explained::explain;
pub use methods::Booked;

use crate::liability::estimate::additive::Prior;
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::estimate::chain_ladder::Tail;
use crate::liability::estimate::projection::Projection;
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::measure::MeasureError;
use crate::liability::statement::distribution::LEAST_DRAWS;
use crate::liability::statement::maturity::CurrentPolicy;
use crate::results::estimate::{Check, Finding};
use crate::results::valuation::{Origin, VALUATION_VERSION, Valuation};

/// What a triangle does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumptions {
    pub booked: Booked,
    pub sigma_rule: SigmaRule,
    pub tail: Tail,
    pub prior: Prior,
    /// Stated redemption rate of issued points, for Bornhuetter–Ferguson.
    pub prior_rate: Option<f64>,
    /// Age (from 1) from which an origin counts as matured.
    pub matured_age: usize,
    pub periods_per_year: f64,
    /// Money per redeemed point, major units.
    pub cost_per_point: Option<f64>,
    /// Allocated price per point issued, major units.
    pub price_per_point: Option<f64>,
    /// Minor units in a major one.
    pub minor_units: f64,
    /// Rate per year of duration and of present values (memo).
    pub discount_rate: f64,
    pub current: CurrentPolicy,
}

/// Values a triangle. `draw` runs the bootstrap (on as many threads as it likes) and returns its draws.
///
/// # Errors
/// If an assumption makes no sense. A method that gives no number is in the result with its reason; if it is the booked
/// one, the tables that need it are missing and `findings` says so.
pub fn of_triangle(
    subject: &str,
    triangle: &Triangle,
    assumptions: &Assumptions,
    draw: &dyn Fn(&Bootstrap) -> Vec<f64>,
) -> Result<Valuation, MeasureError> {
    let estimated = methods::all(triangle, assumptions, draw)?;
    let mut tables = Vec::new();
    let mut checks = Vec::new();
    let mut findings = findings(triangle);
    tables.extend(history::points(triangle, &mut checks));
    checks.extend(redeemed_at_most_issued(triangle));
    if let Some(booked) = &estimated.booked {
        let past = history::Past::new(triangle, assumptions);
        tables.extend(history::deferred(
            triangle,
            assumptions,
            &past,
            &mut checks,
            &mut findings,
        )?);
        tables.extend(history::provision(
            triangle,
            assumptions,
            &past,
            booked,
            &mut checks,
        )?);
        tables.extend(history::experience(triangle, &past));
        tables.push(tables::maturity(booked, assumptions)?);
        tables.extend(tables::sensitivity(triangle, booked, assumptions)?);
        tables.extend(tables::distribution(&estimated, assumptions)?);
        findings.extend(too_few_draws(&estimated));
        tables.extend(tables::duration(booked, assumptions)?);
        findings.extend(beyond_bounds(triangle, booked));
    } else {
        findings.push(Finding {
            code: "booked_method_refused".to_owned(),
            numbers: vec![],
        });
    }
    Ok(Valuation {
        schema_version: VALUATION_VERSION,
        subject: subject.to_owned(),
        source: "triangle".to_owned(),
        periods_per_year: assumptions.periods_per_year,
        booked: assumptions.booked.name().to_owned(),
        sigma_rule: assumptions.sigma_rule.name().to_owned(),
        assumptions: Vec::new(),
        origins: origins(triangle, estimated.booked.as_ref()),
        opening: None,
        methods: estimated.rows,
        tables,
        checks,
        findings,
        division: None,
    })
}

fn origins(triangle: &Triangle, booked: Option<&Projection>) -> Vec<Origin> {
    (0..triangle.rows())
        .map(|row| Origin {
            name: triangle.origins().get(row).cloned().unwrap_or_default(),
            issued: triangle
                .issued()
                .and_then(|issued| issued.get(row).copied()),
            redeemed: (0..triangle.ages())
                .map(|age| triangle.value(row, age))
                .collect(),
            outstanding: triangle.outstanding(row),
            expected: booked
                .and_then(|booked| booked.future.get(row).cloned())
                .unwrap_or_default(),
        })
        .collect()
}

/// What in the triangle a reader should know; rows and ages count from 1.
fn findings(triangle: &Triangle) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (row, age) in triangle.falls() {
        findings.push(Finding {
            code: "cumulative_value_falls".to_owned(),
            numbers: vec![(row + 1) as f64, (age + 1) as f64],
        });
    }
    for row in triangle.above_issued() {
        findings.push(Finding {
            code: "redeemed_more_than_issued".to_owned(),
            numbers: vec![(row + 1) as f64],
        });
    }
    findings.extend(off_the_diagonal(triangle));
    if let Some(row) = triangle.gap() {
        findings.push(Finding {
            code: "row_with_gap".to_owned(),
            numbers: vec![(row + 1) as f64],
        });
    }
    findings
}

/// Rows that do not end one age before the row above them, nor both with the oldest age: a vintage is missing, or the last
/// values of a row. Row, its last age, and that of the row before.
fn off_the_diagonal(triangle: &Triangle) -> Vec<Finding> {
    let last = |row: usize| triangle.latest(row).0 + 1;
    let pairs = (1..triangle.rows()).map(|row| (row, last(row), last(row - 1)));
    let regular =
        |own: usize, before: usize| own + 1 == before || (own == before && own == triangle.ages());
    pairs
        .filter(|(_, own, before)| !regular(*own, *before))
        .map(|(row, own, before)| Finding {
            code: "row_off_the_diagonal".to_owned(),
            numbers: vec![(row + 1) as f64, own as f64, before as f64],
        })
        .collect()
}

/// That the bootstrap had too few draws to be shown.
fn too_few_draws(estimated: &methods::Estimated) -> Option<Finding> {
    let draws = estimated.too_few_draws?;
    Some(Finding {
        code: "too_few_draws".to_owned(),
        numbers: vec![draws as f64, LEAST_DRAWS as f64],
    })
}

/// Which methods a stated tail is in: the factor, and whether a prior pattern beyond the triangle takes its place in the
/// additive method. None where no tail is stated.
pub fn reach_of_tail(triangle: &Triangle, with: &Assumptions) -> Option<Finding> {
    let takes_its_place = with.prior.rates.len() > triangle.ages();
    (with.tail.factor != 1.0).then(|| Finding {
        code: "tail_in_methods".to_owned(),
        numbers: vec![with.tail.factor, f64::from(u8::from(takes_its_place))],
    })
}

/// That the method to be booked gives a number: where it does not, everything else may hold and there is nothing to book.
pub fn gives_a_number(valuation: &Valuation) -> Check {
    let mut methods = valuation.methods.iter();
    let booked = methods.find(|method| method.code == valuation.booked);
    let passed = booked.is_some_and(|method| method.refused.is_none());
    Check {
        code: "booked_method_gives_a_number".to_owned(),
        difference: f64::from(u8::from(!passed)),
        passed,
    }
}

/// Where the booked method expects more of a vintage than is outstanding, or that redemptions come back: vintages, and points
/// too many or too few. A method that goes beyond what it has seen may do so, above all with few members; it breaks no
/// identity, and the amounts are of what points allow.
fn beyond_bounds(triangle: &Triangle, booked: &Projection) -> Vec<Finding> {
    let reserves = booked.reserves().into_iter().enumerate();
    let excess = reserves.map(|(row, future)| future - methods::allowed(triangle, row, future));
    let least = 1e-9 * booked.ultimate().max(1.0);
    let (over, under): (Vec<f64>, Vec<f64>) = excess
        .filter(|points| points.abs() > least)
        .partition(|points| *points > 0.0);
    let found = |code: &str, points: &[f64]| {
        (!points.is_empty()).then(|| Finding {
            code: code.to_owned(),
            numbers: vec![points.len() as f64, points.iter().sum::<f64>().abs()],
        })
    };
    let over = found(BEYOND_OUTSTANDING, &over);
    over.into_iter()
        .chain(found(BELOW_REDEEMED, &under))
        .collect()
}

/// Codes of what [`beyond_bounds`] finds.
const BEYOND_OUTSTANDING: &str = "expected_beyond_outstanding";
const BELOW_REDEEMED: &str = "expected_below_redeemed";

/// No more was redeemed of a vintage than was issued.
fn redeemed_at_most_issued(triangle: &Triangle) -> Option<Check> {
    let issued = triangle.issued()?;
    let latest = triangle.latest_values();
    let above = latest.iter().zip(issued).map(|(r, p)| (r - p).max(0.0));
    let difference = above.fold(0.0, f64::max);
    let size = issued.iter().fold(1.0, |a: f64, b| a.max(*b));
    Some(Check {
        code: "redeemed_at_most_issued".to_owned(),
        difference,
        passed: difference <= 1e-9 * size,
    })
}

#[cfg(test)]
mod tests;
