//! Valuation of a simulated program: the tables of any book, and beside what is booked the truth.
//!
//! What is booked at a month end uses the estimate that the booked method makes from the months up to it. Ages of which
//! nothing was seen by then take the rate that the scenario's assumptions imply ([`Pattern`]), as a company takes its
//! business case. What the run-off shows to be redeemed in the end is a column of its own and enters no booked number.
//!
//! Counted are the points issued from the start of the scenario on. The lots of an opening book are in table A and are
//! booked beside them ([`opening`]): what was issued with them and is gone is not known, so they say nothing of rates by
//! age.

mod opening;
mod over_time;
mod vintages;

pub use vintages::{Pattern, Vintages};

use super::history::{columns, points_cells, table};
use super::methods::row_of;
use super::{Assumptions, Booked, of_triangle};
use crate::economics::lines::flows_of;
use crate::economics::outstanding::roll_forward;
use crate::economics::scale::Market;
use crate::economics::weights::Valuation as Weights;
use crate::engine::flow::{Flow, RewardFlow};
use crate::engine::tally::{Tally, World};
use crate::liability::estimate::additive::Prior;
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::estimate::chain_ladder::Tail;
use crate::liability::estimate::projection::Projection;
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::measure::MeasureError;
use crate::liability::measure::allocation::{PointValue, allocate, stand_alone_price};
use crate::liability::measure::basis::{Deferred, OfIssued};
use crate::liability::statement::maturity::CurrentPolicy;
use crate::liability::statement::points::PointsRow;
use crate::program::rules::reward_names;
use crate::results::RollForwardRow;
use crate::results::estimate::{Cell, Check, Finding, MethodError, Table};
use crate::results::valuation::{Approval, Stated, Valuation};
use crate::scenario::model::{Program, Scenario, Version};

/// Code of the row that holds the truth of the simulation.
pub const TRUTH: &str = "simulated_run_off";

/// Values one program of a run at the horizon. `prior` is what its assumptions imply of the redemption of points by age;
/// `draw` runs the bootstrap. None where the program was not lived or issued nothing.
///
/// # Errors
/// If an assumption makes no sense.
pub fn of_program(
    scenario: &Scenario,
    tally: &Tally,
    program: usize,
    prior: &Pattern,
    draw: &dyn Fn(&Bootstrap) -> Vec<f64>,
) -> Result<Option<Valuation>, MeasureError> {
    let lived = tally.layout.world_index(World::Program(program));
    let (Some(world), Some(rules)) = (lived, scenario.programs.get(program)) else {
        return Ok(None);
    };
    let Some(vintages) = Vintages::at_market_scale(scenario, tally, world) else {
        return Ok(None);
    };
    let Ok(triangle) = vintages.triangle(vintages.months()) else {
        return Ok(None);
    };
    let market = Market::new(tally);
    let run = Run {
        market: &market,
        scenario,
        program,
        rules,
        world,
    };
    let with = run.assumptions(&vintages, prior)?;
    let mut valuation = of_triangle(&rules.name, &triangle, &with, draw)?;
    valuation.source = "simulation".to_owned();
    valuation.assumptions = register(&with);
    valuation
        .methods
        .push(run.truth(&triangle, &vintages, &with));
    let over_time = over_time::table_of(&run, &triangle, &vintages, &with)?;
    valuation.tables.extend(over_time);
    run.complete(&mut valuation);
    if let Some(found) = opening::value(&run, &vintages, prior, &with)? {
        valuation.opening = Some(found.booked);
        valuation.tables.extend(found.tables);
        valuation.checks.extend(found.checks);
    }
    Ok(Some(valuation))
}

/// What the valuation reads of a run.
struct Run<'a> {
    market: &'a Market<'a>,
    scenario: &'a Scenario,
    program: usize,
    rules: &'a Program,
    world: usize,
}

