//! Puts every part of the change into exactly one chunk that fits into a request.
//!
//! What does not fit is halved until it does: between files, near the middle, where they are least
//! related; then between hunks; then between lines. Where a cut falls depends on sizes only loosely
//! and on nothing far away, so that a push which changes one file leaves most chunks as they were,
//! and with them their questions and the answers that are known already.

use std::ops::Range;

use crate::desk::Desk;
use crate::sheets::Part;
use crate::visible::hash;

/// Parts that are shown to the model together.
#[derive(Clone, Debug)]
pub struct Chunk<'a> {
    pub parts: Vec<Part<'a>>,
}

/// How much goes into a chunk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Tokens for the parts.
    pub room: usize,
    /// Files.
    pub files: usize,
}

/// A token has hardly ever more bytes than this: what is larger is cut without being counted.
const BYTES_PER_TOKEN: usize = 6;

/// The chunks, and the parts of which not even a line fits.
pub fn partition<'a>(
    desk: &Desk,
    parts: Vec<Part<'a>>,
    limits: Limits,
) -> (Vec<Chunk<'a>>, Vec<Part<'a>>) {
    let (mut chunks, mut misfits) = (Vec::new(), Vec::new());
    let mut open = vec![Chunk { parts }];
    while let Some(chunk) = open.pop() {
        if chunk.fits(desk, limits) {
            chunks.push(chunk);
            continue;
        }
        match chunk.halves() {
            Some((one, other)) => open.extend([other, one]),
            None => misfits.extend(chunk.parts),
        }
    }
    // A removed or renamed file is told beside its neighbours; alone it is nothing to ask about.
    chunks.retain(|chunk: &Chunk| chunk.parts.iter().any(|part| !part.pieces.is_empty()));
    (chunks, misfits)
}

impl<'a> Chunk<'a> {
    fn fits(&self, desk: &Desk, limits: Limits) -> bool {
        let bytes: usize = self.parts.iter().map(Part::bytes).sum();
        if self.parts.len() > limits.files || bytes > limits.room * BYTES_PER_TOKEN {
            return false;
        }
        bytes <= limits.room
            || self
                .parts
                .iter()
                .map(|part| part.tokens(desk))
                .sum::<usize>()
                <= limits.room
    }

    /// The chunk in two; none when it is a single line, or less.
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

    pub fn paths(&self) -> Vec<&'a str> {
        self.parts.iter().map(|part| part.sheet.path).collect()
    }
}

/// Where to cut between two or more parts: where the least related neighbours are, and among equals
/// wherever the hash of a path says so, if only it is not too far from the middle.
fn cut(parts: &[Part]) -> usize {
    let ends: Vec<usize> = parts
        .iter()
        .scan(0, |sum, part| {
            *sum += part.bytes();
            Some(*sum)
        })
        .collect();
    let all = ends[parts.len() - 1];
    let central: Range<usize> = all / 4..all - all / 4;
    let related = |at: usize| parts[at - 1].sheet.place.closeness(&parts[at].sheet.place);
    let cuts = 1..parts.len();
    let near = cuts.clone().filter(|&at| central.contains(&ends[at - 1]));
    let loosest = near.min_by_key(|&at| (related(at), hash(parts[at].sheet.path)));
    loosest
        .or_else(|| cuts.min_by_key(|&at| (2 * ends[at - 1]).abs_diff(all)))
        .unwrap_or(1)
}
