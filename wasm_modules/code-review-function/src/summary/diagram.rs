//! Draws a flow as a Mermaid diagram. A model gives the steps; the syntax is written here.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::text::visible::visible;

const PARTICIPANTS: std::ops::RangeInclusive<usize> = 2..=8;
const STEPS: usize = 10;
/// Characters of a name and of a label.
const NAME: usize = 40;
const LABEL: usize = 60;

/// Names of parts that are common in any system.
const COMMON: [&str; 13] = [
    "client", "user", "server", "database", "db", "api", "browser", "queue", "cache", "worker",
    "app", "service", "system",
];

/// `from` sends `label` to `to`.
#[derive(Clone, Debug)]
pub struct Step {
    pub from: String,
    pub to: String,
    pub label: String,
}

/// The diagram of `steps`. None if they are not a flow between parts, or if `texts` mention fewer
/// than half of the parts.
pub fn diagram<'t>(steps: &[Step], texts: impl Iterator<Item = &'t str>) -> Option<String> {
    let steps: Vec<Step> = steps
        .iter()
        .take(STEPS)
        .map(cleaned)
        .collect::<Option<_>>()?;
    let mut parts: Vec<&str> = Vec::new();
    for name in steps.iter().flat_map(|step| [&step.from, &step.to]) {
        if place(&parts, name).is_none() {
            parts.push(name);
        }
    }
    let is_flow = steps.len() >= 2 && steps.iter().any(|step| !same(&step.from, &step.to));
    if !is_flow || !PARTICIPANTS.contains(&parts.len()) || !are_known(&parts, texts) {
        return None;
    }
    Some(draw(&parts, &steps))
}

fn draw(parts: &[&str], steps: &[Step]) -> String {
    let mut out = "sequenceDiagram\n".to_string();
    for (nth, name) in (1..).zip(parts) {
        let _ = writeln!(out, "    participant P{nth} as {name}");
    }
    let id = |name: &str| place(parts, name).map_or(1, |at| at + 1);
    for step in steps {
        let (from, to) = (id(&step.from), id(&step.to));
        let _ = writeln!(out, "    P{from}->>P{to}: {}", step.label);
    }
    out
}

fn place(parts: &[&str], name: &str) -> Option<usize> {
    parts.iter().position(|part| same(part, name))
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn cleaned(step: &Step) -> Option<Step> {
    let step = Step {
        from: clean(&step.from, NAME),
        to: clean(&step.to, NAME),
        label: clean(&step.label, LABEL),
    };
    let texts = [&step.from, &step.to, &step.label];
    texts.iter().all(|text| !text.is_empty()).then_some(step)
}

/// Only characters without meaning in Mermaid, at most `most` of them; empty if no letter or digit
/// is left.
fn clean(text: &str, most: usize) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-.,_/'?!()".contains(c);
    let text = visible(text).replace(|c| !is_plain(c), " ");
    let words = text.split(' ').map(|word| word.trim_start_matches('-'));
    let words = words.filter(|word| word.contains(char::is_alphanumeric));
    let words: Vec<&str> = words.map(escaped).collect();
    let text: String = words.join(" ").chars().take(most).collect();
    text.trim_end().to_string()
}

/// Mermaid may treat this word as the end of a block at any position.
fn escaped(word: &str) -> &str {
    if word.eq_ignore_ascii_case("end") {
        "(end)"
    } else {
        word
    }
}

/// Whether at least half of `parts` are common names, or share a word with `texts`.
fn are_known<'t>(parts: &[&str], texts: impl Iterator<Item = &'t str>) -> bool {
    let words: Vec<BTreeSet<String>> = parts.iter().map(|part| words(part).collect()).collect();
    let mut open: BTreeSet<&str> = words.iter().flatten().map(String::as_str).collect();
    let mut known: BTreeSet<String> = COMMON.map(str::to_string).into();
    for text in texts {
        for word in self::words(text) {
            if open.remove(word.as_str()) {
                known.insert(word);
            }
        }
        if open.is_empty() {
            break;
        }
    }
    let spoken = words.iter().filter(|words| !words.is_disjoint(&known));
    2 * spoken.count() >= parts.len()
}

/// The words of `text` in lower case; `camelCase` is split. Words of one or two ASCII letters are
/// left out.
fn words(text: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(text.len() + 8);
    let mut small = false;
    for c in text.chars() {
        if small && c.is_uppercase() {
            spaced.push(' ');
        }
        small = c.is_lowercase() || c.is_numeric();
        spaced.push(if c.is_alphanumeric() { c } else { ' ' });
    }
    let words: Vec<String> = spaced.split_whitespace().map(str::to_lowercase).collect();
    words
        .into_iter()
        .filter(|word| word.len() > 2 || word == "db")
}

#[cfg(test)]
#[path = "../../tests/reading/diagram.rs"]
mod tests;
