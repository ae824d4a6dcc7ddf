//! One life of the market: its levels, flows, profit and loss, and the value of its customers.

use super::customer_value::{distribution, mean_value, top_quintile_share};
use super::incrementality::{churn, paid_sales};
use super::lines::{flows_of, levels_of};
use super::profit_and_loss::ProfitAndLoss;
use super::scale::{Market, Sample};
use super::weights::PURCHASES;
use crate::engine::flow::{Distribution, Flow};
use crate::results::{Named, Number, Series, Unit, WorldResult};

/// What every part of the results is written with.
pub(crate) struct Writer<'a> {
    pub market: &'a Market<'a>,
    /// Minor units in a major unit.
    pub major: f64,
}

impl Writer<'_> {
    pub fn months(&self) -> usize {
        self.market.tally.layout.months
    }

    /// `months 0-59`.
    pub fn horizon(&self) -> String {
        format!("months 0-{}", self.months().saturating_sub(1))
    }

    /// `months 0-59 and run-off`.
    pub fn life(&self) -> String {
        format!("{} and run-off", self.horizon())
    }

    /// `month end 59`.
    pub fn end(&self) -> String {
        format!("month end {}", self.months().saturating_sub(1))
    }

    /// Money is in minor units until here.
    pub fn number(&self, sample: &Sample, unit: Unit, world: &str, window: &str) -> Number {
        let scale = match unit {
            Unit::Money => 1.0 / self.major,
            _ => 1.0,
        };
        self.market
            .number(&sample.times(scale), unit, world, window)
    }

    pub fn named(
        &self,
        code: &str,
        sample: &Sample,
        unit: Unit,
        (world, window): (&str, &str),
        base: &str,
    ) -> Named {
        let mut number = self.number(sample, unit, world, window);
        number.base = base.into();
        Named {
            code: code.into(),
            number,
        }
    }

    /// A number that may be undefined, with the code of why.
    pub fn maybe(
        &self,
        code: &str,
        sample: Option<&Sample>,
        unit: Unit,
        (world, window): (&str, &str),
        base: &str,
        note: &str,
    ) -> Named {
        match sample {
            Some(sample) => self.named(code, sample, unit, (world, window), base),
            None => self.absent(code, unit, (world, window), base, note),
        }
    }

    pub fn absent(
        &self,
        code: &str,
        unit: Unit,
        (world, window): (&str, &str),
        base: &str,
        note: &str,
    ) -> Named {
        Named {
            code: code.into(),
            number: Number {
                value: None,
                standard_error: None,
                interval: None,
                unit,
                base: base.into(),
                world: world.into(),
                window: window.into(),
                note: Some(note.into()),
            },
        }
    }

    /// A monthly series with an error per month.
    pub fn series(&self, code: &str, samples: &[Sample], unit: Unit, world: &str) -> Series {
        let values = samples.iter().map(|s| s.total).collect();
        self.series_of(code, values, samples, unit, world)
    }

    /// A monthly series of given values (minor units for money) with the errors of its samples, or none.
    pub fn series_of(
        &self,
        code: &str,
        values: Vec<f64>,
        samples: &[Sample],
        unit: Unit,
        world: &str,
    ) -> Series {
        let scale = match unit {
            Unit::Money => self.major,
            _ => 1.0,
        };
        let errors: Option<Vec<f64>> = samples
            .iter()
            .map(|s| s.standard_error().map(|e| e / scale))
            .collect();
        Series {
            code: code.into(),
            unit,
            world: world.into(),
            values: values.into_iter().map(|v| v / scale).collect(),
            standard_errors: errors.unwrap_or_default(),
        }
    }

    /// Flows by month.
    pub fn by_month(&self, world: usize, flows: &[Flow]) -> Vec<Sample> {
        (0..self.months())
            .map(|m| flows_of(self.market, world, m..m + 1, flows))
            .collect()
    }
}

