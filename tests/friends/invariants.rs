//! What must hold of any market of friends, tried on random ones.

use crate::family::{AT_ONCE, Person, UNTIED, Written, family};
use crate::support::lives::{plan, scenario};
use crate::support::random_scenario::random_scenario;
use fidelio::economics;
use fidelio::engine::family::Workspace;
use fidelio::engine::flow::{Flow, ReferralFlow};
use fidelio::engine::observe::{Absence, Event, EventKind, Label};
use fidelio::engine::run::{Control, run};
use fidelio::engine::tally::{Tally, World};
use fidelio::results::Results;
use fidelio::scenario::model::Scenario;

/// A random market in which customers bring friends, and pay for them where there is a program.
fn random(seed: u64) -> Scenario {
    let mut text = random_scenario(seed);
    let per_year = ["0", "0.2", "0.6"][(seed % 3) as usize];
    text += &format!(
        "\n[market.word_of_mouth]\nfriends_per_active_year = {per_year}\nslots = {}\n",
        1 + seed % 4
    );
    text += "[behavior.referred]\nhazard_ratio = 0.7\nbasket_premium = 0.2\n\
             [behavior.recommending]\nhazard_ratio = 0.6\nmonths = 8\n";
    if text.contains("[[program]]") {
        let who = [
            "who = 'members'",
            "who = 'purchases'\nmin_purchases = 2",
            "who = 'invited'\naccepted_share = 0.5",
            "who = 'score'\nmin_score = 0.2",
        ][(seed / 3 % 4) as usize];
        let (reward, welcome) = [
            ("kind = 'points', points = 60", "kind = 'money', value = 3"),
            (
                "kind = 'voucher', value = 9, used_share = 0.7",
                "kind = 'points', points = 30",
            ),
        ][(seed / 2 % 2) as usize];
        // Twice the effects convert twice as many: more would bring friends without end.
        let conversion = match text.contains("effect_multiplier = 2") {
            true => 0.2,
            false => 0.4,
        };
        text += &format!(
            "[program.referral]\n{who}\ninvitations_per_year = {}\nconversion = {conversion}\ndelay_weeks = {}\n\
             after_purchases = {}\nself_referral_share = 0.1\nsize_factor = 1.4\nreward = {{ {reward} }}\n\
             welcome = {{ {welcome} }}\n",
            1 + seed % 2,
            seed % 5,
            1 + seed % 3,
        );
    }
    scenario(&text)
}

fn lived(scenario: &Scenario, threads: usize, batches: std::ops::Range<usize>) -> Tally {
    let plan = plan(scenario);
    let weights = economics::value_weights(scenario, plan.layout());
    let control = Control {
        threads,
        progress: None,
        cancelled: None,
        batches,
    };
    run(&plan, &weights, &control).expect("a run")
}

fn assessed(scenario: &Scenario) -> (Tally, Results) {
    let tally = lived(scenario, 0, 0..32);
    let weights = economics::value_weights(scenario, &tally.layout);
    let results = economics::assess(scenario, &tally, &weights);
    (tally, results)
}

fn total(tally: &Tally, world: usize, flow: ReferralFlow) -> i64 {
    let cells = tally.referral.slice(&[world]);
    let column = cells
        .iter()
        .skip(flow as usize)
        .step_by(ReferralFlow::COUNT);
    column.sum()
}

#[test]
fn every_control_check_holds_and_friends_come() {
    let (mut invited, mut unprompted, mut moved) = (0, 0, 0);
    for seed in 0..40 {
        let scenario = random(seed);
        let (tally, results) = assessed(&scenario);
        for check in &results.checks {
            assert_eq!(check.failed, 0, "seed {seed}: {check:?}");
        }
        for world in 0..tally.layout.worlds.len() {
            invited += total(&tally, world, ReferralFlow::FriendsNew);
            unprompted += total(&tally, world, ReferralFlow::FriendsUnprompted);
            moved += total(&tally, world, ReferralFlow::PurchasesMoved);
        }
    }
    assert!(
        invited > 1_000 && unprompted > 1_000 && moved > 100,
        "{invited} {unprompted} {moved}"
    );
}

