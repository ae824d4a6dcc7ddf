//! Where members of each tier go within a year: flows between year starts, and the table of shares.

mod flow;
mod matrix;

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::canvas::{Align, Canvas, Type};
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::theme;
use super::tier_members::rank_name;
use crate::report::words::Moved;
use crate::results::TierResults;
use flow::Flow;
use matrix::Matrix;

pub struct TierMigration {
    heading: Heading,
    /// None where members of one year start only are known.
    flow: Option<Flow>,
    matrix: Matrix,
}

/// Which way a move goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Same,
    Down,
    /// In from outside or out of it.
    Across,
}

impl Way {
    /// Of a move between ranks of so many; one past the last is outside.
    fn of(from: usize, to: usize, ranks: usize) -> Way {
        match from.cmp(&to) {
            _ if from >= ranks || to >= ranks => Way::Across,
            std::cmp::Ordering::Less => Way::Up,
            std::cmp::Ordering::Equal => Way::Same,
            std::cmp::Ordering::Greater => Way::Down,
        }
    }

    fn color(self) -> RGBColor {
        match self {
            Way::Up => theme::BLUE,
            Way::Same | Way::Across => theme::NEUTRAL,
            Way::Down => theme::VERMILION,
        }
    }
}

/// The chart of a program with tiers whose members moved within some year.
pub fn chart(context: &Context, index: usize) -> Option<TierMigration> {
    let program = context.program(index)?;
    let tiers = program.tiers.as_ref()?;
    let names: Vec<String> = (0..=tiers.names.len())
        .map(|rank| rank_name(context, tiers, rank))
        .collect();
    let matrix = Matrix::new(context, &names, &tiers.migration_total)?;
    let flow = Flow::new(context, &names, &tiers.migration);
    let months = period(tiers);
    let name = context.short_name(&program.name);
    let mut subtitle = vec![context.words.tier_flow_subtitle(months)];
    if flow.is_some() {
        subtitle.push(context.term("chart_tier_flow"));
    }
    Some(TierMigration {
        heading: Heading {
            name: context.file_name("tier_migration", index),
            title: context.words.tier_migration_title(&moved(
                &name,
                months,
                &tiers.migration_total,
            )),
            subtitle: subtitle.join(" "),
        },
        flow,
        matrix,
    })
}

/// Months over which the moves of the sum were counted.
fn period(tiers: &TierResults) -> u32 {
    let months = tiers.migration.iter().map(|year| year.months);
    months.max().unwrap_or(12)
}

/// What became of those who held a tier.
fn moved<'a>(program: &'a str, months: u32, moves: &[Vec<f64>]) -> Moved<'a> {
    let ranks = moves.len().saturating_sub(1);
    let mut moved = Moved {
        program,
        months,
        ..Moved::default()
    };
    for (from, row) in moves.iter().enumerate().take(ranks).skip(1) {
        for (to, count) in row.iter().enumerate() {
            let count = count_of(*count);
            match Way::of(from, to, ranks) {
                Way::Up => moved.up += count,
                Way::Same => moved.same += count,
                Way::Down => moved.down += count,
                Way::Across => moved.given_up += count,
            }
        }
    }
    moved
}

/// What is not a number of people counts as nobody.
fn count_of(value: f64) -> f64 {
    if value.is_finite() {
        value.max(0.0)
    } else {
        0.0
    }
}

impl TierMigration {
    /// What the colors mean, each in its own.
    fn draw_key<DB: DrawingBackend>(
        canvas: &Canvas<DB>,
        (mut x, y): (f64, f64),
        context: &Context,
    ) -> Result<(), ChartError> {
        for (way, code) in [
            (Way::Up, "move_up"),
            (Way::Same, "move_same"),
            (Way::Down, "move_down"),
        ] {
            let style = Type::bold(theme::LABEL, way.color());
            let text = context.term(code);
            canvas.text((x, y), &text, style, Align::Left)?;
            x += canvas.faces.width(&text, style.size, style.weight) + 28.0;
        }
        Ok(())
    }
}

impl Chart for TierMigration {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        const GAP: f64 = 56.0;
        let top = area.top + theme::LABEL;
        let below = |left: f64, right: f64| Area {
            left,
            right,
            top: top + 24.0,
            bottom: area.bottom,
        };
        let middle = area.left + 0.49 * area.width();
        let (left, right) = (
            below(area.left, middle - GAP / 2.0),
            below(middle + GAP / 2.0, area.right),
        );
        // The table takes the place of flows that are not there.
        let (matrix, key) = match &self.flow {
            Some(flow) => {
                flow.draw(canvas, left)?;
                (right, left)
            }
            None => (below(area.left, area.right), right),
        };
        Self::draw_key(canvas, (key.left, top), context)?;
        let caption = Type::bold(theme::LABEL, theme::INK);
        let text = context.term("chart_tier_matrix");
        canvas.text((matrix.left, top), &text, caption, Align::Left)?;
        self.matrix.draw(canvas, matrix, context)
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn holders_of_a_tier_keep_it_rise_fall_or_give_up_the_card() {
        // Ranks 0 to 2, then outside. Those without a tier and those who join hold none.
        let moves = [
            vec![50.0, 5.0, 1.0, 4.0],
            vec![3.0, 20.0, 6.0, 2.0],
            vec![1.0, 2.0, 7.0, f64::NAN],
            vec![30.0, 1.0, 0.0, 0.0],
        ];
        let told = moved("Status", 12, &moves);
        assert_eq!(
            [told.up, told.same, told.down, told.given_up],
            [6.0, 27.0, 6.0, 2.0]
        );
    }
}
