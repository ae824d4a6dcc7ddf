//! Coverage of the intervals by simulation, and marks by hand. What real lives give is in `tests/comparison.rs`.

use super::*;
use crate::engine::plan::Plan;
use crate::engine::run::{Control, run};
use Mark::{Behind, Best, Excluded, NotSeparated};

/// SplitMix64 (Steele, Lea and Flood 2014), and nearly normal numbers: twelve uniforms less six.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }

    /// Worlds of the same customers, truly alike: most of the luck is common, the first world's own luck is larger.
    fn worlds(&mut self, count: usize) -> Vec<Sample> {
        let mut worlds = vec![Vec::new(); count];
        for _ in 0..32 {
            let common = 20.0 * self.normal();
            for (index, world) in worlds.iter_mut().enumerate() {
                let own = if index == 0 { 3.0 } else { 1.0 };
                world.push(common + own * self.normal());
            }
        }
        let sample = |batches: Vec<f64>| Sample {
            total: batches.iter().sum::<f64>() / 32.0,
            batches,
        };
        worlds.into_iter().map(sample).collect()
    }
}

/// How often all intervals of all pairs hold the true difference, 0.
fn joint_coverage(worlds: usize, factor: f64, runs: u32) -> f64 {
    let mut draws = Draws(1);
    let mut covered = 0;
    for _ in 0..runs {
        let lived = draws.worlds(worlds);
        let all = (0..worlds).all(|a| {
            (a + 1..worlds).all(|b| {
                let [low, high] =
                    simultaneous(&lived[b].minus(&lived[a]), Some(factor)).expect("32 batches");
                low <= 0.0 && 0.0 <= high
            })
        });
        covered += u32::from(all);
    }
    f64::from(covered) / f64::from(runs)
}

#[test]
fn intervals_of_all_pairs_hold_together() {
    const RUNS: u32 = 6_000;
    let error = libm::sqrt(0.05 * 0.95 / f64::from(RUNS));
    for worlds in [2, 4, 7] {
        let pairs = (worlds * (worlds - 1) / 2) as u32;
        let own = factor(31, pairs).expect("degrees");
        let coverage = joint_coverage(worlds, own, RUNS);
        assert!(coverage > 0.95 - 4.0 * error, "{worlds}: {coverage}");
        // Not much wider than they must be, either.
        assert!(coverage < 0.98, "{worlds}: {coverage}");
    }
    // Intervals that hold one by one do not hold together.
    let single = joint_coverage(4, factor(31, 1).expect("degrees"), RUNS);
    assert!(single < 0.90, "{single}");
}

#[test]
fn one_batch_gives_no_interval() {
    assert_eq!(factor(0, 3), None);
    assert_eq!(simultaneous(&Sample::constant(1.0, 1), Some(2.0)), None);
    assert_eq!(simultaneous(&Sample::constant(1.0, 32), None), None);
}

/// Marks of contenders on a line: each pair further apart than 1 is separated.
fn marked(places: &[f64], feasible: &[Truth]) -> Vec<Mark> {
    marks(feasible, |a, b| places[a] > places[b] + 1.0)
}

#[test]
fn best_is_only_who_is_separated_from_all() {
    let yes = [Truth::Yes; 3];
    assert_eq!(marked(&[0.0, 5.0, 9.0], &yes), [Behind, Behind, Best]);
    assert_eq!(
        marked(&[0.0, 8.5, 9.0], &yes),
        [Behind, NotSeparated, NotSeparated]
    );
    assert_eq!(marked(&[0.0, 0.5, 0.9], &yes), [NotSeparated; 3]);
    assert_eq!(marked(&[3.0], &[Truth::Yes]), [Best]);
}

#[test]
fn constraints_come_before_the_goal() {
    use Truth::{No, Open, Yes};
    // The largest breaks its bound: the next is best.
    assert_eq!(
        marked(&[0.0, 5.0, 9.0], &[Yes, Yes, No]),
        [Behind, Best, Excluded]
    );
    // Whether it does is open: neither is best, and nobody is behind one who may not count.
    assert_eq!(
        marked(&[0.0, 5.0, 9.0], &[Yes, Yes, Open]),
        [Behind, NotSeparated, NotSeparated]
    );
    let bound = Constraint {
        metric: Metric::Cost,
        at_least: None,
        at_most: Some(10.0),
    };
    assert_eq!(holds(&bound, [4.0, 10.0]), Yes);
    assert_eq!(holds(&bound, [4.0, 10.5]), Open);
    assert_eq!(holds(&bound, [10.5, 12.0]), No);
    let floor = Constraint {
        at_least: Some(0.0),
        at_most: None,
        ..bound
    };
    assert_eq!(holds(&floor, [-2.0, -1.0]), No);
}

#[test]
fn metrics_are_known_by_their_codes() {
    for metric in Metric::ALL {
        assert_eq!(Metric::from_code(metric.code()), Some(metric));
    }
    assert_eq!(Metric::from_code("moon_phase"), None);
}

/// Three designs lived, compared by a goal.
fn compared(goal: &Goal) -> Comparison {
    let text = include_str!("../../../tests/comparison/designs.toml");
    let mut scenario = crate::scenario::parse(text).scenario.expect("valid");
    scenario.simulation.customers = 8_000;
    scenario.simulation.skeptic = false;
    let plan = Plan::new(&scenario).expect("a plan");
    let weights = crate::economics::value_weights(&scenario, plan.layout());
    let control = Control {
        threads: 1,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    let tally = run(&plan, &weights, &control).expect("a run");
    let results = crate::economics::assess::assess_by(&scenario, &tally, &weights, goal);
    results.comparison.expect("three programs")
}

fn bound(metric: Metric, at_least: Option<f64>, at_most: Option<f64>) -> Constraint {
    Constraint {
        metric,
        at_least,
        at_most,
    }
}

#[test]
fn a_goal_names_its_number_and_keeps_its_bounds() {
    let goal = Goal {
        maximize: Maximize::ActiveCustomers,
        // Generous costs 100 million, the others 64 to 70.
        subject_to: vec![
            bound(Metric::Cost, None, Some(85e6)),
            bound(Metric::Members, Some(1.0), None),
        ],
    };
    let compared = compared(&goal);
    assert_eq!(compared.goal.maximize, "buyers_end");
    // Six pairs, and two bounds for each of four contenders.
    assert_eq!(compared.intervals, 6 + 8);
    let marks: Vec<Mark> = compared.standings.iter().map(|s| s.mark).collect();
    // Without a program nobody is a member.
    assert_eq!([marks[0], marks[3]], [Excluded, Excluded]);
    assert_eq!(compared.standings[0].subject_to[1].holds, Truth::No);
    assert_eq!(compared.standings[3].subject_to[0].holds, Truth::No);
    for standing in &compared.standings[1..3] {
        assert!(standing.subject_to.iter().all(|c| c.holds == Truth::Yes));
    }
    // Points that end after a year drive customers away.
    assert_eq!(marks[1..3], [Best, Behind]);
    assert_eq!(compared.best_program, Some(0));
    assert!(compared.pairs[3].goal.value < Some(0.0));
}

#[test]
fn what_no_program_changes_separates_nobody() {
    let goal = Goal {
        maximize: Maximize::NewCustomers,
        subject_to: Vec::new(),
    };
    let compared = compared(&goal);
    for pair in &compared.pairs {
        assert_eq!(
            (pair.goal.value, pair.simultaneous),
            (Some(0.0), Some([0.0; 2]))
        );
    }
    assert!(compared.standings.iter().all(|s| s.mark == NotSeparated));
}
