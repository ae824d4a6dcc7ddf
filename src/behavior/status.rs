//! Status: members who hold a tier buy more and leave less, the less so the more members hold it.
//!
//! Upgraded members raise their demand, more so in higher tiers (Behrens, de Jong & van Ommeren 2021, fuzzy regression
//! discontinuity); enlarging the elite dilutes its status (Drèze & Nunes 2009, Journal of Consumer Research 35: 890–905).
//! The square root of the share outside, and all sizes, are judgement.

use super::Rank;
use crate::scenario::model::StatusEffect;

/// η of holding this rank; zero without one.
#[inline]
pub fn frequency(effect: &StatusEffect, held: &Rank) -> f64 {
    by_rank(&effect.frequency, held)
}

/// ζ of holding this rank: at most zero.
#[inline]
pub fn attrition(effect: &StatusEffect, held: &Rank) -> f64 {
    -by_rank(&effect.attrition, held)
}

fn by_rank(sizes: &[f64; 3], held: &Rank) -> f64 {
    match held.rank {
        0 => 0.0,
        rank => sizes[usize::from(rank).min(sizes.len()) - 1] * dilution(held.share_at_or_above),
    }
}

/// √(1 − share of members at this rank or above).
#[inline]
pub fn dilution(share_at_or_above: f64) -> f64 {
    libm::sqrt(1.0 - share_at_or_above.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EFFECT: StatusEffect = StatusEffect {
        frequency: [0.02, 0.05, 0.08],
        attrition: [0.05, 0.1, 0.2],
    };

    #[test]
    fn a_crowded_elite_is_none() {
        let rank = |rank, share_at_or_above| Rank {
            rank,
            share_at_or_above,
        };
        assert_eq!(frequency(&EFFECT, &rank(0, 0.0)), 0.0);
        assert_eq!(frequency(&EFFECT, &rank(2, 0.0)), 0.05);
        assert!((frequency(&EFFECT, &rank(2, 0.75)) - 0.025).abs() < 1e-15);
        assert_eq!(frequency(&EFFECT, &rank(1, 1.0)), 0.0);
        assert!((attrition(&EFFECT, &rank(3, 0.19)) + 0.18).abs() < 1e-15);
        assert_eq!(
            frequency(&EFFECT, &rank(5, 0.0)),
            0.08,
            "as the third of three"
        );
    }
}
