//! `[program.opening]`: an existing book of points.

use super::key::{integer, list, number};
use super::written::{Integer, Number};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

/// Most points of one vintage, at market scale.
pub const MAX_BOOK: i64 = 1_000_000_000_000_000;

raw_table! {
    /// Points outstanding at the start, from an earlier life of the program.
    pub struct Opening {
        /// Share of these points held by customers who have already left. It has no default: without expiry leavers
        /// can hold well over a third of a book, under 18 months of inactivity a tenth.
        held_by_leavers: Number = number(Interval::below(0.0, 1.0));
        /// Points by month of issue.
        vintage: Vec<Vintage> = list(spec::<Vintage>, "months_ago", 240).required();
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
