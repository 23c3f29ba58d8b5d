//! Reads what models write: JSON that is only nearly JSON, with thoughts and prose around it.
//!
//! Nothing here panics, whatever the text is, and the work is bounded by the length of the text.

pub mod json;
mod objects;
mod slices;
mod thoughts;

pub use objects::{Found, Objects, objects, without_thoughts};
