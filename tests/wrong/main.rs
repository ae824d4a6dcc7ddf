//! Wrong scenarios, each with its exact message. To accept changed messages: `INSTA_UPDATE=always cargo test --test wrong`,
//! then read the difference.
#![cfg(feature = "cli")]

mod friends;
mod market;
mod message;
mod status;
