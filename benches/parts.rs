//! The parts of a run, each alone on one thread, and whole runs on all cores: `cargo bench --bench parts`.
//!
//! Lives are benched through families, the smallest public unit of work: where a scenario has one world, a family is one
//! fate and one life.

mod workload;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use fidelio::behavior::Dials;
use fidelio::engine::family::Workspace;
use fidelio::engine::fate::Fate;
use fidelio::engine::observe::Nobody;
use fidelio::engine::tally::Tally;
use fidelio::ledger::{Ledger, LotKey, Source};
use fidelio::population::stationary::segment_laws;
use fidelio::population::{Calendar, Person, SegmentLaws};
use fidelio::random::address::tag;
use fidelio::random::elementary::{exp, ln};
use fidelio::random::philox::{LANES, philox_block};
use fidelio::random::{Key, Purpose, Subject};
use fidelio::scenario::model::Scenario;
use fidelio::statistics::quantile_table::QuantileTable;
use workload::Prepared;

fn main() {
    divan::main();
}

const KEY: Key = Key([1, 2]);

/// Which shipped scenario.
#[derive(Clone, Copy, Debug)]
enum Shipped {
    Rw1,
    Grocer,
}

const SHIPPED: [Shipped; 2] = [Shipped::Rw1, Shipped::Grocer];

impl Shipped {
    fn scenario(self) -> Scenario {
        match self {
            Shipped::Rw1 => workload::rw1(),
            Shipped::Grocer => workload::grocer(),
        }
    }
}

/// The laws of the first segment.
fn laws(scenario: &Scenario) -> SegmentLaws {
    let laws = segment_laws(scenario).expect("shipped scenarios are valid");
    laws.into_iter().next().expect("there is a segment")
}

mod random {
    use super::*;

    const BLOCKS: u32 = 256;

    /// Items: 32-bit words.
    #[divan::bench]
    fn philox(bencher: Bencher) {
        let tag = tag(Purpose::BasePurchase, 0, 0);
        let words = BLOCKS as usize * LANES * 4;
        bencher.counter(ItemsCount::new(words)).bench(|| {
            let mut all = 0;
            for block in 0..BLOCKS {
                let ordinals: [u32; LANES] =
                    std::array::from_fn(|lane| block * LANES as u32 + lane as u32);
                let words = philox_block(black_box([3, 4]), ordinals, tag, KEY.0);
                all = words
                    .as_flattened()
                    .iter()
                    .fold(all, |all, word| all ^ word);
            }
            all
        });
    }

    fn uniforms() -> [f64; 1024] {
        std::array::from_fn(|i| (i as f64 + 0.5) / 1024.0)
    }

    #[divan::bench]
    fn logarithm(bencher: Bencher) {
        let input = uniforms();
        bencher
            .counter(ItemsCount::new(input.len()))
            .bench(|| black_box(&input).map(ln));
    }

    #[divan::bench]
    fn exponential(bencher: Bencher) {
        let input = uniforms();
        bencher
            .counter(ItemsCount::new(input.len()))
            .bench(|| black_box(&input).map(exp));
    }
}

mod statistics {
    use super::*;

    /// Baskets within a customer: one look-up and a cubic.
    #[divan::bench]
    fn quantile_table(bencher: Bencher) {
        let laws = laws(&workload::rw1());
        let table: &QuantileTable = &laws.within;
        // Multiples of 2³²/φ: every cell, no order a predictor could learn.
        let words: [u32; 1024] = std::array::from_fn(|i| (i as u32).wrapping_mul(0x9E37_79B9));
        bencher
            .counter(ItemsCount::new(words.len()))
            .bench(|| black_box(&words).map(|word| table.at_word(word)));
    }
}

mod population {
    use super::*;

    const PERSONS: u64 = 256;

    /// Items: persons.
    #[divan::bench(args = SHIPPED)]
    fn traits(bencher: Bencher, shipped: Shipped) {
        let laws = laws(&shipped.scenario());
        bencher.counter(ItemsCount::new(PERSONS)).bench(|| {
            for ordinal in 0..PERSONS {
                black_box(Person::draw(KEY, Subject::root(7, ordinal), &laws, None));
            }
        });
    }
}

