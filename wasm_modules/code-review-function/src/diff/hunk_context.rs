//! What is shown of a file beside its hunks: the function or section that a hunk stands in.
//!
//! All of it where it is small; else its signature and some lines next to the hunk. These lines are for
//! the reader alone: findings are put on the lines of the true hunks.

use std::ops::Range;

use crate::diff::line_numbers::{ContextLine, LineNumbers};
use crate::diff::patch::{Hunk, Kind, Line};
use crate::diff::scopes::{Family, Outline};

/// Lines and bytes around a hunk up to which a whole scope is shown.
const LINES: usize = 60;
const BYTES: usize = 2000;
/// Lines of a larger scope that are shown before a hunk and after it.
const BEFORE: usize = 8;
const AFTER: usize = 4;
/// Bytes that a file may have around its hunks, whatever they are; twice theirs are added.
const FILE: usize = 2000;
/// Bytes of a line's number and marks, about.
const NUMBER: usize = 8;

/// What is shown around one hunk, none of it twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HunkContext {
    /// Signatures of the scopes, the outermost first.
    pub signatures: Vec<ContextLine>,
    /// Lines right before the hunk, and right after it.
    pub before: Vec<ContextLine>,
    pub after: Vec<ContextLine>,
}

/// What to show around each of `hunks` of a file that reads `text`. None when it is not the text that
/// the hunks are of.
pub fn contexts(hunks: &[Hunk], family: Family, text: &str) -> Option<Vec<HunkContext>> {
    let outline = Outline::new(family, text);
    if !agree(hunks, &outline.lines) {
        return None;
    }
    let mut builder = ContextBuilder::new(hunks, &outline);
    Some(hunks.iter().map(|hunk| builder.place(hunk)).collect())
}

/// Whether every line that the hunks show of the head stands in the text.
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

/// The changed lines of a hunk that are not blank, each with the place at the head where it is, or
/// before which it was.
fn changed(hunk: &Hunk) -> Vec<(usize, &Line)> {
    let lines = hunk.lines.iter().scan(LineNumbers::of(hunk), |next, line| {
        let at = index(next.new);
        *next = next.after(line);
        Some((at, line))
    });
    let is_said = |line: &Line| line.kind != Kind::Context && !line.text.trim().is_empty();
    lines.filter(|(_, line)| is_said(line)).collect()
}

/// Lines to show around a hunk, from 0.
struct Selection {
    signatures: Vec<usize>,
    before: Range<usize>,
    after: Range<usize>,
}

/// Where a hunk stands.
struct Scope {
    /// The signatures, the innermost first; the first line of the others.
    signature: Range<usize>,
    outer: Vec<usize>,
    end: usize,
}

/// A file while it is filled hunk by hunk.
struct ContextBuilder<'p> {
    outline: &'p Outline<'p>,
    /// Which lines are shown already.
    taken: Vec<bool>,
    /// Bytes that are left for what stands around hunks.
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

    /// What to show around `hunk`: as much of it as there is room for.
    fn place(&mut self, hunk: &Hunk) -> HunkContext {
        let shown = shown(hunk);
        let Some(scope) = self.scope(hunk) else {
            return HunkContext::default();
        };
        // Of prose, the headings say enough.
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

    /// The scope of the first changed line, up to the end of that of the last.
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

    /// The scopes of the first of these lines, or of the first added one where that has none: what was
    /// there before may have been indented otherwise.
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

    /// Those lines of signatures that stand above `before` and are not shown yet.
    fn heads(&self, lines: impl Iterator<Item = usize>, before: &Range<usize>) -> Vec<usize> {
        lines
            .filter(|at| *at < before.start && self.is_free(*at))
            .collect()
    }

    fn is_free(&self, at: usize) -> bool {
        self.taken.get(at) == Some(&false)
    }

    /// The lines right before `end` that are not shown yet, from `start` on.
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
