//! Monthly profit and loss on accrual: what a month's points will cost is booked in the month that issued them.
//!
//! * Reward cost: each vintage's own ultimate cost, known because the run-off is lived, booked in its month of issue.
//! * Handling and displacement after the horizon, which are not recorded by vintage, are booked by points issued.
//! * Everything else when it happens. Undiscounted, the months add up to the cash of the whole life.

use super::lines::{Cash, Line, flows_of};
use super::scale::{Market, Sample, round_cumulative};
use super::weights::Valuation;
use crate::engine::flow::Flow;
use crate::engine::tally::World;
use crate::scenario::model::Scenario;

/// Profit and loss of one world by line and month, in minor units that tie.
pub(crate) struct ProfitAndLoss {
    pub lines: Vec<Posting>,
    months: usize,
    batches: usize,
}

/// One line by month.
pub(crate) struct Posting {
    pub line: Line,
    /// Rounded so that months add up to the rounded total.
    pub rounded: Vec<i64>,
    pub exact: Vec<Sample>,
    /// The horizon's total, with the errors of the cash it stands for.
    pub total: Sample,
}

impl Posting {
    /// The horizon's total in minor units: the sum of the months.
    pub fn sum(&self) -> i64 {
        self.rounded.iter().sum()
    }
}

impl ProfitAndLoss {
    pub fn new(
        market: &Market,
        scenario: &Scenario,
        valuation: &Valuation,
        world: usize,
        cash: &Cash,
    ) -> ProfitAndLoss {
        let life = market.tally.layout.worlds[world];
        let months = valuation.months;
        let lines = Line::ALL.iter();
        let lines = lines.filter(|line| line.belongs_to(life, scenario));
        let issued = issued_by_month(market, world);
        let fees = flows_of(market, world, 0..months, &[Flow::ReferralFees]);
        let told = |line: &&Line| fees.total != 0.0 || **line != Line::ReferralRewards;
        let postings = lines.filter(told).map(|line| {
            let exact = accrue(market, valuation, (world, life), *line, cash, &issued);
            Posting {
                line: *line,
                rounded: round_cumulative(exact.iter().map(|s| s.total)),
                exact,
                total: cash.present(&[*line], cash.rows(), |_| 1.0),
            }
        });
        ProfitAndLoss {
            lines: postings.collect(),
            months,
            batches: market.batches,
        }
    }

    pub fn posting(&self, line: Line) -> Option<&Posting> {
        self.lines.iter().find(|p| p.line == line)
    }

    /// Horizon total of some lines, minor units.
    pub fn sum(&self, lines: &[Line]) -> i64 {
        lines
            .iter()
            .filter_map(|l| self.posting(*l))
            .map(Posting::sum)
            .sum()
    }

    /// Horizon total of some lines with its errors.
    pub fn total(&self, lines: &[Line]) -> Sample {
        let found = lines.iter().filter_map(|l| self.posting(*l));
        Sample::sum(found.map(|p| &p.total), self.batches)
    }

    /// Margin by month, minor units: the sum of the lines.
    pub fn margin(&self) -> Vec<i64> {
        (0..self.months)
            .map(|m| self.lines.iter().map(|p| p.rounded[m]).sum())
            .collect()
    }

    /// Margin by month with its errors.
    pub fn margin_samples(&self) -> Vec<Sample> {
        (0..self.months)
            .map(|m| Sample::sum(self.lines.iter().map(|p| &p.exact[m]), self.batches))
            .collect()
    }
}

/// Points issued by month: what the run-off's handling and displacement are booked by.
pub(crate) fn issued_by_month(market: &Market, world: usize) -> Vec<Sample> {
    (0..market.tally.layout.months)
        .map(|m| {
            flows_of(
                market,
                world,
                m..m + 1,
                &[Flow::PointsIssued, Flow::PointsBonus],
            )
        })
        .collect()
}

/// Share of what falls after the horizon that each month answers for: by points issued, or the last month's where
/// none were.
pub(crate) fn issue_shares(issued: &[Sample]) -> Vec<f64> {
    let all: f64 = issued.iter().map(|s| s.total).sum();
    let last = issued.len().saturating_sub(1);
    issued
        .iter()
        .enumerate()
        .map(|(m, s)| match all > 0.0 {
            true => s.total / all,
            false => f64::from(u8::from(m == last)),
        })
        .collect()
}

fn accrue(
    market: &Market,
    valuation: &Valuation,
    (world, life): (usize, World),
    line: Line,
    cash: &Cash,
    issued: &[Sample],
) -> Vec<Sample> {
    let program = match life {
        World::Program(i) | World::Skeptic(i) => Some(i),
        World::None => None,
    };
    match (line, program) {
        (Line::Discounts | Line::RewardGoods | Line::RewardPartners, Some(program)) => (0..issued
            .len())
            .map(|month| {
                let cost = |row: usize| valuation_price(valuation, line, program, row);
                let total = -vintage_cost(market, (world, month), line, 0, cost);
                // The cost per point of the vintage is taken as known; its errors are those of the points issued.
                match issued[month].total > 0.0 {
                    true => issued[month].times(total / issued[month].total),
                    false => Sample::constant(total, market.batches),
                }
            })
            .collect(),
        (Line::Handling | Line::Displacement, Some(_)) => {
            let later = cash.run_off(&[line]);
            issue_shares(issued)
                .iter()
                .zip(cash.line(line))
                .map(|(share, now)| now.plus(&later.times(*share)))
                .collect()
        }
        _ => cash.line(line)[..issued.len()].to_vec(),
    }
}

/// Price level that applies to a reward line at a row.
pub(crate) fn valuation_price(
    valuation: &Valuation,
    line: Line,
    program: usize,
    row: usize,
) -> f64 {
    match line.reward() {
        Some((_, _, true)) => valuation.inflation_of(program, row),
        _ => 1.0,
    }
}

/// Reward cost (positive) of one line of the vintage of a month from a row on, each row at a factor.
pub(crate) fn vintage_cost(
    market: &Market,
    (world, month): (usize, usize),
    line: Line,
    from_row: usize,
    factor: impl Fn(usize) -> f64,
) -> f64 {
    let vintage = market.tally.layout.opening_vintages + month;
    let Some((_, column, _)) = line.reward() else {
        return 0.0;
    };
    let rows = market.tally.layout.rows();
    market.total(|stratum| {
        (from_row..rows)
            .map(|row| {
                let cells = market.tally.vintages.slice(&[world, stratum, vintage, row]);
                cells[column as usize] as f64 * factor(row)
            })
            .sum()
    })
}
