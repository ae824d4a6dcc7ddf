//! Points outstanding and what redeeming them is expected to cost, over time.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::Scale;
use super::canvas::Canvas;
use super::lines::{Line, Lines, at_month_ends};
use super::picture::{Chart, Context};
use super::placement::Area;
use super::theme;
use crate::report::lookup::series;

pub struct Points {
    title: String,
    subtitle: String,
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
    let last = |line: &Line| line.points.last().map_or(0.0, |p| p.1);
    let most = points.iter().max_by(|a, b| last(a).total_cmp(&last(b)))?;
    let months = scenario.horizon_months;
    let title = if let [only] = points.as_slice() {
        context.words.points_title(
            last(only),
            cost.first().map(last),
            &scenario.currency,
            months,
        )
    } else {
        context
            .words
            .points_title_several(&most.name, last(most), months)
    };
    let horizon = f64::from(months.max(1));
    let left_out = results.programs.len().saturating_sub(theme::PROGRAMS.len());
    let panel = |caption, lines| Lines {
        caption,
        lines,
        scale: Scale::Amount,
        with_zero: true,
        horizon,
        bars: false,
    };
    Some(Points {
        title,
        subtitle: if left_out > 0 {
            context.words.left_out(left_out)
        } else {
            String::new()
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

impl Chart for Points {
    fn name(&self) -> String {
        "points".to_owned()
    }

    fn title(&self) -> String {
        self.title.clone()
    }

    fn subtitle(&self) -> String {
        self.subtitle.clone()
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        let names = self
            .points
            .names_width(canvas, context)
            .max(self.cost.names_width(canvas, context));
        if self.cost.lines.is_empty() {
            return self.points.draw(canvas, area, names, context).map(|_| ());
        }
        let split = area.top + 0.5 * area.height();
        self.points.draw(
            canvas,
            Area {
                bottom: split - 7.0,
                ..area
            },
            names,
            context,
        )?;
        self.cost.draw(
            canvas,
            Area {
                top: split + 7.0,
                ..area
            },
            names,
            context,
        )?;
        Ok(())
    }
}
