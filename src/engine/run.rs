use super::plan::Plan;
use super::tally::{Tally, ValueWeights};
#[derive(Debug)]
pub enum EngineError {
    Cancelled,
    Limit(String),
    Internal(String),
}
pub struct Control<'a> {
    pub threads: usize,
    pub progress: Option<&'a (dyn Fn(u64) + Sync)>,
    pub cancelled: Option<&'a std::sync::atomic::AtomicBool>,
    pub batches: std::ops::Range<usize>,
}
pub fn run(_: &Plan, _: &ValueWeights, _: &Control) -> Result<Tally, EngineError> {
    Err(EngineError::Internal("stub".into()))
}
