//! Reads what models write: JSON that is only nearly JSON, with thoughts and prose around it.
//!
//! Nothing here panics, whatever the text is, and the work is bounded by the length of the text.

pub mod json;
mod objects;
mod thoughts;

pub use objects::{Found, Objects, objects, without_thoughts};

/// The beginning of `text`: at most so many bytes, whole characters.
fn head(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
