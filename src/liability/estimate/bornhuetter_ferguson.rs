//! Bornhuetter–Ferguson and Cape Cod: a stated or pooled redemption rate for what is still to come, the chain ladder's
//! pattern for when. U = C + (1 − 1 ÷ CDF) · P · rate. Base of the rates: points *issued*.
//!
//! No standard error is given: that of the rate is the judgement of whoever stated it.

use super::chain_ladder::ChainLadder;
use super::projection::Projection;
use super::triangle::Triangle;
use super::{Refusal, finite};
use crate::liability::measure::basis::OfIssued;

/// Projects with a stated ultimate redemption rate.
///
/// # Errors
/// If issued points are missing, the rate is no share, or the pattern is not positive.
pub fn bornhuetter_ferguson(
    triangle: &Triangle,
    pattern: &ChainLadder,
    rate: OfIssued,
) -> Result<Projection, Refusal> {
    if !(0.0..=1.0).contains(&rate.0) {
        return Err(Refusal::Argument {
            what: "prior redemption rate of issued points",
            value: rate.0,
            wanted: "a share from 0 to 1",
        });
    }
    apply(triangle, pattern, rate)
}

/// What a rate and a pattern, of whatever triangle, make of a triangle.
///
/// # Errors
/// If issued points are missing or the pattern is not positive.
pub fn apply(
    triangle: &Triangle,
    pattern: &ChainLadder,
    rate: OfIssued,
) -> Result<Projection, Refusal> {
    let issued = triangle.issued().ok_or(Refusal::NoIssued)?;
    let developed = developed(pattern)?;
    let at = |age: usize| developed.get(age).copied().unwrap_or(1.0);
    let expected = |row: usize| issued.get(row).copied().unwrap_or(0.0) * rate.0;
    let projection = Projection::new(
        triangle,
        |row, age| expected(row) * (at(age) - at(age - 1)),
        |row| expected(row) * (1.0 - at(triangle.ages() - 1)),
    );
    finite(&projection.ultimates())?;
    Ok(projection)
}

/// The redemption rate of all origins together, each weighted by how much of it is developed: Σ C ÷ Σ (P ÷ CDF), and
/// the projection with it.
///
/// # Errors
/// If issued points are missing or nothing is developed.
pub fn cape_cod(
    triangle: &Triangle,
    pattern: &ChainLadder,
) -> Result<(OfIssued, Projection), Refusal> {
    let issued = triangle.issued().ok_or(Refusal::NoIssued)?;
    let developed = developed(pattern)?;
    let used_up = (0..triangle.rows()).map(|row| {
        let share = developed
            .get(triangle.latest(row).0)
            .copied()
            .unwrap_or(1.0);
        issued.get(row).copied().unwrap_or(0.0) * share
    });
    let exposure: f64 = used_up.sum();
    if exposure <= 0.0 {
        return Err(Refusal::NoExposure { age: 1 });
    }
    let rate = OfIssued(triangle.latest_values().iter().sum::<f64>() / exposure);
    Ok((rate, apply(triangle, pattern, rate)?))
}

/// Share of the ultimate that is developed at each age: 1 ÷ the product of the factors after it.
fn developed(pattern: &ChainLadder) -> Result<Vec<f64>, Refusal> {
    let mut to_ultimate = pattern.tail.factor;
    let mut shares = vec![1.0 / to_ultimate];
    for (age, step) in pattern.steps.iter().enumerate().rev() {
        to_ultimate *= step.factor;
        if to_ultimate <= 0.0 {
            return Err(Refusal::FactorNotPositive {
                age: age + 1,
                factor: step.factor,
            });
        }
        shares.push(1.0 / to_ultimate);
    }
    shares.reverse();
    Ok(shares)
}
