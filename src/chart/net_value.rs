//! Cumulative net value against no program, with the month in which it pays back.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Panel, Scale};
use super::canvas::{Canvas, Type};
use super::lines::{Line, Lines, at_month_ends, half_widths, intervals, student_t_975};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::points::grants_points;
use super::theme;
use crate::report::lookup::{NPV, npv, number, series, value};
use crate::report::words::Worth;
use crate::results::{Comparison, ProgramResult};

pub struct NetValue {
    heading: Heading,
    lines: Lines,
    paybacks: Vec<Payback>,
}

struct Payback {
    month: f64,
    label: String,
    /// Line it lies on.
    line: usize,
}

/// A course of value that is drawn: its code, that of its payback, and whether it is discounted.
type Kind = (&'static str, &'static str, bool);

const PLAIN: Kind = ("net_value_cumulative", "payback_plain", false);
const DISCOUNTED: Kind = (
    "net_value_cumulative_discounted",
    "payback_discounted",
    true,
);

/// The chart, if any program has a cumulative net value.
pub fn chart(context: &Context) -> Option<NetValue> {
    let results = context.results;
    let scenario = &results.scenario;
    let several = results.programs.len() > 1;
    let kinds: &[Kind] = match several {
        true => &[DISCOUNTED],
        false => &[PLAIN, DISCOUNTED],
    };
    let shown = context.shown();
    let shown = shown
        .iter()
        .filter_map(|index| Some((*index, results.programs.get(*index)?)));
    let (mut lines, mut paybacks) = (Vec::new(), Vec::new());
    for (index, program) in shown {
        for kind in kinds {
            let Some(line) = line(context, (index, program), *kind) else {
                continue;
            };
            if let Some(month) = value(&program.headline, &[kind.1]) {
                paybacks.push(Payback {
                    month,
                    label: payback_label(context, month, kind.2),
                    line: lines.len(),
                });
            }
            lines.push(line);
        }
    }
    if lines.is_empty() {
        return None;
    }
    // A single month has no width for a band.
    let bars = several || scenario.horizon_months <= 1;
    Some(NetValue {
        heading: Heading {
            name: "net_value".to_owned(),
            title: title(context),
            subtitle: subtitle(context, &lines, bars, !paybacks.is_empty()),
        },
        lines: Lines {
            caption: format!("{}, {}", context.term(caption(context)), scenario.currency),
            lines,
            scale: Scale::Amount,
            with_zero: true,
            horizon: f64::from(scenario.horizon_months.max(1)),
            bars,
        },
        paybacks,
    })
}

/// Only points cost anything later.
fn caption(context: &Context) -> &'static str {
    match context.results.programs.iter().any(grants_points) {
        true => "chart_net_value",
        false => "chart_net_value_no_points",
    }
}

/// The course of a program; of a single one the discounted course has a color and dashes of its own.
fn line(
    context: &Context,
    (index, program): (usize, &ProgramResult),
    (code, _, is_discounted): Kind,
) -> Option<Line> {
    let series = series(&program.monthly, &[code]).filter(|s| !s.values.is_empty())?;
    let scenario = &context.results.scenario;
    let several = context.results.programs.len() > 1;
    let dashed = is_discounted && !several;
    let kind = if is_discounted { "discounted" } else { "plain" };
    Some(Line {
        name: match several {
            true => context.short_name(&program.name),
            false => context.term(kind),
        },
        points: at_month_ends(&series.values),
        half_widths: half_widths(series, student_t_975(scenario.degrees_of_freedom)),
        color: match dashed {
            true => theme::VERMILION,
            false => context.color(index),
        },
        dashed,
    })
}

/// Of several programs the month alone: circles of near months leave no room for more.
fn payback_label(context: &Context, month: f64, is_discounted: bool) -> String {
    let words = context.words;
    match context.results.programs.len() {
        0 | 1 => words.payback_label(month, is_discounted),
        _ => words.month_number(libm::ceil(month.clamp(1.0, 1e6)) as i64),
    }
}

fn subtitle(context: &Context, lines: &[Line], bars: bool, has_paybacks: bool) -> String {
    let mut subtitle = vec![intervals(context, lines, bars)];
    if context.results.programs.len() > 1 {
        subtitle.push(context.term("chart_discounted_only"));
        if has_paybacks {
            subtitle.push(context.term("chart_paybacks"));
        }
    }
    subtitle.push(context.left_out());
    subtitle.retain(|part| !part.is_empty());
    subtitle.join(" ")
}

fn title(context: &Context) -> String {
    let results = context.results;
    let programs = &results.programs;
    let by_value = |c: &&Comparison| c.goal.maximize == "npv";
    let comparison = results.comparison.as_ref().filter(by_value);
    let worth = |(index, program): (usize, &ProgramResult)| {
        let number = number(&program.headline, NPV);
        Worth {
            program: context.short_name(&program.name),
            value: npv(program),
            interval: number.and_then(|n| n.interval),
            with_run_off: grants_points(program)
                && number.is_some_and(|n| n.window.contains("run-off")),
            is_separated: comparison.is_some_and(|c| c.best_program == Some(index)),
            payback: value(&program.headline, &["payback_plain"]),
        }
    };
    let worths: Vec<Worth> = programs.iter().enumerate().map(worth).collect();
    context
        .words
        .net_value_title(&worths, context.currency(), results.scenario.horizon_months)
}

impl NetValue {
    fn mark<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        payback: &Payback,
    ) -> Result<(), ChartError> {
        let Some(line) = self.lines.lines.get(payback.line) else {
            return Ok(());
        };
        if payback.month < 0.0 || payback.month > self.lines.horizon {
            return Ok(());
        }
        let at = panel.at(payback.month, 0.0);
        canvas.dot(at, 9.0, line.color)?;
        canvas.dot(at, 4.5, theme::BACKGROUND)?;
        // Lines that pay back in the same month share one label, in no line's color.
        let same = |other: &&Payback| other.label == payback.label;
        let shared = self.paybacks.iter().filter(same).count() > 1;
        if self
            .paybacks
            .iter()
            .find(same)
            .is_some_and(|first| first.line != payback.line)
        {
            return Ok(());
        }
        let color = if shared { theme::INK } else { line.color };
        canvas.text_near(
            at,
            &payback.label,
            Type::bold(theme::LABEL, color),
            &panel.area,
        )?;
        Ok(())
    }
}

impl Chart for NetValue {
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
        let panel = self.lines.draw(canvas, area, names, context)?;
        for payback in &self.paybacks {
            self.mark(canvas, &panel, payback)?;
        }
        Ok(())
    }
}
