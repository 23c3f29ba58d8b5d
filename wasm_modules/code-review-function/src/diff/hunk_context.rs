//! The context that is shown around a hunk: the function or section that contains it.
//!
//! A small scope is shown in full; of a large one, its signature and some lines next to the hunk.
//! Findings never refer to these lines, only to those of the hunks themselves.

use std::ops::Range;

use crate::diff::line_numbers::{ContextLine, LineNumbers};
use crate::diff::patch::{Hunk, Kind, Line};
use crate::diff::scopes::{Family, Outline};

/// A scope with at most so many lines and bytes around a hunk is shown in full.
const LINES: usize = 60;
const BYTES: usize = 2000;
/// Lines of a larger scope that are shown before and after a hunk.
const BEFORE: usize = 8;
const AFTER: usize = 4;
/// Bytes of context for one file, to which twice the size of its hunks is added.
const FILE: usize = 2000;
/// Approximate bytes of a line's number and marker.
const NUMBER: usize = 8;

/// The context of one hunk. No line is shown twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HunkContext {
    /// Signatures of the enclosing scopes, the outermost first.
    pub signatures: Vec<ContextLine>,
    /// Lines directly before and after the hunk.
    pub before: Vec<ContextLine>,
    pub after: Vec<ContextLine>,
}

/// The context of each of `hunks`, taken from the file's `text`. None if the hunks do not match the
/// text.
pub fn contexts(hunks: &[Hunk], family: Family, text: &str) -> Option<Vec<HunkContext>> {
    let outline = Outline::new(family, text);
    if !agree(hunks, &outline.lines) {
        return None;
    }
    let mut builder = ContextBuilder::new(hunks, &outline);
    Some(hunks.iter().map(|hunk| builder.place(hunk)).collect())
}

/// Whether every line that the hunks show of the head is in the text.
fn agree(hunks: &[Hunk], lines: &[&str]) -> bool {
    let shown = hunks.iter().flat_map(|hunk| &hunk.lines);
    let mut shown = shown.filter(|line| line.new.is_some()).peekable();
    shown.peek().is_some()
        && shown.all(|line| {
            let at = index(line.new.unwrap_or_default());
            lines.get(at) == Some(&line.text.as_str())
        })
}

fn index(number: u32) -> usize {
    (number as usize).saturating_sub(1)
}

/// The lines of the head that the hunk shows, from 0.
fn shown(hunk: &Hunk) -> Range<usize> {
    let start = index(LineNumbers::of(hunk).new);
    start..start + hunk.new_lines as usize
}

/// The changed, non-blank lines of a hunk, each with its position at the head; for a deleted line,
/// the position of the next one.
fn changed(hunk: &Hunk) -> Vec<(usize, &Line)> {
    let lines = hunk.lines.iter().scan(LineNumbers::of(hunk), |next, line| {
        let at = index(next.new);
        *next = next.after(line);
        Some((at, line))
    });
    let is_said = |line: &Line| line.kind != Kind::Context && !line.text.trim().is_empty();
    lines.filter(|(_, line)| is_said(line)).collect()
}

/// Lines to show around a hunk, counted from 0.
struct Selection {
    signatures: Vec<usize>,
    before: Range<usize>,
    after: Range<usize>,
}

/// The scope that contains a hunk.
struct Scope {
    /// The signature of the innermost scope, and the first lines of the outer ones.
    signature: Range<usize>,
    outer: Vec<usize>,
    end: usize,
}

/// Collects the contexts of a file, hunk by hunk.
struct ContextBuilder<'p> {
    outline: &'p Outline<'p>,
    /// Which lines are already shown.
    taken: Vec<bool>,
    /// Bytes that are left for context.
    left: usize,
}

impl<'p> ContextBuilder<'p> {
    fn new(hunks: &[Hunk], outline: &'p Outline<'p>) -> Self {
        let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
        let bytes: usize = lines.map(|line| line.text.len() + NUMBER).sum();
        let mut builder = ContextBuilder {
            outline,
            taken: vec![false; outline.lines.len()],
            left: 2 * bytes + FILE,
        };
        hunks.iter().for_each(|hunk| builder.take(shown(hunk)));
        builder
    }

    /// The largest context of `hunk` that there is room for.
    fn place(&mut self, hunk: &Hunk) -> HunkContext {
        let shown = shown(hunk);
        let Some(scope) = self.scope(hunk) else {
            return HunkContext::default();
        };
        // For prose, the headings are enough.
        let is_code = self.outline.family != Family::Headings;
        let choices = [
            self.whole(&shown, &scope).filter(|_| is_code),
            is_code.then(|| self.near(&shown, &scope)),
            Some(self.signature(&shown, &scope)),
        ];
        let fitting = choices
            .into_iter()
            .flatten()
            .find(|choice| self.cost(choice) <= self.left);
        fitting.map(|choice| self.show(choice)).unwrap_or_default()
    }

