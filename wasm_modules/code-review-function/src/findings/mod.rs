//! The model's findings: asked for chunk by chunk, verified, merged with the signals.

mod anchor;
pub mod batches;
pub mod merge;
mod parse;
mod replacement;
pub mod report;
pub mod rounds;
pub mod verify;
