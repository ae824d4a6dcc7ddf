//! Control checks of a run: identities on exact, unscaled integers, and ties of what is printed.
//!
//! Each answers for one way the books could be wrong; a failed one fails the run.

use super::incrementality::opening_discount;
use super::lines::Line;
use super::weights::{SALES, fixed};
use crate::engine::flow::{
    CapFlow, DecileFlow, Distribution, Effect, EffectFlow, Flow, NaiveFlow, RewardFlow, VintageFlow,
};
use crate::engine::histogram::BINS;
use crate::engine::tally::{DECILES, StratumKind, Tally, ValueWeights, World};
use crate::results::{Check, ProgramResult};
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
        checks.push(points_identity(tally, world, &subject));
        checks.push(points_flows_equal_vintages(tally, world, &subject));
        checks.push(accrual_equals_cash(
            scenario,
            tally,
            (world, index),
            &subject,
        ));
        checks.push(rewards_sum(tally, world, &subject));
        checks.push(effects_sum(tally, world, &subject));
        checks.push(paid_sales_sum(tally, world, &subject));
        checks.push(caps_within_life(tally, world, &subject));
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

/// Points flow of one vintage and row.
fn vintage(
    tally: &Tally,
    (world, s, v, row): (usize, usize, usize, usize),
    flow: VintageFlow,
) -> i128 {
    i128::from(tally.vintages.get(&[world, s, v, row, flow as usize]))
}

/// Issued + bonus + opening = redeemed + expired + forfeited + dormant + outstanding, per vintage and row, with
/// nothing outstanding below zero, nothing leaving before its month, and nothing issued outside it.
fn points_identity(tally: &Tally, world: usize, subject: &str) -> Check {
    use VintageFlow::*;
    let mut counter = Counter::new("points_identity", subject);
    let layout = &tally.layout;
    for s in 0..layout.strata.len() {
        for v in 0..layout.vintages() {
            let home = v.saturating_sub(layout.opening_vintages);
            let mut outstanding = 0;
            for row in 0..layout.rows() {
                let flow = |f| vintage(tally, (world, s, v, row), f);
                let issued = [IssuedBase, IssuedBonus, Opening].map(flow);
                let gone = [Redeemed, Expired, Forfeited, Dormant].map(flow);
                outstanding += issued.iter().sum::<i128>() - gone.iter().sum::<i128>();
                let sound = issued.iter().chain(&gone).all(|f| *f >= 0)
                    && (row == home || issued.iter().all(|f| *f == 0))
                    && (v < layout.opening_vintages || issued[2] == 0)
                    && (v >= layout.opening_vintages || issued[0] + issued[1] == 0);
                counter.holds(outstanding >= 0 && sound);
            }
        }
    }
    counter.done()
}

/// Points and reward costs by time are those by vintage and time.
fn points_flows_equal_vintages(tally: &Tally, world: usize, subject: &str) -> Check {
    use VintageFlow as V;
    let mut counter = Counter::new("points_flows_equal_vintages", subject);
    let layout = &tally.layout;
    let pairs: [(Flow, &[V], bool); 13] = [
        (Flow::PointsIssued, &[V::IssuedBase], false),
        (Flow::PointsBonus, &[V::IssuedBonus], false),
        (Flow::PointsRedeemed, &[V::Redeemed], false),
        (Flow::PointsExpired, &[V::Expired], false),
        (Flow::PointsDormant, &[V::Dormant], false),
        (Flow::Discount, &[V::CostDiscount], false),
        (Flow::CostOwnGood, &[V::CostOwnGood], false),
        (Flow::CostExternal, &[V::CostExternal], false),
        (Flow::OpeningRedeemed, &[V::Redeemed], true),
        (Flow::OpeningExpired, &[V::Expired], true),
        (Flow::OpeningDormant, &[V::Dormant], true),
        (
            Flow::OpeningCost,
            &[V::CostDiscount, V::CostOwnGood, V::CostExternal],
            true,
        ),
        // Nothing is both: the subsidy is part of what was issued.
        (Flow::PointsIssuedOnBase, &[V::IssuedBase], false),
    ];
    for s in 0..layout.strata.len() {
        for row in 0..layout.rows() {
            for (flow, columns, opening) in pairs {
                let vintages = match opening {
                    true => 0..layout.opening_vintages,
                    false => layout.opening_vintages..layout.vintages(),
                };
                let by_time = flow_sum(tally, world, s, row, flow);
                let by_vintage: i128 = vintages
                    .flat_map(|v| columns.iter().map(move |c| (v, *c)))
                    .map(|(v, c)| vintage(tally, (world, s, v, row), c))
                    .sum();
                counter.holds(match flow {
                    Flow::PointsIssuedOnBase => by_time <= by_vintage,
                    _ => by_time == by_vintage,
                });
            }
        }
    }
    counter.done()
}

/// One flow over all batches.
fn flow_sum(tally: &Tally, world: usize, s: usize, row: usize, flow: Flow) -> i128 {
    sum((0..tally.layout.batches).map(|b| tally.flow(world, s, b, row, flow)))
}