impl Run<'_> {
    fn major(&self) -> f64 {
        self.scenario.currency.minor_per_major() as f64
    }

    /// What the scenario implies of a valuation at the horizon.
    fn assumptions(
        &self,
        vintages: &Vintages,
        prior: &Pattern,
    ) -> Result<Assumptions, MeasureError> {
        let months = vintages.months();
        Ok(Assumptions {
            booked: Booked::Additive,
            sigma_rule: SigmaRule::Mack,
            tail: prior.tail(months),
            prior: Prior {
                rates: prior.rates.clone(),
                points: 0.0,
            },
            prior_rate: Some(prior.rate()),
            matured_age: months - months / 4,
            periods_per_year: 12.0,
            cost_per_point: self.cost_per_point(vintages),
            price_per_point: self.price_per_point(prior)?,
            minor_units: self.major(),
            discount_rate: self.scenario.discount_rate,
            current: CurrentPolicy::ExpectedRedemption,
        })
    }

    /// Reward cost ÷ points redeemed, of the counted vintages within the horizon: what the company has seen. Major units.
    fn cost_per_point(&self, vintages: &Vintages) -> Option<f64> {
        let weights = Weights::new(self.scenario, &self.market.tally.layout);
        let cost = over_time::costs(self, &weights);
        let months = self.market.tally.layout.months;
        let spent: f64 = cost
            .iter()
            .map(|row| row[..months].iter().sum::<f64>())
            .sum();
        let redeemed = vintages.redeemed();
        (redeemed > 0.0).then(|| spent / redeemed / self.major())
    }

    /// Price allocated to an issued point: that of sales is divided between goods and points by stand-alone selling
    /// prices. A point alone is worth what redeemed points have obtained, times the redemption rate the assumptions
    /// imply. Granted points have no price; the price of the others is spread over all. Major units; none before
    /// anything was redeemed.
    fn price_per_point(&self, prior: &Pattern) -> Result<Option<f64>, MeasureError> {
        let Some((_, months)) = self.first_rules() else {
            return Ok(None);
        };
        let flows = |flows: &[Flow]| flows_of(self.market, self.world, months.clone(), flows).total;
        let earned = flows(&[Flow::PointsIssued]);
        let issued = earned + flows(&[Flow::PointsBonus]);
        let Some(value) = self.value_per_point().filter(|_| earned > 0.0) else {
            return Ok(None);
        };
        let worth = PointValue {
            value: value / self.major(),
            available_without: 0.0,
        };
        let per_unit = self.points_per_currency();
        if per_unit <= 0.0 {
            return Ok(None);
        }
        let points = stand_alone_price(per_unit, worth, OfIssued(prior.rate().clamp(0.0, 1.0)))?;
        let split = allocate(Deferred::new(1.0), Deferred::new(1.0), points)?;
        Ok(Some(split.points.value() / per_unit * (earned / issued)))
    }

    /// The rules of the first month, and the months of the horizon in which they hold. The price allocated at issue is locked:
    /// what a later change of rules does to the worth of points is no part of it (IFRS 15.88, relative stand-alone prices are
    /// those at the start of the contract).
    fn first_rules(&self) -> Option<(&Version, std::ops::Range<usize>)> {
        let versions = &self.rules.versions;
        let begins = versions.first()?.from_month.max(0);
        let place = versions.iter().rposition(|v| v.from_month <= begins)?;
        let months = self.market.tally.layout.months;
        let end = versions.get(place + 1).map_or(months, |next| {
            usize::try_from(next.from_month).map_or(months, |month| month.min(months))
        });
        Some((&versions[place], 0..end))
    }

    /// Points per unit of currency under the first rules.
    fn points_per_currency(&self) -> f64 {
        let earn = self.first_rules().map(|(version, _)| version.earn);
        earn.map_or(0.0, |earn| {
            earn.points_num as f64 / earn.points_den.max(1) as f64 * self.major()
        })
    }

    /// Face value ÷ points of what was redeemed within the horizon under the first rules, minor units; none where nothing
    /// was.
    fn value_per_point(&self) -> Option<f64> {
        let (version, months) = self.first_rules()?;
        let names = reward_names(self.rules);
        let (mut value, mut points) = (0.0, 0.0);
        for (column, name) in names.iter().enumerate() {
            let face = version.rewards.iter().find(|reward| reward.name == *name);
            let face = face.map_or(0, |r| r.face_value.max(r.unit_cost)) as f64;
            let sum = |flow: RewardFlow| {
                self.market.total(|stratum| {
                    let row = |row| {
                        let cell = [self.world, stratum, row, column, flow as usize];
                        self.market.tally.rewards.get(&cell) as f64
                    };
                    months.clone().map(row).sum()
                })
            };
            value += face * sum(RewardFlow::Redemptions);
            points += sum(RewardFlow::Points);
        }
        (points > 0.0).then(|| value / points)
    }

    /// The simulation's own run-off, beside the estimates: at least so many are redeemed from the horizon on.
    fn truth(
        &self,
        triangle: &Triangle,
        vintages: &Vintages,
        with: &Assumptions,
    ) -> crate::results::estimate::Method {
        let later = vintages.redeemed_after(vintages.months());
        let known = Projection::new(
            triangle,
            |_, _| 0.0,
            |row| later.get(row).copied().unwrap_or(0.0),
        );
        let layout = &self.market.tally.layout;
        let run_off = layout.months..layout.rows();
        let later = flows_of(self.market, self.world, run_off, &[Flow::PointsRedeemed]);
        let errors = later.standard_error().map(|total| MethodError {
            rule: "luck".to_owned(),
            total,
            process: None,
            parameter: None,
            by_origin: vec![],
        });
        row_of(
            TRUTH,
            triangle,
            with,
            Ok(known),
            errors.into_iter().collect(),
        )
    }

    /// Table A with all its columns, the opening book in it, and what is known of that book.
    fn complete(&self, valuation: &mut Valuation) {
        let rows = roll_forward(self.market, self.world);
        valuation.tables.retain(|table| table.letter != "A");
        valuation
            .checks
            .retain(|check| !check.code.starts_with("points_"));
        let worst = rows
            .iter()
            .map(|row| libm::fabs(points_row(row).check()))
            .fold(0.0, f64::max);
        let chained = rows.windows(2).all(|pair| {
            // The opening book comes in with the first month.
            pair[0].closing == pair[1].opening
        });
        valuation.checks.push(Check {
            code: "points_roll_forward".to_owned(),
            difference: worst,
            passed: worst == 0.0 && chained,
        });
        valuation.tables.insert(0, self.points_table(&rows));
        if valuation.tables.iter().all(|table| table.letter != "L") {
            valuation.findings.push(Finding {
                code: "nothing_known_yet".to_owned(),
                numbers: vec![],
            });
        }
    }

    fn points_table(&self, rows: &[RollForwardRow]) -> Table {
        let cells = rows.iter().map(|row| {
            let month = self.scenario.start.plus(i64::from(row.month)).to_string();
            let mut cells = vec![Cell::Text(month)];
            cells.extend(points_cells(&points_row(row)));
            cells
        });
        let mut header = columns(&["period"], "text", "");
        header.extend(columns(&super::history::POINTS, "points", ""));
        table("A", "points_roll_forward", header, cells.collect())
    }
}

