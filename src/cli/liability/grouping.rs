//! Valuing a ledger by the groups of one of its columns.

use super::arguments::LiabilityArgs;
use super::drawing::{draws, on_threads};
use crate::book::division::Key;
use crate::book::reader::Ledger;
use crate::errors::Failure;
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::valuation::Assumptions;
use crate::liability::valuation::division::{Group, Whole, complete, divide as valued};
use crate::results::valuation::Valuation;

/// Most draws of the bootstrap of a group: fifty groups of many months would take minutes, and their distributions are
/// not booked.
const MOST_DRAWS: u64 = 1000;

/// Puts the groups beside the whole, where the ledger was divided.
///
/// # Errors
/// [`crate::errors::Category::Data`] where a group cannot be valued.
pub fn divide(
    valuation: &mut Valuation,
    triangle: &Triangle,
    ledger: &Ledger,
    with: &Assumptions,
    args: &LiabilityArgs,
) -> Result<(), Failure> {
    let (Some(key), Some(first)) = (args.reading.layout().by, ledger.flows.first()) else {
        return Ok(());
    };
    let pairs = ledger.names.iter().zip(&ledger.groups).enumerate();
    let mut groups: Vec<Group> = pairs
        .map(|(number, (name, flows))| Group {
            name,
            flows,
            cost: cost(ledger, key, number, with, args),
        })
        .collect();
    groups.sort_by_key(|group| group.name);
    let whole = Whole {
        key: key.name(),
        triangle,
        first,
        as_of: ledger.as_of,
        valuation,
    };
    // Streams of the bootstrap by place in the order of names: the whole has the first.
    let count = args.draws.min(MOST_DRAWS);
    let draw =
        |place: usize, bootstrap: &Bootstrap| draws(args, bootstrap, place as u32 + 1, count);
    let found = on_threads(args, || valued(&whole, &groups, with, &draw))?
        .map_err(|error| Failure::data(format!("by {}: {error}", key.name())))?;
    if let Some(division) = found {
        complete(valuation, division, &ledger.flows);
    }
    Ok(())
}

/// Cost per point of a group: as stated for all; else of the redemptions whose rows state its tier; else that of the whole.
/// The partner of a redemption is where points were used, not where they came from, and says nothing of their cost.
fn cost(
    ledger: &Ledger,
    key: Key,
    number: usize,
    with: &Assumptions,
    args: &LiabilityArgs,
) -> (Option<f64>, &'static str) {
    if args.cost_per_point.is_some() {
        return (with.cost_per_point, "stated");
    }
    let of_tier = ledger.cash_by_tier.get(number).filter(|sum| sum.1 > 0);
    match (key, of_tier) {
        (Key::Tier, Some((cash, points))) if number > 0 => {
            (Some(*cash as f64 / 10_000.0 / *points as f64), "own")
        }
        _ => (with.cost_per_point, "pooled"),
    }
}