/// Over the whole life, undiscounted, the reward cost booked by month of issue is the reward cost paid: in integers,
/// each row at its own price level.
fn accrual_equals_cash(
    scenario: &Scenario,
    tally: &Tally,
    (world, program): (usize, usize),
    subject: &str,
) -> Check {
    let mut counter = Counter::new("accrual_equals_cash", subject);
    let layout = &tally.layout;
    let valuation = super::weights::Valuation::new(scenario, layout);
    let price = |line, row| {
        let level = super::profit_and_loss::valuation_price(&valuation, line, program, row);
        i128::from(fixed(level))
    };
    for s in 0..layout.strata.len() {
        for line in Line::GRANTS {
            let Some((flow, column, _)) = line.reward() else {
                continue;
            };
            let cash: i128 = (0..layout.rows())
                .map(|row| price(line, row) * flow_sum(tally, world, s, row, flow))
                .sum();
            let accrual: i128 = (layout.opening_vintages..layout.vintages())
                .flat_map(|v| (0..layout.rows()).map(move |row| (v, row)))
                .map(|(v, row)| price(line, row) * vintage(tally, (world, s, v, row), column))
                .sum();
            counter.holds(cash == accrual);
        }
    }
    counter.done()
}

/// What the rewards gave is what the lots paid, opening lots included: points, cost and displaced purchases.
fn rewards_sum(tally: &Tally, world: usize, subject: &str) -> Check {
    let mut counter = Counter::new("rewards_sum", subject);
    let layout = &tally.layout;
    for s in 0..layout.strata.len() {
        for row in 0..layout.rows() {
            let reward = |flow: RewardFlow| {
                sum((0..layout.rewards)
                    .map(|r| tally.rewards.get(&[world, s, row, r, flow as usize])))
            };
            let flow = |f| flow_sum(tally, world, s, row, f);
            let cost = flow(Flow::Discount) + flow(Flow::CostOwnGood) + flow(Flow::CostExternal);
            let points = flow(Flow::PointsRedeemed) + flow(Flow::OpeningRedeemed);
            let displaced = flow(Flow::Displaced) + flow(Flow::OpeningDisplaced);
            counter.holds(reward(RewardFlow::Points) == points);
            counter.holds(reward(RewardFlow::Cost) == cost + flow(Flow::OpeningCost));
            counter.holds(reward(RewardFlow::Displaced) == displaced);
        }
    }
    counter.done()
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

/// A cap never binds for longer than was lived.
fn caps_within_life(tally: &Tally, world: usize, subject: &str) -> Check {
    let mut counter = Counter::new("caps_within_life", subject);
    for s in 0..tally.layout.strata.len() {
        let flow = |f: CapFlow| tally.caps.get(&[world, s, f as usize]);
        counter.holds(flow(CapFlow::LiveMonths) >= 0);
        counter.holds(flow(CapFlow::FrequencyBound) >= 0 && flow(CapFlow::AttritionBound) >= 0);
    }
    counter.done()
}

/// Every purchase of world 0 is base in the program's world, or dropped, or lost.
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
            let kept = sum([base, dropped, lost].map(|f| tally.flow(world, s, b, row, f)));
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
    });
    counter.done()
}

/// The bridge adds up to the cent, and its labels are the difference of the two worlds up to rounding.
pub(crate) fn bridge_sums(bridge: &super::bridge::Bridge, subject: &str) -> Check {
    let mut counter = Counter::new("bridge_sums", subject);
    counter.holds(bridge.gap() == 0);
    counter.holds(bridge.residual.abs() <= bridge.tolerance);
    counter.done()
}

/// Printed points tie: each month opens with what the last one closed with, flows explain the balance, none is
/// negative, and dormant points are outstanding.
pub(crate) fn roll_forward_ties(program: &ProgramResult) -> Check {
    let mut counter = Counter::new("roll_forward_ties", &program.name);
    let rows = &program.points_roll_forward;
    for (row, next) in rows.iter().zip(rows.iter().skip(1)) {
        counter.holds(row.closing == next.opening);
    }
    for row in rows {
        let gained = row.issued_base + row.issued_bonus + row.purchased + row.transferred_in;
        let lost = row.redeemed + row.expired + row.forfeited + row.transferred_out;
        let balance = row.opening + gained + row.reinstated - lost - row.clawed_back;
        counter.holds(row.closing == balance);
        counter.holds(gained >= 0.0 && lost >= 0.0 && row.closing >= row.dormant);
    }
    for v in &program.vintages {
        let points = v.issued_base + v.issued_bonus + v.opening;
        let ended = v.redeemed_to_horizon + v.expired_to_horizon + v.dormant_to_horizon;
        counter.holds(points == ended + v.outstanding_at_horizon);
        let later = v.redeemed_after + v.expired_after + v.dormant_after;
        counter.holds(v.outstanding_at_horizon == later + v.unresolved && v.unresolved >= 0.0);
    }
    counter.done()
}

/// The last month of the discounted value to date is the net present value.
pub(crate) fn net_value_ties(program: &ProgramResult, minor: f64, scale: f64) -> Check {
    let mut counter = Counter::new("net_value_ties", &program.name);
    let last = program
        .monthly
        .iter()
        .find(|s| s.code == "net_value_cumulative_discounted")
        .and_then(|s| s.values.last());
    let npv = program
        .headline
        .iter()
        .find(|n| n.code == "npv")
        .and_then(|n| n.number.value);
    if let (Some(last), Some(npv)) = (last, npv) {
        // One minor unit of rounding, and the noise of sums in double precision.
        counter.holds((last - npv).abs() <= minor + 1e-11 * scale.abs());
    }
    counter.done()
}
