//! A panel of a few lines over time, each named at its right end.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Panel, Scale, below_caption, draw_caption, round_ticks, value_label};
use super::canvas::{Align, Canvas, Type};
use super::lettering::Weight;
use super::picture::Context;
use super::placement::{Area, spread};
use super::theme;
use crate::results::Series;

/// One line.
pub struct Line {
    pub name: String,
    /// Months after the start, value.
    pub points: Vec<(f64, f64)>,
    /// Half-width of the interval at each point, or empty.
    pub half_widths: Vec<f64>,
    pub color: RGBColor,
    pub dashed: bool,
}

/// Lines with one axis.
pub struct Lines {
    /// What and in which unit, written above the panel.
    pub caption: String,
    pub lines: Vec<Line>,
    pub scale: Scale,
    pub with_zero: bool,
    pub horizon: f64,
    /// Intervals as bars right of the last month instead of bands, which would hide each other.
    pub bars: bool,
}

/// Room right of a panel for the names of its lines, at most.
const NAMES: f64 = 400.0;

impl Lines {
    /// The label at the right end of a line: its name and last value.
    fn label<DB: DrawingBackend>(
        &self,
        line: &Line,
        canvas: &Canvas<DB>,
        context: &Context,
    ) -> String {
        let numerals = context.words.numerals();
        let last = line.points.last().map_or(f64::NAN, |p| p.1);
        let value = value_label(last, &self.ticks(4), self.scale, numerals);
        let room = NAMES
            - 20.0
            - self.gap()
            - canvas
                .faces
                .width(&format!(" {value}"), theme::LABEL, Weight::Bold);
        let name = canvas
            .faces
            .shorten(&line.name, theme::LABEL, Weight::Bold, room);
        format!("{name} {value}")
    }

    /// Between the panel and the names.
    fn gap(&self) -> f64 {
        if self.bars {
            20.0 + 7.0 * self.lines.len() as f64
        } else {
            16.0
        }
    }

    /// Room needed for the names right of the panel.
    pub fn names_width<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, context: &Context) -> f64 {
        let width = |line: &Line| {
            canvas.faces.width(
                &self.label(line, canvas, context),
                theme::LABEL,
                Weight::Bold,
            )
        };
        self.lines.iter().map(width).fold(0.0, f64::max) + self.gap() + 4.0
    }

    /// Draws into `area`; the time axis only for the lowest panel of a picture. Returns the panel, to mark points on.
    pub fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        names: f64,
        context: &Context,
    ) -> Result<Panel, ChartError> {
        let panel = self.panel(area, names);
        let zoomed = if panel.is_zoomed() {
            format!(" ({})", context.term("axis_zoomed"))
        } else {
            String::new()
        };
        draw_caption(canvas, &area, &format!("{}{zoomed}", self.caption))?;
        for (index, line) in self.lines.iter().enumerate() {
            if self.bars {
                self.bar(canvas, &panel, line, index)?;
            } else {
                self.band(canvas, &panel, line)?;
            }
        }
        panel.draw_y(canvas, context.words)?;
        panel.draw_months(canvas, &context.results.scenario.start, context.words)?;
        let all: Vec<Vec<(f64, f64)>> = self
            .lines
            .iter()
            .map(|line| line.points.iter().map(|&(x, y)| panel.at(x, y)).collect())
            .collect();
        for (index, (line, points)) in self.lines.iter().zip(&all).enumerate() {
            // A line that later ones would hide shows at both sides of them; dashes let it through.
            let later = self.lines.iter().zip(&all).skip(index + 1);
            let hiding = later.filter(|(l, other)| !l.dashed && coincide(points, other));
            let wider = 4.0 * hiding.count() as f64;
            match points.as_slice() {
                [only] => canvas.dot(*only, 6.0 + wider / 2.0, line.color)?,
                _ if line.dashed => canvas.dashed_curve(points, line.color, 3.5)?,
                _ => canvas.curve(points, line.color, 4.0 + wider)?,
            }
        }
        self.names(canvas, &panel, context)?;
        Ok(panel)
    }

    /// About `count` ticks over all values and intervals.
    fn ticks(&self, count: u32) -> Vec<f64> {
        let mut low = if self.with_zero { 0.0 } else { f64::INFINITY };
        let mut high = if self.with_zero {
            0.0
        } else {
            f64::NEG_INFINITY
        };
        for line in &self.lines {
            for (index, &(_, y)) in line.points.iter().enumerate() {
                let half = line.half_widths.get(index).copied().unwrap_or(0.0);
                if (y - half).is_finite() && (y + half).is_finite() {
                    low = low.min(y - half);
                    high = high.max(y + half);
                }
            }
        }
        // A zoom that saves less than half of the height is not worth its distortion.
        if !self.with_zero && low >= 0.0 && low < 0.5 * high {
            low = 0.0;
        }
        round_ticks(low, high, count)
    }

    fn panel(&self, area: Area, names: f64) -> Panel {
        let plot = below_caption(&area, names);
        let ticks = (plot.height() / 75.0).clamp(2.0, 7.0) as u32;
        Panel {
            area: plot,
            x: (0.0, self.horizon),
            y_ticks: self.ticks(ticks),
            scale: self.scale,
        }
    }

    fn band<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        line: &Line,
    ) -> Result<(), ChartError> {
        if line.half_widths.len() != line.points.len() {
            return Ok(());
        }
        let with = |sign: f64| {
            line.points
                .iter()
                .zip(&line.half_widths)
                .map(move |(&(x, y), half)| panel.at(x, y + sign * half))
        };
        let outline: Vec<_> = with(1.0)
            .chain(with(-1.0).collect::<Vec<_>>().into_iter().rev())
            .collect();
        canvas.veil(&outline, line.color, 0.18)
    }

    fn bar<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        line: &Line,
        index: usize,
    ) -> Result<(), ChartError> {
        let (Some((_, y)), Some(half)) = (line.points.last(), line.half_widths.last()) else {
            return Ok(());
        };
        let x = panel.area.right + 8.0 + 7.0 * index as f64;
        let (low, high) = (panel.at(0.0, y - half).1, panel.at(0.0, y + half).1);
        canvas.line(&[(x, low), (x, high)], line.color, 3.0)
    }

    fn names<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        context: &Context,
    ) -> Result<(), ChartError> {
        let ends: Vec<(f64, f64)> = self
            .lines
            .iter()
            .filter_map(|l| l.points.last())
            .map(|&(x, y)| panel.at(x, y))
            .collect();
        let wanted: Vec<f64> = ends.iter().map(|e| e.1).collect();
        let low = panel.area.top - 14.0;
        let placed = spread(&wanted, theme::LABEL * 1.1, low, panel.area.bottom + 4.0);
        let with_points = self.lines.iter().filter(|l| !l.points.is_empty());
        for (line, (&end, y)) in with_points.zip(ends.iter().zip(placed)) {
            if (y - end.1).abs() > 4.0 {
                canvas.line(
                    &[
                        (end.0 + 2.0, end.1),
                        (panel.area.right + self.gap() - 6.0, y),
                    ],
                    theme::tint(line.color, 0.5),
                    1.5,
                )?;
            }
            let label = self.label(line, canvas, context);
            let style = Type::bold(theme::LABEL, line.color);
            canvas.text_middle(
                (panel.area.right + self.gap(), y),
                &label,
                style,
                Align::Left,
            )?;
        }
        Ok(())
    }
}

