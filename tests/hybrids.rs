//! Scenarios with tiers, friends, promotions and tenure at once: what no single mechanic shows.

mod support;

use fidelio::book::rows::Kind;
use fidelio::economics;
use fidelio::engine::EngineError;
use fidelio::engine::flow::Flow;
use fidelio::engine::observe::Event;
use fidelio::engine::plan::Plan;
use fidelio::engine::run::{Control, run, run_observed};
use fidelio::engine::tally::{Tally, World};
use fidelio::results::Results;
use fidelio::scenario::model::Scenario;
use fidelio::scenario::parse;
use fidelio::study::multiplier::multipliers;
use fidelio::study::synthetic_ledger;
use std::panic::{AssertUnwindSafe, catch_unwind};
use support::lives::{plan, scenario};
use support::random_scenario::{hybrid_scenario, random_scenario};

fn lived(scenario: &Scenario, plan: &Plan) -> Result<(Tally, Results), EngineError> {
    let weights = economics::value_weights(scenario, plan.layout());
    let control = Control {
        threads: 1,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    let tally = run(plan, &weights, &control)?;
    let results = economics::assess(scenario, &tally, &weights);
    Ok((tally, results))
}

fn market(people: u64, basket: &str, more: &str) -> String {
    format!(
        "name = 'friends'\ncurrency = 'EUR'\nstart = '2027-01'\nhorizon_months = 24\n\
         [simulation]\ncustomers = {people}\nseed = 5\nrun_off_years = 2\nlater_margin = true\n\
         [market]\ncustomers = {people}\n\
         [[segment]]\nname = 'all'\npurchases_per_year = 12\nlifetime = {{ model = 'never' }}\n\
         basket = {{ mean = {basket}, between_cv = 0, within_cv = 0 }}\nmargin_rate = 0.3\n{more}"
    )
}

const REFERRAL: &str = "[[program]]\nname = 'Friends'\nkind = 'ambassador'\n\
    enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }\n\
    [program.referral]\ninvitations_per_year = 50\nconversion = 0.2\n";

/// The multiplier of all effects multiplies whom invitations move: three slots at 0.2 are too many when it is 3.
#[test]
fn effects_multiplied_without_end_are_refused() {
    let with = |multiplier: &str| {
        let text = market(
            100,
            "10",
            &format!(
                "[market.word_of_mouth]\nslots = 3\n[behavior]\neffect_multiplier = {multiplier}\n{REFERRAL}"
            ),
        );
        Plan::new(&scenario(&text)).err()
    };
    assert_eq!(with("1"), None);
    assert_eq!(with("0.5"), None);
    let refused = with("3").expect("1.8 friends each, who bring 1.8 each");
    assert!(refused.to_string().contains("new friends"), "{refused}");
}

/// A search that asks for more effect than can be lived says so, and the run goes on.
#[test]
fn break_even_ends_where_friends_of_friends_would_not() {
    let text = market(
        200,
        "10",
        &format!(
            "[market.word_of_mouth]\nslots = 3\n{REFERRAL}[program.cost]\nsetup = 100_000_000\n"
        ),
    );
    let scenario = scenario(&text);
    let (_, results) = lived(&scenario, &plan(&scenario)).expect("a run");
    let found = multipliers(&scenario, &results, 1, None).expect("an answer");
    assert_eq!(found[0].number.value, None);
    assert_eq!(found[0].number.note.as_deref(), Some("none_that_ends"));
}

/// What friends spend and earn counts in the sums that 64 bits must hold.
#[test]
fn points_of_friends_of_any_size_are_refused_or_add_up() {
    let mut added_up = 0;
    for (size, multiplier) in [("1000", "70"), ("1000", "0.01"), ("1", "60"), ("1", "1")] {
        let more = format!(
            "[market.word_of_mouth]\nslots = 3\n[behavior.referred]\nbasket_premium = 5\npremium_decay_years = 50\n\
             {}size_factor = {size}\n[[program.reward]]\nname = 'r'\nkind = 'external'\npoints = 1_000_000_000\n\
             face_value = 5\nunit_cost = 3\n[[program.promotion]]\nname = 'p'\nfrom = '2027-01'\n\
             through = '2028-12'\nmultiplier = {multiplier}\n",
            REFERRAL.replace(
                "[program.referral]",
                "earn = { points_per_currency = 1_000_000 }\n[program.referral]"
            )
        );
        let text = market(100, "1_000_000", &more);
        let Some(scenario) = parse(&text).scenario else {
            continue;
        };
        let Ok(plan) = Plan::new(&scenario) else {
            continue;
        };
        lived(&scenario, &plan).unwrap_or_else(|error| panic!("{size} × {multiplier}: {error}"));
        added_up += 1;
    }
    assert!((1..4).contains(&added_up), "{added_up}");
}

/// Nobody leaves, so that all that differs after the horizon is the basket: it has grown to twice the mean.
#[test]
fn what_comes_after_the_horizon_is_bought_at_the_basket_of_its_tenure() {
    let program = REFERRAL.replace("conversion = 0.2", "conversion = 0");
    let grown = "tenure = [{ years = 0, basket = 1, cost_to_serve = 0 }, \
                 { years = 1, basket = 2, cost_to_serve = 0 }]\n";
    let later = |tenure: &str| -> Vec<i64> {
        // Everybody has been there for two years at the horizon.
        let text = market(500, "10", &format!("{tenure}{program}"));
        let scenario = scenario(&text);
        let (tally, _) = lived(&scenario, &plan(&scenario)).expect("a run");
        let layout = &tally.layout;
        (0..layout.worlds.len())
            .map(|w| {
                let cells =
                    (0..layout.strata.len()).flat_map(|s| (0..layout.batches).map(move |b| (s, b)));
                cells
                    .map(|(s, b)| tally.flow(w, s, b, layout.months - 1, Flow::LaterSales))
                    .sum()
            })
            .collect()
    };
    let (flat, grown) = (later(""), later(grown));
    assert!(flat[0] > 0);
    for (flat, grown) in flat.iter().zip(grown) {
        // Rounded once per person.
        assert!((grown - 2 * flat).abs() <= 500, "{flat} {grown}");
    }
}

/// The tally of the same lives with somebody listening: then every life of every world is lived, event by event.
fn listened_to(scenario: &Scenario, plan: &Plan) -> Tally {
    let weights = economics::value_weights(scenario, plan.layout());
    let mut told = 0u64;
    let mut listen = |_: World, _: &Event| told += 1;
    let tally = run_observed(plan, &weights, &mut listen).expect("a run");
    assert!(told > 0);
    tally
}

/// A life that a program passes by is booked as that of world 0 without being lived; lived, it comes to the same.
#[test]
fn who_is_passed_by_lives_as_in_world_0() {
    for seed in 0..30 {
        for text in [hybrid_scenario(seed), random_scenario(seed)] {
            let scenario = scenario(&text);
            let plan = plan(&scenario);
            let (tally, _) = lived(&scenario, &plan).expect("a run");
            assert!(
                tally == listened_to(&scenario, &plan),
                "seed {seed}:\n{text}"
            );
        }
    }
}

/// Every point that a program grants has its row, whatever it was granted for.
#[test]
fn the_ledger_of_a_hybrid_holds_all_that_was_issued() {
    let mut adjusted = 0;
    for seed in 0..12 {
        let all = scenario(&hybrid_scenario(seed));
        for program in 0..all.programs.len() {
            let alone = synthetic_ledger::alone(&all, program).expect("a program");
            let start = synthetic_ledger::day_of(alone.start, 0.0, false);
            let mut written = 0;
            synthetic_ledger::write(&alone, |row| {
                // Points of an opening book are dated before the start.
                if matches!(row.kind, Kind::Earn | Kind::Adjust) && row.day >= start {
                    written += row.points;
                    adjusted += i64::from(row.kind == Kind::Adjust) * row.points;
                }
                true
            })
            .unwrap_or_else(|error| panic!("seed {seed}, program {program}: {error}"));
            let (tally, _) = lived(&alone, &plan(&alone)).expect("a run");
            let layout = &tally.layout;
            let issued: i64 = (0..layout.strata.len())
                .flat_map(|s| (0..layout.batches).map(move |b| (s, b)))
                .flat_map(|(s, b)| (0..layout.months).map(move |row| (s, b, row)))
                .flat_map(|at| [Flow::PointsIssued, Flow::PointsBonus].map(|flow| (at, flow)))
                .map(|((s, b, row), flow)| tally.flow(0, s, b, row, flow))
                .sum();
            assert_eq!(written, issued, "seed {seed}, program {program}");
        }
    }
    assert!(adjusted > 1_000, "{adjusted}");
}

/// SplitMix64, as in the random scenarios.
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % most.max(1) as u64) as usize
    }
}

