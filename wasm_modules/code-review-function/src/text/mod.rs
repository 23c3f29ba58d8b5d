//! Helpers for arbitrary text.

pub mod slices;
pub mod visible;
pub mod wording;
