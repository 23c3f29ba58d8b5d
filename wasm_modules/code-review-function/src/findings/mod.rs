//! The model's findings: requested chunk by chunk, verified, and merged with the signals.

mod anchor;
pub mod batches;
pub mod merge;
mod parse;
mod replacement;
pub mod report;
pub mod rounds;
pub mod verify;
