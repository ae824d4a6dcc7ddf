//! How numbers are written for people: 1.23 M, 340 k, 4.5 %, 31.4 ± 0.6.

use crate::results::{Number, Unit};

/// The signs a language writes numbers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numerals {
    pub decimal: char,
    /// Suffixes of 10³, 10⁶, 10⁹ and 10¹².
    pub suffixes: [&'static str; 4],
    /// Written for a number that does not exist.
    pub absent: &'static str,
}

pub const ENGLISH: Numerals = Numerals {
    decimal: '.',
    suffixes: ["k", "M", "bn", "tn"],
    absent: "–",
};
pub const FRENCH: Numerals = Numerals {
    decimal: ',',
    suffixes: ["k", "M", "Md", "bn"],
    absent: "–",
};

/// What a number is divided by, and the suffix that says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub divisor: f64,
    pub suffix: &'static str,
}

impl Numerals {
    /// The scale in which `value` has one to three digits before the decimal mark.
    pub fn scale(&self, value: f64) -> Scale {
        // 999 600 is written 1.00 M and not 1000 k: the limit is where three digits round up.
        let size = value.abs() / 0.9995;
        let [thousand, million, billion, trillion] = self.suffixes;
        let (divisor, suffix) = if !size.is_finite() || size < 1e3 {
            (1.0, "")
        } else if size < 1e6 {
            (1e3, thousand)
        } else if size < 1e9 {
            (1e6, million)
        } else if size < 1e12 {
            (1e9, billion)
        } else {
            (1e12, trillion)
        };
        Scale { divisor, suffix }
    }

    /// A fixed number of decimals, without a negative zero.
    pub fn fixed(&self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return self.absent.to_owned();
        }
        let text = if value.abs() >= 1e7 {
            format!("{value:.2e}")
        } else {
            format!("{value:.decimals$}")
        };
        let is_zero = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) if is_zero => ("", digits),
            Some(digits) => ("−", digits),
            None => ("", text.as_str()),
        };
        format!("{sign}{}", digits.replace('.', &self.decimal.to_string()))
    }

    /// Three significant digits with a suffix: `1.23 M`, `340 k`, `12.5`, `0`.
    pub fn compact(&self, value: f64) -> String {
        let scale = self.scale(value);
        let scaled = value / scale.divisor;
        let mut text = self.fixed(scaled, decimals_for_three_digits(scaled));
        if scale.divisor == 1.0 && text.contains(self.decimal) {
            // Small counts read better as 12 than as 12.0.
            text.truncate(
                text.trim_end_matches('0')
                    .trim_end_matches(self.decimal)
                    .len(),
            );
        }
        join(&text, scale.suffix)
    }

    /// A round amount without the zeros behind its decimal mark: `1 k`, `10 k`, `0.1`.
    pub fn round(&self, value: f64) -> String {
        let scale = self.scale(value);
        let text = self.fixed(value / scale.divisor, 3);
        let text = text.trim_end_matches('0').trim_end_matches(self.decimal);
        join(text, scale.suffix)
    }

    /// As [`Self::compact`], with a plus sign where positive.
    pub fn signed(&self, value: f64) -> String {
        let text = self.compact(value);
        let positive = value > 0.0 && text != "0";
        if positive { format!("+{text}") } else { text }
    }

    /// A share as a percentage: `4.5 %`.
    pub fn percent(&self, share: f64) -> String {
        let percent = share * 100.0;
        let decimals = if percent.abs() >= 99.95 || percent == 0.0 {
            0
        } else if percent.abs() >= 0.0995 {
            1
        } else {
            2
        };
        format!("{} %", self.fixed(percent, decimals))
    }

    /// A value and its standard error in the same scale: `4.212 ± 0.001 M`.
    pub fn with_error(&self, value: f64, error: Option<f64>) -> String {
        // An error far below the last digit anybody reads is that of arithmetic: the number is not random.
        let random = |e: &f64| e.is_finite() && *e > 1e-9 * value.abs();
        let Some(error) = error.filter(random) else {
            return self.compact(value);
        };
        let scale = self.scale(if value.abs() > error { value } else { error });
        let (scaled, scaled_error) = (value / scale.divisor, error / scale.divisor);
        let decimals = decimals_for_error(scaled, scaled_error);
        let text = format!(
            "{} ± {}",
            self.fixed(scaled, decimals),
            self.error(scaled_error, decimals)
        );
        join(&text, scale.suffix)
    }

    /// An error in the decimals of its value: what would be rounded to zero is said to be less than the last digit, and only
    /// an exact zero is `0`.
    fn error(&self, error: f64, decimals: usize) -> String {
        if error == 0.0 {
            return "0".to_owned();
        }
        let text = self.fixed(error, decimals);
        if text.bytes().any(|b| (b'1'..=b'9').contains(&b)) || !error.is_finite() {
            return text;
        }
        let last = libm::pow(10.0, -(decimals as f64));
        format!("<{}", self.fixed(last, decimals))
    }

    /// A result with its standard error, without the name of a currency or of what is counted.
    /// Absent values are written as [`Self::absent`]: the caller puts the note into words.
    pub fn number(&self, number: &Number) -> String {
        let Some(value) = number.value else {
            return self.absent.to_owned();
        };
        let error = number.standard_error;
        match number.unit {
            Unit::Share => {
                let error = error.filter(|e| e.is_finite());
                let Some(error) = error else {
                    return self.percent(value);
                };
                let decimals = decimals_for_error(value * 100.0, error * 100.0);
                format!(
                    "{} ± {} %",
                    self.fixed(value * 100.0, decimals),
                    self.error(error * 100.0, decimals)
                )
            }
            _ => self.with_error(value, error),
        }
    }
}

