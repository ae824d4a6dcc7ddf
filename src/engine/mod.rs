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
    /// A segment that stands for customers gets no simulated one; with so many in all, each gets one.
    TooFewCustomers {
        segment: String,
        enough: u64,
    },
    /// The machine starts no more threads; 0 stands for one per processor.
    Threads {
        asked: usize,
        why: String,
    },
    /// A broken invariant: a bug.
    Internal(String),
}

impl std::fmt::Display for EngineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            EngineError::Cancelled => f.write_str("the run was cancelled"),
            EngineError::Limit(why) => f.write_str(why),
            EngineError::TooFewCustomers { segment, enough } => write!(
                f,
                "segment {segment} stands for customers but gets no simulated one: {enough} simulated customers are enough"
            ),
            EngineError::Threads { asked: 0, why } => {
                write!(
                    f,
                    "cannot start a thread per processor: {why}; give fewer --threads"
                )
            }
            EngineError::Threads { asked, why } => {
                write!(
                    f,
                    "cannot start {asked} threads: {why}; give fewer --threads"
                )
            }
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
