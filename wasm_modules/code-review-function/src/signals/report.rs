//! Collects the hits of the rules, and turns them into findings, ranked and without repetition.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::diff::patch::Line;
use crate::signals::signal::Signal;
use crate::signals::source_file::SourceFile;
use crate::signals::text;
use crate::wit::{Finding, Severity, Side, Source};

/// The most files in which one signal is reported; the last one gives the number of the others.
const FILES: usize = 25;

const MANY: usize = 5000;

/// The most hits of a file that are compared with those at the base, and the most secrets that are searched
/// for among the deleted lines.
const COMPARED: usize = 300;

/// A signal on a line.
#[derive(Clone, Debug)]
pub struct Hit {
    pub signal: &'static Signal,
    pub path: String,
    pub line: u32,
    pub end: u32,
    pub side: Side,
    pub severity: Severity,
    /// What was found; replaces "{}" in the signal's body.
    pub found: String,
    pub replacement: Option<String>,
    /// The secret that was found, which is no news if the change only moves it; never shown.
    pub secret: Option<String>,
    /// How many more lines of the file, and how many more files, have it.
    more: (usize, usize),
}

#[derive(Default)]
pub struct Report {
    hits: Vec<Hit>,
    /// Files that a rule did not check to the end.
    pub partial: BTreeSet<String>,
    /// The number of hits at which they are condensed.
    limit: usize,
}

impl Report {
    /// Reports a signal on a line at the head. The returned hit can be refined.
    pub fn hit(&mut self, signal: &'static Signal, file: &SourceFile, line: u32) -> &mut Hit {
        self.hit_at(signal, file.path, line)
    }

    #[expect(clippy::indexing_slicing, reason = "at the place of what is pushed")]
    pub fn hit_at(&mut self, signal: &'static Signal, path: &str, line: u32) -> &mut Hit {
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
            secret: None,
            more: (0, 0),
        };
        let at = self.hits.len();
        self.hits.push(hit);
        &mut self.hits[at]
    }

    /// Removes the hits in files with these paths.
    pub fn remove_files(&mut self, paths: &BTreeSet<&str>) {
        self.hits.retain(|hit| !paths.contains(hit.path.as_str()));
        self.partial.retain(|path| !paths.contains(path.as_str()));
    }

    /// The number of hits so far.
    pub fn mark(&self) -> usize {
        self.hits.len()
    }

    /// Removes the hits since `mark` that the file had before: a line that the change deletes gave the
    /// same hit, and most of its words are on the new line as well.
    pub fn remove_old(&mut self, mark: usize, before: &Report, file: &SourceFile) {
        let count = self.hits.len().saturating_sub(mark);
        if before.hits.is_empty() || count > COMPARED || before.hits.len() > COMPARED {
            return;
        }
        let words = |of: fn(&Line) -> Option<u32>, number: u32| {
            let mut lines = file.lines();
            words(
                lines
                    .find(|line| of(line) == Some(number))
                    .map_or("", |line| &line.text),
            )
        };
        let old = before.hits.iter();
        let old: Vec<_> = old
            .map(|hit| (hit.signal.name, words(|line| line.old, hit.line)))
            .collect();
        let is_old = |hit: &Hit| {
            let new = words(|line| line.new, hit.line);
            old.iter()
                .any(|(name, old)| *name == hit.signal.name && is_reworded(old, &new))
        };
        let fresh = self.hits.split_off(mark.min(self.hits.len()));
        self.hits
            .extend(fresh.into_iter().filter(|hit| !is_old(hit)));
    }

    /// Removes those hits in files with these paths for which the function returns true.
    pub fn remove_from(&mut self, paths: &BTreeSet<&str>, such: fn(&Hit) -> bool) {
        self.hits
            .retain(|hit| !(paths.contains(hit.path.as_str()) && such(hit)));
    }

    pub fn holds_secrets(&self) -> bool {
        self.hits.iter().any(|hit| hit.secret.is_some())
    }

    /// Removes the hits whose secret was there before.
    pub fn remove_known(&mut self, known: impl Fn(&str) -> bool) {
        let mut left = COMPARED;
        let mut is_known = |secret: &str| {
            left = left.saturating_sub(1);
            left > 0 && known(secret)
        };
        self.hits
            .retain(|hit| !hit.secret.as_deref().is_some_and(&mut is_known));
    }

    /// One hit per signal and file, ranked.
    pub fn into_ranked_hits(self) -> Vec<Hit> {
        let mut hits = first_files(first_lines(self.hits));
        sort(&mut hits, rank);
        hits
    }
}

