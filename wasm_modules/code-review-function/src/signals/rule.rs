//! A signal, what it says, and the rules that look for it line by line.

use std::collections::HashMap;

use super::place::{Place, Row};
use super::report::Report;
use super::text;
use crate::kinds::FileKind;
use crate::wit::Severity;

/// What is said when a rule fits.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    /// Names it among all signals: "python/eval".
    pub name: &'static str,
    pub severity: Severity,
    pub category: &'static str,
    pub confidence: f32,
    pub title: &'static str,
    /// What will go wrong and what to do; "{}" stands for what was found.
    pub body: &'static str,
}

impl Signal {
    pub const fn new(
        name: &'static str,
        severity: Severity,
        category: &'static str,
        confidence: f32,
        title: &'static str,
        body: &'static str,
    ) -> Self {
        Signal {
            name,
            severity,
            category,
            confidence,
            title,
            body,
        }
    }

    pub const fn security(
        name: &'static str,
        severity: Severity,
        confidence: f32,
        title: &'static str,
        body: &'static str,
    ) -> Self {
        Self::new(name, severity, "security", confidence, title, body)
    }

    pub const fn bug(
        name: &'static str,
        severity: Severity,
        confidence: f32,
        title: &'static str,
        body: &'static str,
    ) -> Self {
        Self::new(name, severity, "correctness", confidence, title, body)
    }
}

#[derive(Clone, Copy)]
pub enum Fits {
    /// One of these patterns (see `text`) fits the code.
    Code(&'static [&'static str]),
    /// One of these patterns fits the code with its strings.
    Bare(&'static [&'static str]),
    /// The line has one of these words (lower case, with spaces between; in any case in the line),
    /// and the function says yes.
    When(&'static str, fn(&Row) -> bool),
}

/// How a rule is taken in tests, examples and benchmarks.
#[derive(Clone, Copy, PartialEq)]
pub enum Rehearsal {
    Same,
    Nit,
    Silent,
}

#[derive(Clone, Copy)]
pub struct Rule {
    /// Languages, with "|" between; empty: every language.
    pub on: &'static str,
    pub fits: Fits,
    pub signal: Signal,
    pub rehearsal: Rehearsal,
    pub fix: Option<fn(&Row) -> Option<String>>,
}

impl Rule {
    pub const fn new(on: &'static str, fits: Fits, signal: Signal) -> Self {
        Rule {
            on,
            fits,
            signal,
            rehearsal: Rehearsal::Nit,
            fix: None,
        }
    }

    pub const fn rehearsed(self, rehearsal: Rehearsal) -> Self {
        Rule { rehearsal, ..self }
    }

    /// With the text to put in place of the line.
    pub const fn fixed(self, fix: fn(&Row) -> Option<String>) -> Self {
        Rule {
            fix: Some(fix),
            ..self
        }
    }

    fn fits(&self, row: &Row) -> bool {
        match self.fits {
            Fits::Code(patterns) => text::has_any(row.code(), patterns),
            Fits::Bare(patterns) => text::has_any(row.bare(), patterns),
            Fits::When(_, test) => test(row),
        }
    }

    /// Words of which a line must have one, in lower case.
    fn triggers(&self) -> Vec<String> {
        match self.fits {
            Fits::Code(patterns) | Fits::Bare(patterns) => {
                patterns.iter().map(|one| longest_word(one)).collect()
            }
            Fits::When(words, _) => words.split(' ').map(str::to_owned).collect(),
        }
    }

    fn report(&'static self, row: &Row, report: &mut Report) {
        let rehearses = row.place().rehearses();
        if rehearses && self.rehearsal == Rehearsal::Silent {
            return;
        }
        let hit = report.hit(&self.signal, row.place(), row.number());
        hit.replacement = self.fix.and_then(|fix| fix(row));
        if rehearses && self.rehearsal == Rehearsal::Nit {
            hit.severity = Severity::Nit;
        }
    }
}

fn longest_word(pattern: &str) -> String {
    let longest = text::words(pattern)
        .map(|(_, word)| word)
        .max_by_key(|word| word.len());
    longest.unwrap_or_default().to_ascii_lowercase()
}

/// The rules of one language, found by the words that a line must have.
#[derive(Default)]
struct Index {
    rules: Vec<&'static Rule>,
    by_word: HashMap<String, Vec<usize>>,
    /// For each first letter, the lengths that its words have, as bits.
    lengths: Vec<u64>,
}

impl Index {
    fn new(rules: impl Iterator<Item = &'static Rule>) -> Self {
        let mut index = Index {
            lengths: vec![0; 128],
            ..Self::default()
        };
        for (at, rule) in rules.enumerate() {
            index.rules.push(rule);
            for word in rule.triggers() {
                index.lengths[usize::from(word.as_bytes()[0] & 127)] |= 1 << word.len().min(63);
                index.by_word.entry(word).or_default().push(at);
            }
        }
        index
    }

    /// The rules that may fit a line, in order.
    fn candidates(&self, line: &str) -> Vec<usize> {
        let mut found = Vec::new();
        for (_, word) in text::words(line) {
            let first = word.as_bytes()[0].to_ascii_lowercase();
            if self.lengths[usize::from(first & 127)] & (1 << word.len().min(63)) != 0
                && let Some(rules) = self.by_word.get(&word.to_ascii_lowercase())
            {
                found.extend(rules);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// All rules that look at single lines of code, ready to be applied.
pub struct Rules {
    tables: &'static [&'static [Rule]],
    indexes: HashMap<&'static str, Index>,
}

/// Lines longer than this were not written by hand.
const LONGEST: usize = 1000;

impl Rules {
    pub fn new(tables: &'static [&'static [Rule]]) -> Self {
        Rules {
            tables,
            indexes: HashMap::new(),
        }
    }

    /// Applies the rules to the added lines of a file that holds code or configuration.
    pub fn read(&mut self, place: &Place, report: &mut Report) {
        if !place.kind.reviewable()
            || place.kind == FileKind::Documentation
            || place.language.is_empty()
        {
            return;
        }
        let tables = self.tables;
        let index = self.indexes.entry(place.language).or_insert_with(|| {
            let all = tables.iter().flat_map(|table| table.iter());
            Index::new(all.filter(|rule| rule.on.is_empty() || place.speaks(rule.on)))
        });
        for rows in place.rows() {
            for row in rows.added().filter(|row| row.text().len() <= LONGEST) {
                for at in index.candidates(row.bare()) {
                    if index.rules[at].fits(&row) {
                        index.rules[at].report(&row, report);
                    }
                }
            }
        }
    }
}

pub const PYTHON: &str = "Python";
pub const SCRIPT: &str = "JavaScript|TypeScript|Vue|Svelte";
pub const JAVA: &str = "Java|Kotlin|Scala|Groovy";
pub const C: &str = "C|C++|Objective-C";
/// Languages in which conditions and loops are written as in C.
pub const BRACES: &str = "C|C++|Objective-C|Java|JavaScript|TypeScript|Vue|Svelte|C#|PHP|Dart";
/// Where commands of a shell are written.
pub const COMMANDS: &str = "Shell|Dockerfile|YAML|Makefile|Groovy";
