//! Rewarded behavior: η = lift·e^(−Δt/κ) after a redemption; it restarts at each redemption and does not add up.
//!
//! Sign: Taylor & Neslin 2005 (Journal of Retailing 81: 293–305), Dorotic, Verhoef, Fok & Bijmolt 2014 (International
//! Journal of Research in Marketing 31: 339–355). The magnitude is a judgement.

use crate::random::elementary::exp;
use crate::scenario::model::RewardedBehavior;

impl RewardedBehavior {
    /// Halvings of η per month.
    pub fn halvings_per_month(&self) -> f64 {
        std::f64::consts::LOG2_E / self.decay_months
    }
}

/// η `since` months after the last redemption.
#[inline]
pub fn frequency(effect: &RewardedBehavior, since: f64) -> f64 {
    if effect.lift == 0.0 || since > 40.0 * effect.decay_months {
        return 0.0;
    }
    effect.lift * exp(-since / effect.decay_months)
}
