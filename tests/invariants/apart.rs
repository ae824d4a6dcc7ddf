//! Programs do not touch each other, and neither do replications.

use crate::lived::{Cell, Cells, Lived, assert_same, batches, cells, random, seeds};

/// Cells of the worlds that do not belong to a program.
fn without_program(cells: Cells, program: &str) -> Cells {
    let own = |cell: &Cell| cell.world == program || cell.world == format!("{program} (skeptic)");
    // The account of past customers exists where some program has an opening book.
    let past = |cell: &Cell| cell.table == "families" && cell.stratum.ends_with("/Past");
    cells
        .into_iter()
        .filter(|(cell, _)| !own(cell) && !past(cell))
        .collect()
}

#[test]
fn adding_a_program_changes_no_number_of_any_other() {
    let mut pairs = 0;
    for seed in seeds(60) {
        let both = random(seed);
        if both.programs.len() < 2 {
            continue;
        }
        pairs += 1;
        let together = Lived::new(both.clone());
        let friends = together.plan.layout().friends;
        let together = cells(&both, &together.tally);
        for added in 0..2 {
            let mut alone = both.clone();
            let program = alone.programs.remove(added);
            let lived = Lived::new(alone.clone());
            let what = format!("seed {seed} without {}", program.name);
            let mut others = without_program(together.clone(), &program.name);
            if friends && !lived.plan.layout().friends {
                // Nobody brings friends without it, and no table is kept of them.
                others.retain(|cell, _| !["referral", "generations"].contains(&cell.table));
            }
            let lone = without_program(cells(&alone, &lived.tally), &program.name);
            assert_same(&others, &lone, &what);
        }
    }
    assert!(pairs >= 22, "{pairs}");
}

/// Tables that keep the batches apart.
const BY_BATCH: [&str; 10] = [
    "families",
    "flows",
    "effects",
    "naive",
    "tiers",
    "groups",
    "referral",
    "distributions",
    "rounded",
    "exact",
];

/// Cells of one batch, as those of batch 0.
fn of_batch(cells: &Cells, batch: i64) -> Cells {
    let of = |cell: &Cell| {
        BY_BATCH.contains(&cell.table) && cell.at[0] == batch && !cell.stratum.ends_with("/Past")
    };
    cells
        .iter()
        .filter(|(cell, _)| of(cell))
        .map(|(cell, value)| {
            let mut cell = cell.clone();
            cell.at[0] = 0;
            (cell, *value)
        })
        .collect()
}

#[test]
fn a_replication_alone_is_the_same_as_among_others_and_no_two_are_alike() {
    const REPLICATIONS: usize = 3;
    for seed in seeds(12) {
        let mut scenario = random(seed);
        scenario.simulation.replications = REPLICATIONS as u32;
        let lived = Lived::new(scenario.clone());
        let all = cells(&scenario, &lived.tally);
        let mut sum: Option<fidelio::engine::tally::Tally> = None;
        for k in 0..REPLICATIONS {
            let alone = batches(&lived.plan, &lived.weights, 1, k..k + 1);
            let own = of_batch(&cells(&scenario, &alone), k as i64);
            assert_same(
                &of_batch(&all, k as i64),
                &own,
                &format!("seed {seed}, replication {k}"),
            );
            let next = of_batch(&all, (k as i64 + 1) % REPLICATIONS as i64);
            assert!(
                own != next,
                "seed {seed}: replications {k} and the next are alike"
            );
            match &mut sum {
                None => sum = Some(alone),
                Some(sum) => sum.merge(&alone).expect("the same layout"),
            }
        }
        assert!(
            sum == Some(lived.tally),
            "seed {seed}: the parts are not the whole"
        );
    }
}

#[test]
fn a_replication_is_the_same_among_two_as_among_four() {
    let mut compared = 0;
    for seed in 0..60 {
        let of = |replications: u32| {
            let mut scenario = random(seed);
            scenario.simulation.replications = replications;
            scenario.simulation.customers = 256 * u64::from(replications);
            Lived::new(scenario)
        };
        let (two, four) = (of(2), of(4));
        let simulated = |lived: &Lived, times: u64| -> Vec<u64> {
            lived
                .plan
                .layout()
                .strata
                .iter()
                .map(|s| s.simulated * times)
                .collect()
        };
        // Customers are dealt to strata by largest remainder, and a stratum's to replications: compare where both parts
        // come out whole.
        let past = two.plan.layout().strata.len() != two.plan.units(0..1).len();
        let uneven = simulated(&two, 1).iter().any(|families| families % 2 > 0);
        if past || uneven || simulated(&two, 2) != simulated(&four, 1) {
            continue;
        }
        compared += 1;
        for k in 0..2 {
            let left = of_batch(&cells(&two.scenario, &two.tally), k);
            let right = of_batch(&cells(&four.scenario, &four.tally), k);
            assert_same(&left, &right, &format!("seed {seed}, replication {k}"));
        }
    }
    assert!(compared >= 8, "{compared}");
}
