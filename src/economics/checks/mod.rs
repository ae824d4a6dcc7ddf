//! Control checks of a run: identities on exact, unscaled integers, and ties of what is printed.
//!
//! Each answers for one way the books could be wrong; a failed one fails the run.

mod friends;
mod points;
mod printed;
mod status;

pub(crate) use printed::{bridge_sums, effects_tie, net_value_ties, roll_forward_ties};

use super::incrementality::opening_discount;
use super::weights::SALES;
use crate::engine::flow::{
    CapFlow, DecileFlow, Distribution, Effect, EffectFlow, Flow, NaiveFlow, ReferralFlow,
};
use crate::engine::histogram::BINS;
use crate::engine::tally::{DECILES, StratumKind, Tally, ValueWeights, World};
use crate::results::Check;
use crate::scenario::model::Scenario;

/// Counts equalities under one code.
pub(crate) struct Counter {
    check: Check,
}

impl Counter {
    pub fn new(code: &str, subject: &str) -> Counter {
        Counter {
            check: Check {
                code: code.into(),
                subject: subject.into(),
                checked: 0,
                failed: 0,
            },
        }
    }

    pub fn holds(&mut self, condition: bool) {
        self.check.checked += 1;
        self.check.failed += u64::from(!condition);
    }

    pub fn done(self) -> Check {
        self.check
    }
}

/// Sums cells without overflow.
fn sum(cells: impl IntoIterator<Item = i64>) -> i128 {
    cells.into_iter().map(i128::from).sum()
}

/// All checks that need only the tally and the weights it was made with.
pub(crate) fn tally_checks(
    scenario: &Scenario,
    tally: &Tally,
    weights: &ValueWeights,
) -> Vec<Check> {
    let mut checks = vec![
        families_sum(tally),
        segments_sum(scenario, tally),
        customers_identity(tally),
        value_identity(tally, weights),
        value_rounding(tally),
        distribution_sums(tally),
    ];
    let world_0 = tally.layout.world_index(World::None);
    for (world, life) in tally.layout.worlds.iter().enumerate() {
        let (index, skeptic) = match life {
            World::None => continue,
            World::Program(index) => (*index, false),
            World::Skeptic(index) => (*index, true),
        };
        let name = scenario.programs.get(index).map_or("", |p| &p.name);
        let subject = if skeptic {
            format!("{name} (skeptic)")
        } else {
            name.to_string()
        };
        checks.push(points::points_identity(tally, world, &subject));
        checks.push(points::points_flows_equal_vintages(tally, world, &subject));
        checks.push(points::accrual_equals_cash(
            scenario,
            tally,
            (world, index),
            &subject,
        ));
        checks.push(points::rewards_sum(tally, world, &subject));
        checks.push(effects_sum(tally, world, &subject));
        checks.push(paid_sales_sum(tally, world, &subject));
        checks.push(caps_within_life(tally, world, &subject));
        let tiered = scenario.programs.get(index);
        if tiered.is_some_and(|program| program.qualification.is_some()) {
            checks.push(status::ranks_sum(tally, world, &subject));
            checks.push(status::migration_ties(tally, world, &subject));
        }
        if tally.layout.friends {
            checks.push(friends::friends_sum(tally, world, &subject));
        }
        if let Some(world_0) = world_0 {
            checks.push(match skeptic {
                true => skeptic_equals_world_0(tally, world, world_0, &subject),
                false => sales_identity(tally, world, world_0, &subject),
            });
        }
    }
    checks
}

/// The batches of a stratum add up to the families it says it simulated.
fn families_sum(tally: &Tally) -> Check {
    let mut counter = Counter::new("families_sum", "");
    for (s, stratum) in tally.layout.strata.iter().enumerate() {
        let families = sum(tally.families.slice(&[s]).iter().copied());
        counter.holds(families == i128::from(stratum.simulated));
    }
    counter.done()
}

/// The opening strata of all segments add up to the stated market, and every stratum has a segment.
fn segments_sum(scenario: &Scenario, tally: &Tally) -> Check {
    let mut counter = Counter::new("segments_sum", "");
    let strata = &tally.layout.strata;
    for stratum in strata {
        counter.holds(stratum.segment < scenario.segments.len());
    }
    let opening = strata.iter().filter(|s| s.kind == StratumKind::Opening);
    let stated: u128 = opening.map(|s| u128::from(s.stated)).sum();
    counter.holds(stated == u128::from(scenario.market.customers));
    counter.done()
}

/// Month by month: the change of customers is arrivals less leavers (an opening customer is there from row 0).
fn customers_identity(tally: &Tally) -> Check {
    let mut counter = Counter::new("customers_identity", "");
    each_batch(tally, |world, s, b| {
        for row in 0..tally.layout.months {
            let flow = |f| i128::from(tally.flow(world, s, b, row, f));
            let opening = match tally.layout.strata[s].kind {
                StratumKind::Opening if row == 0 => i128::from(tally.families.get(&[s, b])),
                _ => 0,
            };
            let change = opening + flow(Flow::Arrivals) - flow(Flow::Leavers);
            counter.holds(flow(Flow::CustomersDelta) == change);
        }
    });
    counter.done()
}