/// Two panels over each other, names aligned, the upper one with this share of the height; the upper one alone where the
/// lower one has no line.
pub fn stacked<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    area: Area,
    (upper, lower): (&Lines, &Lines),
    share: f64,
    context: &Context,
) -> Result<(), ChartError> {
    let widths = [upper, lower].map(|lines| lines.names_width(canvas, context));
    let names = widths.into_iter().fold(0.0, f64::max);
    if lower.lines.is_empty() {
        return upper.draw(canvas, area, names, context).map(|_| ());
    }
    let (above, below) = area.split(share);
    upper.draw(canvas, above, names, context)?;
    lower.draw(canvas, below, names, context).map(|_| ())
}

/// Whether two lines run over each other for most of their way.
fn coincide(one: &[(f64, f64)], other: &[(f64, f64)]) -> bool {
    const NEAR: f64 = 4.0;
    let pairs = one.iter().zip(other);
    let near = pairs.filter(|(a, b)| (a.1 - b.1).abs() < NEAR).count();
    one.len() == other.len() && 2 * near > one.len()
}

/// Values at month ends as points: the value of month m stands at m + 1.
pub fn at_month_ends(values: &[f64]) -> Vec<(f64, f64)> {
    values
        .iter()
        .zip(1_u32..)
        .map(|(&v, end)| (f64::from(end), v))
        .filter(|(_, v)| v.is_finite())
        .collect()
}

/// How the intervals of lines are drawn, in words; empty where none has any.
pub fn intervals(context: &Context, lines: &[Line], bars: bool) -> String {
    let has_any = lines.iter().any(|l| l.half_widths.iter().any(|h| *h > 0.0));
    match (has_any, bars) {
        (false, _) => String::new(),
        (true, true) => context.term("chart_net_value_bars"),
        (true, false) => context.term("chart_net_value_band"),
    }
}

/// Half widths of the intervals of a series at its finite values: errors times a quantile.
pub fn half_widths(series: &Series, factor: f64) -> Vec<f64> {
    let finite = series
        .values
        .iter()
        .zip(&series.standard_errors)
        .filter(|(v, _)| v.is_finite());
    finite
        .map(|(_, e)| if e.is_finite() { e * factor } else { 0.0 })
        .collect()
}

/// The 97.5 % quantile of Student's t: Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5), within 0.001 from 10
/// degrees of freedom on.
pub fn student_t_975(degrees: u32) -> f64 {
    let (n, z) = (f64::from(degrees.max(1)), 1.959_963_984_540_054_f64);
    let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z);
    z + (z3 + z) / (4.0 * n)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * n * n)
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * n * n * n)
}

#[cfg(test)]
mod unit_tests {
    use super::student_t_975;

    #[test]
    fn quantiles_agree_with_tables() {
        for (degrees, table) in [(10, 2.228_14), (31, 2.039_51), (120, 1.979_93)] {
            assert!((student_t_975(degrees) - table).abs() < 1e-3, "{degrees}");
        }
    }
}
