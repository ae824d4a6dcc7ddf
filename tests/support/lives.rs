//! Markets written in a few lines of TOML, lived family by family and heard by an observer, and the moments of what was
//! heard. The customer is the unit of every variance.

use fidelio::engine::family::Workspace;
use fidelio::engine::observe::{Event, EventKind};
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{Control, run};
use fidelio::engine::tally::{Tally, ValueWeights, World};
use fidelio::scenario::model::Scenario;
use rayon::prelude::*;

/// No effect of the register acts; what a test states is then the only one.
pub const NO_EFFECTS: &str = "
[behavior]
membership = { hazard_ratio = 1 }
points_pressure = { own_good = 0, external = 0 }
rewarded_behavior = { lift = 0 }
expiry_pressure = { lift = 0, regret = 0 }
";

/// Redeems whenever the balance allows: P = 1/(1 + e^−20).
pub const REDEEM_AT_ONCE: &str = "redemption = { slope = 0, reluctance = -20, never_share = 0 }\n";

/// Never redeems: P = 1/(1 + e^20).
pub const REDEEM_NEVER: &str = "redemption = { slope = 0, reluctance = 20, never_share = 0 }\n";

/// Parses a scenario that must be without errors.
pub fn scenario(text: &str) -> Scenario {
    let parsed = fidelio::scenario::parse(text);
    let errors: Vec<_> = parsed.diagnostics.iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    parsed.scenario.expect("a scenario without errors")
}

pub const ZERO: World = World::None;
pub const PROGRAM: World = World::Program(0);

pub fn plan(scenario: &Scenario) -> Plan {
    Plan::new(scenario).expect("a scenario that can be simulated")
}

/// Runs all batches.
pub fn tally(scenario: &Scenario) -> (Tally, ValueWeights) {
    let plan = plan(scenario);
    let weights = fidelio::economics::value_weights(scenario, plan.layout());
    let control = Control {
        threads: 0,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    let tally = run(&plan, &weights, &control).expect("a run");
    (tally, weights)
}

/// Lives the first `families` of a stratum and hands each family's events, in the order told, to `hear`. What is heard
/// must merge to the same in any order: integers.
pub fn live_all<H: Send>(
    plan: &Plan,
    stratum: usize,
    families: u64,
    new: impl Fn() -> H + Sync + Send,
    hear: impl Fn(&mut H, u64, &[(World, Event)]) + Sync + Send,
    merge: impl Fn(H, H) -> H + Sync + Send,
) -> H {
    const CHUNK: u64 = 8192;
    (0..families.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut heard = new();
            let mut workspace = Workspace::new(plan);
            let mut events: Vec<(World, Event)> = Vec::new();
            for ordinal in chunk * CHUNK..families.min((chunk + 1) * CHUNK) {
                events.clear();
                let mut listen = |world: World, event: &Event| events.push((world, *event));
                workspace
                    .observe(0, stratum, ordinal, &mut listen)
                    .expect("a life within its bounds");
                hear(&mut heard, ordinal, &events);
            }
            heard
        })
        .reduce(&new, &merge)
}

/// A shipped scenario with fewer simulated customers, under its first program alone.
pub fn shipped(name: &str, customers: u64) -> Scenario {
    let path = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let loaded =
        fidelio::scenario::load::load(std::path::Path::new(&path)).expect("a readable scenario");
    let mut scenario = loaded.parsed.scenario.expect("a shipped scenario");
    scenario.simulation.customers = customers;
    scenario.programs.truncate(1);
    scenario
}

/// Hears all families of all strata; `hear` gets the stratum's index too.
pub fn hear_all<H: Send>(
    scenario: &Scenario,
    new: impl Fn() -> H + Sync + Send,
    hear: impl Fn(&mut H, usize, u64, &[(World, Event)]) + Sync + Send,
    merge: impl Fn(H, H) -> H + Sync + Send,
) -> H {
    let plan = plan(scenario);
    let mut all = new();
    for (stratum, of) in plan.layout().strata.iter().enumerate() {
        let one = live_all(
            &plan,
            stratum,
            of.simulated,
            &new,
            |heard, ordinal, events| hear(heard, stratum, ordinal, events),
            &merge,
        );
        all = merge(all, one);
    }
    all
}

pub fn concatenated<T>(mut one: Vec<T>, other: Vec<T>) -> Vec<T> {
    one.extend(other);
    one
}

/// Purchases of one world as (months, minor units at full price, first at arrival).
pub fn purchases(
    events: &[(World, Event)],
    world: World,
) -> impl Iterator<Item = (f64, i64, bool)> + '_ {
    events.iter().filter_map(move |(of, event)| {
        let EventKind::Purchase { amount, first, .. } = event.kind else {
            return None;
        };
        (*of == world).then_some((event.time, amount, first))
    })
}

/// What a customer spends at full price in one world, minor units, before an instant (months).
pub fn spent(events: &[(World, Event)], world: World, from: f64, to: f64) -> i64 {
    purchases(events, world)
        .filter(|p| (from..to).contains(&p.0))
        .map(|p| p.1)
        .sum()
}

/// Instant of leaving in one world, if told.
pub fn leaving(events: &[(World, Event)], world: World) -> Option<f64> {
    events
        .iter()
        .find(|(of, event)| *of == world && event.kind == EventKind::Leaving)
        .map(|(_, event)| event.time)
}

/// Sums of an integer per customer, and of its square.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moments {
    pub count: i128,
    pub sum: i128,
    pub squares: i128,
}

impl Moments {
    pub fn add(&mut self, value: i64) {
        self.count += 1;
        self.sum += i128::from(value);
        self.squares += i128::from(value) * i128::from(value);
    }

    pub fn merge(self, other: Moments) -> Moments {
        Moments {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
        }
    }

    pub fn mean(&self) -> f64 {
        self.sum as f64 / self.count as f64
    }

    /// Variance between customers.
    pub fn variance(&self) -> f64 {
        let n = self.count as f64;
        (self.squares as f64 - self.sum as f64 * self.sum as f64 / n) / (n - 1.0)
    }

    /// Standard errors between the mean and what it should be, by the variance between customers.
    pub fn z(&self, expected: f64) -> f64 {
        (self.mean() - expected) / (self.variance() / self.count as f64).sqrt()
    }
}

/// Merges lists of moments cell by cell.
pub fn merge_all(mut one: Vec<Moments>, other: Vec<Moments>) -> Vec<Moments> {
    for (a, b) in one.iter_mut().zip(other) {
        *a = a.merge(b);
    }
    one
}

/// Fails where a count of independent customers with known variance is more than four standard errors off.
#[track_caller]
pub fn assert_z(what: &str, got: f64, expected: f64, variance: f64) {
    let z = (got - expected) / variance.sqrt();
    assert!(z.abs() < 4.0, "{what}: {got}, expected {expected}, z = {z}");
}

/// Fails where a mean over customers is more than four standard errors off.
#[track_caller]
pub fn assert_mean(what: &str, got: &Moments, expected: f64) {
    let z = got.z(expected);
    assert!(
        z.abs() < 4.0,
        "{what}: {}, expected {expected}, z = {z}",
        got.mean()
    );
}
