//! A scenario lived, and its tally as cells that can be compared between different layouts.

use crate::support::random_scenario::{hybrid_scenario, random_scenario};
use fidelio::economics;
use fidelio::engine::flow::{
    CapFlow, DecileFlow, Distribution, Effect, EffectFlow, Flow, GroupFlow, NaiveFlow,
    ReferralFlow, RewardFlow, StatusGroup, TierFlow, VintageFlow,
};
use fidelio::engine::histogram::BINS;
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{Control, run};
use fidelio::engine::tally::{DECILES, StratumKind, Tally, ValueWeights, World};
use fidelio::results::Results;
use fidelio::scenario::model::Scenario;
use fidelio::scenario::parse;
use std::collections::BTreeMap;
use std::ops::Range;

/// The scenario of a text that must be valid.
pub fn resolved(text: &str) -> Scenario {
    let parsed = parse(text);
    match parsed.scenario {
        Some(scenario) => scenario,
        None => panic!("{:#?}\n{text}", parsed.diagnostics),
    }
}

/// From this seed on scenarios are hybrids: tiers, friends, promotions and tenure together.
const HYBRIDS: u64 = 1_000;

/// Seeds of so many scenarios, and of 30 hybrids.
pub fn seeds(scenarios: u64) -> impl Iterator<Item = u64> {
    (0..scenarios).chain(HYBRIDS..HYBRIDS + 30)
}

/// The text of a random scenario.
pub fn text(seed: u64) -> String {
    if seed < HYBRIDS {
        random_scenario(seed)
    } else {
        hybrid_scenario(seed)
    }
}

/// A random scenario.
pub fn random(seed: u64) -> Scenario {
    resolved(&text(seed))
}

/// A scenario with its plan, its weights and what came out.
pub struct Lived {
    pub scenario: Scenario,
    pub plan: Plan,
    pub weights: ValueWeights,
    pub tally: Tally,
}

impl Lived {
    pub fn new(scenario: Scenario) -> Lived {
        let plan =
            Plan::new(&scenario).unwrap_or_else(|error| panic!("{}: {error}", scenario.name));
        let weights = economics::value_weights(&scenario, plan.layout());
        let tally = batches(&plan, &weights, 1, 0..plan.layout().batches);
        Lived {
            scenario,
            plan,
            weights,
            tally,
        }
    }

    pub fn results(&self) -> Results {
        economics::assess(&self.scenario, &self.tally, &self.weights)
    }

    /// Indices of the worlds of a kind.
    pub fn worlds(&self, wanted: impl Fn(World) -> bool) -> Vec<usize> {
        let worlds = self.tally.layout.worlds.iter().enumerate();
        worlds
            .filter(|(_, w)| wanted(**w))
            .map(|(i, _)| i)
            .collect()
    }

    pub fn program_worlds(&self) -> Vec<usize> {
        self.worlds(|w| matches!(w, World::Program(_)))
    }

    pub fn skeptic_worlds(&self) -> Vec<usize> {
        self.worlds(|w| matches!(w, World::Skeptic(_)))
    }
}

/// Runs some batches on so many threads.
pub fn batches(plan: &Plan, weights: &ValueWeights, threads: usize, range: Range<usize>) -> Tally {
    let control = Control {
        threads,
        progress: None,
        cancelled: None,
        batches: range,
    };
    run(plan, weights, &control).expect("a valid scenario can be lived")
}

/// One cell of a tally, by names instead of positions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// "none", the program's name, or the name and "(skeptic)".
    pub world: String,
    pub table: &'static str,
    /// Segment and kind of stratum.
    pub stratum: String,
    /// Batch, month of issue, row, column and whatever else the table has, in its order.
    pub at: Vec<i64>,
}

/// Every cell that is not zero.
pub type Cells = BTreeMap<Cell, i128>;

/// Name of a world that does not depend on where its program stands in the file.
pub fn world_name(scenario: &Scenario, world: World) -> String {
    match world {
        World::None => "none".to_string(),
        World::Program(i) => scenario.programs[i].name.clone(),
        World::Skeptic(i) => format!("{} (skeptic)", scenario.programs[i].name),
    }
}

struct Collector<'a> {
    tally: &'a Tally,
    cells: Cells,
    world: String,
    stratum: String,
}

