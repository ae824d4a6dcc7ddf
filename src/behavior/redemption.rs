//! Whether a member redeems at a visit: a latent threshold that differs between members.
//!
//! Members of linear programs stockpile; there are latent thresholds above which redeeming is likelier than not, with
//! large heterogeneity (Stourm, Bradlow & Fader 2015, Journal of Marketing Research 52: 253–267). The logistic form and
//! its parameters are judgement.

use crate::random::elementary::{exp, ln};
use crate::scenario::model::Redemption;

/// ln τ of a person from the normal score, for a catalog whose cheapest reward costs `cheapest` points.
pub fn log_threshold(redemption: &Redemption, score: f64, cheapest: i64) -> f64 {
    libm::log(redemption.threshold_rewards * cheapest as f64) + redemption.threshold_sigma * score
}

/// Whether a uniform `u` says yes: P = σ(slope·(ln B − ln τ) − reluctance), times 1 + boost where points expire soon.
#[inline]
pub fn redeems(
    redemption: &Redemption,
    log_threshold: f64,
    balance: i64,
    presses: bool,
    u: f64,
) -> bool {
    let distance = if redemption.slope == 0.0 {
        0.0
    } else {
        redemption.slope * (ln(balance as f64) - log_threshold)
    };
    let logit = (distance - redemption.reluctance).clamp(-700.0, 700.0);
    let boost = if presses {
        1.0 + redemption.expiry_boost
    } else {
        1.0
    };
    // u < boost/(1 + e^(−logit)) without a division.
    u * (1.0 + exp(-logit)) < boost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_redeem_at_their_threshold() {
        let redemption = Redemption {
            slope: 1.5,
            threshold_rewards: 2.0,
            threshold_sigma: 0.8,
            reluctance: 0.0,
            never_share: 0.1,
            expiry_boost: 0.5,
            value_weight: 1.0,
        };
        let tau = log_threshold(&redemption, 0.0, 500);
        assert!(redeems(&redemption, tau, 1000, false, 0.499));
        assert!(!redeems(&redemption, tau, 1000, false, 0.501));
        assert!(redeems(&redemption, tau, 1000, true, 0.749));
        assert!(!redeems(&redemption, tau, 1000, true, 0.751));
    }
}
