//! Endowed progress: a sign-up credit lowers the hazard of abandoning the *card* before the first reward, not that of
//! leaving the company.
//!
//! Nunes & Drèze 2006 (Journal of Consumer Research 32: 504–512): eight stamps still needed, completed by 19 % without
//! and 34 % with two stamps given; per step a hazard ratio ln 0.34 / ln 0.19 = 0.65. One small field study.

use crate::scenario::model::EndowedProgress;

/// Multiplier of the card's hazard. `multiplier` scales the logarithm, as it scales every dial.
pub fn card_hazard_ratio(effect: &EndowedProgress, sign_up_credit: i64, multiplier: f64) -> f64 {
    if sign_up_credit > 0 {
        libm::exp(multiplier * libm::log(effect.hazard_ratio))
    } else {
        1.0
    }
}
