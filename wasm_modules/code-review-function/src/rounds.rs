//! The rounds of questions of a review with a model.

pub mod asked;
mod batches;
pub mod chunks;
pub mod digests;
pub mod listing;
mod report;
mod spending;
pub mod summary;
mod telling;
pub mod verify;
