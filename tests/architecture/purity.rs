//! What the simulation may not call, and who may speak.

use crate::sources::{assert_none, code_only, holding, is_test_file, module, root, sources};

/// Everything that decides what a run says: no platform's mathematics, no clock, no file.
const SIMULATION: &[&str] = &[
    "behavior",
    "economics",
    "engine",
    "ledger",
    "liability",
    "population",
    "program",
    "random",
    "scenario",
    "statistics",
    "study",
    "units",
];
/// Files of the simulation, as code outside tests.
fn simulation() -> Vec<(String, String)> {
    sources("src", &[".rs"])
        .into_iter()
        .filter(|source| !is_test_file(&source.path))
        .filter(|source| module(&source.path).is_some_and(|name| SIMULATION.contains(&name)))
        .map(|source| (source.path, code_only(&source.text)))
        .collect()
}

#[test]
fn the_simulation_calls_no_platform_mathematics() {
    let functions = [
        "ln", "ln_1p", "log", "log2", "log10", "exp", "exp2", "exp_m1", "powf", "powi", "cbrt",
        "hypot", "sin", "cos", "sin_cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh",
        "tanh", "mul_add",
    ];
    let calls = functions.iter().flat_map(|name| {
        [
            format!(".{name}("),
            format!("f64::{name}"),
            format!("f32::{name}"),
        ]
    });
    let calls: Vec<String> = calls.collect();
    let mut broken = Vec::new();
    for (file, code) in simulation() {
        for found in holding(&file, &code, &calls) {
            broken.push(found);
        }
    }
    assert_none(
        &broken,
        "platforms differ in the last bit of these: use libm",
    );
}

#[test]
fn the_simulation_reads_no_clock_no_file_and_no_surroundings() {
    let banned = [
        "std::time",
        "Instant::",
        "SystemTime",
        "std::env",
        "std::process",
        "std::net",
        "HashMap",
        "HashSet",
    ];
    let files = ["std::fs", "File::open"];
    let threads = ["std::thread", "rayon::"];
    let own = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<String>>()
    };
    let mut broken = Vec::new();
    for (file, code) in simulation() {
        broken.extend(holding(&file, &code, &own(&banned)));
        // Scenarios extend one another: the loader reads them.
        if module(&file) != Some("scenario") {
            broken.extend(holding(&file, &code, &own(&files)));
        }
        // The driver deals work to threads; a study may.
        if file != "src/engine/run.rs" && module(&file) != Some("study") {
            broken.extend(holding(&file, &code, &own(&threads)));
        }
    }
    assert_none(
        &broken,
        "the engine is a pure function of scenario, seed and work units",
    );
}

#[test]
fn the_program_is_a_few_lines_and_speaks_in_one_place() {
    let main = std::fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(
        main.lines().count() < 30,
        "main.rs has {} lines",
        main.lines().count()
    );
    let mut broken = Vec::new();
    let files = sources("src", &[".rs"]).into_iter();
    for source in files.filter(|source| !is_test_file(&source.path)) {
        let words = ["println!(", "print!(", "std::process::exit"].map(String::from);
        if !["src/cli/console.rs", "src/cli/interrupt.rs"].contains(&source.path.as_str()) {
            broken.extend(holding(&source.path, &code_only(&source.text), &words));
        }
    }
    assert_none(&broken, "only the console writes, only an interrupt exits");
}
