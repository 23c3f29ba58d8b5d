//! Limits what clients may do.

pub mod limiter;
