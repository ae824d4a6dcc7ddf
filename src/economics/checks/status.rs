//! Identities of status: members, moves and benefits by rank are those of the program.

use super::{Counter, sum};
use crate::engine::flow::{Flow, GroupFlow, NaiveFlow, StatusGroup, TierFlow};
use crate::engine::tally::Tally;
use crate::results::Check;

/// Month by month and batch by batch the ranks hold all members, and their benefits are those paid for; the groups hold
/// all members too.
pub(super) fn ranks_sum(tally: &Tally, world: usize, subject: &str) -> Check {
    let mut counter = Counter::new("ranks_sum", subject);
    let layout = &tally.layout;
    for s in 0..layout.strata.len() {
        for b in 0..layout.batches {
            for month in 0..layout.months {
                let ranks = |flow: TierFlow| {
                    let at = |rank| [world, s, b, month, rank, flow as usize];
                    sum((0..layout.ranks).map(|rank| tally.tiers.get(&at(rank))))
                };
                let flow = |f: Flow| i128::from(tally.flow(world, s, b, month, f));
                let joined = flow(Flow::Enrolled) - flow(Flow::Abandoned);
                counter.holds(ranks(TierFlow::MembersDelta) == joined);
                counter.holds(ranks(TierFlow::BenefitCost) == flow(Flow::CostBenefits));
                counter.holds(ranks(TierFlow::BonusPoints) <= flow(Flow::PointsBonus));
            }
            let group = |group: StatusGroup| {
                let at = [world, s, b, group as usize, GroupFlow::Customers as usize];
                tally.groups.get(&at)
            };
            let members = tally.naive.get(&[world, s, b, NaiveFlow::Members as usize]);
            counter.holds(group(StatusGroup::Members) == members);
            counter.holds(group(StatusGroup::NeverElevated) <= members);
        }
    }
    counter.done()
}

/// The members of a rank at the end of a year are those who came to it from anywhere, and at its start those who went
/// anywhere.
pub(super) fn migration_ties(tally: &Tally, world: usize, subject: &str) -> Check {
    let mut counter = Counter::new("migration_ties", subject);
    let layout = &tally.layout;
    for s in 0..layout.strata.len() {
        for rank in 0..layout.ranks {
            let delta = |month| {
                let at = |b| [world, s, b, month, rank, TierFlow::MembersDelta as usize];
                sum((0..layout.batches).map(|b| tally.tiers.get(&at(b))))
            };
            let mut before = None;
            let mut level = 0;
            for year in 0..layout.years() {
                level += (12 * year..layout.months.min(12 * year + 12))
                    .map(delta)
                    .sum::<i128>();
                let moves = |from, to| tally.migration.get(&[world, s, year, from, to]);
                let places = 0..layout.places();
                let came = sum(places.clone().map(|from| moves(from, rank)));
                let went = sum(places.map(|to| moves(rank, to)));
                counter.holds(came == level);
                counter.holds(before.is_none_or(|before| before == went));
                before = Some(came);
            }
        }
    }
    counter.done()
}
