//! The scenario language: what the user writes, what it means, and what is wrong with it.
pub mod diagnostics;
pub mod load;
pub mod model;
#[cfg(feature = "cli")]
pub mod render;
pub mod schema {
    pub fn schema() -> serde_json::Value {
        serde_json::json!({})
    }
}
#[derive(Clone, Debug)]
pub struct Parsed {
    pub scenario: Option<model::Scenario>,
    pub diagnostics: Vec<diagnostics::Diagnostic>,
}
pub fn starter_transactional() -> &'static str {
    ""
}
