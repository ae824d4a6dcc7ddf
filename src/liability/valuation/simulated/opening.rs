//! The opening book, booked beside the points issued since: lots that were outstanding at the start, by month of issue.
//!
//! What was issued with them and is gone is not known, so they say nothing of rates on points *issued*; they are valued on
//! the base *outstanding*. Of points of age a that are outstanding, the share ρ(a) is redeemed from now on: what the rates
//! by age expect from a on, over all that can still happen to them, ρ(a) = Σ m_k ÷ (Σ m_k + Σ e_k + 1 − Σ all), k ≥ a, m
//! redeemed and e ended by rule, of points issued. The rates of a month end are those of the vintages issued since the
//! start, from the data up to it; ages not yet seen take what the assumptions imply. An age beyond all of these takes the
//! rates of the last one (a judgement).
//!
//! *Deferred revenue.* A vintage whose points were issued at the price p has the liability p P F ÷ U, F of U = URR P points
//! still to be redeemed. P is not known, but p ÷ URR per point still to be redeemed is: at that the book is taken over,
//! and the amount is locked.

use super::super::history::{columns, deferred_columns, deferred_numbers, table};
use super::vintages::{Pattern, Vintages};
use super::{Run, over_time};
use crate::economics::weights::Valuation as Weights;
use crate::engine::flow::VintageFlow;
use crate::liability::measure::MeasureError;
use crate::liability::measure::booking::round_half_even;
use crate::liability::measure::deferred_revenue::Standing;
use crate::liability::statement::deferred::{Vintage, roll_forward};
use crate::liability::valuation::Assumptions;
use crate::results::estimate::{Cell, Check, Table};
use crate::results::valuation::OpeningBooked;

/// The lots of one month of issue.
struct Lot {
    months_ago: usize,
    /// Outstanding at the start.
    points: f64,
    /// By month of the scenario, then all of the run-off.
    redeemed: Vec<f64>,
    ended: Vec<f64>,
}

impl Lot {
    fn redeemed_by(&self, months: usize) -> f64 {
        self.redeemed.iter().take(months).sum()
    }

    fn outstanding(&self, months: usize) -> f64 {
        self.points - self.redeemed_by(months) - self.ended.iter().take(months).sum::<f64>()
    }
}

/// What a valuation gains from an opening book.
pub(super) struct Opening {
    pub booked: OpeningBooked,
    pub tables: Vec<Table>,
    pub checks: Vec<Check>,
}

/// Values the opening book. None where there is none.
pub(super) fn value(
    run: &Run,
    vintages: &Vintages,
    prior: &Pattern,
    with: &Assumptions,
) -> Result<Option<Opening>, MeasureError> {
    let lots = lots(run);
    if lots.is_empty() {
        return Ok(None);
    }
    let months = run.market.tally.layout.months;
    let believed: Vec<Pattern> = (0..=months)
        .map(|end| vintages.believed(end.saturating_sub(vintages.first()), prior))
        .collect();
    let future = |lot: &Lot, end: usize| {
        let rate = believed
            .get(end)
            .map_or(0.0, |p| p.rate_of_outstanding(lot.months_ago + end));
        lot.outstanding(end) * rate
    };
    let price = with.price_per_point.filter(|_| prior.rate() > 0.0);
    let price = price.map(|price| price / prior.rate());
    let deferred = price
        .map(|price| deferred(&lots, months, price * with.minor_units, &future))
        .transpose()?;
    let by_month = deferred.as_deref();
    let (book, booked) = table_of(run, &lots, months, with, by_month, &future);
    let mut tables = vec![book, by_month_of_issue(run, &lots, months, &future)];
    let mut checks = vec![bounds(&lots, months, &future)];
    if let Some(rows) = deferred {
        let worst = rows.iter().map(|row| row.check().abs()).max().unwrap_or(0);
        let chained = rows.windows(2).all(|p| p[0].closing == p[1].opening);
        checks.push(Check {
            code: "opening_book_roll_forward".to_owned(),
            difference: worst as f64,
            passed: worst == 0 && chained,
        });
        let named = rows.iter().enumerate().map(|(end, row)| {
            let name = Cell::Text(name(run, end));
            std::iter::once(name).chain(deferred_numbers(row)).collect()
        });
        tables.push(table(
            "P",
            "opening_book_deferred_revenue",
            deferred_columns(),
            named.collect(),
        ));
    }
    Ok(Some(Opening {
        booked,
        tables,
        checks,
    }))
}

/// Lots at market scale, oldest first.
fn lots(run: &Run) -> Vec<Lot> {
    let layout = &run.market.tally.layout;
    let lot = |vintage: usize| {
        let sum = |flows: &[VintageFlow], row: usize| {
            run.market.total(|stratum| {
                let cell = |flow: &VintageFlow| {
                    let cell = [run.world, stratum, vintage, row, *flow as usize];
                    run.market.tally.vintages.get(&cell) as f64
                };
                flows.iter().map(cell).sum()
            })
        };
        let by_month = |flows: &[VintageFlow]| {
            let lived = (0..layout.months).map(|row| sum(flows, row));
            let after = (layout.months..layout.rows()).map(|row| sum(flows, row));
            let after: f64 = after.sum();
            lived.chain([after]).collect::<Vec<f64>>()
        };
        Lot {
            months_ago: layout.opening_vintages - vintage,
            points: by_month(&[VintageFlow::Opening]).iter().sum(),
            redeemed: by_month(&[VintageFlow::Redeemed]),
            ended: by_month(&[VintageFlow::Expired, VintageFlow::Forfeited]),
        }
    };
    let all = (0..layout.opening_vintages).map(lot);
    all.filter(|lot| lot.points > 0.0).collect()
}

