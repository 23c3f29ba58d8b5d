//! Slices of texts and lists that never panic: a slice that is out of bounds is empty.
//!
//! An index out of bounds would trap and end the whole review. The lints of this crate therefore
//! forbid indexing, and a wrong position costs no more than the result of that lookup.

use std::slice::SliceIndex;

/// The text up to `end`; empty if that is out of bounds or inside a character.
pub fn head(text: &str, end: usize) -> &str {
    text.get(..end).unwrap_or_default()
}

/// At most the first `most` bytes of the text, never ending inside a character.
pub fn start(text: &str, most: usize) -> &str {
    let mut ends = (0..=most.min(text.len())).rev();
    head(
        text,
        ends.find(|end| text.is_char_boundary(*end))
            .unwrap_or_default(),
    )
}

/// The text from `start` on; empty if that is out of bounds or inside a character.
pub fn tail(text: &str, start: usize) -> &str {
    text.get(start..).unwrap_or_default()
}

/// The text from `start` up to `end`; empty if that is out of bounds.
pub fn between(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// The items of `list` in `range`; none if the list does not have all of them.
pub fn items<T, R>(list: &[T], range: R) -> &[T]
where
    R: SliceIndex<[T], Output = [T]>,
{
    list.get(range).unwrap_or_default()
}

/// The byte before `at`, if there is one.
pub fn byte_before(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_not_there_is_empty() {
        assert_eq!((head("äb", 2), tail("äb", 2)), ("ä", "b"));
        assert_eq!((head("äb", 1), tail("äb", 1)), ("", ""));
        assert_eq!((head("ab", 3), tail("ab", 3)), ("", ""));
        assert_eq!((between("abc", 1, 2), between("abc", 2, 1)), ("b", ""));
        assert_eq!(items(&[1, 2, 3], 1..), [2, 3]);
        assert_eq!(items(&[1, 2, 3], 2..5), [0; 0]);
        assert_eq!(byte_before(b"ab", 0), None);
        assert_eq!(byte_before(b"ab", 2), Some(b'b'));
        assert_eq!(byte_before(b"ab", 4), None);
    }
}
