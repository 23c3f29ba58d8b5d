//! Rules that check single lines of code, and the index that finds the few rules that may match a
//! line.

use std::collections::BTreeMap;

use crate::diff::kinds::FileKind;
use crate::signals::report::Report;
use crate::signals::signal::Signal;
use crate::signals::source_file::{Row, SourceFile};
use crate::signals::text;
use crate::text::slices::start;
use crate::wit::Severity;

#[derive(Clone, Copy)]
pub enum Fits {
    /// One of these patterns (see `text`) matches the code.
    Code(&'static [&'static str]),
    /// One of these patterns matches the code with its strings.
    Uncommented(&'static [&'static str]),
    /// The line contains one of these words (in lower case, separated by spaces; the case in the
    /// line does not matter; empty for any line), and the function returns true.
    When(&'static str, fn(&Row) -> bool),
}

/// How a rule is reported in tests, examples and benchmarks.
#[derive(Clone, Copy, PartialEq)]
pub enum InTests {
    Same,
    Nit,
    Silent,
}

#[derive(Clone, Copy)]
pub struct Rule {
    /// Languages, separated by "|"; empty for every language.
    pub on: &'static str,
    pub fits: Fits,
    pub signal: Signal,
    pub in_tests: InTests,
    pub fix: Option<fn(&Row) -> Option<String>>,
}

/// The most bytes of a line that are quoted.
const QUOTED: usize = 80;

impl Rule {
    pub const fn new(on: &'static str, fits: Fits, signal: Signal) -> Self {
        Rule {
            on,
            fits,
            signal,
            in_tests: InTests::Nit,
            fix: None,
        }
    }

    pub const fn in_tests(self, in_tests: InTests) -> Self {
        Rule { in_tests, ..self }
    }

    /// Adds a function that gives the replacement for the line.
    pub const fn fixed(self, fix: fn(&Row) -> Option<String>) -> Self {
        Rule {
            fix: Some(fix),
            ..self
        }
    }

    fn fits(&self, row: &Row) -> bool {
        match self.fits {
            Fits::Code(patterns) => text::has_any(row.code(), patterns),
            Fits::Uncommented(patterns) => text::has_any(row.uncommented(), patterns),
            Fits::When(_, test) => test(row),
        }
    }

    /// The words of which a line must contain one, in lower case.
    fn triggers(&self) -> Vec<String> {
        match self.fits {
            Fits::Code(patterns) | Fits::Uncommented(patterns) => {
                patterns.iter().map(|one| longest_word(one)).collect()
            }
            Fits::When(words, _) => words.split(' ').map(str::to_owned).collect(),
        }
    }

    fn report(&'static self, row: &Row, quotes: bool, report: &mut Report) {
        let is_non_production = row.is_non_production();
        if is_non_production && self.in_tests == InTests::Silent {
            return;
        }
        let hit = report.hit(&self.signal, row.file(), row.number());
        if quotes {
            hit.found = start(row.text().trim(), QUOTED).to_owned();
            hit.replacement = self.fix.and_then(|fix| fix(row));
        }
        let weighs_less = is_optional(self.signal.name, row) || is_accepted(row);
        if weighs_less || is_non_production && self.in_tests == InTests::Nit {
            hit.severity = Severity::Nit;
        }
    }
}

/// Whether somebody has to ask for what the line does: it belongs to a branch or a function with a name like
/// `insecure`, or to a command that its own user calls.
fn is_optional(signal: &str, row: &Row) -> bool {
    const OPENS: &str = "if elif unless when case def func function fn";
    const ASKED: &str = "verify insecure skip unsafe trust selfsigned self_signed ignore";
    let asks =
        |above: &Row| text::has_word(above.code(), OPENS) && text::mentions(above.code(), ASKED);
    let near = || asks(row) || row.above().take(12).any(|above| asks(&above));
    let local = ["exposure/", "calls/path", "calls/address"];
    signal.starts_with("tls/") && near()
        || local.iter().any(|start| signal.starts_with(start))
            && row.file().is_in_folder("cmd cli bin scripts")
}

/// Whether a remark for another checker says that this line is meant.
fn is_accepted(row: &Row) -> bool {
    const REMARKS: &str =
        "noqa nosec nolint nosonar eslint-disable @suppresswarnings rubocop:disable";
    let above = row.above().next();
    text::mentions(row.text(), REMARKS)
        || above
            .is_some_and(|above| text::mentions(above.text(), "eslint-disable-next nolint nosec"))
}

fn longest_word(pattern: &str) -> String {
    let longest = text::words(pattern)
        .map(|(_, word)| word)
        .max_by_key(|word| word.len());
    longest.unwrap_or_default().to_ascii_lowercase()
}

/// The rules of one language, indexed by the words that a line must contain: a hash table of lists.
pub struct Index {
    /// Each with the number of times that it was applied to the current file.
    rules: Vec<(&'static Rule, usize)>,
    /// Rules that may match any line.
    always: Vec<usize>,
    slots: Vec<Vec<(String, usize)>>,
    holds_secret: fn(&Row) -> bool,
}

/// The most lines of one file that a rule is applied to. Hand-written files do not reach it, and
/// some rules are slow.
pub const MOST: usize = 5000;

/// A power of two, large enough that few words share a slot.
const SLOTS: usize = 1024;

impl Index {
    fn new(rules: impl Iterator<Item = &'static Rule>, holds_secret: fn(&Row) -> bool) -> Self {
        let mut index = Index {
            rules: Vec::new(),
            always: Vec::new(),
            slots: vec![Vec::new(); SLOTS],
            holds_secret,
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

    /// Applies the rules that may match the line.
    pub fn check(&mut self, row: &Row, report: &mut Report) {
        if row.text().len() > LONGEST {
            return;
        }
        for at in self.candidates(row.uncommented()) {
            let Some((rule, applied)) = self.rules.get_mut(at) else {
                continue;
            };
            *applied += 1;
            if *applied > MOST {
                report.partial.insert(row.file().path.to_owned());
            } else if rule.fits(row) {
                rule.report(row, !(self.holds_secret)(row), report);
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

/// All rules that check single lines of code.
pub struct Rules {
    tables: Vec<&'static [Rule]>,
    /// By language.
    indexes: BTreeMap<&'static str, Index>,
    /// Whether a line holds a secret, so that it must not be quoted.
    holds_secret: fn(&Row) -> bool,
}

/// Longer lines are not hand-written.
const LONGEST: usize = 1000;

impl Rules {
    pub fn new(tables: Vec<&'static [Rule]>, holds_secret: fn(&Row) -> bool) -> Self {
        Rules {
            tables,
            indexes: BTreeMap::new(),
            holds_secret,
        }
    }

    /// The rules for a file that holds code or configuration; None for any other.
    pub fn of(&mut self, file: &SourceFile) -> Option<&mut Index> {
        let code = file.kind.reviewable()
            && file.kind != FileKind::Documentation
            && !file.language.is_empty();
        code.then(|| self.index(file))
    }

    fn index(&mut self, file: &SourceFile) -> &mut Index {
        let index = self.indexes.entry(file.language).or_insert_with(|| {
            let all = self.tables.iter().flat_map(|table| table.iter());
            Index::new(
                all.filter(|rule| rule.on.is_empty() || file.is_language(rule.on)),
                self.holds_secret,
            )
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
/// Languages that contain shell commands.
pub const COMMANDS: &str = "Shell|Dockerfile|YAML|Makefile|Groovy";
