//! Back-test of the accountant's methods: because a simulation knows how its books end, every method can be asked at every
//! year end what it expects, from the data up to then, and be compared with what happened.
//!
//! Every replication is one book: the same market with other luck. A method sees the triangle of its months and what the
//! assumptions imply of ages that nobody has seen yet ([`Pattern`], under the first rules): additive rates take them as
//! their prior, chain ladder, Bornhuetter–Ferguson, Cape Cod and competing risks as their tail. Matured vintages and the over-dispersed
//! Poisson model have no place for such a thing. Everything later, changes of rules among it, is hidden.

mod score;

use super::book_value::expected_pattern;
use super::synthetic_ledger::alone;
use crate::economics;
use crate::engine::EngineError;
use crate::engine::plan::Plan;
use crate::engine::run::{self, Control};
use crate::engine::tally::{Tally, World};
use crate::liability::estimate::additive::{Additive, Prior};
use crate::liability::estimate::bornhuetter_ferguson::{bornhuetter_ferguson, cape_cod};
use crate::liability::estimate::chain_ladder::ChainLadder;
use crate::liability::estimate::competing_risks;
use crate::liability::estimate::mack::standard_errors;
use crate::liability::estimate::matured::matured;
use crate::liability::estimate::over_dispersed_poisson::OverDispersedPoisson;
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::measure::basis::OfIssued;
use crate::liability::valuation::simulated::{Pattern, Vintages};
use crate::results::backtest::{BACKTEST_VERSION, Backtest, BacktestRow, BacktestVintage};
use crate::scenario::model::Scenario;
use score::{Guess, vintage_score};
use std::sync::atomic::AtomicBool;

/// Rule for the last variance.
const RULE: SigmaRule = SigmaRule::Mack;
/// Months between two valuations.
const YEAR: usize = 12;
/// Methods, in the order of the report.
pub const METHODS: [&str; 7] = [
    "additive",
    "chain_ladder",
    "bornhuetter_ferguson",
    "cape_cod",
    "competing_risks",
    "matured_average",
    "over_dispersed_poisson",
];

/// Values the book of a program at the end of every year since its launch, and at the horizon. `scenario.simulation.customers`
/// are dealt to the replications. Counted is what is issued from month `from` of the scenario on: with the months before it
/// a program comes to a steady state, whose members hold the points they earned themselves.
///
/// # Errors
/// As [`run::run`]; [`EngineError::Limit`] where the program issues no points, or nothing is left to count.
pub fn backtest(
    scenario: &Scenario,
    program: usize,
    replications: u32,
    from: usize,
    threads: usize,
    cancelled: Option<&AtomicBool>,
) -> Result<Backtest, EngineError> {
    let none = || EngineError::Limit("the program issues no points".into());
    if from >= scenario.horizon_months as usize {
        return Err(EngineError::Limit(format!(
            "{from} months are to be lived first, but the horizon is {}: nothing is left to value",
            scenario.horizon_months
        )));
    }
    let mut one = alone(scenario, program).ok_or_else(none)?;
    one.simulation.replications = replications;
    let (books, whole) = lives(&one, threads, cancelled)?;
    let books = books.into_iter().filter_map(|book| book.issued_from(from));
    let books: Vec<Vintages> = books.collect();
    let prior = expected_pattern(&one, &whole, (0, from), threads, cancelled)?.ok_or_else(none)?;
    let months = books.iter().map(Vintages::months).max().ok_or_else(none)?;
    let mut dates: Vec<usize> = (1..=months / YEAR).map(|year| year * YEAR).collect();
    if !months.is_multiple_of(YEAR) {
        dates.push(months);
    }
    let mut rows = Vec::new();
    let mut vintages = Vec::new();
    for months in dates {
        let (of_book, of_vintages) = at(&books, months, &prior);
        rows.extend(of_book);
        vintages.extend(of_vintages);
    }
    let rules = one.programs.first().ok_or_else(none)?;
    let changes = rules.versions.iter().skip(1);
    Ok(Backtest {
        schema_version: BACKTEST_VERSION,
        scenario: scenario.name.clone(),
        program: rules.name.clone(),
        replications,
        customers: scenario.simulation.customers,
        counted_from: Some(scenario.start.plus(from as i64).to_string()),
        seed: scenario.simulation.seed,
        sigma_rule: RULE.name().to_owned(),
        prior_rate: prior.rate(),
        changes: changes
            .map(|v| scenario.start.plus(i64::from(v.from_month)).to_string())
            .collect(),
        rows,
        vintages,
    })
}

