//! From a chart to its files.

use plotters::backend::BitMapBackend;
use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::canvas::{Align, Canvas, Type};
use super::placement::Area;
use super::svg::{Document, Svg};
use super::theme;
use crate::report::lookup::npv;
use crate::report::words::Words;
use crate::results::{ProgramResult, Results};

/// A finished chart. The caller writes the files.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// File name without extension: letters, digits, `-` and `_` only.
    pub name: String,
    /// The finding the chart shows.
    pub title: String,
    pub svg: String,
    /// 1600 × 900, RGB.
    pub png: Vec<u8>,
    /// Text and where it stands, for tests.
    #[cfg_attr(not(test), allow(dead_code))]
    pub(super) labels: Vec<(Area, String)>,
}

/// What every chart needs.
pub struct Context<'a> {
    pub results: &'a Results,
    pub words: &'static dyn Words,
    /// Whether pictures are drawn in pixels too; what only asks for their words does without.
    pub has_pixels: bool,
}

impl Context<'_> {
    pub fn term(&self, code: &str) -> String {
        self.words.name(code)
    }

    pub fn currency(&self) -> &str {
        &self.results.scenario.currency
    }

    /// A name from the scenario, short enough for a title.
    pub fn short_name(&self, name: &str) -> String {
        shorten(name, 30)
    }

    /// The file name of a chart that exists once per program.
    pub fn file_name(&self, chart: &str, program: usize) -> String {
        if self.results.programs.len() == 1 {
            chart.to_owned()
        } else {
            format!("{chart}_{}", program + 1)
        }
    }

    /// Programs that a chart with a line for each shows, in order: all of them, or the first, which others are compared
    /// with, and those worth most.
    pub fn shown(&self) -> Vec<usize> {
        let programs = &self.results.programs;
        let worth = |program: &usize| npv(&programs[*program]).unwrap_or(f64::MIN);
        let mut shown: Vec<usize> = (0..programs.len()).collect();
        if let Some(others) = shown.get_mut(1..) {
            others.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        }
        shown.truncate(theme::PROGRAMS.len());
        shown.sort_unstable();
        shown
    }

    /// Color of a program: its own among those shown, and a neutral one else.
    pub fn color(&self, program: usize) -> RGBColor {
        let place = self.shown().iter().position(|shown| *shown == program);
        place.map_or(theme::NEUTRAL, theme::program)
    }

    /// How many programs a chart with a line for each does not show, in words; empty if none.
    pub fn left_out(&self) -> String {
        match self.results.programs.len() - self.shown().len() {
            0 => String::new(),
            more => self.words.left_out(more, "monthly.csv"),
        }
    }

    pub fn program(&self, index: usize) -> Option<&ProgramResult> {
        self.results.programs.get(index)
    }

    fn footnote(&self) -> String {
        let scenario = &self.results.scenario;
        self.words.footnote(
            &shorten(&scenario.name, 45),
            scenario.simulated_customers,
            scenario.market_customers,
            scenario.market_arrivals,
        )
    }
}

/// At most `limit` characters, cut with an ellipsis; control characters are dropped.
fn shorten(name: &str, limit: usize) -> String {
    let clean: Vec<char> = name.chars().filter(|c| !c.is_control()).collect();
    match clean.get(..limit.saturating_sub(1)) {
        Some(kept) if clean.len() > limit => {
            kept.iter().collect::<String>().trim_end().to_owned() + "…"
        }
        _ => clean.into_iter().collect(),
    }
}

/// The words around a drawing.
pub struct Heading {
    /// File name without extension.
    pub name: String,
    /// The finding, as a sentence.
    pub title: String,
    /// What is shown, with its unit.
    pub subtitle: String,
}

/// A chart: words around a drawing.
pub trait Chart {
    fn heading(&self) -> &Heading;
    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError>;
}

/// A picture without a scenario: all of its words are its own.
pub trait Drawing {
    /// File name without extension.
    fn name(&self) -> String;
    /// The finding, as a sentence.
    fn title(&self) -> String;
    /// What is shown, with its unit.
    fn subtitle(&self) -> String;
    /// What it rests on.
    fn footnote(&self) -> String;
    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, area: Area) -> Result<(), ChartError>;
}

/// A chart of results together with them.
struct InContext<'a, C: Chart> {
    chart: &'a C,
    context: &'a Context<'a>,
}

impl<C: Chart> Drawing for InContext<'_, C> {
    fn name(&self) -> String {
        self.chart.heading().name.clone()
    }

    fn title(&self) -> String {
        self.chart.heading().title.clone()
    }

    fn subtitle(&self) -> String {
        self.chart.heading().subtitle.clone()
    }

    fn footnote(&self) -> String {
        self.context.footnote()
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, area: Area) -> Result<(), ChartError> {
        self.chart.draw(canvas, area, self.context)
    }
}

