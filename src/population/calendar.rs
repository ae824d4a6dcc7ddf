//! Season time: the integral of the seasonal and trend multipliers, constant inside a month.
//!
//! A customer of rate λ who would buy at unit-rate instants c₁ < c₂ < … from the anchor buys at the times t with
//! S(t) = S(anchor) + c/λ, S the season time. In season time every purchase rate is constant, so a season or a trend
//! costs one table look-up per purchase and shifts nothing else.

use crate::scenario::model::Scenario;

/// Table of season time by month, and its inverse.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Month number of `starts[0]` (negative: the warm-up).
    first_month: i32,
    /// Season time at the start of each month, and at the end of the last; 0 at month 0.
    starts: Vec<f64>,
    /// Multiplier of each month.
    slopes: Vec<f64>,
    /// What the inversion reads, one bounds check for all of it.
    months: Vec<Month>,
    /// For a uniform grid over season time: a month index that starts at or before the grid point.
    guide: Box<[u16; GUIDE_CELLS]>,
    guide_per_time: f64,
}

/// Cells of a calendar's guide: what finds a month in array code.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    origin: f64,
    scale: f64,
}

impl Grid {
    /// The nearest cell, by way of the mantissa: adding 2⁵² leaves the integer in the low bits.
    #[inline(always)]
    pub fn cell(&self, season: f64) -> u32 {
        ((season - self.origin) * self.scale + 4_503_599_627_370_496.0).to_bits() as u32
    }
}

/// A month as the inversion sees it.
#[derive(Clone, Copy, Debug)]
struct Month {
    /// Season time at its start and end.
    start: f64,
    end: f64,
    inverse_slope: f64,
    /// Its number, and the instant at which it begins.
    number: i32,
    time: f64,
}

/// Cells of the guide, a power of two: several to a month in usual calendars, few enough to stay in the first cache.
const GUIDE_CELLS: usize = 2048;

impl Calendar {
    /// The calendar of a scenario: from the warm-up to the end of the run-off.
    pub fn new(scenario: &Scenario) -> Calendar {
        let warm_up = scenario.simulation.warm_up_months as i32;
        let horizon = scenario.horizon_months as i32;
        let end = horizon + 12 * scenario.simulation.run_off_years as i32 + 1;
        let growth = libm::log1p(scenario.market.trend_per_year) / 12.0;
        let slopes: Vec<f64> = (-warm_up..end)
            .map(|month| {
                let calendar = scenario.start.plus(i64::from(month)).month as usize - 1;
                let trend = libm::exp(growth * f64::from(month.clamp(0, horizon)));
                scenario.market.seasonality[calendar] * trend
            })
            .collect();
        Calendar::from_slopes(-warm_up, slopes)
    }

    fn from_slopes(first_month: i32, slopes: Vec<f64>) -> Calendar {
        let mut starts = Vec::with_capacity(slopes.len() + 1);
        let mut time = -slopes[..(-first_month) as usize].iter().sum::<f64>();
        for (i, slope) in slopes.iter().enumerate() {
            // Month 0 starts at season time 0 exactly.
            if first_month + i as i32 == 0 {
                time = 0.0;
            }
            starts.push(time);
            time += slope;
        }
        starts.push(time);
        let months = slopes
            .iter()
            .zip(starts.windows(2))
            .enumerate()
            .map(|(i, (slope, ends))| Month {
                start: ends[0],
                end: ends[1],
                inverse_slope: if *slope > 0.0 { 1.0 / slope } else { 0.0 },
                number: first_month + i as i32,
                time: f64::from(first_month + i as i32),
            })
            .collect();
        let span = time - starts[0];
        let cells = (GUIDE_CELLS - 1) as f64;
        let guide_per_time = if span > 0.0 { cells / span } else { 0.0 };
        let mut month = 0usize;
        let mut guide = Box::new([0; GUIDE_CELLS]);
        for (cell, slot) in guide.iter_mut().enumerate() {
            // One cell earlier than exact, so that rounding to the nearest cell can never overshoot the month.
            let at = starts[0] + (cell as f64 - 1.0) / cells * span;
            while month + 1 < slopes.len() && starts[month + 1] < at {
                month += 1;
            }
            *slot = month as u16;
        }
        Calendar {
            first_month,
            starts,
            slopes,
            months,
            guide,
            guide_per_time,
        }
    }

