//! The scenario language: what the user writes, what it means, and what is wrong with it.
pub mod model;
pub use model::Scenario;
pub struct Loaded {
    pub scenario: Scenario,
    pub warnings: Vec<String>,
}
pub struct LoadError(pub String);
pub fn load(_path: &std::path::Path) -> Result<Loaded, LoadError> {
    Err(LoadError("stub".into()))
}
pub fn schema() -> serde_json::Value {
    serde_json::json!({})
}
pub fn starter_transactional() -> &'static str {
    ""
}
