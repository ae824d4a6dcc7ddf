//! The lines of profit and loss, on cash: every event posts to exactly one of them.

use super::scale::{Market, Sample};
use super::weights::{SALES, Valuation};
use crate::engine::flow::{Flow, ReferralFlow, VintageFlow};
use crate::engine::tally::World;
use crate::scenario::model::{Program, Scenario};

/// A line of profit and loss. Gains are positive, costs negative, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// What was bought, at full price, displaced purchases included.
    Sales,
    /// Cost of the goods bought.
    CostOfGoods,
    /// Margin lost on purchases that a free own good replaced (their goods are saved).
    Displacement,
    /// Face value of tenders.
    Discounts,
    RewardGoods,
    RewardPartners,
    /// Money and used vouchers for referrals, both sides.
    ReferralRewards,
    Handling,
    MemberCosts,
    /// Benefits of tiers; in programs with tiers.
    Benefits,
    MonthlyCosts,
    Setup,
    ArrivalCosts,
    /// Serving customers by their tenure; where the market says what that costs.
    CostToServe,
}

impl Line {
    pub const ALL: [Line; 14] = [
        Line::Sales,
        Line::CostOfGoods,
        Line::Displacement,
        Line::Discounts,
        Line::RewardGoods,
        Line::RewardPartners,
        Line::ReferralRewards,
        Line::Handling,
        Line::MemberCosts,
        Line::Benefits,
        Line::MonthlyCosts,
        Line::Setup,
        Line::ArrivalCosts,
        Line::CostToServe,
    ];
    /// Lines a world without a program has.
    pub const WORLD_0: [Line; 4] = [
        Line::Sales,
        Line::CostOfGoods,
        Line::ArrivalCosts,
        Line::CostToServe,
    ];
    /// What the program gives away.
    pub const GRANTS: [Line; 4] = [
        Line::Discounts,
        Line::RewardGoods,
        Line::RewardPartners,
        Line::ReferralRewards,
    ];
    /// What it costs to run, benefits of tiers included.
    pub const RUNNING: [Line; 4] = [
        Line::Handling,
        Line::MemberCosts,
        Line::Benefits,
        Line::MonthlyCosts,
    ];
    /// As [`Line::RUNNING`], where benefits are told apart.
    pub const RUNNING_WITHOUT_BENEFITS: [Line; 3] =
        [Line::Handling, Line::MemberCosts, Line::MonthlyCosts];

    /// Code in the results.
    pub fn code(self) -> &'static str {
        match self {
            Line::Sales => "sales",
            Line::CostOfGoods => "cost_of_goods",
            Line::Displacement => "displacement",
            Line::Discounts => "discounts",
            Line::RewardGoods => "reward_goods",
            Line::RewardPartners => "reward_partners",
            Line::ReferralRewards => "referral_rewards",
            Line::Handling => "handling",
            Line::MemberCosts => "member_costs",
            Line::Benefits => "benefits",
            Line::MonthlyCosts => "monthly_costs",
            Line::Setup => "setup",
            Line::ArrivalCosts => "arrival_costs",
            Line::CostToServe => "cost_to_serve",
        }
    }

    /// Whether the line has a place in the books of a life.
    pub fn belongs_to(self, life: World, scenario: &Scenario) -> bool {
        match (self, life) {
            (Line::CostToServe, _) => scenario
                .segments
                .iter()
                .any(|s| !s.tenure.points.is_empty()),
            (_, World::None) => Line::WORLD_0.contains(&self),
            (Line::Benefits, World::Program(i) | World::Skeptic(i)) => scenario
                .programs
                .get(i)
                .is_some_and(|p| p.qualification.is_some()),
            _ => true,
        }
    }

    /// The reward cost a line collects, in the flows and in the vintages, and whether prices of goods inflate it.
    pub fn reward(self) -> Option<(Flow, VintageFlow, bool)> {
        match self {
            Line::Discounts => Some((Flow::Discount, VintageFlow::CostDiscount, false)),
            Line::RewardGoods => Some((Flow::CostOwnGood, VintageFlow::CostOwnGood, true)),
            Line::RewardPartners => Some((Flow::CostExternal, VintageFlow::CostExternal, true)),
            _ => None,
        }
    }
}

/// Sum of some flows over some rows in one stratum and batch.
pub(crate) fn sum_flows(
    market: &Market,
    (world, stratum, batch): (usize, usize, usize),
    rows: impl Iterator<Item = usize>,
    flows: &[Flow],
) -> f64 {
    let mut sum = 0i128;
    for row in rows {
        let cells = market.tally.flows.slice(&[world, stratum, batch, row]);
        sum += flows
            .iter()
            .map(|f| i128::from(cells[*f as usize]))
            .sum::<i128>();
    }
    sum as f64
}

/// Sum of a flow between friends over some months in one stratum and batch; 0 where nobody brings friends.
pub(crate) fn sum_referral(
    market: &Market,
    (world, stratum, batch): (usize, usize, usize),
    months: std::ops::Range<usize>,
    flow: ReferralFlow,
) -> f64 {
    let cells = market.tally.referral.slice(&[world, stratum, batch]);
    let column = cells
        .iter()
        .skip(flow as usize)
        .step_by(ReferralFlow::COUNT);
    let sum: i128 = column
        .take(months.end)
        .skip(months.start)
        .map(|cell| i128::from(*cell))
        .sum();
    sum as f64
}

