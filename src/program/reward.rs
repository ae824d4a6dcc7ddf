//! The catalog of rewards, and which of them a person likes.
//!
//! Choice is a multinomial logit on face value per point plus a taste per person and reward (a Gumbel, fixed in the
//! fate). With fixed tastes a person ranks the rewards once: whatever the balance, the choice is the best-ranked usable one,
//! and a reward is *liked* (worth saving for) if no cheaper one is ranked above it.

use crate::random::address::{hash_names, uniform64};
use crate::random::{Key, Purpose, Subject};
use crate::scenario::model::{Redemption, Reward};

/// Most rewards of one version.
pub const MAX_REWARDS: usize = 16;

/// A version's rewards, by increasing points.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub rewards: Vec<Reward>,
    /// Index of each reward in the program's list of distinct names (tally column).
    pub columns: Vec<usize>,
    /// Systematic utility: value weight × face value per point, relative to the best of the catalog.
    utilities: Vec<f64>,
    /// Addresses of the tastes.
    hashes: Vec<u32>,
    /// Best face value per point, minor units.
    pub best_value_per_point: f64,
}

/// Indices of the rewards a person likes, by increasing points.
#[derive(Clone, Copy, Debug, Default)]
pub struct Liked {
    indices: [u8; MAX_REWARDS],
    count: u8,
    /// All rewards, best first.
    ranked: [u8; MAX_REWARDS],
    all: u8,
}

impl Liked {
    /// Catalog indices, cheapest first.
    #[inline]
    pub fn indices(&self) -> &[u8] {
        &self.indices[..usize::from(self.count)]
    }

    /// Catalog indices of all rewards, the best-ranked first.
    #[inline]
    pub fn ranked(&self) -> &[u8] {
        &self.ranked[..usize::from(self.all)]
    }

    fn push(&mut self, index: usize) {
        self.indices[usize::from(self.count)] = index as u8;
        self.count += 1;
    }
}

impl Catalog {
    /// `program` keys the tastes; `names` are the program's distinct reward names.
    pub fn new(
        program: &str,
        rewards: &[Reward],
        names: &[String],
        redemption: &Redemption,
    ) -> Catalog {
        let ratio = |r: &Reward| r.face_value as f64 / r.points as f64;
        let best = rewards.iter().map(ratio).fold(0.0, f64::max);
        Catalog {
            utilities: rewards
                .iter()
                .map(|r| {
                    if best > 0.0 {
                        redemption.value_weight * ratio(r) / best
                    } else {
                        0.0
                    }
                })
                .collect(),
            hashes: rewards
                .iter()
                .map(|r| hash_names(&[program, &r.name]) as u32)
                .collect(),
            columns: rewards
                .iter()
                .map(|r| names.iter().position(|n| *n == r.name).unwrap_or(0))
                .collect(),
            best_value_per_point: best,
            rewards: rewards.to_vec(),
        }
    }

    /// Price of the cheapest reward; out of reach where there is none.
    #[inline]
    pub fn cheapest(&self) -> i64 {
        self.rewards
            .first()
            .map_or(i64::MAX, |reward| reward.points)
    }

    /// What this person likes.
    pub fn liked(&self, key: Key, subject: Subject) -> Liked {
        let mut liked = Liked::default();
        let count = self.rewards.len().min(MAX_REWARDS);
        let mut utilities = [0.0; MAX_REWARDS];
        for (index, utility) in utilities.iter_mut().enumerate().take(count) {
            if self.rewards.len() > 1 {
                let words = subject.draw(key, Purpose::Taste, 0, 0, self.hashes[index]);
                // Standard Gumbel by inversion.
                *utility =
                    self.utilities[index] - libm::log(-libm::log(uniform64(words[0], words[1])));
            }
        }
        let mut best = f64::NEG_INFINITY;
        for (index, utility) in utilities.iter().enumerate().take(count) {
            if *utility > best {
                best = *utility;
                liked.push(index);
            }
            liked.ranked[index] = index as u8;
        }
        liked.all = count as u8;
        liked.ranked[..count]
            .sort_by(|a, b| utilities[usize::from(*b)].total_cmp(&utilities[usize::from(*a)]));
        liked
    }
}
