//! From world 0's margin to the program's, step by step, and the split of incremental margin by label.
//!
//! The steps are those of the labels that the simulation counts: a purchase is base, retained, extra or arrival, and
//! a base purchase that is missing is dropped or lost. Steps are in minor units and add up to the difference of the
//! two pillars exactly.

use super::lines::{Line, flows_of, sum_flows, sum_referral};
use super::profit_and_loss::ProfitAndLoss;
use super::scale::{Market, Sample};
use super::weights::Valuation;
use crate::engine::flow::{Flow, ReferralFlow};

/// One step, minor units.
pub(crate) struct Step {
    pub code: &'static str,
    pub pillar: bool,
    pub value: i64,
    pub sample: Sample,
}

/// The bridge of one program, on accrual over the horizon, undiscounted.
pub(crate) struct Bridge {
    pub steps: Vec<Step>,
    /// Difference between the labels' margin and the difference of the two worlds' margins on goods, minor units:
    /// rounding only, unless a purchase lost its label.
    pub residual: f64,
    /// Largest difference that rounding explains.
    pub tolerance: f64,
}

/// A label of the split: its code, the sales it gains, those it loses.
pub(crate) type Label = (&'static str, &'static [Flow], &'static [Flow]);

/// Margin on sales by label: what was gained less what was lost.
pub(crate) const LABELS: [Label; 4] = [
    ("retention", &[Flow::SalesRetained], &[Flow::SalesLost]),
    ("frequency", &[Flow::SalesExtra], &[Flow::SalesDropped]),
    ("arrival", &[Flow::SalesArrival], &[]),
    ("basket", &[Flow::BasketGain], &[]),
];

/// Sales gained less sales lost of a label over some months, simulated units. What friends of world 0 would have bought who
/// come at another time, or not at all, is lost to arrivals.
pub(crate) fn gain(
    market: &Market,
    at: (usize, usize, usize),
    months: std::ops::Range<usize>,
    (code, gained, lost): &Label,
) -> f64 {
    let sum = |flows| sum_flows(market, at, months.clone(), flows);
    let moved = match *code {
        "arrival" => sum_referral(market, at, months.clone(), ReferralFlow::SalesMoved),
        _ => 0.0,
    };
    sum(gained) - sum(lost) - moved
}

/// Margin on a difference of sales flows over the horizon.
fn label_margin(market: &Market, valuation: &Valuation, world: usize, label: &Label) -> Sample {
    market.sample(|s, b| {
        let (at, months) = ((world, s, b), 0..valuation.months);
        valuation.margin_of(market.segment(s)) * gain(market, at, months, label)
    })
}

impl Bridge {
    pub fn new(
        market: &Market,
        valuation: &Valuation,
        world: usize,
        program: &ProfitAndLoss,
        world_0: &ProfitAndLoss,
    ) -> Bridge {
        let mut steps = vec![pillar("world_0_margin", world_0)];
        let goods = [Line::Sales, Line::CostOfGoods];
        let gained = program.sum(&goods) - world_0.sum(&goods);
        let (labels, residual) = labels(market, valuation, world, gained);
        steps.extend(labels);
        for line in [Line::ArrivalCosts, Line::CostToServe] {
            let value = program.sum(&[line]) - world_0.sum(&[line]);
            if value != 0 {
                steps.push(Step {
                    code: line.code(),
                    pillar: false,
                    value,
                    sample: program.total(&[line]).minus(&world_0.total(&[line])),
                });
            }
        }
        for (code, lines) in [
            ("displacement", &[Line::Displacement] as &[Line]),
            ("discounts", &[Line::Discounts]),
            ("reward_goods", &[Line::RewardGoods]),
            ("reward_partners", &[Line::RewardPartners]),
            ("referral_rewards", &[Line::ReferralRewards]),
            ("benefits", &[Line::Benefits]),
            ("running_costs", &Line::RUNNING_WITHOUT_BENEFITS),
            ("setup", &[Line::Setup]),
        ] {
            if ["referral_rewards", "benefits"].contains(&code) && program.sum(lines) == 0 {
                continue;
            }
            steps.push(Step {
                code,
                pillar: false,
                value: program.sum(lines),
                sample: program.total(lines),
            });
        }
        steps.push(pillar("program_margin", program));
        let sales = flows_of(market, world, 0..valuation.months, &[Flow::SalesBase]).total;
        Bridge {
            steps,
            residual,
            // Half a minor unit for each of the four rounded lines, and the noise of sums in double precision.
            tolerance: 2.0 + 1e-11 * sales.abs(),
        }
    }

    /// The steps that split the incremental margin by label.
    pub fn labels(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|s| {
            LABELS.iter().any(|(code, _, _)| *code == s.code)
                || [
                    "arrival_costs",
                    "cost_to_serve",
                    "displacement",
                    "discounts",
                ]
                .contains(&s.code)
        })
    }

    /// What effects explain, minor units: customers who stay, purchases more or fewer, and larger baskets.
    pub fn of_effects(&self) -> i64 {
        let codes = ["retention", "frequency", "basket"];
        let steps = self.steps.iter().filter(|s| codes.contains(&s.code));
        steps.map(|s| s.value).sum()
    }

    /// Opening pillar plus the steps less the closing pillar: 0.
    pub fn gap(&self) -> i64 {
        let (mut sum, mut pillars) = (0, Vec::new());
        for step in &self.steps {
            if step.pillar {
                pillars.push(step.value);
            } else {
                sum += step.value;
            }
        }
        match pillars[..] {
            [first, last] => first + sum - last,
            _ => i64::MAX,
        }
    }
}

fn pillar(code: &'static str, book: &ProfitAndLoss) -> Step {
    Step {
        code,
        pillar: true,
        value: book.margin().iter().sum(),
        sample: book.total(&Line::ALL),
    }
}

/// The four label steps, rounded so that they add up to `gained`; what rounding leaves goes to the largest.
fn labels(market: &Market, valuation: &Valuation, world: usize, gained: i64) -> (Vec<Step>, f64) {
    let mut steps: Vec<Step> = LABELS
        .iter()
        .map(|label| {
            let sample = label_margin(market, valuation, world, label);
            Step {
                code: label.0,
                pillar: false,
                value: libm::round(sample.total) as i64,
                sample,
            }
        })
        .collect();
    let exact: f64 = steps.iter().map(|s| s.sample.total).sum();
    let rest = gained - steps.iter().map(|s| s.value).sum::<i64>();
    if let Some(largest) = steps.iter_mut().max_by_key(|s| s.value.abs()) {
        largest.value += rest;
    }
    (steps, gained as f64 - exact)
}
