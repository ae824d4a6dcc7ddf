//! Exact, mergeable tallies: integers only, so that any order, thread count or split over machines adds up to the same
//! bits. Everything is in *simulated* units; the scale to the market is applied once, in `economics`.

use super::flow::{
    CapFlow, DecileFlow, Distribution, Effect, EffectFlow, Flow, GroupFlow, NaiveFlow,
    ReferralFlow, RewardFlow, StatusGroup, TierFlow, VintageFlow,
};
use super::histogram::BINS;
use serde::{Deserialize, Serialize};

/// Batches for standard errors in a run of one replication (with more, the replications are the batches).
pub const BATCHES: usize = 32;
/// Deciles of expected world-0 value.
pub const DECILES: usize = 10;
/// Generations of a family at most, the root among them.
pub const GENERATIONS: usize = 50;
/// Version of the serialized form.
pub const TALLY_VERSION: u32 = 2;

/// A life every simulated customer lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum World {
    /// World 0: no program.
    None,
    /// Under program `i` of the scenario.
    Program(usize),
    /// Under program `i` with all behavioral dials at zero.
    Skeptic(usize),
}

/// Where a family's root comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StratumKind {
    /// Alive at month 0.
    Opening,
    /// Arrives during the horizon.
    Arriving,
    /// Arrives during the horizon under a program that attracts enough, and in no other world.
    Attracted,
    /// Left before month 0 and still holds points of an opening book; one deterministic account at market scale.
    Past,
}

/// Scale and errors belong to strata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// Index of the root's segment.
    pub segment: usize,
    pub kind: StratumKind,
    /// Families at market scale.
    pub stated: u64,
    /// Families simulated, over all replications.
    pub simulated: u64,
}

/// Sizes of all tables. Time rows are the months of the horizon, then the years of run-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    pub worlds: Vec<World>,
    pub strata: Vec<Stratum>,
    /// Batches: 32, or the number of replications where that is at least 2.
    pub batches: usize,
    pub months: usize,
    pub run_off_years: usize,
    /// Vintages before month 0 (opening books), oldest first; vintage index `v` is month `v − opening_vintages`.
    pub opening_vintages: usize,
    /// Most rewards of any program (all versions: distinct names in order of first appearance).
    pub rewards: usize,
    /// Ranks of the tables of status: most tiers of any program and one for members without; 0 where no program has tiers.
    pub ranks: usize,
    /// Share of members at each rank or above as behavior reads it, rank 0 first, in millionths, by program: of the first
    /// version with most tiers. Empty without tiers.
    pub holders: Vec<Vec<u32>>,
    /// Whether anybody can bring a friend: the tables of referral are empty otherwise.
    #[serde(default)]
    pub friends: bool,
}

impl Layout {
    /// Time rows.
    pub fn rows(&self) -> usize {
        self.months + self.run_off_years
    }

    /// Vintages: opening ones, then the months of the horizon.
    pub fn vintages(&self) -> usize {
        self.opening_vintages + self.months
    }

    /// Years of the horizon, a last one that is not whole among them.
    pub fn years(&self) -> usize {
        self.months.div_ceil(12)
    }

    /// Places a customer can have among the tiers: the ranks, and outside; none where no program has tiers.
    pub fn places(&self) -> usize {
        if self.ranks == 0 { 0 } else { self.ranks + 1 }
    }

    /// Groups of the tables of status.
    pub fn groups(&self) -> usize {
        if self.ranks == 0 {
            0
        } else {
            StatusGroup::COUNT
        }
    }

    /// Months of the referral table.
    pub fn referral_rows(&self) -> usize {
        if self.friends { self.months } else { 0 }
    }

    /// Generations counted.
    pub fn generations(&self) -> usize {
        if self.friends { GENERATIONS } else { 0 }
    }

    /// Index of a world in the tables.
    pub fn world_index(&self, world: World) -> Option<usize> {
        self.worlds.iter().position(|w| *w == world)
    }