    /// Season time at `time` (months), which must lie inside the calendar.
    pub fn season_time(&self, time: f64) -> f64 {
        let index = (month_of(time).saturating_sub(self.first_month))
            .clamp(0, self.slopes.len() as i32 - 1);
        let month = index + self.first_month;
        self.starts[index as usize] + (time - f64::from(month)) * self.slopes[index as usize]
    }

    /// Season time at the calendar's start.
    pub fn start(&self) -> f64 {
        self.starts[0]
    }

    /// Season time at the calendar's end.
    pub fn end(&self) -> f64 {
        self.starts[self.starts.len() - 1]
    }

    /// A calendar without seasons.
    #[cfg(test)]
    pub(crate) fn flat(months: usize) -> Calendar {
        Calendar::from_slopes(0, vec![1.0; months])
    }

    /// How season times become cells of the guide.
    pub fn grid(&self) -> Grid {
        Grid {
            origin: self.starts[0],
            scale: self.guide_per_time,
        }
    }

    /// The time and month of a season time inside the calendar.
    #[inline]
    pub fn at(&self, season: f64) -> (f64, i32) {
        self.at_cell(self.grid().cell(season), season)
    }

    /// The same where its cell of the [`Grid`] is known.
    #[inline(always)]
    pub fn at_cell(&self, cell: u32, season: f64) -> (f64, i32) {
        let months = &*self.months;
        let mut index = usize::from(self.guide[cell as usize & (GUIDE_CELLS - 1)]);
        // A month boundary inside the cell is a coin toss: one step without a branch, the rest is rare.
        index += usize::from(season >= months[index].end);
        let mut month = &months[index];
        while season >= month.end {
            index += 1;
            month = &months[index];
        }
        let within = (season - month.start) * month.inverse_slope;
        // Rounding must not carry a purchase into the next month.
        let within = if within < 1.0 { within } else { LAST_INSTANT };
        (month.time + within, month.number)
    }

    /// Multiplier of the purchase rate in a month.
    pub fn slope(&self, month: i32) -> f64 {
        let index = (month - self.first_month).clamp(0, self.slopes.len() as i32 - 1);
        self.slopes[index as usize]
    }
}

/// The month that holds an instant: the largest whole number of months not after it.
#[inline(always)]
pub fn month_of(time: f64) -> i32 {
    // Truncation and a correction: a call of `floor` costs as much as all else on the paths that need it.
    let whole = time as i32;
    whole.saturating_sub(i32::from(f64::from(whole) > time))
}

/// The last representable fraction of a month used where rounding would carry a purchase into the next month; coarse enough to survive the addition
/// of any month number below 2¹².
const LAST_INSTANT: f64 = 1.0 - 1.0 / (1u64 << 40) as f64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversion_undoes_integration() {
        let slopes: Vec<f64> = (0..100).map(|i| 0.5 + f64::from(i % 7) * 0.2).collect();
        let calendar = Calendar::from_slopes(-12, slopes);
        assert_eq!(calendar.season_time(0.0), 0.0);
        for i in 0..10_000 {
            let time = -12.0 + f64::from(i) * 0.0099;
            let (back, month) = calendar.at(calendar.season_time(time));
            assert!((back - time).abs() < 1e-9, "{time} → {back}");
            assert_eq!(month, libm::floor(back) as i32);
        }
    }

    #[test]
    fn months_hold_their_instants() {
        for time in [
            -2.5,
            -2.0,
            -1e-9,
            0.0,
            0.5,
            1.0 - 1e-12,
            1.0,
            59.999_999,
            60.0,
            1e12,
            -1e12,
        ] {
            assert_eq!(month_of(time), libm::floor(time) as i32, "{time}");
        }
        assert_eq!(month_of(f64::NEG_INFINITY), i32::MIN);
    }

    #[test]
    fn a_month_without_purchases_holds_none() {
        let mut slopes = vec![1.0; 24];
        slopes[5] = 0.0;
        let calendar = Calendar::from_slopes(0, slopes);
        for i in 0..2300 {
            let (time, month) = calendar.at(f64::from(i) * 0.01);
            assert_ne!(month, 5);
            assert!(time >= f64::from(month) && time < f64::from(month + 1));
        }
    }
}
