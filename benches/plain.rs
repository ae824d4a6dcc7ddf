//! RW1 as one would write it by hand with rand_distr and rayon: the program Fidelio's speed is compared with.
//!
//! Month by month and in floating point: Poisson purchases, one gamma draw for the month's spend, points without
//! rounding in 24 monthly vintages, at most one redemption a month, a coin for leaving. One customer after another with a
//! generator of its own, chunks of customers over all cores. It knows this one program and nothing else.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Beta, Distribution, Gamma, Poisson, StandardNormal};
use rayon::prelude::*;

pub const MONTHS: usize = 60;
const SEASON: [f64; 12] = [
    0.85, 0.85, 0.95, 1.0, 1.0, 1.0, 0.95, 0.9, 1.0, 1.05, 1.15, 1.3,
];
const LIFE: usize = 24;
const BINS: usize = 64;
/// Customers of one piece of work.
const CHUNK: u64 = 4096;

/// What happened in one month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Month {
    pub active: f64,
    pub purchases: f64,
    pub revenue: f64,
    pub issued: f64,
    pub redeemed: f64,
    pub expired: f64,
    pub breakage: f64,
    pub outstanding: f64,
}

/// Sums over customers.
#[derive(Clone, Debug)]
pub struct Totals {
    pub months: [Month; MONTHS],
    /// Discounted margin less the cost of rewards.
    pub value: f64,
    /// Customers by value, 50 wide from −50.
    pub histogram: [u64; BINS],
}

impl Totals {
    fn new() -> Totals {
        Totals {
            months: [Month::default(); MONTHS],
            value: 0.0,
            histogram: [0; BINS],
        }
    }

    fn merge(mut self, other: Totals) -> Totals {
        for (a, b) in self.months.iter_mut().zip(&other.months) {
            a.active += b.active;
            a.purchases += b.purchases;
            a.revenue += b.revenue;
            a.issued += b.issued;
            a.redeemed += b.redeemed;
            a.expired += b.expired;
            a.breakage += b.breakage;
            a.outstanding += b.outstanding;
        }
        self.value += other.value;
        for (a, b) in self.histogram.iter_mut().zip(&other.histogram) {
            *a += b;
        }
        self
    }

    /// The sum of one column.
    pub fn sum(&self, column: impl Fn(&Month) -> f64) -> f64 {
        self.months.iter().map(column).sum()
    }
}

/// Laws of the traits, made once.
struct Laws {
    rate: Gamma<f64>,
    leaving: Beta<f64>,
}

fn live(laws: &Laws, rng: &mut SmallRng, totals: &mut Totals) {
    let rate = laws.rate.sample(rng);
    let leaving = laws.leaving.sample(rng);
    let score: f64 = StandardNormal.sample(rng);
    let basket = 40.0 * (0.6 * score).exp();
    let mut vintages = [0.0; LIFE];
    let (mut balance, mut boost, mut value, mut discount) = (0.0, 1.0, 0.0, 1.0);
    for (t, month) in totals.months.iter_mut().enumerate() {
        let due = std::mem::take(&mut vintages[t % LIFE]);
        month.expired += due;
        balance -= due;
        let mean = rate * SEASON[t % 12] * boost;
        boost = 1.0;
        // A rate can round to zero, for which there is no Poisson law.
        let purchases = Poisson::new(mean).map_or(0.0, |law| law.sample(rng));
        if purchases > 0.0 {
            let spend =
                Gamma::new(4.0 * purchases, basket / 4.0).map_or(0.0, |law| law.sample(rng));
            month.purchases += purchases;
            month.revenue += spend;
            month.issued += 10.0 * spend;
            vintages[t % LIFE] = 10.0 * spend;
            balance += 10.0 * spend;
            value += discount * 0.3 * spend;
        }
        if balance >= 5000.0 && rng.random::<f64>() < 0.35 {
            let mut left = 5000.0;
            // Oldest first: the slot after this month's is the oldest.
            for age in 1..=LIFE {
                let vintage = &mut vintages[(t + age) % LIFE];
                let taken = vintage.min(left);
                *vintage -= taken;
                left -= taken;
                if left <= 0.0 {
                    break;
                }
            }
            balance -= 5000.0;
            month.redeemed += 5000.0;
            value -= discount * 0.005 * 5000.0;
            boost = 1.1;
        }
        discount *= 0.99;
        if rng.random::<f64>() < leaving {
            month.breakage += balance;
            break;
        }
        month.active += 1.0;
        month.outstanding += balance;
    }
    totals.value += value;
    let bin = ((value + 50.0) / 50.0).clamp(0.0, (BINS - 1) as f64);
    totals.histogram[bin as usize] += 1;
}

/// Lives `customers` on all cores.
pub fn run(customers: u64, seed: u64) -> Totals {
    let laws = Laws {
        rate: Gamma::new(0.6, 2.0).expect("positive shape and scale"),
        leaving: Beta::new(1.2, 30.0).expect("positive shapes"),
    };
    (0..customers.div_ceil(CHUNK))
        .into_par_iter()
        .fold(Totals::new, |mut totals, chunk| {
            for customer in chunk * CHUNK..((chunk + 1) * CHUNK).min(customers) {
                let mut rng = SmallRng::seed_from_u64(seed.wrapping_add(customer));
                live(&laws, &mut rng, &mut totals);
            }
            totals
        })
        .reduce(Totals::new, Totals::merge)
}
