//! What was expected to be redeemed, as booked at every month end with the error it had then, and what was.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Panel, Scale, round_ticks};
use super::canvas::{Align, Canvas, Type};
use super::heat_map::footnote;
use super::picture::Drawing;
use super::placement::{Area, spread};
use super::theme;
use crate::report::methods::method_name;
use crate::report::number::ENGLISH;
use crate::report::words::Language;
use crate::results::estimate::{Cell, Table};
use crate::results::valuation::Valuation;

/// Half of a two-sided 95 % interval of a normal law.
const HALF: f64 = 1.959_964;
/// Room for the names of the lines.
const NAMES: f64 = 300.0;

pub struct OverTime {
    points: Vec<Month>,
    /// Name of the first month.
    start: String,
    booked: String,
    footnote: String,
}

/// One month end.
#[derive(Clone, Copy)]
struct Month {
    booked: f64,
    /// Half width of the interval; 0 where there was none.
    half: f64,
    /// Redeemed in the run-off, and with all that was unresolved.
    truth: [f64; 2],
}

/// The chart, if the valuation has a liability over time.
pub fn chart(valuation: &Valuation) -> Option<OverTime> {
    let table = valuation.tables.iter().find(|table| table.letter == "L")?;
    let column = |code: &str| numbers(table, code);
    let booked = column("future_redemptions_booked")?;
    let errors = column("standard_error_booked")?;
    let low = column("future_redemptions_true")?;
    let high = column("future_redemptions_true_if_all_unresolved")?;
    let parts = booked.iter().zip(&errors).zip(low.iter().zip(&high));
    let points: Option<Vec<Month>> = parts
        .map(|((booked, error), (low, high))| {
            Some(Month {
                booked: (*booked)?,
                half: HALF * error.unwrap_or(0.0),
                truth: [(*low)?, (*high)?],
            })
        })
        .collect();
    let points = points.filter(|points| points.len() > 1)?;
    let Some(Cell::Text(start)) = table.rows.first().and_then(|row| row.first()) else {
        return None;
    };
    Some(OverTime {
        points,
        start: start.clone(),
        booked: method_name(&valuation.booked).to_lowercase(),
        footnote: footnote(valuation),
    })
}

/// Values of a column; none where a cell has no number.
pub(super) fn numbers(table: &Table, code: &str) -> Option<Vec<Option<f64>>> {
    let at = table
        .columns
        .iter()
        .position(|column| column.code == code)?;
    let number = |row: &Vec<Cell>| match row.get(at) {
        Some(Cell::Number(value)) if value.is_finite() => Some(*value),
        _ => None,
    };
    Some(table.rows.iter().map(number).collect())
}

impl OverTime {
    fn last(&self) -> Month {
        // There are at least two.
        let none = Month {
            booked: 0.0,
            half: 0.0,
            truth: [0.0; 2],
        };
        self.points.last().copied().unwrap_or(none)
    }

    fn panel(&self, area: Area) -> Panel {
        let top = self
            .points
            .iter()
            .map(|m| (m.booked + m.half).max(m.truth[1]))
            .fold(0.0, f64::max);
        Panel {
            area: Area {
                left: area.left + 120.0,
                top: area.top + 20.0,
                right: area.right - NAMES,
                bottom: area.bottom - 40.0,
            },
            x: (0.0, self.points.len() as f64),
            y_ticks: round_ticks(0.0, top, 6),
            scale: Scale::Amount,
        }
    }

    /// A line through a value of every month end.
    fn line(&self, panel: &Panel, of: impl Fn(&Month) -> f64) -> Vec<(f64, f64)> {
        let ends = self.points.iter().zip(1u32..);
        ends.map(|(month, end)| panel.at(f64::from(end), of(month)))
            .collect()
    }

    fn names<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
    ) -> Result<(), ChartError> {
        let last = self.last();
        let middle = f64::midpoint(last.truth[0], last.truth[1]);
        let at = |value: f64| panel.at(panel.x.1, value).1;
        let wanted = [at(last.booked), at(middle)];
        let (low, high) = (panel.area.top, panel.area.bottom);
        let placed = spread(&wanted, theme::LABEL * 1.2, low, high);
        let names = [("Booked", theme::BLUE), ("True", theme::VERMILION)];
        for ((name, color), y) in names.into_iter().zip(placed) {
            let style = Type::bold(theme::LABEL, color);
            canvas.text_middle((panel.area.right + 16.0, y), name, style, Align::Left)?;
        }
        Ok(())
    }
}

impl Drawing for OverTime {
    fn name(&self) -> String {
        "liability_over_time".to_owned()
    }

    fn title(&self) -> String {
        let last = self.last();
        let [low, high] = last.truth.map(|points| ENGLISH.compact(points));
        let booked = ENGLISH.compact(last.booked);
        if low == high {
            format!("{booked} points booked as still to be redeemed; it will be {low}")
        } else {
            format!("{booked} points booked as still to be redeemed; it will be {low} to {high}")
        }
    }

    fn subtitle(&self) -> String {
        format!(
            "Points issued by each month end and redeemed after it. Blue: as booked then ({}), with its 95 % interval.\n\
             Red: as the run-off shows, up to all whose holders had not used them when it ended.",
            self.booked
        )
    }

    fn footnote(&self) -> String {
        self.footnote.clone()
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, area: Area) -> Result<(), ChartError> {
        let panel = self.panel(area);
        let words = Language::English.words();
        panel.draw_y(canvas, words)?;
        panel.draw_months(canvas, &self.start, words)?;
        let between = |high: Vec<(f64, f64)>, low: Vec<(f64, f64)>| {
            high.into_iter().chain(low.into_iter().rev()).collect()
        };
        let truth: Vec<_> = between(
            self.line(&panel, |m| m.truth[1]),
            self.line(&panel, |m| m.truth[0]),
        );
        canvas.veil(&truth, theme::VERMILION, 0.16)?;
        let band: Vec<_> = between(
            self.line(&panel, |m| m.booked + m.half),
            self.line(&panel, |m| m.booked - m.half),
        );
        canvas.veil(&band, theme::BLUE, 0.22)?;
        for side in 0..2 {
            let line = self.line(&panel, |m| m.truth[side]);
            canvas.curve(&line, theme::VERMILION, 3.0)?;
        }
        canvas.curve(&self.line(&panel, |m| m.booked), theme::BLUE, 4.0)?;
        self.names(canvas, &panel)
    }
}