fn words(line: &str) -> BTreeSet<String> {
    text::words(line).map(|(_, word)| word.to_owned()).collect()
}

/// Whether two lines share at least half of all their words, or nearly all of the shorter one's.
fn is_reworded(old: &BTreeSet<String>, new: &BTreeSet<String>) -> bool {
    let same = old.intersection(new).count();
    let (all, least) = (old.union(new).count(), old.len().min(new.len()));
    2 * same >= all.max(1) || 4 * same >= 3 * least.max(1)
}

/// Keeps the first hit of each signal, at each severity, in each file.
fn first_lines(mut hits: Vec<Hit>) -> Vec<Hit> {
    sort(&mut hits, by_signal);
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        match kept.last_mut() {
            Some(last) if last.alike(&hit) && (last.line, last.side) == (hit.line, hit.side) => {}
            Some(last) if last.alike(&hit) => last.more.0 += 1 + hit.more.0,
            _ => kept.push(hit),
        }
    }
    kept
}

/// Keeps the first files of each signal. The hits come ordered by signal, then severity, then path.
fn first_files(hits: Vec<Hit>) -> Vec<Hit> {
    let mut kept: Vec<Hit> = Vec::new();
    let mut count = 0;
    for hit in hits {
        match kept.last_mut() {
            Some(last) if last.signal.name == hit.signal.name && count >= FILES => last.more.1 += 1,
            last => {
                let same = last.is_some_and(|last| last.signal.name == hit.signal.name);
                count = if same { count + 1 } else { 1 };
                kept.push(hit);
            }
        }
    }
    kept
}

/// One sort function for every order, to keep the module small.
#[inline(never)]
fn sort(hits: &mut [Hit], order: fn(&Hit, &Hit) -> Ordering) {
    hits.sort_by(order);
}

fn by_signal(a: &Hit, b: &Hit) -> Ordering {
    let (one, other) = (
        a.signal.name.cmp(b.signal.name),
        a.severity.cmp(&b.severity),
    );
    let order = one.then(other).then_with(|| a.path.cmp(&b.path));
    order.then((a.line, a.side).cmp(&(b.line, b.side)))
}

/// By severity, then confidence, then path and line.
fn rank(a: &Hit, b: &Hit) -> Ordering {
    let order = (a.severity as u8).cmp(&(b.severity as u8));
    let order = order.then(b.signal.confidence.total_cmp(&a.signal.confidence));
    order.then_with(|| (&a.path, a.line, a.signal.name).cmp(&(&b.path, b.line, b.signal.name)))
}

impl Hit {
    /// Whether both are of one signal, one severity and one file.
    fn alike(&self, other: &Hit) -> bool {
        (self.signal.name, self.severity, &self.path)
            == (other.signal.name, other.severity, &other.path)
    }

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
            also: Vec::new(),
        }
    }

    /// What it says in one line, without what is to be done.
    pub fn fact(&self) -> String {
        let body = self.signal.body.replace("{}", &self.found);
        let first = body
            .split_once(". ")
            .map_or(body.as_str(), |(first, _)| first);
        format!("{}.", first.trim_end_matches('.'))
    }

    fn body(&self) -> String {
        let mut body = self.signal.body.replace("{}", &self.found);
        let (lines, files) = self.more;
        if lines > 0 {
            body += &format!(
                " Also on {}.",
                count(lines, "more line of this file", "more lines of this file")
            );
        }
        if files > 0 {
            body += &format!(" Also in {}.", count(files, "more file", "more files"));
        }
        body
    }
}

pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
