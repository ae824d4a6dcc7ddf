//! Ticks and plot panels.

use plotters_backend::DrawingBackend;

use super::ChartError;
use super::canvas::{Align, Canvas, Type};
use super::lettering::Weight;
use super::placement::Area;
use super::theme;
use crate::report::number::Numerals;
use crate::report::words::Words;

/// How the numbers of an axis are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// With k, M, bn.
    Amount,
    /// As percentages.
    Share,
}

/// Round numbers from at or below `low` to at or above `high`, about `count` of them, at steps of 1, 2 or 5.
pub fn round_ticks(low: f64, high: f64, count: u32) -> Vec<f64> {
    let (low, high) = if low.is_finite() && high.is_finite() {
        (low.min(high).max(-1e300), low.max(high).min(1e300))
    } else {
        (0.0, 1.0)
    };
    let span = high - low;
    // A flat or nearly flat series still needs two different ticks.
    let span = if span > high.abs().max(low.abs()) * 1e-9 {
        span
    } else {
        high.abs().max(1.0) * 0.1
    };
    let rough = span / f64::from(count.max(1));
    let magnitude = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let step = [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|m| m * magnitude)
        .find(|s| *s >= rough * 0.999)
        .unwrap_or(rough);
    let first = libm::floor(low / step + 1e-9);
    let last = libm::ceil((low + span).max(high) / step - 1e-9).max(first + 1.0);
    let intervals = (last - first).min(100.0) as u32;
    (0..=intervals)
        .map(|i| (first + f64::from(i)) * step)
        .collect()
}

/// The labels of ticks, all in one scale and with the decimals their step needs.
pub fn tick_labels(ticks: &[f64], scale: Scale, numerals: &Numerals) -> Vec<String> {
    labels(ticks, ticks, (0, 0), scale, numerals)
}

/// A value written in the scale of an axis, with one decimal more than its ticks, and as many as the largest tick needs
/// for three digits.
pub fn value_label(value: f64, ticks: &[f64], scale: Scale, numerals: &Numerals) -> String {
    let largest = ticks.iter().fold(0.0_f64, |m, t| m.max(t.abs()));
    let unit = numerals.scale(largest);
    let digits = match scale {
        Scale::Amount if unit.divisor > 1.0 => {
            2.0 - libm::floor(libm::log10(largest / unit.divisor))
        }
        _ => 0.0,
    };
    let least = digits.clamp(0.0, 2.0) as usize;
    labels(&[value], ticks, (1, least), scale, numerals).swap_remove(0)
}

/// The labels of `values` beside an axis with these ticks: with so many decimals more than they, and so many at least.
fn labels(
    values: &[f64],
    ticks: &[f64],
    (more, least): (usize, usize),
    scale: Scale,
    numerals: &Numerals,
) -> Vec<String> {
    let largest = ticks.iter().fold(0.0_f64, |m, t| m.max(t.abs()));
    let step = ticks
        .windows(2)
        .map(|w| (w[1] - w[0]).abs())
        .fold(f64::INFINITY, f64::min);
    let (divisor, suffix) = match scale {
        Scale::Amount => {
            let unit = numerals.scale(largest);
            (unit.divisor, unit.suffix)
        }
        Scale::Share => (0.01, "%"),
    };
    let step = step / divisor;
    let of_step = if step.is_finite() && step > 0.0 {
        (-libm::floor(libm::log10(step) + 1e-9)).clamp(0.0, 6.0) as usize
    } else {
        0
    };
    let decimals = (of_step + more).max(least);
    let label = |tick: &f64| match (*tick == 0.0, suffix) {
        (true, _) if scale == Scale::Amount => "0".to_owned(),
        (_, "") => numerals.fixed(tick / divisor, decimals),
        _ => format!("{} {suffix}", numerals.fixed(tick / divisor, decimals)),
    };
    values.iter().map(label).collect()
}

/// Months since the start of the calendar and its name, from `YYYY-MM`.
pub fn parse_start(start: &str) -> Option<(i64, u32)> {
    let (year, month) = start.split_once('-')?;
    let (year, month): (i64, u32) = (year.parse().ok()?, month.parse().ok()?);
    ((0..=9999).contains(&year) && (1..=12).contains(&month)).then(|| (year, month - 1))
}

