//! `[market.word_of_mouth]`, `[program.referral]` and how those who refer and are referred behave.

use super::earn::MAX_POINTS;
use super::key::{MAX_MONEY, integer, number, table, text, word};
use super::written::{Integer, Number, Text, Word};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

/// Most friends one customer can bring.
pub const MAX_SLOTS: i64 = 20;

raw_table! {
    /// Friends who come because a customer talks, with or without a program.
    pub struct WordOfMouth {
        /// Friends an active customer brings in a year without any program, at first; `arrivals_per_year` does not count
        /// them.
        friends_per_active_year: Number = number(Interval::closed(0.0, 5.0)).or(0.0).unit("friends per customer and year");
        /// Friends one customer can ever bring, in all worlds together.
        slots: Integer = integer(1, MAX_SLOTS).or(3.0).unit("friends");
    }
}

raw_table! {
    /// A referral program: ambassadors invite friends, and both may be rewarded.
    pub struct Referral {
        /// Who is an ambassador. "members": all. "tier": holders of `tier` or a higher one. "purchases": members of at
        /// least `min_purchases` in the last 12 months. "score": members at least `min_score` standard deviations above
        /// the average customer in visits and spend of the last 12 months. "invited": an `accepted_share` of members,
        /// who are invited or apply, and accept.
        who: Word = word(&["members", "tier", "purchases", "score", "invited"]).or_word("members");
        /// Lowest tier whose holders are ambassadors.
        tier: Text = text().when("who", &["tier"]);
        /// Least purchases in the last 12 months.
        min_purchases: Integer = integer(1, 1000).when("who", &["purchases"]).unit("purchases");
        /// Least standard deviations above the average customer.
        min_score: Number = number(Interval::closed(-5.0, 20.0)).when("who", &["score"]);
        /// Share of members who are ambassadors.
        accepted_share: Number = number(Interval::above(0.0, 1.0)).when("who", &["invited"]);
        /// Invitations of one ambassador in a year.
        invitations_per_year: Number =
            number(Interval::closed(0.0, 200.0)).evidence("program.referral.invitations_per_year").unit("per year");
        /// Probability that an invited friend comes.
        conversion: Number = number(Interval::closed(0.0, 1.0)).evidence("program.referral.conversion");
        /// Mean time from the invitation to the arrival.
        delay_weeks: Number =
            number(Interval::closed(0.0, 104.0)).evidence("program.referral.delay_weeks").unit("weeks");
        /// Both rewards are paid when the friend has made so many purchases; the arrival is the first.
        after_purchases: Integer = integer(1, 100).or(1.0).unit("purchases");
        /// What the ambassador receives for each friend.
        reward: Option<Grant> = table(spec::<Grant>);
        /// What the friend receives.
        welcome: Option<Grant> = table(spec::<Grant>);
        /// Most rewards of one ambassador, ever.
        most_rewarded: Option<Integer> = integer(1, MAX_SLOTS).optional().unit("friends");
        /// Most rewards of one ambassador in a calendar year.
        most_per_year: Option<Integer> = integer(1, MAX_SLOTS).optional().unit("friends");
        /// Share of rewarded referrals behind which there is no new customer.
        self_referral_share: Number =
            number(Interval::below(0.0, 1.0)).evidence("program.referral.self_referral_share");
        /// Size of the accounts recommended to, against accounts of that kind: multiplies their mean basket.
        size_factor: Number = number(Interval::above(0.0, 1000.0)).or(1.0);
    }
}

raw_table! {
    /// What one side of a referral receives.
    pub struct Grant {
        /// "points"; "voucher": lowers what is paid at our own till; "money": paid out.
        kind: Word = word(&["points", "voucher", "money"]);
        /// Points granted.
        points: Integer = integer(1, MAX_POINTS).when("kind", &["points"]).unit("points");
        /// Value of the voucher, or the amount.
        value: Number = number(Interval::above(0.0, MAX_MONEY)).when("kind", &["voucher", "money"]).unit("currency");
        /// Share of vouchers that are used.
        used_share: Number = number(Interval::above(0.0, 1.0)).or(1.0).when("kind", &["voucher"]);
    }
}

raw_table! {
    /// Customers who came by a referral.
    pub struct Referred {
        /// Multiplies their hazard of leaving while who referred them stays.
        hazard_ratio: Number = number(Interval::above(0.0, 10.0)).evidence("behavior.referred.hazard_ratio");
        /// Relative change of their basket at arrival, which fades.
        basket_premium: Number = number(Interval::closed(-0.9, 5.0)).evidence("behavior.referred.basket_premium");
        /// Time in which it falls to 37 %.
        premium_decay_years: Number =
            number(Interval::above(0.0, 50.0)).evidence("behavior.referred.premium_decay_years").unit("years");
    }
}

raw_table! {
    /// Customers who brought a friend.
    pub struct Recommending {
        /// Multiplies their hazard of leaving.
        hazard_ratio: Number = number(Interval::above(0.0, 10.0)).evidence("behavior.recommending.hazard_ratio");
        /// For so long after the last friend came.
        months: Number =
            number(Interval::closed(0.0, 240.0)).evidence("behavior.recommending.months").unit("months");
    }
}
