//! Slices of texts that never end inside a character.

/// The beginning of `text`: at most so many bytes, in whole characters.
pub fn head(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