/// Ticks of a time axis from `from` to `to` months after the start, and their labels, as dense as `width` allows.
pub fn month_ticks(
    start: &str,
    (from, to): (f64, f64),
    width: f64,
    words: &dyn Words,
    label_width: impl Fn(&str) -> f64,
) -> Vec<(f64, String)> {
    let calendar = parse_start(start);
    let first = libm::ceil(from) as i64;
    let last = libm::floor(to) as i64;
    for step in [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 12_000] {
        let mut ticks = Vec::new();
        // Without a calendar, months are counted.
        let offset = calendar.map_or(0, |(year, month)| year * 12 + i64::from(month));
        let mut month = first + (-(first + offset)).rem_euclid(step);
        if (last - first) / step > 400 {
            continue;
        }
        while month <= last {
            let since = month + offset;
            let label = match calendar {
                None => words.month_number(month),
                Some(_) if step >= 12 => (since / 12).to_string(),
                Some(_) => {
                    words.month_of_year((since.rem_euclid(12)) as usize, since.div_euclid(12))
                }
            };
            ticks.push((month as f64, label));
            month += step;
        }
        let widest = ticks
            .iter()
            .map(|(_, l)| label_width(l))
            .fold(0.0, f64::max);
        let room = width * step as f64 / (to - from).max(1e-9);
        if widest + 24.0 <= room || ticks.len() < 2 {
            return ticks;
        }
    }
    Vec::new()
}

/// Room left of a plot for the numbers of its axis, and below it for dates.
pub const NUMBERS: f64 = 120.0;
pub const DATES: f64 = 40.0;
const CAPTION: Type = Type {
    size: theme::LABEL,
    weight: Weight::Bold,
    color: theme::INK,
};

/// Writes what a panel shows above its plot, see [`below_caption`].
pub fn draw_caption<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    area: &Area,
    caption: &str,
) -> Result<(), ChartError> {
    let at = (area.left, area.top + theme::LABEL);
    canvas.text(at, caption, CAPTION, Align::Left)
}

/// The plot below a caption, with so much room for names at its right.
pub fn below_caption(area: &Area, names: f64) -> Area {
    Area {
        left: area.left + NUMBERS,
        top: area.top + theme::LABEL + 28.0,
        right: area.right - names,
        bottom: area.bottom - DATES,
    }
}

/// A plot: where it is and which numbers its edges stand for.
#[derive(Clone, Debug)]
pub struct Panel {
    pub area: Area,
    pub x: (f64, f64),
    pub y_ticks: Vec<f64>,
    pub scale: Scale,
}

impl Panel {
    fn y(&self) -> (f64, f64) {
        let low = self.y_ticks.first().copied().unwrap_or(0.0);
        let high = self.y_ticks.last().copied().unwrap_or(1.0);
        (low, if high > low { high } else { low + 1.0 })
    }

