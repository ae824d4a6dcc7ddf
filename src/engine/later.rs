//! What those still customers at the horizon would buy after it: a memo beside the net value, never in it.
//!
//! Nobody is simulated beyond the horizon for its own sake, so this is an expectation, and a plain one: each customer goes
//! on at their own rate, basket and hazard, with no program and no effect, for the years of the run-off. Of a person with λ
//! purchases a month of mean b, hazard μ and discount r, over R months: λ·b·(1 − e^(−(μ+r)R))/(μ+r), at the horizon. A
//! basket that grows with tenure has grown to what it is at the horizon and grows no further.

use super::fate::amount;
use crate::population::{Calendar, Person};
use crate::scenario::model::Scenario;

/// What is the same for everyone after the horizon.
#[derive(Clone, Copy, Debug)]
pub struct Later {
    /// Length of the run-off.
    months: f64,
    /// Discount per month, continuous.
    discount: f64,
    /// Mean multiplier of the purchase rate in it.
    multiplier: f64,
}

impl Later {
    /// `None` where the scenario does not ask for it.
    pub fn new(scenario: &Scenario, calendar: &Calendar) -> Option<Later> {
        let simulation = &scenario.simulation;
        if !simulation.later_margin {
            return None;
        }
        let months = 12.0 * f64::from(simulation.run_off_years);
        let horizon = f64::from(scenario.horizon_months);
        let season = calendar.season_time(horizon + months) - calendar.season_time(horizon);
        Some(Later {
            months,
            discount: libm::log1p(scenario.discount_rate) / 12.0,
            multiplier: if months > 0.0 { season / months } else { 0.0 },
        })
    }

    /// Expected later sales of one alive at the horizon, whose tenure multiplies the mean basket by `growth` there; minor
    /// units, discounted to the horizon.
    pub fn sales(&self, person: &Person, growth: f64) -> i64 {
        let rate = person.rate * self.multiplier;
        // Under BG a coin falls after every purchase.
        let per_purchase = -libm::expm1(-person.exposure_per_purchase);
        let fading = person.hazard + rate * per_purchase + self.discount;
        let months = if fading > 0.0 {
            -libm::expm1(-fading * self.months) / fading
        } else {
            self.months
        };
        amount(rate * person.basket * growth * months)
    }
}
