//! `fidelio schema`: the JSON Schema of the scenario language, for editors and for other programs.

use super::{console, record};
use crate::errors::Failure;
use crate::scenario::schema;

/// Prints the schema.
///
/// # Errors
/// Only where standard output cannot be written.
pub fn schema() -> Result<(), Failure> {
    console::say(&record::json(&schema::schema()))
}
