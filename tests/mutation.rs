//! Every numeric key of the language changes at least one number of the results in at least one scenario.
//!
//! The keys come from the schema, so a new key without a scenario that binds it fails here. A real is multiplied by 1.1,
//! an integer gets one more, a share (and a month of the seasons) takes from its largest sibling, each element of a
//! list counts by itself. Echoes of the input, counts of control checks and sizes of strata do not count as results.

use fidelio::economics;
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{Control, run};
use fidelio::results::Results;
use fidelio::scenario::parse;
use fidelio::scenario::schema::{KeyInfo, keys};
use rayon::prelude::*;
use serde_json::Value as Json;
use toml::{Table, Value};

/// Simulated customers of a shipped scenario.
const CUSTOMERS: i64 = 3_000;

/// Numeric keys that may leave every result as it is, with the reason.
const ECHOES: [(&str, &str); 0] = [];

/// A scenario and the numbers that come out of it.
struct Base {
    name: &'static str,
    table: Table,
    numbers: Json,
}

fn texts() -> Vec<(&'static str, Table)> {
    let shipped = [
        ("grocer", include_str!("../scenarios/grocer.toml")),
        ("cdnow", include_str!("../scenarios/cdnow.toml")),
        ("rw1", include_str!("../scenarios/rw1.toml")),
    ];
    let made = [
        ("whole", include_str!("mutation/whole.toml")),
        ("published", include_str!("mutation/published.toml")),
        ("capped", include_str!("mutation/capped.toml")),
        ("status", include_str!("mutation/status.toml")),
        ("tenure", include_str!("mutation/tenure.toml")),
        ("friends", include_str!("mutation/friends.toml")),
        ("goal", include_str!("mutation/goal.toml")),
    ];
    let table =
        |(name, text): (&'static str, &str)| (name, text.parse::<Table>().expect("valid TOML"));
    let small = |(name, mut table): (&'static str, Table)| {
        let simulation = table.get_mut("simulation").and_then(Value::as_table_mut);
        simulation
            .expect("a size")
            .insert("customers".into(), Value::Integer(CUSTOMERS));
        (name, table)
    };
    // What the grocer's other programs use is in the purpose-made.
    let first_program = |(name, mut table): (&'static str, Table)| {
        let programs = table.get_mut("program").and_then(Value::as_array_mut);
        programs.expect("programs").truncate(1);
        (name, table)
    };
    // The purpose-made first: they bind more keys in less time.
    made.map(table)
        .into_iter()
        .chain(shipped.map(table).map(small).map(first_program))
        .collect()
}

/// The results of a scenario, or `None` where it is refused.
fn lived(table: &Table) -> Option<Results> {
    let text = toml::to_string(table).expect("a table can be written");
    let scenario = parse(&text).scenario?;
    let plan = Plan::new(&scenario).ok()?;
    let weights = economics::value_weights(&scenario, plan.layout());
    let control = Control {
        threads: 1,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    let tally = run(&plan, &weights, &control).expect("a valid scenario can be lived");
    let results = economics::assess(&scenario, &tally, &weights);
    for check in &results.checks {
        assert_eq!(check.failed, 0, "{}: {check:?}", scenario.name);
    }
    Some(results)
}

/// What counts as a result: neither echoes, nor the evidence, nor sizes of the simulation, nor counts of checks.
fn numbers(results: &Results) -> Json {
    let mut value = serde_json::to_value(results).expect("results can be written");
    let object = value.as_object_mut().expect("an object");
    for echo in ["scenario", "assumptions", "evidence", "strata", "checks"] {
        assert!(object.remove(echo).is_some(), "{echo}");
    }
    value
}

/// Whether some number differs by more than the noise of sums in double precision, or is there in one only.
fn differs(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Object(a), Json::Object(b)) => {
            a.len() != b.len()
                || a.iter()
                    .any(|(key, value)| b.get(key).is_none_or(|other| differs(value, other)))
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() != b.len() || a.iter().zip(b).any(|(x, y)| differs(x, y))
        }
        (Json::Number(a), Json::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or(0.0), b.as_f64().unwrap_or(0.0));
            (a - b).abs() > 1e-9 * a.abs().max(b.abs())
        }
        (Json::Number(_), Json::Null) | (Json::Null, Json::Number(_)) => true,
        // Windows and notes are words.
        _ => false,
    }
}

/// One step into a table or a list.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Key(String),
    Index(usize),
}

