//! Writes a file's diff for the model: every line with its number, without hidden characters.
//!
//! ```text
//! @@ -10,3 +10,3 @@ fn area
//! 10 |fn area(width: u32, height: u32) -> u32 {
//! 11-|    width + height
//! 11+|    width * height
//! 12 |}
//! ```
//!
//! The numbers are those of the new file; of deleted lines (`-`), those of the old one. A line with
//! `…` alone stands for lines that are left out around a hunk.

use std::fmt::Write;

use crate::diff::line_numbers::{ContextLine, LineNumbers};
use crate::diff::patch::{Hunk, Kind, Line};
use crate::text::visible::{clip, clip_from, push_visible, visible};
use crate::wit::{File, Finding, Severity, Status};

/// The most signals that a file's header names.
pub const SIGNALS: usize = 8;

/// Some lines of a hunk, and unchanged lines around them.
pub struct Excerpt<'s> {
    /// The section in the hunk's header.
    pub section: &'s str,
    pub lines: &'s [Line],
    /// The numbers of the first line.
    pub origin: LineNumbers,
    pub signatures: &'s [ContextLine],
    pub before: &'s [ContextLine],
    pub after: &'s [ContextLine],
}

impl Excerpt<'_> {
    /// The number of the first line at the head, without signatures.
    pub fn start(&self) -> u32 {
        self.before.first().map_or(self.origin.new, |line| line.0)
    }

    /// The number after the last line at the head.
    pub fn end(&self) -> u32 {
        let hunk = || self.lines.iter().fold(self.origin, LineNumbers::after).new;
        self.after
            .last()
            .map_or_else(hunk, |line| line.0.saturating_add(1))
    }
}

/// Appends the excerpt, with a header for its lines unless it continues the one before. Lines
/// longer than `width` bytes are truncated.
pub fn excerpt(out: &mut String, excerpt: &Excerpt, goes_on: bool, width: usize) {
    let shown = excerpt.lines;
    let is_dos = shown.iter().all(|line| line.text.ends_with('\r'));
    let endings = if is_dos { "\r" } else { "" };
    if !goes_on {
        push_header(out, excerpt, shown, width);
    }
    let above = excerpt.signatures.iter().chain(excerpt.before);
    let mut next = excerpt.signatures.first().map(|(number, _)| *number);
    for line in above {
        push_gap(out, next, line.0);
        push_unchanged(out, line, endings, width);
        next = Some(line.0.saturating_add(1));
    }
    push_gap(out, next, excerpt.origin.new);
    for line in shown {
        push_numbered(out, line, endings, width);
    }
    for line in excerpt.after {
        push_unchanged(out, line, endings, width);
    }
}

fn push_header(out: &mut String, excerpt: &Excerpt, shown: &[Line], width: usize) {
    out.push_str(&excerpt.origin.header(shown));
    let section = clip(visible(excerpt.section).trim(), width);
    if !section.is_empty() {
        let _ = write!(out, " {section}");
    }
    out.push('\n');
}

/// Marks omitted lines if `next` is not `number`.
fn push_gap(out: &mut String, next: Option<u32>, number: u32) {
    if next.is_some_and(|next| next != number) {
        out.push_str("…\n");
    }
}

fn push_unchanged(out: &mut String, line: &ContextLine, endings: &str, width: usize) {
    let _ = write!(out, "{} |", line.0);
    push_text(out, &line.1, endings, width);
    out.push('\n');
}

fn push_text(out: &mut String, text: &str, endings: &str, width: usize) {
    let start = out.len();
    push_visible(out, text.strip_suffix(endings).unwrap_or(text));
    clip_from(out, start, width);
}

/// `endings` is the line ending that every line has, which is not shown.
fn push_numbered(out: &mut String, line: &Line, endings: &str, width: usize) {
    let (number, mark) = match line.kind {
        Kind::Context => (line.new, ' '),
        Kind::Added => (line.new, '+'),
        Kind::Deleted => (line.old, '-'),
    };
    let _ = write!(out, "{}{mark}|", number.unwrap_or_default());
    push_text(out, &line.text, endings, width);
    out.push_str(if line.newline {
        "\n"
    } else {
        "\n\\ no newline at the end of the file\n"
    });
}

/// How many lines of `hunks` are longer than `width` bytes.
pub fn clipped(hunks: &[Hunk], width: usize) -> usize {
    hunks
        .iter()
        .flat_map(|hunk| &hunk.lines)
        .filter(|line| line.text.len() > width)
        .count()
}

/// The heading of a file: path, status, size and the signals found in it, each with its number in the review.
pub fn heading(file: &File, signals: &[(usize, &Finding)]) -> String {
    let mut out = format!("### {}\n{}", visible(&file.path), status_name(file.status));
    if let Some(previous) = file
        .previous
        .as_deref()
        .filter(|previous| *previous != file.path)
    {
        let _ = write!(out, ", before: {}", visible(previous));
    }
    let _ = write!(out, ", +{} -{} lines", file.additions, file.deletions);
    match (&file.before, &file.after) {
        (Some(before), Some(after)) if before != after => {
            let _ = write!(out, ", mode {} -> {}", visible(before), visible(after));
        }
        _ => {}
    }
    out.push('\n');
    for (number, signal) in signals.iter().take(SIGNALS) {
        let title = clip(&visible(&signal.title), 160);
        let _ = writeln!(
            out,
            "known already, rule {number}: line {}: {} {}: {title}",
            signal.line,
            severity(signal.severity),
            signal.category
        );
    }
    out
}

pub fn status_name(status: Status) -> &'static str {
    match status {
        Status::Added => "added",
        Status::Modified => "modified",
        Status::Removed => "removed",
        Status::Renamed => "renamed",
        Status::Copied => "copied",
        Status::Retyped => "type changed",
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