#[test]
fn threads_and_shards_give_the_same_bits() {
    for seed in 0..12 {
        let scenario = random(seed);
        let one = lived(&scenario, 1, 0..32);
        assert!(one == lived(&scenario, 3, 0..32), "seed {seed}");
        let mut sum = lived(&scenario, 1, 20..32);
        sum.merge(&lived(&scenario, 2, 0..20)).expect("one layout");
        assert!(one == sum, "seed {seed}");
    }
}

#[test]
fn without_effects_nobody_comes_who_would_not_have_come() {
    let mut friends = 0;
    for seed in 0..30 {
        let mut scenario = random(seed);
        scenario.behavior.effect_multiplier = 0.0;
        let tally = lived(&scenario, 0, 0..32);
        for world in 1..tally.layout.worlds.len() {
            for flow in [
                Flow::PurchasesBase,
                Flow::SalesBase,
                Flow::Arrivals,
                Flow::Leavers,
                Flow::BuyersDelta,
                Flow::PurchasesArrival,
                Flow::PurchasesRetained,
                Flow::BasketGain,
            ] {
                let of = |world: usize| -> Vec<i64> {
                    let cells = tally.flows.slice(&[world]);
                    cells
                        .iter()
                        .skip(flow as usize)
                        .step_by(Flow::COUNT)
                        .copied()
                        .collect()
                };
                assert_eq!(of(world), of(0), "seed {seed}, world {world}, {flow:?}");
            }
            assert_eq!(total(&tally, world, ReferralFlow::FriendsNew), 0);
            assert_eq!(total(&tally, world, ReferralFlow::FriendsBroughtForward), 0);
            friends += total(&tally, world, ReferralFlow::FriendsAnyway);
        }
    }
    assert!(friends > 100, "some are paid for all the same: {friends}");
}

/// Of every person both worlds know: what world 0 buys is base here, or told why not.
#[test]
fn every_purchase_of_world_0_is_accounted_for() {
    let (mut base, mut arrivals, mut moved) = (0, 0, 0);
    for seed in 0..24 {
        let scenario = random(seed);
        let plan = plan(&scenario);
        let horizon = f64::from(scenario.horizon_months);
        let strata = plan.layout().strata.len().min(2);
        let simulated = |s: usize| plan.layout().strata[s].simulated.min(50);
        let of_stratum = |s: usize| (0..simulated(s)).map(move |ordinal| (s, ordinal));
        for (stratum, ordinal) in (0..strata).flat_map(of_stratum) {
            for person in &family(&plan, stratum, ordinal).people {
                for program in 0..scenario.programs.len() {
                    let here = World::Program(program);
                    let told = |event: &&Event| event.time < horizon;
                    let mut kept = Vec::new();
                    for event in person.of(here).filter(told) {
                        match event.kind {
                            EventKind::Purchase {
                                label: Label::Base, ..
                            } => {
                                base += 1;
                                kept.push(event.time.to_bits());
                            }
                            EventKind::Purchase {
                                label: Label::Arrival,
                                ..
                            } => arrivals += 1,
                            EventKind::NotBought { absence, .. } => {
                                moved += usize::from(absence == Absence::Moved);
                                kept.push(event.time.to_bits());
                            }
                            _ => {}
                        }
                    }
                    kept.sort_unstable();
                    assert_eq!(
                        kept,
                        bought(person, horizon),
                        "seed {seed} {:?}",
                        person.member
                    );
                }
            }
        }
    }
    assert!(
        base > 1_000 && arrivals > 100 && moved > 5,
        "{base} {arrivals} {moved}"
    );
}

fn bought(person: &Person, horizon: f64) -> Vec<u64> {
    let mut times = person.purchases(World::None);
    times.retain(|time| *time < horizon);
    let mut bits: Vec<u64> = times.into_iter().map(f64::to_bits).collect();
    bits.sort_unstable();
    bits
}

