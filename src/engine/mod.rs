//! The engine: fates, lives, families, worlds, and the exact tally of what happened. It knows the order of events and
//! nothing of accounting.
pub mod flow;
pub mod histogram;
pub mod observe;
pub mod plan;
pub mod run;
pub mod tally;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineError {
    Cancelled,
    Limit(String),
    Internal(String),
}
