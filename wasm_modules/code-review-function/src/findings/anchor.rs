//! Puts a finding on lines of the diff.

use crate::diff::hunk_context::HunkContext;
use crate::diff::line_numbers::LineNumbers;
use crate::diff::patch::{Hunk, Kind};
use crate::wit::Side;

/// Lines by which a model may miss the diff.
const NEAR: u32 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub side: Side,
    pub line: u32,
    pub end: u32,
    /// Whether these are the lines that the model named. If not, no replacement is accepted.
    pub exact: bool,
    /// The lines that the model named, if they are shown around a hunk: the finding names them in words.
    pub around: Option<(u32, u32)>,
}

/// The place of a finding on `line` to `end` of `side`: those lines, as far as one hunk shows them;
/// else the changed line nearest to them, if they are shown in the context of a hunk; else the edge
/// of a nearby hunk; else the deleted line, if a deleted line was given as new. None if none of
/// these was shown.
///
/// A finding on an unchanged line is always put on the new side.
pub fn find(
    hunks: &[Hunk],
    contexts: &[HunkContext],
    side: Side,
    line: u32,
    end: u32,
) -> Option<Anchor> {
    let end = end.max(line);
    if side == Side::Left {
        return old(hunks, line, end);
    }
    within(hunks, Side::Right, line, end)
        .map(|anchor| reaching(anchor, contexts, end))
        .or_else(|| around(hunks, contexts, line, end))
        .or_else(|| near(hunks, line))
        .or_else(|| {
            deleted(hunks, line).then_some(Anchor {
                side: Side::Left,
                line,
                end: line,
                exact: false,
                around: None,
            })
        })
}

/// The anchor with all lines in words, if those behind its hunk are shown.
fn reaching(anchor: Anchor, contexts: &[HunkContext], end: u32) -> Anchor {
    let mut behind = contexts.iter().flat_map(|context| &context.after);
    let is_shown = !anchor.exact && behind.any(|shown| shown.0 == end);
    Anchor {
        around: is_shown.then_some((anchor.line, end)),
        ..anchor
    }
}

/// The changed line of a hunk that is nearest to `line`, which the context of this hunk shows.
fn around(hunks: &[Hunk], contexts: &[HunkContext], line: u32, end: u32) -> Option<Anchor> {
    let is_of = |context: &HunkContext| {
        let all = [&context.signatures, &context.before, &context.after];
        all.into_iter().flatten().any(|shown| shown.0 == line)
    };
    let of = hunks.iter().zip(contexts);
    let (hunk, _) = of.into_iter().find(|(_, context)| is_of(context))?;
    let changed = hunk
        .lines
        .iter()
        .scan(LineNumbers::of(hunk), |next, shown| {
            let new = next.new;
            *next = next.after(shown);
            Some((new, shown))
        });
    let (_, nearest) = changed
        .filter(|(_, shown)| shown.kind != Kind::Context)
        .min_by_key(|(new, _)| new.abs_diff(line))?;
    let (side, number) = match (nearest.kind, nearest.new, nearest.old) {
        (Kind::Deleted, _, old) => (Side::Left, old?),
        (_, new, _) => (Side::Right, new?),
    };
    Some(Anchor {
        side,
        line: number,
        end: number,
        exact: false,
        around: Some((line, end)),
    })
}

fn old(hunks: &[Hunk], line: u32, end: u32) -> Option<Anchor> {
    if deleted(hunks, line) {
        return within(hunks, Side::Left, line, end);
    }
    let lines = || hunks.iter().flat_map(|hunk| &hunk.lines);
    let now = lines().find(|shown| shown.old == Some(line))?.new?;
    within(hunks, Side::Right, now, now.saturating_add(end - line)).map(|anchor| Anchor {
        exact: false,
        ..anchor
    })
}

fn deleted(hunks: &[Hunk], line: u32) -> bool {
    let mut lines = hunks.iter().flat_map(|hunk| &hunk.lines);
    lines.any(|shown| shown.kind == Kind::Deleted && shown.old == Some(line))
}

/// The lines `line` to `end`, limited to the hunk that shows `line`.
fn within(hunks: &[Hunk], side: Side, line: u32, end: u32) -> Option<Anchor> {
    let (_, last) = spans(hunks, side).find(|&(first, last)| first <= line && line <= last)?;
    Some(Anchor {
        side,
        line,
        end: end.min(last),
        exact: end <= last,
        around: None,
    })
}

