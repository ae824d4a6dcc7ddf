//! What a program's points and members come to: headline numbers and monthly series, known without world 0 too.

use super::incrementality as inc;
use super::lines::{flows_of, levels_of};
use super::outstanding::{self, RedemptionRate};
use super::program::{PROGRAM, Subject};
use super::scale::Sample;
use super::worlds::Writer;
use crate::engine::flow::Flow;
use crate::engine::tally::World;
use crate::results::{Named, Series, Unit};

impl Subject<'_> {
    /// Points and members, known without world 0 except for the subsidy's label.
    pub(super) fn points(&self, rows: &mut Vec<Named>) {
        let (w, market) = (self.writer, self.writer.market);
        let (horizon, life, end) = (w.horizon(), w.life(), w.end());
        let months = 0..w.months();
        let share = |code: &str, sample: Option<&Sample>, window: &str, base: &str| {
            let at = (PROGRAM, window);
            w.maybe(code, sample, Unit::Share, at, base, "undefined")
        };
        if market.tally.layout.world_index(World::None).is_some() {
            let subsidy = inc::subsidy_share(market, self.world);
            let base = "points issued on purchases";
            rows.push(share("subsidy_share", subsidy.as_ref(), &horizon, base));
        }
        self.balances(rows);
        let outstanding = last_outstanding(w, self.world);
        let rate = RedemptionRate::new(market, self.world);
        let base = "points issued to the horizon";
        rows.push(share("urr_low", rate.low.as_ref(), &life, base));
        rows.push(share("urr_high", rate.high.as_ref(), &life, base));
        rows.push(share("breakage", rate.breakage.as_ref(), &life, base));
        let high = rate.breakage_high();
        rows.push(share("breakage_high", high.as_ref(), &life, base));
        let kinds = [Flow::PointsDormant, Flow::OpeningDormant];
        let dormant = flows_of(market, self.world, months, &kinds).over(&outstanding);
        let base = "points outstanding";
        rows.push(share("dormant_share", dormant.as_ref(), &end, base));
    }

    /// Members and points at the horizon.
    fn balances(&self, rows: &mut Vec<Named>) {
        let (w, market) = (self.writer, self.writer.market);
        let (months, end) = (0..w.months(), w.end());
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
        let outstanding = last_outstanding(w, self.world);
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
    }

    /// Of everything outstanding at the horizon: counted points with errors, opening lots without.
    pub(crate) fn expected_cost_end(&self) -> Sample {
        let pair = (self.world, self.index);
        let layout = &self.writer.market.tally.layout;
        let after = layout.months..layout.rows();
        let opening: f64 = (0..layout.opening_vintages)
            .map(|v| {
                let market = self.writer.market;
                outstanding::vintage_reward_cost(market, self.valuation, pair, v, after.clone())
            })
            .sum();
        let batches = self.writer.market.batches;
        outstanding::expected_cost_end(self.cash).plus(&Sample::constant(opening, batches))
    }

    pub(super) fn levels(&self, series: &mut Vec<Series>) {
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
        let outstanding = outstanding::outstanding_by_month(market, self.world);
        series.push(w.series("points_outstanding", &outstanding, Unit::Points, PROGRAM));
        let pair = (self.world, self.index);
        let expected = outstanding::expected_cost_by_month(market, self.valuation, pair);
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
            (
                "redemptions",
                &[Flow::Redemptions, Flow::OpeningRedemptions],
                Unit::Count,
            ),
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

/// Points outstanding in the books at the horizon.
fn last_outstanding(writer: &Writer, world: usize) -> Sample {
    outstanding::outstanding_by_month(writer.market, world)
        .pop()
        .unwrap_or(Sample::zero(writer.market.batches))
}