impl Collector<'_> {
    fn take(&mut self, table: &'static str, at: Vec<i64>, value: i128) {
        if value != 0 {
            let (world, stratum) = (self.world.clone(), self.stratum.clone());
            let cell = Cell {
                world,
                table,
                stratum,
                at,
            };
            assert!(
                self.cells.insert(cell, value).is_none(),
                "a cell seen twice"
            );
        }
    }

    /// The tables with batches.
    fn by_batch(&mut self, w: usize, s: usize, b: usize) {
        let tally = self.tally;
        let i = |x: usize| x as i64;
        for row in 0..tally.layout.rows() {
            for flow in Flow::ALL {
                let value = tally.flow(w, s, b, row, *flow);
                self.take("flows", vec![i(b), i(row), i(*flow as usize)], value.into());
            }
        }
        for effect in Effect::ALL {
            for flow in EffectFlow::ALL {
                let at = [w, s, b, *effect as usize, *flow as usize];
                let value = tally.effects.get(&at);
                self.take("effects", vec![i(b), i(at[3]), i(at[4])], value.into());
            }
        }
        for flow in NaiveFlow::ALL {
            let value = tally.naive.get(&[w, s, b, *flow as usize]);
            self.take("naive", vec![i(b), i(*flow as usize)], value.into());
        }
        self.status_by_batch(w, s, b);
        for month in 0..tally.layout.referral_rows() {
            for flow in ReferralFlow::ALL {
                let value = tally.referral.get(&[w, s, b, month, *flow as usize]);
                let at = vec![i(b), i(month), i(*flow as usize)];
                self.take("referral", at, value.into());
            }
        }
        for of in Distribution::ALL {
            let cells = tally.distributions.slice(&[w, s, b, *of as usize]);
            for (bin, value) in cells.iter().enumerate() {
                self.take(
                    "distributions",
                    vec![i(b), i(*of as usize), i(bin)],
                    (*value).into(),
                );
            }
            assert_eq!(cells.len(), 2 * BINS);
        }
        self.take(
            "rounded",
            vec![i(b)],
            tally.rounded_value.get(&[w, s, b]).into(),
        );
        let strata = tally.layout.strata.len();
        let exact = tally.exact_value[(w * strata + s) * tally.layout.batches + b];
        self.take("exact", vec![i(b)], exact);
    }

    fn status_by_batch(&mut self, w: usize, s: usize, b: usize) {
        let tally = self.tally;
        let i = |x: usize| x as i64;
        for month in 0..tally.layout.months {
            for rank in 0..tally.layout.ranks {
                for flow in TierFlow::ALL {
                    let value = tally.tiers.get(&[w, s, b, month, rank, *flow as usize]);
                    let at = vec![i(b), i(month), i(rank), i(*flow as usize)];
                    self.take("tiers", at, value.into());
                }
            }
        }
        for group in StatusGroup::ALL.iter().take(tally.layout.groups()) {
            for flow in GroupFlow::ALL {
                let value = tally
                    .groups
                    .get(&[w, s, b, *group as usize, *flow as usize]);
                let at = vec![i(b), i(*group as usize), i(*flow as usize)];
                self.take("groups", at, value.into());
            }
        }
    }

    /// Moves between places; outside is the last of them, wherever that is.
    fn migration(&mut self, w: usize, s: usize) {
        let layout = &self.tally.layout;
        let place = |at: usize| if at == layout.ranks { -1 } else { at as i64 };
        for year in 0..layout.years() {
            for from in 0..layout.places() {
                for to in 0..layout.places() {
                    let value = self.tally.migration.get(&[w, s, year, from, to]);
                    let at = vec![year as i64, place(from), place(to)];
                    self.take("migration", at, value.into());
                }
            }
        }
    }

    /// The tables without; `rewards` are the names of the world's columns.
    fn whole(&mut self, w: usize, s: usize) {
        self.migration(w, s);
        let tally = self.tally;
        let layout = &tally.layout;
        let i = |x: usize| x as i64;
        for row in 0..layout.rows() {
            for v in 0..layout.vintages() {
                for flow in VintageFlow::ALL {
                    let value = tally.vintages.get(&[w, s, v, row, *flow as usize]);
                    let month = i(v) - i(layout.opening_vintages);
                    self.take(
                        "vintages",
                        vec![month, i(row), i(*flow as usize)],
                        value.into(),
                    );
                }
            }
            for reward in 0..layout.rewards {
                for flow in RewardFlow::ALL {
                    let value = tally.rewards.get(&[w, s, row, reward, *flow as usize]);
                    self.take(
                        "rewards",
                        vec![i(row), i(reward), i(*flow as usize)],
                        value.into(),
                    );
                }
            }
        }
        for decile in 0..DECILES {
            for flow in DecileFlow::ALL {
                let value = tally.deciles.get(&[w, s, decile, *flow as usize]);
                self.take("deciles", vec![i(decile), i(*flow as usize)], value.into());
            }
        }
        for generation in 0..layout.generations() {
            let people = tally.generations.get(&[w, s, generation]);
            self.take("generations", vec![i(generation)], people.into());
        }
        for flow in CapFlow::ALL {
            let value = tally.caps.get(&[w, s, *flow as usize]);
            self.take("caps", vec![i(*flow as usize)], value.into());
        }
    }
}

/// All cells of a tally; those of the families carry an empty world.
pub fn cells(scenario: &Scenario, tally: &Tally) -> Cells {
    let mut collector = Collector {
        tally,
        cells: Cells::new(),
        world: String::new(),
        stratum: String::new(),
    };
    for (s, stratum) in tally.layout.strata.iter().enumerate() {
        let segment = match stratum.kind {
            StratumKind::Past => "",
            _ => scenario.segments[stratum.segment].name.as_str(),
        };
        collector.stratum = format!("{segment}/{:?}", stratum.kind);
        collector.world = String::new();
        for b in 0..tally.layout.batches {
            let families = tally.families.get(&[s, b]);
            collector.take("families", vec![b as i64], families.into());
        }
        for (w, world) in tally.layout.worlds.iter().enumerate() {
            collector.world = world_name(scenario, *world);
            for b in 0..tally.layout.batches {
                collector.by_batch(w, s, b);
            }
            collector.whole(w, s);
        }
    }
    collector.cells
}

/// Says where two sets of cells differ first, instead of printing both.
pub fn assert_same(left: &Cells, right: &Cells, what: &str) {
    if left == right {
        return;
    }
    let differ =
        |(cell, value): (&Cell, &i128)| (right.get(cell) != Some(value)).then(|| cell.clone());
    let first = left.iter().find_map(differ);
    let cell = first.or_else(|| right.keys().find(|cell| !left.contains_key(*cell)).cloned());
    let cell = cell.expect("different maps differ somewhere");
    panic!(
        "{what}: {cell:?} is {:?} and {:?}",
        left.get(&cell),
        right.get(&cell)
    );
}
