//! Everything one program is told about: against none, in money and in points.

use super::bridge::Bridge;
use super::customer_value::{distribution, mean_value};
use super::effects::{self, EffectSplit, Part};
use super::incrementality as inc;
use super::lines::{Cash, levels_of};
use super::naive::NaiveLift;
use super::npv::PresentValue;
use super::outstanding;
use super::payback::{Course, Payback};
use super::profit_and_loss::ProfitAndLoss;
use super::scale::Sample;
use super::weights::Valuation;
use super::worlds::Writer;
use crate::engine::flow::{Distribution, Flow};
use crate::results::{BridgeItem, Named, ProgramResult, Series, Unit};
use crate::scenario::model::{Program, ProgramKind};

pub(super) const PROGRAM: &str = "program";
const DIFFERENCE: &str = "program - world_0";

/// One program's world and what it is measured with.
pub(crate) struct Subject<'a> {
    pub writer: &'a Writer<'a>,
    pub valuation: &'a Valuation,
    pub program: &'a Program,
    /// Index in the scenario.
    pub index: usize,
    pub world: usize,
    pub cash: &'a Cash,
    pub book: &'a ProfitAndLoss,
}

/// The cash and the books of one world.
pub(crate) struct Lived {
    pub world: usize,
    pub cash: Cash,
    pub book: ProfitAndLoss,
}

/// The results of one program, with the numbers that findings and checks ask for.
pub(crate) struct Assessed {
    pub result: ProgramResult,
    pub bridge: Option<(Bridge, EffectSplit)>,
}

/// The archetype as a word of the results.
fn kind(kind: ProgramKind) -> &'static str {
    match kind {
        ProgramKind::Transactional => "transactional",
        ProgramKind::Tiered => "tiered",
        ProgramKind::Ambassador => "ambassador",
    }
}

