//! Points by when they were issued and what becomes of them: stacked bars, pale after the horizon.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{DATES, NUMBERS, Panel, Scale, round_ticks};
use super::canvas::{Align, Canvas, Type};
use super::lettering::Weight;
use super::picture::{Chart, Context, Heading};
use super::placement::{Area, spread};
use super::theme;
use crate::report::words::Fate;
use crate::results::VintageRow;

pub struct Vintages {
    heading: Heading,
    bars: Vec<Bar>,
    /// Months per bar.
    step: i32,
    totals: [f64; 4],
}

/// A group of vintages: of each fate, points to the horizon and after it.
#[derive(Clone, Copy)]
struct Bar {
    month: i32,
    parts: [[f64; 2]; 4],
}

const FATES: [(&str, RGBColor); 4] = [
    ("redeemed", theme::BLUE),
    ("expired", theme::VERMILION),
    ("dormant", theme::PURPLE),
    ("unresolved", theme::NEUTRAL),
];
/// More bars than this are grouped by quarter, then by year.
const BARS: usize = 72;

/// The vintages of a program, if it issued points.
pub fn chart(context: &Context, index: usize) -> Option<Vintages> {
    let program = context.program(index)?;
    let rows = &program.vintages;
    let first = rows.iter().map(|r| r.month).min()?;
    let last = rows.iter().map(|r| r.month).max()?;
    let months = usize::try_from(i64::from(last) - i64::from(first) + 1).ok()?;
    let (step, caption) = match months {
        0..=BARS => (1, "chart_vintages"),
        months if months <= 3 * BARS => (3, "chart_vintages_quarter"),
        _ => (12, "chart_vintages_year"),
    };
    let bars = group(rows, step);
    let total = |fate: usize| {
        bars.iter()
            .filter_map(|b| b.parts.get(fate))
            .flatten()
            .sum::<f64>()
    };
    let totals = [total(0), total(1), total(2), total(3)];
    let all: f64 = totals.iter().sum();
    // Nothing was issued: a picture of nothing says nothing.
    if !(all.is_finite() && all > 0.0) {
        return None;
    }
    let [redeemed, expired, dormant, unresolved] = totals.map(|t| t / all);
    let name = context.short_name(&program.name);
    let fate = Fate {
        program: &name,
        redeemed,
        expired,
        dormant,
        unresolved,
    };
    Some(Vintages {
        heading: Heading {
            name: context.file_name("vintages", index),
            title: context.words.vintages_title(&fate),
            subtitle: format!(
                "{}. {}",
                context.term(caption),
                context.term("chart_vintages_tint")
            ),
        },
        bars,
        step,
        totals,
    })
}

fn group(rows: &[VintageRow], step: i32) -> Vec<Bar> {
    let mut bars: std::collections::BTreeMap<i32, Bar> = std::collections::BTreeMap::new();
    for row in rows {
        let month = row.month.div_euclid(step) * step;
        let bar = bars.entry(month).or_insert(Bar {
            month,
            parts: [[0.0; 2]; 4],
        });
        let parts = [
            [row.redeemed_to_horizon, row.redeemed_after],
            [row.expired_to_horizon, row.expired_after],
            [row.dormant_to_horizon, row.dormant_after],
            [0.0, row.unresolved],
        ];
        for (sum, part) in bar.parts.iter_mut().flatten().zip(parts.iter().flatten()) {
            if part.is_finite() {
                *sum += part.max(0.0);
            }
        }
    }
    bars.into_values().collect()
}

impl Vintages {
    /// Draws the bars; the middle of each fate in the last bar that shows it clearly.
    fn draw_bars<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
    ) -> Result<[Option<f64>; 4], ChartError> {
        let mut middles = [None; 4];
        for bar in &self.bars {
            let start = f64::from(bar.month);
            let left = panel.at(start, 0.0).0;
            let width = panel.at(start + f64::from(self.step), 0.0).0 - left;
            let gap = if width > 8.0 { 2.0 } else { 0.0 };
            let mut level = 0.0;
            for ((parts, (_, color)), middle) in bar.parts.iter().zip(FATES).zip(&mut middles) {
                let bottom = level;
                for (part, strength) in parts.iter().zip([1.0, 0.5]) {
                    let (low, high) = (panel.at(0.0, level).1, panel.at(0.0, level + part).1);
                    level += part;
                    if *part > 0.0 {
                        let area = Area {
                            left,
                            top: high,
                            right: left + width - gap,
                            bottom: low,
                        };
                        canvas.rectangle(&area, theme::tint(color, strength))?;
                    }
                }
                if level > bottom {
                    *middle = Some(panel.at(0.0, f64::midpoint(bottom, level)).1);
                }
            }
        }
        Ok(middles)
    }

    fn label(&self, fate: usize, context: &Context) -> String {
        let all: f64 = self.totals.iter().sum();
        let total = self.totals.get(fate).copied().unwrap_or(0.0);
        let code = FATES.get(fate).map_or("", |f| f.0);
        format!(
            "{} {}",
            context.term(code),
            context.words.numerals().percent(total / all)
        )
    }
}

impl Chart for Vintages {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        let shown: Vec<usize> = (0..FATES.len())
            .filter(|f| self.totals.get(*f).is_some_and(|t| *t > 0.0))
            .collect();
        let widths = shown.iter().map(|f| {
            canvas
                .faces
                .width(&self.label(*f, context), theme::LABEL, Weight::Bold)
        });
        let names = widths.fold(0.0, f64::max) + 26.0;
        let highest = self
            .bars
            .iter()
            .map(|b| b.parts.iter().flatten().sum::<f64>())
            .fold(0.0, f64::max);
        let first = self.bars.first().map_or(0, |b| b.month);
        let last = self
            .bars
            .last()
            .map_or(1, |b| b.month.saturating_add(self.step));
        let panel = Panel {
            area: Area {
                left: area.left + NUMBERS,
                top: area.top + 16.0,
                right: area.right - names,
                bottom: area.bottom - DATES,
            },
            x: (f64::from(first), f64::from(last)),
            y_ticks: round_ticks(0.0, highest, 6),
            scale: Scale::Amount,
        };
        panel.draw_y(canvas, context.words)?;
        let middles = self.draw_bars(canvas, &panel)?;
        panel.draw_months(canvas, &context.results.scenario.start, context.words)?;
        self.draw_names(canvas, &panel, (&shown, &middles), context)
    }
}

impl Vintages {
    /// Names of the fates that are shown, beside where each was last seen.
    fn draw_names<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        (shown, middles): (&[usize], &[Option<f64>]),
        context: &Context,
    ) -> Result<(), ChartError> {
        let wanted: Vec<f64> = shown
            .iter()
            .map(|f| {
                middles
                    .get(*f)
                    .copied()
                    .flatten()
                    .unwrap_or(panel.area.bottom)
            })
            .collect();
        let placed = spread(
            &wanted,
            theme::LABEL * 1.2,
            panel.area.top,
            panel.area.bottom,
        );
        for (fate, y) in shown.iter().zip(placed) {
            let color = FATES.get(*fate).map_or(theme::INK, |f| f.1);
            let style = Type::bold(theme::LABEL, color);
            canvas.text_middle(
                (panel.area.right + 16.0, y),
                &self.label(*fate, context),
                style,
                Align::Left,
            )?;
        }
        Ok(())
    }
}