mod engine {
    use super::*;
    use fidelio::economics;
    use fidelio::engine::plan::Plan;

    const PERSONS: u64 = 512;

    /// Base purchases and the candidate layers the scenario's dials ask for, up to leaving or the horizon. Items: visits.
    #[divan::bench(args = SHIPPED)]
    fn fates(bencher: Bencher, shipped: Shipped) {
        let scenario = shipped.scenario();
        let laws = laws(&scenario);
        let calendar = Calendar::new(&scenario);
        let dials = Dials::new(&scenario.behavior);
        let level_bound = exp(dials.frequency_bound()) - 1.0;
        let warm_up = f64::from(scenario.simulation.warm_up_months);
        let horizon = f64::from(scenario.horizon_months);
        let person = |ordinal| Person::draw(KEY, Subject::root(7, ordinal), &laws, None);
        let persons: Vec<Person> = (0..PERSONS).map(person).collect();
        let mut fate = Fate::new(&calendar, &laws, persons[0], level_bound);
        let mut read_all = || -> usize {
            let one = |person: &Person| {
                let end = person.leaving_without_dials().min(horizon);
                fate.start(*person, &laws, warm_up, end, level_bound);
                fate.list_candidates();
                fate.visits().len() + fate.candidates().len()
            };
            persons.iter().map(one).sum()
        };
        let visits = read_all();
        bencher
            .counter(ItemsCount::new(visits))
            .bench_local(read_all);
    }

    /// The scenario without world 0 and without the skeptic's world: a family is one fate and one life.
    fn program_only(shipped: Shipped) -> Scenario {
        let mut scenario = shipped.scenario();
        scenario.simulation.baseline = false;
        scenario.simulation.skeptic = false;
        scenario
    }

    /// Families of the first stratum. Items: families.
    fn live_families(bencher: Bencher, mut scenario: Scenario) {
        scenario.simulation.customers = 100_000;
        let plan = Plan::new(&scenario).expect("shipped scenarios can be simulated");
        let weights = economics::value_weights(&scenario, plan.layout());
        let mut workspace = Workspace::new(&plan);
        workspace.enter_stratum(0, &weights);
        bencher.counter(ItemsCount::new(PERSONS)).bench_local(|| {
            for ordinal in 0..PERSONS {
                workspace
                    .live(KEY, 0, 0, ordinal, &mut Nobody)
                    .expect("no dial exceeds its bound");
            }
        });
    }

    /// Traits, fate and one life under the program.
    #[divan::bench(args = SHIPPED)]
    fn one_life(bencher: Bencher, shipped: Shipped) {
        live_families(bencher, program_only(shipped));
    }

    /// Traits, fate and the lives in all worlds the scenario asks for.
    #[divan::bench(args = SHIPPED)]
    fn family(bencher: Bencher, shipped: Shipped) {
        live_families(bencher, shipped.scenario());
    }

    /// Adding one thread's or one machine's tally to another. Items: bytes of the tally.
    #[divan::bench(args = SHIPPED)]
    fn merge_tallies(bencher: Bencher, shipped: Shipped) {
        let prepared = Prepared::new(shipped.scenario(), 10_000);
        let other = prepared.run();
        let mut store = Tally::new(prepared.plan.layout().clone());
        bencher
            .counter(ItemsCount::new(prepared.plan.bytes()))
            .bench_local(|| store.merge(&other));
    }

    /// The tables of laws, the pilot population and the rules: what every run does once.
    #[divan::bench(args = SHIPPED, sample_count = 20, sample_size = 1)]
    fn plan(bencher: Bencher, shipped: Shipped) {
        let scenario = shipped.scenario();
        bencher.bench(|| Plan::new(black_box(&scenario)));
    }

