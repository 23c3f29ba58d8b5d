//! What the token budget is spent on first, and what each question leaves for later ones.

use std::cmp::Reverse;

use crate::ask::chunks::Chunk;
use crate::ask::file_diffs::FilePart;
use crate::ask::prompt_context::PromptContext;
use crate::diff::kinds::{FileKind, kind};

/// Approximate tokens of the summary's prompt.
const SUMMARY: u32 = 6000;
/// Approximate bytes of code per token.
const BYTES: usize = 4;

/// A sort key that puts the most important chunk first: by the kind of its most important files,
/// then by their size.
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

/// Tokens to leave after a question about `chunk`: half of its own for the verification, and those
/// of the summary.
pub fn after_chunk(context: &PromptContext, chunk: &Chunk) -> u32 {
    if !context.settings.features.verification {
        return after_verification(context);
    }
    let bytes: usize = chunk.parts.iter().map(FilePart::bytes).sum();
    let prompt = (bytes / BYTES).min(context.model.context as usize) as u32;
    after_verification(context) + (prompt + context.model.answer) / 2
}

/// Tokens to leave after the verification: those of the summary.
pub fn after_verification(context: &PromptContext) -> u32 {
    if context.settings.features.summary {
        context.model.context.min(SUMMARY) + context.model.answer
    } else {
        0
    }
}
