//! The model's findings: requested chunk by chunk, verified, and merged with the signals.

mod anchor;
pub mod batches;
pub mod claims;
pub mod earlier;
pub mod merge;
mod parse;
mod readings;
mod replacement;
pub mod report;
pub mod reported;
pub mod rounds;
mod statement;
pub mod verify;