/// Texts read, planned and mostly lived in a few seconds.
const MUTANTS: u64 = 160;

/// Values that a mutation writes in place of a number.
const EXTREMES: [&str; 18] = [
    "0", "1", "2", "3", "-1", "0.5", "0.999999", "1.5", "5", "12", "20", "36", "100", "1000",
    "1e6", "1e9", "1e-9", "1e10",
];

/// A few numbers of a text replaced, lines dropped or doubled.
fn mutated(text: &str, d: &mut Draws) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=d.below(2) {
        let at = d.below(lines.len());
        match d.below(8) {
            0 => drop(lines.remove(at)),
            1 => {
                let line = lines[at].clone();
                lines.insert(at, line);
            }
            _ => lines[at] = with_another_number(&lines[at], d),
        }
    }
    lines.join("\n")
}

fn with_another_number(line: &str, d: &mut Draws) -> String {
    let Some(from) = line.find(['=', ':']) else {
        return line.to_owned();
    };
    let (key, value) = line.split_at(from);
    let starts: Vec<usize> = value
        .char_indices()
        .zip(std::iter::once(' ').chain(value.chars()))
        .filter(|((_, c), before)| {
            c.is_ascii_digit() && !before.is_ascii_alphanumeric() && *before != '.'
        })
        .map(|((at, _), _)| at)
        .collect();
    if starts.is_empty() {
        return line.to_owned();
    }
    let start = starts[d.below(starts.len())];
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == '_';
    let length = value[start..]
        .find(|c| !digits(c))
        .unwrap_or(value.len() - start);
    let number = EXTREMES[d.below(EXTREMES.len())];
    format!(
        "{key}{}{number}{}",
        &value[..start],
        &value[start + length..]
    )
}

