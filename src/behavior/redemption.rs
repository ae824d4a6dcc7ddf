//! Whether a member redeems at a visit: a latent threshold that differs between members.
//!
//! Members of linear programs stockpile; there are latent thresholds above which redeeming is likelier than not, with
//! large heterogeneity (Stourm, Bradlow & Fader 2015, Journal of Marketing Research 52: 253–267). The logistic form and
//! its parameters are judgement.

use crate::random::elementary::{exp, ln};
use crate::scenario::model::Redemption;

/// A person's inclination to redeem under one catalog: what does not depend on the visit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inclination {
    log_threshold: f64,
    /// 1 + e^(−logit) where the balance does not matter (slope 0).
    flat: f64,
}

/// ln τ before the person's own score, for a catalog whose cheapest reward costs `cheapest` points.
pub fn log_threshold(redemption: &Redemption, cheapest: i64) -> f64 {
    libm::log(redemption.threshold_rewards * cheapest as f64)
}

impl Inclination {
    /// Of a person with this normal score, under a catalog of this [`log_threshold`].
    pub fn new(redemption: &Redemption, score: f64, log_threshold: f64) -> Inclination {
        Inclination {
            log_threshold: log_threshold + redemption.threshold_sigma * score,
            flat: refusal(-redemption.reluctance),
        }
    }

    /// A balance up to which, and a word of the uniform from which on, the answer is no: the chance rises with the balance,
    /// so that the chance at the end of the balance's octave bounds it, and most visits need no logarithm.
    pub fn refuses(&self, redemption: &Redemption, balance: i64) -> (i64, u64) {
        let bits = 63 - balance.max(1).leading_zeros();
        let limit = if bits < 61 { 2 << bits } else { i64::MAX };
        if redemption.slope < 0.0 {
            return (limit, u64::MAX);
        }
        let distance = redemption.slope * (ln(limit as f64) - self.log_threshold);
        let boost = 1.0 + redemption.expiry_boost.max(0.0);
        // Rounded up beyond any rounding of the two sides.
        let chance = boost / refusal(distance - redemption.reluctance) * (1.0 + 1e-9) + 1e-9;
        (limit, (chance.min(1.0) * 4_294_967_296.0) as u64 + 1)
    }

    /// Whether a uniform `u` says yes: P = σ(slope·(ln B − ln τ) − reluctance), times 1 + boost where points expire soon.
    #[inline(always)]
    pub fn redeems(&self, redemption: &Redemption, balance: i64, presses: bool, u: f64) -> bool {
        let refusal = if redemption.slope == 0.0 {
            self.flat
        } else {
            let distance = redemption.slope * (ln(balance as f64) - self.log_threshold);
            refusal(distance - redemption.reluctance)
        };
        let boost = if presses {
            1.0 + redemption.expiry_boost
        } else {
            1.0
        };
        // u < boost/(1 + e^(−logit)) without a division.
        u * refusal < boost
    }
}

/// 1 + e^(−logit).
#[inline(always)]
fn refusal(logit: f64) -> f64 {
    1.0 + exp(-logit.clamp(-700.0, 700.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_redeem_at_their_threshold() {
        let mut redemption = Redemption {
            slope: 1.5,
            threshold_rewards: 2.0,
            threshold_sigma: 0.8,
            reluctance: 0.0,
            never_share: 0.1,
            expiry_boost: 0.5,
            value_weight: 1.0,
        };
        let person = Inclination::new(&redemption, 0.0, log_threshold(&redemption, 500));
        assert!(person.redeems(&redemption, 1000, false, 0.499));
        assert!(!person.redeems(&redemption, 1000, false, 0.501));
        assert!(person.redeems(&redemption, 1000, true, 0.749));
        assert!(!person.redeems(&redemption, 1000, true, 0.751));
        for balance in [500, 777, 1000, 40_000] {
            let (limit, word) = person.refuses(&redemption, balance);
            assert!(balance < limit);
            // Where the chance may be one, no word is refused.
            for below in [balance, limit - 1]
                .into_iter()
                .filter(|_| word <= u64::from(u32::MAX))
            {
                let u = (word as f64 + 0.5) / 4_294_967_296.0;
                assert!(!person.redeems(&redemption, below, true, u), "{balance}");
            }
        }
        // Where the balance does not matter, half redeem at any.
        redemption.slope = 0.0;
        let person = Inclination::new(&redemption, 1.0, log_threshold(&redemption, 500));
        for balance in [500, 1_000_000] {
            assert!(person.redeems(&redemption, balance, false, 0.499));
            assert!(!person.redeems(&redemption, balance, false, 0.501));
        }
    }
}
