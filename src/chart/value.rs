//! How much customers are worth, and how much more or less the same customers are worth with a program: bars by doubling of
//! the amount, for either sign.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::{Panel, Scale, round_ticks};
use super::canvas::{Align, Canvas, Type};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::theme;
use crate::report::lookup::{value, world_0, world_of};
use crate::report::words::Spread;
use crate::results::Bin;

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

/// Shares of customers by amount: one slot per doubling, those near zero in one slot between the two signs.
struct Octaves {
    /// From the largest negative to the largest positive amount.
    shares: Vec<f64>,
    /// Index of the slot of amounts near zero.
    middle: usize,
    /// Amounts nearer to zero than this are in the middle, major units.
    floor: f64,
}

/// At most this share of the customers whose amount is not zero is put in the slot of zero.
const NEAR_ZERO: f64 = 0.03;
/// Room right of the panels.
const NAMES: f64 = 400.0;
/// Largest exponents of two told apart, beyond any amount of money.
const OCTAVES: usize = 60;

/// Customers by exponent of the amount in minor units, for either sign, and those at zero.
struct Counts {
    negative: [f64; OCTAVES],
    zero: f64,
    positive: [f64; OCTAVES],
}

impl Counts {
    fn new(bins: &[Bin], minor: f64) -> Counts {
        let mut counts = Counts {
            negative: [0.0; OCTAVES],
            zero: 0.0,
            positive: [0.0; OCTAVES],
        };
        for bin in bins {
            let center = f64::midpoint(bin.low, bin.high) * minor;
            if !(center.is_finite() && bin.customers.is_finite() && bin.customers > 0.0) {
                continue;
            }
            // Bins never straddle a power of two, but for those of tests.
            let octave = libm::log2(center.abs()).clamp(0.0, (OCTAVES - 1) as f64) as usize;
            if center == 0.0 {
                counts.zero += bin.customers;
            } else if center < 0.0 {
                counts.negative[octave] += bin.customers;
            } else {
                counts.positive[octave] += bin.customers;
            }
        }
        counts
    }

    fn sides(&self) -> impl Iterator<Item = &[f64; OCTAVES]> {
        [&self.negative, &self.positive].into_iter()
    }

    fn moved(&self) -> f64 {
        self.sides().flatten().sum()
    }

    fn all(&self) -> f64 {
        self.zero + self.moved()
    }

    /// First octave that stands by itself.
    fn first(&self) -> usize {
        let limit = NEAR_ZERO * self.moved();
        let mut near = 0.0;
        for octave in 0..OCTAVES {
            near += self.sides().map(|s| s[octave]).sum::<f64>();
            if near > limit {
                return octave;
            }
        }
        0
    }

    /// Past the last octave with at least one customer in ten thousand, on one side.
    fn last(&self, side: &[f64; OCTAVES]) -> usize {
        let least = 1e-4 * self.all();
        side.iter().rposition(|n| *n >= least).map_or(0, |i| i + 1)
    }
}

impl Octaves {
    /// Of several distributions, on common slots.
    fn new(all: &[&Counts], minor: f64) -> Vec<Octaves> {
        let first = all.iter().map(|c| c.first()).min().unwrap_or(0);
        let past = |side: fn(&Counts) -> &[f64; OCTAVES]| {
            let last = all.iter().map(|c| c.last(side(c))).max().unwrap_or(0);
            last.max(first)
        };
        let (low, high) = (past(|c| &c.negative), past(|c| &c.positive));
        let of = |counts: &&Counts| {
            let whole = counts.all();
            let share = |customers: f64| {
                if whole > 0.0 { customers / whole } else { 0.0 }
            };
            let near: f64 = counts.sides().flat_map(|s| &s[..first]).sum();
            // Amounts beyond the last slot are too few to see; they stay in it, so that shares add up.
            let side = |side: &[f64; OCTAVES], last: usize| -> Vec<f64> {
                let mut slots: Vec<f64> = side[first..last].iter().map(|n| share(*n)).collect();
                if let Some(end) = slots.last_mut() {
                    *end += share(side[last..].iter().sum());
                }
                slots
            };
            let mut shares: Vec<f64> = side(&counts.negative, low).into_iter().rev().collect();
            let middle = shares.len();
            shares.push(share(counts.zero + near));
            shares.extend(side(&counts.positive, high));
            Octaves {
                shares,
                middle,
                floor: libm::exp2(first as f64) / minor,
            }
        };
        all.iter().map(of).collect()
    }

    /// Where an amount of at least the floor stands, in slots.
    fn place(&self, amount: f64) -> f64 {
        let steps = libm::log2(amount.abs() / self.floor);
        if amount < 0.0 {
            self.middle as f64 - steps
        } else {
            self.middle as f64 + 1.0 + steps
        }
    }

