//! The bridge from the margin without a program to the margin with it: a waterfall whose axis starts near its pillars.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{NUMBERS, Panel, Scale, round_ticks, tick_labels};
use super::canvas::{Align, Canvas, Type};
use super::lines::{half_widths, student_t_975};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::theme;
use crate::report::lookup;
use crate::report::verdict::{makeup, side};
use crate::report::words::Crossing;
use crate::results::{BridgeItem, PairResult, ProgramResult};

/// Lines a name below a bar may take.
const NAME_LINES: usize = 2;

pub struct Bridge {
    heading: Heading,
    bars: Vec<Bar>,
}

struct Bar {
    label: String,
    value: String,
    /// Lower and upper end, major units; a pillar reaches down to the foot of the axis.
    from: f64,
    to: f64,
    pillar: bool,
    color: RGBColor,
}

/// The bridge of a program, if it has one.
pub fn chart(context: &Context, index: usize) -> Option<Bridge> {
    let program = context.program(index)?;
    let (bars, gains, losses) = bars(context, &program.bridge, |code| context.term(code))?;
    let name = context.short_name(&program.name);
    let months = context.results.scenario.horizon_months;
    let crossing = Crossing {
        program: &name,
        gains,
        losses,
        months,
        half: half_of_net(context, program),
    };
    Some(Bridge {
        heading: Heading {
            name: context.file_name("bridge", index),
            title: context.words.bridge_title(&crossing, context.currency()),
            subtitle: format!("{}, {}", context.term("chart_bridge"), context.currency()),
        },
        bars,
    })
}

/// The bridge from the first program to another, if they were compared.
pub fn between(context: &Context, pair: &PairResult) -> Option<Bridge> {
    let to_program = pair.to_program.filter(|_| pair.from_program == Some(0))?;
    let (from, to) = (context.short_name(&pair.from), context.short_name(&pair.to));
    let name = |code: &str| match code {
        "from_npv" => from.clone(),
        "to_npv" => to.clone(),
        _ => context.term(code),
    };
    let (bars, gains, losses) = bars(context, &pair.bridge, name)?;
    let is_sure = lookup::number(&pair.metrics, lookup::NPV).map(side) != Some(0.0);
    let title = context.words.comparison_bridge_title(
        &to,
        &from,
        (gains - losses, is_sure),
        &makeup(&pair.bridge),
        context.currency(),
    );
    let book = match pair.shares_opening_book {
        true => format!(", {}", context.term("chart_comparison_book")),
        false => String::new(),
    };
    let what = context.term("chart_comparison_bridge");
    Some(Bridge {
        heading: Heading {
            name: match context.results.programs.len() {
                2 => "comparison_bridge".to_owned(),
                _ => format!("comparison_bridge_{}", to_program + 1),
            },
            title,
            subtitle: format!("{what}{book}, {}", context.currency()),
        },
        bars,
    })
}

/// Half width of the 95 % interval of luck of all steps together: what they sum to is the net value over the horizon.
fn half_of_net(context: &Context, program: &ProgramResult) -> f64 {
    let factor = student_t_975(context.results.scenario.degrees_of_freedom);
    let net = lookup::series(&program.monthly, &["net_value_cumulative"]);
    let half = net.and_then(|net| half_widths(net, factor).last().copied());
    half.unwrap_or(0.0)
}

/// The bars of a bridge, and the sums of its gains and of its losses.
fn bars(
    context: &Context,
    items: &[BridgeItem],
    name: impl Fn(&str) -> String,
) -> Option<(Vec<Bar>, f64, f64)> {
    let numerals = context.words.numerals();
    let (mut level, mut gains, mut losses) = (0.0, 0.0, 0.0);
    let mut bars = Vec::new();
    for item in items.iter().filter(|i| i.value.is_finite()) {
        let label = name(&item.code);
        if item.pillar {
            let value = numerals.compact(item.value);
            bars.push(Bar {
                label,
                value,
                from: item.value,
                to: item.value,
                pillar: true,
                color: theme::NEUTRAL,
            });
            level = item.value;
            continue;
        }
        if item.value == 0.0 {
            continue;
        }
        let next = level + item.value;
        let color = if item.value > 0.0 {
            theme::BLUE
        } else {
            theme::VERMILION
        };
        let value = numerals.signed(item.value);
        bars.push(Bar {
            label,
            value,
            from: level,
            to: next,
            pillar: false,
            color,
        });
        level = next;
        gains += item.value.max(0.0);
        losses -= item.value.min(0.0);
    }
    (!bars.is_empty()).then_some((bars, gains, losses))
}

impl Bridge {
    /// From where to where the axis goes: from zero, unless the steps would be too small to see.
    fn ticks(&self) -> Vec<f64> {
        let ends = || self.bars.iter().flat_map(|b| [b.from, b.to]);
        let (low, high) = (
            ends().fold(f64::INFINITY, f64::min),
            ends().fold(f64::NEG_INFINITY, f64::max),
        );
        if low < 0.0 || low < 0.5 * high {
            return round_ticks(low.min(0.0), high.max(0.0), 6);
        }
        // The foot of the pillars: a third of the span of the steps below the lowest of them.
        let span = (high - low).max(high * 1e-6);
        round_ticks((low - 0.35 * span).max(0.0), high + 0.05 * span, 6)
    }

