//! `expiry`: when a point ends unredeemed.

use super::key::{integer, word};
use super::raw_table;
use super::written::{Integer, Word};

raw_table! {
    /// When a point ends unredeemed.
    pub struct Expiry {
        /// "never"; "fixed_term": each point so many months after the month it was earned; "inactivity": the whole
        /// balance after so many months without an earn or a redemption; "calendar": each point at the end of December,
        /// so many years after the year it was earned in.
        policy: Word = word(&["never", "fixed_term", "inactivity", "calendar"]).or_word("never");
        /// Term in months.
        months: Integer = integer(1, 600).when("policy", &["fixed_term", "inactivity"]).unit("months");
        /// Years after the year of issue; 0: the end of that year.
        years: Integer = integer(0, 50).when("policy", &["calendar"]).unit("years");
    }
}