    /// A run of almost nobody: threads, working tallies, one flush for each batch, stratum and world. Items: sheets flushed.
    #[divan::bench(args = SHIPPED, sample_count = 20, sample_size = 1)]
    fn sheet_flush(bencher: Bencher, shipped: Shipped) {
        let prepared = Prepared::new(shipped.scenario(), 1000);
        let layout = prepared.plan.layout();
        let units = prepared.plan.units(0..layout.batches).len();
        bencher
            .counter(ItemsCount::new(units * layout.worlds.len()))
            .bench(|| prepared.run());
    }
}

mod ledger {
    use super::*;

    const MONTHS: i16 = 60;

    fn key(month: i16) -> LotKey {
        LotKey {
            month,
            source: Source::Base,
            tier: 0,
        }
    }

    fn filled() -> Ledger {
        let mut ledger = Ledger::default();
        for month in 0..MONTHS {
            ledger.add(key(month), 100);
        }
        ledger
    }

    /// Items: lots added, a new one each time.
    #[divan::bench]
    fn add(bencher: Bencher) {
        let mut ledger = Ledger::default();
        bencher
            .counter(ItemsCount::new(MONTHS as usize))
            .bench_local(|| {
                ledger.clear();
                for month in 0..MONTHS {
                    ledger.add(key(black_box(month)), 100);
                }
                ledger.balance()
            });
    }

    /// Items: redemptions, each of a lot and a half.
    #[divan::bench]
    fn consume(bencher: Bencher) {
        let full = filled();
        let redemptions = MONTHS as usize * 2 / 3;
        bencher
            .counter(ItemsCount::new(redemptions))
            .with_inputs(|| full.clone())
            .bench_local_refs(|ledger| {
                for _ in 0..redemptions {
                    ledger.consume(black_box(150), |key, points| {
                        black_box((key, points));
                    });
                }
            });
    }

    /// Items: month ends, each of which ends one lot.
    #[divan::bench]
    fn expire(bencher: Bencher) {
        let full = filled();
        bencher
            .counter(ItemsCount::new(MONTHS as usize))
            .with_inputs(|| full.clone())
            .bench_local_refs(|ledger| {
                for month in 0..MONTHS {
                    ledger.expire_through(black_box(month), |key, points| {
                        black_box((key, points));
                    });
                }
            });
    }
}

/// Whole runs on all cores, set-up excluded.
mod runs {
    use super::*;

    fn months(bencher: Bencher, scenario: Scenario, customers: u64) {
        let prepared = Prepared::new(scenario, customers);
        bencher
            .counter(ItemsCount::new(prepared.customer_months()))
            .bench(|| prepared.run());
    }

    fn purchases(bencher: Bencher, scenario: Scenario, customers: u64) {
        let prepared = Prepared::new(scenario, customers);
        let purchases = prepared.purchases(&prepared.run());
        bencher
            .counter(ItemsCount::new(purchases))
            .bench(|| prepared.run());
    }

    /// Items: customer-months.
    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn rw1(bencher: Bencher) {
        months(bencher, workload::rw1(), 200_000);
    }

    /// Items: customer-months over all four worlds.
    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn rw1_with_four_programs(bencher: Bencher) {
        months(bencher, workload::rw1_with_four_programs(), 100_000);
    }

    /// Items: customer-months of the counted worlds.
    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn grocer_by_customer_months(bencher: Bencher) {
        months(bencher, workload::grocer(), 50_000);
    }

    /// Items: purchases up to the horizon in the counted worlds.
    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn grocer_by_purchases(bencher: Bencher) {
        purchases(bencher, workload::grocer(), 50_000);
    }

    /// Items: purchases up to the horizon in the counted worlds.
    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn grocer_with_three_programs_by_purchases(bencher: Bencher) {
        purchases(bencher, workload::grocer_with_three_programs(), 20_000);
    }

    /// Items: purchases up to the horizon in the counted worlds.
    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn grocer_with_four_programs_by_purchases(bencher: Bencher) {
        purchases(bencher, workload::grocer_with_four_programs(), 20_000);
    }
}