/// Name of a month end; the first row is the start.
fn name(run: &Run, end: usize) -> String {
    match end.checked_sub(1) {
        None => format!("before {}", run.scenario.start),
        Some(month) => run.scenario.start.plus(month as i64).to_string(),
    }
}

type Future<'a> = &'a dyn Fn(&Lot, usize) -> f64;

/// The roll-forward, minor units: first the row in which the book is taken over, then every month.
fn deferred(
    lots: &[Lot],
    months: usize,
    price: f64,
    future: Future,
) -> Result<Vec<crate::liability::statement::deferred::DeferredRow>, MeasureError> {
    let mut vintages = Vec::new();
    for lot in lots {
        let mut standings = Vec::new();
        for end in 0..=months {
            let (redeemed, left) = (lot.redeemed_by(end), lot.outstanding(end).max(0.0));
            let expected = future(lot, end).max(0.0);
            let found = Standing::reconcile(redeemed, left, redeemed + expected, expected)?;
            standings.push(found.standing);
        }
        vintages.push(Vintage {
            issued_in: 0,
            price: round_half_even(future(lot, 0) * price, "price of the opening book")?,
            issued: lot.points,
            standings,
        });
    }
    roll_forward(&vintages, months + 1)
}

/// Table O, and its last row.
fn table_of(
    run: &Run,
    lots: &[Lot],
    months: usize,
    with: &Assumptions,
    deferred: Option<&[crate::liability::statement::deferred::DeferredRow]>,
    future: Future,
) -> (Table, OpeningBooked) {
    let weights = Weights::new(run.scenario, &run.market.tally.layout);
    let costs = over_time::costs_of_opening(run, &weights);
    let mut rows = Vec::new();
    let mut booked = OpeningBooked::default();
    for end in 0..=months {
        let sum = |of: &dyn Fn(&Lot) -> f64| lots.iter().map(of).sum::<f64>();
        let outstanding = sum(&|lot| lot.outstanding(end));
        let truth = sum(&|lot| lot.redeemed.iter().skip(end).sum());
        let unresolved = sum(&|lot| lot.outstanding(months + 1));
        let expected = sum(&|lot| future(lot, end));
        let share = |points: f64| (outstanding > 0.0).then(|| points / outstanding);
        booked = OpeningBooked {
            outstanding,
            future: expected,
            deferred_revenue: deferred
                .and_then(|rows| rows.get(end))
                .map(|row| row.closing as f64 / with.minor_units),
            cost_provision: with.cost_per_point.map(|cost| expected * cost),
        };
        let mut cells = vec![Cell::Text(name(run, end))];
        let numbers = [
            Some(outstanding),
            Some(sum(&|lot| lot.redeemed_by(end))),
            Some(expected),
            Some(truth),
            Some(truth + unresolved),
            share(expected),
            share(truth),
            share(truth + unresolved),
            booked.deferred_revenue,
            booked.cost_provision,
            Some(costs.iter().skip(end).sum::<f64>() / run.major()),
        ];
        cells.extend(numbers.map(Cell::from));
        rows.push(cells);
    }
    (table("O", "opening_book", header(), rows), booked)
}

/// Table Q: what the book was at the start, oldest lots first.
fn by_month_of_issue(run: &Run, lots: &[Lot], months: usize, future: Future) -> Table {
    let row = |lot: &Lot| {
        let truth: f64 = lot.redeemed.iter().sum();
        let issued = run.scenario.start.plus(-(lot.months_ago as i64));
        vec![
            Cell::Text(issued.to_string()),
            Cell::Number(lot.months_ago as f64),
            lot.outstanding(0).into(),
            future(lot, 0).into(),
            truth.into(),
            (truth + lot.outstanding(months + 1)).into(),
        ]
    };
    let mut header = columns(&["month_of_issue"], "text", "");
    header.extend(columns(&["months_before_the_start"], "count", ""));
    let points = [
        "outstanding",
        "future_redemptions_booked",
        "future_redemptions_true",
        "future_redemptions_true_if_all_unresolved",
    ];
    header.extend(columns(&points, "points", ""));
    table(
        "Q",
        "opening_book_by_month_of_issue",
        header,
        lots.iter().map(row).collect(),
    )
}

fn header() -> Vec<crate::results::estimate::Column> {
    let mut header = columns(&["month_end"], "text", "");
    let points = [
        "outstanding",
        "redeemed_so_far",
        "future_redemptions_booked",
        "future_redemptions_true",
        "future_redemptions_true_if_all_unresolved",
    ];
    header.extend(columns(&points, "points", ""));
    let rates = ["rate_booked", "rate_true", "rate_true_if_all_unresolved"];
    header.extend(columns(&rates, "share", "points outstanding"));
    let deferred = ["deferred_revenue_booked"];
    header.extend(columns(&deferred, "money", "deferred revenue"));
    let cost = ["cost_provision_booked", "cost_true"];
    header.extend(columns(&cost, "money", "cost provision"));
    header
}

/// Never more is expected to be redeemed than is there.
fn bounds(lots: &[Lot], months: usize, future: Future) -> Check {
    let beyond = |lot: &Lot, end: usize| {
        let (left, future) = (lot.outstanding(end), future(lot, end));
        (future - left).max(-future).max(-left).max(0.0)
    };
    let all = lots
        .iter()
        .flat_map(|lot| (0..=months).map(move |end| (lot, end)));
    let worst = all.map(|(lot, end)| beyond(lot, end)).fold(0.0, f64::max);
    let size = lots.iter().map(|lot| lot.points).fold(1.0, f64::max);
    Check {
        code: "opening_book_between_nothing_and_outstanding".to_owned(),
        difference: worst,
        passed: worst <= 1e-9 * size,
    }
}
