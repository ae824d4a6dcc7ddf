//! Demotion: for some months after losing a tier, buying less and leaving more than one who never held it.
//!
//! Demotion hurts more than promotion helps: loyalty intentions of demoted customers fall below those of customers never
//! elevated, which field sales confirm (Wagner, Hennig-Thurau & Rudolph 2009, Journal of Marketing 73(3): 69–85). The
//! factor is the loss aversion of prospect theory; the duration is judgement.
//!
//! The ordering demoted < never elevated < promoted holds by construction: the sizes do not fall with the rank, nor
//! does the share at or above grow with it, so that the effect of the tier kept is at most that of the tier lost, and the
//! loss weighs at least as much (the resolver sees to both).

use super::{Rank, status};
use crate::scenario::model::{DemotionEffect, StatusEffect};

/// η of having lost this rank: at most zero.
#[inline]
pub fn frequency(effect: &DemotionEffect, of: &StatusEffect, lost: &Rank) -> f64 {
    -effect.aversion * status::frequency(of, lost)
}

/// ζ of having lost this rank: at least zero.
#[inline]
pub fn attrition(effect: &DemotionEffect, of: &StatusEffect, lost: &Rank) -> f64 {
    -effect.aversion * status::attrition(of, lost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Demoted below never elevated below promoted, whatever the ranks, shares and sizes allowed.
        #[test]
        fn the_demoted_fare_worse_than_the_never_elevated(
            steps in prop::array::uniform3(0.0..0.5f64),
            aversion in 1.0..4.0f64,
            lost in 1..6u8,
            down in 1..6u8,
            share in 0.0..1.0f64,
            more in 0.0..1.0f64,
        ) {
            let sizes = [steps[0], steps[0] + steps[1], steps[0] + steps[1] + steps[2]];
            let of = StatusEffect { frequency: sizes, attrition: sizes };
            let effect = DemotionEffect { aversion, months: 9.0 };
            let lost = Rank { rank: lost, share_at_or_above: share };
            let kept = Rank {
                rank: lost.rank.saturating_sub(down),
                share_at_or_above: share + (1.0 - share) * more,
            };
            let eta = status::frequency(&of, &kept) + frequency(&effect, &of, &lost);
            let zeta = status::attrition(&of, &kept) + attrition(&effect, &of, &lost);
            prop_assert!(eta <= 1e-12, "{eta}");
            prop_assert!(zeta >= -1e-12, "{zeta}");
            prop_assert!(status::frequency(&of, &lost) >= 0.0);
        }
    }
}
