//! The table of moves within a year: of those at a rank when it began, the share at each rank when it ended.

use plotters_backend::DrawingBackend;

use super::{Way, count_of};
use crate::chart::ChartError;
use crate::chart::canvas::{Align, Canvas, Type};
use crate::chart::lettering::Weight;
use crate::chart::picture::Context;
use crate::chart::placement::Area;
use crate::chart::theme;

/// Room for the names of rows, at most.
const NAMES: f64 = 170.0;

pub struct Matrix {
    /// By rank from below, outside last.
    rows: Vec<Row>,
    /// The ranks, then outside where anybody gave up the card: whoever merely stops buying says nothing and is counted on.
    columns: Vec<String>,
}

struct Row {
    name: String,
    customers: String,
    /// By column; none where nobody was at the rank of the start, or nothing can be said.
    shares: Vec<Option<f64>>,
}

impl Matrix {
    /// None where nobody was a member at the start, or the table is not one.
    pub fn new(context: &Context, names: &[String], moves: &[Vec<f64>]) -> Option<Matrix> {
        let outside = names.len();
        let is_square = moves.len() == outside + 1 && moves.iter().all(|r| r.len() == outside + 1);
        let members = moves.iter().take(outside).flatten();
        let all: f64 = members.map(|moved| count_of(*moved)).sum();
        if !is_square || all <= 0.0 {
            return None;
        }
        let given_up = moves.iter().filter_map(|row| row.get(outside));
        let is_given_up = given_up.map(|moved| count_of(*moved)).any(|n| n > 0.0);
        let mut columns = names.to_vec();
        columns.extend(is_given_up.then(|| context.term("card_given_up")));
        let row = |(from, cells): (usize, &Vec<f64>)| {
            let whole: f64 = cells.iter().map(|moved| count_of(*moved)).sum();
            let columns = cells.iter().enumerate().take(columns.len());
            let shares = columns.map(|(to, moved)| {
                let counted = whole > 0.0 && !(from == outside && to == outside);
                counted.then(|| count_of(*moved) / whole)
            });
            Row {
                name: match names.get(from) {
                    Some(name) => name.clone(),
                    None => context.term("joined"),
                },
                customers: context.words.numerals().compact(whole),
                shares: shares.collect(),
            }
        };
        Some(Matrix {
            rows: moves.iter().enumerate().map(row).collect(),
            columns,
        })
    }

