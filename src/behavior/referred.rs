//! Referred friends leave less, only as long as who referred them stays.
//!
//! The churn gap of referred customers comes from social ties and closes when the referrer leaves (Van den Bulte, Bayer,
//! Skiera & Schmitt 2018, Journal of Marketing Research 55: 132–146). The hazard ratio is recalled from Schmitt, Skiera &
//! Van den Bulte 2011 (Journal of Marketing 75(1): 46–59).

use super::ReferralPosition;
use crate::scenario::model::ReferredEffect;

/// ζ = ln(hazard ratio) while the referrer stays.
pub fn attrition(effect: &ReferredEffect, position: &ReferralPosition) -> f64 {
    if position.referrer_stays {
        libm::log(effect.hazard_ratio)
    } else {
        0.0
    }
}
