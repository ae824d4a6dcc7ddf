use crate::scenario::model::Scenario;
pub fn implied_base(_: &Scenario) -> Option<f64> {
    None
}
