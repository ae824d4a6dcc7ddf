//! By how much each method was wrong at every year end, and when the rules changed.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Panel, Scale, round_ticks};
use super::canvas::{Align, Canvas, Type};
use super::picture::Drawing;
use super::placement::{Area, spread};
use super::theme;
use crate::report::methods::method_name;
use crate::report::number::ENGLISH;
use crate::results::backtest::Backtest;

/// Room for the names of the methods.
const NAMES: f64 = 330.0;
/// Half of a two-sided 95 % interval of a normal law.
const HALF: f64 = 1.959_964;

pub struct Bias {
    methods: Vec<Method>,
    dates: Vec<String>,
    /// Places of changes of the rules between the dates.
    changes: Vec<f64>,
    title: String,
    footnote: String,
}

struct Method {
    name: String,
    color: RGBColor,
    /// Index of the date, bias of the rate, half width.
    points: Vec<(f64, f64, f64)>,
}

/// The chart, if any method has a number.
pub fn chart(backtest: &Backtest) -> Option<Bias> {
    let mut dates: Vec<String> = Vec::new();
    let mut methods: Vec<Method> = Vec::new();
    for row in &backtest.rows {
        if dates.last() != Some(&row.month_end) {
            dates.push(row.month_end.clone());
        }
        let Some(bias) = row.bias_of_rate.filter(|bias| bias.is_finite()) else {
            continue;
        };
        let name = method_name(&row.method);
        let at = methods.iter().position(|method| method.name == name);
        let at = at.unwrap_or_else(|| {
            methods.push(Method {
                name: name.to_owned(),
                color: theme::method(methods.len()),
                points: Vec::new(),
            });
            methods.len() - 1
        });
        let half = HALF * row.bias_of_rate_error.unwrap_or(0.0);
        methods[at].points.push((dates.len() as f64, bias, half));
    }
    let worst = methods
        .iter()
        .flat_map(|method| method.points.iter().map(move |p| (p.1, method)))
        .max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))?;
    let side = if worst.0 > 0.0 { "above" } else { "below" };
    let title = format!(
        "{}: at worst {} of issued points {side} the truth",
        worst.1.name,
        ENGLISH.percent(worst.0.abs())
    );
    Some(Bias {
        changes: changes(backtest, &dates),
        title,
        footnote: format!(
            "{}, {}: {} books, {} simulated customers",
            clean(&backtest.scenario),
            clean(&backtest.program),
            backtest.replications,
            backtest.customers
        ),
        methods,
        dates,
    })
}

fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// A change lies after the last date before it, half way to the next.
fn changes(backtest: &Backtest, dates: &[String]) -> Vec<f64> {
    let after = |change: &String| dates.iter().filter(|date| *date < change).count();
    let places = backtest.changes.iter().map(after);
    places
        .filter(|count| *count < dates.len())
        .map(|count| count as f64 + 0.5)
        .collect()
}

impl Bias {
    fn panel(&self, area: Area) -> Panel {
        let points = || self.methods.iter().flat_map(|method| &method.points);
        let low = points().map(|p| p.1 - p.2).fold(0.0, f64::min);
        let high = points().map(|p| p.1 + p.2).fold(0.0, f64::max);
        Panel {
            area: Area {
                left: area.left + 130.0,
                top: area.top + 20.0,
                right: area.right - NAMES,
                bottom: area.bottom - 50.0,
            },
            x: (0.5, self.dates.len() as f64 + 0.5),
            y_ticks: round_ticks(low, high, 7),
            scale: Scale::Share,
        }
    }

    fn axis<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
    ) -> Result<(), ChartError> {
        let style = Type::regular(theme::TICK, theme::QUIET);
        let mut free = f64::NEG_INFINITY;
        for (date, place) in self.dates.iter().zip(1u32..) {
            let at = (panel.at(f64::from(place), 0.0).0, panel.area.bottom + 36.0);
            let area = canvas.text_area(at, date, style, Align::Center);
            if area.left > free {
                canvas.text(at, date, style, Align::Center)?;
                free = area.right + 10.0;
            }
        }
        for change in &self.changes {
            let x = panel.at(*change, 0.0).0;
            let ends = [(x, panel.area.top), (x, panel.area.bottom)];
            canvas.line(&ends, theme::AXIS, 3.0)?;
        }
        Ok(())
    }

    fn method<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        index: usize,
    ) -> Result<(), ChartError> {
        let Some(method) = self.methods.get(index) else {
            return Ok(());
        };
        // Side by side, so that intervals do not hide each other.
        let aside = 0.05 * (index as f64 - 0.5 * (self.methods.len() as f64 - 1.0));
        let at = |x: f64, y: f64| panel.at(x + aside, y);
        let line: Vec<_> = method.points.iter().map(|p| at(p.0, p.1)).collect();
        canvas.line(&line, theme::tint(method.color, 0.6), 2.0)?;
        for (x, bias, half) in &method.points {
            let interval = [at(*x, bias - half), at(*x, bias + half)];
            canvas.line(&interval, method.color, 3.0)?;
            canvas.dot(at(*x, *bias), 7.0, method.color)?;
        }
        Ok(())
    }
}

impl Drawing for Bias {
    fn name(&self) -> String {
        "backtest".to_owned()
    }

    fn title(&self) -> String {
        self.title.clone()
    }

    fn subtitle(&self) -> String {
        let changes = if self.changes.is_empty() {
            ""
        } else {
            " Vertical lines: the rules change."
        };
        format!(
            "Points expected to be redeemed less those that were, in % of the points issued by each date, with the 95 % \n\
             interval of that mean.{changes}"
        )
    }

    fn footnote(&self) -> String {
        self.footnote.clone()
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, area: Area) -> Result<(), ChartError> {
        let panel = self.panel(area);
        panel.draw_y(canvas, crate::report::words::Language::English.words())?;
        self.axis(canvas, &panel)?;
        for index in 0..self.methods.len() {
            self.method(canvas, &panel, index)?;
        }
        let end = |method: &Method| method.points.last().map_or(0.0, |p| panel.at(p.0, p.1).1);
        let wanted: Vec<f64> = self.methods.iter().map(end).collect();
        let (top, bottom) = (panel.area.top, panel.area.bottom);
        let placed = spread(&wanted, theme::LABEL * 1.2, top, bottom);
        for (method, y) in self.methods.iter().zip(placed) {
            let style = Type::bold(theme::LABEL, method.color);
            let at = (panel.area.right + 16.0, y);
            canvas.text_middle(at, &method.name, style, Align::Left)?;
        }
        Ok(())
    }
}
