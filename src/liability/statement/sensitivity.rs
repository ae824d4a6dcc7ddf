//! Table F: what the liability would be under another assumption, one at a time, all others held. Each states the base
//! of its change, because one point of issued points and one of outstanding points differ by a factor.

use crate::liability::measure::MeasureError;
use crate::liability::measure::basis::{Deferred, Provision};
use crate::liability::measure::deferred_revenue::{Standing, liability};
use crate::liability::statement::duration::duration;

/// A vintage as valued.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValuedVintage {
    pub issued: f64,
    pub standing: Standing,
    /// Allocated price; none where it is not known.
    pub price: Option<Deferred>,
    /// Expected cost per redeemed point; none where it is not known.
    pub cost_per_point: Option<Provision>,
}

/// What a change of assumption is a change of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Percentage points of points issued.
    Issued,
    /// Percentage points of points outstanding.
    Outstanding,
    /// Percent of the assumption itself.
    Relative,
    /// Periods fewer.
    Periods,
    /// Periods later or earlier, on the present value (a memo).
    Lag,
    /// Percentage points a year, on the present value (a memo: the liability is not discounted).
    Rate,
}

impl Base {
    pub const fn name(self) -> &'static str {
        match self {
            Base::Issued => "percentage points of points issued",
            Base::Outstanding => "percentage points of points outstanding",
            Base::Relative => "percent of the assumption",
            Base::Periods => "periods",
            Base::Lag => "periods, present value",
            Base::Rate => "percentage points a year, present value",
        }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    pub assumption: &'static str,
    pub base: Base,
    /// In the unit of the base.
    pub change: f64,
    /// Change of the deferred revenue; none where it does not apply or is not known.
    pub deferred: Option<Deferred>,
    /// Change of the cost provision.
    pub provision: Option<Provision>,
    /// Vintages whose rate would have left what is possible (0 to all of what is outstanding) and was held there.
    pub held: usize,
}

/// Rates, breakage and cost, up and down, over all vintages with points outstanding.
///
/// # Errors
/// If a standing makes no sense.
pub fn of_rates(vintages: &[ValuedVintage]) -> Result<Vec<Sensitivity>, MeasureError> {
    let mut rows = Vec::new();
    for sign in [1.0, -1.0] {
        rows.push(moved(
            vintages,
            "redemption rate",
            Base::Issued,
            sign,
            |v| sign * 0.01 * v.issued,
        )?);
    }
    for sign in [1.0, -1.0] {
        let by = |v: &ValuedVintage| sign * 0.01 * v.standing.outstanding;
        rows.push(moved(
            vintages,
            "redemption rate",
            Base::Outstanding,
            sign,
            by,
        )?);
    }
    for sign in [1.0, -1.0] {
        // More breakage is less redemption: 10 % of b = 1 − U ÷ P.
        let by = |v: &ValuedVintage| -sign * 0.1 * (v.issued - v.standing.ultimate);
        rows.push(moved(
            vintages,
            "breakage",
            Base::Relative,
            10.0 * sign,
            by,
        )?);
    }
    for sign in [1.0, -1.0] {
        let all = provision_of(vintages);
        rows.push(Sensitivity {
            assumption: "cost per point",
            base: Base::Relative,
            change: 5.0 * sign,
            // The allocated price is locked: the value of a point moves the price of new vintages only.
            deferred: deferred_of(vintages)?.map(|_| Deferred::ZERO),
            provision: all.map(|all| all * (0.05 * sign)),
            held: 0,
        });
    }
    Ok(rows)
}