fn each_batch(tally: &Tally, mut visit: impl FnMut(usize, usize, usize)) {
    for world in 0..tally.layout.worlds.len() {
        for s in 0..tally.layout.strata.len() {
            for b in 0..tally.layout.batches {
                visit(world, s, b);
            }
        }
    }
}

/// What the engine valued is what the flows are worth, to the last bit.
fn value_identity(tally: &Tally, weights: &ValueWeights) -> Check {
    let mut counter = Counter::new("value_identity", "");
    let (strata, batches) = (tally.layout.strata.len(), tally.layout.batches);
    each_batch(tally, |world, s, b| {
        let flows = tally.flows.slice(&[world, s, b]);
        let units = weights.of(world, tally.layout.strata[s].segment);
        let value = flows
            .iter()
            .zip(units)
            .map(|(flow, unit)| i128::from(*flow) * i128::from(*unit))
            .sum::<i128>();
        let exact = tally.exact_value[(world * strata + s) * batches + b];
        counter.holds(flows.len() == units.len() && value == exact);
    });
    counter.done()
}

/// Rounding once per person moves a total by at most half a minor unit per person.
fn value_rounding(tally: &Tally) -> Check {
    let mut counter = Counter::new("value_rounding", "");
    let (strata, batches) = (tally.layout.strata.len(), tally.layout.batches);
    each_batch(tally, |world, s, b| {
        let exact = tally.exact_value[(world * strata + s) * batches + b];
        let rounded = i128::from(tally.rounded_value.get(&[world, s, b])) << 32;
        let persons = binned(tally, (world, s, b), Distribution::Value, 0);
        counter.holds((rounded - exact).abs() <= persons << 31);
    });
    counter.done()
}

/// Total of the counts (0) or sums (1) of a distribution.
fn binned(
    tally: &Tally,
    (world, s, b): (usize, usize, usize),
    kind: Distribution,
    part: usize,
) -> i128 {
    let cells = tally.distributions.slice(&[world, s, b, kind as usize]);
    sum((0..BINS).map(|bin| cells[2 * bin + part]))
}

/// The distributions hold everybody, and their sums are the totals they are distributions of.
fn distribution_sums(tally: &Tally) -> Check {
    let mut counter = Counter::new("distribution_sums", "");
    let world_0 = tally.layout.world_index(World::None);
    each_batch(tally, |world, s, b| {
        let at = (world, s, b);
        let value = i128::from(tally.rounded_value.get(&[world, s, b]));
        counter.holds(binned(tally, at, Distribution::Value, 1) == value);
        if let (Some(world_0), true) = (world_0, program_of(tally, world)) {
            let none = i128::from(tally.rounded_value.get(&[world_0, s, b]));
            counter.holds(binned(tally, at, Distribution::Difference, 1) == value - none);
        }
    });
    for world in 0..tally.layout.worlds.len() {
        for s in 0..tally.layout.strata.len() {
            let batches = 0..tally.layout.batches;
            let decile = |flow: DecileFlow| {
                sum((0..DECILES).map(|d| tally.deciles.get(&[world, s, d, flow as usize])))
            };
            let persons: i128 = batches
                .clone()
                .map(|b| binned(tally, (world, s, b), Distribution::Value, 0))
                .sum();
            counter.holds(persons == decile(DecileFlow::Customers));
            let value = sum(batches.map(|b| tally.rounded_value.get(&[world, s, b])));
            counter.holds(value == decile(DecileFlow::Value));
        }
    }
    counter.done()
}

/// Whether a world is a program's own (not world 0, not a skeptic's).
fn program_of(tally: &Tally, world: usize) -> bool {
    matches!(tally.layout.worlds.get(world), Some(World::Program(_)))
}

/// One flow over all batches.
fn flow_sum(tally: &Tally, world: usize, s: usize, row: usize, flow: Flow) -> i128 {
    sum((0..tally.layout.batches).map(|b| tally.flow(world, s, b, row, flow)))
}

/// Every extra, dropped or dearer purchase belongs to exactly one effect.
fn effects_sum(tally: &Tally, world: usize, subject: &str) -> Check {
    let mut counter = Counter::new("effects_sum", subject);
    let layout = &tally.layout;
    let pairs = [
        (Flow::PurchasesExtra, EffectFlow::ExtraPurchases),
        (Flow::SalesExtra, EffectFlow::ExtraSales),
        (Flow::PurchasesDropped, EffectFlow::DroppedPurchases),
        (Flow::SalesDropped, EffectFlow::DroppedSales),
        (Flow::BasketGain, EffectFlow::BasketGain),
    ];
    for s in 0..layout.strata.len() {
        for b in 0..layout.batches {
            for (flow, part) in pairs {
                let by_effect = sum(Effect::ALL.iter().map(|e| {
                    tally
                        .effects
                        .get(&[world, s, b, *e as usize, part as usize])
                }));
                let by_time = sum((0..layout.months).map(|row| tally.flow(world, s, b, row, flow)));
                counter.holds(by_effect == by_time);
            }
        }
    }
    counter.done()
}

