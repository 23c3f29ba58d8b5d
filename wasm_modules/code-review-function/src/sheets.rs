//! The files to show to the model, and what showing them costs.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::around::Around;
use crate::desk::Desk;
use crate::patch::Hunk;
use crate::pieces::{Layout, Paper, Piece, pieces};
use crate::related::{Place, places};
use crate::schema::quoted;
use crate::show;
use crate::signals::is_of_the_whole;
use crate::triage::Fate;
use crate::wit::{Change, Finding};

/// Tokens that a file takes beside its heading and its hunks: what joining adds, [`PARTIAL`], and
/// commas in the answer's schema.
const SLACK: usize = 28;

/// Stands under the heading of a file of which only some pieces are shown.
const PARTIAL: &str = "(a part of the file)\n";

/// A file: its heading, and its hunks.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// Its place in the change.
    pub file: usize,
    pub path: &'a str,
    pub place: Place,
    pub hunks: Vec<Hunk>,
    /// What is shown around each hunk; none where it is not known.
    around: Vec<Around>,
    heading: String,
    layout: Layout,
    /// How many lines its hunks have.
    lines: usize,
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
    // What hangs on the whole change would make every push change other files' questions.
    for signal in signals.iter().filter(|one| !is_of_the_whole(one)) {
        known.entry(&signal.path).or_default().push(signal);
    }
    let places = places(change.files.iter().map(|file| file.path.as_str()));
    let mut parts = Vec::new();
    for (at, ((file, fate), place)) in change.files.iter().zip(fates).zip(places).enumerate() {
        let (hunks, around) = match fate {
            Fate::Read(hunks, around) => (hunks, around),
            Fate::Named | Fate::Unshown(_) => (Vec::new(), Vec::new()),
            Fate::Skipped(_) => continue,
        };
        let known = known.get(file.path.as_str()).map_or(&[][..], Vec::as_slice);
        let heading = show::heading(file, known);
        let lines = hunks.iter().map(|hunk| hunk.lines.len()).sum();
        let tokens = OnceCell::new();
        let sheet = Sheet {
            file: at,
            path: &file.path,
            place,
            hunks,
            around,
            heading,
            layout,
            lines,
            tokens,
        };
        parts.push(Part {
            pieces: pieces(sheet.paper()),
            sheet: Rc::new(sheet),
        });
    }
    parts.sort_by(|one, other| one.sheet.place.cmp(&other.sheet.place));
    parts
}

impl Sheet<'_> {
    fn paper(&self) -> Paper<'_> {
        Paper {
            hunks: &self.hunks,
            around: &self.around,
            layout: self.layout,
        }
    }

    /// At least as many as tokens. The schema of the answer spells the path twice.
    fn bytes(&self) -> usize {
        self.heading.len() + 2 * quoted(self.path).len() + SLACK
    }

    fn tokens(&self, desk: &Desk) -> usize {
        let path = || 2 * desk.cx.tokens(&quoted(self.path));
        *self
            .tokens
            .get_or_init(|| desk.cx.tokens(&self.heading) + path() + SLACK)
    }
}

impl<'a> Part<'a> {
    pub fn bytes(&self) -> usize {
        let pieces: usize = self.pieces.iter().map(|piece| piece.bytes()).sum();
        self.sheet.bytes() + pieces
    }

    pub fn tokens(&self, desk: &Desk) -> usize {
        let pieces: usize = self.pieces.iter().map(|piece| piece.tokens(desk)).sum();
        self.sheet.tokens(desk) + pieces
    }

    /// Whether this is only some of what there is to show of the file.
    fn is_partial(&self) -> bool {
        let shown: usize = self.pieces.iter().map(|piece| piece.len()).sum();
        shown < self.sheet.lines
    }

    /// The part in two: between hunks, or else between the lines of its only one.
    pub fn halves(&self) -> Option<(Part<'a>, Part<'a>)> {
        let sheet = &self.sheet;
        let part = |pieces: &[Rc<Piece>]| Part {
            sheet: sheet.clone(),
            pieces: pieces.to_vec(),
        };
        match self.pieces.as_slice() {
            [] => None,
            [piece] => {
                let (one, other) = piece.halves(sheet.paper())?;
                Some((part(&[one]), part(&[other])))
            }
            pieces => {
                let (one, other) = pieces.split_at(middle(pieces));
                Some((part(one), part(other)))
            }
        }
    }

    /// The part with less around its only piece; none when it must be cut.
    pub fn plainer(&self) -> Option<Part<'a>> {
        let [piece] = self.pieces.as_slice() else {
            return None;
        };
        Some(Part {
            sheet: self.sheet.clone(),
            pieces: vec![piece.plainer(self.sheet.paper())?],
        })
    }

    /// Appends the part as the model sees it.
    pub fn show(&self, out: &mut String) {
        out.push_str(&self.sheet.heading);
        out.push_str(if self.is_partial() { PARTIAL } else { "" });
        self.pieces
            .iter()
            .for_each(|piece| out.push_str(&piece.text));
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
    let nearest = cuts.min_by_key(|(end, _)| (2 * end).abs_diff(all));
    nearest.map_or(1, |(_, cut)| cut)
}
