//! Guesses whether the lines of a hunk begin inside a comment or a string.

use crate::signals::syntax::Syntax;
use crate::signals::text::Search;
use crate::text::slices::head;

/// Whether these lines close a comment that they do not open.
pub fn inside_comment<'a>(syntax: &Syntax, lines: impl Iterator<Item = &'a str>) -> bool {
    let Some((open, close)) = syntax.block else {
        return false;
    };
    for line in lines {
        let line = line.trim_start();
        if line.contains(open) {
            return false;
        }
        if line.starts_with(head(close, 1)) && line.contains(close) {
            return true;
        }
    }
    false
}

/// Whether the first `"""` of these lines closes a string: it follows text, or is alone on its line
/// without an opening before it.
pub fn inside_triple<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    let mut above = "(";
    for line in lines.map(str::trim) {
        if line.holds("\"\"\"") {
            return match line.strip_suffix("\"\"\"") {
                Some("") => !leads_to_text(above),
                Some(before) => !before.contains(['=', '"']) && !leads_to_text(before.trim_end()),
                None => false,
            };
        }
        if !line.is_empty() {
            above = line;
        }
    }
    false
}

fn leads_to_text(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    before.ends_with(['(', '=', ',', ':', '[', '{', '+'])
        || matches!(word, "return" | "f" | "r" | "b" | "u" | "rf" | "fr")
}
