//! The diff as far as there is room for it, what matters most first.

use crate::desk::Desk;
use crate::patch::{Hunk, parse};
use crate::show::{self, Origin};
use crate::visible::visible;
use crate::wit::{Question, Side, Spot};

/// Bytes of a line; the rest is clipped.
const WIDTH: usize = 400;
/// Tokens that are not worth another file.
const LITTLE: usize = 40;
/// Files in a row for which there may be no room, before the rest is given up.
const TRIES: usize = 20;
/// Stands under the heading of a file of which only some hunks are shown.
const PARTIAL: &str = "(a part of the file)\n";

/// What is shown, and what is not, by place in the change.
pub struct Shown {
    pub text: String,
    pub missing: Vec<usize>,
}

/// The diff of `files`, in their order, in at most `room` tokens.
pub fn show(desk: &Desk, question: &Question, files: &[usize], room: usize) -> Shown {
    let (mut text, mut missing) = (String::new(), Vec::new());
    let (mut left, mut tries) = (room, 0);
    for &at in files {
        if left < LITTLE || tries > TRIES {
            missing.push(at);
            continue;
        }
        let (part, is_whole) = file(desk, question, at, left);
        left = left.saturating_sub(desk.cx.tokens(&part) + 1);
        tries = if part.is_empty() { tries + 1 } else { 0 };
        text.push_str(&part);
        if !is_whole {
            missing.push(at);
        }
    }
    Shown { text, missing }
}

/// The file's heading and its hunks in at most `room` tokens, those that were asked about first; and
/// whether these are all.
fn file(desk: &Desk, question: &Question, at: usize, room: usize) -> (String, bool) {
    let file = &desk.change.files[at];
    let heading = show::heading(file, &[]);
    let Ok(hunks) = parse(file.patch.as_deref().unwrap_or_default()) else {
        return (String::new(), false);
    };
    let spot = question.spot.as_ref().filter(|spot| spot.path == file.path);
    let about = |hunk: &Hunk| spot.is_some_and(|spot| holds(hunk, spot));
    let all: Vec<String> = hunks.iter().map(whole).collect();
    let text = format!("{heading}{}\n", all.concat());
    if desk.fits(&text, room) {
        return (text, true);
    }
    let mut left = room.saturating_sub(desk.cx.tokens(&format!("{heading}{PARTIAL}\n")) + 2);
    let (first, rest): (Vec<usize>, Vec<usize>) =
        (0..hunks.len()).partition(|&at| about(&hunks[at]));
    let mut kept: Vec<(usize, String)> = Vec::new();
    for at in first.into_iter().chain(rest) {
        let part = if kept.is_empty() {
            desk.clipped(&all[at], left)
        } else {
            all[at].clone()
        };
        if part.is_empty() || !desk.fits(&part, left) {
            break;
        }
        left = left.saturating_sub(desk.cx.tokens(&part) + 2);
        kept.push((at, part));
    }
    if kept.is_empty() {
        return (String::new(), false);
    }
    kept.sort();
    let kept: String = kept.into_iter().map(|(_, part)| part).collect();
    (format!("{heading}{PARTIAL}{kept}\n"), false)
}

fn whole(hunk: &Hunk) -> String {
    show::lines(hunk, &(0..hunk.lines.len()), Origin::of(hunk), WIDTH)
}

/// Whether `spot` is about any line of `hunk`.
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
        let line = crate::visible::clip(&visible(line), WIDTH);
        format!("{nth} |{line}\n")
    };
    lines.map(line).collect()
}
