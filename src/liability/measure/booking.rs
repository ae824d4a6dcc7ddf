//! Whole minor units. Cumulative revenue is rounded half-even and periods are its differences, so rounding never
//! accumulates and a finished vintage closes at exactly zero; the three parts of a period are rounded half-even each and
//! what is missing to the period goes to the largest.

use super::basis::Deferred;
use super::deferred_revenue::{Standing, release};
use super::{MeasureError, positive, require};

/// Largest amount: beyond 2⁵³ not every whole number is an `f64`.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// The nearest whole number, halves to the even one.
///
/// # Errors
/// If it is not finite or beyond 2⁵³, where an `f64` no longer holds every whole number.
pub fn round_half_even(value: f64, quantity: &'static str) -> Result<i64, MeasureError> {
    require(
        value.abs() <= LARGEST,
        quantity,
        value,
        "an amount of at most 2^53 minor units",
    )?;
    Ok(libm::rint(value) as i64)
}

/// The nearest whole number to a product of decimals (a price in major units × minor units × points), halves to the even
/// one. 6.157 is no binary fraction, so that 6.157 × 100 × 46,965 falls a few units of the last place beside the half
/// it is: a product so close to a half is taken for it. Where a half itself is not told from its neighbors any more, it is
/// rounded as it is.
///
/// # Errors
/// As [`round_half_even`].
pub fn round_product_half_even(value: f64, quantity: &'static str) -> Result<i64, MeasureError> {
    let half = libm::floor(value) + 0.5;
    // Three factors are rounded, and two products.
    let slack = 4.0 * f64::EPSILON * value.abs();
    let is_half = slack < 0.01 && (value - half).abs() <= slack;
    round_half_even(if is_half { half } else { value }, quantity)
}

/// A period of a vintage in minor units. Movements of the liability: positive is more liability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BookedPeriod {
    pub opening: i64,
    pub deferred: i64,
    pub redemption: i64,
    pub breakage: i64,
    pub change_of_estimate: i64,
    pub closing: i64,
}

impl BookedPeriod {
    /// Revenue of the period; may be negative.
    pub fn revenue(&self) -> i64 {
        -(self.redemption + self.breakage + self.change_of_estimate)
    }

    /// Opening + movements − closing: zero in every period.
    pub fn difference(&self) -> i64 {
        self.opening + self.deferred + self.redemption + self.breakage + self.change_of_estimate
            - self.closing
    }
}

/// Books a vintage of `issued` points with the locked price `price` (minor units), from its issue through the given
/// period ends.
///
/// # Errors
/// If a standing makes no sense or an amount is beyond 2⁵³.
pub fn book(price: i64, issued: f64, ends: &[Standing]) -> Result<Vec<BookedPeriod>, MeasureError> {
    positive("number of points issued", issued)?;
    require(
        (0..=LARGEST as i64).contains(&price),
        "allocated price",
        price as f64,
        "an amount from 0 to 2^53 minor units",
    )?;
    let mut before: Option<(Standing, i64)> = None;
    let mut periods = Vec::with_capacity(ends.len());
    for end in ends {
        let after = *end;
        let (start, earned) = before.unwrap_or((Standing::at_issue(issued, after.ultimate), 0));
        let parts = release(Deferred::new(price as f64), issued, &start, &after)?;
        let to_date = booked_revenue(price, end)?;
        let exact = [parts.redemption, parts.breakage, parts.change_of_estimate];
        let [redemption, breakage, change_of_estimate] =
            distribute(to_date - earned, exact.map(Deferred::value))?;
        let opening = before.map_or(0, |_| price - earned);
        periods.push(BookedPeriod {
            opening,
            deferred: before.map_or(price, |_| 0),
            redemption: -redemption,
            breakage: -breakage,
            change_of_estimate: -change_of_estimate,
            closing: price - to_date,
        });
        before = Some((after, to_date));
    }
    Ok(periods)
}

/// Revenue to date in minor units: exact where the points are whole numbers.
fn booked_revenue(price: i64, at: &Standing) -> Result<i64, MeasureError> {
    let whole = |points: f64| points <= LARGEST && points == libm::floor(points);
    if at.ultimate > 0.0 && whole(at.ultimate) && whole(at.redeemed) {
        // Both factors are at most 2⁵³: the product fits.
        let product = i128::from(price) * at.redeemed as i128;
        return Ok(divide_half_even(product, at.ultimate as i128) as i64);
    }
    Ok(round_half_even(price as f64 * at.earned_share(), "revenue to date")?.clamp(0, price))
}

/// Quotient of whole numbers, halves to the even one; `divisor` is positive.
fn divide_half_even(dividend: i128, divisor: i128) -> i128 {
    let (floor, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    let up = match (2 * rest).cmp(&divisor) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => floor % 2 != 0,
    };
    floor + i128::from(up)
}

/// Rounds parts half-even; what is missing to `total` goes to the largest, the first of equals.
///
/// # Errors
/// If a part is beyond 2⁵³.
pub fn distribute<const N: usize>(total: i64, parts: [f64; N]) -> Result<[i64; N], MeasureError> {
    let mut rounded = [0; N];
    let mut largest = 0;
    for (index, part) in parts.iter().enumerate() {
        rounded[index] = round_half_even(*part, "part of a period")?;
        if part.abs() > parts[largest].abs() {
            largest = index;
        }
    }
    let sum: i64 = rounded.iter().sum();
    if let Some(part) = rounded.get_mut(largest) {
        *part += total - sum;
    }
    Ok(rounded)
}
