//! Hunks of all kinds: code that is added, deleted, replaced or moved, in part or as a whole.

use std::fmt::Write;

use crate::dice::Dice;

/// A patch by which code written one way becomes code written another way.
pub fn patch(dice: &mut Dice, before: &str, after: &str) -> String {
    let (old, new) = (lines(before), lines(after));
    match dice.below(7) {
        0 => hunk(dice, &marked(&new, '+')),
        1 => hunk(dice, &marked(&new, '-')),
        2 => {
            let mixed = mixed(dice, &new);
            hunk(dice, &mixed)
        }
        3 => hunk(dice, &replaced(&old, &new)),
        4 => hunk(dice, &replaced(&new, &old)),
        5 => moved(dice, &new),
        _ => parted(dice, &new),
    }
}

/// A patch that shows all of the code written the other way, added or in place of the old.
pub fn shown(dice: &mut Dice, before: &str, after: &str) -> String {
    let (old, new) = (lines(before), lines(after));
    let marked = if dice.one_in(2) {
        marked(&new, '+')
    } else {
        replaced(&old, &new)
    };
    hunk(dice, &marked)
}

/// A line with its mark.
type Marked = (char, String);

/// What a patch can hold: no line has a line feed.
fn lines(text: &str) -> Vec<String> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.split('\n').map(str::to_string).collect()
}

fn marked(lines: &[String], mark: char) -> Vec<Marked> {
    lines.iter().map(|line| (mark, line.clone())).collect()
}

fn mixed(dice: &mut Dice, lines: &[String]) -> Vec<Marked> {
    let marks = dice.pick(&["+ ", "+  ", "+- ", "++-", "- ", "+-"]);
    let marks: Vec<char> = marks.chars().collect();
    lines
        .iter()
        .map(|line| (dice.pick(&marks), line.clone()))
        .collect()
}

/// Each line that differs is deleted and added; whole blocks where the texts differ in length.
fn replaced(old: &[String], new: &[String]) -> Vec<Marked> {
    if old.len() != new.len() {
        return [marked(old, '-'), marked(new, '+')].concat();
    }
    let mut all = Vec::new();
    for (old, new) in old.iter().zip(new) {
        if old == new {
            all.push((' ', new.clone()));
        } else {
            all.extend([('-', old.clone()), ('+', new.clone())]);
        }
    }
    all
}

/// The lines are deleted in one place and added in another.
fn moved(dice: &mut Dice, lines: &[String]) -> String {
    let (away, here) = (
        hunk(dice, &marked(lines, '-')),
        hunk(dice, &marked(lines, '+')),
    );
    if dice.one_in(2) {
        away + &here
    } else {
        here + &away
    }
}

/// Several hunks, with some lines left out between them.
fn parted(dice: &mut Dice, lines: &[String]) -> String {
    let size = 1 + dice.below(lines.len());
    let parts = lines.chunks(size).map(|part| {
        let part = mixed(dice, part);
        hunk(dice, &part)
    });
    parts.take(20).collect()
}

fn hunk(dice: &mut Dice, lines: &[Marked]) -> String {
    let count = |gone: char| lines.iter().filter(|(mark, _)| *mark != gone).count();
    let (old, new) = (count('+'), count('-'));
    let top = u32::MAX as usize - lines.len();
    let start = dice.pick(&[1, 1, 10, 10, 400, 0, top]);
    let section = dice.pick(&[
        "",
        "",
        " def f(x):",
        " class A {",
        " \u{202e}",
        " @@ -1 +1 @@",
        " fn f(",
    ]);
    let mut out = format!("@@ -{start},{old} +{start},{new} @@{section}\n");
    for (mark, line) in lines {
        let _ = writeln!(out, "{mark}{line}");
    }
    if dice.one_in(12) {
        out.push_str("\\ No newline at end of file\n");
    }
    out
}
