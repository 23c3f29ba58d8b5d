//! The whole function, called as the host calls it: with every answer so far, until it is done.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod anything;
mod budget;
mod chunking;
mod claims;
mod deleted;
mod distrust;
mod findings;
mod learnings;
mod looked_up;
mod made;
mod planned;
mod pushed;
mod reply;
mod reported;
mod rules;
mod script;
mod simple;
mod spent;
mod stable;
mod summary;
mod surroundings;
mod texts;
mod trouble;
mod verified;
mod with_model;
mod without_model;
