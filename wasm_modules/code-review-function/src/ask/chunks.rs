//! Splits the change into chunks that fit into a request. Every part is in exactly one of them.
//!
//! What does not fit is split in two until it does: first between the least related files, then
//! between hunks, then between lines. Where files are split depends on their paths alone, never on
//! sizes: the splits form a tree over the ordered files, and a chunk is a node that fits while its
//! parent does not. A push that changes one file therefore only changes the chunks with that file,
//! and the answers to all other questions can be reused.

use std::ops::Range;

use crate::ask::file_diffs::FilePart;
use crate::ask::prompt_context::PromptContext;
use crate::text::slices::items;
use crate::text::visible::hash;

/// Parts that are shown to the model together.
#[derive(Clone, Debug)]
pub struct Chunk<'a> {
    pub parts: Vec<FilePart<'a>>,
}

/// The limits of a chunk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Tokens for the parts.
    pub room: usize,
    /// Files.
    pub files: usize,
}

/// Tokens rarely have more bytes than this, so larger chunks are split without counting their
/// tokens.
const BYTES_PER_TOKEN: usize = 6;

/// The chunks, and the parts of which not even one line fits.
pub fn partition<'a>(
    context: &PromptContext,
    parts: Vec<FilePart<'a>>,
    limits: Limits,
) -> (Vec<Chunk<'a>>, Vec<FilePart<'a>>) {
    let (mut chunks, mut misfits) = (Vec::new(), Vec::new());
    let pairs = parts.iter().zip(parts.iter().skip(1));
    let boundaries: Vec<Boundary> = pairs.map(|(one, other)| boundary(one, other)).collect();
    let mut open = vec![(0, parts.len())];
    while let Some((start, end)) = open.pop() {
        let inside = items(&parts, start..end);
        if fits(context, inside, limits) {
            let parts = inside.to_vec();
            chunks.push(Chunk { parts });
        } else if let [part] = inside {
            split(context, part, limits, &mut chunks, &mut misfits);
        } else if inside.len() > 1 {
            let cut = start + 1 + weakest(items(&boundaries, start..end - 1));
            open.extend([(cut, end), (start, cut)]);
        }
    }
    // A removed or renamed file is mentioned next to its neighbours; on its own it needs no
    // question.
    chunks.retain(|chunk: &Chunk| chunk.parts.iter().any(|part| !part.pieces.is_empty()));
    (chunks, misfits)
}

/// Splits one file until its parts fit.
fn split<'a>(
    context: &PromptContext,
    part: &FilePart<'a>,
    limits: Limits,
    chunks: &mut Vec<Chunk<'a>>,
    misfits: &mut Vec<FilePart<'a>>,
) {
    let mut open = vec![part.clone()];
    while let Some(part) = open.pop() {
        if fits(context, std::slice::from_ref(&part), limits) {
            chunks.push(Chunk { parts: vec![part] });
            continue;
        }
        match (part.plainer(), part.halves()) {
            (Some(plainer), _) => open.push(plainer),
            (None, Some((one, other))) => open.extend([other, one]),
            (None, None) => misfits.push(part),
        }
    }
}

fn fits(context: &PromptContext, parts: &[FilePart], limits: Limits) -> bool {
    let bytes: usize = parts.iter().map(FilePart::bytes).sum();
    if parts.len() > limits.files || bytes > limits.room * BYTES_PER_TOKEN {
        return false;
    }
    let tokens = || parts.iter().map(|part| part.tokens(context)).sum::<usize>();
    bytes <= limits.room || tokens() <= limits.room
}

/// How strongly two neighbours belong together: how closely they are related, and as a tie-breaker
/// a hash of their paths.
type Boundary = (usize, u64);

fn boundary(one: &FilePart, other: &FilePart) -> Boundary {
    let closeness = one.diff.order.closeness(&other.diff.order);
    let paths = format!("{}\n{}", one.diff.path, other.diff.path);
    (closeness, hash(&paths))
}

/// The position of the boundary to split first.
fn weakest(boundaries: &[Boundary]) -> usize {
    let weakest = boundaries.iter().zip(0..).min();
    weakest.map_or(0, |(_, at)| at)
}

impl<'a> Chunk<'a> {
    /// The chunk in two halves of similar size, to ask again. None if it is a single line or less.
    pub fn halves(&self) -> Option<(Chunk<'a>, Chunk<'a>)> {
        let (one, other) = match self.parts.as_slice() {
            [] => return None,
            [part] => part.halves().map(|(one, other)| (vec![one], vec![other]))?,
            parts => {
                let (one, other) = parts.split_at(cut(parts));
                (one.to_vec(), other.to_vec())
            }
        };
        Some((Chunk { parts: one }, Chunk { parts: other }))
    }

    /// The diff as the model sees it.
    pub fn show(&self) -> String {
        let mut diff = String::new();
        for part in &self.parts {
            diff.push_str(if diff.is_empty() { "" } else { "\n" });
            part.show(&mut diff);
        }
        diff
    }

    /// The positions of its files in the change.
    pub fn files(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().map(|part| part.diff.file)
    }

    pub fn paths(&self) -> Vec<&'a str> {
        self.parts.iter().map(|part| part.diff.path).collect()
    }
}

/// Where to split two or more parts: between the least related neighbours that are not too far from
/// the middle.
fn cut(parts: &[FilePart]) -> usize {
    let all: usize = parts.iter().map(FilePart::bytes).sum();
    let central: Range<usize> = all / 4..all - all / 4;
    let mut size = 0;
    let pairs = parts.iter().zip(parts.iter().skip(1)).zip(1..);
    // Each position to split at, with the size of what precedes it and how closely its neighbours
    // are related.
    let cuts = pairs.map(|((one, other), at)| {
        size += one.bytes();
        (at, size, one.diff.order.closeness(&other.diff.order))
    });
    let cuts: Vec<(usize, usize, usize)> = cuts.collect();
    let uneven = |before: usize| (2 * before).abs_diff(all);
    let near = cuts
        .iter()
        .filter(|(_, before, _)| central.contains(before));
    let loosest = near.min_by_key(|(_, before, related)| (*related, uneven(*before)));
    let best = loosest.or_else(|| cuts.iter().min_by_key(|(_, before, _)| uneven(*before)));
    best.map_or(1, |(at, ..)| *at)
}