/// Where a key of the schema is written in a scenario.
fn places(table: &Table, path: &str) -> Vec<Vec<Step>> {
    let mut places: Vec<Vec<Step>> = vec![Vec::new()];
    for part in path.split('.') {
        let (key, list) = match part.strip_suffix("[]") {
            Some(key) => (key, true),
            None => (part, false),
        };
        let mut next = Vec::new();
        for place in places {
            let mut place = place;
            place.push(Step::Key(key.to_string()));
            let Some(value) = at(table, &place) else {
                continue;
            };
            match value.as_array().filter(|_| list) {
                Some(items) => next.extend((0..items.len()).map(|i| {
                    let mut item = place.clone();
                    item.push(Step::Index(i));
                    item
                })),
                None => next.push(place),
            }
        }
        places = next;
    }
    places
}

fn at<'a>(table: &'a Table, place: &[Step]) -> Option<&'a Value> {
    let (first, rest) = place.split_first()?;
    let Step::Key(key) = first else { return None };
    let root = table.get(key)?;
    rest.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

fn at_mut<'a>(table: &'a mut Table, place: &[Step]) -> &'a mut Value {
    let (first, rest) = place.split_first().expect("a place is not empty");
    let Step::Key(key) = first else {
        panic!("a place begins with a key")
    };
    let root = table.get_mut(key).expect("the place exists");
    rest.iter().fold(root, |value, step| {
        let next = match step {
            Step::Key(key) => value.get_mut(key),
            Step::Index(index) => value.get_mut(index),
        };
        next.expect("the place exists")
    })
}

fn real(value: &Value) -> Option<f64> {
    value.as_float().or(value.as_integer().map(|n| n as f64))
}

/// Moves a tenth of the number at `place` to it from the largest of its siblings.
fn take_from_largest(table: &Table, place: &[Step], siblings: &[Vec<Step>]) -> Option<Table> {
    let own = at(table, place).and_then(real)?;
    let others = siblings.iter().filter(|other| other.as_slice() != place);
    let size = |other: &&Vec<Step>| at(table, other).and_then(real).unwrap_or(0.0);
    let largest = others.max_by(|a, b| size(a).total_cmp(&size(b)))?;
    let mut changed = table.clone();
    *at_mut(&mut changed, place) = Value::Float(own * 1.1);
    *at_mut(&mut changed, largest) = Value::Float(size(&largest) - own * 0.1);
    Some(changed)
}

/// The scenario with the value at `place` changed as its kind is; `None` where it is not a plain number or stays.
fn changed(table: &Table, place: &[Step], key: &KeyInfo, siblings: &[Vec<Step>]) -> Option<Table> {
    let last = path_end(&key.path);
    if last == "share" || last == "seasonality" {
        return take_from_largest(table, place, siblings);
    }
    let mut changed = table.clone();
    let value = at_mut(&mut changed, place);
    *value = match (key.kind, &*value) {
        ("integer", Value::Integer(n)) => Value::Integer(n.checked_add(1)?),
        (_, value) => Value::Float(real(value).filter(|x| *x != 0.0)? * 1.1),
    };
    Some(changed)
}

