//! The files to show to the model, and the tokens that they take.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::ask::pieces::{Layout, Piece, PieceSource, pieces};
use crate::ask::prompt_context::PromptContext;
use crate::ask::schema::quoted;
use crate::diff::file_order::{OrderKey, order_keys, put_together};
use crate::diff::hunk_context::HunkContext;
use crate::diff::patch::Hunk;
use crate::diff::render;
use crate::diff::triage::FileDecision;
use crate::wit::{Change, Finding, Severity};

/// Tokens of a file in addition to its heading and hunks: for joining, [`PARTIAL`], and commas in
/// the answer's schema.
const SLACK: usize = 28;

/// Follows the heading of a file that is only partly shown.
const PARTIAL: &str = "(a part of the file)\n";

/// A file with its heading and hunks.
#[derive(Debug)]
pub struct FileDiff<'a> {
    /// Its position in the change.
    pub file: usize,
    pub path: &'a str,
    pub order: OrderKey,
    pub hunks: Vec<Hunk>,
    /// The context of each hunk; empty if unknown.
    pub contexts: Vec<HunkContext>,
    /// Whether its heading names a rule's finding that the model may contradict.
    pub contestable: bool,
    heading: String,
    layout: Layout,
    /// The number of lines of its hunks.
    lines: usize,
    /// Counted at most once, and only if the size in bytes does not decide whether it fits.
    tokens: OnceCell<usize>,
}

/// A file, or some of its pieces. There are no pieces if only its heading is shown.
#[derive(Clone, Debug)]
pub struct FilePart<'a> {
    pub diff: Rc<FileDiff<'a>>,
    pub pieces: Vec<Rc<Piece>>,
}

/// Every file to show, related ones and those of one group next to each other.
pub fn parts<'a>(
    change: &'a Change,
    decisions: Vec<FileDecision>,
    signals: &[Finding],
    groups: &[Vec<usize>],
    layout: Layout,
) -> Vec<FilePart<'a>> {
    let mut known: BTreeMap<&str, Vec<(usize, &Finding)>> = BTreeMap::new();
    for (number, signal) in (1..).zip(signals) {
        known
            .entry(&signal.path)
            .or_default()
            .push((number, signal));
    }
    let mut order_keys = order_keys(change.files.iter().map(|file| file.path.as_str()));
    for group in groups {
        put_together(&mut order_keys, group);
    }
    let mut parts = Vec::new();
    for (at, ((file, decision), order)) in change
        .files
        .iter()
        .zip(decisions)
        .zip(order_keys)
        .enumerate()
    {
        let (hunks, contexts) = match decision {
            FileDecision::Read(hunks, contexts) => (hunks, contexts),
            FileDecision::NameOnly | FileDecision::NotShown(_) => (Vec::new(), Vec::new()),
            FileDecision::Skipped(_) | FileDecision::Kept => continue,
        };
        let known = known.get(file.path.as_str()).map_or(&[][..], Vec::as_slice);
        let heading = render::heading(file, known);
        let mut named = known.iter().take(render::SIGNALS);
        let contestable = named.any(|(_, signal)| is_contestable(signal));
        let lines = hunks.iter().map(|hunk| hunk.lines.len()).sum();
        let tokens = OnceCell::new();
        let diff = FileDiff {
            file: at,
            path: &file.path,
            order,
            hunks,
            contexts,
            contestable,
            heading,
            layout,
            lines,
            tokens,
        };
        parts.push(FilePart {
            pieces: pieces(diff.source()),
            diff: Rc::new(diff),
        });
    }
    parts.sort_by(|one, other| one.diff.order.cmp(&other.diff.order));
    parts
}

/// Whether a model may contradict the finding of a rule. What is critical or about security stays, whatever the
/// author of the change makes a model say; a nit does no harm either way.
pub fn is_contestable(signal: &Finding) -> bool {
    let is_grave = signal.severity == Severity::Critical || signal.category == "security";
    !is_grave || signal.severity == Severity::Nit
}

impl FileDiff<'_> {
    fn source(&self) -> PieceSource<'_> {
        PieceSource {
            hunks: &self.hunks,
            contexts: &self.contexts,
            layout: self.layout,
        }
    }

    /// At least as many as tokens. The answer's schema contains the path twice.
    fn bytes(&self) -> usize {
        self.heading.len() + 2 * quoted(self.path).len() + SLACK
    }

    fn tokens(&self, context: &PromptContext) -> usize {
        let path = || 2 * context.host.tokens(&quoted(self.path));
        *self
            .tokens
            .get_or_init(|| context.host.tokens(&self.heading) + path() + SLACK)
    }
}

impl<'a> FilePart<'a> {
    pub fn bytes(&self) -> usize {
        let pieces: usize = self.pieces.iter().map(|piece| piece.bytes()).sum();
        self.diff.bytes() + pieces
    }

    pub fn tokens(&self, context: &PromptContext) -> usize {
        let pieces: usize = self.pieces.iter().map(|piece| piece.tokens(context)).sum();
        self.diff.tokens(context) + pieces
    }

    /// Whether only some pieces of the file are shown.
    fn is_partial(&self) -> bool {
        let shown: usize = self.pieces.iter().map(|piece| piece.len()).sum();
        shown < self.diff.lines
    }

    /// The part in two halves, split between hunks, or between the lines of its only hunk.
    pub fn halves(&self) -> Option<(FilePart<'a>, FilePart<'a>)> {
        let diff = &self.diff;
        let part = |pieces: &[Rc<Piece>]| FilePart {
            diff: diff.clone(),
            pieces: pieces.to_vec(),
        };
        match self.pieces.as_slice() {
            [] => None,
            [piece] => {
                let (one, other) = piece.halves(diff.source())?;
                Some((part(&[one]), part(&[other])))
            }
            pieces => {
                let (one, other) = pieces.split_at(middle(pieces));
                Some((part(one), part(other)))
            }
        }
    }

    /// The part with less context around its only piece; none if it must be split instead.
    pub fn plainer(&self) -> Option<FilePart<'a>> {
        let [piece] = self.pieces.as_slice() else {
            return None;
        };
        Some(FilePart {
            diff: self.diff.clone(),
            pieces: vec![piece.plainer(self.diff.source())?],
        })
    }

    /// Appends the part in the form in which the model sees it.
    pub fn show(&self, out: &mut String) {
        out.push_str(&self.diff.heading);
        out.push_str(if self.is_partial() { PARTIAL } else { "" });
        self.pieces
            .iter()
            .for_each(|piece| out.push_str(&piece.text));
    }
}

/// Where to split two or more `pieces` into halves of similar size.
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
