//! The files to show to the model, and what showing them costs.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::desk::Desk;
use crate::patch::{Hunk, Kind, Line};
use crate::related::{Place, places};
use crate::schema::quoted;
use crate::show;
use crate::triage::Fate;
use crate::wit::{Change, Finding};

/// Tokens that joining may add to a piece, and to a heading (with the note that it is a part).
const SLACK: usize = 2;
const HEADING_SLACK: usize = 24;

/// Stands under the heading of a file of which only some pieces are shown.
const PARTIAL: &str = "(a part of the file)\n";

/// How much is shown at most, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Of a line; the rest is clipped.
    pub line: usize,
    /// Of a piece, about.
    pub piece: usize,
}

impl Layout {
    /// The layout for requests with room for so many tokens: pieces that fit more often than not, and
    /// lines of which several always fit.
    pub fn of(room: usize) -> Self {
        Layout {
            line: (room / 3).clamp(40, 1000),
            piece: room * 3,
        }
    }
}

/// A file: its heading, and its hunks.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// Its place in the change.
    pub file: usize,
    pub path: &'a str,
    pub place: Place,
    pub heading: String,
    pub hunks: Vec<Hunk>,
    layout: Layout,
    /// Counted at most once, and only when the bytes do not settle whether it fits.
    tokens: OnceCell<usize>,
}

/// Lines of one hunk.
#[derive(Debug)]
pub struct Piece {
    pub hunk: usize,
    pub lines: Range<usize>,
    pub text: String,
    /// Counted at most once, and only when the bytes do not settle whether it fits.
    tokens: OnceCell<usize>,
}

/// A file, or some of its pieces; no pieces when there is nothing to show but its heading.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    pub sheet: Rc<Sheet<'a>>,
    pub pieces: Vec<Rc<Piece>>,
}

/// Every file that somebody should look at, related ones side by side.
pub fn parts<'a>(
    change: &'a Change,
    fates: Vec<Fate>,
    signals: &[Finding],
    layout: Layout,
) -> Vec<Part<'a>> {
    let mut known: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for signal in signals {
        known.entry(&signal.path).or_default().push(signal);
    }
    let places = places(change.files.iter().map(|file| file.path.as_str()));
    let mut parts = Vec::new();
    for (at, (fate, place)) in fates.into_iter().zip(places).enumerate() {
        let file = &change.files[at];
        let hunks = match fate {
            Fate::Read(hunks) => hunks,
            Fate::Named => Vec::new(),
            Fate::Skipped(_) => continue,
        };
        let heading = show::heading(
            file,
            known.get(file.path.as_str()).map_or(&[], Vec::as_slice),
        );
        parts.push(Part::whole(Sheet {
            file: at,
            path: &file.path,
            place,
            heading,
            hunks,
            layout,
            tokens: OnceCell::new(),
        }));
    }
    parts.sort_by(|one, other| one.sheet.place.cmp(&other.sheet.place));
    parts
}

impl Sheet<'_> {
    /// At least as many as tokens. The schema of the answer spells the path twice.
    fn bytes(&self) -> usize {
        self.heading.len() + 2 * quoted(self.path).len() + HEADING_SLACK
    }

    fn tokens(&self, desk: &Desk) -> usize {
        let count = || {
            desk.cx.tokens(&self.heading) + 2 * desk.cx.tokens(&quoted(self.path)) + HEADING_SLACK
        };
        *self.tokens.get_or_init(count)
    }

    fn piece(&self, hunk: usize, lines: Range<usize>) -> Rc<Piece> {
        let text = show::lines(&self.hunks[hunk], &lines, self.layout.line);
        Rc::new(Piece {
            hunk,
            lines,
            text,
            tokens: OnceCell::new(),
        })
    }
}

impl Piece {
    fn bytes(&self) -> usize {
        self.text.len() + SLACK
    }

    fn tokens(&self, desk: &Desk) -> usize {
        *self
            .tokens
            .get_or_init(|| desk.cx.tokens(&self.text) + SLACK)
    }

