use super::EngineError;
use super::observe::Observer;
use super::plan::Plan;
use super::tally::{Tally, ValueWeights};
pub struct Control<'a> {
    pub threads: usize,
    pub progress: Option<&'a (dyn Fn(u64) + Sync)>,
    pub cancelled: Option<&'a std::sync::atomic::AtomicBool>,
    pub batches: std::ops::Range<usize>,
}
pub fn run(_: &Plan, _: &ValueWeights, _: &Control) -> Result<Tally, EngineError> {
    Err(EngineError::Internal("stub".into()))
}
pub fn observe_family(
    _: &Plan,
    _: u32,
    _: usize,
    _: u64,
    _: &mut impl Observer,
) -> Result<(), EngineError> {
    Ok(())
}
