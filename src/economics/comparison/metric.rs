//! The numbers in which contenders are compared.

use super::contender::{Contender, Field};
use crate::economics::incrementality::{churn, paid_sales};
use crate::economics::lines::{Line, flows_of};
use crate::economics::outstanding;
use crate::economics::scale::Sample;
use crate::engine::flow::Flow;
use crate::results::Unit;

/// A number every contender has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    Npv,
    IncrementalMargin,
    Cost,
    Margin,
    Sales,
    Customers,
    ActiveCustomers,
    NewCustomers,
    Churn,
    Members,
    PointsOutstanding,
    ExpectedCost,
    /// Net value per unit of cost: of a program, not a difference of two.
    Roi,
    /// Months until the discounted net value stays positive: of a program, not a difference of two.
    Payback,
}

/// When it is measured.
enum Window {
    Horizon,
    Life,
    End,
    FirstYear,
}

impl Metric {
    /// Those in which two designs differ by a number.
    pub const ALL: [Metric; 12] = [
        Metric::Npv,
        Metric::IncrementalMargin,
        Metric::Cost,
        Metric::Margin,
        Metric::Sales,
        Metric::Customers,
        Metric::ActiveCustomers,
        Metric::NewCustomers,
        Metric::Churn,
        Metric::Members,
        Metric::PointsOutstanding,
        Metric::ExpectedCost,
    ];

    /// Code of the headline number it is.
    pub fn code(self) -> &'static str {
        self.told().0
    }

    /// The metric with a code, if there is one.
    pub fn from_code(code: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|m| m.code() == code)
    }

    fn told(self) -> (&'static str, Unit, Window, &'static str) {
        use Window::{End, FirstYear, Horizon, Life};
        let present = "present value";
        match self {
            Metric::Npv => ("npv", Unit::Money, Life, present),
            Metric::IncrementalMargin => ("incremental_margin", Unit::Money, Life, present),
            Metric::Cost => ("cost", Unit::Money, Life, present),
            Metric::Margin => ("margin", Unit::Money, Horizon, ""),
            Metric::Sales => ("sales", Unit::Money, Horizon, ""),
            Metric::Customers => ("customers_end", Unit::Customers, End, ""),
            Metric::ActiveCustomers => ("buyers_end", Unit::Customers, End, ""),
            Metric::NewCustomers => ("arrivals", Unit::Customers, Horizon, ""),
            Metric::Churn => ("churn_12m", Unit::Share, FirstYear, "opening customers"),
            Metric::Members => ("members_end", Unit::Customers, End, ""),
            Metric::PointsOutstanding => ("points_outstanding_end", Unit::Points, End, ""),
            Metric::ExpectedCost => (
                "outstanding_expected_cost",
                Unit::Money,
                End,
                "cost of expected redemptions",
            ),
            Metric::Roi => ("roi", Unit::Ratio, Life, "cost"),
            Metric::Payback => ("payback_discounted", Unit::Months, Horizon, ""),
        }
    }

    pub(super) fn unit(self) -> Unit {
        self.told().1
    }

    pub(super) fn base(self) -> &'static str {
        self.told().3
    }

    pub(super) fn window(self, field: &Field) -> String {
        let writer = field.writer;
        match self.told().2 {
            Window::Horizon => writer.horizon(),
            Window::Life => writer.life(),
            Window::End => writer.end(),
            Window::FirstYear => format!("months 0-{}", first_year(field).saturating_sub(1)),
        }
    }

    /// Its value for a contender, money in minor units; none where it is undefined.
    pub(super) fn of(self, contender: &Contender, field: &Field) -> Option<Sample> {
        let market = field.writer.market;
        let (world, months) = (contender.world, 0..field.writer.months());
        let flows = |flows: &[Flow]| flows_of(market, world, months.clone(), flows);
        Some(match self {
            Metric::Npv => {
                let (margin, cost) = contender.present(field);
                margin.minus(&cost)
            }
            Metric::IncrementalMargin => contender.present(field).0,
            Metric::Cost => contender.present(field).1,
            Metric::Margin => {
                let mut margin = contender.book.total(&Line::ALL);
                margin.total = contender.book.margin().iter().sum::<i64>() as f64;
                margin
            }
            Metric::Sales => paid_sales(market, world),
            Metric::Customers => flows(&[Flow::CustomersDelta]),
            Metric::ActiveCustomers => flows(&[Flow::BuyersDelta]),
            Metric::NewCustomers => flows(&[Flow::Arrivals]),
            Metric::Churn => return churn(market, world, first_year(field)),
            Metric::Members => flows(&[Flow::Enrolled]).minus(&flows(&[Flow::Abandoned])),
            Metric::PointsOutstanding => outstanding::outstanding_by_month(market, world).pop()?,
            Metric::ExpectedCost => match &contender.subject {
                Some(subject) => subject.expected_cost_end(),
                None => Sample::zero(market.batches),
            },
            Metric::Roi => {
                let (margin, cost) = contender.present(field);
                return (cost.total > 0.0).then(|| margin.minus(&cost).over(&cost))?;
            }
            // Not a sum over customers; see `Study::bound`.
            Metric::Payback => return None,
        })
    }
}

fn first_year(field: &Field) -> usize {
    field.writer.months().min(12)
}
