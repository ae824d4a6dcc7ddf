//! `[behavior]`: how customers react. Every default is a row of the evidence register.

use super::key::{MAX_MONEY, number, numbers, table, word};
use super::referral::{Recommending, Referred};
use super::status_effects::{Bystander, Demotion, DemotionFear, Status, TierPressure};
use super::written::{Number, Numbers, Word};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

raw_table! {
    /// How customers react, the same in all programs.
    pub struct Behavior {
        /// Multiplies every effect: 1 as assumed, 0 nobody reacts.
        effect_multiplier: Number = number(Interval::closed(0.0, 5.0)).evidence("behavior.effect_multiplier");
        /// Lowest and highest multiplier of the purchase rate, all effects together.
        frequency_cap: Numbers = numbers(2, Interval::above(0.0, 10.0)).or_numbers(&[0.5, 2.0]);
        /// Lowest and highest multiplier of the hazard of leaving, all effects together.
        attrition_cap: Numbers = numbers(2, Interval::above(0.0, 20.0)).or_numbers(&[0.3, 3.0]);
        /// A lift known from own evidence, constant in time.
        stated_lift: StatedLift = table(spec::<StatedLift>);
        /// Members who use the program leave less.
        membership: Membership = table(spec::<Membership>);
        /// Members buy faster as the next reward comes near.
        points_pressure: PointsPressure = table(spec::<PointsPressure>);
        /// Members buy more just after a redemption.
        rewarded_behavior: RewardedBehavior = table(spec::<RewardedBehavior>);
        /// A sign-up credit makes members give the card up less.
        endowed_progress: EndowedProgress = table(spec::<EndowedProgress>);
        /// Members buy more before points expire, and leave more after.
        expiry_pressure: ExpiryPressure = table(spec::<ExpiryPressure>);
        /// Effects on frequency fade with membership.
        novelty: Novelty = table(spec::<Novelty>);
        /// When members redeem, and what.
        redemption: Redemption = table(spec::<Redemption>);
        /// Members close to the next tier buy faster before the deadline.
        tier_pressure: TierPressure = table(spec::<TierPressure>);
        /// Members about to lose a tier buy faster.
        demotion_fear: DemotionFear = table(spec::<DemotionFear>);
        /// Members who hold a tier buy more and leave less.
        status: Status = table(spec::<Status>);
        /// Members who lost a tier buy less and leave more, for a time.
        demotion: Demotion = table(spec::<Demotion>);
        /// Customers without a tier who see others treated better buy less.
        bystander: Bystander = table(spec::<Bystander>);
        /// Customers who came by a referral leave less while their referrer stays, and may spend more at first.
        referred: Referred = table(spec::<Referred>);
        /// Customers who brought a friend leave less.
        recommending: Recommending = table(spec::<Recommending>);
    }
}

raw_table! {
    /// A lift known from own evidence, for example an A/B test; constant in time.
    pub struct StatedLift {
        /// Relative change of the purchase rate: 0.02 is 2 % more.
        frequency: Number = number(Interval::closed(-0.9, 5.0)).evidence("behavior.stated_lift.frequency");
        /// Multiplies the hazard of leaving: 1 is no effect.
        hazard_ratio: Number = number(Interval::above(0.0, 10.0)).evidence("behavior.stated_lift.hazard_ratio");
        /// Relative change of the basket.
        basket: Number = number(Interval::closed(-0.9, 5.0)).evidence("behavior.stated_lift.basket");
        /// Whom it concerns, from the launch of the program.
        who: Word = word(&["everyone", "members"]).or_word("members");
    }
}

raw_table! {
    /// Members who use the program leave less.
    pub struct Membership {
        /// Multiplies the hazard of leaving while enrolled and active.
        hazard_ratio: Number = number(Interval::above(0.0, 10.0)).evidence("behavior.membership.hazard_ratio");
        /// Active: an earn or a redemption within so many months.
        active_months: Number =
            number(Interval::above(0.0, 120.0)).evidence("behavior.membership.active_months").unit("months");
    }
}

