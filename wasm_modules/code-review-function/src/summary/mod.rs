//! The summary of the change, by rules or by the model.

pub mod diagram;
pub mod digests;
pub mod directories;
pub mod heuristics;
pub mod listing;
pub mod model;
pub mod prompt;
pub mod rounds;
pub mod schema;
pub mod walkthrough;
