//! Replacement code from a model, if it can be applied and changes something.

use serde_json::Value;

use crate::diff::patch::{Hunk, Kind, Line};
use crate::findings::anchor::Anchor;
use crate::text::visible::visible;
use crate::wit::Side;

/// The most bytes of a replacement.
const LONGEST: usize = 4000;

/// The replacement for the lines of `anchor`. The model saw at most `width` bytes of each line.
///
/// None if the model named other lines, unchanged lines, or lines that it saw only in part, or if
/// the replacement equals the current text.
pub fn read(value: &Value, hunks: &[Hunk], anchor: Anchor, width: usize) -> Option<String> {
    if !anchor.exact || anchor.side != Side::Right {
        return None;
    }
    let text = code(value)?;
    let lines = replaced(hunks, anchor);
    let changed = lines.iter().any(|line| line.kind == Kind::Added);
    let whole = lines.iter().all(|line| is_whole(line, width));
    (changed && whole && !is_same(&text, &lines)).then_some(text)
}

fn replaced(hunks: &[Hunk], anchor: Anchor) -> Vec<&Line> {
    let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
    let named = |line: &&Line| {
        line.new
            .is_some_and(|new| anchor.line <= new && new <= anchor.end)
    };
    lines.filter(named).collect()
}

/// Whether the model saw the line unmodified: not truncated, and without escaped characters.
fn is_whole(line: &Line, width: usize) -> bool {
    let text = line.text.trim_end_matches('\r');
    text.len() <= width && visible(text) == text
}

fn is_same(text: &str, lines: &[&Line]) -> bool {
    let now = lines.iter().map(|line| line.text.trim_end());
    text.lines().map(str::trim_end).eq(now)
}

/// The replacement for lines that the diff does not contain, to show in words.
pub fn in_words(value: &Value) -> Option<String> {
    code(value)
}

/// The code without the fences and line numbers that models often copy.
fn code(value: &Value) -> Option<String> {
    let raw = value
        .get("replacement")
        .or_else(|| value.get("suggestion"))?
        .as_str()?;
    let raw = raw.trim_matches('\n');
    let fenced = raw
        .strip_prefix("```")
        .and_then(|rest| rest.strip_suffix("```"))
        .and_then(|rest| rest.split_once('\n'));
    let raw = fenced.map_or(raw, |(_, code)| code.trim_end_matches('\n'));
    let lines: Vec<&str> = raw.lines().collect();
    let bare: Option<Vec<&str>> = lines.iter().map(|line| unnumbered(line)).collect();
    let text = bare.unwrap_or(lines).join("\n");
    (!text.trim().is_empty() && text.len() <= LONGEST).then_some(text)
}

/// The code of a line in the form of the shown diff: `12+|code`.
fn unnumbered(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let code = rest
        .strip_prefix("+|")
        .or_else(|| rest.strip_prefix(" |"))?;
    (rest.len() < line.len()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::patch::parse;
    use crate::findings::anchor::find;
    use serde_json::json;

    const PATCH: &str = "@@ -1,3 +1,5 @@\n a\n-b\n+    c\n+d\n+e\u{202e}\n f\n";

    fn replaced_by(text: &str, line: u32, end: u32) -> Option<String> {
        let hunks = parse(PATCH).unwrap();
        let anchor = find(&hunks, &[], Side::Right, line, end)?;
        read(&json!({"replacement": text}), &hunks, anchor, 100)
    }

    #[test]
    fn fences_and_numbers_are_taken_off() {
        assert_eq!(
            replaced_by("```py\n2+|    x\n```", 2, 2).as_deref(),
            Some("    x")
        );
        assert_eq!(replaced_by("a | b", 2, 2).as_deref(), Some("a | b"));
        assert_eq!(replaced_by(" ", 2, 2), None);
    }

    #[test]
    fn what_stands_there_already_replaces_nothing() {
        assert_eq!(replaced_by("    c\nd", 2, 3), None);
        assert_eq!(replaced_by("    c ", 2, 2), None);
        assert_eq!(replaced_by("  c", 2, 2).as_deref(), Some("  c"));
    }

    #[test]
    fn lines_that_the_change_leaves_alone_are_left_alone() {
        assert_eq!(replaced_by("x", 1, 1), None);
        assert_eq!(replaced_by("x", 1, 2).as_deref(), Some("x"));
    }

    #[test]
    fn lines_that_were_not_named_or_not_seen_are_not_replaced() {
        assert_eq!(replaced_by("x", 3, 9), None);
        assert_eq!(replaced_by("x", 4, 4), None);
        let hunks = parse(PATCH).unwrap();
        let anchor = find(&hunks, &[], Side::Right, 2, 2).unwrap();
        assert_eq!(read(&json!({"replacement": "x"}), &hunks, anchor, 3), None);
    }
}
