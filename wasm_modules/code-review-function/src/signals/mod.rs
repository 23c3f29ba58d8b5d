//! Signals: risks that can be seen in the diff itself, without a model.
//!
//! [`read`] scans the files of a change once, in their order. Rules come in families. Those that
//! check single lines of code are tables of [`rule::Rule`]s; the others read a whole file or the
//! whole change. Only added lines are reported, except where a deletion is the problem. Comments
//! and strings are not code (see [`lexer`]); in tests and examples, signals are less severe or left
//! out.

mod bugs;
mod call;
mod calls;
mod conflicts;
mod debugging;
mod dependencies;
mod edits;
mod exposure;
mod guards;
mod hunk_start;
mod infrastructure;
mod lexer;
mod masked;
mod migrations;
mod modes;
mod report;
mod rule;
mod secrets;
mod signal;
mod source_file;
mod syntax;
mod testing;
mod text;
mod tls;
mod unicode;
mod untested;
mod workflows;

use std::collections::BTreeSet;

use crate::signals::report::{Hit, Report};
use crate::signals::rule::{Index, Rule, Rules};
use crate::signals::source_file::{Row, SourceFile};

use crate::diff::generated;
use crate::diff::patch::{self, Hunk, Kind};
use crate::text::visible::{clip, visible};
use crate::wit::{Change, File, Finding, Severity};

/// Families of rules that check single lines, by name.
const TABLES: &[(&str, &[Rule])] = &[
    ("bugs/c", bugs::c::RULES),
    ("bugs/common", bugs::COMMON),
    ("bugs/excepts", bugs::excepts::RULES),
    ("bugs/go", bugs::go::RULES),
    ("bugs/java", bugs::java::RULES),
    ("bugs/javascript", bugs::javascript::RULES),
    ("bugs/memory", bugs::memory::RULES),
    ("bugs/php", bugs::php::RULES),
    ("bugs/python", bugs::python::RULES),
    ("bugs/ruby", bugs::ruby::RULES),
    ("bugs/rust", bugs::rust::RULES),
    ("bugs/sql", bugs::sql::RULES),
    ("bugs/texts", bugs::texts::RULES),
    ("bugs/waiting", bugs::waiting::RULES),
    ("bugs/yaml", bugs::yaml::RULES),
    ("calls/crypto", calls::crypto::RULES),
    ("calls/input", calls::input::RULES),
    ("calls/native", calls::native::RULES),
    ("calls/objects", calls::objects::RULES),
    ("calls/pages", calls::pages::RULES),
    ("calls/processes", calls::processes::RULES),
    ("calls/queries", calls::queries::RULES),
    (DEBUGGING, debugging::RULES),
    ("exposure", exposure::RULES),
    ("infrastructure", infrastructure::RULES),
    ("migrations", migrations::RULES),
    ("testing/switched", testing::switched::RULES),
    ("tls", tls::RULES),
    ("workflows", workflows::RULES),
];

/// Families that check a line, a file, or the whole change.
const CONFLICTS: &str = "conflicts";
const DEBUGGING: &str = "debugging";
const DEPENDENCIES: &str = "dependencies";
const EDITS: &str = "edits";
const GUARDS: &str = "guards";
const MODES: &str = "modes";
const SECRETS: &str = "secrets";
const TESTING: &str = "testing/deleted";
const UNICODE: &str = "unicode";
const UNTESTED: &str = "testing/untested";
const OTHERS: [&str; 9] = [
    CONFLICTS,
    DEPENDENCIES,
    EDITS,
    GUARDS,
    MODES,
    SECRETS,
    TESTING,
    UNICODE,
    UNTESTED,
];

/// The names of all families. Each can be left out.
pub fn families() -> Vec<&'static str> {
    let tables = TABLES.iter().map(|(name, _)| *name);
    tables.chain(OTHERS).collect()
}

/// Which families are left out.
#[derive(Clone, Copy)]
struct Omitted<'a>(&'a [String]);

impl Omitted<'_> {
    fn keeps(self, family: &str) -> bool {
        self.0.iter().all(|name| name != family)
    }

    fn tables(self) -> Vec<&'static [Rule]> {
        let kept = TABLES.iter().filter(|(name, _)| self.keeps(name));
        kept.map(|(_, rules)| *rules).collect()
    }
}

/// The results of the rules for a change.
#[derive(Default)]
pub struct Reading {
    /// The most important first.
    pub findings: Vec<Finding>,
    /// What the rules say of the change as a whole, for its summary.
    pub facts: Facts,
    /// A note for the reader about files that a rule did not check to the end; None if there are
    /// none.
    pub stopped_early: Option<String>,
}

/// Facts about the change as a whole, one line each; empty if there are none. They belong to no
/// line of code.
#[derive(Default)]
pub struct Facts {
    /// "The change adds 40 lines of code and touches no test."
    pub tests: String,
    pub dependencies: String,
}

impl Facts {
    fn of(hits: &[Hit]) -> Self {
        let about = |family: &str| -> Vec<String> {
            let of = hits
                .iter()
                .filter(|hit| hit.signal.name.starts_with(family));
            of.map(Hit::fact).collect()
        };
        Facts {
            tests: about("untested/").concat(),
            dependencies: clip(&about("dependencies/").join(" "), 600),
        }
    }
}

