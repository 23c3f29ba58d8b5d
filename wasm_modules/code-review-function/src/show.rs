//! A file's diff as the model reads it: every line with its number, nothing hidden.
//!
//! ```text
//! @@ -10,3 +10,3 @@ fn area
//! 10 |fn area(width: u32, height: u32) -> u32 {
//! 11-|    width + height
//! 11+|    width * height
//! 12 |}
//! ```
//!
//! The number counts in the new file; of a deleted line (`-`), in the old one.

use std::fmt::Write;
use std::ops::Range;

use crate::patch::{Hunk, Kind, Line};
use crate::visible::{clip, visible};
use crate::wit::{File, Finding, Severity, Status};

/// The most signals that a file's header names.
const SIGNALS: usize = 8;

/// The lines of `hunk` in `range` under a header that fits them. Lines longer than `width` bytes are
/// clipped.
pub fn lines(hunk: &Hunk, range: &Range<usize>, width: usize) -> String {
    let shown = &hunk.lines[range.clone()];
    let endings = if shown.iter().all(|line| line.text.ends_with('\r')) {
        "\r"
    } else {
        ""
    };
    let mut out = header(hunk, range, width);
    out.push('\n');
    for line in shown {
        let _ = writeln!(out, "{}", numbered(line, endings, width));
        if !line.newline {
            out.push_str("\\ no newline at the end of the file\n");
        }
    }
    out
}

/// `endings` is what every line ends with and nobody needs to see.
fn numbered(line: &Line, endings: &str, width: usize) -> String {
    let (number, mark) = match line.kind {
        Kind::Context => (line.new, ' '),
        Kind::Added => (line.new, '+'),
        Kind::Deleted => (line.old, '-'),
    };
    let text = line.text.strip_suffix(endings).unwrap_or(&line.text);
    format!(
        "{}{mark}|{}",
        number.unwrap_or_default(),
        clip(&visible(text), width)
    )
}

/// The hunk's header, or for a part of its lines the one that git would have written for them.
fn header(hunk: &Hunk, range: &Range<usize>, width: usize) -> String {
    let section = clip(visible(&hunk.section).trim(), width);
    let (old, new) = (
        span(hunk, range, |line| line.old),
        span(hunk, range, |line| line.new),
    );
    format!("@@ -{},{} +{},{} @@ {section}", old.0, old.1, new.0, new.1)
        .trim_end()
        .to_string()
}

/// First number and count of the lines in `range` on one side. Without any, the number is that of
/// the line before, as git has it.
fn span(hunk: &Hunk, range: &Range<usize>, number: impl Fn(&Line) -> Option<u32>) -> (u32, usize) {
    let count = hunk.lines[range.clone()].iter().filter_map(&number).count();
    let first = hunk.lines[range.clone()].iter().find_map(&number);
    let before = || hunk.lines[..range.start].iter().rev().find_map(&number);
    let after = || {
        hunk.lines[range.end..]
            .iter()
            .find_map(&number)
            .map(|line| line.saturating_sub(1))
    };
    (
        first.or_else(before).or_else(after).unwrap_or_default(),
        count,
    )
}

/// How many lines of `hunks` are longer than `width` bytes.
pub fn clipped(hunks: &[Hunk], width: usize) -> usize {
    hunks
        .iter()
        .flat_map(|hunk| &hunk.lines)
        .filter(|line| line.text.len() > width)
        .count()
}

/// What stands above a file's hunks: path, status, size, what the signals found in it.
pub fn heading(file: &File, signals: &[&Finding]) -> String {
    let mut out = format!("### {}\n{}", visible(&file.path), words(file.status));
    if let Some(previous) = file
        .previous
        .as_deref()
        .filter(|previous| *previous != file.path)
    {
        let _ = write!(out, ", before: {}", visible(previous));
    }
    let _ = write!(out, ", +{} -{} lines", file.additions, file.deletions);
    if let (Some(before), Some(after)) = (&file.before, &file.after)
        && before != after
    {
        let _ = write!(out, ", mode {} -> {}", visible(before), visible(after));
    }
    out.push('\n');
    for signal in signals.iter().take(SIGNALS) {
        let title = clip(&visible(&signal.title), 160);
        let _ = writeln!(
            out,
            "known already: line {}: {} {}: {title}",
            signal.line,
            severity(signal.severity),
            signal.category
        );
    }
    out
}

pub fn words(status: Status) -> &'static str {
    match status {
        Status::Added => "added",
        Status::Modified => "modified",
        Status::Removed => "removed",
        Status::Renamed => "renamed",
        Status::Copied => "copied",
        Status::Retyped => "became another kind of file",
        Status::Unchanged => "unchanged",
    }
}

pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Major => "major",
        Severity::Minor => "minor",
        Severity::Nit => "nit",
    }
}
