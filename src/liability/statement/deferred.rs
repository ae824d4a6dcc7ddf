//! Table B: the roll-forward of deferred revenue, in minor units. Vintages are booked one by one and added; what of the
//! revenue was in the opening balance is then a fact, not an assumption about layers.

use crate::liability::measure::MeasureError;
use crate::liability::measure::booking::{BookedPeriod, book, distribute};
use crate::liability::measure::deferred_revenue::Standing;

/// A vintage over the periods of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Vintage {
    /// Period in which it was issued.
    pub issued_in: usize,
    /// Allocated price, locked, minor units.
    pub price: i64,
    pub issued: f64,
    /// At the end of its own period of issue and of every later one, with the estimate that was made then.
    pub standings: Vec<Standing>,
}

/// A period of the table, minor units. Movements of the liability: positive is more liability. Columns that nothing
/// fills are there, and zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeferredRow {
    pub opening: i64,
    pub deferred: i64,
    /// Accretion of bulk pre-sales; ordinary points have none.
    pub interest: i64,
    pub redemption: i64,
    /// Breakage in proportion to redemption.
    pub breakage: i64,
    /// Change of the estimated redemption rate.
    pub change_of_rate: i64,
    /// Change of other estimates.
    pub change_other: i64,
    pub program_change: i64,
    pub exchange: i64,
    pub closing: i64,
    /// Memo: revenue of the period that was in its opening balance.
    pub revenue_from_opening: i64,
}

impl DeferredRow {
    fn movement(&self) -> i64 {
        self.deferred
            + self.interest
            + self.redemption
            + self.breakage
            + self.change_of_rate
            + self.change_other
            + self.program_change
            + self.exchange
    }

    /// Opening + movements − closing: must be zero.
    pub fn check(&self) -> i64 {
        self.opening + self.movement() - self.closing
    }

    /// Revenue; may be negative, and is then shown so.
    pub fn revenue(&self) -> i64 {
        -(self.redemption + self.breakage + self.change_of_rate + self.change_other)
    }

    /// As public companies print it: opening, deferred (with what other accounts brought), revenue by use, closing.
    /// `redeemed` are the points redeemed for each use; revenue is divided in proportion to them.
    ///
    /// # Errors
    /// If an amount is beyond 2⁵³.
    pub fn published<const N: usize>(
        &self,
        redeemed: [f64; N],
    ) -> Result<Published<N>, MeasureError> {
        let all: f64 = redeemed.iter().sum();
        let share = |points: f64| {
            if all > 0.0 {
                points / all
            } else {
                1.0 / N as f64
            }
        };
        let revenue = self.revenue();
        let parts = redeemed.map(|points| revenue as f64 * share(points));
        let recognized = distribute(revenue, parts)?.map(|part| -part);
        Ok(Published {
            opening: self.opening,
            deferred: self.deferred,
            other: self.interest + self.program_change + self.exchange,
            recognized,
            closing: self.closing,
        })
    }
}

/// A published layout with one or several lines of revenue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published<const N: usize> {
    pub opening: i64,
    pub deferred: i64,
    pub other: i64,
    /// Negative where it is revenue.
    pub recognized: [i64; N],
    pub closing: i64,
}

impl<const N: usize> Published<N> {
    /// Opening + movements − closing: must be zero.
    pub fn check(&self) -> i64 {
        self.opening + self.deferred + self.other + self.recognized.iter().sum::<i64>()
            - self.closing
    }
}

/// The table over `periods` periods.
///
/// # Errors
/// If a standing makes no sense or an amount is beyond 2⁵³.
pub fn roll_forward(
    vintages: &[Vintage],
    periods: usize,
) -> Result<Vec<DeferredRow>, MeasureError> {
    let mut rows = vec![DeferredRow::default(); periods];
    for vintage in vintages {
        let booked = book(vintage.price, vintage.issued, &vintage.standings)?;
        for (index, period) in booked.iter().enumerate() {
            if let Some(row) = rows.get_mut(vintage.issued_in + index) {
                add(row, period, index > 0);
            }
        }
        // A vintage whose record ends stays as it was.
        let last = booked.last().map_or(0, |period| period.closing);
        for row in rows.iter_mut().skip(vintage.issued_in + booked.len()) {
            row.opening += last;
            row.closing += last;
        }
    }
    Ok(rows)
}

fn add(row: &mut DeferredRow, period: &BookedPeriod, was_open: bool) {
    row.opening += period.opening;
    row.deferred += period.deferred;
    row.redemption += period.redemption;
    row.breakage += period.breakage;
    row.change_of_rate += period.change_of_estimate;
    row.closing += period.closing;
    if was_open {
        row.revenue_from_opening += period.revenue();
    }
}
