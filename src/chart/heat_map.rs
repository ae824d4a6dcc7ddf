//! Vintages by age: how much of what was issued is redeemed, and what is expected in the end.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::canvas::{Align, Canvas, Type};
use super::picture::Drawing;
use super::placement::Area;
use super::theme;
use crate::report::methods::method_name;
use crate::report::number::ENGLISH;
use crate::results::valuation::{Origin, Valuation};

/// More vintages than this are shown from the newest back: cells would be thinner than a letter.
const MOST_ROWS: usize = 24;
/// More ages than this are shown every so many.
const MOST_AGES: usize = 36;

pub struct HeatMap {
    rows: Vec<Row>,
    /// Ages shown, from 0.
    ages: Vec<usize>,
    left_out: usize,
    of_issued: bool,
    /// None where nothing is expected to be redeemed.
    overall: Option<f64>,
    booked: String,
    footnote: String,
}

struct Row {
    name: String,
    shares: Vec<Option<f64>>,
    end: f64,
}

/// The heat map, if the booked method has a number.
pub fn chart(valuation: &Valuation) -> Option<HeatMap> {
    let booked = valuation
        .methods
        .iter()
        .find(|m| m.code == valuation.booked)?;
    let ultimate_of_all = booked.ultimate?;
    let of_issued = valuation
        .origins
        .iter()
        .all(|o| o.issued.is_some_and(|points| points > 0.0));
    let left_out = valuation.origins.len().saturating_sub(MOST_ROWS);
    // Only ages that a shown vintage has reached.
    let reached = |origin: &Origin| {
        origin
            .redeemed
            .iter()
            .rposition(Option::is_some)
            .map(|age| age + 1)
    };
    let ages = valuation
        .origins
        .iter()
        .skip(left_out)
        .filter_map(reached)
        .max()?;
    let every = ages.div_ceil(MOST_AGES).max(1);
    let ages: Vec<usize> = (0..ages)
        .filter(|age| (ages - 1 - age).is_multiple_of(every))
        .collect();
    let rows = rows(
        valuation,
        &booked.future_by_origin,
        left_out,
        of_issued,
        &ages,
    );
    if rows.is_empty() {
        return None;
    }
    let issued: f64 = valuation.origins.iter().filter_map(|o| o.issued).sum();
    let redeemed: f64 = ultimate_of_all - booked.future?;
    Some(HeatMap {
        rows,
        ages,
        left_out,
        of_issued,
        overall: match of_issued {
            true => share(ultimate_of_all, issued),
            false => share(redeemed, ultimate_of_all),
        },
        booked: method_name(&valuation.booked).to_lowercase(),
        footnote: footnote(valuation),
    })
}

fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Shares of the points issued, or of the expected end.
fn rows(
    valuation: &Valuation,
    future: &[f64],
    left_out: usize,
    of_issued: bool,
    ages: &[usize],
) -> Vec<Row> {
    valuation
        .origins
        .iter()
        .zip(future)
        .skip(left_out)
        .filter_map(|(origin, future)| {
            let latest = origin.redeemed.iter().rev().find_map(|cell| *cell)?;
            let ultimate = latest + future;
            let base = if of_issued { origin.issued? } else { ultimate };
            let share = |value: f64| if base > 0.0 { value / base } else { 0.0 };
            Some(Row {
                name: origin
                    .name
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(14)
                    .collect(),
                shares: ages
                    .iter()
                    .map(|age| (*origin.redeemed.get(*age)?).map(share))
                    .collect(),
                end: share(ultimate),
            })
        })
        .collect()
}

/// What every chart of a valuation rests on.
pub fn footnote(valuation: &Valuation) -> String {
    let subject: String = valuation
        .subject
        .chars()
        .filter(|c| !c.is_control())
        .take(40)
        .collect();
    let vintages = match valuation.origins.len() {
        1 => "1 vintage".to_owned(),
        count => format!("{count} vintages"),
    };
    format!("{subject}: {vintages} from a {}", valuation.source)
}