raw_table! {
    /// Members buy faster as the next reward comes near; the strength depends on its kind.
    pub struct PointsPressure {
        /// Towards a voucher at our own till.
        tender: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.points_pressure.tender");
        /// Towards one of our goods.
        own_good: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.points_pressure.own_good");
        /// Towards a partner's good.
        external: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.points_pressure.external");
    }
}

raw_table! {
    /// Members buy more just after a redemption.
    pub struct RewardedBehavior {
        /// Rise of the log purchase rate at the redemption.
        lift: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.rewarded_behavior.lift");
        /// Time in which it falls to 37 %.
        decay_weeks: Number =
            number(Interval::above(0.0, 520.0)).evidence("behavior.rewarded_behavior.decay_weeks").unit("weeks");
    }
}

raw_table! {
    /// A sign-up credit makes members give the card up less.
    pub struct EndowedProgress {
        /// Multiplies the hazard of giving the card up.
        hazard_ratio: Number = number(Interval::above(0.0, 2.0)).evidence("behavior.endowed_progress.hazard_ratio");
    }
}

raw_table! {
    /// Members buy more before points expire, and leave more after.
    pub struct ExpiryPressure {
        /// Rise of the log purchase rate while points are about to expire.
        lift: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.expiry_pressure.lift");
        /// Points are about to expire when they do so within so many days.
        window_days: Number =
            number(Interval::closed(0.0, 730.0)).evidence("behavior.expiry_pressure.window_days").unit("days");
        /// Least value of the points about to expire that is noticed.
        min_value: Number =
            number(Interval::closed(0.0, MAX_MONEY)).evidence("behavior.expiry_pressure.min_value").unit("currency");
        /// Share of customers whose purchases can move.
        flexible_share: Number =
            number(Interval::closed(0.0, 1.0)).evidence("behavior.expiry_pressure.flexible_share");
        /// Rise of the log hazard of leaving after points have expired.
        regret: Number = number(Interval::closed(0.0, 3.0)).evidence("behavior.expiry_pressure.regret");
        /// How long that lasts.
        regret_months: Number =
            number(Interval::closed(0.0, 60.0)).evidence("behavior.expiry_pressure.regret_months").unit("months");
    }
}

raw_table! {
    /// Effects on frequency fade with membership.
    pub struct Novelty {
        /// Months after joining at which half of the fading part is gone.
        half_life_months: Number =
            number(Interval::above(0.0, 1200.0)).evidence("behavior.novelty.half_life_months").unit("months");
        /// Share of the effect that never fades; 1 switches fading off.
        floor: Number = number(Interval::closed(0.0, 1.0)).evidence("behavior.novelty.floor");
    }
}

raw_table! {
    /// When members redeem, and what.
    pub struct Redemption {
        /// How sharply the probability rises with the balance; 0 makes it the same at any sufficient balance.
        slope: Number = number(Interval::closed(0.0, 50.0)).evidence("behavior.redemption.slope");
        /// Median balance at which members begin to redeem, in multiples of the cheapest reward.
        threshold_rewards: Number =
            number(Interval::above(0.0, 1000.0)).evidence("behavior.redemption.threshold_rewards");
        /// Standard deviation of its logarithm across members.
        threshold_sigma: Number = number(Interval::closed(0.0, 5.0)).evidence("behavior.redemption.threshold_sigma");
        /// Subtracted from the log odds of redeeming.
        reluctance: Number = number(Interval::closed(-20.0, 20.0)).evidence("behavior.redemption.reluctance");
        /// Share of members who never redeem.
        never_share: Number = number(Interval::below(0.0, 1.0)).evidence("behavior.redemption.never_share");
        /// Relative rise of the probability while points are about to expire.
        expiry_boost: Number = number(Interval::closed(0.0, 20.0)).evidence("behavior.redemption.expiry_boost");
        /// Weight of value per point against taste in the choice among rewards.
        value_weight: Number = number(Interval::closed(0.0, 100.0)).evidence("behavior.redemption.value_weight");
    }
}
