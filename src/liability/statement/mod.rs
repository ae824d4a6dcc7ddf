//! The tables of a valuation, as pure functions of recorded flows and estimates.
//!
//! | table | file | basis |
//! |---|---|---|
//! | A points roll-forward | `points` | points |
//! | B deferred-revenue roll-forward | `deferred` | deferred revenue |
//! | C cost-provision roll-forward, volume, rate and mix | `provision` | cost provision |
//! | D actual against expected | `experience` | points |
//! | E maturity, current and non-current | `maturity` | that of the flows given |
//! | F sensitivities, each with its base | `sensitivity` | both, apart |
//! | G distribution of the future outcome | `distribution` | that of the numbers given |
//! | H duration | `duration` | that of the flows given |
//!
//! `comparison` explains why a liability moved between two valuations.
//!
//! What is booked is the expected amount; a distribution is for the argument about the constraint, for treasury and for
//! the range of reasonable estimates, and is never added to it.

pub mod comparison;
pub mod deferred;
pub mod distribution;
pub mod duration;
pub mod experience;
pub mod maturity;
pub mod points;
pub mod provision;
pub mod sensitivity;

#[cfg(test)]
mod tests;
