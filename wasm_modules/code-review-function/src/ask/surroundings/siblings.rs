//! Functions of the changed file that work on the same members, keys and calls as the changed lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::ask::surroundings::mentions::{mentions, texts};
use crate::ask::surroundings::sites::{Changed, Site};
use crate::diff::patch::Kind;
use crate::text::slices::items;
use crate::wit::Passage;

/// The most siblings of one file.
const MOST: usize = 4;
/// A word that more definitions of the file mention links none of them.
const COMMON: usize = 5;
/// The most lines of a definition that is compared: a class is not one function.
const LINES: u32 = 120;

/// The definitions of the file with the `text` that share the most with the changed lines, the first the nearest.
pub fn siblings(site: &Site, outline: &[Passage], changed: &[Changed], text: &str) -> Vec<Passage> {
    let lines: Vec<&str> = text.split('\n').collect();
    let is_other = |one: &&Passage| {
        let is_function = ["function", "method", "constructor"].contains(&one.kind.as_str());
        is_function
            && one.end - one.line < LINES
            && !changed
                .iter()
                .any(|known| known.line <= one.line && one.line <= known.end)
    };
    let others: Vec<&Passage> = outline.iter().filter(is_other).collect();
    let words: Vec<BTreeSet<String>> = others
        .iter()
        .map(|one| words_of(code(&lines, one).iter().copied()))
        .collect();
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for word in words.iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    let touched = [Kind::Added, Kind::Deleted]
        .into_iter()
        .flat_map(|kind| site.lines(kind))
        .map(|line| line.text.as_str());
    let wanted = words_of(touched);
    let score = |words: &BTreeSet<String>| -> usize {
        let shared = words.intersection(&wanted);
        let rare = shared.filter(|word| counts.get(word).is_some_and(|count| *count <= COMMON));
        rare.map(|word| 1 + COMMON - counts.get(word).copied().unwrap_or(COMMON))
            .sum()
    };
    let mut ranked: Vec<(usize, &Passage)> = words
        .iter()
        .map(score)
        .zip(others.iter().copied())
        .collect();
    if ranked.iter().all(|(score, _)| *score == 0) {
        // Where all functions mention the same, they show how it is done here.
        let shared = |words: &BTreeSet<String>| words.intersection(&wanted).count();
        let alike = words.iter().map(shared).zip(others.iter().copied());
        ranked = alike.filter(|(shared, _)| *shared > 1).collect();
    }
    ranked.retain(|(score, _)| *score > 0);
    ranked.sort_by_key(|(score, one)| (std::cmp::Reverse(*score), one.line));
    let whole = |(_, one): (usize, &Passage)| Passage {
        path: site.file.path.clone(),
        text: code(&lines, one).join("\n"),
        ..one.clone()
    };
    ranked.into_iter().take(MOST).map(whole).collect()
}

/// The lines of a definition, with the comment above it.
fn code<'t>(lines: &'t [&'t str], one: &Passage) -> &'t [&'t str] {
    let mut start = (one.line as usize).saturating_sub(1);
    while start > 0
        && items(lines, start - 1..start)
            .iter()
            .any(|line| is_comment(line))
    {
        start -= 1;
    }
    items(lines, start..(one.end as usize).min(lines.len()))
}

/// Whether the line is a comment or an annotation.
pub fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    let marks = ["#", "//", "/*", "*", "--", "@", "<!--"];
    marks.iter().any(|mark| line.starts_with(mark)) && !line.starts_with("#include")
}

fn words_of<'l>(lines: impl Iterator<Item = &'l str>) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for line in lines {
        words.extend(mentions(line).into_iter().map(|one| one.name));
        words.extend(texts(line));
    }
    words
}
