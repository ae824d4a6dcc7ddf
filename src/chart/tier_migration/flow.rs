//! Flows between year starts: a column per year start, a band per move. Who stays without a tier, joins or gives up the
//! card is not drawn, so that the tiers have the room.

use plotters_backend::DrawingBackend;

use super::{Way, count_of};
use crate::chart::ChartError;
use crate::chart::axis::parse_start;
use crate::chart::canvas::{Align, Canvas, Type};
use crate::chart::lettering::Weight;
use crate::chart::picture::Context;
use crate::chart::placement::{Area, spread};
use crate::chart::theme;
use crate::chart::tier_members::rank_color;
use crate::results::MigrationYear;

/// Most years drawn: the last ones.
const YEARS: usize = 5;
/// Width of a column, and between two ranks in it.
const COLUMN: f64 = 16.0;
const BETWEEN: f64 = 10.0;
/// Steps of a band's edge.
const STEPS: u32 = 24;

pub struct Flow {
    /// By rank, lowest first.
    names: Vec<String>,
    columns: Vec<Column>,
    /// Between each column and the next: customers by rank they come from and go to.
    moves: Vec<Vec<Vec<f64>>>,
}

struct Column {
    label: String,
    /// Height of each rank in customers; of rank 0 only those who come from a tier or go to one.
    sizes: Vec<f64>,
}

impl Flow {
    /// The flows between year starts from the first at which anybody holds a tier; none with fewer than two of these.
    pub fn new(context: &Context, names: &[String], migration: &[MigrationYear]) -> Option<Flow> {
        let ranks = names.len();
        let held = |year: &MigrationYear| {
            let rows = year.moves.iter().take(ranks).skip(1);
            rows.flatten().any(|moved| count_of(*moved) > 0.0)
        };
        let whole = migration.iter().filter(|year| year.months == 12);
        let years: Vec<&MigrationYear> = whole.skip_while(|year| !held(year)).collect();
        let years = years.get(years.len().saturating_sub(YEARS)..)?;
        let first = years.first()?;
        let moves: Vec<Vec<Vec<f64>>> = years.iter().map(|y| between(&y.moves, ranks)).collect();
        let columns = (0..=years.len()).map(|column| {
            let year = first.year.saturating_add(column as u32);
            Column {
                label: year_start(context, year),
                sizes: sizes(years, column, ranks),
            }
        });
        let columns: Vec<Column> = columns.collect();
        Some(Flow {
            names: names.to_vec(),
            columns,
            moves,
        })
    }