/// Whether living it takes a moment only; what is longer is planned and not lived.
fn is_small(scenario: &Scenario, plan: &Plan) -> bool {
    let slots = scenario.market.word_of_mouth.hazard_per_slot
        * f64::from(scenario.market.word_of_mouth.slots)
        * f64::from(scenario.horizon_months);
    let family = libm::exp(slots);
    let months = f64::from(scenario.horizon_months + 12 * scenario.simulation.run_off_years);
    let rates = scenario.segments.iter().map(|s| s.rate_mean);
    let bought = rates.fold(0.0, f64::max)
        * months
        * libm::pow(1.0 + scenario.market.trend_per_year, months / 12.0);
    let reproduction = (0..scenario.programs.len()).filter_map(|p| plan.reproduction(p));
    let brought = 1.0 / (1.0 - reproduction.fold(0.0, f64::max)).max(0.05);
    plan.bytes() < 40 << 20 && family * brought * bought.max(20.0) < 20_000.0
}

/// Whatever is written, a hybrid is refused with reasons or lived with all its checks passed.
#[test]
fn mutated_hybrids_are_refused_or_lived() {
    let d = &mut Draws(20_261_125);
    let (mut refused, mut planned, mut run) = (0, 0, 0);
    for mutant in 0..MUTANTS {
        let text = mutated(&hybrid_scenario(mutant % 50), d);
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let Some(mut scenario) = parse(&text).scenario else {
                return 0;
            };
            scenario.simulation.customers = scenario.simulation.customers.min(120);
            scenario.simulation.replications = scenario.simulation.replications.min(2);
            if scenario.horizon_months > 60 {
                return 0;
            }
            match Plan::new(&scenario) {
                Err(EngineError::Limit(_) | EngineError::TooFewCustomers { .. }) => 0,
                Err(error) => panic!("{error}"),
                Ok(plan) if !is_small(&scenario, &plan) => 1,
                Ok(plan) => {
                    let (tally, results) =
                        lived(&scenario, &plan).unwrap_or_else(|error| panic!("{error}"));
                    assert!(tally == listened_to(&scenario, &plan));
                    for check in &results.checks {
                        assert_eq!(check.failed, 0, "{check:?}");
                    }
                    2
                }
            }
        }));
        match ended {
            Ok(0) => refused += 1,
            Ok(1) => planned += 1,
            Ok(_) => run += 1,
            Err(_) => panic!("mutant {mutant}:\n{text}"),
        }
    }
    assert!(refused > 20 && run > 40, "{refused} {planned} {run}");
}
