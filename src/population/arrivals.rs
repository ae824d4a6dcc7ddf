//! When the arriving families of a stratum arrive, and through which channel: functions of the ordinal, not draws.

use crate::scenario::model::{Channel, Scenario};

/// Arrival calendar of one stratum.
#[derive(Clone, Debug)]
pub enum Schedule {
    /// Cumulative floor of a constant inflow over the horizon: family `k` of `n` arrives in month ⌈(k + 1)·H/n⌉ − 1.
    Monthly { families: u64, months: u32 },
    /// By day: `until[i]` families have arrived by the end of `days[i]`.
    Daily {
        families: u64,
        stated: u64,
        days: Vec<u32>,
        until: Vec<u64>,
    },
}

impl Schedule {
    /// Schedule of `families` simulated families standing for `stated`.
    pub fn new(scenario: &Scenario, families: u64, stated: u64) -> Schedule {
        if scenario.market.entries.is_empty() {
            return Schedule::Monthly {
                families,
                months: scenario.horizon_months,
            };
        }
        let mut entries: Vec<_> = scenario
            .market
            .entries
            .iter()
            .filter(|e| e.count > 0)
            .collect();
        entries.sort_by_key(|e| e.day);
        let total: u64 = entries.iter().map(|e| e.count).sum();
        let mut sum = 0u64;
        let until = entries
            .iter()
            .map(|e| {
                sum += e.count;
                // Cumulative floor of this stratum's share of the listed counts.
                (u128::from(sum) * u128::from(stated) / u128::from(total.max(1))) as u64
            })
            .collect();
        Schedule::Daily {
            families,
            stated,
            days: entries.iter().map(|e| e.day).collect(),
            until,
        }
    }

    /// Arrival instant in months of family `ordinal`, given its uniform inside the month.
    pub fn instant(&self, ordinal: u64, uniform: f64) -> f64 {
        match self {
            Schedule::Monthly { families, months } => {
                let reached = (u128::from(ordinal) + 1) * u128::from(*months);
                let month = reached.div_ceil(u128::from((*families).max(1))) as f64 - 1.0;
                // Kept off the end so that rounding cannot move the arrival into the next month.
                month + uniform.min(1.0 - 1e-12)
            }
            Schedule::Daily {
                families,
                stated,
                days,
                until,
            } => {
                let copies =
                    u128::from(ordinal) * u128::from(*stated) / u128::from((*families).max(1));
                let at = until
                    .partition_point(|u| u128::from(*u) <= copies)
                    .min(days.len() - 1);
                f64::from(days[at]) * 12.0 / 365.0
            }
        }
    }
}

/// Length of the precomputed sequence: prime, so that it does not fall in step with batches or months.
const SEQUENCE: usize = 4093;

/// Channels in the order in which families come: always the one furthest behind its share.
#[derive(Clone, Debug)]
pub struct ChannelSequence {
    sequence: Vec<u16>,
}

impl ChannelSequence {
    pub fn new(channels: &[Channel]) -> ChannelSequence {
        let mut given = vec![0.0f64; channels.len()];
        let sequence = (0..SEQUENCE)
            .map(|k| {
                let mut best = 0;
                for (i, channel) in channels.iter().enumerate() {
                    let behind = |j: usize, share: f64| share * (k as f64 + 1.0) - given[j];
                    if behind(i, channel.share) > behind(best, channels[best].share) {
                        best = i;
                    }
                }
                given[best] += 1.0;
                best as u16
            })
            .collect();
        ChannelSequence { sequence }
    }

    /// Channel of a family. Every batch (ordinal mod 32) walks the same sequence from its own place, so that channels
    /// are balanced inside each batch too.
    pub fn channel(&self, ordinal: u64) -> usize {
        let place = ordinal / 32 + (ordinal % 32) * 128;
        usize::from(self.sequence[(place % SEQUENCE as u64) as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_the_cumulative_floor() {
        let schedule = Schedule::Monthly {
            families: 1000,
            months: 24,
        };
        let mut counts = [0u64; 24];
        for k in 0..1000 {
            counts[schedule.instant(k, 0.999_999_999_999_9) as usize] += 1;
        }
        let mut sum = 0;
        for (m, count) in counts.iter().enumerate() {
            sum += count;
            assert_eq!(sum, 1000 * (m as u64 + 1) / 24);
        }
    }

    #[test]
    fn copies_of_a_daily_list_repeat_it_exactly() {
        let schedule = Schedule::Daily {
            families: 425 * 10,
            stated: 10,
            days: vec![0, 3, 9],
            until: vec![4, 5, 10],
        };
        let count = |day: f64| {
            (0..4250)
                .filter(|k| (schedule.instant(*k, 0.5) - day * 12.0 / 365.0).abs() < 1e-12)
                .count()
        };
        assert_eq!((count(0.0), count(3.0), count(9.0)), (1700, 425, 2125));
    }

    #[test]
    fn channels_keep_their_shares_in_every_batch() {
        let channel = |name: &str, share| Channel {
            name: name.into(),
            share,
            arrival_cost: 0,
            rate_factor: 1.0,
            attrition_factor: 1.0,
        };
        let sequence =
            ChannelSequence::new(&[channel("a", 0.5), channel("b", 0.3), channel("c", 0.2)]);
        for batch in 0..32u64 {
            let count = (0..1000u64)
                .filter(|k| sequence.channel(k * 32 + batch) == 1)
                .count();
            assert!((290..=310).contains(&count), "batch {batch}: {count}");
        }
    }
}
