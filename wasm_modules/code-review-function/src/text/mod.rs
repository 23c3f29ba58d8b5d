//! Helpers for arbitrary text.

pub mod ranges;
pub mod slices;
pub mod visible;
pub mod wording;
