//! Lots that end in one of two ways: the cumulative incidence of redemption where expiry competes with it (Aalen and
//! Johansen 1978; Kalbfleisch and Prentice, *The Statistical Analysis of Failure Time Data*, 8.2). Base: points
//! *issued*.
//!
//! 1 − Kaplan–Meier with expired lots censored answers another question (what if nothing ever expired) and overstates
//! the redemption rate; it is given beside the right one, labeled naive.

use super::Refusal;
use crate::liability::measure::basis::OfIssued;

/// How a lot ended, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Redeemed,
    /// Expired or forfeited.
    Broken,
    /// Still outstanding when last seen.
    Censored,
}

/// Points of one lot with the same end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LotEnd {
    /// Age at the end, in any whole unit.
    pub age: u32,
    pub end: End,
    pub points: f64,
}

/// The curves at one age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Incidence {
    pub age: u32,
    /// Points that reached the age unresolved.
    pub at_risk: f64,
    pub redeemed: OfIssued,
    pub broken: OfIssued,
    /// Neither yet: 1 − redeemed − broken.
    pub outstanding: OfIssued,
    /// Naive: 1 − Kaplan–Meier of redemption with broken lots censored.
    pub naive_redeemed: OfIssued,
}

/// Cumulative incidences at every age at which something ended. Lots censored at an age were at risk at it.
///
/// # Errors
/// If there are no points, or a number of points is negative or not finite.
pub fn cumulative_incidence(lots: &[LotEnd]) -> Result<Vec<Incidence>, Refusal> {
    for lot in lots {
        if !(lot.points.is_finite() && lot.points >= 0.0) {
            return Err(Refusal::Argument {
                what: "number of points of a lot",
                value: lot.points,
                wanted: "a finite number, zero or positive",
            });
        }
    }
    let mut at_risk: f64 = lots.iter().map(|lot| lot.points).sum();
    if at_risk <= 0.0 || !at_risk.is_finite() {
        return Err(Refusal::NoIssued);
    }
    let mut order: Vec<&LotEnd> = lots.iter().collect();
    order.sort_by_key(|lot| lot.age);
    let (mut survival, mut redeemed, mut broken, mut without) = (1.0, 0.0, 0.0, 1.0);
    let mut curve = Vec::new();
    for group in order.chunk_by(|a, b| a.age == b.age) {
        let sum = |end: End| -> f64 {
            group
                .iter()
                .filter(|lot| lot.end == end)
                .map(|lot| lot.points)
                .sum()
        };
        let (used, lost, censored) = (sum(End::Redeemed), sum(End::Broken), sum(End::Censored));
        if used + lost > 0.0 {
            redeemed += survival * used / at_risk;
            broken += survival * lost / at_risk;
            without *= 1.0 - used / at_risk;
            survival *= 1.0 - (used + lost) / at_risk;
            curve.push(Incidence {
                age: group.first().map_or(0, |lot| lot.age),
                at_risk,
                redeemed: OfIssued(redeemed),
                broken: OfIssued(broken),
                outstanding: OfIssued(survival),
                naive_redeemed: OfIssued(1.0 - without),
            });
        }
        at_risk -= used + lost + censored;
    }
    Ok(curve)
}
