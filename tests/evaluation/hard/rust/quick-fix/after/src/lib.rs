//! Checks texts, and repairs them.

pub mod fix;
pub mod message;
pub mod position;
pub mod rules;
