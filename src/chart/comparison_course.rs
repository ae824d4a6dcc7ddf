//! Programs less the first one over time, on the same customers: value to date, and points outstanding.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::Scale;
use super::canvas::Canvas;
use super::lines::{Line, Lines, at_month_ends, half_widths, intervals, student_t_975};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::points::grants_points;
use super::theme;
use crate::report::lookup::series;
use crate::report::words::Apart;
use crate::results::PairResult;

pub struct ComparisonCourse {
    heading: Heading,
    lines: Lines,
}

/// Which course of the comparison is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    Value,
    Points,
}

impl Course {
    pub const ALL: [Course; 2] = [Course::Value, Course::Points];

    /// Code of the series.
    fn code(self) -> &'static str {
        match self {
            Course::Value => "net_value_cumulative_discounted",
            Course::Points => "points_outstanding",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Course::Value => "comparison_value",
            Course::Points => "comparison_points",
        }
    }
}

/// The chart, if several programs were compared by month and differ at all.
pub fn chart(context: &Context, course: Course) -> Option<ComparisonCourse> {
    let results = context.results;
    let pairs = &results.comparison.as_ref()?.pairs;
    let from_first = pairs.iter().filter(|pair| pair.from_program == Some(0));
    // Against a program without points, the difference would be the first one's own points.
    let is_meant = |pair: &&PairResult| {
        let to = pair.to_program.and_then(|p| results.programs.get(p));
        course == Course::Value || to.is_some_and(grants_points)
    };
    let shown = context.shown();
    let of = |pair: &PairResult| Some((pair.to_program?, line(context, pair, course)?));
    let all: Vec<(usize, Line)> = from_first.filter(is_meant).filter_map(of).collect();
    // What is furthest apart is told of all, drawn or not.
    let first = context.short_name(&results.programs.first()?.name);
    let title = title(context, course, &first, all.iter().map(|(_, line)| line));
    let drawn = all.into_iter().filter(|(to, _)| shown.contains(to));
    let lines: Vec<Line> = drawn.map(|(_, line)| line).collect();
    let is_flat = |line: &Line| line.points.iter().all(|(_, value)| *value == 0.0);
    if lines.iter().all(is_flat) {
        return None;
    }
    let months = results.scenario.horizon_months;
    // A single month has no width for a band.
    let bars = months <= 1;
    let mut subtitle = vec![
        context.words.course_subtitle(&first),
        intervals(context, &lines, bars),
        context.left_out(),
    ];
    subtitle.retain(|part| !part.is_empty());
    Some(ComparisonCourse {
        heading: Heading {
            name: course.name().to_owned(),
            title,
            subtitle: subtitle.join(" "),
        },
        lines: Lines {
            caption: match course {
                Course::Value => {
                    let what = context.term(match results.programs.iter().any(grants_points) {
                        true => "chart_value_course",
                        false => "chart_value_course_no_points",
                    });
                    format!("{what}, {}", context.currency())
                }
                Course::Points => context.term("chart_points_course"),
            },
            lines,
            scale: Scale::Amount,
            with_zero: true,
            horizon: f64::from(months.max(1)),
            bars,
        },
    })
}

fn title<'l>(
    context: &Context,
    course: Course,
    first: &str,
    lines: impl Iterator<Item = &'l Line>,
) -> String {
    let months = context.results.scenario.horizon_months;
    let apart = lines.filter_map(|line| {
        let (_, value) = *line.points.last()?;
        Some(Apart {
            program: &line.name,
            value,
            half: line.half_widths.last().copied().unwrap_or(0.0),
        })
    });
    let apart: Vec<Apart> = apart.collect();
    let words = context.words;
    match course {
        Course::Value => words.value_course_title(first, &apart, context.currency(), months),
        Course::Points => words.points_course_title(first, &apart, months),
    }
}

fn line(context: &Context, pair: &PairResult, course: Course) -> Option<Line> {
    let series = series(&pair.monthly, &[course.code()])?;
    let points = at_month_ends(&series.values);
    let factor = student_t_975(context.results.scenario.degrees_of_freedom);
    (!points.is_empty()).then(|| Line {
        name: context.short_name(&pair.to),
        points,
        half_widths: half_widths(series, factor),
        color: pair.to_program.map_or(theme::NEUTRAL, |p| context.color(p)),
        dashed: false,
    })
}

impl Chart for ComparisonCourse {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        let names = self.lines.names_width(canvas, context);
        self.lines.draw(canvas, area, names, context).map(|_| ())
    }
}
