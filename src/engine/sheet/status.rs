//! The part of a sheet that programs with tiers have: members by rank, moves between tiers, groups of members.

use super::{Sheet, add};
use crate::engine::flow::{GroupFlow, StatusGroup, TierFlow};
use crate::engine::tally::{Layout, MergeError, Tally};

/// Counters of status of one world; empty where no program has tiers.
pub(super) struct StatusSheet {
    ranks: usize,
    places: usize,
    tiers: Vec<i64>,
    migration: Vec<i64>,
    groups: Vec<i64>,
}

impl StatusSheet {
    pub fn new(layout: &Layout) -> StatusSheet {
        let places = layout.places();
        StatusSheet {
            ranks: layout.ranks,
            places,
            tiers: vec![0; layout.months * layout.ranks * TierFlow::COUNT],
            migration: vec![0; layout.years() * places * places],
            groups: vec![0; layout.groups() * GroupFlow::COUNT],
        }
    }

    #[inline(always)]
    pub fn add(&mut self, month: usize, rank: u8, flow: TierFlow, amount: i64) {
        let at = (month * self.ranks + usize::from(rank)) * TierFlow::COUNT;
        self.tiers[at + flow as usize] += amount;
    }

    pub fn flush(
        &mut self,
        world: usize,
        stratum: usize,
        batch: usize,
        store: &mut Tally,
    ) -> Result<(), MergeError> {
        if self.ranks == 0 {
            return Ok(());
        }
        add(
            store.tiers.slice_mut(&[world, stratum, batch]),
            &mut self.tiers,
        )?;
        add(
            store.migration.slice_mut(&[world, stratum]),
            &mut self.migration,
        )?;
        add(
            store.groups.slice_mut(&[world, stratum, batch]),
            &mut self.groups,
        )
    }
}

impl Sheet {
    /// Books a flow of a rank in a month of the horizon.
    #[inline]
    pub fn tier(&mut self, month: usize, rank: u8, flow: TierFlow, amount: i64) {
        self.status.add(month, rank, flow, amount);
    }

    /// A customer's place when a year of the horizon began and when it ended; `None` is outside.
    pub fn migrated(&mut self, year: usize, from: Option<u8>, to: Option<u8>) {
        if from.is_none() && to.is_none() {
            return;
        }
        let outside = self.status.ranks;
        let place = |rank: Option<u8>| rank.map_or(outside, usize::from);
        let at = (year * self.status.places + place(from)) * self.status.places + place(to);
        self.status.migration[at] += 1;
    }

    pub fn group(&mut self, group: StatusGroup, flow: GroupFlow, amount: i64) {
        self.status.groups[group as usize * GroupFlow::COUNT + flow as usize] += amount;
    }
}
