//! The rounds of questions of a review with a model.

pub mod asked;
pub mod chunks;
pub mod digests;
mod listing;
pub mod summary;
mod telling;