    /// Bytes of a tally of this layout.
    pub fn bytes(&self) -> usize {
        let per_batch = self.rows() * Flow::COUNT
            + Effect::COUNT * EffectFlow::COUNT
            + NaiveFlow::COUNT
            + 2 * Distribution::COUNT * BINS
            + self.months * self.ranks * TierFlow::COUNT
            + self.groups() * GroupFlow::COUNT
            + self.referral_rows() * ReferralFlow::COUNT
            + 3;
        let per_stratum = self.vintages() * self.rows() * VintageFlow::COUNT
            + self.rows() * self.rewards * RewardFlow::COUNT
            + DECILES * DecileFlow::COUNT
            + self.years() * self.places() * self.places()
            + self.generations()
            + CapFlow::COUNT;
        let (worlds, strata) = (self.worlds.len(), self.strata.len());
        8 * worlds * strata * (self.batches * per_batch + per_stratum)
    }
}

/// A dense table of integers with named dimensions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    dims: Vec<usize>,
    cells: Vec<i64>,
}

impl Table {
    pub(crate) fn new(dims: &[usize]) -> Table {
        Table {
            dims: dims.to_vec(),
            cells: vec![0; dims.iter().product()],
        }
    }

    /// Offset of the first cell whose leading indices are `index` (fewer indices than dimensions allowed).
    fn offset(&self, index: &[usize]) -> usize {
        debug_assert!(index.len() <= self.dims.len());
        let mut offset = 0;
        for (i, dim) in self.dims.iter().enumerate() {
            let at = index.get(i).copied().unwrap_or(0);
            debug_assert!(
                at < *dim || *dim == 0,
                "index {index:?} outside {:?}",
                self.dims
            );
            offset = offset * dim + at;
        }
        offset
    }

    /// The cell at a full index.
    pub fn get(&self, index: &[usize]) -> i64 {
        debug_assert_eq!(index.len(), self.dims.len());
        self.cells[self.offset(index)]
    }

    /// The contiguous cells below a leading index.
    pub fn slice(&self, index: &[usize]) -> &[i64] {
        let start = self.offset(index);
        let len: usize = self.dims[index.len()..].iter().product();
        &self.cells[start..start + len]
    }

    pub(crate) fn slice_mut(&mut self, index: &[usize]) -> &mut [i64] {
        let start = self.offset(index);
        let len: usize = self.dims[index.len()..].iter().product();
        &mut self.cells[start..start + len]
    }

    /// Adds another table of the same shape, cell by cell.
    fn merge(&mut self, other: &Table) -> Result<(), MergeError> {
        if self.dims != other.dims {
            return Err(MergeError::Shape);
        }
        for (a, b) in self.cells.iter_mut().zip(&other.cells) {
            *a = a.checked_add(*b).ok_or(MergeError::Overflow)?;
        }
        Ok(())
    }
}

/// Why two tallies could not be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeError {
    Shape,
    Version,
    Overflow,
}

impl std::fmt::Display for MergeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            MergeError::Shape => "the tallies have different layouts",
            MergeError::Version => "the tallies have different versions",
            MergeError::Overflow => "a total exceeds 64 bits",
        })
    }
}

impl std::error::Error for MergeError {}

/// Everything a run records. Indices are in the order of the field comments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub version: u32,
    pub layout: Layout,
    /// stratum, batch.
    pub families: Table,
    /// world, stratum, batch, row, [`Flow`].
    pub flows: Table,
    /// world, stratum, vintage, row, [`VintageFlow`].
    pub vintages: Table,
    /// world, stratum, row, reward, [`RewardFlow`].
    pub rewards: Table,
    /// world, stratum, batch, [`Effect`], [`EffectFlow`].
    pub effects: Table,
    /// world, stratum, batch, [`NaiveFlow`].
    pub naive: Table,
    /// world, stratum, decile, [`DecileFlow`].
    pub deciles: Table,
    /// world, stratum, [`CapFlow`].
    pub caps: Table,
    /// world, stratum, batch, month, rank, [`TierFlow`].
    pub tiers: Table,
    /// world, stratum, year, place when it began, place when it ended (places: the ranks, then outside): customers, those
    /// outside at both ends not counted.
    pub migration: Table,
    /// world, stratum, batch, [`StatusGroup`], [`GroupFlow`].
    pub groups: Table,
    /// world, stratum, batch, month, [`ReferralFlow`].
    pub referral: Table,
    /// world, stratum, generation: people, roots in generation 0.
    pub generations: Table,
    /// world, stratum, batch, [`Distribution`], bin, {count, sum}.
    pub distributions: Table,
    /// world, stratum, batch: sum over persons of the value rounded once per person, minor units.
    pub rounded_value: Table,
    /// world, stratum, batch: the same sum before rounding, in 2⁻³² minor units. Equals Σ weight × flow exactly.
    pub exact_value: Vec<i128>,
}