/// What members and others paid, person by person, is what was sold less what displaced purchases and tenders took off.
fn paid_sales_sum(tally: &Tally, world: usize, subject: &str) -> Check {
    let mut counter = Counter::new("paid_sales_sum", subject);
    let layout = &tally.layout;
    let months = 0..layout.months;
    for s in 0..layout.strata.len() {
        let by_person = sum((0..layout.batches).flat_map(|b| {
            let naive = tally.naive.slice(&[world, s, b]);
            [NaiveFlow::MemberSales, NaiveFlow::OtherSales].map(|f| naive[f as usize])
        }));
        let flow = |f: Flow| -> i128 {
            let rows = months.clone();
            rows.map(|row| flow_sum(tally, world, s, row, f)).sum()
        };
        let sold: i128 = SALES.map(flow).iter().sum();
        let unpaid = [Flow::Displaced, Flow::OpeningDisplaced, Flow::Discount];
        let unpaid: i128 = unpaid.map(flow).iter().sum();
        let opening = opening_discount(tally, world, s, months.clone());
        counter.holds(by_person == sold - unpaid - opening);
    }
    counter.done()
}

/// Time lived and time at a cap (which is estimated) are never negative.
fn caps_within_life(tally: &Tally, world: usize, subject: &str) -> Check {
    let mut counter = Counter::new("caps_within_life", subject);
    for s in 0..tally.layout.strata.len() {
        let flow = |f: CapFlow| tally.caps.get(&[world, s, f as usize]);
        counter.holds(flow(CapFlow::LiveMonths) >= 0);
        counter.holds(flow(CapFlow::FrequencyBound) >= 0 && flow(CapFlow::AttritionBound) >= 0);
    }
    counter.done()
}

/// Every purchase of world 0 is base in the program's world, or dropped, or lost, or moved with the friend who made it.
fn sales_identity(tally: &Tally, world: usize, world_0: usize, subject: &str) -> Check {
    let mut counter = Counter::new("sales_identity", subject);
    let groups = [
        (Flow::SalesBase, Flow::SalesDropped, Flow::SalesLost),
        (
            Flow::PurchasesBase,
            Flow::PurchasesDropped,
            Flow::PurchasesLost,
        ),
    ];
    each_cell(tally, |s, b, row| {
        for (base, dropped, lost) in groups {
            let moved = match base {
                Flow::SalesBase => ReferralFlow::SalesMoved,
                _ => ReferralFlow::PurchasesMoved,
            };
            let kept = sum([base, dropped, lost].map(|f| tally.flow(world, s, b, row, f)))
                + friends::flow(tally, (world, s, b), row, moved);
            counter.holds(kept == i128::from(tally.flow(world_0, s, b, row, base)));
        }
    });
    counter.done()
}

fn each_cell(tally: &Tally, mut visit: impl FnMut(usize, usize, usize)) {
    for s in 0..tally.layout.strata.len() {
        for b in 0..tally.layout.batches {
            for row in 0..tally.layout.rows() {
                visit(s, b, row);
            }
        }
    }
}

/// With all dials at zero nobody buys, arrives or leaves otherwise than in world 0.
fn skeptic_equals_world_0(tally: &Tally, world: usize, world_0: usize, subject: &str) -> Check {
    let mut counter = Counter::new("skeptic_equals_world_0", subject);
    let same = [
        Flow::PurchasesBase,
        Flow::SalesBase,
        Flow::CustomersDelta,
        Flow::BuyersDelta,
        Flow::Leavers,
        Flow::Arrivals,
        Flow::ArrivalCost,
        Flow::CostToServe,
    ];
    let none = [
        Flow::PurchasesExtra,
        Flow::SalesExtra,
        Flow::PurchasesRetained,
        Flow::SalesRetained,
        Flow::PurchasesArrival,
        Flow::SalesArrival,
        Flow::PurchasesDropped,
        Flow::SalesDropped,
        Flow::PurchasesLost,
        Flow::SalesLost,
        Flow::BasketGain,
    ];
    each_cell(tally, |s, b, row| {
        let flow = |world, f| tally.flow(world, s, b, row, f);
        for f in same {
            counter.holds(flow(world, f) == flow(world_0, f));
        }
        for f in none {
            counter.holds(flow(world, f) == 0);
        }
        let moved = friends::flow(tally, (world, s, b), row, ReferralFlow::PurchasesMoved);
        counter.holds(moved == 0);
    });
    counter.done()
}
