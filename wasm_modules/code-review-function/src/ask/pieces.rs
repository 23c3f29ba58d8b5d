//! Hunks as text, with what stands around them, cut where a request has no room for all of one.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use crate::ask::prompt_context::PromptContext;
use crate::diff::hunk_context::HunkContext;
use crate::diff::line_numbers::LineNumbers;
use crate::diff::patch::{Hunk, Kind, Line};
use crate::diff::render::{self, Excerpt};
use crate::text::slices::items;

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
pub struct PieceSource<'p> {
    pub hunks: &'p [Hunk],
    pub contexts: &'p [HunkContext],
    pub layout: Layout,
}

/// How much of what stands around a hunk is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Surroundings {
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
    origin: LineNumbers,
}

/// Lines of a hunk, or several hunks without a gap between what is shown of them, ready to be shown.
#[derive(Debug)]
pub struct Piece {
    pub text: String,
    spans: Vec<Span>,
    surroundings: Surroundings,
    /// Counted at most once, and only when the bytes do not settle whether it fits.
    tokens: OnceCell<usize>,
}

/// All of the hunks.
pub fn pieces(source: PieceSource) -> Vec<Rc<Piece>> {
    let mut pieces: Vec<Rc<Piece>> = Vec::new();
    for (at, hunk) in source.hunks.iter().enumerate() {
        let spans = spans(hunk, at, source.layout);
        let surroundings = if spans.len() == 1 {
            Surroundings::All
        } else {
            Surroundings::Head
        };
        for span in spans {
            let piece = Piece::new(source, vec![span], surroundings);
            let joined = pieces.last().and_then(|last| last.joined(&piece, source));
            pieces.truncate(pieces.len() - usize::from(joined.is_some()));
            pieces.push(joined.unwrap_or(piece));
        }
    }
    pieces
}

/// The lines of `hunk` in spans that are no longer than a piece should be, or a single line.
fn spans(hunk: &Hunk, at: usize, layout: Layout) -> Vec<Span> {
    let (mut spans, mut start, mut bytes) = (Vec::new(), 0, 0);
    let mut origin = LineNumbers::of(hunk);
    let mut span = |lines: Range<usize>| {
        let next = items(&hunk.lines, lines.clone())
            .iter()
            .fold(origin, LineNumbers::after);
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
    fn new(source: PieceSource, spans: Vec<Span>, surroundings: Surroundings) -> Rc<Self> {
        let mut piece = Piece {
            text: String::new(),
            spans,
            surroundings,
            tokens: OnceCell::new(),
        };
        piece.text = piece.write(source);
        Rc::new(piece)
    }

    fn write(&self, source: PieceSource) -> String {
        let mut text = String::new();
        for span in &self.spans {
            let excerpt = self.excerpt(source, span);
            let goes_on = !text.is_empty();
            render::excerpt(&mut text, &excerpt, goes_on, source.layout.line);
        }
        text
    }

    fn excerpt<'p>(&self, source: PieceSource<'p>, span: &Span) -> Excerpt<'p> {
        let contexts = source
            .contexts
            .get(span.hunk)
            .filter(|_| self.surroundings != Surroundings::None);
        let beside = contexts.filter(|_| self.surroundings == Surroundings::All);
        let hunk = source.hunks.get(span.hunk);
        Excerpt {
            section: hunk.map_or("", |hunk| &hunk.section),
            lines: hunk.map_or(&[], |hunk| items(&hunk.lines, span.lines.clone())),
            origin: span.origin,
            signatures: contexts.map_or(&[], |contexts| &contexts.signatures),
            before: beside.map_or(&[], |contexts| &contexts.before),
            after: beside.map_or(&[], |contexts| &contexts.after),
        }
    }

    /// One piece of this one and the next, when nothing is left out between them and they are no longer
    /// than a piece should be.
    fn joined(&self, next: &Piece, source: PieceSource) -> Option<Rc<Piece>> {
        let (last, first) = (self.spans.last()?, next.spans.first()?);
        let both = self.surroundings == Surroundings::All && next.surroundings == Surroundings::All;
        let fits = self.bytes() + next.bytes() <= source.layout.piece;
        let goes_on = || {
            let (before, after) = (self.excerpt(source, last), self.excerpt(source, first));
            after.signatures.is_empty() && before.end() == after.start()
        };
        (both && fits && goes_on()).then(|| {
            let spans = self.spans.iter().chain(&next.spans);
            Piece::new(source, spans.cloned().collect(), Surroundings::All)
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

    pub fn tokens(&self, context: &PromptContext) -> usize {
        *self
            .tokens
            .get_or_init(|| context.host.tokens(&self.text) + SLACK)
    }

    /// The same lines of one hunk with less around them; none when it must be cut, or nothing is left
    /// to leave out.
    pub fn plainer(&self, source: PieceSource) -> Option<Rc<Piece>> {
        let surroundings = match (self.spans.len(), self.surroundings) {
            (1, Surroundings::All) => Surroundings::Head,
            (1, Surroundings::Head) if self.len() <= 1 => Surroundings::None,
            _ => return None,
        };
        Some(Piece::new(source, self.spans.clone(), surroundings))
    }

    /// The piece in two: between its hunks, or at the line near the middle of its only one where a
    /// reader would miss the least.
    pub fn halves(&self, source: PieceSource) -> Option<(Rc<Piece>, Rc<Piece>)> {
        let [span] = self.spans.as_slice() else {
            let (one, other) = self.spans.split_at(self.spans.len() / 2);
            let piece = |spans: &[Span]| Piece::new(source, spans.to_vec(), self.surroundings);
            return Some((piece(one), piece(other)));
        };
        let (one, other) = span.halves(source.hunks.get(span.hunk)?)?;
        let surroundings = match self.surroundings {
            Surroundings::None => Surroundings::None,
            Surroundings::Head | Surroundings::All => Surroundings::Head,
        };
        let piece = |span| Piece::new(source, vec![span], surroundings);
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
            let boundary = match pair {
                [before, after] => boundary(before, after),
                _ => (true, usize::MAX),
            };
            (boundary, at.abs_diff(middle))
        };
        let cut = near.min_by_key(worst)?;
        let before = items(&hunk.lines, start..cut).iter();
        let origin = before.fold(self.origin, LineNumbers::after);
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
fn boundary(before: &Line, after: &Line) -> (bool, usize) {
    let replaced = before.kind == Kind::Deleted && after.kind != Kind::Context;
    let indent = after.text.len() - after.text.trim_start().len();
    (replaced, indent)
}