fn join(text: &str, suffix: &str) -> String {
    if suffix.is_empty() {
        text.to_owned()
    } else {
        format!("{text} {suffix}")
    }
}

fn decimals_for_three_digits(scaled: f64) -> usize {
    let size = scaled.abs();
    if size >= 99.95 || size == 0.0 {
        0
    } else if size >= 9.995 {
        1
    } else if size >= 0.0995 {
        2
    } else {
        3
    }
}

/// As many decimals as show one digit of the error (two where the first is a 1), at most four.
fn decimals_for_error(value: f64, error: f64) -> usize {
    if error <= 0.0 {
        return decimals_for_three_digits(value);
    }
    let magnitude = libm::floor(libm::log10(error));
    let leading = error / libm::pow(10.0, magnitude);
    let digits = -magnitude + if leading < 1.95 { 1.0 } else { 0.0 };
    digits.clamp(0.0, 4.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_numbers_have_three_significant_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (12.0, "12"),
            (12.34, "12.3"),
            (0.5, "0.5"),
            (999.4, "999"),
            (999.7, "1.00 k"),
            (1_234_567.0, "1.23 M"),
            (-340_400.0, "−340 k"),
            (999_600.0, "1.00 M"),
            (2.5e9, "2.50 bn"),
            (1.2e12, "1.20 tn"),
            (1e21, "1.00e9 tn"),
            (f64::NAN, "–"),
            (f64::INFINITY, "–"),
        ] {
            assert_eq!(ENGLISH.compact(value), expected, "{value}");
        }
        assert_eq!(FRENCH.compact(1_234_567.0), "1,23 M");
        let round = [-1000.0, 1e4, 1e6, 100.0, 0.1].map(|amount| ENGLISH.round(amount));
        assert_eq!(round, ["−1 k", "10 k", "1 M", "100", "0.1"]);
        assert_eq!(FRENCH.compact(2.5e9), "2,50 Md");
    }

    #[test]
    fn errors_decide_the_digits() {
        for (value, error, expected) in [
            (4_212_345.0, Some(840.0), "4.2123 ± 0.0008 M"),
            (4_212_345.0, Some(12_000.0), "4.212 ± 0.012 M"),
            (31.44, Some(0.6), "31.4 ± 0.6"),
            (100.0, Some(50_000.0), "0 ± 50 k"),
            (5.0, None, "5"),
            (0.0, Some(0.0), "0"),
            (-1.0, Some(1e-16), "−1"),
            (5.0, Some(f64::NAN), "5"),
            (0.0352, Some(0.000_02), "0.0352 ± <0.0001"),
            (0.0352, Some(0.000_06), "0.0352 ± 0.0001"),
            (4_212_345.0, Some(0.2), "4.2123 ± <0.0001 M"),
        ] {
            assert_eq!(ENGLISH.with_error(value, error), expected);
        }
        assert_eq!(
            FRENCH.with_error(0.0352, Some(0.000_02)),
            "0,0352 ± <0,0001"
        );
        let share = |value: f64, error: f64| {
            let none = String::new;
            ENGLISH.number(&Number {
                value: Some(value),
                standard_error: Some(error),
                interval: None,
                unit: Unit::Share,
                base: none(),
                world: none(),
                window: none(),
                note: None,
            })
        };
        assert_eq!(share(0.123, 0.0), "12.3 ± 0 %", "exact");
        assert_eq!(share(0.123, 1e-9), "12.3000 ± <0.0001 %");
        assert_eq!(share(0.123, 0.004), "12.3 ± 0.4 %");
    }

    #[test]
    fn shares_are_percentages() {
        assert_eq!(ENGLISH.percent(0.0451), "4.5 %");
        assert_eq!(ENGLISH.percent(-0.00031), "−0.03 %");
        assert_eq!(ENGLISH.percent(3.2), "320 %");
        assert_eq!(ENGLISH.signed(120.0), "+120");
        assert_eq!(ENGLISH.signed(0.0), "0");
    }
}
