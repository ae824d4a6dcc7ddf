//! `[[program.version]]`: rules that change at a date.

use super::earn::MAX_POINTS;
use super::expiry::Expiry;
use super::key::{integer, list, month, number, table, word};
use super::reward::Reward;
use super::tier::{MOST_TIERS, QualificationChange, Tier};
use super::written::{Integer, Month, Number, Word};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

raw_table! {
    /// Rules from a date on; what it does not state stays as it was.
    pub struct Version {
        /// First month under these rules.
        from: Month = month();
        /// Month from which members can see them coming; without it, `from`.
        announced: Option<Month> = month().optional();
        /// Keys of earning that change.
        earn: Option<EarnChange> = table(spec::<EarnChange>);
        /// New expiry, as a whole.
        expiry: Option<Expiry> = table(spec::<Expiry>);
        /// New catalog, as a whole.
        reward: Vec<Reward> = list(spec::<Reward>, "name", 16);
        /// How long a tier is kept; in tiered programs only.
        qualification: Option<QualificationChange> = table(spec::<QualificationChange>);
        /// New tiers, as a whole; who holds one of the same name keeps it until its review. In tiered programs only.
        tier: Vec<Tier> = list(spec::<Tier>, "name", MOST_TIERS);
    }
}

raw_table! {
    /// Keys of earning that change.
    pub struct EarnChange {
        /// Points per unit of currency paid, with at most six decimals.
        points_per_currency: Option<Number> =
            number(Interval::closed(0.0, 1e6)).optional().unit("points per unit of currency");
        /// Rounding of the points of one purchase.
        rounding: Option<Word> = word(&["floor", "nearest", "ceil"]).optional();
        /// Most points of one purchase.
        cap_per_visit: Option<Integer> = integer(1, MAX_POINTS).optional().unit("points");
        /// Most points of one month.
        cap_per_month: Option<Integer> = integer(1, MAX_POINTS).optional().unit("points");
        /// Points granted at enrollment.
        sign_up_bonus: Option<Integer> = integer(0, MAX_POINTS).optional().unit("points");
    }
}
