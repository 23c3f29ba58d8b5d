//! Parses the hunks of one file's patch.
//!
//! Only the counts in a hunk's header determine where it ends, never the look of its lines: an
//! added line may read `+@@ -1 +1 @@`, `++++ b/x` or `+diff --git`. Lines end in "\n" alone; a
//! carriage return is part of the text.

use crate::text::slices::head;
use crate::wit::Side;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Context,
    Added,
    Deleted,
}

/// One line of a hunk; `old` and `new` are its numbers, from 1, on the sides that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub kind: Kind,
    pub old: Option<u32>,
    pub new: Option<u32>,
    /// Without the newline.
    pub text: String,
    /// False: "\ No newline at end of file" follows.
    pub newline: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The whole `@@` line.
    pub header: String,
    /// The text after the second `@@`: the enclosing function, as git guesses it.
    pub section: String,
    pub old_start: u32,
    pub old_lines: u32,
    pub new_start: u32,
    pub new_lines: u32,
    pub lines: Vec<Line>,
}

/// Parses all hunks of a patch that begins at its first `@@`. An empty patch has none.
///
/// # Errors
/// Describes, with its line number, anything that git would not have printed.
pub fn parse(patch: &str) -> Result<Vec<Hunk>, String> {
    let mut hunks = Vec::new();
    let mut lines = Lines::new(patch);
    while let Some((number, text)) = lines.next() {
        if text == "-- " {
            break; // the signature that ends a patch sent by mail
        }
        if text.is_empty() {
            continue;
        }
        let mut hunk = header(text).map_err(|why| format!("line {number} of the patch: {why}"))?;
        fill(&mut hunk, &mut lines)?;
        hunks.push(hunk);
    }
    Ok(hunks)
}

/// Whether `line` and `end` are both shown, on `side`, inside one hunk.
pub fn shows(hunks: &[Hunk], side: Side, line: u32, end: u32) -> bool {
    line <= end
        && hunks
            .iter()
            .any(|hunk| hunk.spans(side, line) && hunk.spans(side, end))
}

impl Hunk {
    fn spans(&self, side: Side, line: u32) -> bool {
        let (start, count) = match side {
            Side::Left => (self.old_start, self.old_lines),
            Side::Right => (self.new_start, self.new_lines),
        };
        line >= start && line - start < count
    }
}

/// The lines of a patch with their numbers, from 1. The next one can be peeked at.
struct Lines<'a> {
    rest: Option<&'a str>,
    number: usize,
}

impl<'a> Lines<'a> {
    fn new(patch: &'a str) -> Self {
        let patch = patch.strip_suffix('\n').unwrap_or(patch);
        Lines {
            rest: (!patch.is_empty()).then_some(patch),
            number: 0,
        }
    }

    fn peek(&self) -> Option<&'a str> {
        self.rest
            .map(|rest| rest.split_once('\n').map_or(rest, |(line, _)| line))
    }

    fn next(&mut self) -> Option<(usize, &'a str)> {
        let rest = self.rest?;
        let (line, rest) = match rest.split_once('\n') {
            Some((line, rest)) => (line, Some(rest)),
            None => (rest, None),
        };
        self.rest = rest;
        self.number += 1;
        Some((self.number, line))
    }
}

fn header(text: &str) -> Result<Hunk, String> {
    if text.starts_with("@@@") {
        return Err(
            "combined diffs of merges are not supported; use a diff between two commits".into(),
        );
    }
    let wrong = || {
        format!(
            "expected a hunk header like \"@@ -1,2 +1,2 @@\", found {:?}",
            short(text)
        )
    };
    let ranges = text.strip_prefix("@@ -").ok_or_else(wrong)?;
    let (ranges, section) = ranges.split_once(" @@").ok_or_else(wrong)?;
    let (old, new) = ranges.split_once(" +").ok_or_else(wrong)?;
    let (old_start, old_lines) = range(old).ok_or_else(wrong)?;
    let (new_start, new_lines) = range(new).ok_or_else(wrong)?;
    Ok(Hunk {
        header: text.to_owned(),
        section: section.strip_prefix(' ').unwrap_or(section).to_owned(),
        old_start,
        old_lines,
        new_start,
        new_lines,
        lines: Vec::new(),
    })
}

/// Parses `12,3` or `12`, which means `12,1`. None if it is not such a range or exceeds u32.
fn range(text: &str) -> Option<(u32, u32)> {
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    let (start, count) = (number(start)?, number(count)?);
    start.checked_add(count).map(|_| (start, count))
}

fn number(text: &str) -> Option<u32> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// Takes lines until both counts of the header are used up.
fn fill(hunk: &mut Hunk, lines: &mut Lines) -> Result<(), String> {
    let mut at = Position {
        old: hunk.old_start,
        new: hunk.new_start,
    };
    let (old_end, new_end) = (
        hunk.old_start + hunk.old_lines,
        hunk.new_start + hunk.new_lines,
    );
    while at.old < old_end || at.new < new_end {
        let Some((number, text)) = lines.next() else {
            return Err(format!(
                "the patch ends inside the hunk {:?}",
                short(&hunk.header)
            ));
        };
        if text.starts_with('\\') {
            end_without_newline(hunk, number)?;
            continue;
        }
        let line = at.line(text).ok_or_else(|| astray(hunk, number, text))?;
        if at.old > old_end || at.new > new_end {
            return Err(format!(
                "line {number} of the patch: the hunk {:?} has more lines than its header says",
                short(&hunk.header)
            ));
        }
        hunk.lines.push(line);
    }
    if lines.peek().is_some_and(|text| text.starts_with('\\')) {
        let number = lines.next().map_or(0, |(number, _)| number);
        end_without_newline(hunk, number)?;
    }
    Ok(())
}

fn astray(hunk: &Hunk, number: usize, text: &str) -> String {
    format!(
        "line {number} of the patch: unexpected {:?} in the hunk {:?}",
        short(text),
        short(&hunk.header)
    )
}

fn end_without_newline(hunk: &mut Hunk, number: usize) -> Result<(), String> {
    let line = hunk.lines.last_mut().ok_or_else(|| {
        format!("line {number} of the patch: a missing newline is noted without a line before it")
    })?;
    line.newline = false;
    Ok(())
}

/// The numbers that the next line has on either side.
struct Position {
    old: u32,
    new: u32,
}

impl Position {
    fn line(&mut self, text: &str) -> Option<Line> {
        let (kind, text) = match text.split_at_checked(1) {
            Some((" ", rest)) => (Kind::Context, rest),
            Some(("+", rest)) => (Kind::Added, rest),
            Some(("-", rest)) => (Kind::Deleted, rest),
            // Mail programs and editors strip the space of an empty context line.
            _ if matches!(text, "" | "\r") => (Kind::Context, text),
            _ => return None,
        };
        let old = (kind != Kind::Added).then(|| step(&mut self.old));
        let new = (kind != Kind::Deleted).then(|| step(&mut self.new));
        Some(Line {
            kind,
            old,
            new,
            text: text.to_owned(),
            newline: true,
        })
    }
}

fn step(number: &mut u32) -> u32 {
    *number = number.saturating_add(1);
    *number - 1
}

/// The first 80 characters, for an error message.
fn short(text: &str) -> &str {
    text.char_indices()
        .nth(80)
        .map_or(text, |(end, _)| head(text, end))
}

#[cfg(test)]
#[path = "../../tests/signals/patches.rs"]
mod tests;
