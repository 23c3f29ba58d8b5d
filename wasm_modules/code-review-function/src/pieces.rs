//! Hunks as text, with what stands around them, cut where a request has no room for all of one.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use crate::around::Around;
use crate::desk::Desk;
use crate::patch::{Hunk, Kind, Line};
use crate::show::{self, Excerpt, Origin};
use crate::slices::items;

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

/// What pieces are cut from: a file's hunks, and what is shown around each of them, if anything is.
#[derive(Clone, Copy)]
pub struct Paper<'p> {
    pub hunks: &'p [Hunk],
    pub around: &'p [Around],
    pub layout: Layout,
}

/// How much of what stands around a hunk is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Margin {
    None,
    /// What the hunk stands in.
    Head,
    All,
}

/// Lines of a hunk.
#[derive(Clone, Debug)]
struct Span {
    /// Which of the file's hunks, and which of its lines.
    hunk: usize,
    lines: Range<usize>,
    origin: Origin,
}

/// Lines of a hunk, or several hunks without a gap between what is shown of them, ready to be shown.
#[derive(Debug)]
pub struct Piece {
    pub text: String,
    spans: Vec<Span>,
    margin: Margin,
    /// Counted at most once, and only when the bytes do not settle whether it fits.
    tokens: OnceCell<usize>,
}

/// All of the hunks.
pub fn pieces(paper: Paper) -> Vec<Rc<Piece>> {
    let mut pieces: Vec<Rc<Piece>> = Vec::new();
    for (at, hunk) in paper.hunks.iter().enumerate() {
        let spans = spans(hunk, at, paper.layout);
        let margin = if spans.len() == 1 {
            Margin::All
        } else {
            Margin::Head
        };
        for span in spans {
            let piece = Piece::new(paper, vec![span], margin);
            let joined = pieces.last().and_then(|last| last.joined(&piece, paper));
            pieces.truncate(pieces.len() - usize::from(joined.is_some()));
            pieces.push(joined.unwrap_or(piece));
        }
    }
    pieces
}

/// The lines of `hunk` in spans that are no longer than a piece should be, or a single line.
fn spans(hunk: &Hunk, at: usize, layout: Layout) -> Vec<Span> {
    let (mut spans, mut start, mut bytes) = (Vec::new(), 0, 0);
    let mut origin = Origin::of(hunk);
    let mut span = |lines: Range<usize>| {
        let next = items(&hunk.lines, lines.clone())
            .iter()
            .fold(origin, Origin::after);
        spans.push(Span {
            hunk: at,
            lines,
            origin: std::mem::replace(&mut origin, next),
        });
    };
    for (at, line) in hunk.lines.iter().enumerate() {
        let more = line.text.len().min(layout.line) + NUMBER;
        if bytes + more > layout.piece && at > start {
            span(start..at);
            (start, bytes) = (at, 0);
        }
        bytes += more;
    }
    span(start..hunk.lines.len());
    spans
}

impl Piece {
    fn new(paper: Paper, spans: Vec<Span>, margin: Margin) -> Rc<Self> {
        let mut piece = Piece {
            text: String::new(),
            spans,
            margin,
            tokens: OnceCell::new(),
        };
        piece.text = piece.write(paper);
        Rc::new(piece)
    }

    fn write(&self, paper: Paper) -> String {
        let mut text = String::new();
        for span in &self.spans {
            let excerpt = self.excerpt(paper, span);
            let goes_on = !text.is_empty();
            show::excerpt(&mut text, &excerpt, goes_on, paper.layout.line);
        }
        text
    }