/// Draws a chart both ways.
pub fn render<C: Chart>(chart: &C, context: &Context) -> Result<Picture, ChartError> {
    draw(&InContext { chart, context }, context.has_pixels)
}

/// As [`render`], without results of a scenario.
pub fn render_drawing(chart: &impl Drawing) -> Result<Picture, ChartError> {
    draw(chart, true)
}

fn draw(chart: &impl Drawing, has_pixels: bool) -> Result<Picture, ChartError> {
    let size = (theme::WIDTH * theme::DETAIL, theme::HEIGHT * theme::DETAIL);
    let mut document = Document::default();
    let labels = paint(Svg::new(&mut document, size), chart)?;
    let title = chart.title();
    let description = format!("{} {}", chart.subtitle(), chart.footnote());
    let svg = document.finish(size, (theme::WIDTH, theme::HEIGHT), &title, &description);

    Ok(Picture {
        name: chart.name(),
        title,
        svg,
        png: match has_pixels {
            true => bitmap(chart, size)?,
            false => Vec::new(),
        },
        labels,
    })
}

fn bitmap(chart: &impl Drawing, size: (u32, u32)) -> Result<Vec<u8>, ChartError> {
    let mut pixels = vec![0; 3 * size.0 as usize * size.1 as usize];
    paint(BitMapBackend::with_buffer(&mut pixels, size), chart)?;
    encode(&average(&pixels, size.0 as usize))
}

fn paint<DB: DrawingBackend>(
    backend: DB,
    chart: &impl Drawing,
) -> Result<Vec<(Area, String)>, ChartError> {
    let canvas = Canvas::new(backend)?;
    let (left, right) = (theme::MARGIN, f64::from(theme::WIDTH) - theme::MARGIN);
    let mut baseline = 72.0;
    let (style, lines) = title(&canvas, &chart.title(), right - left);
    for line in lines.iter().take(2) {
        canvas.text((left, baseline), line, style, Align::Left)?;
        baseline += style.size * 1.22;
    }
    baseline += 2.0;
    let style = Type::regular(theme::SUBTITLE, theme::QUIET);
    for line in canvas
        .faces
        .wrap(&chart.subtitle(), style.size, style.weight, right - left)
        .iter()
        .take(2)
    {
        canvas.text((left, baseline), line, style, Align::Left)?;
        baseline += style.size * 1.3;
    }
    let bottom = f64::from(theme::HEIGHT) - 28.0;
    let style = Type::regular(theme::FOOTNOTE, theme::QUIET);
    let footnote = canvas
        .faces
        .shorten(&chart.footnote(), style.size, style.weight, right - left);
    canvas.text((left, bottom), &footnote, style, Align::Left)?;
    chart.draw(
        &canvas,
        Area {
            left,
            top: baseline,
            right,
            bottom: bottom - 40.0,
        },
    )?;
    canvas.finish()
}

/// A title in one line where a slightly smaller size allows it, else in two even lines.
fn title<DB: DrawingBackend>(canvas: &Canvas<DB>, text: &str, room: f64) -> (Type, Vec<String>) {
    let sizes = [
        (theme::TITLE, 1),
        (39.0, 1),
        (36.0, 1),
        (theme::TITLE, 2),
        (36.0, 2),
        (30.0, 2),
    ];
    for (size, rows) in sizes {
        let style = Type::bold(size, theme::INK);
        let lines = canvas.faces.wrap_evenly(text, size, style.weight, room);
        if lines.len() <= rows {
            return (style, lines);
        }
    }
    let style = Type::bold(24.0, theme::INK);
    (
        style,
        canvas.faces.wrap(text, style.size, style.weight, room),
    )
}

/// Averages squares of [`theme::DETAIL`] pixels.
fn average(pixels: &[u8], width: usize) -> Vec<u8> {
    let detail = theme::DETAIL as usize;
    let mut smooth = Vec::with_capacity(pixels.len() / (detail * detail));
    for rows in pixels.chunks_exact(3 * width * detail) {
        for column in 0..width / detail {
            for channel in 0..3 {
                let sum: u32 = (0..detail * detail)
                    .filter_map(|i| {
                        rows.get(
                            3 * ((i / detail) * width + column * detail + i % detail) + channel,
                        )
                    })
                    .map(|&v| u32::from(v))
                    .sum();
                smooth.push((sum / (detail * detail) as u32) as u8);
            }
        }
    }
    smooth
}

fn encode(pixels: &[u8]) -> Result<Vec<u8>, ChartError> {
    let failed = |error: png::EncodingError| ChartError::Png(error.to_string());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, theme::WIDTH, theme::HEIGHT);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn names_are_shortened_by_characters() {
        assert_eq!(shorten("éàü", 3), "éàü");
        assert_eq!(shorten("éàüß", 3), "éà…");
        assert_eq!(shorten("a\u{1b}b", 3), "ab");
    }
}
