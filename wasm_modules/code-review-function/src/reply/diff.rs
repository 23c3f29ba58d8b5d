//! The diff as far as there is room for it, what matters most first.

use std::collections::BTreeMap;

use crate::desk::Desk;
use crate::patch::{Hunk, parse};
use crate::show::{self, Excerpt, Origin};
use crate::visible::{clip, visible};
use crate::wit::{Question, Side, Spot};

/// Bytes of a line; the rest is clipped.
const WIDTH: usize = 400;
/// Tokens that are not worth another file.
const LITTLE: usize = 40;
/// Files in a row for which there may be no room, before the rest is given up.
const TRIES: usize = 20;
/// Tokens that joining may add.
const SLACK: usize = 2;
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

/// The file's heading and its hunks in at most `room` tokens, and whether these are all.
fn file(desk: &Desk, question: &Question, at: usize, room: usize) -> (String, bool) {
    let Some(file) = desk.change.files.get(at) else {
        return (String::new(), false);
    };
    let Ok(hunks) = parse(file.patch.as_deref().unwrap_or_default()) else {
        return (String::new(), false);
    };
    let heading = show::heading(file, &[]);
    let texts: Vec<String> = hunks.iter().map(whole).collect();
    let all = format!("{heading}{}\n", texts.concat());
    if desk.fits(&all, room) {
        return (all, true);
    }
    let heading = format!("{heading}{PARTIAL}");
    let spot = question.spot.as_ref();
    let about = |hunk: &Hunk| spot.is_some_and(|spot| spot.path == file.path && holds(hunk, spot));
    let mut order: Vec<(usize, &String)> = (0..).zip(&texts).collect();
    // The sort is stable: hunks of one kind stay in their order.
    order.sort_by_key(|(at, _)| !hunks.get(*at).is_some_and(about));
    let left = room.saturating_sub(desk.cx.tokens(&heading) + SLACK);
    match fitting(desk, &order, left) {
        some if some.is_empty() => (some, false),
        some => (format!("{heading}{some}\n"), false),
    }
}

/// The first texts, in that `order`, that fit into `room`; the very first cut to size. They stand by their
/// places.
fn fitting(desk: &Desk, order: &[(usize, &String)], room: usize) -> String {
    let (mut kept, mut left) = (BTreeMap::new(), room);
    for &(at, whole) in order {
        let text = if kept.is_empty() {
            desk.clipped(whole, left)
        } else {
            whole.clone()
        };
        if text.is_empty() || !desk.fits(&text, left) {
            break;
        }
        left = left.saturating_sub(desk.cx.tokens(&text) + SLACK);
        kept.insert(at, text);
    }
    kept.into_values().collect()
}

fn whole(hunk: &Hunk) -> String {
    let mut out = String::new();
    let all = Excerpt {
        section: &hunk.section,
        lines: &hunk.lines,
        origin: Origin::of(hunk),
        head: &[],
        before: &[],
        after: &[],
    };
    show::excerpt(&mut out, &all, false, WIDTH);
    out
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
        let line = clip(&visible(line), WIDTH);
        format!("{nth} |{line}\n")
    };
    lines.map(line).collect()
}
