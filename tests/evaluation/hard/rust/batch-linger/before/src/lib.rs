//! Collects events and uploads them in batches.

pub mod collector;
pub mod uploader;

/// Something that has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub sequence: u64,
    pub text: String,
}
