//! Who may use whom.

use crate::sources::{assert_none, first, module, sources, uses};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of the architecture, lowest first. A module uses rows below its own, and itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("leaves", &["errors", "random", "statistics", "units"]),
    ("input", &["scenario"]),
    ("state", &["book", "ledger", "population", "results"]),
    ("conduct", &["behavior", "program"]),
    ("simulate", &["engine"]),
    ("account", &["economics"]),
    ("owe", &["liability"]),
    ("study", &["study"]),
    ("deliver", &["calibration", "chart", "report"]),
    ("entry", &["cli"]),
];
/// May use one another, without a circle: none has loyalty words.
const LEAVES: usize = 0;
/// `chart` and `report` speak with the same words.
const DELIVER: usize = 8;
/// What of the engine the accountants may read: the record, never a customer.
const RECORD: &[&str] = &["flow", "histogram", "tally"];
fn layer(module: &str) -> Option<usize> {
    LAYERS
        .iter()
        .position(|(_, modules)| modules.contains(&module))
}

#[test]
fn every_module_has_a_layer() {
    let broken: Vec<String> = sources("src", &[".rs"])
        .iter()
        .filter_map(|source| module(&source.path).map(|name| (name.to_owned(), &source.path)))
        .filter(|(name, _)| layer(name).is_none())
        .map(|(name, path)| format!("{path}: `{name}` is in no row of LAYERS"))
        .collect();
    assert_none(&broken, "every module has a place in the architecture");
}

#[test]
fn a_module_uses_only_rows_below_it() {
    let mut broken = Vec::new();
    for (file, path) in uses() {
        let Some(user) = module(&file) else { continue };
        let used = first(&path);
        let (Some(above), Some(below)) = (layer(user), layer(used)) else {
            continue;
        };
        let siblings = above == below && [LEAVES, DELIVER].contains(&above);
        if user != used && below >= above && !siblings {
            broken.push(format!(
                "{file} uses crate::{path}: {} may not use {}",
                LAYERS[above].0, LAYERS[below].0
            ));
        }
    }
    assert_none(&broken, "a module may use only rows below it");
}

#[test]
fn leaves_do_not_use_one_another_in_a_circle() {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, path) in uses() {
        let Some(user) = module(&file).filter(|user| layer(user) == Some(LEAVES)) else {
            continue;
        };
        let used = first(&path);
        if user != used && layer(used) == Some(LEAVES) {
            edges
                .entry(user.to_owned())
                .or_default()
                .insert(used.to_owned());
        }
    }
    // What uses nothing that is left can be built first; a circle never can.
    while let Some(free) = edges
        .iter()
        .find(|(_, used)| used.iter().all(|leaf| !edges.contains_key(leaf)))
    {
        let free = free.0.clone();
        edges.remove(&free);
    }
    assert!(edges.is_empty(), "leaves in a circle: {edges:?}");
}

#[test]
fn reports_and_charts_see_only_results() {
    let mut broken = Vec::new();
    for (file, path) in uses() {
        let Some("report" | "chart") = module(&file) else {
            continue;
        };
        let seen = ["results", "report", "chart"].contains(&first(&path));
        if layer(first(&path)).is_some() && !seen {
            broken.push(format!("{file} uses crate::{path}"));
        }
    }
    assert_none(&broken, "what presents cannot run anything");
}

#[test]
fn accountants_cannot_see_a_customer() {
    let mut broken = Vec::new();
    for (file, path) in uses() {
        let Some("economics" | "liability") = module(&file) else {
            continue;
        };
        let mut parts = path.split("::");
        if parts.next() == Some("engine")
            && !parts.next().is_some_and(|part| RECORD.contains(&part))
        {
            broken.push(format!("{file} uses crate::{path}"));
        }
    }
    assert_none(
        &broken,
        "economics and liability read the tally, not the engine",
    );
}

#[test]
fn results_compute_nothing_and_know_nobody() {
    let broken: Vec<String> = uses()
        .into_iter()
        .filter(|(file, path)| module(file) == Some("results") && first(path) != "results")
        .map(|(file, path)| format!("{file} uses crate::{path}"))
        .collect();
    assert_none(&broken, "the result model depends on nothing");
}
