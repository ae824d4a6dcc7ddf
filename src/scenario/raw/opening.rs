//! `[program.opening]`: an existing book of points.

use super::key::{integer, list, number, text, word};
use super::written::{Integer, Number, Text, Word};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

/// Most points of one vintage, at market scale.
pub const MAX_BOOK: i64 = 1_000_000_000_000_000;

raw_table! {
    /// Points outstanding at the start, from an earlier life of the program.
    pub struct Opening {
        /// "stated": the points are written here. "run": they are what the program's own past leaves.
        from: Word = word(&["stated", "run"]).or_word("stated");
        /// Months of that past, before the start; the program began in it, or at its beginning.
        months: Integer = integer(1, 240).when("from", &["run"]).unit("months");
        /// Share of these points held by customers who have already left. It has no default: without expiry leavers
        /// can hold well over a third of a book, under 18 months of inactivity a tenth.
        held_by_leavers: Number = number(Interval::below(0.0, 1.0)).when("from", &["stated"]);
        /// CSV file of lots (columns `issued` and `points`) in the scenario's own folder, instead of `vintage`.
        lots: Option<Text> = text().optional().when("from", &["stated"]);
        /// Points by month of issue.
        vintage: Vec<Vintage> = list(spec::<Vintage>, "months_ago", 240).required().when("from", &["stated"]);
    }
}

raw_table! {
    /// Points of one month of issue.
    pub struct Vintage {
        /// Issued so many months before the start.
        months_ago: Integer = integer(1, 240).unit("months");
        /// Points still outstanding.
        points: Integer = integer(0, MAX_BOOK).unit("points");
    }
}
