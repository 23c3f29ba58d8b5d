//! Hunks as text with their context, split if a request has no room for a whole hunk.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use crate::ask::prompt_context::PromptContext;
use crate::diff::hunk_context::HunkContext;
use crate::diff::line_numbers::LineNumbers;
use crate::diff::patch::{Hunk, Kind, Line};
use crate::diff::render::{self, Excerpt};
use crate::text::slices::items;

/// Tokens that joining pieces may add.
const SLACK: usize = 2;
/// Approximate bytes of a line's number and marker.
const NUMBER: usize = 8;

/// The most bytes that are shown.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Of a line; the rest is truncated.
    pub line: usize,
    /// Of a piece, approximately.
    pub piece: usize,
}

impl Layout {
    /// The layout for requests with room for so many tokens: a piece usually fits, and several
    /// lines always do.
    pub fn of(room: usize) -> Self {
        Layout {
            line: (room / 3).clamp(40, 1000),
            piece: room * 3,
        }
    }
}

/// What pieces are made of: a file's hunks and their contexts, if known.
#[derive(Clone, Copy)]
pub struct PieceSource<'p> {
    pub hunks: &'p [Hunk],
    pub contexts: &'p [HunkContext],
    pub layout: Layout,
}

/// How much context of a hunk is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Surroundings {
    None,
    /// The signatures of the enclosing scopes.
    Head,
    All,
}

/// Lines of a hunk.
#[derive(Clone, Debug)]
struct Span {
    /// The position of the hunk in the file.
    hunk: usize,
    lines: Range<usize>,
    origin: LineNumbers,
}

/// Lines of a hunk, or several adjacent hunks, as text.
#[derive(Debug)]
pub struct Piece {
    pub text: String,
    spans: Vec<Span>,
    surroundings: Surroundings,
    /// Counted at most once, and only when the bytes do not settle whether it fits.
    tokens: OnceCell<usize>,
}

/// The pieces of all hunks.
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

/// The lines of `hunk` in spans of at most the size of a piece, or of a single line.
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

    /// Joins this piece with the next, if they are adjacent and together not larger than a piece
    /// should be.
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

    /// The number of lines of hunks that it shows.
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

    /// The same lines with less context; none if there is no context left, or if it must be split
    /// instead.
    pub fn plainer(&self, source: PieceSource) -> Option<Rc<Piece>> {
        let surroundings = match (self.spans.len(), self.surroundings) {
            (1, Surroundings::All) => Surroundings::Head,
            (1, Surroundings::Head) if self.len() <= 1 => Surroundings::None,
            _ => return None,
        };
        Some(Piece::new(source, self.spans.clone(), surroundings))
    }

    /// The piece in two halves, split between its hunks, or at the best line near the middle of its
    /// only hunk.
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

/// How bad it is to split between two lines: a deleted line belongs to its replacement, an indented
/// line to the line above it.
fn boundary(before: &Line, after: &Line) -> (bool, usize) {
    let replaced = before.kind == Kind::Deleted && after.kind != Kind::Context;
    let indent = after.text.len() - after.text.trim_start().len();
    (replaced, indent)
}