impl Subject<'_> {
    /// `skeptic` is the cash of the skeptic's world, where it was lived.
    pub fn assess(&self, baseline: Option<&Lived>, skeptic: Option<&Cash>) -> Assessed {
        let (market, major) = (self.writer.market, self.writer.major);
        let mut headline = Vec::new();
        let mut monthly = Vec::new();
        let (mut split_by_label, mut split_by_effect) = (Vec::new(), Vec::new());
        let (mut deciles, mut difference_distribution) = (Vec::new(), Vec::new());
        let mut bridge = None;
        if let Some(baseline) = baseline {
            self.value(baseline, skeptic, &mut headline);
            self.lift(baseline, &mut headline);
            let steps = Bridge::new(
                market,
                self.valuation,
                self.world,
                self.book,
                &baseline.book,
            );
            split_by_label = self.labels(&steps);
            let split = EffectSplit::new(market, self.valuation, self.world, steps.of_effects());
            self.grades(&steps, &split, &mut headline);
            split_by_effect = self.effects(&split);
            bridge = Some((steps, split));
            deciles = super::deciles::deciles(market, self.world, baseline.world, major);
            difference_distribution =
                distribution(market, self.world, Distribution::Difference, major);
            self.courses(baseline, &mut headline, &mut monthly);
        }
        self.points(&mut headline);
        self.levels(&mut monthly);
        let pair = (self.world, self.index);
        let vintage_cost = |v| self.vintage_cost(v) / major;
        let run_off_cost = |row: usize| {
            let lines = super::lines::Line::GRANTS;
            (0.0 - self.cash.present(&lines, row..row + 1, |_| 1.0).total) / major
        };
        let result = ProgramResult {
            name: self.program.name.clone(),
            kind: kind(self.program.kind).into(),
            headline,
            monthly,
            bridge: bridge
                .as_ref()
                .map(|(steps, _)| self.items(steps))
                .unwrap_or_default(),
            split_by_label,
            split_by_effect,
            vintages: outstanding::vintages(market, self.world, vintage_cost),
            points_roll_forward: outstanding::roll_forward(market, self.world),
            rewards: super::deciles::rewards(market, self.valuation, pair, self.program, major),
            deciles,
            difference_distribution,
            run_off: outstanding::run_off(market, self.world, run_off_cost),
            tiers: self.tiers(),
            referral: self.referral(baseline),
        };
        Assessed { result, bridge }
    }

    fn vintage_cost(&self, vintage: usize) -> f64 {
        let rows = 0..self.valuation.rows();
        let pair = (self.world, self.index);
        outstanding::vintage_reward_cost(self.writer.market, self.valuation, pair, vintage, rows)
    }

    /// Present values. Each is rounded to minor units once, and differences are taken of rounded numbers.
    fn value(&self, baseline: &Lived, skeptic: Option<&Cash>, rows: &mut Vec<Named>) {
        let (w, life) = (self.writer, self.writer.life());
        let present = |cash: &Cash| {
            PresentValue::new(self.program, self.valuation, cash, Some(&baseline.cash))
        };
        let value = present(self.cash);
        let skeptic = skeptic.map(|cash| (present(cash), cash));
        let (margin, cost) = (value.incremental_margin.rounded(), value.cost().rounded());
        let mut net = margin.minus(&cost);
        net.total = margin.total - cost.total;
        let at = (DIFFERENCE, life.as_str());
        rows.push(w.named(
            "incremental_margin",
            &margin,
            Unit::Money,
            at,
            "present value",
        ));
        rows.push(w.named(
            "cost",
            &cost,
            Unit::Money,
            (PROGRAM, &life),
            "present value",
        ));
        rows.push(w.named("npv", &net, Unit::Money, at, "present value"));
        let ratio = match margin.total > 0.0 {
            true => cost.over(&margin),
            false => None,
        };
        rows.push(w.maybe(
            "cost_per_incremental_margin",
            ratio.as_ref(),
            Unit::Ratio,
            at,
            "incremental margin",
            "no_incremental_margin",
        ));
        let roi = if cost.total > 0.0 {
            net.over(&cost)
        } else {
            None
        };
        rows.push(w.maybe("roi", roi.as_ref(), Unit::Ratio, at, "cost", "undefined"));
        if let Some((skeptic, _)) = &skeptic {
            self.grants_and_effects(&net, skeptic, rows);
        }
        self.later_margin(baseline, rows);
        let skeptic = skeptic.as_ref().map(|(value, cash)| (value, *cash));
        let uplift =
            inc::break_even_uplift(self.valuation, &value, skeptic, self.cash, &baseline.cash);
        rows.push(w.maybe(
            "break_even_uplift",
            uplift.as_ref(),
            Unit::Share,
            at,
            "world-0 sales",
            "never",
        ));
    }

    /// A memo: what those alive at the horizon are expected to bring after it, as a present value.
    fn later_margin(&self, baseline: &Lived, rows: &mut Vec<Named>) {
        let w = self.writer;
        let worlds = (self.world, baseline.world);
        let Some(margin) = inc::later_margin(w.market, self.valuation, worlds) else {
            return;
        };
        rows.push(w.named(
            "later_margin",
            &margin,
            Unit::Money,
            (DIFFERENCE, "run-off years"),
            "present value, in no other number",
        ));
    }

    /// The net value as the cost of grants if nobody changes, and the value of the assumed effects.
    fn grants_and_effects(&self, net: &Sample, skeptic: &PresentValue, rows: &mut Vec<Named>) {
        let (w, life) = (self.writer, self.writer.life());
        let grants = skeptic.net().times(-1.0).rounded();
        let world = "skeptic - world_0";
        rows.push(w.named(
            "skeptic_cost_of_grants",
            &grants,
            Unit::Money,
            (world, &life),
            "present value",
        ));
        rows.push(w.named(
            "value_of_effects",
            &net.plus(&grants),
            Unit::Money,
            ("program - skeptic", &life),
            "present value",
        ));
    }

    fn lift(&self, baseline: &Lived, rows: &mut Vec<Named>) {
        let (w, market) = (self.writer, self.writer.market);
        let horizon = w.horizon();
        let true_lift = inc::true_lift(market, self.world, baseline.world);
        let full_price = inc::full_price_lift(market, self.world, baseline.world);
        let naive = NaiveLift::new(market, self.world);
        let ratio = match (&naive.others, &true_lift) {
            (Some(naive), Some(lift)) => naive.over(lift),
            _ => None,
        };
        let mut push = |code: &str, sample: Option<&Sample>, unit, world: &str, base: &str| {
            rows.push(w.maybe(code, sample, unit, (world, &horizon), base, "undefined"));
        };
        let sales = "world-0 sales";
        push(
            "true_lift",
            true_lift.as_ref(),
            Unit::Share,
            DIFFERENCE,
            sales,
        );
        push(
            "full_price_lift",
            full_price.as_ref(),
            Unit::Share,
            DIFFERENCE,
            sales,
        );
        let base = "sales per non-member";
        push(
            "naive_lift",
            naive.others.as_ref(),
            Unit::Share,
            PROGRAM,
            base,
        );
        let base = "sales per non-member with a visit";
        push(
            "naive_lift_visitors",
            naive.visitors.as_ref(),
            Unit::Share,
            PROGRAM,
            base,
        );
        push(
            "naive_over_true",
            ratio.as_ref(),
            Unit::Ratio,
            DIFFERENCE,
            "true lift",
        );
        self.customers(baseline, rows);
    }

    /// Who stays longer, and what a customer is worth more.
    fn customers(&self, baseline: &Lived, rows: &mut Vec<Named>) {
        let (w, market) = (self.writer, self.writer.market);
        let months = w.months();
        for (code, last) in [
            ("churn_difference", months.min(12)),
            ("churn_difference_horizon", months),
        ] {
            let difference = inc::churn(market, self.world, last)
                .zip(inc::churn(market, baseline.world, last))
                .map(|(program, none)| program.minus(&none));
            rows.push(w.maybe(
                code,
                difference.as_ref(),
                Unit::Share,
                (DIFFERENCE, &format!("months 0-{}", last.saturating_sub(1))),
                "opening customers",
                "undefined",
            ));
        }
        let clv = mean_value(market, self.world)
            .zip(mean_value(market, baseline.world))
            // A rise of a value that is not positive is no percentage.
            .filter(|(_, none)| none.total > 0.0)
            .and_then(|(program, none)| program.minus(&none).over(&none));
        let at = (DIFFERENCE, w.life());
        let at = (at.0, at.1.as_str());
        let base = "world-0 value per customer";
        rows.push(w.maybe("clv_lift", clv.as_ref(), Unit::Share, at, base, "undefined"));
    }

    fn grades(&self, steps: &Bridge, split: &EffectSplit, rows: &mut Vec<Named>) {
        let horizon = self.writer.horizon();
        let arrivals = steps.steps.iter().find(|step| step.code == "arrival");
        let brought =
            arrivals.filter(|_| self.program.referral.is_some() || self.program.arrival_lift > 0.0);
        for (grade, share) in split.grades(brought.map(|step| &step.sample)) {
            rows.push(self.writer.named(
                &format!("evidence_share_{grade}"),
                &share,
                Unit::Share,
                (DIFFERENCE, &horizon),
                "absolute incremental margin of the effects",
            ));
        }
    }

    fn effects(&self, split: &EffectSplit) -> Vec<Named> {
        let horizon = self.writer.horizon();
        let row = |code: &str, part: &Part, base: &str| {
            let sample = Sample {
                total: part.value as f64,
                batches: part.sample.batches.clone(),
            };
            self.writer
                .named(code, &sample, Unit::Money, (DIFFERENCE, &horizon), base)
        };
        let mut rows: Vec<Named> = split
            .effects
            .iter()
            .filter(|(e, _)| self.program.qualification.is_some() || !e.needs_tiers())
            .filter(|(e, _)| self.program.referral.is_some() || !e.needs_referral())
            .map(|(e, part)| row(effects::code(*e), part, effects::grade(*e)))
            .collect();
        if split.unattributed.value != 0 || split.unattributed.sample.total != 0.0 {
            rows.push(row("unattributed", &split.unattributed, ""));
        }
        rows
    }

    fn labels(&self, bridge: &Bridge) -> Vec<Named> {
        let horizon = self.writer.horizon();
        bridge
            .labels()
            .map(|step| {
                let mut sample = step.sample.clone();
                sample.total = step.value as f64;
                self.writer
                    .named(step.code, &sample, Unit::Money, (DIFFERENCE, &horizon), "")
            })
            .collect()
    }

    fn items(&self, bridge: &Bridge) -> Vec<BridgeItem> {
        let major = self.writer.major;
        bridge
            .steps
            .iter()
            .map(|step| BridgeItem {
                code: step.code.into(),
                pillar: step.pillar,
                value: step.value as f64 / major,
                standard_error: step.sample.standard_error().map(|e| e / major),
            })
            .collect()
    }

    /// The way of its value to date.
    pub(crate) fn course<'b>(&'b self, baseline: &'b Lived) -> Course<'b> {
        Course {
            market: self.writer.market,
            valuation: self.valuation,
            program: self.program,
            index: self.index,
            world: self.world,
            cash: self.cash,
            world_0: &baseline.cash,
        }
    }

    fn courses(&self, baseline: &Lived, rows: &mut Vec<Named>, series: &mut Vec<Series>) {
        let w = self.writer;
        let course = self.course(baseline);
        for (suffix, payback, discounted) in [
            ("", "payback_plain", false),
            ("_discounted", "payback_discounted", true),
        ] {
            let to_date = course.cumulative(discounted);
            let code = format!("net_value_cumulative{suffix}");
            series.push(w.series(&code, &to_date.values, Unit::Money, DIFFERENCE));
            let at = (DIFFERENCE, w.horizon());
            let at = (at.0, at.1.as_str());
            let row = match to_date.payback() {
                Payback::Never => w.absent(payback, Unit::Months, at, "", "never"),
                Payback::Months(months, error) => {
                    let sample = Sample::constant(months, 0);
                    let mut row = w.named(payback, &sample, Unit::Months, at, "");
                    row.number.standard_error = error;
                    row
                }
            };
            rows.push(row);
        }
        let differences = [
            ("customers_difference", Flow::CustomersDelta),
            ("buyers_difference", Flow::BuyersDelta),
        ];
        for (code, flow) in differences {
            let samples: Vec<Sample> = levels_of(w.market, self.world, flow)
                .iter()
                .zip(&levels_of(w.market, baseline.world, flow))
                .map(|(program, none)| program.minus(none))
                .collect();
            series.push(w.series(code, &samples, Unit::Customers, DIFFERENCE));
        }
    }
}
