//! Limits what clients may do.

pub mod bucket;
pub mod limiter;
