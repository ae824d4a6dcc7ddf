//! From the tally of a run to its results.

use super::checks;
use super::comparison::{self, Field, Goal};
use super::findings::{findings, kind, thin};
use super::lines::{Cash, Line};
use super::profit_and_loss::ProfitAndLoss;
use super::program::{Assessed, Lived, Subject};
use super::scale::Market;
use super::weights::Valuation;
use super::worlds::{Writer, world_result};
use crate::engine::tally::{StratumKind, Tally, ValueWeights, World};
use crate::results::{
    AssumptionRow, Check, Results, SCHEMA_VERSION, ScenarioEcho, StratumRow, WorldResult,
};
use crate::scenario::model::{Program, Scenario};

/// Everything a run has to say. `weights` are those of [`super::value_weights`] that the run was made with.
///
/// Without world 0 (`simulation.baseline = false`) only the programs' own levels are reported: no difference, no
/// bridge, no net value. The break-even multiplier needs further runs and is added by the study that makes them.
pub fn assess(scenario: &Scenario, tally: &Tally, weights: &ValueWeights) -> Results {
    assess_by(scenario, tally, weights, &Goal::of(scenario))
}

/// As [`assess`], programs compared by a goal.
pub(super) fn assess_by(
    scenario: &Scenario,
    tally: &Tally,
    weights: &ValueWeights,
    goal: &Goal,
) -> Results {
    let market = Market::new(tally);
    let valuation = Valuation::new(scenario, &tally.layout);
    let writer = Writer {
        market: &market,
        major: scenario.currency.minor_per_major() as f64,
    };
    let cash_of = |world| Cash::new(&market, scenario, &valuation, world);
    let live = |world: usize| {
        let cash = cash_of(world);
        let book = ProfitAndLoss::new(&market, scenario, &valuation, world, &cash);
        Lived { world, cash, book }
    };
    let mut checks = checks::tally_checks(scenario, tally, weights);
    let baseline = tally.layout.world_index(World::None).map(live);
    let mut worlds: Vec<WorldResult> = baseline.iter().map(|one| world_0(&writer, one)).collect();
    let world = |i| tally.layout.world_index(World::Program(i));
    let all = 0..scenario.programs.len();
    let lived: Vec<(usize, Lived)> = all.filter_map(|i| Some((i, live(world(i)?)))).collect();
    let subjects: Vec<Subject> = lived
        .iter()
        .map(|one| subject(&writer, &valuation, &scenario.programs[one.0], one))
        .collect();
    let mut programs = Vec::new();
    for subject in &subjects {
        worlds.push(world_of(subject));
        let skeptic = tally.layout.world_index(World::Skeptic(subject.index));
        let skeptic = skeptic.map(cash_of);
        let assessed = subject.assess(baseline.as_ref(), skeptic.as_ref());
        checks.extend(checks_of(subject, &assessed));
        programs.push(assessed.result);
    }
    let field = Field {
        writer: &writer,
        valuation: &valuation,
        baseline: baseline.as_ref(),
    };
    let (comparison, ties) = comparison::compare(&field, &subjects, goal).unzip();
    checks.extend(ties.into_iter().flatten());
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
        liability: Vec::new(),
        checks,
    }
}

/// The world without a program.
fn world_0(writer: &Writer, lived: &Lived) -> WorldResult {
    let names = ("world_0", "world_0");
    world_result(writer, lived.world, names, None, &lived.book)
}

/// The world under a program.
fn world_of(subject: &Subject) -> WorldResult {
    let names = (subject.program.name.as_str(), "program");
    let (index, book) = (Some(subject.index), subject.book);
    world_result(subject.writer, subject.world, names, index, book)
}

/// One program among the worlds lived.
fn subject<'a>(
    writer: &'a Writer<'a>,
    valuation: &'a Valuation,
    program: &'a Program,
    (index, lived): &'a (usize, Lived),
) -> Subject<'a> {
    Subject {
        writer,
        valuation,
        program,
        index: *index,
        world: lived.world,
        cash: &lived.cash,
        book: &lived.book,
    }
}

/// What must hold of one program's results; against world 0 only where it was lived.
fn checks_of(subject: &Subject, assessed: &Assessed) -> Vec<Check> {
    let (name, major) = (&subject.program.name, subject.writer.major);
    let mut checks = Vec::new();
    if let Some((bridge, split)) = &assessed.bridge {
        checks.push(checks::bridge_sums(bridge, name));
        checks.push(checks::effects_tie(bridge, split, name));
    }
    checks.push(checks::roll_forward_ties(&assessed.result));
    if assessed.bridge.is_some() {
        let sales = subject.book.sum(&[Line::Sales]) as f64 / major;
        let minor = 1.5 / major;
        checks.push(checks::net_value_ties(&assessed.result, minor, sales));
    }
    checks.push(books_close(subject.cash, subject.book, name));
    checks
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
            .filter(|s| matches!(s.kind, StratumKind::Opening | StratumKind::Arriving))
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
