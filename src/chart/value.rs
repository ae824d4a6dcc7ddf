//! How much customers are worth, and how much more or less the same customers are worth with a program: bars by doubling of
//! the amount, for either sign.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Panel, Scale, below_caption, draw_caption, round_ticks};
use super::canvas::{Align, Canvas, Type};
use super::lettering::Weight;
use super::octaves::{Counts, Octaves};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::theme;
use crate::report::lookup::{number, value, world_0, world_of};
use crate::report::verdict::side;
use crate::report::words::Spread;

pub struct Value {
    heading: Heading,
    currency: String,
    /// Value with the program, and without.
    worth: Octaves,
    without: Vec<f64>,
    /// Name, mean value and color of the two worlds.
    names: [(String, String, RGBColor); 2],
    difference: Octaves,
    /// Shares worth less, about the same and more.
    parts: [f64; 3],
}

/// Room right of the panels.
const NAMES: f64 = 400.0;
/// The chart of a program, if the value of its customers and of the same without it is known.
pub fn chart(context: &Context, index: usize) -> Option<Value> {
    let (results, program) = (context.results, context.program(index)?);
    let (none, world) = (world_0(results)?, world_of(results, index)?);
    let minor = libm::pow(10.0, f64::from(results.scenario.currency_digits.min(9)));
    let [with, without] = [world, none].map(|w| Counts::new(&w.value_distribution, minor));
    let moved = Counts::new(&program.difference_distribution, minor);
    if with.all() <= 0.0 || without.all() <= 0.0 || moved.all() <= 0.0 {
        return None;
    }
    // Means are of customers nobody brought: they are those of the people shown where nobody else comes.
    let families = results.scenario.market_customers + results.scenario.market_arrivals;
    let is_family = |people: f64| (people - families as f64).abs() <= 1e-6 * people;
    let with_friends = !(is_family(with.all()) && is_family(without.all()));
    let mut worth = Octaves::new(&[&with, &without], minor).into_iter();
    let (worth, without) = (worth.next()?, worth.next()?.shares);
    let difference = Octaves::new(&[&moved], minor).pop()?;
    let middle = difference.middle;
    let parts = [
        difference.shares[..middle].iter().sum(),
        difference.shares[middle],
        difference.shares[middle + 1..].iter().sum(),
    ];
    let name = context.short_name(&program.name);
    let means = [none, world].map(|w| value(&w.headline, &["clv"]));
    let mean = |mean: Option<f64>| {
        mean.map_or_else(String::new, |mean| {
            let mean = context.words.numerals().compact(mean);
            format!(": {} {mean}", context.term("mean"))
        })
    };
    let names = [
        (context.term("world_0"), mean(means[0]), theme::NEUTRAL),
        (name.clone(), mean(means[1]), theme::program(index)),
    ];
    let mut subtitle = vec![
        context.term("chart_value"),
        context.term("chart_value_bars"),
    ];
    subtitle.extend(with_friends.then(|| context.term("chart_value_families")));
    let title = context.words.value_title(
        &Spread {
            program: &name,
            less: parts[0],
            more: parts[2],
            mean: means[1].zip(means[0]).map(|(with, without)| with - without),
            is_undecided: number(&program.headline, &["clv_lift"]).map(side) == Some(0.0),
            with_friends,
        },
        context.currency(),
    );
    Some(Value {
        heading: Heading {
            name: context.file_name("value", index),
            title,
            subtitle: subtitle.join(" "),
        },
        currency: context.currency().to_owned(),
        worth,
        without,
        names,
        difference,
        parts,
    })
}

impl Value {
    fn panel(area: Area, octaves: &Octaves, others: &[f64]) -> Panel {
        let shares = octaves.shares.iter().chain(others);
        let highest = shares.copied().fold(0.0, f64::max);
        Panel {
            area: below_caption(&area, NAMES),
            x: (0.0, octaves.shares.len() as f64),
            y_ticks: round_ticks(0.0, highest, 4),
            scale: Scale::Share,
        }
    }

