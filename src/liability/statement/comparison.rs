//! Why a liability moved between two valuations: new vintages, redemptions as expected, redemptions otherwise than
//! expected, the estimate, the cost. The steps are taken in this order and sum exactly.

use crate::liability::measure::MeasureError;
use crate::liability::measure::basis::{
    Basis, CostProvision, Deferred, DeferredRevenue, Provision,
};
use crate::liability::measure::deferred_revenue::{Standing, liability, release};
use crate::liability::statement::sensitivity::ValuedVintage;

/// A vintage at both valuations.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    pub name: String,
    /// None for one issued since.
    pub before: Option<ValuedVintage>,
    /// None for one that is no longer reported (which must then be worth nothing).
    pub after: Option<ValuedVintage>,
    /// Points the first valuation expected to be redeemed in between; none where it said nothing.
    pub expected: Option<f64>,
}

/// A cause and its part of the movement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cause {
    pub code: &'static str,
    pub amount: f64,
}

/// The movement of one liability on one basis.
#[derive(Clone, Debug, PartialEq)]
pub struct Movement {
    pub basis: &'static str,
    pub opening: f64,
    pub causes: Vec<Cause>,
    pub closing: f64,
}

impl Movement {
    /// Opening + causes − closing: zero but for rounding in the last bits.
    pub fn check(&self) -> f64 {
        self.opening + self.causes.iter().map(|cause| cause.amount).sum::<f64>() - self.closing
    }
}

/// Deferred revenue: new vintages at their price, then the three parts of the release. None where a price is unknown.
///
/// # Errors
/// If a standing makes no sense.
pub fn of_deferred_revenue(vintages: &[Compared]) -> Result<Option<Movement>, MeasureError> {
    let (mut opening, mut closing) = (Deferred::ZERO, Deferred::ZERO);
    let (mut new, mut gone) = (Deferred::ZERO, Deferred::ZERO);
    let mut parts = crate::liability::measure::deferred_revenue::Release::NONE;
    for vintage in vintages {
        let (price, issued) = match (&vintage.before, &vintage.after) {
            (Some(v), _) | (None, Some(v)) => (v.price, v.issued),
            (None, None) => continue,
        };
        let Some(price) = price else { return Ok(None) };
        let before = match &vintage.before {
            Some(before) => {
                opening += liability(price, &before.standing)?;
                before.standing
            }
            None => {
                new += price;
                let ultimate = vintage.after.map_or(0.0, |after| after.standing.ultimate);
                Standing::at_issue(issued, ultimate)
            }
        };
        match &vintage.after {
            Some(after) => {
                closing += liability(price, &after.standing)?;
                parts = parts.plus(&release(price, issued, &before, &after.standing)?);
            }
            None => gone += liability(price, &before)?,
        }
    }
    Ok(Some(Movement {
        basis: DeferredRevenue::NAME,
        opening: opening.value(),
        causes: vec![
            Cause {
                code: "new_vintages",
                amount: new.value(),
            },
            Cause {
                code: "redemption",
                amount: -parts.redemption.value(),
            },
            Cause {
                code: "breakage_in_proportion",
                amount: -parts.breakage.value(),
            },
            Cause {
                code: "change_of_estimate",
                amount: -parts.change_of_estimate.value(),
            },
            Cause {
                code: "no_longer_reported",
                amount: -gone.value(),
            },
        ],
        closing: closing.value(),
    }))
}

/// Cost provision. None where a cost is unknown.
pub fn of_cost_provision(vintages: &[Compared]) -> Option<Movement> {
    let mut sums = [0.0; 6];
    let (mut opening, mut closing) = (Provision::ZERO, Provision::ZERO);
    for vintage in vintages {
        let cost = |v: &ValuedVintage| v.cost_per_point.map(Provision::value);
        let future = |v: &ValuedVintage| v.standing.ultimate - v.standing.redeemed;
        let (before, after) = (vintage.before.as_ref(), vintage.after.as_ref());
        match (before, after) {
            (Some(before), Some(after)) => {
                let (old, new) = (cost(before)?, cost(after)?);
                let redeemed = after.standing.redeemed - before.standing.redeemed;
                let expected = vintage.expected.unwrap_or(redeemed);
                opening += Provision::new(future(before) * old);
                closing += Provision::new(future(after) * new);
                sums[1] -= expected * old;
                sums[2] -= (redeemed - expected) * old;
                sums[3] += (after.standing.ultimate - before.standing.ultimate) * old;
                sums[4] += future(after) * (new - old);
            }
            (None, Some(after)) => {
                closing += Provision::new(future(after) * cost(after)?);
                sums[0] += future(after) * cost(after)?;
            }
            (Some(before), None) => {
                opening += Provision::new(future(before) * cost(before)?);
                sums[5] -= future(before) * cost(before)?;
            }
            (None, None) => {}
        }
    }
    let codes = [
        "new_vintages",
        "redemption_as_expected",
        "redemption_otherwise",
        "change_of_estimate",
        "cost_per_point",
        "no_longer_reported",
    ];
    let causes = codes
        .iter()
        .zip(sums)
        .map(|(code, amount)| Cause { code, amount });
    Some(Movement {
        basis: CostProvision::NAME,
        opening: opening.value(),
        causes: causes.collect(),
        closing: closing.value(),
    })
}
