//! `[behavior.tier_pressure]`, `[behavior.status]` and their kin: how customers react to tiers.

use super::key::number;
use super::raw_table;
use super::written::Number;
use crate::scenario::law::Interval;

raw_table! {
    /// Members close to the next tier buy faster before the deadline.
    pub struct TierPressure {
        /// Rise of the log purchase rate with nothing missing.
        strength: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.tier_pressure.strength");
        /// Felt while what is missing is at most so many months of the member's own usual purchases.
        reach_months: Number =
            number(Interval::above(0.0, 36.0)).evidence("behavior.tier_pressure.reach_months").unit("months");
        /// Felt in so many last months before the deadline.
        deadline_months: Number =
            number(Interval::above(0.0, 36.0)).evidence("behavior.tier_pressure.deadline_months").unit("months");
    }
}

raw_table! {
    /// Members about to lose a tier buy faster; within the same reach and time as under tier pressure.
    pub struct DemotionFear {
        /// Rise of the log purchase rate with nothing missing.
        strength: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.demotion_fear.strength");
    }
}

raw_table! {
    /// Members who hold a tier buy more and leave less; the more members hold it, the less. Tiers above the third react as
    /// the third.
    pub struct Status {
        /// Rise of the log purchase rate in the lowest tier, if nobody else held it.
        frequency_first: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.status.frequency_first");
        /// The same in the second.
        frequency_second: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.status.frequency_second");
        /// The same in the third and above.
        frequency_third: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.status.frequency_third");
        /// Fall of the log hazard of leaving in the lowest tier, if nobody else held it.
        attrition_first: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.status.attrition_first");
        /// The same in the second.
        attrition_second: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.status.attrition_second");
        /// The same in the third and above.
        attrition_third: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.status.attrition_third");
    }
}

raw_table! {
    /// Members who lose a tier buy less and leave more than if they had never held it, for a time.
    pub struct Demotion {
        /// How many times the gain of the lost tier the loss weighs.
        aversion: Number = number(Interval::closed(1.0, 10.0)).evidence("behavior.demotion.aversion");
        /// How long it is felt.
        months: Number = number(Interval::closed(0.0, 60.0)).evidence("behavior.demotion.months").unit("months");
    }
}

raw_table! {
    /// Customers without a tier who see others treated better buy less.
    pub struct Bystander {
        /// Fall of the log purchase rate where the treatment is fully visible.
        drop: Number = number(Interval::closed(0.0, 1.0)).evidence("behavior.bystander.drop");
    }
}
