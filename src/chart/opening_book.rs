//! The age of the opening book: points outstanding at the start by month of issue, and how many of them were expected to be
//! redeemed.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Panel, Scale, round_ticks};
use super::canvas::Canvas;
use super::heat_map::footnote;
use super::liability_over_time::numbers;
use super::picture::Drawing;
use super::placement::Area;
use super::theme;
use crate::report::number::ENGLISH;
use crate::report::words::Language;
use crate::results::estimate::Cell;
use crate::results::valuation::Valuation;

/// Part of a month that its bar is wide.
const BAR: f64 = 0.8;

pub struct OpeningBook {
    /// Oldest first, every month up to the start.
    months: Vec<Month>,
    /// Name of the oldest.
    first: String,
    footnote: String,
}

/// Points of one month of issue.
#[derive(Clone, Copy, Default)]
struct Month {
    outstanding: f64,
    expected: f64,
}

/// The chart, if the valuation has the opening book by month of issue.
pub fn chart(valuation: &Valuation) -> Option<OpeningBook> {
    let table = valuation.tables.iter().find(|table| table.letter == "Q")?;
    let ages = numbers(table, "months_before_the_start")?;
    let outstanding = numbers(table, "outstanding")?;
    let expected = numbers(table, "future_redemptions_booked")?;
    let oldest = (*ages.first()?)? as usize;
    let mut months = vec![Month::default(); oldest];
    for ((age, outstanding), expected) in ages.iter().zip(&outstanding).zip(&expected) {
        let place = oldest.checked_sub((*age)? as usize)?;
        let month = months.get_mut(place)?;
        month.outstanding += outstanding.unwrap_or(0.0).max(0.0);
        month.expected += expected.unwrap_or(0.0).max(0.0);
    }
    let Some(Cell::Text(first)) = table.rows.first().and_then(|row| row.first()) else {
        return None;
    };
    months
        .iter()
        .any(|month| month.outstanding > 0.0)
        .then(|| OpeningBook {
            months,
            first: first.clone(),
            footnote: footnote(valuation),
        })
}

impl OpeningBook {
    fn all(&self) -> f64 {
        self.months.iter().map(|month| month.outstanding).sum()
    }

    /// The newest months that hold half of the points.
    fn half(&self) -> usize {
        let half = self.all() / 2.0;
        let newest = self.months.iter().rev().scan(0.0, |sum, month| {
            *sum += month.outstanding;
            Some(*sum)
        });
        1 + newest.take_while(|sum| *sum < half).count()
    }
}

impl Drawing for OpeningBook {
    fn name(&self) -> String {
        "opening_book_by_age".to_owned()
    }

    fn title(&self) -> String {
        let all = ENGLISH.compact(self.all());
        match self.half() {
            1 => format!("{all} points at the start, half of them issued in the month before"),
            months => format!(
                "{all} points at the start, half of them issued in the {months} months before"
            ),
        }
    }

    fn subtitle(&self) -> String {
        let expected: f64 = self.months.iter().map(|month| month.expected).sum();
        let share = if self.all() > 0.0 {
            expected / self.all()
        } else {
            0.0
        };
        format!(
            "Points by month of issue. Blue: expected to be redeemed, as booked at the start ({}); gray: the others",
            ENGLISH.percent(share)
        )
    }

    fn footnote(&self) -> String {
        self.footnote.clone()
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, area: Area) -> Result<(), ChartError> {
        let top = self
            .months
            .iter()
            .map(|m| m.outstanding.max(m.expected))
            .fold(0.0, f64::max);
        let panel = Panel {
            area: Area {
                left: area.left + 120.0,
                top: area.top + 20.0,
                // Room for half of the last name below.
                right: area.right - 70.0,
                bottom: area.bottom - 40.0,
            },
            x: (0.0, self.months.len() as f64),
            y_ticks: round_ticks(0.0, top, 6),
            scale: Scale::Amount,
        };
        let words = Language::English.words();
        panel.draw_y(canvas, words)?;
        panel.draw_months(canvas, &self.first, words)?;
        for (index, month) in self.months.iter().enumerate() {
            let bar = |from: f64, to: f64| {
                let side = (1.0 - BAR) / 2.0;
                let (left, bottom) = panel.at(index as f64 + side, from);
                let (right, top) = panel.at(index as f64 + 1.0 - side, to);
                Area {
                    left,
                    top,
                    right,
                    bottom,
                }
            };
            if month.outstanding > month.expected {
                canvas.rectangle(&bar(month.expected, month.outstanding), theme::NEUTRAL)?;
            }
            if month.expected > 0.0 {
                canvas.rectangle(&bar(0.0, month.expected), theme::BLUE)?;
            }
        }
        Ok(())
    }
}