    fn excerpt<'p>(&self, paper: Paper<'p>, span: &Span) -> Excerpt<'p> {
        let around = paper
            .around
            .get(span.hunk)
            .filter(|_| self.margin != Margin::None);
        let beside = around.filter(|_| self.margin == Margin::All);
        let hunk = paper.hunks.get(span.hunk);
        Excerpt {
            section: hunk.map_or("", |hunk| &hunk.section),
            lines: hunk.map_or(&[], |hunk| items(&hunk.lines, span.lines.clone())),
            origin: span.origin,
            head: around.map_or(&[], |around| &around.head),
            before: beside.map_or(&[], |around| &around.before),
            after: beside.map_or(&[], |around| &around.after),
        }
    }

    /// One piece of this one and the next, when nothing is left out between them and they are no longer
    /// than a piece should be.
    fn joined(&self, next: &Piece, paper: Paper) -> Option<Rc<Piece>> {
        let (last, first) = (self.spans.last()?, next.spans.first()?);
        let both = self.margin == Margin::All && next.margin == Margin::All;
        let fits = self.bytes() + next.bytes() <= paper.layout.piece;
        let goes_on = || {
            let (before, after) = (self.excerpt(paper, last), self.excerpt(paper, first));
            after.head.is_empty() && before.end() == after.start()
        };
        (both && fits && goes_on()).then(|| {
            let spans = self.spans.iter().chain(&next.spans);
            Piece::new(paper, spans.cloned().collect(), Margin::All)
        })
    }

    /// How many lines of hunks it shows.
    pub fn len(&self) -> usize {
        self.spans.iter().map(|span| span.lines.len()).sum()
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

    /// The same lines of one hunk with less around them; none when it must be cut, or nothing is left
    /// to leave out.
    pub fn plainer(&self, paper: Paper) -> Option<Rc<Piece>> {
        let margin = match (self.spans.len(), self.margin) {
            (1, Margin::All) => Margin::Head,
            (1, Margin::Head) if self.len() <= 1 => Margin::None,
            _ => return None,
        };
        Some(Piece::new(paper, self.spans.clone(), margin))
    }

    /// The piece in two: between its hunks, or at the line near the middle of its only one where a
    /// reader would miss the least.
    pub fn halves(&self, paper: Paper) -> Option<(Rc<Piece>, Rc<Piece>)> {
        let [span] = self.spans.as_slice() else {
            let (one, other) = self.spans.split_at(self.spans.len() / 2);
            let piece = |spans: &[Span]| Piece::new(paper, spans.to_vec(), self.margin);
            return Some((piece(one), piece(other)));
        };
        let (one, other) = span.halves(paper.hunks.get(span.hunk)?)?;
        let margin = match self.margin {
            Margin::None => Margin::None,
            Margin::Head | Margin::All => Margin::Head,
        };
        let piece = |span| Piece::new(paper, vec![span], margin);
        Some((piece(one), piece(other)))
    }
}

impl Span {
    fn halves(&self, hunk: &Hunk) -> Option<(Span, Span)> {
        let (start, end) = (self.lines.start, self.lines.end);
        let (middle, quarter) = (start + (end - start) / 2, (end - start) / 4);
        let near = (middle - quarter).max(start + 1)..(middle + quarter + 1).min(end);
        let worst = |at: &usize| {
            let pair = items(&hunk.lines, at.saturating_sub(1)..=*at);
            let seam = match pair {
                [before, after] => seam(before, after),
                _ => (true, usize::MAX),
            };
            (seam, at.abs_diff(middle))
        };
        let cut = near.min_by_key(worst)?;
        let before = items(&hunk.lines, start..cut).iter();
        let origin = before.fold(self.origin, Origin::after);
        let span = |lines, origin| Span {
            hunk: self.hunk,
            lines,
            origin,
        };
        Some((span(start..cut, self.origin), span(cut..end, origin)))
    }
}

/// How bad it is to cut between two lines: a deleted line stays with what replaces it, a line with
/// what it is indented under.
fn seam(before: &Line, after: &Line) -> (bool, usize) {
    let replaced = before.kind == Kind::Deleted && after.kind != Kind::Context;
    let indent = after.text.len() - after.text.trim_start().len();
    (replaced, indent)
}
