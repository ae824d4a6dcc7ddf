//! A company's own book of points: lots of points by month of issue, the rule by which redemptions consume them, and the
//! rule by which they end. No member of a real ledger is named anywhere in it.
//!
//! The simulation keeps its own books in [`crate::ledger`], in months; a real book counts days.

pub mod calendar;
pub mod expiry;
pub mod lots;
