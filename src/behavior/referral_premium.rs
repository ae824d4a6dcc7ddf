//! The basket of a referred friend, more or less than others' at first: ξ = ln(1 + premium)·e^(−age/κ).
//!
//! About 25 % more margin at a bank, from better matching, which fades (Schmitt, Skiera & Van den Bulte 2011; Van den Bulte et
//! al. 2018); smaller margins in telecommunications (Wolters & Gedenk 2019; Armelini, Barrot & Becker 2015). The sign is
//! contested: zero by default.

use super::ReferralPosition;
use crate::random::elementary::exp;
use crate::scenario::model::ReferredEffect;

/// ξ of a friend; zero for one who came by himself.
pub fn basket(effect: &ReferredEffect, position: &ReferralPosition) -> f64 {
    match position.months_since_referred {
        Some(months) if effect.basket_premium != 0.0 => {
            let lifetimes = (months.max(0.0) / effect.premium_decay_months).min(700.0);
            libm::log1p(effect.basket_premium) * exp(-lifetimes)
        }
        _ => 0.0,
    }
}