    /// The piece in two, at the line near its middle where a reader would miss the least.
    fn halves(&self, sheet: &Sheet) -> Option<(Rc<Piece>, Rc<Piece>)> {
        let (start, end) = (self.lines.start, self.lines.end);
        let middle = start + (end - start) / 2;
        let quarter = (end - start) / 4;
        let lines = &sheet.hunks[self.hunk].lines;
        let window = (middle - quarter).max(start + 1)..(middle + quarter + 1).min(end);
        let cut =
            window.min_by_key(|&at| (seam(&lines[at - 1], &lines[at]), at.abs_diff(middle)))?;
        Some((
            sheet.piece(self.hunk, start..cut),
            sheet.piece(self.hunk, cut..end),
        ))
    }
}

/// How bad it is to cut between two lines: a deleted line stays with what replaces it, a line with
/// what it is indented under.
fn seam(before: &Line, after: &Line) -> (bool, usize) {
    let replaced = before.kind == Kind::Deleted && after.kind != Kind::Context;
    let indent = after.text.len() - after.text.trim_start().len();
    (replaced, indent)
}

impl<'a> Part<'a> {
    fn whole(sheet: Sheet<'a>) -> Self {
        let spans = sheet.hunks.iter().enumerate().flat_map(|(at, hunk)| {
            spans(hunk, sheet.layout)
                .into_iter()
                .map(move |lines| (at, lines))
        });
        let pieces = spans
            .map(|(hunk, lines)| sheet.piece(hunk, lines))
            .collect();
        Part {
            sheet: Rc::new(sheet),
            pieces,
        }
    }

    pub fn bytes(&self) -> usize {
        self.sheet.bytes() + self.pieces.iter().map(|piece| piece.bytes()).sum::<usize>()
    }

    pub fn tokens(&self, desk: &Desk) -> usize {
        self.sheet.tokens(desk)
            + self
                .pieces
                .iter()
                .map(|piece| piece.tokens(desk))
                .sum::<usize>()
    }

    /// Whether this is only some of what there is to show of the file.
    pub fn is_partial(&self) -> bool {
        let all: usize = self.sheet.hunks.iter().map(|hunk| hunk.lines.len()).sum();
        self.pieces
            .iter()
            .map(|piece| piece.lines.len())
            .sum::<usize>()
            < all
    }

    /// The part in two: between hunks, or else between the lines of its only one.
    pub fn halves(&self) -> Option<(Part<'a>, Part<'a>)> {
        let part = |pieces: &[Rc<Piece>]| Part {
            sheet: self.sheet.clone(),
            pieces: pieces.to_vec(),
        };
        match self.pieces.as_slice() {
            [] => None,
            [piece] => piece
                .halves(&self.sheet)
                .map(|(one, other)| (part(&[one]), part(&[other]))),
            pieces => {
                let (one, other) = pieces.split_at(middle(pieces));
                Some((part(one), part(other)))
            }
        }
    }

    /// The part as the model sees it.
    pub fn show(&self) -> String {
        let mut text = self.sheet.heading.clone();
        if self.is_partial() {
            text.push_str(PARTIAL);
        }
        self.pieces
            .iter()
            .for_each(|piece| text.push_str(&piece.text));
        text
    }
}

/// Where to cut `pieces`, two or more, so that their halves are most alike in size.
fn middle(pieces: &[Rc<Piece>]) -> usize {
    let all: usize = pieces.iter().map(|piece| piece.bytes()).sum();
    let ends = pieces.iter().scan(0, |sum, piece| {
        *sum += piece.bytes();
        Some(*sum)
    });
    let cuts = ends.zip(1..pieces.len());
    cuts.min_by_key(|(end, _)| (2 * end).abs_diff(all))
        .map_or(1, |(_, cut)| cut)
}

/// The lines of `hunk` in runs that are no longer than a piece should be, or a single line.
fn spans(hunk: &Hunk, layout: Layout) -> Vec<Range<usize>> {
    let (mut spans, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, line) in hunk.lines.iter().enumerate() {
        let more = line.text.len().min(layout.line) + NUMBER;
        if bytes + more > layout.piece && at > start {
            spans.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes += more;
    }
    spans.push(start..hunk.lines.len());
    spans
}

/// Bytes of a line's number and marks, about.
const NUMBER: usize = 8;
