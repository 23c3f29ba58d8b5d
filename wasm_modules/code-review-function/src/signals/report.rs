//! Gathers what the signals found and makes findings of it, ranked and free of repetition.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::place::Place;
use super::rule::Signal;
use crate::wit::{Finding, Severity, Side, Source};

/// The most files that one signal is reported in; the last of them says how many more there are.
const FILES: usize = 25;

const MANY: usize = 5000;

/// A signal found on a line.
#[derive(Clone, Debug)]
pub struct Hit {
    pub signal: &'static Signal,
    pub path: String,
    pub line: u32,
    pub end: u32,
    pub side: Side,
    pub severity: Severity,
    /// What was found, in words; stands for the "{}" of the signal's body.
    pub found: String,
    pub replacement: Option<String>,
    /// How many more lines of the file, or more files, have it.
    more: (usize, usize),
}

#[derive(Default)]
pub struct Report {
    hits: Vec<Hit>,
    /// With this many hits, they are folded before more come in.
    limit: usize,
}

impl Report {
    /// Notes a signal on a line at the head; what is returned can still be refined.
    pub fn hit(&mut self, signal: &'static Signal, place: &Place, line: u32) -> &mut Hit {
        self.at(signal, place.path, line)
    }

    pub fn at(&mut self, signal: &'static Signal, path: &str, line: u32) -> &mut Hit {
        if self.hits.len() >= self.limit {
            self.hits = first_lines(std::mem::take(&mut self.hits));
            self.limit = 2 * self.hits.len() + MANY;
        }
        let hit = Hit {
            signal,
            path: path.to_owned(),
            line,
            end: line,
            side: Side::Right,
            severity: signal.severity,
            found: String::new(),
            replacement: None,
            more: (0, 0),
        };
        let at = self.hits.len();
        self.hits.push(hit);
        &mut self.hits[at]
    }

    /// One hit per signal and file, ranked.
    pub fn folded(self) -> Vec<Hit> {
        let mut hits = first_files(first_lines(self.hits));
        hits.sort_by(rank);
        hits
    }
}

/// Keeps the first hit of each signal, at each severity, in each file.
fn first_lines(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| (&a.path, a.line, a.side).cmp(&(&b.path, b.line, b.side)));
    let mut first: BTreeMap<(&str, Severity, String), Hit> = BTreeMap::new();
    for hit in hits {
        let key = (hit.signal.name, hit.severity, hit.path.clone());
        match first.get_mut(&key) {
            Some(kept) if (kept.line, kept.side) != (hit.line, hit.side) => {
                kept.more.0 += 1 + hit.more.0
            }
            Some(_) => {}
            None => drop(first.insert(key, hit)),
        }
    }
    first.into_values().collect()
}

/// Keeps the first files of each signal. The hits come ordered by signal, then severity, then path.
fn first_files(hits: Vec<Hit>) -> Vec<Hit> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        let count = seen.entry(hit.signal.name).or_default();
        *count += 1;
        if *count <= FILES {
            kept.push(hit);
        } else if let Some(last) = kept.last_mut() {
            last.more.1 += 1;
        }
    }
    kept
}

/// The most severe first, then the surest, then as the files are ordered.
fn rank(a: &Hit, b: &Hit) -> Ordering {
    let order = (a.severity as u8).cmp(&(b.severity as u8));
    let order = order.then(b.signal.confidence.total_cmp(&a.signal.confidence));
    order.then_with(|| (&a.path, a.line, a.signal.name).cmp(&(&b.path, b.line, b.signal.name)))
}

impl Hit {
    pub fn finding(self) -> Finding {
        let body = self.body();
        Finding {
            path: self.path,
            line: self.line,
            end: self.end,
            side: self.side,
            severity: self.severity,
            category: self.signal.category.to_owned(),
            confidence: self.signal.confidence,
            title: self.signal.title.to_owned(),
            body,
            replacement: self.replacement,
            source: Source::Signal,
        }
    }

    fn body(&self) -> String {
        let mut body = self.signal.body.replace("{}", &self.found);
        let (lines, files) = self.more;
        if lines > 0 {
            body += &format!(
                " The same on {}.",
                count(lines, "more line of this file", "more lines of this file")
            );
        }
        if files > 0 {
            body += &format!(" The same in {}.", count(files, "more file", "more files"));
        }
        body
    }
}

pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