    /// Pixels of a point.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let (low, high) = self.y();
        let part_x = (x - self.x.0) / (self.x.1 - self.x.0).max(1e-9);
        let part_y = (y - low) / (high - low);
        // Nothing is drawn far outside, where a rasterizer would count pixels for hours.
        let inside = |part: f64| part.clamp(-0.05, 1.05);
        let (part_x, part_y) = (inside(part_x), inside(part_y));
        (
            self.area.left + part_x * self.area.width(),
            self.area.bottom - part_y * self.area.height(),
        )
    }

    /// Whether the axis leaves out zero.
    pub fn is_zoomed(&self) -> bool {
        let (low, high) = self.y();
        low > 0.0 || high < 0.0
    }

    /// Horizontal grid lines with their numbers.
    pub fn draw_y<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        words: &dyn Words,
    ) -> Result<(), ChartError> {
        let style = Type::regular(theme::TICK, theme::QUIET);
        let labels = tick_labels(&self.y_ticks, self.scale, words.numerals());
        for (tick, label) in self.y_ticks.iter().zip(labels) {
            let (_, y) = self.at(self.x.0, *tick);
            let color = if *tick == 0.0 {
                theme::AXIS
            } else {
                theme::GRID
            };
            canvas.line(&[(self.area.left, y), (self.area.right, y)], color, 1.5)?;
            canvas.text_middle((self.area.left - 14.0, y), &label, style, Align::Right)?;
        }
        Ok(())
    }

    /// The time axis below the panel.
    pub fn draw_months<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        start: &str,
        words: &dyn Words,
    ) -> Result<(), ChartError> {
        let style = Type::regular(theme::TICK, theme::QUIET);
        let width = |label: &str| canvas.faces.width(label, style.size, style.weight);
        let bottom = self.area.bottom;
        canvas.line(
            &[(self.area.left, bottom), (self.area.right, bottom)],
            theme::AXIS,
            1.5,
        )?;
        for (month, label) in month_ticks(start, self.x, self.area.width(), words, width) {
            let x = self.at(month, 0.0).0;
            canvas.line(&[(x, bottom), (x, bottom + 8.0)], theme::AXIS, 1.5)?;
            canvas.text((x, bottom + 34.0), &label, style, Align::Center)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::number::ENGLISH;
    use crate::report::words::Language;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(round_ticks(0.0, 9.3, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(
            round_ticks(-1.2e6, 3e6, 5),
            [-2e6, -1e6, 0.0, 1e6, 2e6, 3e6]
        );
        assert_eq!(round_ticks(0.0, 0.0, 5), [0.0, 0.02, 0.04, 0.06, 0.08, 0.1]);
        for (low, high) in [
            (0.0, 0.0),
            (5.0, 5.0),
            (1e12, 1e12 + 1.0),
            (-3.0, -3.0),
            (f64::NAN, 1.0),
        ] {
            let ticks = round_ticks(low, high, 5);
            assert!(
                ticks.len() >= 2 && ticks.len() < 20,
                "{low} {high} {ticks:?}"
            );
            assert!(ticks.windows(2).all(|w| w[0] < w[1]));
            assert!(low.is_nan() || (ticks[0] <= low && *ticks.last().unwrap() >= high));
        }
    }

    #[test]
    fn tick_labels_share_a_scale() {
        assert_eq!(
            tick_labels(&[0.0, 500_000.0, 1e6], Scale::Amount, &ENGLISH),
            ["0", "0.5 M", "1.0 M"]
        );
        assert_eq!(
            tick_labels(&[0.0, 0.005, 0.01], Scale::Share, &ENGLISH),
            ["0.0 %", "0.5 %", "1.0 %"]
        );
    }

    #[test]
    fn values_are_finer_than_ticks() {
        let ticks = [3.9e6, 3.95e6, 4e6];
        assert_eq!(
            value_label(3_935_120.0, &ticks, Scale::Amount, &ENGLISH),
            "3.935 M"
        );
        assert_eq!(value_label(0.0, &ticks, Scale::Amount, &ENGLISH), "0");
        let coarse = [0.0, 2e9, 4e9];
        assert_eq!(
            value_label(3.081e9, &coarse, Scale::Amount, &ENGLISH),
            "3.08 bn"
        );
        assert_eq!(
            value_label(0.00471, &[0.004, 0.005], Scale::Share, &ENGLISH),
            "0.47 %"
        );
    }

    #[test]
    fn month_labels_get_sparser() {
        let words = Language::English.words();
        let labels = |to: f64| -> Vec<String> {
            month_ticks("2027-01", (0.0, to), 1200.0, words, |l| {
                11.0 * l.len() as f64
            })
            .into_iter()
            .map(|(_, l)| l)
            .collect()
        };
        assert_eq!(labels(1.0), ["Jan 2027", "Feb 2027"]);
        assert_eq!(labels(60.0)[..3], ["Jan 2027", "Jul 2027", "Jan 2028"]);
        assert_eq!(labels(600.0)[..2], ["2030", "2035"]);
        assert!(month_ticks("soon", (0.0, 12.0), 1200.0, words, |_| 50.0).len() > 2);
    }
}