    /// The scope of the first changed line, extended to the end of the scope of the last one.
    fn scope(&self, hunk: &Hunk) -> Option<Scope> {
        let lines = changed(hunk);
        let first = self.scopes(lines.iter().copied())?;
        let last = self.scopes(lines.iter().copied().rev()).unwrap_or_default();
        let (signature, outer) = first.split_first()?;
        let outer = outer.iter().rev().map(|scope| self.outline.name(scope));
        let end = shown(hunk).end;
        let most = end + LINES + AFTER;
        let scope_end = last.first().map(|scope| self.outline.end(scope, most));
        Some(Scope {
            signature: signature.clone(),
            outer: outer.collect(),
            end: scope_end.unwrap_or(end),
        })
    }

    /// The scopes of the first of these lines, or of the first added one if that has none: the old
    /// code may be indented differently.
    fn scopes<'l>(
        &self,
        lines: impl Iterator<Item = (usize, &'l Line)> + Clone,
    ) -> Option<Vec<Range<usize>>> {
        let around = |(at, line): (usize, &Line)| match line.kind {
            Kind::Deleted => self.outline.scopes_of_deleted(at, &line.text),
            Kind::Added | Kind::Context => self.outline.scopes_of(at),
        };
        let added = lines.clone().find(|(_, line)| line.kind == Kind::Added);
        let mut tried = lines.take(1).chain(added).map(around);
        tried.find(|found| !found.is_empty())
    }

    fn whole(&self, shown: &Range<usize>, scope: &Scope) -> Option<Selection> {
        let choice = Selection {
            before: self.free_before(scope.signature.start, shown.start),
            after: self.free_after(shown.end, scope.end),
            signatures: Vec::new(),
        };
        let beside = || choice.before.clone().chain(choice.after.clone());
        let is_small = beside().count() <= LINES && self.bytes(beside()) <= BYTES;
        let head = self.heads(scope.outer.iter().copied(), &choice.before);
        is_small.then_some(Selection {
            signatures: head,
            ..choice
        })
    }

    fn near(&self, shown: &Range<usize>, scope: &Scope) -> Selection {
        let start = shown.start.saturating_sub(BEFORE).max(scope.signature.end);
        let before = self.free_before(start, shown.start);
        let head = scope.outer.iter().copied().chain(scope.signature.clone());
        Selection {
            signatures: self.heads(head, &before),
            before,
            after: self.free_after(shown.end, scope.end.min(shown.end + AFTER)),
        }
    }

    fn signature(&self, shown: &Range<usize>, scope: &Scope) -> Selection {
        let head = scope.outer.iter().copied().chain(scope.signature.clone());
        Selection {
            signatures: self.heads(head, &(shown.start..shown.start)),
            before: shown.start..shown.start,
            after: shown.end..shown.end,
        }
    }

    /// The signature lines above `before` that are not shown yet.
    fn heads(&self, lines: impl Iterator<Item = usize>, before: &Range<usize>) -> Vec<usize> {
        lines
            .filter(|at| *at < before.start && self.is_free(*at))
            .collect()
    }

    fn is_free(&self, at: usize) -> bool {
        self.taken.get(at) == Some(&false)
    }

    /// The lines from `start` that directly precede `end` and are not shown yet.
    fn free_before(&self, start: usize, end: usize) -> Range<usize> {
        let free = (start..end).rev().take_while(|at| self.is_free(*at));
        end - free.count()..end
    }

    fn free_after(&self, start: usize, end: usize) -> Range<usize> {
        let free = (start..end).take_while(|at| self.is_free(*at));
        start..start + free.count()
    }

    fn bytes(&self, lines: impl Iterator<Item = usize>) -> usize {
        lines.map(|at| self.outline.line(at).len() + NUMBER).sum()
    }

    fn cost(&self, choice: &Selection) -> usize {
        let beside = choice.before.clone().chain(choice.after.clone());
        self.bytes(beside.chain(choice.signatures.iter().copied()))
    }

    fn take(&mut self, lines: impl IntoIterator<Item = usize>) {
        for at in lines {
            if let Some(line) = self.taken.get_mut(at) {
                *line = true;
            }
        }
    }

    fn show(&mut self, choice: Selection) -> HunkContext {
        self.left = self.left.saturating_sub(self.cost(&choice));
        let text = |at: usize| (at as u32 + 1, self.outline.line(at).to_string());
        let around = HunkContext {
            signatures: choice.signatures.iter().copied().map(text).collect(),
            before: choice.before.clone().map(text).collect(),
            after: choice.after.clone().map(text).collect(),
        };
        self.take(
            choice
                .signatures
                .into_iter()
                .chain(choice.before)
                .chain(choice.after),
        );
        around
    }
}

#[cfg(test)]
#[path = "../../tests/reading/hunk_context.rs"]
mod tests;
