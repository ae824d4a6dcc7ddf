//! Customers alive, and the share of them leaving, by world over time.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::Scale;
use super::canvas::Canvas;
use super::lines::{self, Line, Lines, at_month_ends};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::theme;
use crate::report::lookup::{series, world_0};
use crate::report::words::Kept;
use crate::results::WorldResult;

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
    let limit = theme::PROGRAMS.len();
    let shown = results
        .worlds
        .iter()
        .filter(|w| w.program.is_none_or(|p| p < limit));
    // Several lines that jump from month to month cannot be told apart.
    let is_smooth = results.worlds.len() > 2 && results.scenario.horizon_months >= 2 * YEAR;
    let (mut alive, mut leaving) = (Vec::new(), Vec::new());
    for world in shown {
        let color = world.program.map_or(theme::NEUTRAL, theme::program);
        let name = if world.program.is_none() {
            context.term("world_0")
        } else {
            context.short_name(&world.name)
        };
        let line = |points| Line {
            name: name.clone(),
            points,
            half_widths: vec![],
            color,
            dashed: false,
        };
        if let Some(customers) = series(&world.monthly, &["customers"]) {
            let mut points = at_month_ends(&customers.values);
            points.insert(0, (0.0, results.scenario.market_customers as f64));
            alive.push(line(points));
        }
        let mut rates = leaving_rates(world, results.scenario.market_customers as f64);
        if is_smooth {
            rates = means_of_a_year(&rates);
        }
        if !rates.is_empty() {
            leaving.push(line(rates));
        }
    }
    if alive.is_empty() {
        return None;
    }
    Some(Customers {
        heading: Heading {
            name: "customers".to_owned(),
            title: title(context),
            subtitle: context.left_out(),
        },
        alive: Lines {
            caption: context.term("chart_customers"),
            lines: alive,
            scale: Scale::Amount,
            with_zero: false,
            horizon,
            bars: false,
        },
        leaving: Lines {
            caption: context.term(match is_smooth {
                true => "chart_churn_year",
                false => "chart_churn",
            }),
            lines: leaving,
            scale: Scale::Share,
            with_zero: false,
            horizon,
            bars: false,
        },
    })
}

fn title(context: &Context) -> String {
    let results = context.results;
    let without = world_0(results).and_then(last_customers);
    let names: Vec<(String, f64)> = results
        .worlds
        .iter()
        .filter(|w| w.program.is_some())
        .filter_map(|w| Some((context.short_name(&w.name), last_customers(w)?)))
        .collect();
    let kept: Vec<Kept> = names
        .iter()
        .map(|(program, customers)| Kept {
            program,
            customers: *customers,
            without,
        })
        .collect();
    context
        .words
        .customers_title(&kept, results.scenario.horizon_months)
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
