//! Why a liability moved between two valuations of one book: vintages of the same name are the same vintage.

use crate::liability::measure::MeasureError;
use crate::liability::measure::basis::{Deferred, Provision};
use crate::liability::measure::deferred_revenue::Standing;
use crate::liability::statement::comparison::{
    Compared, Movement as Found, of_cost_provision, of_deferred_revenue,
};
use crate::liability::statement::sensitivity::ValuedVintage;
use crate::results::estimate::Method;
use crate::results::valuation::{
    Cause, EXPLAINED_VERSION, Explained, Movement, OpeningBooked, Origin, Valuation,
};
use std::collections::BTreeMap;

/// Explains the movement from `old` to `new` on each basis that both have.
///
/// # Errors
/// If points of a vintage make no sense.
pub fn explain(old: &Valuation, new: &Valuation) -> Result<Explained, MeasureError> {
    let mut before: BTreeMap<&str, (usize, &Origin)> = BTreeMap::new();
    for (index, origin) in old.origins.iter().enumerate() {
        before.insert(&origin.name, (index, origin));
    }
    let mut compared = Vec::new();
    let (mut both, mut only_new) = (0, 0);
    for (index, origin) in new.origins.iter().enumerate() {
        let was = before.remove(origin.name.as_str());
        both += u32::from(was.is_some());
        only_new += u32::from(was.is_none());
        compared.push(Compared {
            name: origin.name.clone(),
            expected: was.map(|(_, was)| expected_between(was, origin)),
            before: match was {
                Some((at, was)) => vintage(old, at, was)?,
                None => None,
            },
            after: vintage(new, index, origin)?,
        });
    }
    let only_old = before.len() as u32;
    for (name, (at, was)) in before {
        compared.push(Compared {
            name: name.to_owned(),
            before: vintage(old, at, was)?,
            after: None,
            expected: None,
        });
    }
    let found = [
        of_deferred_revenue(&compared)?,
        of_cost_provision(&compared),
    ];
    let movements = movements(found, old, new);
    Ok(Explained {
        schema_version: EXPLAINED_VERSION,
        old: old.subject.clone(),
        new: new.subject.clone(),
        vintages_in_both: both,
        vintages_only_new: only_new,
        vintages_only_old: only_old,
        movements,
    })
}

/// By basis, between the amounts that were reported; of a basis that either valuation lacks, none.
fn movements(found: [Option<Found>; 2], old: &Valuation, new: &Valuation) -> Vec<Movement> {
    type Amounts = (
        fn(&Method) -> Option<f64>,
        fn(&OpeningBooked) -> Option<f64>,
    );
    let amounts: [Amounts; 2] = [
        (|m| m.deferred_revenue, |book| book.deferred_revenue),
        (|m| m.cost_provision, |book| book.cost_provision),
    ];
    let movement = |(found, (of, of_book)): (Option<Found>, Amounts)| {
        let booked = |v: &Valuation| {
            let mut methods = v.methods.iter();
            methods.find(|m| m.code == v.booked).and_then(of)
        };
        let movement = tied(&found?, (booked(old)?, booked(new)?));
        Some(with_opening(movement, old, new, of_book))
    };
    found
        .into_iter()
        .zip(amounts)
        .filter_map(movement)
        .collect()
}

/// What the old valuation expected to be redeemed by the age at which the new one stands.
fn expected_between(was: &Origin, is: &Origin) -> f64 {
    let age = |origin: &Origin| origin.redeemed.iter().rposition(Option::is_some);
    let periods = match (age(was), age(is)) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => 0,
    };
    was.expected.iter().take(periods).sum()
}

/// A vintage as its valuation booked it. None where it has no issued points or no estimate.
fn vintage(
    of: &Valuation,
    index: usize,
    origin: &Origin,
) -> Result<Option<ValuedVintage>, MeasureError> {
    let booked = of.methods.iter().find(|m| m.code == of.booked);
    let future = booked.and_then(|method| method.future_by_origin.get(index));
    let (Some(future), Some(issued)) = (future, origin.issued) else {
        return Ok(None);
    };
    let redeemed = origin.redeemed.iter().rev().find_map(|cell| *cell);
    let redeemed = redeemed.unwrap_or(0.0).max(0.0);
    let left = origin.outstanding.unwrap_or(issued - redeemed).max(0.0);
    let future = future.max(0.0);
    let found = Standing::reconcile(redeemed, left, redeemed + future, future)?;
    let stated = |id: &str| {
        let mut all = of.assumptions.iter();
        let value = all.find(|entry| entry.id == id)?.value.parse::<f64>();
        value.ok().filter(|value| value.is_finite())
    };
    Ok(Some(ValuedVintage {
        issued,
        standing: found.standing,
        price: stated("price_per_point").map(|price| Deferred::new(price * issued)),
        cost_per_point: stated("cost_per_point").map(Provision::new),
    }))
}

/// The movement between the reported amounts. What the vintages do not explain (a price that was to be locked and is not,
/// an estimate beyond what points allow) is a cause of its own.
fn tied(found: &Found, (opening, closing): (f64, f64)) -> Movement {
    let mut causes: Vec<Cause> = found
        .causes
        .iter()
        .map(|cause| Cause {
            code: cause.code.to_owned(),
            amount: cause.amount,
        })
        .collect();
    let explained: f64 = causes.iter().map(|cause| cause.amount).sum();
    causes.push(Cause {
        code: "restated".to_owned(),
        amount: closing - opening - explained,
    });
    Movement {
        basis: found.basis.to_owned(),
        opening,
        causes,
        closing,
        vintages_differ_by: found.closing - closing,
    }
}

/// Opening books are booked beside the vintages: their movement is a cause of its own.
fn with_opening(
    movement: Movement,
    old: &Valuation,
    new: &Valuation,
    of: impl Fn(&OpeningBooked) -> Option<f64>,
) -> Movement {
    let booked = |v: &Valuation| v.opening.as_ref().and_then(&of);
    if booked(old).is_none() && booked(new).is_none() {
        return movement;
    }
    let (before, after) = (booked(old).unwrap_or(0.0), booked(new).unwrap_or(0.0));
    let mut causes = movement.causes;
    causes.push(Cause {
        code: "opening_book".to_owned(),
        amount: after - before,
    });
    Movement {
        opening: movement.opening + before,
        causes,
        closing: movement.closing + after,
        ..movement
    }
}
