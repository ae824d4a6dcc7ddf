//! Members by tier over time: all of them with and without a tier, and below it the holders of each tier.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::axis::Scale;
use super::canvas::Canvas;
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::stack::{Band, Stack};
use super::theme;
use crate::report::words::Holders;
use crate::results::{ProgramResult, RankResult, TierResults};

pub struct TierMembers {
    heading: Heading,
    all: Stack,
    /// None where nobody ever holds a tier.
    holders: Option<Stack>,
}

/// Color of a rank of so many tiers: the higher, the darker.
pub fn rank_color(rank: usize, tiers: usize) -> RGBColor {
    match rank {
        0 => theme::tint(theme::NEUTRAL, 0.35),
        rank => {
            let steps = tiers.saturating_sub(1).max(1) as f64;
            let part = (rank.min(tiers).saturating_sub(1)) as f64 / steps;
            let strength = if tiers == 1 { 0.8 } else { 0.3 + 0.7 * part };
            theme::tint(theme::BLUE, strength)
        }
    }
}

/// Name of a rank: of the tier, or of having none.
pub fn rank_name(context: &Context, tiers: &TierResults, rank: usize) -> String {
    let tier = rank.checked_sub(1).map(|tier| tiers.names.get(tier));
    match tier {
        None => context.term("no_tier"),
        Some(Some(name)) => context.short_name(name),
        Some(None) => rank.to_string(),
    }
}

/// The chart of a program with tiers and members.
pub fn chart(context: &Context, index: usize) -> Option<TierMembers> {
    let program = context.program(index)?;
    let tiers = program.tiers.as_ref()?;
    let stocks: Vec<Vec<f64>> = tiers.ranks.iter().map(stock).collect();
    // Nobody ever joined: a picture of nothing says nothing.
    if stocks.iter().flatten().all(|stock| *stock == 0.0) {
        return None;
    }
    let (none, held) = stocks.split_first()?;
    let members: f64 = stocks.iter().map(|s| last(s)).sum();
    let numerals = context.words.numerals();
    let band = |name: String, values: &Vec<f64>, color: RGBColor| {
        let own = last(values);
        let share = numerals.percent(share(own, members));
        Band {
            name,
            amount: format!("{} ({share})", numerals.compact(own)),
            values: values.clone(),
            color,
        }
    };
    let of_rank = |(rank, values): (usize, &Vec<f64>)| {
        let color = rank_color(rank, tiers.names.len());
        band(rank_name(context, tiers, rank), values, color)
    };
    let with_a_tier = theme::tint(theme::BLUE, 0.65);
    let all = vec![
        of_rank((0, none)),
        band(context.term("with_tier"), &sum(held), with_a_tier),
    ];
    let is_held = held.iter().flatten().any(|stock| *stock > 0.0);
    let holders = || (1..).zip(held).map(of_rank).collect();
    let horizon = f64::from(context.results.scenario.horizon_months.max(1));
    let panel = |caption: &str, bands: Vec<Band>| Stack {
        caption: context.term(caption),
        bands,
        scale: Scale::Amount,
        horizon,
    };
    Some(TierMembers {
        heading: Heading {
            name: context.file_name("tier_members", index),
            title: title(context, program, tiers, held, members),
            subtitle: context.term("chart_tier_shares"),
        },
        all: panel("chart_tier_all", all),
        holders: is_held.then(|| panel("chart_tier_holders", holders())),
    })
}

fn title(
    context: &Context,
    program: &ProgramResult,
    tiers: &TierResults,
    held: &[Vec<f64>],
    members: f64,
) -> String {
    let name = context.short_name(&program.name);
    // The highest tier that anybody holds.
    let holders = tiers.names.iter().zip(held);
    let top = holders.rev().find(|(_, stock)| last(stock) > 0.0);
    let top = top.map(|(name, stock)| (context.short_name(name), share(last(stock), members)));
    context.words.tier_members_title(&Holders {
        program: &name,
        months: context.results.scenario.horizon_months,
        share: share(held.iter().map(|s| last(s)).sum(), members),
        top: top.as_ref().map(|(name, share)| (name.as_str(), *share)),
        tiers: tiers.names.len(),
    })
}

/// At the end.
fn last(stock: &[f64]) -> f64 {
    stock.last().copied().unwrap_or(0.0)
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Members of a rank by month; what is not a number counts as nobody.
fn stock(rank: &RankResult) -> Vec<f64> {
    let values = rank.members.values.iter();
    values
        .map(|v| if v.is_finite() { v.max(0.0) } else { 0.0 })
        .collect()
}

fn sum(stocks: &[Vec<f64>]) -> Vec<f64> {
    let months = stocks.iter().map(Vec::len).max().unwrap_or(0);
    let of = |month: usize| stocks.iter().filter_map(|s| s.get(month)).sum();
    (0..months).map(of).collect()
}

impl Chart for TierMembers {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        context: &Context,
    ) -> Result<(), ChartError> {
        let all = self.all.names_width(canvas);
        let Some(holders) = &self.holders else {
            return self.all.draw(canvas, area, all, context);
        };
        let names = all.max(holders.names_width(canvas));
        let (above, below) = area.split(0.38);
        self.all.draw(canvas, above, names, context)?;
        holders.draw(canvas, below, names, context)
    }
}
