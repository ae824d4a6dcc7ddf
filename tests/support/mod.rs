//! What several integration tests share. Each test crate uses its own part of it.
#![allow(dead_code)]
// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]
pub mod cdnow;
pub mod closed_form;
pub mod golden;
pub mod lives;
pub mod paper;
pub mod random_friends;
pub mod random_scenario;
pub mod random_status;
pub mod shipped;
pub mod status_walker;
pub mod walker;
