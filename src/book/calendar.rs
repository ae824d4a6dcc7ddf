//! Days of the Gregorian calendar as numbers, and months added to them as contracts do.

use std::fmt;

/// Days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// Months since January of year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

/// Years a book may hold.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

impl Day {
    /// The day, if it exists in the years 1900 to 2199.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Day> {
        if !YEARS.contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        let at = Month::new(year, month);
        (1..=at.days()).contains(&day).then(|| at.day(day))
    }

    /// Reads `YYYY-MM-DD`; anything after a `T` or a space is the time of day and is ignored.
    pub fn parse(text: &[u8]) -> Option<Day> {
        let (date, rest) = text.split_at_checked(10)?;
        if !(rest.is_empty() || rest[0] == b'T' || rest[0] == b' ') {
            return None;
        }
        let &[a, b, c, d, b'-', e, f, b'-', g, h] = date else {
            return None;
        };
        let mut digits = [0u32; 8];
        for (digit, byte) in digits.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *digit = u32::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
        }
        let [a, b, c, d, e, f, g, h] = digits;
        let year = i32::try_from(1000 * a + 100 * b + 10 * c + d).ok()?;
        Day::new(year, 10 * e + f, 10 * g + h)
    }

    /// Year, month and day (Howard Hinnant, *chrono-compatible low-level date algorithms*).
    pub fn civil(self) -> (i32, u32, u32) {
        let shifted = i64::from(self.0) + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let part = (5 * of_year + 2) / 153;
        let day = of_year - (153 * part + 2) / 5 + 1;
        let month = if part < 10 { part + 3 } else { part - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as i32, month as u32, day as u32)
    }

    /// The month it lies in.
    pub fn month(self) -> Month {
        let (year, month, _) = self.civil();
        Month::new(year, month)
    }

    /// The same day `months` later, or the last day of that month where it has none (29 February + 12 months is
    /// 28 February).
    pub fn plus_months(self, months: i32) -> Day {
        let (_, _, day) = self.civil();
        let to = Month(self.month().0.saturating_add(months));
        to.day(day.min(to.days()))
    }

    /// The next day.
    pub fn next(self) -> Day {
        Day(self.0.saturating_add(1))
    }
}

impl Month {
    pub const fn new(year: i32, month: u32) -> Month {
        Month(year * 12 + month as i32 - 1)
    }

    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 to 12.
    pub fn of_year(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// Number of days in it.
    pub fn days(self) -> u32 {
        let year = self.year();
        match self.of_year() {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Day number `day` of the month; the caller knows that it exists.
    fn day(self, day: u32) -> Day {
        let month = i64::from(self.of_year());
        let year = i64::from(self.year()) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let part = if month > 2 { month - 3 } else { month + 9 };
        let of_year = (153 * part + 2) / 5 + i64::from(day) - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Day((era * 146_097 + days - 719_468) as i32)
    }

    /// The day at a part of the month, 0 being its beginning and 1 its end: where months of equal length are lived, a part
    /// of one is the same part of the calendar's. That gives every date once, and no 30th of February.
    pub fn day_at(self, part: f64) -> Day {
        let days = self.days();
        // Saturates at both ends, and is the first day where the part is no number.
        let whole = libm::floor(part * f64::from(days)) as u32;
        self.day(whole.saturating_add(1).clamp(1, days))
    }

    pub fn first_day(self) -> Day {
        self.day(1)
    }

    pub fn last_day(self) -> Day {
        self.day(self.days())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.of_year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn every_day_of_three_centuries_goes_there_and_back() {
        let mut expected = Day::new(1900, 1, 1).unwrap();
        for year in YEARS {
            for month in 1..=12 {
                for date in 1..=Month::new(year, month).days() {
                    assert_eq!(Day::new(year, month, date), Some(expected));
                    assert_eq!(expected.civil(), (year, month, date));
                    expected = expected.next();
                }
            }
        }
        assert_eq!(day("1970-01-01"), Day(0));
        // 2000-03-01 is day 11,017 of the Unix calendar.
        assert_eq!(day("2000-03-01"), Day(11_017));
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for text in [
            "2023-02-29",
            "2100-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "2024-04-31",
            "24-01-01",
            "2024/01/01",
            "2024-1-1",
            "",
            "2024-01-01x",
            "1899-12-31",
            "2200-01-01",
            "２024-01-01",
        ] {
            assert_eq!(Day::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(day("2024-02-29T23:59:59").to_string(), "2024-02-29");
    }

    #[test]
    fn parts_of_a_month_are_its_days() {
        let february = Month::new(2028, 2);
        let at = |part| february.day_at(part).to_string();
        assert_eq!([at(0.0), at(-3.0)], ["2028-02-01", "2028-02-01"]);
        assert_eq!([at(0.999_999), at(1.0)], ["2028-02-29", "2028-02-29"]);
        // Every day gets the same part, and none is left out.
        let days: Vec<String> = (0..29).map(|i| at((f64::from(i) + 0.5) / 29.0)).collect();
        let all: Vec<String> = (1..=29).map(|d| format!("2028-02-{d:02}")).collect();
        assert_eq!(days, all);
    }

    #[test]
    fn months_end_where_they_end() {
        assert_eq!(day("2024-02-29").plus_months(12), day("2025-02-28"));
        assert_eq!(day("2024-01-31").plus_months(1), day("2024-02-29"));
        assert_eq!(day("2024-01-31").plus_months(13), day("2025-02-28"));
        assert_eq!(day("2024-03-31").plus_months(-1), day("2024-02-29"));
        assert_eq!(Month::new(2024, 2).last_day(), day("2024-02-29"));
        assert_eq!(day("2024-12-31").month().to_string(), "2024-12");
    }
}
