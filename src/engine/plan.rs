use super::EngineError;
use super::tally::Layout;
use crate::scenario::model::Scenario;
pub struct Plan(Layout);
impl Plan {
    pub fn new(_: &Scenario) -> Result<Plan, EngineError> {
        Err(EngineError::Internal("stub".into()))
    }
    pub fn layout(&self) -> &Layout {
        &self.0
    }
    pub fn families(&self) -> u64 {
        0
    }
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }
    pub fn reward_names(&self, _program: usize) -> &[String] {
        &[]
    }
}
