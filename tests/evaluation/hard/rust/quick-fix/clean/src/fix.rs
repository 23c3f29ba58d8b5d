//! Applies fixes to a text.

use std::fs;
use std::io;
use std::path::Path;

use crate::message::{Fix, Message};

/// What came of the fixes of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Fixed {
    pub text: String,
    pub applied: usize,
    /// Fixes that overlap with one that was applied.
    pub skipped: usize,
}

/// Applies the fixes of the messages that have one.
pub fn apply(text: &str, messages: &[Message]) -> Fixed {
    let mut fixes: Vec<&Fix> = messages
        .iter()
        .filter_map(|message| message.fix.as_ref())
        .collect();
    // Stable: of fixes at the same place, the one of the first message wins.
    fixes.sort_by_key(|fix| fix.span);
    let wanted = fixes.len();
    fixes.dedup_by(|next, kept| kept.span.overlaps(next.span));

    let starts = line_starts(text);
    let mut fixed = text.to_owned();
    for fix in fixes.iter().rev() {
        let line_start = starts[fix.span.start.line as usize - 1];
        let start = line_start + bytes_before(&text[line_start..], fix.span.start.column);
        let end = line_start + bytes_before(&text[line_start..], fix.span.end.column);
        fixed.replace_range(start..end, &fix.replacement);
    }
    Fixed {
        text: fixed,
        applied: fixes.len(),
        skipped: wanted - fixes.len(),
    }
}

/// How many bytes there are before a column.
fn bytes_before(line: &str, column: u32) -> usize {
    line.chars()
        .take(column as usize - 1)
        .map(char::len_utf8)
        .sum()
}

/// Where each line of a text begins, in bytes.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect()
}

/// Checks a file and applies the fixes. The file is replaced only if there are any, and only as a whole.
pub fn fix_file(path: &Path, check: impl Fn(&str) -> Vec<Message>) -> io::Result<Fixed> {
    let text = fs::read_to_string(path)?;
    let fixed = apply(&text, &check(&text));
    if fixed.applied > 0 {
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(".fixed");
        fs::write(&temporary, &fixed.text)?;
        fs::set_permissions(&temporary, fs::metadata(path)?.permissions())?;
        fs::rename(&temporary, path)?;
    }
    Ok(fixed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::position::{Position, Span};
    use crate::rules::trailing_space;

    fn message(line: u32, start: u32, end: u32, replacement: &str) -> Message {
        let span = Span {
            start: Position {
                line,
                column: start,
            },
            end: Position { line, column: end },
        };
        Message {
            span,
            text: String::new(),
            fix: Some(Fix {
                span,
                replacement: replacement.into(),
            }),
        }
    }

    #[test]
    fn fixes_do_not_disturb_each_other() {
        let messages = [
            message(1, 1, 4, "1"),
            message(2, 1, 4, "second"),
            message(1, 5, 8, "2"),
        ];

        assert_eq!(apply("one two\ntwo\n", &messages).text, "1 2\nsecond\n");
    }

    #[test]
    fn of_fixes_that_overlap_the_first_wins() {
        let fixed = apply(
            "abcdef",
            &[
                message(1, 3, 6, "y"),
                message(1, 1, 4, "x"),
                message(1, 6, 7, "z"),
            ],
        );

        assert_eq!(
            fixed,
            Fixed {
                text: "xdez".into(),
                applied: 2,
                skipped: 1
            }
        );
    }

    #[test]
    fn spaces_at_the_ends_of_lines_are_removed() {
        let text = "a \r\nb\t \nc  ";

        assert_eq!(apply(text, &trailing_space(text)).text, "a\r\nb\nc");
    }
}
