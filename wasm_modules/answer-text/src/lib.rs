//! Reads the output of models: almost valid JSON, with reasoning and prose around it.
//!
//! Nothing here panics for any text, and the work is linear in its length.

pub mod json;
mod objects;
mod reasoning;
mod slices;

pub use objects::{Found, Objects, objects, without_reasoning};
