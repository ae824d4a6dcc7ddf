//! The same bits in any order: threads, ranges of batches, shards, and the order of what the file lists.

use crate::lived::{Lived, assert_same, batches, cells, random, resolved, seeds, text};
use fidelio::engine::tally::Tally;
use fidelio::results::{Number, PairResult, Results};
use serde_json::Value;

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for seed in seeds(12) {
        let lived = Lived::new(random(seed));
        for threads in [2, 3] {
            let all = 0..lived.plan.layout().batches;
            let tally = batches(&lived.plan, &lived.weights, threads, all);
            assert!(
                tally == lived.tally,
                "seed {seed}: {threads} threads differ from 1"
            );
        }
    }
}

#[test]
fn shards_of_batches_add_up_to_one_run_in_any_order() {
    for seed in seeds(12) {
        let lived = Lived::new(random(seed));
        let shard = |range| batches(&lived.plan, &lived.weights, 1, range);
        let (first, middle, last) = (shard(0..5), shard(5..16), shard(16..32));
        for order in [[&first, &middle, &last], [&last, &first, &middle]] {
            let mut sum = Tally::new(lived.plan.layout().clone());
            for part in order {
                assert!(*part != lived.tally);
                sum.merge(part).expect("the same layout");
            }
            assert!(sum == lived.tally, "seed {seed}");
        }
    }
}

#[test]
fn a_tally_survives_being_written_and_read() {
    for seed in [0, 1, 2, 3, 1_000, 1_001, 1_002] {
        let lived = Lived::new(random(seed));
        let text = serde_json::to_string(&lived.tally).expect("a tally can be written");
        let read: Tally = serde_json::from_str(&text).expect("and read");
        assert!(read == lived.tally, "seed {seed}");
    }
}

/// Reverses the lists whose order means nothing; every table comes out sorted by key.
fn reversed(text: &str) -> String {
    let mut table: toml::Table = text.parse().expect("valid TOML");
    let reverse = |value: Option<&mut toml::Value>| {
        if let Some(toml::Value::Array(items)) = value {
            items.reverse();
        }
    };
    reverse(table.get_mut("segment"));
    if let Some(toml::Value::Array(programs)) = table.get_mut("program") {
        programs.reverse();
        for program in programs {
            reverse(program.get_mut("reward"));
            reverse(
                program
                    .get_mut("opening")
                    .and_then(|book| book.get_mut("vintage")),
            );
        }
    }
    reverse(
        table
            .get_mut("market")
            .and_then(|market| market.get_mut("entry")),
    );
    toml::to_string(&table).expect("a table can be written")
}

/// Results with every list in the order of names, and no position of a program.
fn by_name(results: &Results) -> Value {
    let mut results = results.clone();
    results
        .worlds
        .iter_mut()
        .for_each(|world| world.program = None);
    results.worlds.sort_by(|a, b| a.name.cmp(&b.name));
    results.programs.sort_by(|a, b| a.name.cmp(&b.name));
    results.assumptions.sort_by(|a, b| a.path.cmp(&b.path));
    results.evidence.sort_by(|a, b| a.path.cmp(&b.path));
    results
        .findings
        .sort_by(|a, b| (&a.code, &a.subject).cmp(&(&b.code, &b.subject)));
    for check in &mut results.checks {
        if let Some((to, from)) = check
            .subject
            .split_once(" - ")
            .filter(|(to, from)| to < from)
        {
            check.subject = format!("{from} - {to}");
        }
    }
    results
        .checks
        .sort_by(|a, b| (&a.code, &a.subject).cmp(&(&b.code, &b.subject)));
    if let Some(comparison) = &mut results.comparison {
        comparison.best_program = None;
        comparison.standings.sort_by(|a, b| a.name.cmp(&b.name));
        comparison
            .standings
            .iter_mut()
            .for_each(|s| s.program = None);
        comparison.pairs.iter_mut().for_each(orient);
        let names = |p: &PairResult| (p.from.clone(), p.to.clone());
        comparison.pairs.sort_by_key(names);
    }
    serde_json::to_value(results).expect("results can be written")
}

/// A pair from the earlier name to the later one: the file decides which is taken from which, not by how much they differ.
fn orient(pair: &mut PairResult) {
    (pair.from_program, pair.to_program) = (None, None);
    let number = |number: &mut Number, turned: bool| {
        number.world = String::new();
        if turned {
            number.value = number.value.map(|v| 0.0 - v);
            number.interval = number.interval.map(|[low, high]| [0.0 - high, 0.0 - low]);
        }
    };
    let turned = pair.to < pair.from;
    number(&mut pair.goal, turned);
    for named in &mut pair.metrics {
        number(&mut named.number, turned);
    }
    for series in &mut pair.monthly {
        series.world = String::new();
        if turned {
            series.values.iter_mut().for_each(|v| *v = 0.0 - *v);
        }
    }
    if turned {
        std::mem::swap(&mut pair.from, &mut pair.to);
        pair.simultaneous = pair.simultaneous.map(|[low, high]| [0.0 - high, 0.0 - low]);
        let steps = pair.bridge.iter_mut().filter(|item| !item.pillar);
        steps.for_each(|item| item.value = 0.0 - item.value);
        if let [from, .., to] = pair.bridge.as_mut_slice() {
            std::mem::swap(&mut from.value, &mut to.value);
            std::mem::swap(&mut from.standard_error, &mut to.standard_error);
        }
    }
}

/// Where two values differ first.
fn first_difference(left: &Value, right: &Value) -> Option<String> {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            a.iter().find_map(|(key, value)| {
                let other = b.get(key).unwrap_or(&Value::Null);
                first_difference(value, other).map(|at| format!(".{key}{at}"))
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(i, (x, y))| first_difference(x, y).map(|at| format!("[{i}]{at}"))),
        _ => (left != right).then(|| format!(": {left} and {right}")),
    }
}

#[test]
fn the_order_of_the_file_changes_no_number() {
    let mut changed = 0;
    for seed in seeds(25) {
        let text = text(seed);
        let turned = reversed(&text);
        let (left, right) = (Lived::new(resolved(&text)), Lived::new(resolved(&turned)));
        let names = |lived: &Lived| -> Vec<String> {
            let segments = lived.scenario.segments.iter().map(|s| s.name.clone());
            segments
                .chain(lived.scenario.programs.iter().map(|p| p.name.clone()))
                .collect()
        };
        changed += usize::from(names(&left) != names(&right));
        let cells = |lived: &Lived| cells(&lived.scenario, &lived.tally);
        assert_same(&cells(&left), &cells(&right), &format!("seed {seed}"));
        let (left, right) = (by_name(&left.results()), by_name(&right.results()));
        assert_eq!(first_difference(&left, &right), None, "seed {seed}");
    }
    assert!(changed > 12, "{changed}");
}
