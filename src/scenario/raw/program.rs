//! `[[program]]`, its enrollment and its costs.

use super::earn::Earn;
use super::expiry::Expiry;
use super::key::{MAX_MONEY, list, month, number, table, text, word};
use super::opening::Opening;
use super::promotion::Promotion;
use super::referral::Referral;
use super::reward::Reward;
use super::tier::{MOST_TIERS, Qualification, Tier};
use super::version::Version;
use super::written::{Month, Number, Text, Word};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

raw_table! {
    /// A loyalty program: the mechanics it lists.
    pub struct Program {
        /// Name of the program.
        name: Text = text();
        /// Archetype: "transactional" grants points for money and rewards for points. "tiered" grants status, and points
        /// where it lists rewards. "ambassador" pays for friends that members bring; any program may do that too.
        kind: Word = word(&["transactional", "tiered", "ambassador"]).or_word("transactional");
        /// Month of launch; without it, the start (or the oldest month of an opening book). Earlier only with a book.
        launch: Option<Month> = month().optional();
        /// Who joins, and when.
        enrollment: Enrollment = table(spec::<Enrollment>);
        /// New customers who come only because of the program, from its launch on, as a share of those who come without it.
        arrival_lift: Number = number(Interval::closed(0.0, 0.5)).evidence("program.arrival_lift");
        /// How points are granted.
        earn: Earn = table(spec::<Earn>);
        /// When a point ends unredeemed; without it, never.
        expiry: Expiry = table(spec::<Expiry>);
        /// The catalog: what points buy.
        reward: Vec<Reward> = list(spec::<Reward>, "name", 16).required_when("kind", &["transactional"]);
        /// What qualifies for a tier, and how long it is kept.
        qualification: Qualification = table(spec::<Qualification>).when("kind", &["tiered"]);
        /// Tiers by increasing threshold.
        tier: Vec<Tier> = list(spec::<Tier>, "name", MOST_TIERS).when("kind", &["tiered"]);
        /// What members receive for friends they bring.
        referral: Option<Referral> = table(spec::<Referral>);
        /// Points multiplied between two dates.
        promotion: Vec<Promotion> = list(spec::<Promotion>, "name", 60);
        /// What running the program costs beside the rewards.
        cost: Cost = table(spec::<Cost>);
        /// Points outstanding at the start.
        opening: Option<Opening> = table(spec::<Opening>);
        /// Rules that change at a date, in order.
        version: Vec<Version> = list(spec::<Version>, "from", 60);
    }
}

raw_table! {
    /// Who joins: at the first visit where the willingness at that date has reached the customer's own threshold.
    pub struct Enrollment {
        /// Share of customers enrolled in the long run.
        ceiling: Number = number(Interval::above(0.0, 1.0)).evidence("program.enrollment.ceiling");
        /// Months after launch at which half of the final willingness is reached; 0: all at once.
        half_time_months: Number =
            number(Interval::closed(0.0, 240.0)).evidence("program.enrollment.half_time_months").unit("months");
        /// How much more willing frequent buyers are: an exponent of the purchase rate, 0 for none.
        selection: Number = number(Interval::closed(0.0, 3.0)).evidence("program.enrollment.selection");
        /// Probability that a member gives the card up after an earning visit before the first redemption.
        abandonment_per_visit: Number =
            number(Interval::below(0.0, 1.0)).evidence("program.enrollment.abandonment_per_visit");
    }
}

raw_table! {
    /// What running the program costs beside the rewards, at prices of the first month.
    pub struct Cost {
        /// Paid once, at the launch.
        setup: Number = number(Interval::closed(0.0, MAX_MONEY)).or(0.0).unit("currency");
        /// Fixed cost per month.
        per_month: Number = number(Interval::closed(0.0, MAX_MONEY)).or(0.0).unit("currency per month");
        /// Cost of one active member for a year.
        per_active_member_per_year: Number =
            number(Interval::closed(0.0, 1e6)).or(0.0).unit("currency per member and year");
        /// Cost of handling one redemption.
        per_redemption: Number = number(Interval::closed(0.0, 1e6)).or(0.0).unit("currency per redemption");
        /// Growth of running costs and of the rewards' unit costs.
        inflation_per_year: Number = number(Interval::closed(-0.1, 1.0)).or(0.0).unit("per year");
    }
}
