//! The engine: fates, lives, families, worlds, and the exact tally of what happened. It knows the order of events and
//! nothing of accounting.
//!
//! A pure function of (resolved scenario, seed, replication, range of work units) to a tally; threads, progress and
//! cancellation live in [`run`], files above.

mod baseline;
pub mod family;
pub mod fate;
pub mod flow;
pub mod histogram;
mod later;
pub mod life;
pub mod observe;
pub(crate) mod past;
pub mod plan;
mod record;
pub mod run;
mod sheet;
mod status_shares;
pub mod tally;
mod tenure;
mod window;

/// Why a run ended without a tally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineError {
    Cancelled,
    /// The scenario asks for something that cannot be simulated.
    Limit(String),
    /// A broken invariant: a bug.
    Internal(String),
}

impl std::fmt::Display for EngineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            EngineError::Cancelled => f.write_str("the run was cancelled"),
            EngineError::Limit(why) => f.write_str(why),
            EngineError::Internal(why) => write!(f, "internal error: {why}"),
        }
    }
}

impl std::error::Error for EngineError {}

impl From<tally::MergeError> for EngineError {
    fn from(error: tally::MergeError) -> EngineError {
        EngineError::Internal(error.to_string())
    }
}
