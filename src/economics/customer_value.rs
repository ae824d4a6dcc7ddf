//! Customer lifetime value over the horizon: its mean, its distribution, and how concentrated sales are.

use super::scale::{Market, Sample};
use crate::engine::flow::Distribution;
use crate::engine::histogram::{BINS, bin_edges};
use crate::engine::tally::StratumKind;
use crate::results::Bin;

/// Customers a value is told of: everybody whose value was binned. Where customers bring friends, whose number the world
/// moves, the value of a family is that of the customer nobody brought, the same people in every world. Whom only a
/// program attracts is none of them, and no part of their value.
fn customers(market: &Market, world: usize) -> Sample {
    let tally = market.tally;
    let generations = tally.layout.generations().max(1);
    let people = tally.generations.slice(&[world]).iter().enumerate();
    if people
        .into_iter()
        .any(|(at, people)| at % generations > 0 && *people > 0)
    {
        return market.sample(|s, b| match market.kind(s) {
            StratumKind::Past | StratumKind::Attracted => 0.0,
            StratumKind::Opening | StratumKind::Arriving => tally.families.get(&[s, b]) as f64,
        });
    }
    let others = |s: usize| market.kind(s) != StratumKind::Attracted;
    histogram(market, world, (Distribution::Value, 0), others)
        .iter()
        .fold(Sample::zero(market.batches), |sum, bin| sum.plus(bin))
}

/// Mean value per opening or arriving customer, friends they bring included, minor units: values rounded once per person.
pub(crate) fn mean_value(market: &Market, world: usize) -> Option<Sample> {
    let value = market.sample(|s, b| match market.kind(s) {
        StratumKind::Attracted => 0.0,
        _ => market.tally.rounded_value.get(&[world, s, b]) as f64,
    });
    value.over(&customers(market, world))
}

/// Counts (`part` 0) or sums (`part` 1) by bin at market scale, of some strata.
fn histogram(
    market: &Market,
    world: usize,
    (kind, part): (Distribution, usize),
    of: impl Fn(usize) -> bool,
) -> Vec<Sample> {
    (0..BINS)
        .map(|bin| {
            let index = |s: usize, b: usize| [world, s, b, kind as usize, bin, part];
            if empty_bin(market, world, kind, bin) {
                return Sample::zero(market.batches);
            }
            market.sample(|s, b| match of(s) {
                true => market.tally.distributions.get(&index(s, b)) as f64,
                false => 0.0,
            })
        })
        .collect()
}

fn empty_bin(market: &Market, world: usize, kind: Distribution, bin: usize) -> bool {
    let batches = market.tally.layout.batches;
    (0..market.strata()).all(|s| {
        (0..batches).all(|b| {
            let cells = market
                .tally
                .distributions
                .slice(&[world, s, b, kind as usize, bin]);
            cells.iter().all(|c| *c == 0)
        })
    })
}

/// The distribution at market scale, edges in major units; empty bins are left out.
pub(crate) fn distribution(
    market: &Market,
    world: usize,
    kind: Distribution,
    major: f64,
) -> Vec<Bin> {
    histogram(market, world, (kind, 0), |_| true)
        .iter()
        .enumerate()
        .filter(|(_, customers)| customers.total != 0.0)
        .map(|(bin, customers)| {
            let (low, high) = bin_edges(bin);
            Bin {
                low: low / major,
                high: high / major,
                customers: customers.total,
            }
        })
        .collect()
}

/// Share of sales bought by the fifth of customers who buy most, people without a purchase counted. Inside the bin
/// that holds the boundary, sales are divided by customers (a bin is a quarter of an octave wide).
pub(crate) fn top_quintile_share(market: &Market, world: usize) -> Option<Sample> {
    let counts = histogram(market, world, (Distribution::Sales, 0), |_| true);
    let sums = histogram(market, world, (Distribution::Sales, 1), |_| true);
    let share = |pick: &dyn Fn(&Sample) -> f64| {
        let counts: Vec<f64> = counts.iter().map(pick).collect();
        let sums: Vec<f64> = sums.iter().map(pick).collect();
        top_share(&counts, &sums, 0.2)
    };
    let batches = (0..market.batches)
        .map(|b| share(&move |s: &Sample| s.batches[b]))
        .collect::<Option<Vec<f64>>>()?;
    Some(Sample {
        total: share(&|s: &Sample| s.total)?,
        batches,
    })
}

/// Part of the sum that belongs to the top `fraction` of the count.
fn top_share(counts: &[f64], sums: &[f64], fraction: f64) -> Option<f64> {
    let all: f64 = sums.iter().sum();
    let mut wanted = fraction * counts.iter().sum::<f64>();
    if all <= 0.0 || wanted <= 0.0 {
        return None;
    }
    let mut held = 0.0;
    for (count, sum) in counts.iter().zip(sums).rev() {
        if *count >= wanted {
            held += sum * wanted / count;
            break;
        }
        held += sum;
        wanted -= count;
    }
    Some(held / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_fifth_takes_part_of_the_boundary_bin() {
        // 10 customers: the top 2 are one of 50 and half of the two that hold 30 together.
        let share = top_share(&[7.0, 2.0, 1.0], &[20.0, 30.0, 50.0], 0.2).unwrap();
        assert!((share - 0.65).abs() < 1e-15);
        assert_eq!(top_share(&[7.0], &[0.0], 0.2), None);
        assert_eq!(top_share(&[], &[], 0.2), None);
    }
}
