//! RW1 once more, under Fidelio's continuous-time rules, written as plainly as possible and sharing no code with the
//! engine: one customer after another, one sequential generator, purchases by thinning, lots in a queue.
//!
//! The rules, for a customer who is new at month 0 (times in months):
//!
//! - rate λ ~ Gamma(0.6, 2); p ~ Beta(1.2, 30), hazard of leaving −ln(1 − p); mean basket 40·exp(0.6·Z).
//! - Purchases at intensity λ·s(t)·e^η, s the season of the month, η = ln 1.1·e^(−Δt) at Δt months after the last
//!   redemption (0 before the first), until the customer leaves or month 60 begins.
//! - A basket is mean × Gamma(4, 1/4), in whole cents; it earns ⌊10 × amount⌋ points, usable from the next visit.
//! - At a visit with at least 5,000 points before its own, exactly 5,000 are redeemed with probability 0.35, oldest first.
//! - What is left of the points of month m ends at the end of month m + 24, also after the customer left.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Beta, Distribution, Exp1, Gamma, StandardNormal};
use std::collections::VecDeque;

/// Months simulated.
pub const MONTHS: usize = 60;
/// Multiplier of the purchase rate by calendar month.
pub const SEASON: [f64; 12] = [
    0.85, 0.85, 0.95, 1.0, 1.0, 1.0, 0.95, 0.9, 1.0, 1.05, 1.15, 1.3,
];
const HIGHEST_SEASON: f64 = 1.3;
const BOOST: f64 = 1.1;
const PRICE: i64 = 5000;
const TERM: usize = 24;

/// What one customer did in sixty months.
#[derive(Clone, Copy, Debug, Default)]
pub struct Story {
    /// Months lived at least: the customer counts as active after n months where this is at least n.
    pub lifetime: f64,
    pub base_purchases: i64,
    /// Cents.
    pub base_sales: i64,
    /// Purchases only the boost made.
    pub extra_purchases: i64,
    pub extra_sales: i64,
    pub issued: i64,
    pub redeemed: i64,
    pub expired: i64,
    pub outstanding: i64,
}

/// The laws of RW1 and a generator.
pub struct Reference {
    rng: SmallRng,
    rate: Gamma<f64>,
    leaving: Beta<f64>,
    within: Gamma<f64>,
}

/// Points on an account, oldest first, with the month of issue.
#[derive(Default)]
struct Account {
    lots: VecDeque<(usize, i64)>,
}

impl Account {
    fn balance(&self) -> i64 {
        self.lots.iter().map(|(_, points)| points).sum()
    }

    fn earn(&mut self, month: usize, points: i64) {
        self.lots.push_back((month, points));
    }

    fn redeem(&mut self, mut points: i64) {
        while let Some((_, held)) = self.lots.front_mut() {
            let taken = points.min(*held);
            *held -= taken;
            points -= taken;
            if *held > 0 {
                return;
            }
            self.lots.pop_front();
        }
    }

    /// Ends the lots whose last month is over at `time`; tells how many points ended.
    fn expire(&mut self, time: f64) -> i64 {
        let mut ended = 0;
        while let Some((month, points)) = self.lots.front().copied() {
            if (month + TERM + 1) as f64 > time {
                break;
            }
            ended += points;
            self.lots.pop_front();
        }
        ended
    }
}

impl Reference {
    /// A generator of customers. The laws have the parameters of RW1, which are valid.
    pub fn new(seed: u64) -> Reference {
        Reference {
            rng: SmallRng::seed_from_u64(seed),
            rate: Gamma::new(0.6, 2.0).unwrap(),
            leaving: Beta::new(1.2, 30.0).unwrap(),
            within: Gamma::new(4.0, 0.25).unwrap(),
        }
    }

    /// Lives the next customer.
    pub fn customer(&mut self) -> Story {
        let rng = &mut self.rng;
        let rate: f64 = self.rate.sample(rng);
        let p: f64 = self.leaving.sample(rng);
        let score: f64 = StandardNormal.sample(rng);
        let basket = 4000.0 * (0.6 * score).exp();
        let patience: f64 = Exp1.sample(rng);
        let mut story = Story {
            lifetime: patience / -(-p).ln_1p(),
            ..Story::default()
        };
        let end = story.lifetime.min(MONTHS as f64);
        let mut account = Account::default();
        let mut redemption = f64::NEG_INFINITY;
        let mut time = 0.0;
        loop {
            // Thinning (Lewis & Shedler 1979): proposals at the highest intensity there can be.
            let gap: f64 = Exp1.sample(rng);
            time += gap / (rate * HIGHEST_SEASON * BOOST);
            if time >= end {
                break;
            }
            let month = time as usize;
            let intensity = HIGHEST_SEASON * BOOST * rng.random::<f64>();
            let season = SEASON[month % 12];
            let eta = BOOST.ln() * (redemption - time).exp();
            if intensity >= season * eta.exp() {
                continue;
            }
            let factor: f64 = self.within.sample(rng);
            let amount = (basket * factor).round() as i64;
            // Proposals below the intensity without boost happen with or without a program.
            if intensity < season {
                story.base_purchases += 1;
                story.base_sales += amount;
            } else {
                story.extra_purchases += 1;
                story.extra_sales += amount;
            }
            story.expired += account.expire(time);
            if account.balance() >= PRICE && rng.random::<f64>() < 0.35 {
                account.redeem(PRICE);
                story.redeemed += PRICE;
                redemption = time;
            }
            let points = amount / 10;
            story.issued += points;
            account.earn(month, points);
        }
        story.expired += account.expire(MONTHS as f64);
        story.outstanding = account.balance();
        story
    }
}
