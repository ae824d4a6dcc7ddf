//! Net value to date, month by month, and the month from which it stays positive.
//!
//! Value to date is what was gained so far less what the points issued so far will still cost (cash to date less the
//! liability): a cash view would call a program paid back before its points are redeemed. The last month equals the
//! program's whole net value, run-off included.

use super::lines::{Cash, Line, first_month};
use super::profit_and_loss::{issue_shares, issued_by_month, valuation_price, vintage_cost};
use super::scale::{Market, Sample};
use super::weights::Valuation;
use crate::scenario::model::Program;

/// Net value to date at each month end, minor units.
pub(crate) struct Cumulative {
    pub values: Vec<Sample>,
    /// Set-up counted before anything else where the program starts at month 0.
    start: f64,
}

/// When a program has paid back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Payback {
    /// Months from the start, and the standard error where it has one.
    Months(f64, Option<f64>),
    /// Not within the horizon.
    Never,
}

/// What is needed to follow one program against world 0.
pub(crate) struct Course<'a> {
    pub market: &'a Market<'a>,
    pub valuation: &'a Valuation,
    pub program: &'a Program,
    /// Index of the program in the scenario and of its world in the tally.
    pub index: usize,
    pub world: usize,
    pub cash: &'a Cash,
    pub world_0: &'a Cash,
}

impl Course<'_> {
    /// Value to date, plain or discounted.
    pub fn cumulative(&self, discounted: bool) -> Cumulative {
        let (valuation, cash) = (self.valuation, self.cash);
        let factor = |row: usize| {
            if discounted {
                valuation.discount[row]
            } else {
                1.0
            }
        };
        let issued = issued_by_month(self.market, self.world);
        let shares = issue_shares(&issued);
        let later = cash.present(
            &[Line::Handling, Line::Displacement],
            valuation.months..valuation.rows(),
            factor,
        );
        let direct = [
            Line::Sales,
            Line::CostOfGoods,
            Line::Displacement,
            Line::ArrivalCosts,
            Line::CostToServe,
            Line::ReferralRewards,
            Line::Handling,
            Line::MemberCosts,
            Line::Benefits,
            Line::MonthlyCosts,
        ];
        let setup = self.setup(discounted);
        let mut value = Sample::zero(self.market.batches);
        let mut values = Vec::with_capacity(valuation.months);
        for month in 0..valuation.months {
            if month == first_month(self.program) {
                value = value.plus(&Sample::constant(-setup, self.market.batches));
            }
            let rows = month..month + 1;
            let gain = cash
                .present(&direct, rows.clone(), factor)
                .minus(&self.world_0.present(&direct, rows, factor));
            let rewards = self.vintage(month, &issued[month], factor);
            value = value
                .plus(&gain)
                .plus(&rewards)
                .plus(&later.times(shares[month]));
            values.push(value.clone());
        }
        let start = match first_month(self.program) {
            0 => -setup,
            _ => 0.0,
        };
        Cumulative { values, start }
    }

    fn setup(&self, discounted: bool) -> f64 {
        let factor = match discounted {
            true => super::npv::setup_discount(self.program, self.valuation),
            false => 1.0,
        };
        self.program.cost.setup as f64 * factor
    }

    /// What the points issued in a month will cost over their life, negative.
    fn vintage(&self, month: usize, issued: &Sample, factor: impl Fn(usize) -> f64) -> Sample {
        let total: f64 = Line::GRANTS
            .iter()
            .map(|line| {
                let unit =
                    |row| factor(row) * valuation_price(self.valuation, *line, self.index, row);
                -vintage_cost(self.market, (self.world, month), *line, 0, unit)
            })
            .sum();
        match issued.total > 0.0 {
            true => issued.times(total / issued.total),
            false => Sample::constant(total, self.market.batches),
        }
    }
}

impl Cumulative {
    /// The first month end from which the value to date stays at or above zero up to the horizon, counted in months
    /// from the start; 0 where it never was negative. Its error is the error of the value over the month's step.
    pub fn payback(&self) -> Payback {
        let Some(below) = self.values.iter().rposition(|v| v.total < 0.0) else {
            let months = if self.start < 0.0 { 1.0 } else { 0.0 };
            return Payback::Months(months, None);
        };
        let Some(crossing) = self.values.get(below + 1) else {
            return Payback::Never;
        };
        let step = crossing.total - self.values[below].total;
        let error = crossing.standard_error().map(|e| e / step);
        Payback::Months((below + 2) as f64, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payback(start: f64, values: &[f64]) -> Payback {
        let values = values
            .iter()
            .map(|v| Sample {
                total: *v,
                batches: vec![v - 3.0, v + 3.0],
            })
            .collect();
        Cumulative { values, start }.payback()
    }

    #[test]
    fn the_month_is_the_one_from_which_value_stays() {
        // Above zero at the end of month 2, that is after three months; error 3 over a step of 6.
        assert_eq!(
            payback(-10.0, &[-8.0, -2.0, 4.0, 9.0]),
            Payback::Months(3.0, Some(0.5))
        );
        // A good Christmas is not a payback.
        assert_eq!(
            payback(-10.0, &[2.0, -3.0, -3.0, 0.0]),
            Payback::Months(4.0, Some(1.0))
        );
    }

    #[test]
    fn a_program_that_ends_below_zero_never_pays_back() {
        assert_eq!(payback(-10.0, &[-8.0, 1.0, -0.5]), Payback::Never);
        assert_eq!(payback(0.0, &[-1.0]), Payback::Never);
    }

    #[test]
    fn one_that_is_never_below_zero_needs_a_month_for_its_set_up() {
        assert_eq!(payback(-10.0, &[1.0, 2.0]), Payback::Months(1.0, None));
        assert_eq!(payback(0.0, &[1.0, 2.0]), Payback::Months(0.0, None));
    }
}
