//! Thumbnails of files.

pub mod cache;
pub mod metrics;
