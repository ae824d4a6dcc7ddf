//! Customers by amount of money: one slot per doubling, for either sign.

use crate::results::Bin;

/// Shares of customers by amount: one slot per doubling, those near zero in one slot between the two signs.
pub struct Octaves {
    /// From the largest negative to the largest positive amount.
    pub shares: Vec<f64>,
    /// Index of the slot of amounts near zero.
    pub middle: usize,
    /// Amounts nearer to zero than this are in the middle, major units.
    pub floor: f64,
}

/// At most this share of the customers whose amount is not zero is put in the slot of zero.
const NEAR_ZERO: f64 = 0.03;
/// Largest exponents of two told apart, beyond any amount of money.
const OCTAVES: usize = 60;

/// Customers by exponent of the amount in minor units, for either sign, and those at zero.
pub struct Counts {
    negative: [f64; OCTAVES],
    zero: f64,
    positive: [f64; OCTAVES],
}

impl Counts {
    pub fn new(bins: &[Bin], minor: f64) -> Counts {
        let mut counts = Counts {
            negative: [0.0; OCTAVES],
            zero: 0.0,
            positive: [0.0; OCTAVES],
        };
        for bin in bins {
            let center = f64::midpoint(bin.low, bin.high) * minor;
            if !(center.is_finite() && bin.customers.is_finite() && bin.customers > 0.0) {
                continue;
            }
            // Bins never straddle a power of two, but for those of tests.
            let octave = libm::log2(center.abs()).clamp(0.0, (OCTAVES - 1) as f64) as usize;
            if center == 0.0 {
                counts.zero += bin.customers;
            } else if center < 0.0 {
                counts.negative[octave] += bin.customers;
            } else {
                counts.positive[octave] += bin.customers;
            }
        }
        counts
    }

    fn sides(&self) -> impl Iterator<Item = &[f64; OCTAVES]> {
        [&self.negative, &self.positive].into_iter()
    }

    fn moved(&self) -> f64 {
        self.sides().flatten().sum()
    }

    pub fn all(&self) -> f64 {
        self.zero + self.moved()
    }

    /// First octave that stands by itself.
    fn first(&self) -> usize {
        let limit = NEAR_ZERO * self.moved();
        let mut near = 0.0;
        for octave in 0..OCTAVES {
            near += self.sides().map(|s| s[octave]).sum::<f64>();
            if near > limit {
                return octave;
            }
        }
        0
    }

    /// Past the last octave with at least one customer in ten thousand, on one side.
    fn last(&self, side: &[f64; OCTAVES]) -> usize {
        let least = 1e-4 * self.all();
        side.iter().rposition(|n| *n >= least).map_or(0, |i| i + 1)
    }
}

impl Octaves {
    /// Of several distributions, on common slots.
    pub fn new(all: &[&Counts], minor: f64) -> Vec<Octaves> {
        let first = all.iter().map(|c| c.first()).min().unwrap_or(0);
        let past = |side: fn(&Counts) -> &[f64; OCTAVES]| {
            let last = all.iter().map(|c| c.last(side(c))).max().unwrap_or(0);
            last.max(first)
        };
        let (low, high) = (past(|c| &c.negative), past(|c| &c.positive));
        let of = |counts: &&Counts| {
            let whole = counts.all();
            let share = |customers: f64| {
                if whole > 0.0 { customers / whole } else { 0.0 }
            };
            let near: f64 = counts.sides().flat_map(|s| &s[..first]).sum();
            // Amounts beyond the last slot are too few to see; they stay in it, so that shares add up.
            let side = |side: &[f64; OCTAVES], last: usize| -> Vec<f64> {
                let mut slots: Vec<f64> = side[first..last].iter().map(|n| share(*n)).collect();
                if let Some(end) = slots.last_mut() {
                    *end += share(side[last..].iter().sum());
                }
                slots
            };
            let mut shares: Vec<f64> = side(&counts.negative, low).into_iter().rev().collect();
            let middle = shares.len();
            shares.push(share(counts.zero + near));
            shares.extend(side(&counts.positive, high));
            Octaves {
                shares,
                middle,
                floor: libm::exp2(first as f64) / minor,
            }
        };
        all.iter().map(of).collect()
    }

    /// Where an amount of at least the floor stands, in slots.
    pub fn place(&self, amount: f64) -> f64 {
        let steps = libm::log2(amount.abs() / self.floor);
        if amount < 0.0 {
            self.middle as f64 - steps
        } else {
            self.middle as f64 + 1.0 + steps
        }
    }

    /// Round amounts to write below the slots: powers of ten of either sign.
    pub fn ticks(&self) -> Vec<f64> {
        let reach = self.middle.max(self.shares.len() - self.middle - 1);
        let top = self.floor * libm::exp2(reach as f64);
        let mut amounts = Vec::new();
        let mut amount = libm::pow(10.0, libm::ceil(libm::log10(self.floor) - 1e-9));
        while amount <= top * 1.0001 && amounts.len() < 60 {
            amounts.extend([-amount, amount]);
            amount *= 10.0;
        }
        let inside = 0.0..=self.shares.len() as f64;
        amounts.retain(|a| inside.contains(&self.place(*a)));
        amounts
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    fn bin(low: f64, high: f64, customers: f64) -> Bin {
        Bin {
            low,
            high,
            customers,
        }
    }

    #[test]
    fn customers_stand_by_doubling_and_none_is_lost() {
        let bins = [
            bin(-5.12, -4.48, 30.0),
            bin(-0.03, -0.02, 1.0),
            bin(0.0, 0.0, 9.0),
            bin(1.28, 1.6, 20.0),
            bin(1.6, 1.92, 10.0),
            bin(163.84, 204.8, 30.0),
        ];
        let counts = Counts::new(&bins, 100.0);
        let octaves = Octaves::new(&[&counts], 100.0).remove(0);
        let all: f64 = octaves.shares.iter().sum();
        assert!((all - 1.0).abs() < 1e-12);
        // One customer of 91 is within 1.28 of zero; nobody else is.
        assert_eq!(octaves.floor, 1.28);
        assert!((octaves.shares[octaves.middle] - 0.1).abs() < 1e-12);
        assert!((octaves.shares[octaves.middle + 1] - 0.3).abs() < 1e-12);
        assert_eq!(octaves.place(1.28), octaves.middle as f64 + 1.0);
        assert_eq!(octaves.place(-2.56), octaves.middle as f64 - 1.0);
        assert_eq!(octaves.ticks(), [10.0, 100.0]);
    }
}
