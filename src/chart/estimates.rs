//! The liability by method, with the interval of each error a method gives.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Scale, round_ticks, tick_labels};
use super::canvas::{Align, Canvas, Type};
use super::heat_map::footnote;
use super::lettering::Weight;
use super::picture::Drawing;
use super::placement::Area;
use super::theme;
use crate::report::methods::{method_name, rule_name};
use crate::report::number::ENGLISH;
use crate::results::valuation::Valuation;

/// Half of a two-sided 95 % interval of a normal law.
const HALF: f64 = 1.959_964;

pub struct Estimates {
    rows: Vec<Row>,
    in_money: bool,
    booked: String,
    footnote: String,
}

struct Row {
    name: String,
    is_booked: bool,
    /// What no method knew.
    is_truth: bool,
    value: f64,
    /// Half width of the interval.
    half: Option<f64>,
}

/// The chart, if any method has a number.
pub fn chart(valuation: &Valuation) -> Option<Estimates> {
    let in_money = valuation.methods.iter().any(|m| m.cost_provision.is_some());
    let mut rows = Vec::new();
    for method in &valuation.methods {
        let Some(future) = method.future else {
            continue;
        };
        let value = if in_money {
            method.cost_provision.unwrap_or(0.0)
        } else {
            future
        };
        let per_point = if future == 0.0 { 0.0 } else { value / future };
        let name = method_name(&method.code);
        let is_method = method.code == valuation.booked;
        let is_truth = method.code == "simulated_run_off";
        // Of the two errors of the booked method, one is booked.
        let is_rule = |rule: &str| rule == valuation.sigma_rule;
        let has_rule = method.errors.iter().any(|error| is_rule(&error.rule));
        if method.errors.is_empty() {
            rows.push(Row {
                name: name.to_owned(),
                is_booked: is_method,
                is_truth,
                value,
                half: None,
            });
        }
        for error in &method.errors {
            rows.push(Row {
                name: format!("{name}, {}", rule_name(&error.rule)),
                is_booked: is_method && (is_rule(&error.rule) || !has_rule),
                is_truth,
                value,
                half: Some(HALF * error.total * per_point),
            });
        }
    }
    let usable = !rows.is_empty() && rows.iter().all(|row| row.value.is_finite());
    usable.then(|| Estimates {
        rows,
        in_money,
        booked: method_name(&valuation.booked).to_lowercase(),
        footnote: footnote(valuation),
    })
}

impl Estimates {
    /// A line per estimate: its name, its interval, its value.
    fn draw_rows<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        plot: &Area,
        right: f64,
        at: impl Fn(f64) -> f64,
    ) -> Result<(), ChartError> {
        let height = plot.height() / self.rows.len() as f64;
        for (index, row) in self.rows.iter().enumerate() {
            let y = plot.top + (index as f64 + 0.5) * height;
            let color = if row.is_booked {
                theme::BLUE
            } else {
                theme::NEUTRAL
            };
            let name = if row.is_booked {
                Type::bold(theme::LABEL, color)
            } else {
                Type::regular(theme::LABEL, theme::INK)
            };
            canvas.text_middle((plot.left - 16.0, y), &row.name, name, Align::Right)?;
            if let Some(half) = row.half {
                let (from, to) = (at(row.value - half), at(row.value + half));
                canvas.line(&[(from, y), (to, y)], color, 5.0)?;
                for end in [from, to] {
                    canvas.line(&[(end, y - 9.0), (end, y + 9.0)], color, 3.0)?;
                }
            }
            canvas.dot((at(row.value), y), 9.0, color)?;
            let value = Type::bold(theme::LABEL, color);
            canvas.text_middle((right, y), &ENGLISH.compact(row.value), value, Align::Right)?;
        }
        Ok(())
    }

    /// Of the methods, where there is any.
    fn range(&self) -> (f64, f64) {
        let has_methods = self.rows.iter().any(|row| !row.is_truth);
        let counted = self
            .rows
            .iter()
            .filter(|row| !(has_methods && row.is_truth));
        let values = counted.map(|row| row.value);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        })
    }

    fn reach(&self) -> (f64, f64) {
        let ends = self.rows.iter().flat_map(|row| {
            let half = row.half.unwrap_or(0.0);
            [row.value - half, row.value + half]
        });
        let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
            (a.min(v), b.max(v))
        });
        // Zero is shown unless that would leave less than half of the width.
        let low = if low > 0.5 * high { low } else { low.min(0.0) };
        (low, high)
    }
}

impl Drawing for Estimates {
    fn name(&self) -> String {
        "liability_by_method".to_owned()
    }

    fn title(&self) -> String {
        let booked = self.rows.iter().find(|row| row.is_booked);
        let (low, high) = self.range();
        let (low, high) = (ENGLISH.compact(low), ENGLISH.compact(high));
        let range = if low == high {
            format!("at {low}")
        } else {
            format!("between {low} and {high}")
        };
        let what = if self.in_money {
            "the cost of future redemptions"
        } else {
            "future redemptions"
        };
        match booked {
            Some(row) => format!(
                "Methods put {what} {range}; booked: {}",
                ENGLISH.compact(row.value)
            ),
            None => format!("Methods put {what} {range}; the method to be booked gives none"),
        }
    }

    fn subtitle(&self) -> String {
        let what = if self.in_money {
            "Cost provision, in the currency of the cost per point"
        } else {
            "Points expected to be redeemed from now on"
        };
        let (low, high) = self.reach();
        let zoomed = if low > 0.0 || high < 0.0 {
            " The axis leaves out zero."
        } else {
            ""
        };
        format!(
            "{what}. Bars: 95 % interval of the estimator (± 1.96 standard errors), not a margin. Booked: {}.{zoomed}",
            self.booked
        )
    }

    fn footnote(&self) -> String {
        self.footnote.clone()
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, area: Area) -> Result<(), ChartError> {
        let widths = self
            .rows
            .iter()
            .map(|row| canvas.faces.width(&row.name, theme::LABEL, Weight::Bold));
        let plot = Area {
            left: area.left + widths.fold(0.0, f64::max) + 24.0,
            top: area.top + 10.0,
            right: area.right - 160.0,
            bottom: area.bottom - 40.0,
        };
        let (low, high) = self.reach();
        let ticks = round_ticks(low, high, 6);
        let (first, last) = (
            ticks.first().copied().unwrap_or(0.0),
            ticks.last().copied().unwrap_or(1.0),
        );
        let at =
            |value: f64| plot.left + (value - first) / (last - first).max(1e-300) * plot.width();
        let quiet = Type::regular(theme::TICK, theme::QUIET);
        for (tick, label) in ticks
            .iter()
            .zip(tick_labels(&ticks, Scale::Amount, &ENGLISH))
        {
            canvas.line(
                &[(at(*tick), plot.top), (at(*tick), plot.bottom)],
                theme::GRID,
                1.5,
            )?;
            canvas.text(
                (at(*tick), plot.bottom + 30.0),
                &label,
                quiet,
                Align::Center,
            )?;
        }
        self.draw_rows(canvas, &plot, area.right, at)
    }
}