fn near(hunks: &[Hunk], line: u32) -> Option<Anchor> {
    let edges = spans(hunks, Side::Right).flat_map(|(first, last)| [first, last]);
    let nearest = edges.min_by_key(|edge| edge.abs_diff(line))?;
    let anchor = Anchor {
        side: Side::Right,
        line: nearest,
        end: nearest,
        exact: false,
        around: None,
    };
    (nearest.abs_diff(line) <= NEAR).then_some(anchor)
}

/// The first and last line of each hunk that has lines on `side`.
fn spans(hunks: &[Hunk], side: Side) -> impl Iterator<Item = (u32, u32)> {
    let span = move |hunk: &Hunk| match side {
        Side::Left => (hunk.old_start, hunk.old_lines),
        Side::Right => (hunk.new_start, hunk.new_lines),
    };
    hunks
        .iter()
        .map(span)
        .filter(|(_, count)| *count > 0)
        .map(|(start, count)| (start, start + (count - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::patch::{parse, shows};

    const PATCH: &str =
        "@@ -10,4 +10,4 @@ fn area\n a\n-b\n+B\n c\n d\n@@ -40,2 +40,3 @@\n x\n+y\n z\n";

    fn anchor(side: Side, line: u32, end: u32) -> Option<(Side, u32, u32, bool)> {
        let hunks = parse(PATCH).unwrap();
        let anchor = find(&hunks, &[], side, line, end)?;
        assert!(shows(&hunks, anchor.side, anchor.line, anchor.end));
        Some((anchor.side, anchor.line, anchor.end, anchor.exact))
    }

    #[test]
    fn lines_that_are_shown_are_kept() {
        assert_eq!(
            anchor(Side::Right, 11, 12),
            Some((Side::Right, 11, 12, true))
        );
        assert_eq!(anchor(Side::Left, 11, 11), Some((Side::Left, 11, 11, true)));
        assert_eq!(
            anchor(Side::Right, 12, 3),
            Some((Side::Right, 12, 12, true))
        );
    }

    #[test]
    fn a_range_ends_with_its_hunk() {
        assert_eq!(
            anchor(Side::Right, 12, 41),
            Some((Side::Right, 12, 13, false))
        );
    }

    #[test]
    fn a_near_miss_is_put_on_the_edge_of_the_hunk() {
        assert_eq!(
            anchor(Side::Right, 44, 50),
            Some((Side::Right, 42, 42, false))
        );
        assert_eq!(
            anchor(Side::Right, 37, 37),
            Some((Side::Right, 40, 40, false))
        );
        assert_eq!(anchor(Side::Right, 25, 25), None);
    }

    #[test]
    fn an_unchanged_line_is_remarked_on_the_new_side() {
        assert_eq!(
            anchor(Side::Left, 41, 41),
            Some((Side::Right, 42, 42, false))
        );
        assert_eq!(anchor(Side::Left, 99, 99), None);
    }

    #[test]
    fn a_deleted_line_named_as_new_is_found() {
        let hunks = parse("@@ -100,2 +50,0 @@\n-gone\n-too\n").unwrap();
        assert_eq!(
            find(&hunks, &[], Side::Right, 101, 101),
            Some(Anchor {
                side: Side::Left,
                line: 101,
                end: 101,
                exact: false,
                around: None,
            })
        );
    }

    #[test]
    fn a_line_of_the_context_is_named_on_the_nearest_changed_line_of_its_hunk() {
        let hunks = parse(PATCH).unwrap();
        let shown = |numbers: &[u32]| HunkContext {
            before: numbers.iter().map(|at| (*at, "code".into())).collect(),
            ..HunkContext::default()
        };
        let contexts = [shown(&[5, 6]), shown(&[30])];
        let found = find(&hunks, &contexts, Side::Right, 5, 6).unwrap();
        assert_eq!((found.side, found.line), (Side::Left, 11));
        assert_eq!((found.around, found.exact), (Some((5, 6)), false));
        let found = find(&hunks, &contexts, Side::Right, 30, 30).unwrap();
        assert_eq!((found.side, found.line), (Side::Right, 41));
        assert_eq!(find(&hunks, &contexts, Side::Right, 20, 20), None);
    }
}
