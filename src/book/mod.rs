//! A company's own book of points: lots of points by month of issue, the rule by which redemptions consume them, and the
//! rule by which they end. No member of a real ledger is named anywhere in it.
//!
//! A ledger becomes a book in three steps: [`reader`] checks every row of a file, [`replay`] lives each member's rows in
//! order, [`flows`] adds up what happened to every vintage in every month. Members are told apart by a 64-bit hash of
//! their identifier, which is kept nowhere and printed never (two of ten million share one with probability 3·10⁻⁶).
//!
//! The simulation keeps its own books in [`crate::ledger`], in months; a real book counts days.

pub mod calendar;
pub mod division;
pub mod expiry;
pub mod flows;
pub mod lots;
#[cfg(feature = "cli")]
pub mod reader;
pub mod replay;
pub mod rows;
