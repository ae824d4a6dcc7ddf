//! From the tally of a run to its results.

use super::checks;
use super::comparison::{self, Field, Goal};
use super::findings::{findings, kind, thin};
use super::lines::{Cash, Line};
use super::profit_and_loss::ProfitAndLoss;
use super::program::{Baseline, Subject};
use super::scale::Market;
use super::weights::Valuation;
use super::worlds::{Writer, world_result};
use crate::engine::tally::{StratumKind, Tally, ValueWeights, World};
use crate::results::{AssumptionRow, Check, Results, SCHEMA_VERSION, ScenarioEcho, StratumRow};
use crate::scenario::model::Scenario;

/// Everything a run has to say. `weights` are those of [`super::value_weights`] that the run was made with.
///
/// Without world 0 (`simulation.baseline = false`) only the programs' own levels are reported: no difference, no
/// bridge, no net value. The break-even multiplier needs further runs and is added by the study that makes them.
pub fn assess(scenario: &Scenario, tally: &Tally, weights: &ValueWeights) -> Results {
    let market = Market::new(tally);
    let valuation = Valuation::new(scenario, &tally.layout);
    let writer = Writer {
        market: &market,
        major: scenario.currency.minor_per_major() as f64,
    };
    let cash_of = |world| Cash::new(&market, scenario, &valuation, world);
    let mut checks = checks::tally_checks(scenario, tally, weights);
    let mut worlds = Vec::new();
    let baseline = tally.layout.world_index(World::None).map(|world| {
        let cash = cash_of(world);
        let book = ProfitAndLoss::new(&market, &valuation, world, &cash);
        worlds.push(world_result(
            &writer,
            world,
            ("world_0", "world_0"),
            None,
            &book,
        ));
        Baseline { world, cash, book }
    });
    let lived: Vec<(usize, usize, Cash, ProfitAndLoss)> = (0..scenario.programs.len())
        .filter_map(|index| Some((index, tally.layout.world_index(World::Program(index))?)))
        .map(|(index, world)| {
            let cash = cash_of(world);
            let book = ProfitAndLoss::new(&market, &valuation, world, &cash);
            (index, world, cash, book)
        })
        .collect();
    let subjects: Vec<Subject> = lived
        .iter()
        .map(|(index, world, cash, book)| Subject {
            writer: &writer,
            valuation: &valuation,
            program: &scenario.programs[*index],
            index: *index,
            world: *world,
            cash,
            book,
        })
        .collect();
    let mut programs = Vec::new();
    for subject in &subjects {
        let (index, world, book) = (subject.index, subject.world, subject.book);
        let names = (subject.program.name.as_str(), "program");
        worlds.push(world_result(&writer, world, names, Some(index), book));
        let skeptic = tally.layout.world_index(World::Skeptic(index)).map(cash_of);
        let assessed = subject.assess(baseline.as_ref(), skeptic.as_ref());
        let name = &subject.program.name;
        if let Some((bridge, split)) = &assessed.bridge {
            checks.push(checks::bridge_sums(bridge, name));
            checks.push(checks::effects_tie(bridge, split, name));
        }
        checks.push(checks::roll_forward_ties(&assessed.result));
        if baseline.is_some() {
            let sales = book.sum(&[Line::Sales]) as f64 / writer.major;
            checks.push(checks::net_value_ties(
                &assessed.result,
                1.5 / writer.major,
                sales,
            ));
        }
        checks.push(books_close(subject.cash, book, name));
        programs.push(assessed.result);
    }
    let field = Field {
        writer: &writer,
        valuation: &valuation,
        baseline: baseline.as_ref(),
    };
    // The scenario language has no goal yet: net present value.
    let compared = comparison::compare(&field, &subjects, &Goal::default());
    let comparison = compared.map(|(comparison, ties)| {
        checks.extend(ties);
        comparison
    });
    Results {
        schema_version: SCHEMA_VERSION,
        scenario: echo(scenario, &market),
        assumptions: assumptions(scenario),
        evidence: super::effects::evidence(scenario),
        strata: strata(scenario, &market),
        worlds,
        findings: findings(scenario, &market, &programs),
        programs,
        comparison,
        checks,
    }
}

/// Profit and loss on accrual over the horizon is the cash of the whole life, line by line, to the minor unit.
fn books_close(cash: &Cash, book: &ProfitAndLoss, name: &str) -> Check {
    let mut counter = checks::Counter::new("books_close", name);
    for posting in &book.lines {
        let whole = cash.present(&[posting.line], cash.rows(), |_| 1.0).total;
        // Half a unit of rounding, and the noise of sums in double precision.
        let slack = 0.5 + 1e-11 * whole.abs() + 1e-6;
        counter.holds((posting.sum() as f64 - whole).abs() <= slack);
    }
    counter.done()
}

fn echo(scenario: &Scenario, market: &Market) -> ScenarioEcho {
    let strata = &market.tally.layout.strata;
    let stated = |kind| {
        strata
            .iter()
            .filter(|s| s.kind == kind)
            .map(|s| s.stated)
            .sum()
    };
    ScenarioEcho {
        name: scenario.name.clone(),
        currency: scenario.currency.code.clone(),
        currency_digits: scenario.currency.digits,
        start: scenario.start.to_string(),
        horizon_months: scenario.horizon_months,
        run_off_years: scenario.simulation.run_off_years,
        discount_rate: scenario.discount_rate,
        seed: scenario.simulation.seed,
        replications: scenario.simulation.replications,
        market_customers: stated(StratumKind::Opening),
        market_arrivals: stated(StratumKind::Arriving),
        simulated_customers: strata
            .iter()
            .filter(|s| s.kind != StratumKind::Past)
            .map(|s| s.simulated)
            .sum(),
        degrees_of_freedom: market.degrees() as u32,
    }
}

fn assumptions(scenario: &Scenario) -> Vec<AssumptionRow> {
    let row = |a: &crate::scenario::model::Assumption| AssumptionRow {
        path: a.path.clone(),
        law: a.law.clone(),
        mean: a.mean,
        source: a.source.clone(),
    };
    scenario.assumptions.iter().map(row).collect()
}

fn strata(scenario: &Scenario, market: &Market) -> Vec<StratumRow> {
    let layout = &market.tally.layout;
    layout
        .strata
        .iter()
        .enumerate()
        .map(|(index, stratum)| StratumRow {
            // Customers who left before the start stand for the whole market, not for a segment.
            segment: scenario
                .segments
                .get(stratum.segment)
                .filter(|_| stratum.kind != StratumKind::Past)
                .map(|s| s.name.clone())
                .unwrap_or_default(),
            kind: kind(stratum.kind).into(),
            stated: stratum.stated,
            simulated: stratum.simulated,
            thin: thin(market, index),
        })
        .collect()
}
