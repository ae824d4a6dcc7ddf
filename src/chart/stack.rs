//! A panel of stacked areas over time, each named at its right end.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Panel, Scale, below_caption, draw_caption, round_ticks};
use super::canvas::{Align, Canvas, Type};
use super::lettering::Weight;
use super::picture::Context;
use super::placement::{Area, spread};
use super::theme;

/// One area.
pub struct Band {
    pub name: String,
    /// What is written behind the name.
    pub amount: String,
    /// At month ends, none below zero.
    pub values: Vec<f64>,
    pub color: RGBColor,
}

/// Areas over each other, the first one lowest.
pub struct Stack {
    /// What and in which unit, written above the panel.
    pub caption: String,
    pub bands: Vec<Band>,
    pub scale: Scale,
    pub horizon: f64,
}

/// Room right of a panel for the names of its areas, at most.
const NAMES: f64 = 400.0;
/// Between the panel and the names.
const GAP: f64 = 16.0;
/// The square of an area's color before its name.
const SQUARE: f64 = 16.0;
const STYLE: Type = Type {
    size: theme::LABEL,
    weight: Weight::Bold,
    color: theme::INK,
};

impl Stack {
    /// Room needed for the names right of the panel.
    pub fn names_width<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> f64 {
        let width = |band: &Band| {
            let label = Self::label(canvas, band);
            canvas.faces.width(&label, STYLE.size, STYLE.weight)
        };
        let widest = self.bands.iter().map(width).fold(0.0, f64::max);
        widest + 2.0 * GAP + SQUARE
    }

    fn label<DB: DrawingBackend>(canvas: &Canvas<DB>, band: &Band) -> String {
        let width = |text: &str| canvas.faces.width(text, STYLE.size, STYLE.weight);
        let room = NAMES - 2.0 * GAP - SQUARE - width(&format!(" {}", band.amount));
        let name = canvas
            .faces
            .shorten(&band.name, STYLE.size, STYLE.weight, room);
        format!("{name} {}", band.amount)
    }

    /// Draws into `area`, with so much room for names.
    pub fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        names: f64,
        context: &Context,
    ) -> Result<(), ChartError> {
        draw_caption(canvas, &area, &self.caption)?;
        let levels = self.levels();
        let highest = levels.iter().flatten().copied().fold(0.0, f64::max);
        let plot = below_caption(&area, names);
        let panel = Panel {
            y_ticks: round_ticks(0.0, highest, (plot.height() / 75.0).clamp(2.0, 6.0) as u32),
            area: plot,
            x: (0.0, self.horizon),
            scale: self.scale,
        };
        panel.draw_y(canvas, context.words)?;
        for (pair, band) in levels.windows(2).zip(&self.bands) {
            if let [low, high] = pair {
                draw_band(canvas, &panel, [low, high], band.color)?;
            }
        }
        panel.draw_months(canvas, &context.results.scenario.start, context.words)?;
        self.draw_names(canvas, &panel, &levels)
    }

    /// The lower edge of each area by month, and the upper edge of the last.
    fn levels(&self) -> Vec<Vec<f64>> {
        let months = self.bands.iter().map(|b| b.values.len()).max().unwrap_or(0);
        let mut levels = vec![vec![0.0; months]];
        for band in &self.bands {
            let below = levels.last().cloned().unwrap_or_default();
            let values = band.values.iter().chain(std::iter::repeat(&0.0));
            let add = |(low, value): (&f64, &f64)| low + value.max(0.0);
            levels.push(below.iter().zip(values).map(add).collect());
        }
        levels
    }

    fn draw_names<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        levels: &[Vec<f64>],
    ) -> Result<(), ChartError> {
        let end = |edge: &Vec<f64>| panel.at(0.0, edge.last().copied().unwrap_or(0.0)).1;
        let middles: Vec<f64> = levels
            .windows(2)
            .map(|pair| f64::midpoint(end(&pair[0]), end(&pair[1])))
            .collect();
        // Labels of the same height are moved in the order given: the lowest area last.
        let wanted: Vec<f64> = middles.iter().rev().copied().collect();
        let low = panel.area.top - 14.0;
        let mut placed = spread(&wanted, theme::LABEL * 1.1, low, panel.area.bottom + 4.0);
        placed.reverse();
        for ((band, middle), y) in self.bands.iter().zip(middles).zip(placed) {
            let left = panel.area.right + GAP;
            if (y - middle).abs() > 4.0 {
                let line = [(panel.area.right + 2.0, middle), (left - 2.0, y)];
                canvas.line(&line, theme::AXIS, 1.5)?;
            }
            let square = Area {
                left,
                top: y - SQUARE / 2.0,
                right: left + SQUARE,
                bottom: y + SQUARE / 2.0,
            };
            canvas.rectangle(&square, band.color)?;
            let label = Self::label(canvas, band);
            canvas.text_middle((left + SQUARE + 10.0, y), &label, STYLE, Align::Left)?;
        }
        Ok(())
    }
}

/// The area between two edges. A single month has no width: it is drawn over its whole month.
fn draw_band<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    panel: &Panel,
    [low, high]: [&[f64]; 2],
    color: RGBColor,
) -> Result<(), ChartError> {
    if high.iter().zip(low).all(|(high, low)| high <= low) {
        return Ok(());
    }
    let edge = |values: &[f64]| -> Vec<(f64, f64)> {
        let first = values.first().filter(|_| values.len() == 1);
        let start = first.map(|value| panel.at(0.0, *value));
        let ends = values.iter().zip(1_u32..);
        let ends = ends.map(|(value, month)| panel.at(f64::from(month), *value));
        start.into_iter().chain(ends).collect()
    };
    let outline: Vec<_> = edge(high)
        .into_iter()
        .chain(edge(low).into_iter().rev())
        .collect();
    canvas.polygon(&outline, color)
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn areas_stand_on_each_other_whatever_their_length() {
        let band = |values: &[f64]| Band {
            name: String::new(),
            amount: String::new(),
            values: values.to_vec(),
            color: theme::BLUE,
        };
        let stack = Stack {
            caption: String::new(),
            bands: vec![band(&[1.0, 2.0, 3.0]), band(&[4.0, -1.0])],
            scale: Scale::Amount,
            horizon: 3.0,
        };
        let levels = [vec![0.0; 3], vec![1.0, 2.0, 3.0], vec![5.0, 2.0, 3.0]];
        assert_eq!(stack.levels(), levels);
    }
}