    pub fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
    ) -> Result<(), ChartError> {
        const NAMES: f64 = 190.0;
        let style = Type::regular(theme::TICK, theme::INK);
        let names: Vec<String> = self
            .names
            .iter()
            .map(|name| canvas.faces.shorten(name, style.size, style.weight, NAMES))
            .collect();
        let widest = names
            .iter()
            .map(|name| canvas.faces.width(name, style.size, style.weight))
            .fold(0.0, f64::max);
        let plot = Area {
            left: area.left + widest + 24.0,
            top: area.top + 8.0,
            right: area.right - 8.0,
            bottom: area.bottom - 40.0,
        };
        let scale = self.scale(&plot);
        let tops: Vec<Vec<f64>> = self
            .columns
            .iter()
            .map(|column| tops(&column.sizes, scale, plot.bottom))
            .collect();
        for (index, moves) in self.moves.iter().enumerate() {
            if let [before, after] = &tops[index..=index + 1] {
                let ends = [self.x(&plot, index) + COLUMN, self.x(&plot, index + 1)];
                draw_bands(canvas, moves, ends, [before, after], scale)?;
            }
        }
        self.draw_columns(canvas, &plot, &tops, scale)?;
        let Some((column, top)) = self.columns.first().zip(tops.first()) else {
            return Ok(());
        };
        let middles = column.sizes.iter().zip(top);
        let middles: Vec<f64> = middles
            .map(|(size, top)| top + size * scale / 2.0)
            .collect();
        draw_names(canvas, &names, &middles, &plot, style)
    }

    /// Left edge of a column.
    fn x(&self, plot: &Area, column: usize) -> f64 {
        let steps = self.columns.len().saturating_sub(1).max(1) as f64;
        plot.left + column as f64 * (plot.width() - COLUMN) / steps
    }

    /// Pixels per customer: the tallest column fills the height.
    fn scale(&self, plot: &Area) -> f64 {
        let sums = self.columns.iter().map(|c| c.sizes.iter().sum::<f64>());
        let tallest = sums.fold(0.0, f64::max);
        let free = plot.height() - BETWEEN * self.names.len().saturating_sub(1) as f64;
        if tallest > 0.0 { free / tallest } else { 0.0 }
    }

    fn draw_columns<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        plot: &Area,
        tops: &[Vec<f64>],
        scale: f64,
    ) -> Result<(), ChartError> {
        let tiers = self.names.len().saturating_sub(1);
        let style = Type::regular(theme::TICK, theme::QUIET);
        for (index, (column, tops)) in self.columns.iter().zip(tops).enumerate() {
            let left = self.x(plot, index);
            let ranks = column.sizes.iter().zip(tops).enumerate();
            for (rank, (size, top)) in ranks.filter(|(_, (size, _))| **size > 0.0) {
                let node = Area {
                    left,
                    top: *top,
                    right: left + COLUMN,
                    // A rank too small to see still shows as a line.
                    bottom: top + (size * scale).max(2.0),
                };
                canvas.rectangle(&node, rank_color(rank, tiers))?;
            }
            let width = canvas
                .faces
                .width(&column.label, style.size, Weight::Regular);
            let x = (left + COLUMN / 2.0).min(plot.right + 8.0 - width / 2.0);
            let at = (x, plot.bottom + 34.0);
            canvas.text(at, &column.label, style, Align::Center)?;
        }
        Ok(())
    }
}

/// Moves between ranks that are drawn.
fn between(moves: &[Vec<f64>], ranks: usize) -> Vec<Vec<f64>> {
    let cell = |from: usize, to: usize| {
        let moved = moves.get(from).and_then(|row| row.get(to)).copied();
        match (from, to) {
            (0, 0) => 0.0,
            _ => count_of(moved.unwrap_or(0.0)),
        }
    };
    let row = |from: usize| (0..ranks).map(|to| cell(from, to)).collect();
    (0..ranks).map(row).collect()
}

/// Customers of each rank at a year start: of a tier all, in and out of sight; of rank 0 those who come from a tier or go
/// to one.
fn sizes(years: &[&MigrationYear], column: usize, ranks: usize) -> Vec<f64> {
    let before = column.checked_sub(1).and_then(|year| years.get(year));
    let after = years.get(column);
    let size = |rank: usize| {
        let seen = |other: usize| rank > 0 || (1..ranks).contains(&other);
        let came = before.map_or(0.0, |year| {
            let rows = year.moves.iter().enumerate();
            let rows = rows.filter(|(from, _)| seen(*from));
            let cells = rows.filter_map(|(_, row)| row.get(rank));
            cells.map(|moved| count_of(*moved)).sum()
        });
        let went = after
            .and_then(|year| year.moves.get(rank))
            .map_or(0.0, |row| {
                let cells = row.iter().enumerate().filter(|(to, _)| seen(*to));
                cells.map(|(_, moved)| count_of(*moved)).sum()
            });
        f64::max(came, went)
    };
    (0..ranks).map(size).collect()
}

/// Upper edges of the ranks of a column, the lowest rank at the bottom.
fn tops(sizes: &[f64], scale: f64, bottom: f64) -> Vec<f64> {
    let mut edge = bottom;
    let mut tops = Vec::with_capacity(sizes.len());
    for size in sizes {
        tops.push(edge - size * scale);
        edge -= size * scale + BETWEEN;
    }
    tops
}