/// The assumptions of the valuation, by where they come from.
fn register(with: &Assumptions) -> Vec<Stated> {
    const IMPLIED: &str = "implied by the scenario under its first rules";
    let maybe = |value: Option<f64>| value.map_or("none".to_owned(), |x| x.to_string());
    let (booked, rule) = (with.booked.name(), with.sigma_rule.name());
    let (tail, age) = (with.tail.factor.to_string(), with.matured_age.to_string());
    let (cost, price) = (maybe(with.cost_per_point), maybe(with.price_per_point));
    let (prior, rate) = (maybe(with.prior_rate), with.discount_rate.to_string());
    let rows: [[&str; 4]; 9] = [
        ["booked_method", booked, "method", "default"],
        ["last_variance_rule", rule, "rule", "default"],
        ["prior_rate", &prior, "share of points issued", IMPLIED],
        [
            "tail_factor",
            &tail,
            "ultimate ÷ value at the last age",
            IMPLIED,
        ],
        ["matured_age", &age, "age", "default"],
        [
            "cost_per_point",
            &cost,
            "money per redeemed point, cost provision",
            "rewards redeemed within the horizon",
        ],
        [
            "price_per_point",
            &price,
            "money per issued point, deferred revenue",
            "relative stand-alone selling prices under the first rules",
        ],
        ["rate", &rate, "per year, memo", "scenario"],
        ["current", "expected within a year", "policy", "default"],
    ];
    rows.map(|[id, value, unit, source]| Stated {
        id: id.to_owned(),
        value: value.to_owned(),
        unit: unit.to_owned(),
        source: source.to_owned(),
        approval: Approval::default(),
    })
    .to_vec()
}

/// The columns of table A of a month of the results.
fn points_row(row: &RollForwardRow) -> PointsRow<f64> {
    PointsRow {
        opening: row.opening,
        issued_base: row.issued_base,
        issued_bonus: row.issued_bonus,
        purchased: row.purchased,
        transferred_net: row.transferred_in - row.transferred_out,
        clawed_back: row.clawed_back,
        redeemed: row.redeemed,
        expired: row.expired,
        forfeited: row.forfeited,
        reinstated: row.reinstated,
        closing: row.closing,
    }
}

impl Pattern {
    /// Ultimate ÷ value at an age, certain.
    pub fn tail(&self, ages: usize) -> Tail {
        let seen: f64 = self.rates.iter().take(ages).sum();
        let factor = if seen > 0.0 { self.rate() / seen } else { 1.0 };
        Tail {
            factor,
            ..Tail::NONE
        }
    }
}
