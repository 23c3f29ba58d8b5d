//! The whole function, called as the host calls it: with every answer so far, until it is done.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod budget;
mod chunking;
mod distrust;
mod made;
mod reply;
mod rules;
mod script;
mod stable;
mod summary;
mod texts;
mod trouble;
mod with_model;
mod without_model;
