//! Customers alive, and the share of them leaving, by world over time.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::Scale;
use super::canvas::Canvas;
use super::lines::{self, Line, Lines, at_month_ends};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::theme;
use crate::report::lookup::{number, series, world_0, world_of};
use crate::report::verdict;
use crate::report::words::Kept;
use crate::results::{Results, WorldResult};

/// Months.
const YEAR: u32 = 12;

pub struct Customers {
    heading: Heading,
    alive: Lines,
    leaving: Lines,
}

/// The chart, if any world has monthly customers.
pub fn chart(context: &Context) -> Option<Customers> {
    let results = context.results;
    let horizon = f64::from(results.scenario.horizon_months.max(1));
    let programs = context.shown();
    let shown = results
        .worlds
        .iter()
        .filter(|w| w.program.is_none_or(|p| programs.contains(&p)));
    // Lines that jump from month to month cannot be told apart.
    let is_smooth = results.worlds.len() > 1 && results.scenario.horizon_months >= 2 * YEAR;
    let opening = results.scenario.market_customers as f64;
    let (mut alive, mut leaving) = (Vec::new(), Vec::new());
    for world in shown {
        if let Some(customers) = series(&world.monthly, &["customers"]) {
            let mut points = at_month_ends(&customers.values);
            points.insert(0, (0.0, opening));
            alive.push(line(context, world, points));
        }
        let mut rates = leaving_rates(world, opening);
        if is_smooth {
            rates = means_of_a_year(&rates);
        }
        if !rates.is_empty() {
            leaving.push(line(context, world, rates));
        }
    }
    if alive.is_empty() {
        return None;
    }
    let panel = |caption: &str, lines: Vec<Line>, scale: Scale| Lines {
        caption: context.term(caption),
        lines,
        scale,
        with_zero: false,
        horizon,
        bars: false,
    };
    let leavers = match is_smooth {
        true => "chart_churn_year",
        false => "chart_churn",
    };
    Some(Customers {
        heading: Heading {
            name: "customers".to_owned(),
            title: title(context),
            subtitle: context.left_out(),
        },
        alive: panel("chart_customers", alive, Scale::Amount),
        leaving: panel(leavers, leaving, Scale::Share),
    })
}

/// A line of a world, in its color and with its name.
fn line(context: &Context, world: &WorldResult, points: Vec<(f64, f64)>) -> Line {
    let is_without = world.program.is_none();
    Line {
        name: match is_without {
            true => context.term("world_0"),
            false => context.short_name(&world.name),
        },
        points,
        half_widths: vec![],
        color: world.program.map_or(theme::NEUTRAL, |p| context.color(p)),
        dashed: false,
    }
}

fn title(context: &Context) -> String {
    let results = context.results;
    let without = world_0(results);
    let names: Vec<(usize, String, f64)> = results
        .worlds
        .iter()
        .filter_map(|w| Some((w.program?, context.short_name(&w.name), last_customers(w)?)))
        .collect();
    let kept: Vec<Kept> = names
        .iter()
        .map(|(index, program, customers)| Kept {
            program,
            customers: *customers,
            without: without.and_then(last_customers),
            is_sure: without.is_some_and(|none| is_sure(results, *index, none)),
            is_separated: is_separated(results, *index),
        })
        .collect();
    context
        .words
        .customers_title(&kept, results.scenario.horizon_months)
}

/// Whether a program and none surely differ in the customers they have at the end. The difference itself is in no result,
/// but what it comes from is, with the errors of paired lives: opening customers who stay, and friends who come.
fn is_sure(results: &Results, program: usize, none: &WorldResult) -> bool {
    let (Some(result), Some(world)) = (results.programs.get(program), world_of(results, program))
    else {
        return false;
    };
    let end = ["customers_end"];
    let [own, other] = [world, none].map(|w| number(&w.headline, &end));
    let (Some(own), Some(other)) = (own, other) else {
        return false;
    };
    let (Some(gain), Some(apart)) = (
        own.value.zip(other.value).map(|(a, b)| a - b),
        own.interval.zip(other.interval),
    ) else {
        return false;
    };
    let churn = number(&result.headline, &["churn_difference_horizon"]);
    let net_new = result.referral.as_ref().map(|referral| &referral.net_new);
    // Where nobody was there at the start, the margin on what customers bought who stayed says it.
    let kept = number(&result.split_by_label, &["retention"]);
    let sides = [
        churn.map(|n| -verdict::side(n)),
        kept.map(verdict::side),
        net_new.map(verdict::side),
    ];
    // Disjoint intervals of the levels separate them too.
    let (own, other) = apart;
    let levels = f64::from(i8::from(own[0] > other[1]) - i8::from(own[1] < other[0]));
    let known = sides.into_iter().flatten().chain([levels]);
    let known: Vec<f64> = known.filter(|side| *side != 0.0).collect();
    !known.is_empty() && known.iter().all(|side| side * gain > 0.0)
}

/// Whether a program surely ends with other numbers of customers than each other program.
fn is_separated(results: &Results, program: usize) -> bool {
    let others = (0..results.programs.len()).filter(|other| *other != program);
    let differs = |other| {
        let comparison = results.comparison.as_ref()?;
        let difference = verdict::difference_in(comparison, "customers_end", other, program)?;
        Some(difference.is_sure())
    };
    others.into_iter().all(|other| differs(other) == Some(true))
}

fn last_customers(world: &WorldResult) -> Option<f64> {
    series(&world.monthly, &["customers"])?
        .values
        .last()
        .copied()
        .filter(|v| v.is_finite())
}

/// Leavers of a month per customer at its start.
fn leaving_rates(world: &WorldResult, opening: f64) -> Vec<(f64, f64)> {
    let (Some(leavers), Some(customers)) = (
        series(&world.monthly, &["leavers"]),
        series(&world.monthly, &["customers"]),
    ) else {
        return Vec::new();
    };
    let before = std::iter::once(&opening).chain(&customers.values);
    let rates: Vec<f64> = leavers
        .values
        .iter()
        .zip(before)
        .map(|(l, b)| if *b > 0.0 { l / b } else { f64::NAN })
        .collect();
    at_month_ends(&rates)
}

/// At each month end from the first year's on, the mean of the last twelve.
fn means_of_a_year(rates: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mean = |year: &[(f64, f64)]| {
        let sum: f64 = year.iter().map(|(_, rate)| rate).sum();
        year.last().map(|(end, _)| (*end, sum / f64::from(YEAR)))
    };
    rates.windows(YEAR as usize).filter_map(mean).collect()
}

impl Chart for Customers {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        lines::stacked(canvas, area, (&self.alive, &self.leaving), 0.56, context)
    }
}
