//! Who is compared: no program, and each program.

use crate::economics::lines::{Cash, sum_flows};
use crate::economics::npv::PresentValue;
use crate::economics::outstanding;
use crate::economics::profit_and_loss::ProfitAndLoss;
use crate::economics::program::{Lived, Subject};
use crate::economics::scale::Sample;
use crate::economics::weights::Valuation;
use crate::economics::worlds::Writer;
use crate::engine::flow::Flow;

/// What all contenders are measured with.
pub(crate) struct Field<'a> {
    pub writer: &'a Writer<'a>,
    pub valuation: &'a Valuation,
    pub baseline: Option<&'a Lived>,
}

/// One of those compared.
pub(super) struct Contender<'a> {
    pub name: &'a str,
    pub world: usize,
    pub cash: &'a Cash,
    pub book: &'a ProfitAndLoss,
    /// None for world 0.
    pub subject: Option<&'a Subject<'a>>,
}

impl Contender<'_> {
    pub fn program(&self) -> Option<usize> {
        self.subject.map(|s| s.index)
    }

    /// Margin gained over world 0 (all margin where it was not lived) and what the program costs, each rounded to minor
    /// units as in the program's own results, so that differences tie with them.
    pub fn present(&self, field: &Field) -> (Sample, Sample) {
        let batches = field.writer.market.batches;
        match self.subject {
            Some(subject) => {
                let world_0 = field.baseline.map(|b| &b.cash);
                let value = PresentValue::new(subject.program, field.valuation, self.cash, world_0);
                (value.incremental_margin.rounded(), value.cost().rounded())
            }
            None => (Sample::zero(batches), Sample::zero(batches)),
        }
    }

    /// Whether both start from the same book of points.
    pub fn shares_book(&self, other: &Contender) -> bool {
        let book = |c: &Contender| c.subject.and_then(|s| s.program.opening.clone());
        let (own, others) = (book(self), book(other));
        // A book from the past is that of the rules the past had.
        let is_lived = own.as_ref().is_some_and(|book| book.lived_months.is_some());
        let past = |c: &Contender| {
            let program = c.subject.map(|s| s.program)?;
            let versions = program.versions.iter().filter(|v| v.from_month < 0);
            let versions: Vec<_> = versions.cloned().collect();
            Some((program.launch_month, program.enrollment, versions))
        };
        own.is_some() && own == others && (!is_lived || past(self) == past(other))
    }

    /// Present value of what redeeming an existing book costs: rewards, handling, and the margin of displaced purchases.
    pub fn opening_rewards(&self, field: &Field) -> Sample {
        let market = field.writer.market;
        let Some(subject) = self.subject else {
            return Sample::zero(market.batches);
        };
        let (valuation, pair) = (field.valuation, (self.world, subject.index));
        let rows = 0..valuation.rows();
        let present = |flow: Flow, unit: &dyn Fn(usize, usize) -> f64| {
            market.sample(|s, b| {
                let at = |row: usize| {
                    let sum = sum_flows(market, (self.world, s, b), row..row + 1, &[flow]);
                    sum * unit(market.segment(s), row) * valuation.discount[row]
                };
                rows.clone().map(at).sum()
            })
        };
        // Flows keep the cost of all kinds of rewards together, without inflation: they give the error, vintages the size.
        let flows = present(Flow::OpeningCost, &|_, _| 1.0);
        let exact: f64 = (0..market.tally.layout.opening_vintages)
            .flat_map(|vintage| rows.clone().map(move |row| (vintage, row)))
            .map(|(vintage, row)| {
                let one = row..row + 1;
                valuation.discount[row]
                    * outstanding::vintage_reward_cost(market, valuation, pair, vintage, one)
            })
            .sum();
        let rewards = match flows.total > 0.0 {
            true => flows.times(exact / flows.total),
            false => Sample::constant(exact, market.batches),
        };
        let handling = present(Flow::OpeningRedemptions, &|_, row| {
            subject.program.cost.per_redemption * valuation.inflation_of(subject.index, row)
        });
        let displaced = present(Flow::OpeningDisplaced, &|segment, _| {
            valuation.margin_of(segment)
        });
        rewards.plus(&handling).plus(&displaced).rounded()
    }
}