    /// The amounts below the bars.
    fn draw_amounts<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        octaves: &Octaves,
        context: &Context,
    ) -> Result<(), ChartError> {
        let style = Type::regular(theme::TICK, theme::QUIET);
        let numerals = context.words.numerals();
        let bottom = panel.area.bottom;
        let near = format!("±{}", numerals.compact(octaves.floor));
        let middle = (octaves.middle as f64 + 0.5, near);
        let ticks = octaves.ticks();
        let ticks = ticks
            .iter()
            .map(|a| (octaves.place(*a), numerals.round(*a)));
        let mut taken: Vec<Area> = Vec::new();
        for (index, (place, label)) in std::iter::once(middle).chain(ticks).enumerate() {
            let x = panel.at(place, 0.0).0;
            if index > 0 {
                canvas.line(&[(x, bottom), (x, bottom + 8.0)], theme::AXIS, 1.5)?;
            }
            let at = (x, bottom + 34.0);
            let label_area = canvas.text_area(at, &label, style, Align::Center);
            let padded = Area {
                left: label_area.left - 14.0,
                right: label_area.right + 14.0,
                ..label_area
            };
            let is_free = !taken.iter().any(|t| t.intersects(&padded));
            if is_free && label_area.right < panel.area.right + 40.0 {
                canvas.text(at, &label, style, Align::Center)?;
                taken.push(label_area);
            }
        }
        Ok(())
    }

    fn draw_bars<DB: DrawingBackend>(
        canvas: &Canvas<DB>,
        panel: &Panel,
        octaves: &Octaves,
        color: impl Fn(usize) -> RGBColor,
    ) -> Result<(), ChartError> {
        for (slot, share) in octaves.shares.iter().enumerate().filter(|(_, s)| **s > 0.0) {
            let (left, top) = panel.at(slot as f64, *share);
            let (right, bottom) = panel.at(slot as f64 + 1.0, 0.0);
            let bar = Area {
                left: left + 1.0,
                top: top.min(bottom - 1.0),
                right: right - 1.0,
                bottom,
            };
            canvas.rectangle(&bar, color(slot))?;
        }
        Ok(())
    }

    fn draw_worth<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
    ) -> Result<(), ChartError> {
        let [_, (_, _, color)] = self.names;
        Self::draw_bars(canvas, panel, &self.worth, |_| theme::tint(color, 0.6))?;
        let mut steps = Vec::new();
        for (slot, share) in self.without.iter().enumerate() {
            steps.push(panel.at(slot as f64, *share));
            steps.push(panel.at(slot as f64 + 1.0, *share));
        }
        canvas.line(&steps, theme::NEUTRAL, 3.0)?;
        let names = self.names.iter().map(|(name, mean, color)| {
            let width = |text: &str| canvas.faces.width(text, theme::LABEL, Weight::Bold);
            let room = NAMES - 20.0 - width(mean);
            let name = canvas.faces.shorten(name, theme::LABEL, Weight::Bold, room);
            (format!("{name}{mean}"), *color)
        });
        Self::draw_key(canvas, panel, names)
    }

    /// What colors mean, right of a panel.
    fn draw_key<DB: DrawingBackend>(
        canvas: &Canvas<DB>,
        panel: &Panel,
        rows: impl Iterator<Item = (String, RGBColor)>,
    ) -> Result<(), ChartError> {
        let height = theme::LABEL * 1.3;
        for (row, (text, color)) in rows.enumerate() {
            let y = panel.area.top + height * (row as f64 + 0.5);
            let style = Type::bold(theme::LABEL, color);
            canvas.text_middle((panel.area.right + 16.0, y), &text, style, Align::Left)?;
        }
        Ok(())
    }

    fn draw_difference<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: &Panel,
        context: &Context,
    ) -> Result<(), ChartError> {
        let middle = self.difference.middle;
        let colors = [theme::VERMILION, theme::NEUTRAL, theme::BLUE];
        Self::draw_bars(canvas, panel, &self.difference, |slot| {
            colors[usize::from(slot >= middle) + usize::from(slot > middle)]
        })?;
        let codes = ["worth_less", "worth_same", "worth_more"].into_iter();
        let names = codes
            .zip(self.parts)
            .zip(colors)
            .map(|((code, share), color)| {
                let share = context.words.numerals().percent(share);
                (format!("{share} {}", context.term(code)), color)
            });
        Self::draw_key(canvas, panel, names)
    }
}

impl Chart for Value {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        let (above, below) = area.split(0.5);
        let worth = Self::panel(above, &self.worth, &self.without);
        let difference = Self::panel(below, &self.difference, &[]);
        for (panel, octaves, within, code) in [
            (&worth, &self.worth, above, "chart_value_worth"),
            (
                &difference,
                &self.difference,
                below,
                "chart_value_difference",
            ),
        ] {
            let caption = format!("{}, {}", context.term(code), self.currency);
            draw_caption(canvas, &within, &caption)?;
            panel.draw_y(canvas, context.words)?;
            self.draw_amounts(canvas, panel, octaves, context)?;
        }
        self.draw_worth(canvas, &worth)?;
        self.draw_difference(canvas, &difference, context)
    }
}
