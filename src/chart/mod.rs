//! Charts: one theme, one file per kind, each drawn once for SVG and PNG. Sees only [`crate::results`] and the words
//! of reports; computes nothing beyond layout.

mod axis;
mod backtest;
mod bridge;
mod canvas;
mod comparison;
mod comparison_course;
mod customers;
mod estimates;
mod heat_map;
mod lettering;
mod liability_over_time;
mod lines;
mod net_value;
mod octaves;
mod opening_book;
mod picture;
mod placement;
mod points;
mod referral_funnel;
mod roll_forward;
mod stack;
mod svg;
mod theme;
mod tier_members;
mod tier_migration;
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
    drawn_charts(&picture::Context {
        results,
        words: language.words(),
        has_pixels: true,
    })
}

fn drawn_charts(context: &picture::Context) -> Pictures {
    let mut pictures = of_all_programs(context)?;
    for index in 0..context.results.programs.len() {
        pictures.extend(of_program(context, index)?);
    }
    Ok(pictures)
}

/// Every drawn chart, in order.
type Pictures = Result<Vec<Picture>, ChartError>;

/// A chart that may be missing, drawn.
fn drawn<C: picture::Chart>(chart: Option<C>, context: &picture::Context) -> Pictures {
    let drawn = chart.map(|chart| picture::render(&chart, context));
    drawn.into_iter().collect()
}

/// What there is once per run.
fn of_all_programs(context: &picture::Context) -> Pictures {
    let mut pictures = drawn(customers::chart(context), context)?;
    pictures.extend(drawn(points::chart(context), context)?);
    pictures.extend(drawn(net_value::chart(context), context)?);
    pictures.extend(drawn(comparison::chart(context), context)?);
    for course in comparison_course::Course::ALL {
        pictures.extend(drawn(comparison_course::chart(context, course), context)?);
    }
    let pairs = context.results.comparison.iter().flat_map(|c| &c.pairs);
    for pair in pairs {
        pictures.extend(drawn(bridge::between(context, pair), context)?);
    }
    Ok(pictures)
}

/// What there is once per program.
fn of_program(context: &picture::Context, index: usize) -> Pictures {
    let mut pictures = drawn(bridge::chart(context, index), context)?;
    pictures.extend(drawn(vintages::chart(context, index), context)?);
    pictures.extend(drawn(value::chart(context, index), context)?);
    pictures.extend(drawn(tier_members::chart(context, index), context)?);
    pictures.extend(drawn(tier_migration::chart(context, index), context)?);
    pictures.extend(drawn(referral_funnel::chart(context, index), context)?);
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
    if let Some(chart) = opening_book::chart(valuation) {
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