/// The result of one world. `name` is what the reader sees, `label` what numbers say they belong to.
pub(crate) fn world_result(
    writer: &Writer,
    world: usize,
    (name, label): (&str, &str),
    program: Option<usize>,
    book: &ProfitAndLoss,
) -> WorldResult {
    let market = writer.market;
    let margin = book.margin_samples();
    let rounded: Vec<f64> = book.margin().iter().map(|m| *m as f64).collect();
    let sales: Vec<Sample> = (0..writer.months())
        .map(|m| super::incrementality::paid_sales_in(market, world, m..m + 1))
        .collect();
    let people = |code, flow| {
        let samples = writer.by_month(world, &[flow]);
        writer.series(code, &samples, Unit::Customers, label)
    };
    let levels = |code, flow| {
        let samples = levels_of(market, world, flow);
        writer.series(code, &samples, Unit::Customers, label)
    };
    let monthly = vec![
        levels("customers", Flow::CustomersDelta),
        levels("buyers", Flow::BuyersDelta),
        people("leavers", Flow::Leavers),
        people("arrivals", Flow::Arrivals),
        writer.series(
            "purchases",
            &writer.by_month(world, &PURCHASES),
            Unit::Count,
            label,
        ),
        writer.series("sales", &sales, Unit::Money, label),
        writer.series_of("margin", rounded.clone(), &margin, Unit::Money, label),
    ];
    let mut profit_and_loss: Vec<Series> = book
        .lines
        .iter()
        .map(|posting| {
            let values = posting.rounded.iter().map(|v| *v as f64).collect();
            writer.series_of(
                posting.line.code(),
                values,
                &posting.exact,
                Unit::Money,
                label,
            )
        })
        .collect();
    profit_and_loss.push(writer.series_of("margin", rounded, &margin, Unit::Money, label));
    WorldResult {
        name: name.into(),
        program,
        headline: headline(writer, world, label, book),
        monthly,
        profit_and_loss,
        value_distribution: distribution(market, world, Distribution::Value, writer.major),
    }
}

fn headline(writer: &Writer, world: usize, label: &str, book: &ProfitAndLoss) -> Vec<Named> {
    let market = writer.market;
    let (horizon, end) = (writer.horizon(), writer.end());
    let months = 0..writer.months();
    let mut rows = Vec::new();
    for (code, flow) in [
        ("customers_end", Flow::CustomersDelta),
        ("buyers_end", Flow::BuyersDelta),
    ] {
        let level = flows_of(market, world, months.clone(), &[flow]);
        rows.push(writer.named(code, &level, Unit::Customers, (label, &end), ""));
    }
    for (code, last) in [
        ("churn_12m", writer.months().min(12)),
        ("churn_horizon", writer.months()),
    ] {
        let window = format!("months 0-{}", last.saturating_sub(1));
        rows.push(writer.maybe(
            code,
            churn(market, world, last).as_ref(),
            Unit::Share,
            (label, &window),
            "opening customers",
            "undefined",
        ));
    }
    let purchases = flows_of(market, world, months, &PURCHASES);
    rows.push(writer.named("purchases", &purchases, Unit::Count, (label, &horizon), ""));
    let sales = paid_sales(market, world);
    rows.push(writer.named("sales", &sales, Unit::Money, (label, &horizon), ""));
    let mut margin = book.total(&super::lines::Line::ALL);
    margin.total = book.margin().iter().sum::<i64>() as f64;
    rows.push(writer.named("margin", &margin, Unit::Money, (label, &horizon), ""));
    rows.push(writer.maybe(
        "clv",
        mean_value(market, world).as_ref(),
        Unit::Money,
        (label, &writer.life()),
        "opening and arriving customers",
        "undefined",
    ));
    rows.push(writer.maybe(
        "top_quintile_share",
        top_quintile_share(market, world).as_ref(),
        Unit::Share,
        (label, &horizon),
        "sales",
        "undefined",
    ));
    rows
}
