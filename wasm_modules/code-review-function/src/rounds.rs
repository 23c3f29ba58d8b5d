//! The rounds of questions of a review with a model.

pub mod chunks;
pub mod digests;
pub mod summary;
