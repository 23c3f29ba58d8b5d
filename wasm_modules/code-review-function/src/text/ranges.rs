//! Numbers as people and models list them: "1-3, 7".

use crate::text::visible::clip;

/// The numbers from 1 to `most` that `text` contains, in its order.
pub fn ranges(text: &str, most: usize) -> Vec<usize> {
    let text = clip(text, 2000).replace(['\u{2013}', '\u{2212}'], "-");
    let text = text.replace(" to ", "-").replace(" - ", "-");
    let tokens = text.split(|c: char| !c.is_ascii_digit() && c != '-');
    let range = |token: &str| -> Option<(usize, usize)> {
        let (first, last) = token.split_once('-').unwrap_or((token, token));
        Some((first.parse().ok()?, last.parse().ok()?))
    };
    let ranges = tokens.filter_map(range);
    ranges
        .flat_map(|(first, last)| first.max(1)..=last.min(most))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_written() {
        assert_eq!(ranges("1-3, 7", 9), [1, 2, 3, 7]);
        assert_eq!(ranges("[2, \"5\"] 1 to 2", 9), [2, 5, 1, 2]);
        assert_eq!(ranges("files 3\u{2013}99", 5), [3, 4, 5]);
        assert_eq!(ranges("0, 12, 99999999999999999999999", 9), [0; 0]);
        assert_eq!(ranges("none", 9), [0; 0]);
    }
}
