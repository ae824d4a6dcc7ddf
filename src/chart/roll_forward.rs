//! How the points outstanding went from one date to the other: a bridge over the last year of table A.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Panel, Scale, round_ticks};
use super::canvas::{Align, Canvas, Type};
use super::heat_map::footnote;
use super::liability_over_time::numbers;
use super::picture::Drawing;
use super::placement::Area;
use super::theme;
use crate::report::number::ENGLISH;
use crate::report::words::Language;
use crate::results::estimate::Cell;
use crate::results::valuation::Valuation;

/// Columns of table A that move the balance, with their sign and name; those that are zero are left out.
const MOVES: [(&str, f64, &str); 9] = [
    ("issued_base", 1.0, "Issued"),
    ("issued_bonus", 1.0, "Granted"),
    ("purchased", 1.0, "Bought"),
    ("transferred_net", 1.0, "Transfers"),
    ("reinstated", 1.0, "Reinstated"),
    ("clawed_back", -1.0, "Taken back"),
    ("redeemed", -1.0, "Redeemed"),
    ("expired", -1.0, "Expired"),
    ("forfeited", -1.0, "Forfeited"),
];

/// Letters where there are many bars.
const SMALL: f64 = 18.0;

pub struct RollForward {
    opening: f64,
    moves: Vec<(&'static str, f64)>,
    closing: f64,
    /// First and last period.
    window: [String; 2],
    footnote: String,
}

/// The bridge, if there is a table A in which something moved.
pub fn chart(valuation: &Valuation) -> Option<RollForward> {
    let table = valuation.tables.iter().find(|table| table.letter == "A")?;
    let periods = (valuation.periods_per_year.max(1.0) as usize).min(table.rows.len());
    let from = table.rows.len() - periods;
    let sum = |code: &str| -> Option<f64> { numbers(table, code)?[from..].iter().copied().sum() };
    let opening = (*numbers(table, "opening")?.get(from)?)?;
    let closing = (*numbers(table, "closing")?.last()?)?;
    let mut moves = Vec::new();
    for (code, sign, name) in MOVES {
        let points = sign * sum(code)?;
        if points != 0.0 {
            moves.push((name, points));
        }
    }
    let name = |row: usize| match table.rows.get(row)?.first()? {
        Cell::Text(name) => Some(clean(name)),
        _ => None,
    };
    if moves.is_empty() {
        return None;
    }
    Some(RollForward {
        opening,
        moves,
        closing,
        window: [name(from)?, name(table.rows.len() - 1)?],
        footnote: footnote(valuation),
    })
}

fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(14).collect()
}

/// A bar from one level to another.
struct Bar {
    name: &'static str,
    from: f64,
    to: f64,
    label: String,
    color: RGBColor,
}

impl RollForward {
    fn bars(&self) -> Vec<Bar> {
        let stock = |name, value| Bar {
            name,
            from: 0.0,
            to: value,
            label: ENGLISH.compact(value),
            color: theme::NEUTRAL,
        };
        let mut level = self.opening;
        let mut bars = vec![stock("Opening", self.opening)];
        for (name, points) in &self.moves {
            let from = level;
            level += points;
            let sign = if *points > 0.0 { "+" } else { "" };
            bars.push(Bar {
                name,
                from,
                to: level,
                label: format!("{sign}{}", ENGLISH.compact(*points)),
                color: if *points > 0.0 {
                    theme::BLUE
                } else {
                    theme::VERMILION
                },
            });
        }
        bars.push(stock("Closing", self.closing));
        bars
    }
}

impl Drawing for RollForward {
    fn name(&self) -> String {
        "roll_forward".to_owned()
    }

    fn title(&self) -> String {
        let closing = ENGLISH.compact(self.closing);
        if self.opening <= 0.0 {
            return format!("{closing} points outstanding, from none");
        }
        let change = self.closing / self.opening - 1.0;
        let word = if change < 0.0 { "fewer" } else { "more" };
        let share = ENGLISH.percent(change.abs());
        format!("{closing} points outstanding, {share} {word} than before")
    }

    fn subtitle(&self) -> String {
        format!(
            "Points, {} to {}: opening, what came in, what went out, closing",
            self.window[0], self.window[1]
        )
    }

    fn footnote(&self) -> String {
        self.footnote.clone()
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, area: Area) -> Result<(), ChartError> {
        let bars = self.bars();
        let ends = || bars.iter().flat_map(|bar| [bar.from, bar.to]);
        let low = ends().fold(0.0, f64::min);
        let high = ends().fold(0.0, f64::max);
        let panel = Panel {
            area: Area {
                left: area.left + 120.0,
                top: area.top + 50.0,
                right: area.right,
                bottom: area.bottom - 50.0,
            },
            x: (0.0, bars.len() as f64),
            y_ticks: round_ticks(low, high, 6),
            scale: Scale::Amount,
        };
        panel.draw_y(canvas, Language::English.words())?;
        for (index, bar) in bars.iter().enumerate() {
            let at = |part: f64, y: f64| panel.at(index as f64 + part, y);
            let (from, to) = (at(0.18, bar.from), at(0.82, bar.to));
            let area = Area {
                left: from.0,
                top: from.1.min(to.1),
                right: to.0,
                // A sliver shows where something moved.
                bottom: from.1.max(to.1).max(from.1.min(to.1) + 2.0),
            };
            canvas.rectangle(&area, bar.color)?;
            if index + 1 < bars.len() {
                let level = [at(0.82, bar.to), at(1.18, bar.to)];
                canvas.line(&level, theme::AXIS, 1.5)?;
            }
            let middle = at(0.5, bar.to).0;
            let size = if bars.len() > 8 { SMALL } else { theme::LABEL };
            let value = Type::bold(size, bar.color);
            canvas.text((middle, area.top - 10.0), &bar.label, value, Align::Center)?;
            let name = Type::regular(size, theme::INK);
            let below = panel.area.bottom + 36.0;
            canvas.text((middle, below), bar.name, name, Align::Center)?;
        }
        Ok(())
    }
}
