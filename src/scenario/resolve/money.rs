//! Money in minor units, and exact decimal fractions of what was written.

use super::Context;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::raw::message::shown;
use crate::scenario::raw::written::Number;

/// Every single amount stays below this many minor units, so that sums over all customers fit 64 bits.
pub const MAX_MINOR: f64 = 1e12;

/// Decimals of `points_per_currency`.
const FRACTION_DECIMALS: u32 = 6;

/// The digits of a number as an integer and the number of its decimals, trailing zeros dropped: "1.50" is (15, 1).
fn decimal(digits: &str) -> Option<(i128, u32)> {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut value: i128 = format!("{whole}{fraction}").parse().ok()?;
    let mut decimals = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    while decimals < 0 {
        value = value.checked_mul(10)?;
        decimals += 1;
    }
    while decimals > 0 && value % 10 == 0 {
        value /= 10;
        decimals -= 1;
    }
    Some((value, u32::try_from(decimals).ok()?))
}

impl Context<'_> {
    /// An amount in whole minor units. A written amount must not be finer; a mean or a default is rounded to the
    /// nearest.
    pub fn minor(&mut self, amount: &Number) -> i64 {
        let minor = self.minor_real(amount);
        let too_fine = decimal(&amount.digits).is_some_and(|(_, d)| d > self.currency.digits);
        if amount.is_given() && too_fine {
            let code = self.currency.code.clone();
            let digits = self.currency.digits;
            self.reader.push(
                Diagnostic::error(
                    Code::OutOfRange,
                    format!("{} is finer than the smallest coin", amount.digits),
                    amount.at.span.clone(),
                )
                .expecting(format!("at most {digits} decimals: {code}")),
            );
        }
        // Below 1e12 by minor_real, so the conversion is exact.
        libm::round(minor) as i64
    }

    /// An amount in minor units that need not be whole.
    pub fn minor_real(&mut self, amount: &Number) -> f64 {
        let minor = amount.value * self.currency.minor_per_major() as f64;
        if minor.abs() < MAX_MINOR {
            return minor;
        }
        if amount.valid {
            let most = shown(MAX_MINOR / self.currency.minor_per_major() as f64);
            let code = self.currency.code.clone();
            self.reader.push(
                Diagnostic::error(
                    Code::TooLarge,
                    format!("an amount of {} {code}", shown(amount.value)),
                    amount.at.span.clone(),
                )
                .expecting(format!("less than {most} {code}")),
            );
        }
        0.0
    }

    /// A multiplier in thousandths; a written one must not be finer.
    pub fn permille(&mut self, multiplier: &Number) -> i64 {
        let too_fine = decimal(&multiplier.digits).is_some_and(|(_, decimals)| decimals > 3);
        if multiplier.is_given() && too_fine {
            self.reader.push(
                Diagnostic::error(
                    Code::OutOfRange,
                    format!("{} has too many decimals to be exact", multiplier.digits),
                    multiplier.at.span.clone(),
                )
                .expecting("at most 3 decimals"),
            );
        }
        // The key's range (at most 100) keeps it small.
        libm::round(multiplier.value * 1000.0) as i64
    }

    /// Points per minor unit as a reduced fraction of the number exactly as written.
    pub fn points_fraction(&mut self, rate: &Number) -> (i64, i64) {
        let scale = 10i128.pow(FRACTION_DECIMALS);
        let written = decimal(&rate.digits).filter(|_| rate.is_given());
        let numerator = match written {
            Some((value, decimals)) if decimals <= FRACTION_DECIMALS => {
                value.checked_mul(10i128.pow(FRACTION_DECIMALS - decimals))
            }
            Some(_) => {
                self.reader.push(
                    Diagnostic::error(
                        Code::OutOfRange,
                        format!("{} has too many decimals to be exact", rate.digits),
                        rate.at.span.clone(),
                    )
                    .expecting(format!("at most {FRACTION_DECIMALS} decimals")),
                );
                return (0, 1);
            }
            // A mean, a default or digits in another base: to the nearest millionth.
            None => Some(libm::round(rate.value * scale as f64) as i128),
        };
        let denominator = scale * i128::from(self.currency.minor_per_major());
        let reduced = numerator.and_then(|numerator| {
            let divisor = greatest_common_divisor(numerator, denominator);
            let numerator = i64::try_from(numerator / divisor).ok()?;
            let denominator = i64::try_from(denominator / divisor).ok()?;
            Some((numerator, denominator))
        });
        // The key's range (at most 1e6) keeps both far inside 64 bits.
        reduced.unwrap_or((0, 1))
    }
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_exactly() {
        assert_eq!(decimal("1.50"), Some((15, 1)));
        assert_eq!(decimal("12"), Some((12, 0)));
        assert_eq!(decimal("1e3"), Some((1000, 0)));
        assert_eq!(decimal("2.5e-3"), Some((25, 4)));
        assert_eq!(decimal("100.000"), Some((100, 0)));
        assert_eq!(decimal("0.0"), Some((0, 0)));
        assert_eq!(decimal("1e999999999"), None);
        assert_eq!(decimal("0xff"), None);
        assert_eq!(decimal(""), None);
    }
}
