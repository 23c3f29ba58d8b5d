//! Hunks as text, cut where a request has no room for all of one.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use crate::desk::Desk;
use crate::patch::{Hunk, Kind, Line};
use crate::show::{self, Origin};

/// Tokens that joining may add to a piece.
const SLACK: usize = 2;
/// Bytes of a line's number and marks, about.
const NUMBER: usize = 8;

/// How much is shown at most, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Of a line; the rest is clipped.
    pub line: usize,
    /// Of a piece, about.
    pub piece: usize,
}

impl Layout {
    /// The layout for requests with room for so many tokens: pieces that fit more often than not,
    /// and lines of which several always fit.
    pub fn of(room: usize) -> Self {
        Layout {
            line: (room / 3).clamp(40, 1000),
            piece: room * 3,
        }
    }
}

/// Lines of one hunk, ready to be shown.
#[derive(Debug)]
pub struct Piece {
    pub text: String,
    /// Which of the file's hunks, and which of its lines.
    hunk: usize,
    lines: Range<usize>,
    origin: Origin,
    /// Counted at most once, and only when the bytes do not settle whether it fits.
    tokens: OnceCell<usize>,
}

/// All of `hunks`.
pub fn pieces(hunks: &[Hunk], layout: Layout) -> Vec<Rc<Piece>> {
    let mut pieces = Vec::new();
    for (at, hunk) in hunks.iter().enumerate() {
        let mut origin = Origin::of(hunk);
        for lines in runs(hunk, layout) {
            let next = hunk.lines[lines.clone()].iter().fold(origin, Origin::after);
            pieces.push(Piece::new(hunk, at, lines, origin, layout));
            origin = next;
        }
    }
    pieces
}

/// The lines of `hunk` in runs that are no longer than a piece should be, or a single line.
fn runs(hunk: &Hunk, layout: Layout) -> Vec<Range<usize>> {
    let (mut runs, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, line) in hunk.lines.iter().enumerate() {
        let more = line.text.len().min(layout.line) + NUMBER;
        if bytes + more > layout.piece && at > start {
            runs.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes += more;
    }
    runs.push(start..hunk.lines.len());
    runs
}

impl Piece {
    fn new(
        hunk: &Hunk,
        at: usize,
        lines: Range<usize>,
        origin: Origin,
        layout: Layout,
    ) -> Rc<Self> {
        let text = show::lines(hunk, &lines, origin, layout.line);
        Rc::new(Piece {
            text,
            hunk: at,
            lines,
            origin,
            tokens: OnceCell::new(),
        })
    }

    /// How many lines it shows.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// At least as many as tokens.
    pub fn bytes(&self) -> usize {
        self.text.len() + SLACK
    }

    pub fn tokens(&self, desk: &Desk) -> usize {
        *self
            .tokens
            .get_or_init(|| desk.cx.tokens(&self.text) + SLACK)
    }

    /// The piece in two, at the line near its middle where a reader would miss the least.
    pub fn halves(&self, hunks: &[Hunk], layout: Layout) -> Option<(Rc<Piece>, Rc<Piece>)> {
        let hunk = &hunks[self.hunk];
        let (start, end) = (self.lines.start, self.lines.end);
        let (middle, quarter) = (start + (end - start) / 2, (end - start) / 4);
        let near = (middle - quarter).max(start + 1)..(middle + quarter + 1).min(end);
        let worst = |at: &usize| {
            (
                seam(&hunk.lines[at - 1], &hunk.lines[*at]),
                at.abs_diff(middle),
            )
        };
        let cut = near.min_by_key(worst)?;
        let origin = hunk.lines[start..cut]
            .iter()
            .fold(self.origin, Origin::after);
        let piece = |lines, origin| Piece::new(hunk, self.hunk, lines, origin, layout);
        Some((piece(start..cut, self.origin), piece(cut..end, origin)))
    }
}

/// How bad it is to cut between two lines: a deleted line stays with what replaces it, a line with
/// what it is indented under.
fn seam(before: &Line, after: &Line) -> (bool, usize) {
    let replaced = before.kind == Kind::Deleted && after.kind != Kind::Context;
    let indent = after.text.len() - after.text.trim_start().len();
    (replaced, indent)
}