    /// Round amounts to write below the slots: powers of ten of either sign.
    fn ticks(&self) -> Vec<f64> {
        let reach = self.middle.max(self.shares.len() - self.middle - 1);
        let top = self.floor * libm::exp2(reach as f64);
        let mut amounts = Vec::new();
        let mut amount = libm::pow(10.0, libm::ceil(libm::log10(self.floor) - 1e-9));
        while amount <= top * 1.0001 && amounts.len() < 60 {
            amounts.extend([-amount, amount]);
            amount *= 10.0;
        }
        let inside = 0.0..=self.shares.len() as f64;
        amounts.retain(|a| inside.contains(&self.place(*a)));
        amounts
    }
}

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
    let title = context.words.value_title(
        &Spread {
            program: &name,
            less: parts[0],
            more: parts[2],
            mean: means[1].zip(means[0]).map(|(with, without)| with - without),
        },
        context.currency(),
    );
    Some(Value {
        heading: Heading {
            name: context.file_name("value", index),
            title,
            subtitle: format!(
                "{} {}",
                context.term("chart_value"),
                context.term("chart_value_bars")
            ),
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
    fn panel(&self, area: Area, octaves: &Octaves, others: &[f64], names: f64) -> Panel {
        let shares = octaves.shares.iter().chain(others);
        let highest = shares.copied().fold(0.0, f64::max);
        Panel {
            area: Area {
                left: area.left + 120.0,
                top: area.top + theme::LABEL + 28.0,
                right: area.right - names,
                bottom: area.bottom - 40.0,
            },
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
            .map(|a| (octaves.place(*a), numerals.compact(*a)));
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
        let height = theme::LABEL * 1.3;
        for (row, (name, mean, color)) in self.names.iter().enumerate() {
            let style = Type::bold(theme::LABEL, *color);
            let room = NAMES - 20.0 - canvas.faces.width(mean, style.size, style.weight);
            let name = canvas.faces.shorten(name, style.size, style.weight, room);
            let at = (
                panel.area.right + 16.0,
                panel.area.top + height * (row as f64 + 0.5),
            );
            canvas.text_middle(at, &format!("{name}{mean}"), style, Align::Left)?;
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
        let height = theme::LABEL * 1.3;
        let codes = ["worth_less", "worth_same", "worth_more"];
        for (row, ((code, share), color)) in codes.iter().zip(self.parts).zip(colors).enumerate() {
            let share = context.words.numerals().percent(share);
            let label = format!("{share} {}", context.term(code));
            let y = panel.area.top + height * (row as f64 + 0.5);
            let style = Type::bold(theme::LABEL, color);
            canvas.text_middle((panel.area.right + 16.0, y), &label, style, Align::Left)?;
        }
        Ok(())
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
        let worth = self.panel(above, &self.worth, &self.without, NAMES);
        let difference = self.panel(below, &self.difference, &[], NAMES);
        let style = Type::bold(theme::LABEL, theme::INK);
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
            canvas.text(
                (within.left, within.top + theme::LABEL),
                &caption,
                style,
                Align::Left,
            )?;
            panel.draw_y(canvas, context.words)?;
            self.draw_amounts(canvas, panel, octaves, context)?;
        }
        self.draw_worth(canvas, &worth)?;
        self.draw_difference(canvas, &difference, context)
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    fn bin(low: f64, high: f64, customers: f64) -> Bin {
        Bin {
            low,
            high,
            customers,
        }
    }

    #[test]
    fn customers_stand_by_doubling_and_none_is_lost() {
        let bins = [
            bin(-5.12, -4.48, 30.0),
            bin(-0.03, -0.02, 1.0),
            bin(0.0, 0.0, 9.0),
            bin(1.28, 1.6, 20.0),
            bin(1.6, 1.92, 10.0),
            bin(163.84, 204.8, 30.0),
        ];
        let counts = Counts::new(&bins, 100.0);
        let octaves = Octaves::new(&[&counts], 100.0).remove(0);
        let all: f64 = octaves.shares.iter().sum();
        assert!((all - 1.0).abs() < 1e-12);
        // One customer of 91 is within 1.28 of zero; nobody else is.
        assert_eq!(octaves.floor, 1.28);
        assert!((octaves.shares[octaves.middle] - 0.1).abs() < 1e-12);
        assert!((octaves.shares[octaves.middle + 1] - 0.3).abs() < 1e-12);
        assert_eq!(octaves.place(1.28), octaves.middle as f64 + 1.0);
        assert_eq!(octaves.place(-2.56), octaves.middle as f64 - 1.0);
        assert_eq!(octaves.ticks(), [10.0, 100.0]);
    }
}
