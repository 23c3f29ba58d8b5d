//! Puts a finding on lines that the diff shows.

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
}

/// The place of a finding on `line` to `end` of `side`: those lines, as far as one hunk shows them;
/// else the edge of a nearby hunk; else the deleted line, if a deleted line was given as new. None
/// if the diff shows none of these.
///
/// A finding on an unchanged line is always put on the new side.
pub fn find(hunks: &[Hunk], side: Side, line: u32, end: u32) -> Option<Anchor> {
    let end = end.max(line);
    if side == Side::Left {
        return old(hunks, line, end);
    }
    within(hunks, Side::Right, line, end)
        .or_else(|| near(hunks, line))
        .or_else(|| {
            deleted(hunks, line).then_some(Anchor {
                side: Side::Left,
                line,
                end: line,
                exact: false,
            })
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
        let anchor = find(&hunks, side, line, end)?;
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
            find(&hunks, Side::Right, 101, 101),
            Some(Anchor {
                side: Side::Left,
                line: 101,
                end: 101,
                exact: false
            })
        );
    }
}
