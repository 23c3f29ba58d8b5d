//! The rounds of questions of a review with a model.

pub mod asked;
pub mod chunks;
pub mod digests;
pub mod listing;
pub mod summary;
mod telling;
