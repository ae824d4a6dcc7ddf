//! `[program.qualification]` and `[[program.tier]]`: how status is earned and kept, and what it grants.

use super::expiry::Expiry;
use super::key::{MAX_MONEY, flag, integer, list, number, table, text, word};
use super::written::{Flag, Integer, Number, Text, Word};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

/// Most tiers of a program or a version.
pub const MOST_TIERS: usize = crate::scenario::model::MAX_TIERS;

/// Largest threshold, in whatever unit.
const MAX_THRESHOLD: f64 = 1e10;

raw_table! {
    /// What qualifies for a tier, over which window, and how long a tier is kept.
    pub struct Qualification {
        /// "spend": money paid. "points": points earned on purchases, before multipliers and without bonuses. "visits":
        /// purchases. "score": a weighted sum of visits and spend, in standard deviations above the average customer.
        by: Word = word(&["spend", "points", "visits", "score"]).or_word("spend");
        /// "calendar_year": January to December, reviewed at the end of December. "rolling": the last `window_months`
        /// months.
        window: Word = word(&["calendar_year", "rolling"]).or_word("calendar_year");
        /// Length of the rolling window.
        window_months: Integer =
            integer(1, crate::scenario::model::MAX_WINDOW as i64).or(12.0).when("window", &["rolling"]).unit("months");
        /// A tier lasts for the rest of the window it was earned in and so many months more: a multiple of 12 for
        /// calendar years (12 if not written); of a rolling window, beyond the month in which it last held enough (0 if
        /// not written).
        validity_months: Option<Integer> =
            integer(0, crate::scenario::model::MAX_VALIDITY as i64).optional().unit("months");
        /// A review takes away at most one tier.
        soft_landing: Flag = flag(false);
        /// Who joins is credited with the purchases of the window before joining.
        status_match: Flag = flag(false);
        /// How visible the treatment of the upper tiers is to the other customers: 0 not at all, 1 fully.
        visibility: Number = number(Interval::closed(0.0, 1.0)).evidence("program.qualification.visibility");
        /// Weight of visits in the score.
        score_visits: Number = number(Interval::closed(0.0, 100.0)).or(1.0).when("by", &["score"]);
        /// Weight of spend in the score.
        score_spend: Number = number(Interval::closed(0.0, 100.0)).or(1.0).when("by", &["score"]);
    }
}

raw_table! {
    /// How long a tier is kept, from a date on.
    pub struct QualificationChange {
        /// A tier earned or confirmed from this date on lasts for the rest of its window and so many months more.
        validity_months: Option<Integer> =
            integer(0, crate::scenario::model::MAX_VALIDITY as i64).optional().unit("months");
        /// A review takes away at most one tier.
        soft_landing: Option<Flag> = flag(false).optional();
    }
}

raw_table! {
    /// A tier of status.
    pub struct Tier {
        /// Name of the tier.
        name: Text = text();
        /// What must be added up within the window: money, points, visits, or standard deviations above the average
        /// customer, as `by` says.
        threshold: Number = number(Interval::above(0.0, MAX_THRESHOLD)).unit("in the unit of `by`");
        /// The tier is kept for life once so much has been added up since joining.
        lifetime_threshold: Option<Number> =
            number(Interval::above(0.0, MAX_THRESHOLD)).optional().unit("in the unit of `by`");
        /// Multiplies the points of purchases, with at most three decimals.
        earn_multiplier: Number = number(Interval::closed(0.0, 100.0)).or(1.0);
        /// Expiry of the points of a member of this tier; without it, that of the program.
        expiry: Option<Expiry> = table(spec::<Expiry>);
        /// What the tier grants beside points; the benefits of the tiers below are granted too, unless one of the same
        /// name takes their place.
        benefit: Vec<Benefit> = list(spec::<Benefit>, "name", 16);
    }
}

raw_table! {
    /// A benefit of a tier: free delivery, a lounge, exclusive training.
    pub struct Benefit {
        /// Name of the benefit.
        name: Text = text();
        /// "per_member_month": for every member of the tier and month. "per_use": for every visit.
        billed: Word = word(&["per_member_month", "per_use"]);
        /// Cost of one member-month or one use, at prices of the first month.
        cost: Number = number(Interval::closed(0.0, MAX_MONEY)).unit("currency");
    }
}
