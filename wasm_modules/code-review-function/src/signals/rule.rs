//! A signal, what it says, and the rules that look for it line by line.

use std::collections::BTreeMap;

use super::place::{Place, Row};
use super::report::Report;
use super::secrets;
use super::text;
use crate::kinds::FileKind;
use crate::slices::start;
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
    /// The line has one of these words (lower case, with spaces between; in any case in the line; or
    /// any line at all, if empty), and the function says yes.
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

/// The most of a line that is quoted in what is said about it, in bytes.
const QUOTED: usize = 80;

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
        let rehearses = row.place().rehearses;
        if rehearses && self.rehearsal == Rehearsal::Silent {
            return;
        }
        let hit = report.hit(&self.signal, row.place(), row.number());
        if !secrets::stands_on(row) {
            hit.found = start(row.text().trim(), QUOTED).to_owned();
            hit.replacement = self.fix.and_then(|fix| fix(row));
        }
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

/// The rules of one language, found by the words that a line must have: a table of lists, by a hash
/// of the word.
pub struct Index {
    /// Each with how often it was applied to the file that is read.
    rules: Vec<(&'static Rule, usize)>,
    /// Those that any line may fit.
    always: Vec<usize>,
    slots: Vec<Vec<(String, usize)>>,
}

/// The most lines of one file that a rule is applied to, of those with its words. Nobody wrote a file
/// that goes beyond it, and some rules take long.
pub const MOST: usize = 5000;

/// A power of two, so that few words share a slot.
const SLOTS: usize = 1024;

impl Index {
    fn new(rules: impl Iterator<Item = &'static Rule>) -> Self {
        let mut index = Index {
            rules: Vec::new(),
            always: Vec::new(),
            slots: vec![Vec::new(); SLOTS],
        };
        for (at, rule) in rules.enumerate() {
            index.rules.push((rule, 0));
            for word in rule.triggers() {
                match index.slots.get_mut(slot(&word)) {
                    Some(slot) if !word.is_empty() => slot.push((word, at)),
                    _ => index.always.push(at),
                }
            }
        }
        index
    }

    /// Applies the rules that may fit the line.
    pub fn look(&mut self, row: &Row, report: &mut Report) {
        if row.text().len() > LONGEST {
            return;
        }
        for at in self.candidates(row.bare()) {
            let Some((rule, applied)) = self.rules.get_mut(at) else {
                continue;
            };
            *applied += 1;
            if *applied > MOST {
                report.partial.insert(row.place().path.to_owned());
            } else if rule.fits(row) {
                rule.report(row, report);
            }
        }
    }

    fn candidates(&self, line: &str) -> Vec<usize> {
        let mut found = self.always.clone();
        for (_, word) in text::words(line) {
            for (trigger, at) in self.slots.get(slot(word)).into_iter().flatten() {
                if !found.contains(at) && trigger.eq_ignore_ascii_case(word) {
                    found.push(*at);
                }
            }
        }
        found
    }
}

/// The slot of a word, in any case (FNV-1a).
fn slot(word: &str) -> usize {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte | 0x20)).wrapping_mul(0x0100_0193);
    let hash = word.bytes().fold(0x811c_9dc5, step);
    (hash ^ hash >> 15) as usize & (SLOTS - 1)
}

/// All rules that look at single lines of code, ready to be applied.
pub struct Rules {
    tables: Vec<&'static [Rule]>,
    /// By language.
    indexes: BTreeMap<&'static str, Index>,
}

/// Lines longer than this were not written by hand.
const LONGEST: usize = 1000;

impl Rules {
    pub fn new(tables: Vec<&'static [Rule]>) -> Self {
        Rules {
            tables,
            indexes: BTreeMap::new(),
        }
    }

    /// The rules for a file that holds code or configuration; None for any other.
    pub fn of(&mut self, place: &Place) -> Option<&mut Index> {
        let code = place.kind.reviewable()
            && place.kind != FileKind::Documentation
            && !place.language.is_empty();
        code.then(|| self.index(place))
    }

    fn index(&mut self, place: &Place) -> &mut Index {
        let index = self.indexes.entry(place.language).or_insert_with(|| {
            let all = self.tables.iter().flat_map(|table| table.iter());
            Index::new(all.filter(|rule| rule.on.is_empty() || place.speaks(rule.on)))
        });
        for (_, applied) in &mut index.rules {
            *applied = 0;
        }
        index
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
