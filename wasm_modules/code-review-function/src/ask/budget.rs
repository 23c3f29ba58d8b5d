//! What the budget of tokens is spent on first, and what every question leaves for those after it.

use std::cmp::Reverse;

use crate::ask::chunks::Chunk;
use crate::ask::file_diffs::FilePart;
use crate::ask::prompt_context::PromptContext;
use crate::diff::kinds::{FileKind, kind};

/// Tokens of the summary's prompt, about.
const SUMMARY: u32 = 6000;
/// Bytes of code that make a token, about.
const BYTES: usize = 4;

/// Sorts the chunk that matters most first: what its weightiest files are, then how much there is of them.
pub fn importance(chunk: &Chunk) -> (u8, Reverse<usize>) {
    let shown = || chunk.parts.iter().filter(|part| !part.pieces.is_empty());
    let first = shown().map(rank).min().unwrap_or(u8::MAX);
    let size = shown()
        .filter(|part| rank(part) == first)
        .map(FilePart::bytes);
    (first, Reverse(size.sum()))
}

fn rank(part: &FilePart) -> u8 {
    match kind(part.diff.path) {
        FileKind::Source | FileKind::Migration | FileKind::Dependencies => 0,
        FileKind::Tests => 1,
        FileKind::Documentation => 3,
        _ => 2,
    }
}

/// What a question about `chunk` leaves: half of itself to verify what it finds, and the summary.
pub fn after_chunk(context: &PromptContext, chunk: &Chunk) -> u32 {
    if !context.settings.features.verification {
        return after_verification(context);
    }
    let bytes: usize = chunk.parts.iter().map(FilePart::bytes).sum();
    let prompt = (bytes / BYTES).min(context.model.context as usize) as u32;
    after_verification(context) + (prompt + context.model.answer) / 2
}

/// What a second look at findings leaves: the summary.
pub fn after_verification(context: &PromptContext) -> u32 {
    if context.settings.features.summary {
        context.model.context.min(SUMMARY) + context.model.answer
    } else {
        0
    }
}
