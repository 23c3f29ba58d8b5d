//! The diff as far as there is room for it, the most relevant files first.

use std::collections::BTreeMap;

use crate::ask::prompt_context::PromptContext;
use crate::diff::line_numbers::LineNumbers;
use crate::diff::patch::{Hunk, parse};
use crate::diff::render::{self, Excerpt};
use crate::text::visible::{clip, visible};
use crate::wit::{Question, Side, Spot};

/// The most bytes of a line; the rest is truncated.
const WIDTH: usize = 400;
/// The least tokens for another file.
const LITTLE: usize = 40;
/// The most consecutive files without room, before the rest is left out.
const TRIES: usize = 20;
/// Tokens that joining texts may add.
const SLACK: usize = 2;
/// Follows the heading of a file that is only partly shown.
const PARTIAL: &str = "(a part of the file)\n";

/// The shown diff, and the positions of the files that are not shown in full.
pub struct ShownDiff {
    pub text: String,
    pub missing: Vec<usize>,
}

/// The diff of `files`, in their order, in at most `room` tokens.
pub fn show(
    context: &PromptContext,
    question: &Question,
    files: &[usize],
    room: usize,
) -> ShownDiff {
    let (mut text, mut missing) = (String::new(), Vec::new());
    let (mut left, mut tries) = (room, 0);
    for &at in files {
        if left < LITTLE || tries > TRIES {
            missing.push(at);
            continue;
        }
        let (part, is_whole) = file(context, question, at, left);
        left = left.saturating_sub(context.host.tokens(&part) + 1);
        tries = if part.is_empty() { tries + 1 } else { 0 };
        text.push_str(&part);
        if !is_whole {
            missing.push(at);
        }
    }
    ShownDiff { text, missing }
}

/// The file's heading and hunks in at most `room` tokens, and whether they are complete.
fn file(context: &PromptContext, question: &Question, at: usize, room: usize) -> (String, bool) {
    let Some(file) = context.change.files.get(at) else {
        return (String::new(), false);
    };
    let Ok(hunks) = parse(file.patch.as_deref().unwrap_or_default()) else {
        return (String::new(), false);
    };
    let heading = render::heading(file, &[]);
    let texts: Vec<String> = hunks.iter().map(whole).collect();
    let all = format!("{heading}{}\n", texts.concat());
    if context.fits(&all, room) {
        return (all, true);
    }
    let heading = format!("{heading}{PARTIAL}");
    let spot = question.spot.as_ref();
    let about = |hunk: &Hunk| spot.is_some_and(|spot| spot.path == file.path && holds(hunk, spot));
    let mut order: Vec<(usize, &String)> = (0..).zip(&texts).collect();
    // The sort is stable, so hunks otherwise keep their order.
    order.sort_by_key(|(at, _)| !hunks.get(*at).is_some_and(about));
    let left = room.saturating_sub(context.host.tokens(&heading) + SLACK);
    match fitting(context, &order, left) {
        some if some.is_empty() => (some, false),
        some => (format!("{heading}{some}\n"), false),
    }
}

/// The first texts in that `order` that fit into `room`, sorted by position. The very first one is
/// truncated if necessary.
fn fitting(context: &PromptContext, order: &[(usize, &String)], room: usize) -> String {
    let (mut kept, mut left) = (BTreeMap::new(), room);
    for &(at, whole) in order {
        let text = if kept.is_empty() {
            context.clipped(whole, left)
        } else {
            whole.clone()
        };
        if text.is_empty() || !context.fits(&text, left) {
            break;
        }
        left = left.saturating_sub(context.host.tokens(&text) + SLACK);
        kept.insert(at, text);
    }
    kept.into_values().collect()
}

fn whole(hunk: &Hunk) -> String {
    let mut out = String::new();
    let all = Excerpt {
        section: &hunk.section,
        lines: &hunk.lines,
        origin: LineNumbers::of(hunk),
        signatures: &[],
        before: &[],
        after: &[],
    };
    render::excerpt(&mut out, &all, false, WIDTH);
    out
}

/// Whether `spot` refers to a line of `hunk`.
fn holds(hunk: &Hunk, spot: &Spot) -> bool {
    let (start, lines) = match spot.side {
        Side::Left => (hunk.old_start, hunk.old_lines),
        Side::Right => (hunk.new_start, hunk.new_lines),
    };
    spot.line <= start.saturating_add(lines) && start <= spot.end.max(spot.line)
}

/// The lines of `text` around `spot`, with their numbers.
pub fn around(text: &str, spot: &Spot, more: usize) -> String {
    let (first, last) = (spot.line as usize, spot.end.max(spot.line) as usize);
    let range = first.saturating_sub(more).max(1)..=last.saturating_add(more);
    let lines = (1..)
        .zip(text.lines())
        .filter(|(nth, _)| range.contains(nth));
    let line = |(nth, line): (usize, &str)| {
        let line = clip(&visible(line), WIDTH);
        format!("{nth} |{line}\n")
    };
    lines.map(line).collect()
}
