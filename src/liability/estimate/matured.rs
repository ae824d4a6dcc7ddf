//! The average redemption rate of matured origins, right only if mix, rules and habits did not change; and the two
//! naive rates people use instead, for comparison. Base: points *issued*.

use super::Refusal;
use super::projection::Projection;
use super::triangle::Triangle;
use crate::liability::measure::basis::OfIssued;

/// What matured origins say about the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Matured {
    pub rate: OfIssued,
    /// How many origins it rests on.
    pub origins: usize,
    /// Matured origins as they are; others at the rate, in one sum (the method has no timing), in `tail`.
    pub projection: Projection,
    /// Origins that already redeemed more than the rate says: nothing more is expected of them, which is too little.
    pub stale: Vec<usize>,
}

/// Average over the origins observed for at least `age` ages (from 1).
///
/// # Errors
/// If issued points are missing or no origin is so old.
pub fn matured(triangle: &Triangle, age: usize) -> Result<Matured, Refusal> {
    let issued = triangle.issued().ok_or(Refusal::NoIssued)?;
    let is_matured = |row: usize| triangle.latest(row).0 + 1 >= age;
    let old: Vec<usize> = (0..triangle.rows())
        .filter(|row| is_matured(*row))
        .collect();
    if old.is_empty() {
        return Err(Refusal::NoneMatured { age });
    }
    let points = |row: usize| issued.get(row).copied().unwrap_or(0.0);
    let exposure: f64 = old.iter().map(|row| points(*row)).sum();
    if exposure <= 0.0 {
        return Err(Refusal::NoExposure { age });
    }
    let rate = old.iter().map(|row| triangle.latest(*row).1).sum::<f64>() / exposure;
    let remaining = |row: usize| points(row) * rate - triangle.latest(row).1;
    let mut projection = Projection::new(triangle, |_, _| 0.0, |_| 0.0);
    let mut stale = Vec::new();
    for row in (0..triangle.rows()).filter(|row| !is_matured(*row)) {
        if remaining(row) < 0.0 {
            stale.push(row);
        } else if let Some(tail) = projection.tail.get_mut(row) {
            *tail = remaining(row);
        }
    }
    Ok(Matured {
        rate: OfIssued(rate),
        origins: old.len(),
        projection,
        stale,
    })
}

/// Naive: redeemed to date ÷ issued to date, matured and immature origins together. Understates the ultimate rate.
///
/// # Errors
/// If there are no issued points.
pub fn naive_to_date(triangle: &Triangle) -> Result<OfIssued, Refusal> {
    let issued: f64 = triangle.issued().ok_or(Refusal::NoIssued)?.iter().sum();
    if issued <= 0.0 {
        return Err(Refusal::NothingIssued);
    }
    Ok(OfIssued(
        triangle.latest_values().iter().sum::<f64>() / issued,
    ))
}

/// Naive: burn ÷ earn, points redeemed in the last period ÷ points issued in it, both of the last diagonal. An
/// activity metric: in a growing program it understates the redemption rate, in a shrinking one it overstates it. Rows
/// that end before the last diagonal (of a trapezoid, the oldest) redeemed nothing in that period.
///
/// # Errors
/// If there are no issued points or an increment of the diagonal is unknown.
pub fn naive_burn_to_earn(triangle: &Triangle) -> Result<OfIssued, Refusal> {
    let issued = triangle.issued().ok_or(Refusal::NoIssued)?;
    let last = triangle.rows().checked_sub(1).ok_or(Refusal::NoIssued)?;
    let points = issued.get(last).copied().unwrap_or(0.0);
    if points <= 0.0 {
        return Err(Refusal::NothingIssued);
    }
    let mut burned = 0.0;
    let period = triangle.last_diagonal();
    for row in 0..triangle.rows() {
        let age = triangle.latest(row).0;
        if row + age < period {
            continue;
        }
        burned += triangle
            .increment(row, age)
            .ok_or(Refusal::Gap { origin: row + 1 })?;
    }
    Ok(OfIssued(burned / points))
}
