//! Line numbers on both sides of a hunk.

use crate::diff::patch::{Hunk, Line};

/// An unchanged line with its number at the head, from 1.
pub type ContextLine = (u32, String);

/// The numbers that the next line of a hunk has on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineNumbers {
    pub old: u32,
    pub new: u32,
}

impl LineNumbers {
    /// Where `hunk` begins. For a side without lines, git gives the number of the line before.
    pub fn of(hunk: &Hunk) -> Self {
        let next = |start: u32, lines: u32| start.saturating_add(u32::from(lines == 0));
        LineNumbers {
            old: next(hunk.old_start, hunk.old_lines),
            new: next(hunk.new_start, hunk.new_lines),
        }
    }

    /// The numbers after `line`.
    pub fn after(self, line: &Line) -> Self {
        let next =
            |number: u32, shown: Option<u32>| shown.map_or(number, |shown| shown.saturating_add(1));
        LineNumbers {
            old: next(self.old, line.old),
            new: next(self.new, line.new),
        }
    }

    /// The header that git would write above `lines` if they were a hunk.
    pub fn header(self, lines: &[Line]) -> String {
        let side = |next: u32, count: usize| (next.saturating_sub(u32::from(count == 0)), count);
        let old = side(
            self.old,
            lines.iter().filter(|line| line.old.is_some()).count(),
        );
        let new = side(
            self.new,
            lines.iter().filter(|line| line.new.is_some()).count(),
        );
        format!("@@ -{},{} +{},{} @@", old.0, old.1, new.0, new.1)
    }
}
