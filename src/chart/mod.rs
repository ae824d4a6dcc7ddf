//! Charts: one theme, one file per kind, each drawn once for SVG and PNG. Sees only [`crate::results`] and the words
//! of reports; computes nothing beyond layout.

mod axis;
mod backtest;
mod bridge;
mod canvas;
mod comparison;
mod customers;
mod estimates;
mod heat_map;
mod lettering;
mod liability_over_time;
mod lines;
mod net_value;
mod picture;
mod placement;
mod points;
mod roll_forward;
mod svg;
mod theme;
mod value;
mod vintages;

use std::fmt;

pub use picture::Picture;

use crate::report::words::Language;
use crate::results::Results;
use crate::results::backtest::Backtest;
use crate::results::valuation::Valuation;

/// Why a chart could not be drawn. None of these depends on the results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartError {
    /// The embedded font could not be read.
    Font,
    Drawing(String),
    Png(String),
}

impl fmt::Display for ChartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Font => write!(f, "the embedded font cannot be read"),
            Self::Drawing(reason) => write!(f, "a chart cannot be drawn: {reason}"),
            Self::Png(reason) => write!(f, "a chart cannot be written as PNG: {reason}"),
        }
    }
}

impl std::error::Error for ChartError {}

/// All charts the results have numbers for, in English. The bytes depend on the results only.
///
/// # Errors
/// Only if drawing itself fails; what the results lack is left out.
pub fn charts(results: &Results) -> Result<Vec<Picture>, ChartError> {
    charts_in(results, Language::English)
}

/// As [`charts`], in a language.
///
/// # Errors
/// As [`charts`].
pub fn charts_in(results: &Results, language: Language) -> Result<Vec<Picture>, ChartError> {
    let words = language.words();
    let context = picture::Context { results, words };
    let mut pictures = Vec::new();
    if let Some(chart) = customers::chart(&context) {
        pictures.push(picture::render(&chart, &context)?);
    }
    if let Some(chart) = points::chart(&context) {
        pictures.push(picture::render(&chart, &context)?);
    }
    if let Some(chart) = net_value::chart(&context) {
        pictures.push(picture::render(&chart, &context)?);
    }
    if let Some(chart) = comparison::chart(&context) {
        pictures.push(picture::render(&chart, &context)?);
    }
    let pairs = results.comparison.iter().flat_map(|c| &c.pairs);
    for chart in pairs.filter_map(|pair| bridge::between(&context, pair)) {
        pictures.push(picture::render(&chart, &context)?);
    }
    for index in 0..results.programs.len() {
        if let Some(chart) = bridge::chart(&context, index) {
            pictures.push(picture::render(&chart, &context)?);
        }
        if let Some(chart) = vintages::chart(&context, index) {
            pictures.push(picture::render(&chart, &context)?);
        }
        if let Some(chart) = value::chart(&context, index) {
            pictures.push(picture::render(&chart, &context)?);
        }
    }
    Ok(pictures)
}

/// Charts of the valuation of a book of points, in English.
///
/// # Errors
/// Only if drawing itself fails; what the valuation lacks is left out.
pub fn valuation_charts(valuation: &Valuation) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = Vec::new();
    if let Some(chart) = heat_map::chart(valuation) {
        pictures.push(picture::render_drawing(&chart)?);
    }
    if let Some(chart) = estimates::chart(valuation) {
        pictures.push(picture::render_drawing(&chart)?);
    }
    if let Some(chart) = liability_over_time::chart(valuation) {
        pictures.push(picture::render_drawing(&chart)?);
    }
    if let Some(chart) = roll_forward::chart(valuation) {
        pictures.push(picture::render_drawing(&chart)?);
    }
    Ok(pictures)
}

/// Charts of a back-test, in English.
///
/// # Errors
/// Only if drawing itself fails; what the back-test lacks is left out.
pub fn backtest_charts(backtest: &Backtest) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = Vec::new();
    if let Some(chart) = backtest::chart(backtest) {
        pictures.push(picture::render_drawing(&chart)?);
    }
    Ok(pictures)
}

#[cfg(test)]
mod tests;
