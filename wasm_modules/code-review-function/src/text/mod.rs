//! Working with texts that may hold anything.

pub mod slices;
pub mod visible;
pub mod wording;