    pub fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        let width = |text: &str| canvas.faces.width(text, theme::TICK, Weight::Regular);
        let names = self.rows.iter().map(|r| width(&r.name)).fold(0.0, f64::max);
        let counts = self.rows.iter().map(|r| width(&r.customers));
        let counts = counts.fold(width(&context.term("counted")), f64::max);
        let grid = |names: f64| Area {
            left: area.left + names + counts + 32.0,
            top: area.top + 64.0,
            right: area.right,
            bottom: area.bottom,
        };
        let cell = |grid: &Area| (grid.width() / self.columns.len() as f64).min(150.0);
        let named = grid(names.min(NAMES));
        // Where names cannot be read above their columns, ranks stand for them.
        let outside = self.rows.len() - 1;
        let mut ranks = self.columns.iter().take(outside);
        let is_numbered = ranks.any(|name| width(name) + 8.0 > cell(&named));
        let grid = if is_numbered { grid(NAMES) } else { named };
        let cell = cell(&grid);
        self.draw_header(canvas, &grid, (cell, is_numbered), context)?;
        let height = (grid.height() / self.rows.len() as f64).min(84.0);
        // The highest rank on top, those who joined at the bottom.
        for (line, index) in (0..outside).rev().chain([outside]).enumerate() {
            let top = grid.top + line as f64 * height;
            let place = Area {
                left: area.left,
                top,
                bottom: top + height,
                ..grid
            };
            self.draw_row(
                canvas,
                index,
                (&place, grid.left, cell),
                is_numbered,
                context,
            )?;
        }
        Ok(())
    }

    /// A row in its place: its name, how many there are, and its cells, `width` wide from `first` on.
    fn draw_row<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        index: usize,
        (place, first, width): (&Area, f64, f64),
        is_numbered: bool,
        context: &Context,
    ) -> Result<(), ChartError> {
        let Some(row) = self.rows.get(index) else {
            return Ok(());
        };
        let outside = self.rows.len() - 1;
        let y = f64::midpoint(place.top, place.bottom);
        let style = Type::regular(theme::TICK, theme::INK);
        let name = match is_numbered && index < outside {
            true => format!("{index} {}", row.name),
            false => row.name.clone(),
        };
        let name = canvas.faces.shorten(&name, style.size, style.weight, NAMES);
        canvas.text_middle((place.left, y), &name, style, Align::Left)?;
        let quiet = Type::regular(theme::TICK, theme::QUIET);
        canvas.text_middle((first - 14.0, y), &row.customers, quiet, Align::Right)?;
        for (to, share) in row.shares.iter().enumerate() {
            let left = first + to as f64 * width;
            let cell = Area {
                left,
                top: place.top,
                right: left + width - 2.0,
                bottom: place.bottom - 2.0,
            };
            let way = Way::of(index, to, outside);
            draw_cell(canvas, &cell, *share, way, context)?;
        }
        Ok(())
    }

    fn draw_header<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        grid: &Area,
        (cell, is_numbered): (f64, bool),
        context: &Context,
    ) -> Result<(), ChartError> {
        let quiet = Type::regular(theme::TICK, theme::QUIET);
        let y = grid.top - 12.0;
        let counted = context.term("counted");
        canvas.text((grid.left - 14.0, y), &counted, quiet, Align::Right)?;
        let outside = self.rows.len() - 1;
        // No number stands for the last: where its column is too narrow, it is above it, to the left.
        let width = |text: &str| canvas.faces.width(text, theme::TICK, Weight::Regular);
        let last = self.columns.get(outside);
        let is_raised = last.is_some_and(|name| width(name) + 8.0 > cell);
        for (column, name) in self.columns.iter().enumerate() {
            let text = match is_numbered && column < outside {
                true => column.to_string(),
                false => name.clone(),
            };
            if is_raised && column == outside {
                let end = grid.left + cell * self.columns.len() as f64;
                canvas.text((end, y - 34.0), &text, quiet, Align::Right)?;
                continue;
            }
            let x = grid.left + (column as f64 + 0.5) * cell - 1.0;
            canvas.text((x, y), &text, quiet, Align::Center)?;
        }
        let text = context.term("chart_tier_end");
        if is_raised {
            return canvas.text((grid.left, y - 34.0), &text, quiet, Align::Left);
        }
        let middle = grid.left + cell * self.columns.len() as f64 / 2.0;
        canvas.text((middle, y - 34.0), &text, quiet, Align::Center)
    }
}

/// A share in percent on a ground that is the darker the larger it is.
fn draw_cell<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    area: &Area,
    share: Option<f64>,
    way: Way,
    context: &Context,
) -> Result<(), ChartError> {
    let Some(share) = share else {
        return Ok(());
    };
    let strength = 0.08 + 0.82 * libm::sqrt(share.clamp(0.0, 1.0));
    canvas.rectangle(area, theme::tint(way.color(), strength))?;
    let color = match strength > 0.68 {
        true => theme::BACKGROUND,
        false => theme::INK,
    };
    let percent = 100.0 * share;
    let text = match percent {
        p if p > 0.0 && p < 0.5 => "<1".to_owned(),
        p => context.words.numerals().fixed(p, 0),
    };
    let style = Type::regular(theme::TICK.min(0.6 * area.height()), color);
    let middle = (
        f64::midpoint(area.left, area.right),
        f64::midpoint(area.top, area.bottom),
    );
    canvas.text_middle(middle, &text, style, Align::Center)
}
