//! What the status of a tiered program came to.
//!
//! Ranks count from 0, members without a tier; rank r is the r-th tier from below. Counts are at market scale. Unless a
//! number says otherwise, its window is the horizon and its world is the program's.

use super::{Number, Series};
use serde::{Deserialize, Serialize};

/// Status over the horizon of one program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TierResults {
    /// Names of the tiers in rising order, rank 1 first: those of the version with most tiers. Members of a version with
    /// fewer are counted at the rank they hold in it.
    pub names: Vec<String>,
    /// One per rank, rank 0 first: one more than `names`.
    pub ranks: Vec<RankResult>,
    /// Who moved where within each year of the horizon, then within a last year that is not whole.
    pub migration: Vec<MigrationYear>,
    /// The sum over the whole years of `migration`, every customer-year once, in the form of [`MigrationYear::moves`]; of the
    /// part of a year where the horizon is shorter.
    pub migration_total: Vec<Vec<f64>>,
    /// What the program changed for those whom status moved, beside the naive comparison. Codes: `ever_promoted`,
    /// `ever_demoted`, `never_elevated` (members who never held a tier). The first two overlap.
    pub effects: Vec<StatusEffect>,
}

/// One rank over the horizon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankResult {
    pub rank: u32,
    /// Members at this rank at each month end; code `members`, unit customers. Over all ranks they sum to the program's
    /// own `members`.
    pub members: Series,
    /// Months spent at this rank by members, over all of them; unit count.
    pub member_months: Number,
    /// Visits of members at this rank; unit count.
    pub visits: Number,
    /// Cost of the benefits granted at this rank, major units, undiscounted; multipliers of points are not in it.
    pub benefit_cost: Number,
    /// `benefit_cost` by member-year; base `member-years at the rank`. Undefined where nobody held the rank.
    pub cost_per_member_year: Number,
    /// Promotions out of this rank by member-year, a ratio; base `member-years at the rank`.
    pub promotion_rate: Number,
    /// Share of reviews at this rank that took the tier away; base `reviews at the rank`. Undefined at rank 0.
    pub demotion_rate: Number,
    /// Share of reviews at this rank that confirmed the tier; base `reviews at the rank`. With `demotion_rate` it sums to 1.
    pub requalification_rate: Number,
    /// Share of members at this rank or above as behavior saw it, measured once on the pilot; base `members of the pilot`,
    /// no error: the pilot is a constant of the run. 1 at rank 0; undefined where behavior did not read it.
    pub share_at_or_above: Number,
}

/// Where members moved between two year starts, market scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MigrationYear {
    /// Year from the start of the scenario, from 0.
    pub year: u32,
    /// Months it has: 12, fewer in a last year that is not whole.
    pub months: u32,
    /// `moves[from][to]`: customers at `from` when the year began and at `to` when it ended. Indices are ranks; one past the
    /// last rank stands for outside: not yet a member, or a card given up. One who leaves
    /// says nothing, and stays a member in the books. Outside to outside is not counted. A row sums to the
    /// members at the start of the year, a column to those at its end.
    pub moves: Vec<Vec<f64>>,
}

/// The program's effect on a group of members formed by what status did to them.
///
/// Who is in the group is decided by the life under the program, the effect by the same person's two lives: it is what the
/// whole program did for them, not what the move alone did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusEffect {
    pub code: String,
    /// Members in the group.
    pub customers: Number,
    /// Margin after everything that has a customer's name on it (rewards, benefits, handling, member costs, arrival,
    /// serving) under the program less that of the same customers without, per customer of the group, major units,
    /// present value over horizon and run-off; world `program - world_0`. No value where world 0 was not lived.
    pub incremental_margin: Number,
    /// Naive, biased: that margin per customer of the group less that of all other members, both under the program.
    pub naive_difference: Number,
}

#[cfg(test)]
mod tests {
    use crate::results::fixture;

    /// What every maker of these results must keep: moves tie to stocks, ranks to members.
    #[test]
    fn moves_of_the_fixture_lead_from_stock_to_stock() {
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1.0);
        for results in [fixture::three_kinds(), fixture::one_tier_and_no_friends()] {
            let program = results.programs.iter().find(|p| p.tiers.is_some());
            let tiers = program.and_then(|p| p.tiers.as_ref()).unwrap();
            let stock = |rank: usize, month: usize| match month.checked_sub(1) {
                Some(before) => tiers.ranks[rank].members.values[before],
                None => 0.0,
            };
            assert_eq!(tiers.ranks.len(), tiers.names.len() + 1);
            for year in &tiers.migration {
                let start = 12 * year.year as usize;
                let end = start + year.months as usize;
                for rank in 0..tiers.ranks.len() {
                    let row: f64 = year.moves[rank].iter().sum();
                    let column: f64 = year.moves.iter().map(|row| row[rank]).sum();
                    assert!(near(row, stock(rank, start)), "{row} {rank} {start}");
                    assert!(near(column, stock(rank, end)), "{column} {rank} {end}");
                }
            }
        }
    }
}
