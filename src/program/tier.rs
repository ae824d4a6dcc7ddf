//! Tiers of status: what a purchase adds towards them, what each grants, and the state of one member.
//!
//! A tier is a function of what was *earned*, never of the balance: redeeming takes no status away. Its time follows the
//! contract of a life: an upgrade takes effect at the visit that crosses the threshold, after that visit's own points, so it
//! is usable from the next visit; a review comes at a month end, after the expiry of points.
//!
//! Windows. A calendar year adds up January to December and is reviewed at the end of December; a tier earned in it lasts
//! for the rest of the year and the validity (a multiple of 12 months). A rolling window adds up the last months; a tier
//! lasts as long as the window holds enough, and the validity. In both, the month through which a tier lasts is a function
//! of what was earned, which grows with it, so that who earns more never holds less.

mod rules;
mod state;
#[cfg(test)]
mod tests;

pub use rules::{Purchase, TierRule, TierRules};
pub use state::{Change, ChangeKind, Gap, Quiet, TierState};
