//! Points outstanding and what redeeming them is expected to cost, over time.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::Scale;
use super::canvas::Canvas;
use super::lines::{self, Line, Lines, at_month_ends};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use crate::report::lookup::{series, value};
use crate::report::verdict;
use crate::results::{ProgramResult, Results};

pub struct Points {
    heading: Heading,
    points: Lines,
    cost: Lines,
}

/// The chart of the programs that ever have points outstanding, if any does.
pub fn chart(context: &Context) -> Option<Points> {
    let results = context.results;
    let scenario = &results.scenario;
    let lines_of = |code: &str, only: &[usize]| -> Vec<Line> {
        let programs = results.programs.iter().enumerate();
        let meant = programs.filter(|(index, p)| only.contains(index) && grants_points(p));
        let line = |(index, program): (usize, &ProgramResult)| {
            let points = at_month_ends(&series(&program.monthly, &[code])?.values);
            let name = context.short_name(&program.name);
            let color = context.color(index);
            (!points.is_empty()).then_some(Line {
                name,
                points,
                half_widths: vec![],
                color,
                dashed: false,
            })
        };
        meant.filter_map(line).collect()
    };
    let shown = context.shown();
    let points = lines_of("points_outstanding", &shown);
    // What a run-off would cost that nobody lived, nobody knows.
    let cost = match scenario.run_off_years {
        0 => Vec::new(),
        _ => lines_of("outstanding_expected_cost", &shown),
    };
    // Who leaves most is told of all, drawn or not.
    let all: Vec<usize> = (0..results.programs.len()).collect();
    let title = title(context, &lines_of("points_outstanding", &all), &cost)?;
    let horizon = f64::from(scenario.horizon_months.max(1));
    let panel = |caption, lines| Lines {
        caption,
        lines,
        scale: Scale::Amount,
        with_zero: true,
        horizon,
        bars: false,
    };
    Some(Points {
        heading: Heading {
            name: "points".to_owned(),
            title,
            subtitle: context.left_out(),
        },
        points: panel(context.term("chart_points"), points),
        cost: panel(
            format!(
                "{}, {}",
                context.term("chart_points_cost"),
                scenario.currency
            ),
            cost,
        ),
    })
}

/// Whether a program has points outstanding at any month end.
pub(super) fn grants_points(program: &ProgramResult) -> bool {
    let outstanding = series(&program.monthly, &["points_outstanding"]);
    outstanding.is_some_and(|series| series.values.iter().any(|points| *points != 0.0))
}

/// Whether the program that leaves most points surely leaves more than each other one does.
fn is_separated(results: &Results) -> bool {
    let end = ["points_outstanding_end"];
    let points = |program: &ProgramResult| value(&program.headline, &end).unwrap_or(0.0);
    let programs = results.programs.iter().enumerate();
    let most = programs.max_by(|a, b| points(a.1).total_cmp(&points(b.1)));
    let Some((most, _)) = most else { return false };
    let others = (0..results.programs.len()).filter(|other| *other != most);
    let is_more = |other| {
        let comparison = results.comparison.as_ref()?;
        let difference = verdict::difference_in(comparison, end[0], other, most)?;
        Some(difference.value > 0.0 && difference.is_sure())
    };
    others.into_iter().all(|other| is_more(other) == Some(true))
}

/// None where there is no line of points.
fn title(context: &Context, points: &[Line], cost: &[Line]) -> Option<String> {
    let scenario = &context.results.scenario;
    let months = scenario.horizon_months;
    let last = |line: &Line| line.points.last().map_or(0.0, |p| p.1);
    let most = points.iter().max_by(|a, b| last(a).total_cmp(&last(b)))?;
    let words = context.words;
    Some(match points {
        [only] => {
            let cost = cost.first().map(last);
            words.points_title(last(only), cost, &scenario.currency, months)
        }
        _ => {
            let separated = is_separated(context.results);
            words.points_title_several(&most.name, last(most), months, separated)
        }
    })
}

impl Chart for Points {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        lines::stacked(canvas, area, (&self.points, &self.cost), 0.5, context)
    }
}
