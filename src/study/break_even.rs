use crate::engine::run::EngineError;
use crate::results::Number;
use crate::scenario::model::Scenario;
pub fn multipliers(
    _: &Scenario,
    _threads: usize,
    _cancelled: Option<&std::sync::atomic::AtomicBool>,
) -> Result<Vec<Number>, EngineError> {
    Ok(vec![])
}