impl HeatMap {
    fn cell<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        share: f64,
        written: bool,
    ) -> Result<(), ChartError> {
        let strength = 0.06 + 0.94 * share.clamp(0.0, 1.0);
        canvas.rectangle(&area, theme::tint(theme::BLUE, strength))?;
        let color = if strength > 0.85 {
            theme::BACKGROUND
        } else {
            theme::INK
        };
        let text = ENGLISH.fixed(100.0 * share, 0);
        let size = theme::TICK.min(0.76 * area.height());
        let style = Type::regular(size, color);
        let width = canvas.faces.width(&text, style.size, style.weight);
        if written && width + 6.0 < area.width() && size > 9.0 {
            let middle = (
                f64::midpoint(area.left, area.right),
                f64::midpoint(area.top, area.bottom),
            );
            canvas.text_middle(middle, &text, style, Align::Center)?;
        }
        Ok(())
    }

    /// Numbers of the ages above their columns, as many as there is room for.
    fn ages<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        grid: &Area,
        width: f64,
        end: f64,
    ) -> Result<(), ChartError> {
        let style = Type::regular(theme::TICK, theme::QUIET);
        canvas.text(
            (grid.left - 12.0, grid.top - 12.0),
            "Age",
            style,
            Align::Right,
        )?;
        let mut free = f64::NEG_INFINITY;
        for (column, age) in self.ages.iter().enumerate() {
            let text = (age + 1).to_string();
            let at = (grid.left + (column as f64 + 0.5) * width, grid.top - 12.0);
            let area = canvas.text_area(at, &text, style, Align::Center);
            if area.left > free {
                canvas.text(at, &text, style, Align::Center)?;
                free = area.right + 8.0;
            }
        }
        let bold = Type::bold(theme::TICK, theme::INK);
        canvas.text((end, grid.top - 12.0), "In the end", bold, Align::Center)
    }
}

impl Drawing for HeatMap {
    fn name(&self) -> String {
        "vintage_heat_map".to_owned()
    }

    fn title(&self) -> String {
        let Some(share) = self.overall else {
            return "Nothing is expected to be redeemed".to_owned();
        };
        let share = ENGLISH.percent(share);
        if self.of_issued {
            format!("{share} of the points issued are expected to be redeemed in the end")
        } else {
            format!("{share} of what is expected to be redeemed in the end has been")
        }
    }

    fn subtitle(&self) -> String {
        let base = if self.of_issued {
            "points issued"
        } else {
            "the expected end"
        };
        let older = match self.left_out {
            0 => String::new(),
            count => format!(" {count} older vintages are not shown."),
        };
        format!(
            "Redeemed so far in % of {base}, by vintage and age in periods; last column: expected ({}).{older}",
            self.booked
        )
    }

    fn footnote(&self) -> String {
        self.footnote.clone()
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, area: Area) -> Result<(), ChartError> {
        let style = Type::regular(theme::TICK, theme::QUIET);
        let names = self
            .rows
            .iter()
            .map(|row| canvas.faces.width(&row.name, style.size, style.weight));
        let age = canvas.faces.width("Age", style.size, style.weight);
        let names = names.fold(age, f64::max) + 20.0;
        let (last, gap) = (150.0, 24.0);
        let grid = Area {
            left: area.left + names,
            top: area.top + 44.0,
            right: area.right - last - gap,
            bottom: area.bottom,
        };
        // A few cells do not fill the page: they would no longer look like cells.
        let width = (grid.width() / self.ages.len().max(1) as f64).min(280.0);
        let height = (grid.height() / self.rows.len().max(1) as f64).min(120.0);
        let right = grid.left + width * self.ages.len() as f64;
        let grid = Area { right, ..grid };
        self.ages(canvas, &grid, width, grid.right + gap + last / 2.0)?;
        for (index, row) in self.rows.iter().enumerate() {
            let (top, bottom) = (
                grid.top + index as f64 * height,
                grid.top + (index + 1) as f64 * height - 2.0,
            );
            let size = theme::TICK.min(0.8 * height);
            let style = Type::regular(size, theme::QUIET);
            canvas.text_middle(
                (grid.left - 12.0, f64::midpoint(top, bottom)),
                &row.name,
                style,
                Align::Right,
            )?;
            for (column, share) in row.shares.iter().enumerate() {
                let Some(share) = share else { continue };
                let left = grid.left + column as f64 * width;
                let cell = Area {
                    left,
                    top,
                    right: left + width - 2.0,
                    bottom,
                };
                self.cell(canvas, cell, *share, true)?;
            }
            let left = grid.right + gap;
            self.cell(
                canvas,
                Area {
                    left,
                    top,
                    right: left + last,
                    bottom,
                },
                row.end,
                true,
            )?;
        }
        Ok(())
    }
}
