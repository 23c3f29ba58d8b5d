//! Finds the scopes that contain a line: a function in a class, a key of a mapping, a section.
//!
//! This is a heuristic, not a parser: it relies on indentation (or headings) and on a few keywords.
//! If it is wrong, the model is shown a few lines more or fewer.

mod family;
mod lines;

use std::ops::Range;

pub use crate::diff::scopes::family::{Family, family};
use crate::diff::scopes::lines::{brackets, ends, has_heading_mark, indent, is_closing, is_remark};
use crate::diff::scopes::lines::{opens_block, opens_by_brace, opens_by_def, opens_by_word};
use crate::text::slices::items;

/// How many lines up a scope is searched for.
const REACH: usize = 3000;
/// The most scopes of a line, and the most lines of a signature.
const NESTED: usize = 4;
const SIGNATURE: usize = 6;
/// Lines like `@decorator` that belong to a signature.
const DECORATORS: usize = 4;
/// Deeper than any heading.
const BODY: usize = 1000;

/// A file's text with the depth of its lines. Lines are counted from 0.
pub struct Outline<'t> {
    pub family: Family,
    pub lines: Vec<&'t str>,
    /// None for lines whose indentation means nothing: blank lines, comments, labels.
    depths: Vec<Option<usize>>,
}

impl<'t> Outline<'t> {
    pub fn new(family: Family, text: &'t str) -> Self {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let lines: Vec<&str> = text.split('\n').collect();
        let depths = match family {
            Family::Headings => headings(&lines),
            _ => lines.iter().map(|line| depth(family, line)).collect(),
        };
        Outline {
            family,
            lines,
            depths,
        }
    }

    /// The line at that position; empty if there is none.
    pub fn line(&self, at: usize) -> &'t str {
        self.lines.get(at).copied().unwrap_or_default()
    }

    /// The depth of the line at that position, if it has one.
    fn depth(&self, at: usize) -> Option<usize> {
        self.depths.get(at).copied().flatten()
    }

    /// The signatures of the scopes that contain or begin at line `at`, the innermost first.
    pub fn scopes_of(&self, at: usize) -> Vec<Range<usize>> {
        self.search(at, usize::MAX)
    }

    /// The signatures of the scopes that would contain `text` if it were the line before `at`.
    pub fn scopes_of_deleted(&self, at: usize, text: &str) -> Vec<Range<usize>> {
        match (at.checked_sub(1), depth(self.family, text)) {
            (None, _) => Vec::new(),
            (Some(above), None) => self.search(above, BODY),
            (Some(above), Some(depth)) => self.search(above, depth + usize::from(is_closing(text))),
        }
    }

    /// Scopes that begin at `from` or above, less deep than `limit`.
    fn search(&self, from: usize, mut limit: usize) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let from = from.min(self.lines.len().saturating_sub(1));
        for at in (from.saturating_sub(REACH)..=from).rev() {
            let Some(depth) = self.depth(at) else {
                continue;
            };
            if depth >= limit {
                continue;
            }
            let is_first = limit == usize::MAX;
            limit = depth;
            if is_closing(self.line(at)) {
                limit = depth + 1;
            } else if self.opens(at, depth, is_first) {
                found.push(self.signature(at));
            }
            if limit == 0 || found.len() == NESTED {
                break;
            }
        }
        found
    }

    /// The line after the last one of the scope with that signature, or `most` if it does not end
    /// before.
    pub fn end(&self, signature: &Range<usize>, most: usize) -> usize {
        let opened = self.name_depth(signature);
        let mut end = signature.end;
        for at in signature.end..self.lines.len().min(most) {
            match self.depth(at) {
                None => continue,
                Some(depth) if depth > opened => end = at + 1,
                Some(_) => match ends(self.line(at)) {
                    lines::End::Not => end = at + 1,
                    lines::End::With => return at + 1,
                    lines::End::Before => return end,
                },
            }
        }
        if most < self.lines.len() {
            most.max(end)
        } else {
            end
        }
    }

    /// The depth of the line that names the scope, below its decorators.
    fn name_depth(&self, signature: &Range<usize>) -> usize {
        let depths = signature.clone().filter_map(|at| self.depth(at));
        depths.min().unwrap_or_default()
    }

    /// The line that names the scope.
    pub fn name(&self, signature: &Range<usize>) -> usize {
        let is_named = |at: &usize| self.depth(*at) == Some(self.name_depth(signature));
        signature.clone().find(is_named).unwrap_or(signature.start)
    }

    fn opens(&self, at: usize, depth: usize, is_first: bool) -> bool {
        let line = self.line(at).trim();
        let next = self.line(at + 1).trim();
        match self.family {
            Family::Python => opens_by_def(line),
            Family::Ends => opens_by_word(line),
            Family::Braces => opens_by_brace(line, next, depth == 0),
            Family::Blocks => line.ends_with('{'),
            Family::Keys => !is_first || opens_block(line),
            Family::Margin => depth == 0,
            Family::Headings | Family::Sections => depth < BODY,
        }
    }

    /// The lines from the decorators above `at` to where its signature ends.
    fn signature(&self, at: usize) -> Range<usize> {
        let mut start = at;
        while start > 0 && at - start < DECORATORS && self.decorates(start - 1, at) {
            start -= 1;
        }
        start..at + self.signature_lines(at)
    }

    /// How many lines a signature has: until its parentheses are closed.
    fn signature_lines(&self, at: usize) -> usize {
        let mut open = 0;
        let closed = items(&self.lines, at..)
            .iter()
            .take(SIGNATURE)
            .position(|line| {
                open += brackets(line);
                open <= 0
            });
        match self.family {
            Family::Python | Family::Braces => closed.map_or(1, |last| last + 1),
            _ => 1,
        }
    }

    fn decorates(&self, line: usize, at: usize) -> bool {
        let text = self.line(line).trim_start();
        indent(self.line(line)) == indent(self.line(at))
            && matches!(self.family, Family::Python | Family::Braces)
            && (text.starts_with('@') || text.starts_with("#["))
    }
}

fn depth(family: Family, line: &str) -> Option<usize> {
    let text = line.trim();
    match family {
        _ if text.is_empty() => None,
        Family::Headings => Some(BODY),
        Family::Sections => Some(if has_heading_mark(line) { 0 } else { BODY }),
        _ if is_remark(text, family) => None,
        _ => Some(indent(line)),
    }
}

/// The level of each heading outside code blocks.
fn headings(lines: &[&str]) -> Vec<Option<usize>> {
    let mut fenced = false;
    let mut depths = Vec::with_capacity(lines.len());
    for line in lines {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        fenced ^= is_fence;
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        let is_heading = !fenced && (1..=6).contains(&level) && title.starts_with(' ');
        depths.push(if is_heading {
            Some(level)
        } else {
            depth(Family::Headings, line)
        });
    }
    depths
}

#[cfg(test)]
#[path = "../../../tests/reading/scopes.rs"]
mod tests;
