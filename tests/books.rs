//! The books of a whole run: the shipped scenarios at small size, lived and assessed, with every control check.

use fidelio::economics;
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{self, Control};
use fidelio::results::{Named, Results};
use fidelio::scenario::load;
use fidelio::scenario::model::Scenario;

fn scenario(name: &str, customers: u64) -> Scenario {
    let file = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let loaded = load::load(file).expect("readable");
    let mut scenario = loaded.parsed.scenario.expect("valid");
    scenario.simulation.customers = customers;
    scenario
}

fn assessed(scenario: &Scenario) -> Results {
    let plan = Plan::new(scenario).expect("a plan");
    let weights = economics::value_weights(scenario, plan.layout());
    let control = Control {
        threads: 2,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    let tally = run::run(&plan, &weights, &control).expect("a tally");
    economics::assess(scenario, &tally, &weights)
}

fn value(rows: &[Named], code: &str) -> Option<f64> {
    let row = rows.iter().find(|n| n.code == code);
    row.and_then(|n| n.number.value)
}

fn assert_sound(name: &str, results: &Results) {
    for check in &results.checks {
        assert_eq!(check.failed, 0, "{name}: {check:?}");
    }
    // No number is lost on the way to a file and back.
    let text = serde_json::to_string(results).expect("a file");
    let back: Results = serde_json::from_str(&text).expect("every number is finite");
    assert_eq!(back.programs.len(), results.programs.len());
}

#[test]
fn the_books_of_the_shipped_scenarios_close() {
    for (name, customers) in [("grocer", 4_000), ("cdnow", 4_000), ("rw1", 2_000)] {
        let results = assessed(&scenario(name, customers));
        assert_sound(name, &results);
        assert!(!results.checks.is_empty());
    }
}

#[test]
fn a_program_without_effects_costs_what_the_skeptic_says() {
    let mut scenario = scenario("grocer", 2_000);
    // Friends come without any effect on conduct.
    scenario.programs.retain(|p| p.referral.is_none());
    assert_eq!(scenario.programs.len(), 2, "points and tiers");
    scenario.behavior.effect_multiplier = 0.0;
    let results = assessed(&scenario);
    assert_sound("grocer without effects", &results);
    for program in &results.programs {
        // A cent: the net value and the skeptic's are rounded apart.
        let effects = value(&program.headline, "value_of_effects").expect("effects");
        assert!(effects.abs() < 0.011, "{effects}");
        // What rewards displace is stated of them and no effect.
        let margin = value(&program.headline, "incremental_margin").expect("a margin");
        assert_eq!(
            margin < 0.0,
            program.kind == "transactional",
            "{}",
            program.name
        );
        let npv = value(&program.headline, "npv").expect("a net value");
        assert!(npv < 0.0);
        assert!(
            program.headline.iter().any(|n| {
                n.code == "payback_plain" && n.number.note.as_deref() == Some("never")
            })
        );
    }
}
