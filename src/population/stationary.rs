use crate::scenario::model::Scenario;
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stationary {
    pub stated_base: f64,
    pub implied_base: Option<f64>,
    pub base_at_horizon: f64,
}
pub fn stationary(_: &Scenario) -> Result<Stationary, String> {
    Err("stub".into())
}