/// Bands from one column to the next: within a rank, those to and from higher ranks are higher.
fn draw_bands<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    moves: &[Vec<f64>],
    [left, right]: [f64; 2],
    [before, after]: [&[f64]; 2],
    scale: f64,
) -> Result<(), ChartError> {
    let (mut leaving, mut arriving) = (before.to_vec(), after.to_vec());
    for (from, row) in moves.iter().enumerate().rev() {
        for (to, moved) in row.iter().enumerate().rev() {
            let height = moved * scale;
            let (Some(start), Some(end)) = (leaving.get_mut(from), arriving.get_mut(to)) else {
                continue;
            };
            // Thinner than a hair: nothing to see.
            if height >= 0.25 {
                let outline = band([left, right], [*start, *end], height.max(1.0));
                let way = Way::of(from, to, moves.len());
                canvas.veil(
                    &outline,
                    way.color(),
                    if way == Way::Same { 0.28 } else { 0.6 },
                )?;
            }
            *start += height;
            *end += height;
        }
    }
    Ok(())
}

/// A band that leaves and arrives level: its edges are smooth steps (3t² − 2t³).
fn band([left, right]: [f64; 2], [start, end]: [f64; 2], height: f64) -> Vec<(f64, f64)> {
    let edge = |shift: f64| {
        (0..=STEPS).map(move |step| {
            let part = f64::from(step) / f64::from(STEPS);
            let rise = part * part * (3.0 - 2.0 * part);
            (
                left + (right - left) * part,
                start + (end - start) * rise + shift,
            )
        })
    };
    let below: Vec<_> = edge(height).collect();
    edge(0.0).chain(below.into_iter().rev()).collect()
}

/// Names left of the first column, highest rank first.
fn draw_names<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    names: &[String],
    middles: &[f64],
    plot: &Area,
    style: Type,
) -> Result<(), ChartError> {
    let wanted: Vec<f64> = middles.iter().rev().copied().collect();
    let (low, high) = (plot.top - 14.0, plot.bottom + 10.0);
    let placed = spread(&wanted, style.size * 1.15, low, high);
    for ((name, y), middle) in names.iter().rev().zip(placed).zip(wanted) {
        let x = plot.left - 16.0;
        if (y - middle).abs() > 4.0 {
            let line = [(x + 2.0, y), (plot.left - 2.0, middle)];
            canvas.line(&line, theme::AXIS, 1.5)?;
        }
        canvas.text_middle((x, y), name, style, Align::Right)?;
    }
    Ok(())
}

/// The start of a year of the scenario, in the calendar where it has one.
fn year_start(context: &Context, year: u32) -> String {
    match parse_start(&context.results.scenario.start) {
        Some((first, 0)) => (first + i64::from(year)).to_string(),
        Some((first, month)) => context
            .words
            .month_of_year(month as usize, first + i64::from(year)),
        None => context.words.month_number(12 * i64::from(year)),
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn a_column_holds_all_of_a_tier_and_only_who_moves_without_one() {
        let year = |moves: [[f64; 3]; 3]| MigrationYear {
            year: 0,
            months: 12,
            moves: moves.iter().map(|row| row.to_vec()).collect(),
        };
        let first = year([[80.0, 6.0, 9.0], [4.0, 10.0, 1.0], [20.0, 2.0, 0.0]]);
        let second = year([[90.0, 5.0, 9.0], [7.0, 10.0, 1.0], [0.0, 0.0, 0.0]]);
        let years = [&first, &second];
        assert_eq!(sizes(&years, 0, 2), [6.0, 15.0]);
        // At the year start between them 18 hold the tier; 4 came down, 5 will go up.
        assert_eq!(sizes(&years, 1, 2), [5.0, 18.0]);
        assert_eq!(sizes(&years, 2, 2), [7.0, 15.0]);
    }

    #[test]
    fn a_band_is_as_high_at_its_end_as_at_its_start() {
        let outline = band([0.0, 10.0], [5.0, 50.0], 3.0);
        let at = |x: f64| -> Vec<f64> {
            let points = outline.iter().filter(|p| p.0 == x);
            points.map(|p| p.1).collect()
        };
        assert_eq!(at(0.0), [5.0, 8.0]);
        assert_eq!(at(10.0), [50.0, 53.0]);
    }
}
