//! Small parts of sentences for the reader.

/// "1 file", "3 files".
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