const POINTS: &str = "[[program]]\nname = 'Points'\nenrollment = { ceiling = 0.6, half_time_months = 3, selection = 0.5 }\n\
    earn = { points_per_currency = 1 }\n[[program.reward]]\nname = 'voucher'\nkind = 'tender'\npoints = 100\nface_value = 2\n";
const AMBASSADORS: &str = "[[program]]\nname = 'Friends'\nkind = 'ambassador'\nenrollment = { ceiling = 0.8, \
    half_time_months = 0, selection = 0 }\nreferral = { invitations_per_year = 2, conversion = 0.3, after_purchases = 2, \
    reward = { kind = 'money', value = 10 } }\n";

/// With and without word of mouth in the market.
#[test]
fn an_ambassador_program_changes_no_number_of_another() {
    for word_of_mouth in ["slots = 3", "friends_per_active_year = 0.4, slots = 3"] {
        let of = |programs: &str| {
            let market = Written {
                horizon: 30,
                customers: 1_500,
                who: "customers = 2000\ncompany_age_years = 5\narrivals_per_year = 300",
                per_year: 10.0,
                lifetime: "model = 'pareto', shape = 1.5, scale_years = 4",
                word_of_mouth,
                effects: "",
                programs,
            };
            assessed(&market.scenario()).1
        };
        let alone = of(POINTS);
        let both = of(&format!("{POINTS}{AMBASSADORS}"));
        assert_eq!(both.programs.len(), 2);
        let as_json = |results: &Results, index: usize| {
            serde_json::to_value(&results.programs[index]).expect("results can be written")
        };
        assert_eq!(as_json(&alone, 0), as_json(&both, 0));
        let worlds = |results: &Results| serde_json::to_value(&results.worlds[..2]).expect("too");
        assert_eq!(worlds(&alone), worlds(&both));
        let first = of(&format!("{AMBASSADORS}{POINTS}"));
        assert_eq!(as_json(&first, 0), as_json(&both, 1));
    }
}

/// Ten thousand people from one, on a small stack.
#[test]
fn a_family_of_ten_thousand() {
    let program = format!(
        "[[program]]\nname = 'Friends'\nkind = 'ambassador'\n{AT_ONCE}\nreferral = {{ invitations_per_year = 0.5, \
         conversion = 0.1, after_purchases = 2, reward = {{ kind = 'money', value = 1 }} }}\n"
    );
    let market = Written {
        horizon: 24,
        customers: 100,
        who: "customers = 100\ncompany_age_years = 0",
        per_year: 2.0,
        lifetime: "model = 'never'",
        word_of_mouth: "friends_per_active_year = 5, slots = 20",
        effects: UNTIED,
        programs: &program,
    };
    let scenario = market.scenario();
    let largest = std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || {
            let plan = plan(&scenario);
            let mut workspace = Workspace::new(&plan);
            let mut largest = 0;
            for ordinal in 0..4 {
                let mut people = 0;
                let mut count = |world: World, event: &Event| {
                    let comes =
                        matches!(event.kind, EventKind::Arrival | EventKind::Opening { .. });
                    people += u32::from(world == World::Program(0) && comes);
                };
                workspace
                    .observe(0, 0, ordinal, &mut count)
                    .expect("a family");
                largest = largest.max(people);
            }
            largest
        })
        .expect("a thread")
        .join()
        .expect("no overflow of the stack");
    assert!(largest > 10_000, "{largest}");
}

/// Friends without end are refused before the run.
#[test]
fn a_market_that_explodes_is_refused() {
    let market = Written {
        horizon: 120,
        customers: 100,
        who: "customers = 100\ncompany_age_years = 0",
        per_year: 2.0,
        lifetime: "model = 'never'",
        word_of_mouth: "friends_per_active_year = 5, slots = 20",
        effects: UNTIED,
        programs: "",
    };
    let why = fidelio::engine::plan::Plan::new(&market.scenario())
        .err()
        .expect("refused");
    assert!(why.to_string().contains("friends_per_active_year"), "{why}");
}