/// The book of every replication, and all of them together.
fn lives(
    scenario: &Scenario,
    threads: usize,
    cancelled: Option<&AtomicBool>,
) -> Result<(Vec<Vintages>, Tally), EngineError> {
    let plan = Plan::new(scenario)?;
    let weights = economics::value_weights(scenario, plan.layout());
    let mut whole = Tally::new(plan.layout().clone());
    let mut books = Vec::new();
    for batch in 0..plan.layout().batches {
        let control = Control {
            threads,
            progress: None,
            cancelled,
            batches: batch..batch + 1,
        };
        let tally = run::run(&plan, &weights, &control)?;
        if let Some(world) = tally.layout.world_index(World::Program(0)) {
            books.extend(Vintages::as_simulated(scenario, &tally, world));
        }
        whole.merge(&tally)?;
    }
    Ok((books, whole))
}

/// Every method on every book after a number of months.
fn at(
    books: &[Vintages],
    months: usize,
    prior: &Pattern,
) -> (Vec<BacktestRow>, Vec<BacktestVintage>) {
    let mut guesses: Vec<Vec<Guess>> = vec![Vec::new(); METHODS.len()];
    let mut names: Vec<String> = Vec::new();
    for book in books.iter().filter(|book| book.months() >= months) {
        let Ok(triangle) = book.triangle(months) else {
            continue;
        };
        names = triangle.origins().to_vec();
        let truth = book.redeemed_after(months);
        let unresolved = book.unresolved(months);
        for (of_method, guess) in guesses.iter_mut().zip(estimates(&triangle, prior)) {
            let Some((expected, error)) = guess else {
                continue;
            };
            of_method.push(Guess {
                issued: triangle.issued().unwrap_or_default().to_vec(),
                expected,
                truth: truth.clone(),
                error,
                unresolved,
            });
        }
    }
    let month_end = names.last().cloned().unwrap_or_default();
    let methods = || METHODS.into_iter().zip(&guesses);
    let rows = methods().map(|(method, guesses)| BacktestRow {
        month_end: month_end.clone(),
        months: months as u32,
        method: method.to_owned(),
        ..score::score(guesses)
    });
    let mut vintages = Vec::new();
    for (method, guesses) in methods() {
        for (year, chunk) in names.chunks(YEAR).enumerate() {
            let span = year * YEAR..year * YEAR + chunk.len();
            let Some((bias, error)) = vintage_score(guesses, span) else {
                continue;
            };
            vintages.push(BacktestVintage {
                month_end: month_end.clone(),
                first: chunk.first().cloned().unwrap_or_default(),
                last: chunk.last().cloned().unwrap_or_default(),
                method: method.to_owned(),
                bias_of_rate: bias,
                bias_of_rate_error: error,
            });
        }
    }
    (rows.collect(), vintages)
}

/// What one method expects by vintage, and its standard error of the sum where it states one.
type Estimate = Option<(Vec<f64>, Option<f64>)>;

/// In the order of [`METHODS`]; none where a method refuses.
fn estimates(triangle: &Triangle, prior: &Pattern) -> [Estimate; 7] {
    let ages = triangle.ages();
    let rates = Prior {
        rates: prior.rates.clone(),
        points: 0.0,
    };
    let additive = Additive::fit(triangle, &rates).ok().map(|fitted| {
        let error = fitted.standard_errors(triangle, RULE).ok();
        let error = error.map(|(_, all)| all.total());
        (fitted.projection.reserves(), error)
    });
    let ladder = ChainLadder::fit(triangle, prior.tail(ages)).ok();
    let chain_ladder = ladder.as_ref().map(|ladder| {
        let error = standard_errors(triangle, ladder, RULE).ok();
        (
            ladder.projection.reserves(),
            error.map(|found| found.all.total()),
        )
    });
    let blended = ladder.as_ref().and_then(|ladder| {
        let rate = OfIssued(prior.rate().clamp(0.0, 1.0));
        let found = bornhuetter_ferguson(triangle, ladder, rate).ok()?;
        Some((found.reserves(), None))
    });
    let pooled = ladder.as_ref().and_then(|ladder| {
        let found = cape_cod(triangle, ladder).ok()?;
        Some((found.1.reserves(), None))
    });
    let risks = competing_risks::project(triangle, prior.tail(ages)).ok();
    let risks = risks.map(|found| (found.reserves(), None));
    let old = matured(triangle, ages - ages / 4)
        .ok()
        .map(|found| (found.projection.reserves(), None));
    let poisson = OverDispersedPoisson::fit(triangle)
        .ok()
        .map(|model| (model.projection.reserves(), Some(model.all.total())));
    [additive, chain_ladder, blended, pooled, risks, old, poisson]
}

#[cfg(test)]
mod tests;
