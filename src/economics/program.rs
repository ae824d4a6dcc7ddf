//! Everything one program is told about: against none, in money and in points.

use super::bridge::Bridge;
use super::customer_value::{distribution, mean_value};
use super::effects::{self, EffectSplit};
use super::incrementality as inc;
use super::lines::{Cash, flows_of, levels_of};
use super::naive::NaiveLift;
use super::npv::PresentValue;
use super::payback::{Course, Payback};
use super::profit_and_loss::ProfitAndLoss;
use super::scale::Sample;
use super::weights::Valuation;
use super::worlds::Writer;
use crate::engine::flow::{Distribution, Flow};
use crate::liability::{self, RedemptionRate};
use crate::results::{BridgeItem, Named, ProgramResult, Series, Unit};
use crate::scenario::model::{Program, ProgramKind};

const PROGRAM: &str = "program";
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

/// World 0, where it was lived.
pub(crate) struct Baseline {
    pub world: usize,
    pub cash: Cash,
    pub book: ProfitAndLoss,
}

/// The results of one program, with the numbers that findings and checks ask for.
pub(crate) struct Assessed {
    pub result: ProgramResult,
    pub bridge: Option<Bridge>,
}

impl Subject<'_> {
    /// `skeptic` is the cash of the skeptic's world, where it was lived.
    pub fn assess(&self, baseline: Option<&Baseline>, skeptic: Option<&Cash>) -> Assessed {
        let (market, major) = (self.writer.market, self.writer.major);
        let mut headline = Vec::new();
        let mut monthly = Vec::new();
        let (mut split_by_label, mut split_by_effect) = (Vec::new(), Vec::new());
        let (mut deciles, mut difference_distribution) = (Vec::new(), Vec::new());
        let mut bridge = None;
        if let Some(baseline) = baseline {
            self.value(baseline, skeptic, &mut headline);
            self.lift(baseline, &mut headline);
            let split = EffectSplit::new(market, self.valuation, self.world);
            self.grades(&split, &mut headline);
            split_by_effect = self.effects(&split);
            let steps = Bridge::new(
                market,
                self.valuation,
                self.world,
                self.book,
                &baseline.book,
            );
            split_by_label = self.labels(&steps);
            bridge = Some(steps);
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
            kind: match self.program.kind {
                ProgramKind::Transactional => "transactional",
            }
            .into(),
            headline,
            monthly,
            bridge: bridge.as_ref().map(|b| self.items(b)).unwrap_or_default(),
            split_by_label,
            split_by_effect,
            vintages: liability::vintages(market, self.world, vintage_cost),
            points_roll_forward: liability::roll_forward(market, self.world),
            rewards: super::deciles::rewards(market, self.valuation, pair, self.program, major),
            deciles,
            difference_distribution,
            run_off: liability::run_off(market, self.world, run_off_cost),
        };
        Assessed { result, bridge }
    }

    fn vintage_cost(&self, vintage: usize) -> f64 {
        let rows = 0..self.valuation.rows();
        let pair = (self.world, self.index);
        liability::vintage_reward_cost(self.writer.market, self.valuation, pair, vintage, rows)
    }

    /// Present values. Each is rounded to minor units once, and differences are taken of rounded numbers.
    fn value(&self, baseline: &Baseline, skeptic: Option<&Cash>, rows: &mut Vec<Named>) {
        let (w, life) = (self.writer, self.writer.life());
        let present =
            |cash: &Cash| PresentValue::new(self.program, self.valuation, cash, &baseline.cash);
        let value = present(self.cash);
        let skeptic = skeptic.map(|cash| (present(cash), cash));
        let (margin, cost) = (rounded(&value.incremental_margin), rounded(&value.cost()));
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
            let grants = rounded(&skeptic.net().times(-1.0));
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

    fn lift(&self, baseline: &Baseline, rows: &mut Vec<Named>) {
        let (w, market) = (self.writer, self.writer.market);
        let horizon = w.horizon();
        let true_lift = inc::true_lift(market, self.world, baseline.world);
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
            .and_then(|(program, none)| program.minus(&none).over(&none));
        let at = (DIFFERENCE, w.life());
        let at = (at.0, at.1.as_str());
        let base = "world-0 value per customer";
        rows.push(w.maybe("clv_lift", clv.as_ref(), Unit::Share, at, base, "undefined"));
    }

    fn grades(&self, split: &EffectSplit, rows: &mut Vec<Named>) {
        let horizon = self.writer.horizon();
        for (grade, share) in split.grades() {
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
        let row = |code: &str, sample: &Sample, base: &str| {
            self.writer
                .named(code, sample, Unit::Money, (DIFFERENCE, &horizon), base)
        };
        let mut rows: Vec<Named> = split
            .effects
            .iter()
            .map(|(e, sample)| row(effects::code(*e), sample, effects::grade(*e)))
            .collect();
        if split.unattributed.total != 0.0 {
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

    fn courses(&self, baseline: &Baseline, rows: &mut Vec<Named>, series: &mut Vec<Series>) {
        let w = self.writer;
        let course = Course {
            market: w.market,
            valuation: self.valuation,
            program: self.program,
            index: self.index,
            world: self.world,
            cash: self.cash,
            world_0: &baseline.cash,
        };
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

    /// Points and members, known without world 0 except for the subsidy's label.
    fn points(&self, rows: &mut Vec<Named>) {
        let (w, market) = (self.writer, self.writer.market);
        let (horizon, life, end) = (w.horizon(), w.life(), w.end());
        let months = 0..w.months();
        let share = |rows: &mut Vec<Named>,
                     code: &str,
                     sample: Option<&Sample>,
                     window: &str,
                     base: &str| {
            rows.push(w.maybe(
                code,
                sample,
                Unit::Share,
                (PROGRAM, window),
                base,
                "undefined",
            ));
        };
        if market
            .tally
            .layout
            .world_index(crate::engine::tally::World::None)
            .is_some()
        {
            let subsidy = inc::subsidy_share(market, self.world);
            share(
                rows,
                "subsidy_share",
                subsidy.as_ref(),
                &horizon,
                "points issued on purchases",
            );
        }
        let members = flows_of(market, self.world, months.clone(), &[Flow::Enrolled]).minus(
            &flows_of(market, self.world, months.clone(), &[Flow::Abandoned]),
        );
        rows.push(w.named(
            "members_end",
            &members,
            Unit::Customers,
            (PROGRAM, &end),
            "",
        ));
        let active = flows_of(
            market,
            self.world,
            months.clone(),
            &[Flow::ActiveMembersDelta],
        );
        rows.push(w.named(
            "active_members_end",
            &active,
            Unit::Customers,
            (PROGRAM, &end),
            "",
        ));
        let outstanding = liability::outstanding_by_month(market, self.world)
            .pop()
            .unwrap_or(Sample::zero(market.batches));
        rows.push(w.named(
            "points_outstanding_end",
            &outstanding,
            Unit::Points,
            (PROGRAM, &end),
            "",
        ));
        let expected = self.expected_cost_end();
        rows.push(w.named(
            "outstanding_expected_cost",
            &expected,
            Unit::Money,
            (PROGRAM, &end),
            "cost of expected redemptions",
        ));
        let rate = RedemptionRate::new(market, self.world);
        let base = "points issued to the horizon";
        share(rows, "urr_low", rate.low.as_ref(), &life, base);
        share(rows, "urr_high", rate.high.as_ref(), &life, base);
        share(rows, "breakage", rate.breakage.as_ref(), &life, base);
        let dormant = flows_of(
            market,
            self.world,
            months,
            &[Flow::PointsDormant, Flow::OpeningDormant],
        );
        let dormant = dormant.over(&outstanding);
        share(
            rows,
            "dormant_share",
            dormant.as_ref(),
            &end,
            "points outstanding",
        );
    }

    /// Of everything outstanding at the horizon: counted points with errors, opening lots without.
    fn expected_cost_end(&self) -> Sample {
        let pair = (self.world, self.index);
        let layout = &self.writer.market.tally.layout;
        let after = layout.months..layout.rows();
        let opening: f64 = (0..layout.opening_vintages)
            .map(|v| {
                let market = self.writer.market;
                liability::vintage_reward_cost(market, self.valuation, pair, v, after.clone())
            })
            .sum();
        let batches = self.writer.market.batches;
        liability::expected_cost_end(self.cash).plus(&Sample::constant(opening, batches))
    }

    fn levels(&self, series: &mut Vec<Series>) {
        let (w, market) = (self.writer, self.writer.market);
        let mut level = Sample::zero(market.batches);
        let members: Vec<Sample> = w
            .by_month(self.world, &[Flow::Enrolled])
            .iter()
            .zip(&w.by_month(self.world, &[Flow::Abandoned]))
            .map(|(joined, gave_up)| {
                level = level.plus(joined).minus(gave_up);
                level.clone()
            })
            .collect();
        series.push(w.series("members", &members, Unit::Customers, PROGRAM));
        let active = levels_of(market, self.world, Flow::ActiveMembersDelta);
        series.push(w.series("active_members", &active, Unit::Customers, PROGRAM));
        let outstanding = liability::outstanding_by_month(market, self.world);
        series.push(w.series("points_outstanding", &outstanding, Unit::Points, PROGRAM));
        let pair = (self.world, self.index);
        let expected = liability::expected_cost_by_month(market, self.valuation, pair);
        let code = "outstanding_expected_cost";
        series.push(w.series_of(code, expected, &[], Unit::Money, PROGRAM));
        for (code, flows, unit) in [
            ("issued", &[Flow::PointsIssued] as &[Flow], Unit::Points),
            ("bonus", &[Flow::PointsBonus], Unit::Points),
            (
                "redeemed",
                &[Flow::PointsRedeemed, Flow::OpeningRedeemed],
                Unit::Points,
            ),
            (
                "expired",
                &[Flow::PointsExpired, Flow::OpeningExpired],
                Unit::Points,
            ),
            (
                "dormant",
                &[Flow::PointsDormant, Flow::OpeningDormant],
                Unit::Points,
            ),
            ("redemptions", &[Flow::Redemptions], Unit::Count),
            ("enrolled", &[Flow::Enrolled], Unit::Customers),
        ] {
            series.push(w.series(code, &w.by_month(self.world, flows), unit, PROGRAM));
        }
        self.cash_series(series);
    }

    /// The cash view beside the accrual of profit and loss, and what opening lots cost (outside both).
    fn cash_series(&self, series: &mut Vec<Series>) {
        let w = self.writer;
        let cash: Vec<Sample> = (0..w.months())
            .map(|m| {
                self.cash
                    .present(&super::lines::Line::ALL, m..m + 1, |_| 1.0)
            })
            .collect();
        series.push(w.series("cash_margin", &cash, Unit::Money, PROGRAM));
        if self.program.opening.is_some() {
            let cost = w.by_month(self.world, &[Flow::OpeningCost]);
            series.push(w.series("opening_rewards", &cost, Unit::Money, PROGRAM));
        }
    }
}

/// The estimate with its total in whole minor units.
fn rounded(sample: &Sample) -> Sample {
    Sample {
        total: libm::round(sample.total),
        batches: sample.batches.clone(),
    }
}