/// Estimate of a sum of flows in a world over some rows.
pub(crate) fn flows_of(
    market: &Market,
    world: usize,
    rows: std::ops::Range<usize>,
    flows: &[Flow],
) -> Sample {
    market.sample(|s, b| sum_flows(market, (world, s, b), rows.clone(), flows))
}

/// Monthly levels of a delta flow: prefix sums over the months.
pub(crate) fn levels_of(market: &Market, world: usize, flow: Flow) -> Vec<Sample> {
    let mut level = Sample::zero(market.batches);
    (0..market.tally.layout.months)
        .map(|row| {
            level = level.plus(&flows_of(market, world, row..row + 1, &[flow]));
            level.clone()
        })
        .collect()
}

/// Cash of one world, by line and row.
pub(crate) struct Cash {
    lines: Vec<Vec<Sample>>,
    batches: usize,
    months: usize,
}

impl Cash {
    pub fn new(market: &Market, scenario: &Scenario, valuation: &Valuation, world: usize) -> Cash {
        let life = market.tally.layout.worlds[world];
        let program = match life {
            World::None => None,
            World::Program(i) | World::Skeptic(i) => scenario.programs.get(i).map(|p| (i, p)),
        };
        let mut lines: Vec<Vec<Sample>> = Vec::with_capacity(Line::ALL.len());
        for line in Line::ALL {
            lines.push(
                (0..valuation.rows())
                    .map(|row| cash_of(market, valuation, (world, row), line, program))
                    .collect(),
            );
        }
        if let Some((index, program)) = program {
            let members = levels_of(market, world, Flow::ActiveMembersDelta);
            for (row, level) in members.iter().enumerate() {
                let unit = program.cost.per_active_member_per_year / 12.0
                    * valuation.inflation_of(index, row);
                lines[Line::MemberCosts as usize][row] = level.times(-unit);
            }
        }
        Cash {
            lines,
            batches: market.batches,
            months: valuation.months,
        }
    }

    /// One line by row.
    pub fn line(&self, line: Line) -> &[Sample] {
        &self.lines[line as usize]
    }

    /// Sum of some lines over some rows, each row times a factor.
    pub fn present(
        &self,
        lines: &[Line],
        rows: std::ops::Range<usize>,
        factor: impl Fn(usize) -> f64,
    ) -> Sample {
        let mut sum = Sample::zero(self.batches);
        for line in lines {
            for row in rows.clone() {
                sum = sum.plus(&self.line(*line)[row].times(factor(row)));
            }
        }
        sum
    }

    /// Everything, months and run-off.
    pub fn rows(&self) -> std::ops::Range<usize> {
        0..self.lines[0].len()
    }

    /// Undiscounted cash after the horizon of some lines.
    pub fn run_off(&self, lines: &[Line]) -> Sample {
        self.present(lines, self.months..self.rows().end, |_| 1.0)
    }
}

/// First month with the program in force, at least 0.
pub(crate) fn first_month(program: &Program) -> usize {
    usize::try_from(program.launch_month).unwrap_or(0)
}

fn cash_of(
    market: &Market,
    valuation: &Valuation,
    (world, row): (usize, usize),
    line: Line,
    program: Option<(usize, &Program)>,
) -> Sample {
    let flow = |flows: &[Flow], unit: &dyn Fn(usize) -> f64| {
        market.sample(|s, b| {
            unit(market.segment(s)) * sum_flows(market, (world, s, b), row..row + 1, flows)
        })
    };
    match line {
        Line::Sales => return flow(&SALES, &|_| 1.0),
        Line::CostOfGoods => return flow(&SALES, &|g| valuation.margin_of(g) - 1.0),
        Line::ArrivalCosts => return flow(&[Flow::ArrivalCost], &|_| -1.0),
        Line::CostToServe => return flow(&[Flow::CostToServe], &|_| -1.0),
        _ => {}
    }
    let Some((index, program)) = program else {
        return Sample::zero(market.batches);
    };
    let prices = valuation.inflation_of(index, row);
    match line {
        Line::Displacement => flow(&[Flow::Displaced], &|g| -valuation.margin_of(g)),
        Line::Discounts => flow(&[Flow::Discount], &|_| -1.0),
        Line::RewardGoods => flow(&[Flow::CostOwnGood], &|_| -prices),
        Line::RewardPartners => flow(&[Flow::CostExternal], &|_| -prices),
        Line::Benefits => flow(&[Flow::CostBenefits], &|_| -prices),
        Line::ReferralRewards => flow(&[Flow::ReferralFees], &|_| -1.0),
        Line::Handling => flow(&[Flow::Redemptions], &|_| {
            -prices * program.cost.per_redemption
        }),
        Line::MonthlyCosts if row >= first_month(program) && row < valuation.months => {
            Sample::constant(-prices * program.cost.per_month as f64, market.batches)
        }
        Line::Setup if row == first_month(program) && row < valuation.months => {
            Sample::constant(-(program.cost.setup as f64), market.batches)
        }
        _ => Sample::zero(market.batches),
    }
}