    fn draw_bar<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        index: usize,
        bar: &Bar,
    ) -> Result<(), ChartError> {
        let position = index as f64;
        let (left, right) = (
            panel.at(position + 0.12, 0.0).0,
            panel.at(position + 0.88, 0.0).0,
        );
        let foot = if panel.is_zoomed() {
            panel.area.bottom
        } else {
            panel.at(0.0, 0.0).1
        };
        let (a, b) = (panel.at(0.0, bar.from).1, panel.at(0.0, bar.to).1);
        let (top, bottom) = if bar.pillar {
            (b.min(foot), b.max(foot))
        } else {
            (a.min(b), a.max(b))
        };
        // A step too small to see still shows as a line.
        canvas.rectangle(
            &Area {
                left,
                top,
                right,
                bottom: bottom.max(top + 2.0),
            },
            bar.color,
        )?;
        if bar.pillar && panel.is_zoomed() {
            draw_notch(canvas, panel, [left, right])?;
        }
        if let Some(next) = self.bars.get(index + 1) {
            let end = panel.at(position + 1.12, 0.0).0;
            let y = panel
                .at(0.0, if next.pillar { next.to } else { next.from })
                .1;
            canvas.line(&[(right, y), (end, y)], theme::AXIS, 1.5)?;
        }
        let style = Type::bold(
            theme::LABEL.min((right - left) / 3.6),
            if bar.pillar { theme::INK } else { bar.color },
        );
        let above = bar.pillar || bar.to >= bar.from || bottom + 40.0 > panel.area.bottom;
        let y = if above {
            top - 10.0
        } else {
            bottom + 0.78 * style.size + 8.0
        };
        let at = (f64::midpoint(left, right), y);
        canvas.clear_behind(at, &bar.value, style, Align::Center)?;
        canvas.text(at, &bar.value, style, Align::Center)
    }

    /// The largest size at which every name is whole, or the smallest that can be read.
    fn name_size<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, room: f64) -> f64 {
        let weight = Type::regular(theme::TICK, theme::INK).weight;
        let is_whole = |size: f64| {
            self.bars.iter().all(|bar| {
                let lines = canvas.faces.wrap(&bar.label, size, weight, room);
                lines.len() <= NAME_LINES && lines.join(" ") == bar.label
            })
        };
        let sizes = [1.0, 0.92, 0.84, 0.76].map(|part| part * theme::TICK);
        let fitting = sizes.into_iter().find(|size| is_whole(*size));
        fitting.unwrap_or(0.76 * theme::TICK)
    }

    fn draw_names<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
    ) -> Result<(), ChartError> {
        let room = panel.at(1.0, 0.0).0 - panel.at(0.0, 0.0).0 - 10.0;
        let style = Type::regular(self.name_size(canvas, room), theme::INK);
        for (index, bar) in self.bars.iter().enumerate() {
            let middle = panel.at(index as f64 + 0.5, 0.0).0;
            let lines = canvas
                .faces
                .wrap(&bar.label, style.size, style.weight, room);
            for (row, line) in lines.iter().take(NAME_LINES).enumerate() {
                let y = panel.area.bottom + 32.0 + 28.0 * row as f64;
                canvas.text((middle, y), line, style, Align::Center)?;
            }
        }
        Ok(())
    }
}

/// Cuts a pillar whose foot is not zero.
fn draw_notch<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    panel: &Panel,
    [left, right]: [f64; 2],
) -> Result<(), ChartError> {
    let y = panel.area.bottom - 34.0;
    let notch = [
        (left - 3.0, y + 10.0),
        (right + 3.0, y - 10.0),
        (right + 3.0, y),
        (left - 3.0, y + 20.0),
    ];
    canvas.polygon(&notch, theme::BACKGROUND)
}

impl Chart for Bridge {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        let panel = Panel {
            area: Area {
                left: area.left + NUMBERS,
                top: area.top + 62.0,
                right: area.right,
                bottom: area.bottom - 62.0,
            },
            x: (0.0, self.bars.len() as f64),
            y_ticks: self.ticks(),
            scale: Scale::Amount,
        };
        if panel.is_zoomed() {
            let foot = tick_labels(&panel.y_ticks, Scale::Amount, context.words.numerals());
            let foot = foot.first().map_or("", String::as_str);
            let text = format!(
                "{} {foot} {}",
                context.term("axis_zoomed_bridge"),
                context.currency()
            );
            let at = (area.left, area.top + 4.0);
            canvas.text(
                at,
                &text,
                Type::regular(theme::TICK, theme::QUIET),
                Align::Left,
            )?;
        }
        panel.draw_y(canvas, context.words)?;
        for (index, bar) in self.bars.iter().enumerate() {
            self.draw_bar(canvas, &panel, index, bar)?;
        }
        self.draw_names(canvas, &panel)
    }
}
