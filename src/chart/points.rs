//! Points outstanding and what redeeming them is expected to cost, over time.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::Scale;
use super::canvas::Canvas;
use super::lines::{self, Line, Lines, at_month_ends};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::theme;
use crate::report::lookup::series;

pub struct Points {
    heading: Heading,
    points: Lines,
    cost: Lines,
}

/// The chart, if any program has outstanding points.
pub fn chart(context: &Context) -> Option<Points> {
    let results = context.results;
    let scenario = &results.scenario;
    let lines_of = |code: &str| -> Vec<Line> {
        let shown = results
            .programs
            .iter()
            .take(theme::PROGRAMS.len())
            .enumerate();
        let line = |(index, program): (usize, &crate::results::ProgramResult)| {
            let points = at_month_ends(&series(&program.monthly, &[code])?.values);
            let name = context.short_name(&program.name);
            let color = theme::program(index);
            (!points.is_empty()).then_some(Line {
                name,
                points,
                half_widths: vec![],
                color,
                dashed: false,
            })
        };
        shown.filter_map(line).collect()
    };
    let points = lines_of("points_outstanding");
    let cost = lines_of("outstanding_expected_cost");
    let title = title(context, &points, &cost)?;
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
        _ => words.points_title_several(&most.name, last(most), months),
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