/// Whether a hit is a fact about the whole change.
fn is_fact(hit: &Hit) -> bool {
    hit.signal.name == untested::UNTESTED.name || dependencies::is_fact(hit.signal)
}

/// All findings of a change except those of the families in `omit`. Deterministic.
pub fn read(change: &Change, omit: &[String]) -> Reading {
    let report = report(change, Omitted(omit));
    let stopped_early = stopped_early(&report.partial);
    let (facts, hits): (Vec<Hit>, Vec<Hit>) =
        report.into_ranked_hits().into_iter().partition(is_fact);
    Reading {
        findings: hits.into_iter().map(Hit::finding).collect(),
        facts: Facts::of(&facts),
        stopped_early,
    }
}

fn stopped_early(partial: &BTreeSet<String>) -> Option<String> {
    let first = clip(&visible(partial.first()?), 200);
    let more = match partial.len() {
        1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    Some(format!(
        "A rule checks at most {} lines of a file; later lines were not checked in {first}{more}.",
        rule::MOST
    ))
}

pub fn scan(change: &Change) -> Vec<Finding> {
    read(change, &[]).findings
}

/// Files that are not to be reviewed count as evidence (a lock file, a moved test), but are not
/// reported.
fn report(change: &Change, omitted: Omitted) -> Report {
    let mut report = Report::default();
    let mut rules = Rules::new(omitted.tables(), secrets::is_on);
    let mut tests = testing::Tests::default();
    let mut dependencies = dependencies::Dependencies::default();
    let mut guards = guards::Guards::default();
    let mut unread: BTreeSet<&str> = BTreeSet::new();
    for entry in &change.files {
        let hunks = hunks(entry);
        let file = SourceFile::new(entry, &hunks);
        if generated::reason(&entry.path, &hunks, entry.status).is_some() {
            unread.insert(&entry.path);
        }
        if omitted.keeps(MODES) {
            modes::read(&file, &mut report);
        }
        if omitted.keeps(EDITS) {
            edits::read(&file, &mut report);
        }
        if omitted.keeps(TESTING) {
            tests.read(&file);
        }
        if omitted.keeps(DEPENDENCIES) {
            dependencies.read(&file, &mut report);
        }
        if omitted.keeps(GUARDS) {
            guards.read(&file);
        }
        lines(&file, rules.of(&file), omitted, &mut report);
    }
    if omitted.keeps(TESTING) {
        tests.conclude(&mut report);
    }
    if omitted.keeps(DEPENDENCIES) {
        dependencies.conclude(change, &mut report);
    }
    guards.conclude(&mut report);
    if omitted.keeps(UNTESTED) {
        untested::conclude(change, &mut report);
    }
    report.remove_from(&unread, |hit| hit.severity > Severity::Critical);
    if report.holds_secrets() {
        let gone = deleted(change);
        report.remove_known(|secret| gone.iter().any(|line| line.contains(secret)));
    }
    let skipped = change.files.iter().filter(|file| file.skip.is_some());
    report.remove_files(&skipped.map(|file| file.path.as_str()).collect());
    report
}

/// The lines that the change deletes or moves.
fn deleted(change: &Change) -> Vec<String> {
    let lines = change
        .files
        .iter()
        .flat_map(hunks)
        .flat_map(|hunk| hunk.lines);
    lines
        .filter(|line| line.kind == Kind::Deleted)
        .map(|line| line.text)
        .collect()
}

/// How a family checks an added line.
type Check = fn(&Row, &mut Report);

/// Checks each added line with all families that need only single lines.
fn lines(file: &SourceFile, mut rules: Option<&mut Index>, omitted: Omitted, report: &mut Report) {
    let checks: [(&str, Check); 4] = [
        (CONFLICTS, conflicts::check),
        (SECRETS, secrets::check),
        (UNICODE, unicode::check),
        (DEBUGGING, debugging::check),
    ];
    let checks = checks.into_iter().filter(|(name, _)| omitted.keeps(name));
    let checks: Vec<_> = checks.map(|(_, check)| check).collect();
    let mut apply = |rows: &source_file::Rows, report: &mut Report| {
        for row in rows.added() {
            checks.iter().for_each(|check| check(&row, report));
            if let Some(rules) = &mut rules {
                rules.check(&row, report);
            }
        }
    };
    let start = report.mark();
    file.rows().for_each(|rows| apply(&rows, report));
    if report.mark() > start && file.deleted().next().is_some() {
        let mut before = Report::default();
        file.rows_before()
            .for_each(|rows| apply(&rows, &mut before));
        report.remove_old(start, &before, file);
    }
}

/// Empty for a file without a patch, or with one that cannot be parsed; the review names such
/// files.
fn hunks(file: &File) -> Vec<Hunk> {
    let patch = file.patch.as_deref().unwrap_or_default();
    patch::parse(patch).unwrap_or_default()
}

#[cfg(test)]
fn hits(change: &Change) -> Vec<Hit> {
    report(change, Omitted(&[])).into_ranked_hits()
}

#[cfg(test)]
#[path = "../../tests/signals/corpus.rs"]
mod corpus;

#[cfg(test)]
#[path = "../../tests/signals/stories.rs"]
mod stories;
