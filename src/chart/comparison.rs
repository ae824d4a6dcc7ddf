//! How far the contenders are behind the one that leads, and whether luck could turn that: intervals that hold together.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Scale, round_ticks, tick_labels};
use super::canvas::{Align, Canvas, Type};
use super::lettering::Weight;
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::theme;
use crate::report::verdict::{self, Verdict};
use crate::results::{Comparison, Mark, Standing, Unit};

pub struct Ranking {
    heading: Heading,
    leader: (String, RGBColor),
    rows: Vec<Row>,
}

struct Row {
    name: String,
    color: RGBColor,
    value: f64,
    interval: Option<[f64; 2]>,
    label: String,
}

/// Most rows drawn.
const ROWS: usize = 8;

/// The chart, if programs were compared.
pub fn chart(context: &Context) -> Option<Ranking> {
    let comparison = context.results.comparison.as_ref()?;
    let leader = verdict::leader(comparison)?;
    let others = comparison
        .standings
        .iter()
        .filter(|s| s.program != leader.program);
    let mut rows: Vec<Row> = others
        .filter_map(|s| row(context, comparison, leader, s))
        .collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by(|a, b| b.value.total_cmp(&a.value));
    let left_out = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let unit = match leader.goal.unit {
        Unit::Money => format!(", {}", context.currency()),
        _ => String::new(),
    };
    let goal = context.term(&comparison.goal.maximize);
    let mut subtitle = context
        .words
        .ranking_subtitle(&format!("{goal}{unit}"), &name(context, leader));
    if left_out > 0 {
        subtitle += &format!(" {}", context.words.left_out(left_out, "comparison.csv"));
    }
    Some(Ranking {
        heading: Heading {
            name: "comparison".to_owned(),
            title: title(context, comparison, leader, &rows),
            subtitle,
        },
        leader: (name(context, leader), color(context, leader)),
        rows,
    })
}

fn name(context: &Context, standing: &Standing) -> String {
    match standing.program {
        Some(_) => context.short_name(&standing.name),
        None => context.term("world_0"),
    }
}

fn color(context: &Context, standing: &Standing) -> RGBColor {
    standing
        .program
        .map_or(theme::NEUTRAL, |program| context.color(program))
}

fn row(
    context: &Context,
    comparison: &Comparison,
    leader: &Standing,
    standing: &Standing,
) -> Option<Row> {
    let difference = verdict::difference(comparison, leader.program, standing.program)?;
    let numerals = context.words.numerals();
    let mut label = numerals.signed(difference.value);
    if let Some([low, high]) = difference.interval {
        label += &format!(" ({} … {})", numerals.signed(low), numerals.signed(high));
    }
    if standing.mark == Mark::Excluded {
        label += &format!(", {}", context.term("excluded"));
    }
    Some(Row {
        name: name(context, standing),
        color: color(context, standing),
        value: difference.value,
        interval: difference.interval,
        label,
    })
}

fn title(context: &Context, comparison: &Comparison, leader: &Standing, rows: &[Row]) -> String {
    let words = context.words;
    match verdict::verdict(comparison) {
        Verdict::Best(best) => {
            let ahead = rows.first().map(|next| {
                let money = leader.goal.unit == Unit::Money;
                let unit = if money { context.currency() } else { "" };
                let amount = words.numerals().compact(-next.value);
                (
                    format!("{amount} {unit}").trim_end().to_owned(),
                    next.name.as_str(),
                )
            });
            let own = best.program.map(|_| name(context, best));
            words.best_title(own.as_deref(), ahead)
        }
        Verdict::Open(standings) => {
            let names: Vec<String> = standings.iter().map(|s| name(context, s)).collect();
            words.not_separated(&names)
        }
        Verdict::Nobody => context.term("nobody_feasible"),
    }
}

impl Ranking {
    /// Ticks over all values, intervals and zero.
    fn ticks(&self) -> Vec<f64> {
        let ends = |row: &Row| row.interval.unwrap_or([row.value; 2]);
        let low = self.rows.iter().map(|r| ends(r)[0]).fold(0.0, f64::min);
        let high = self.rows.iter().map(|r| ends(r)[1]).fold(0.0, f64::max);
        round_ticks(low, high, 6)
    }

    fn draw_axis<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: &Area,
        place: impl Fn(f64) -> f64,
        context: &Context,
    ) -> Result<(), ChartError> {
        let ticks = self.ticks();
        let labels = tick_labels(&ticks, Scale::Amount, context.words.numerals());
        let style = Type::regular(theme::TICK, theme::QUIET);
        for (tick, label) in ticks.iter().zip(labels) {
            let x = place(*tick);
            let color = if *tick == 0.0 {
                self.leader.1
            } else {
                theme::GRID
            };
            let width = if *tick == 0.0 { 4.0 } else { 1.5 };
            canvas.line(&[(x, area.top), (x, area.bottom)], color, width)?;
            canvas.text((x, area.bottom + 34.0), &label, style, Align::Center)?;
        }
        let style = Type::bold(theme::LABEL, self.leader.1);
        let width = canvas.faces.width(&self.leader.0, style.size, style.weight);
        // Over the line of the leader, inside the page.
        let right = f64::from(theme::WIDTH) - theme::MARGIN;
        let x = place(0.0)
            .min(right - width / 2.0)
            .max(theme::MARGIN + width / 2.0);
        canvas.text((x, area.top - 14.0), &self.leader.0, style, Align::Center)
    }
}

impl Chart for Ranking {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        const NAMES: f64 = 380.0;
        let (low, high) = match self.ticks().as_slice() {
            [first, .., last] => (*first, *last),
            _ => (0.0, 1.0),
        };
        let plot = Area {
            left: area.left + NAMES,
            top: area.top + 52.0,
            right: area.right - 40.0,
            bottom: area.bottom - 40.0,
        };
        let place = |value: f64| {
            let part = (value - low) / (high - low).max(f64::MIN_POSITIVE);
            plot.left + part.clamp(-0.02, 1.02) * plot.width()
        };
        self.draw_axis(canvas, &plot, place, context)?;
        let height = plot.height() / self.rows.len() as f64;
        for (index, row) in self.rows.iter().enumerate() {
            let y = plot.top + height * (index as f64 + 0.55);
            let style = Type::bold(theme::LABEL, row.color);
            let name = canvas
                .faces
                .shorten(&row.name, style.size, Weight::Bold, NAMES - 24.0);
            canvas.text_middle((plot.left - 24.0, y), &name, style, Align::Right)?;
            if let Some([from, to]) = row.interval {
                canvas.line(&[(place(from), y), (place(to), y)], row.color, 5.0)?;
                for end in [place(from), place(to)] {
                    canvas.line(&[(end, y - 10.0), (end, y + 10.0)], row.color, 3.0)?;
                }
            }
            canvas.dot((place(row.value), y), 9.0, row.color)?;
            let width = canvas.faces.width(&row.label, style.size, style.weight) / 2.0;
            let x = place(row.value)
                .min(area.right - width)
                .max(plot.left + width);
            let at = (x, y - 22.0);
            canvas.clear_behind(at, &row.label, style, Align::Center)?;
            canvas.text(at, &row.label, style, Align::Center)?;
        }
        Ok(())
    }
}