/// The table's rows when `by` more points are expected to be redeemed of every vintage with points outstanding.
fn moved(
    vintages: &[ValuedVintage],
    assumption: &'static str,
    base: Base,
    change: f64,
    by: impl Fn(&ValuedVintage) -> f64,
) -> Result<Sensitivity, MeasureError> {
    let mut held = 0;
    let changed: Vec<ValuedVintage> = vintages
        .iter()
        .map(|vintage| {
            let mut changed = *vintage;
            let at = &vintage.standing;
            if at.outstanding > 0.0 {
                let wanted = at.ultimate + by(vintage);
                let reached = wanted.max(at.redeemed).min(at.redeemed + at.outstanding);
                held += usize::from(reached != wanted);
                changed.standing.ultimate = reached;
            }
            changed
        })
        .collect();
    let difference = |a: Option<Deferred>, b: Option<Deferred>| Some(a? - b?);
    let provision = (provision_of(&changed), provision_of(vintages));
    Ok(Sensitivity {
        assumption,
        base,
        change,
        deferred: difference(deferred_of(&changed)?, deferred_of(vintages)?),
        provision: provision.0.zip(provision.1).map(|(a, b)| a - b),
        held,
    })
}

/// Deferred revenue of all vintages; none where a price is not known.
///
/// # Errors
/// If a standing makes no sense.
pub fn deferred_of(vintages: &[ValuedVintage]) -> Result<Option<Deferred>, MeasureError> {
    let mut sum = Deferred::ZERO;
    for vintage in vintages {
        let Some(price) = vintage.price else {
            return Ok(None);
        };
        sum += liability(price, &vintage.standing)?;
    }
    Ok(Some(sum))
}

/// Cost provision of all vintages; none where a cost is not known.
pub fn provision_of(vintages: &[ValuedVintage]) -> Option<Provision> {
    vintages
        .iter()
        .map(|v| Some(v.cost_per_point? * (v.standing.ultimate - v.standing.redeemed)))
        .sum()
}

/// What depends on when points are redeemed, on flows at cost: a later or earlier redemption and another discount rate, all
/// on the present value, a memo. What is expected in the first period cannot come a whole period earlier: it comes at once.
///
/// # Errors
/// If the rate or the length of a period makes no sense.
pub fn of_timing(
    flows_at_cost: &[f64],
    periods_per_year: f64,
    rate: f64,
) -> Result<Vec<Sensitivity>, MeasureError> {
    let value = |flows: &[f64], rate: f64| -> Result<f64, MeasureError> {
        Ok(duration(flows, periods_per_year, rate)?.map_or(0.0, |d| d.present_value))
    };
    let now = value(flows_at_cost, rate)?;
    let row = |assumption, base, change, provision: f64| Sensitivity {
        assumption,
        base,
        change,
        deferred: None,
        provision: Some(Provision::new(provision)),
        held: 0,
    };
    let mut later = vec![0.0];
    later.extend_from_slice(flows_at_cost);
    let at_once = flows_at_cost.first().copied().unwrap_or(0.0);
    let earlier = at_once + value(flows_at_cost.get(1..).unwrap_or(&[]), rate)?;
    let mut rows = vec![
        row(
            "lag of redemption",
            Base::Lag,
            1.0,
            value(&later, rate)? - now,
        ),
        row("lag of redemption", Base::Lag, -1.0, earlier - now),
        row(
            "discount rate",
            Base::Rate,
            1.0,
            value(flows_at_cost, rate + 0.01)? - now,
        ),
    ];
    if rate > -0.99 {
        rows.push(row(
            "discount rate",
            Base::Rate,
            -1.0,
            value(flows_at_cost, rate - 0.01)? - now,
        ));
    }
    Ok(rows)
}

/// A term of points shorter by so many periods, which takes away what is expected at the last ages of every vintage, `lost`
/// at cost. Behavior is held, which understates what members would then redeem before the end.
pub fn of_term(lost: f64, fewer_periods: usize) -> Sensitivity {
    Sensitivity {
        assumption: "expiry term, behavior unchanged",
        base: Base::Periods,
        change: -(fewer_periods as f64),
        deferred: None,
        provision: Some(Provision::new(-lost)),
        held: 0,
    }
}

/// Cost of a mix of rewards if a tenth of the points moved to the dearest: the new cost per point. Pairs are (share of
/// points redeemed, cost per point); shares sum to 1.
pub fn shifted_to_dearest(mix: &[(f64, f64)]) -> Option<f64> {
    let dearest = mix.iter().map(|reward| reward.1).max_by(f64::total_cmp)?;
    let now: f64 = mix.iter().map(|(share, cost)| share * cost).sum();
    Some(now * 0.9 + dearest * 0.1)
}