impl Tally {
    /// An empty tally.
    pub fn new(layout: Layout) -> Tally {
        let (w, s, b) = (layout.worlds.len(), layout.strata.len(), layout.batches);
        let rows = layout.rows();
        Tally {
            version: TALLY_VERSION,
            families: Table::new(&[s, b]),
            flows: Table::new(&[w, s, b, rows, Flow::COUNT]),
            vintages: Table::new(&[w, s, layout.vintages(), rows, VintageFlow::COUNT]),
            rewards: Table::new(&[w, s, rows, layout.rewards, RewardFlow::COUNT]),
            effects: Table::new(&[w, s, b, Effect::COUNT, EffectFlow::COUNT]),
            naive: Table::new(&[w, s, b, NaiveFlow::COUNT]),
            deciles: Table::new(&[w, s, DECILES, DecileFlow::COUNT]),
            caps: Table::new(&[w, s, CapFlow::COUNT]),
            tiers: Table::new(&[w, s, b, layout.months, layout.ranks, TierFlow::COUNT]),
            migration: Table::new(&[w, s, layout.years(), layout.places(), layout.places()]),
            groups: Table::new(&[w, s, b, layout.groups(), GroupFlow::COUNT]),
            referral: Table::new(&[w, s, b, layout.referral_rows(), ReferralFlow::COUNT]),
            generations: Table::new(&[w, s, layout.generations()]),
            distributions: Table::new(&[w, s, b, Distribution::COUNT, BINS, 2]),
            rounded_value: Table::new(&[w, s, b]),
            exact_value: vec![0; w * s * b],
            layout,
        }
    }

    /// Flow total of one world, stratum and batch at one row.
    pub fn flow(&self, world: usize, stratum: usize, batch: usize, row: usize, flow: Flow) -> i64 {
        self.flows.get(&[world, stratum, batch, row, flow as usize])
    }

    /// Adds another tally of the same layout: any order gives the same bits.
    ///
    /// # Errors
    /// Where version or layout differ, or a sum overflows.
    pub fn merge(&mut self, other: &Tally) -> Result<(), MergeError> {
        if self.version != other.version {
            return Err(MergeError::Version);
        }
        if self.layout != other.layout {
            return Err(MergeError::Shape);
        }
        self.families.merge(&other.families)?;
        self.flows.merge(&other.flows)?;
        self.vintages.merge(&other.vintages)?;
        self.rewards.merge(&other.rewards)?;
        self.effects.merge(&other.effects)?;
        self.naive.merge(&other.naive)?;
        self.deciles.merge(&other.deciles)?;
        self.caps.merge(&other.caps)?;
        self.tiers.merge(&other.tiers)?;
        self.migration.merge(&other.migration)?;
        self.groups.merge(&other.groups)?;
        self.referral.merge(&other.referral)?;
        self.generations.merge(&other.generations)?;
        self.distributions.merge(&other.distributions)?;
        self.rounded_value.merge(&other.rounded_value)?;
        for (a, b) in self.exact_value.iter_mut().zip(&other.exact_value) {
            *a = a.checked_add(*b).ok_or(MergeError::Overflow)?;
        }
        Ok(())
    }
}

/// Value weights made by `economics` before the run: what one unit of each flow at each row is worth to a person's
/// value, in 2⁻³² minor units. The engine multiplies and adds; it does not know what they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueWeights {
    /// Index: world, segment, row, [`Flow`]. Delta flows carry the suffix sum of their monthly weights.
    cells: Table,
}

impl ValueWeights {
    /// All zero.
    pub fn new(worlds: usize, segments: usize, rows: usize) -> ValueWeights {
        ValueWeights {
            cells: Table::new(&[worlds, segments, rows, Flow::COUNT]),
        }
    }

    /// Sets one weight.
    pub fn set(&mut self, world: usize, segment: usize, row: usize, flow: Flow, weight: i64) {
        self.cells.slice_mut(&[world, segment, row])[flow as usize] = weight;
    }

    /// Weights of all rows and flows of one world and segment, row-major.
    pub fn of(&self, world: usize, segment: usize) -> &[i64] {
        self.cells.slice(&[world, segment])
    }
}