fn path_end(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// A key with, for lists of numbers, the element.
fn targets() -> Vec<(&'static KeyInfo, Option<usize>)> {
    let numeric = keys()
        .iter()
        .filter(|key| ["number", "integer", "numbers"].contains(&key.kind));
    numeric
        .flat_map(|key| {
            let elements = match (key.kind, path_end(&key.path)) {
                ("numbers", "seasonality") => 12,
                ("numbers", _) => 2,
                _ => return vec![(key, None)],
            };
            (0..elements).map(|element| (key, Some(element))).collect()
        })
        .collect()
}

/// Tries a key in one scenario: whether it is written there, and whether some number changed.
fn tried(base: &Base, key: &KeyInfo, element: Option<usize>) -> (bool, bool) {
    let with_index = |mut place: Vec<Step>, index| {
        place.push(Step::Index(index));
        place
    };
    let found = places(&base.table, &key.path);
    let mut written = false;
    for place in &found {
        let elements: Vec<Vec<Step>> = match element {
            Some(_) => (0..12)
                .map(|index| with_index(place.clone(), index))
                .filter(|p| at(&base.table, p).is_some())
                .collect(),
            None => Vec::new(),
        };
        let (place, siblings) = match element {
            Some(index) => (with_index(place.clone(), index), &elements),
            None => (place.clone(), &found),
        };
        let Some(table) = changed(&base.table, &place, key, siblings) else {
            continue;
        };
        let Some(results) = lived(&table) else {
            continue;
        };
        written = true;
        if differs(&base.numbers, &numbers(&results)) {
            return (true, true);
        }
    }
    (written, false)
}

#[test]
fn every_numeric_key_changes_a_number_of_some_scenario() {
    let bases: Vec<Base> = texts()
        .into_par_iter()
        .map(|(name, table)| {
            let results = lived(&table).unwrap_or_else(|| panic!("{name} is refused"));
            let numbers = numbers(&results);
            Base {
                name,
                table,
                numbers,
            }
        })
        .collect();
    let idle: Vec<String> = targets()
        .into_par_iter()
        .filter(|(key, _)| ECHOES.iter().all(|(echo, _)| *echo != key.path))
        .filter_map(|(key, element)| {
            let mut where_written = Vec::new();
            for base in &bases {
                let (written, bound) = tried(base, key, element);
                if bound {
                    return None;
                }
                where_written.extend(written.then_some(base.name));
            }
            let element = element.map_or(String::new(), |index| format!("[{index}]"));
            Some(match where_written[..] {
                [] => format!("{}{element}: in no scenario can it be changed", key.path),
                _ => format!(
                    "{}{element}: changes nothing in {where_written:?}",
                    key.path
                ),
            })
        })
        .collect();
    assert!(
        idle.is_empty(),
        "{} keys do not bind:\n{}",
        idle.len(),
        idle.join("\n")
    );
}

/// The comparison must not call everything a difference, nor nothing.
#[test]
fn the_same_scenario_has_the_same_numbers_and_an_echo_is_none() {
    let (name, table) = texts().remove(2);
    let before = lived(&table).expect(name);
    let mut renamed = table.clone();
    renamed.insert("name".into(), Value::String("Another name".into()));
    let after = lived(&renamed).expect(name);
    assert_ne!(before, after);
    assert!(!differs(&numbers(&before), &numbers(&after)));
}

#[test]
fn echoes_are_keys_with_a_reason() {
    for (path, reason) in ECHOES {
        assert!(keys().iter().any(|key| key.path == path), "{path}");
        assert!(reason.len() > 20, "{path}");
    }
}

/// The path of the schema for a path through names in a scenario of one program.
fn of_schema(path: &str, table: &Table) -> String {
    let program = at(
        table,
        &[
            Step::Key("program".into()),
            Step::Index(0),
            Step::Key("name".into()),
        ],
    );
    let name = program.and_then(Value::as_str).unwrap_or_default();
    let prefix = format!("program.{name}.");
    match path.strip_prefix(&prefix) {
        Some(rest) => format!("program[].{rest}"),
        None => path.to_string(),
    }
}

/// What the scenario says cannot bind must not change a number, and what can must not be listed.
#[test]
fn a_key_said_not_to_bind_changes_nothing() {
    let idle: Table = include_str!("mutation/idle.toml")
        .parse()
        .expect("valid TOML");
    let scenario = parse(&toml::to_string(&idle).expect("a table"))
        .scenario
        .expect("valid");
    let listed = scenario.unbound;
    let expected = [
        "simulation.warm_up_months",
        "behavior.frequency_cap",
        "behavior.attrition_cap",
        "behavior.points_pressure.own_good",
        "behavior.points_pressure.external",
        "behavior.rewarded_behavior.decay_weeks",
        "behavior.expiry_pressure.lift",
        "behavior.expiry_pressure.flexible_share",
        "behavior.expiry_pressure.regret",
        "behavior.expiry_pressure.regret_months",
        "behavior.novelty.half_life_months",
        "behavior.endowed_progress.hazard_ratio",
        "behavior.expiry_pressure.window_days",
        "behavior.expiry_pressure.min_value",
        "behavior.redemption.threshold_rewards",
        "behavior.redemption.threshold_sigma",
        "behavior.redemption.expiry_boost",
        "behavior.redemption.value_weight",
        "program.Points. And more.enrollment.half_time_months",
        "program.Points. And more.enrollment.selection",
        "program.Points. And more.earn.cap_per_visit",
        "program.Points. And more.cost.inflation_per_year",
    ];
    assert_eq!(listed, expected);

    let results = lived(&idle).expect("valid");
    let notes = results
        .findings
        .iter()
        .filter(|f| f.code == "key_did_not_bind");
    assert_eq!(
        notes.map(|f| f.subject.as_str()).collect::<Vec<_>>(),
        expected
    );
    let base = Base {
        name: "idle",
        numbers: numbers(&results),
        table: idle,
    };
    let mut changed_keys = 0;
    for (key, element) in targets() {
        if listed
            .iter()
            .any(|path| of_schema(path, &base.table) == key.path)
        {
            let (written, bound) = tried(&base, key, element);
            assert!(
                !bound,
                "{} is said not to bind, and changes a number",
                key.path
            );
            changed_keys += usize::from(written);
        }
    }
    assert!(changed_keys >= expected.len(), "{changed_keys}");
}
