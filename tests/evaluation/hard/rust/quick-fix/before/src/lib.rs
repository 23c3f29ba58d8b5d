//! Checks texts.

pub mod message;
pub mod position;
pub mod rules;
