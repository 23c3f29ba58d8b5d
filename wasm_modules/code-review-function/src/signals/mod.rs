//! Signals: risks that can be seen in the diff itself, without a model.
//!
//! [`scan`] reads the files of a change once, in their order. Families that look at single lines of
//! code are tables of [`rule::Rule`]s; the others read a whole file or the whole change. Only added
//! lines give rise to a signal, except where something is missed that was deleted. Comments and
//! strings are no code (see [`mask`]); tests and examples are taken easy.

mod bugs;
mod call;
mod calls;
mod conflicts;
mod debugging;
mod dependencies;
mod edits;
mod exposure;
mod guards;
mod infrastructure;
mod mask;
mod migrations;
mod modes;
mod opening;
mod paint;
mod place;
mod report;
mod rule;
mod secrets;
mod syntax;
mod testing;
mod text;
mod tls;
mod unicode;
mod untested;
mod workflows;

use std::collections::BTreeSet;

use place::Place;
use report::{Hit, Report};
use rule::{Index, Rule, Rules};

use crate::patch::{self, Hunk};
use crate::visible::{clip, visible};
use crate::wit::{Change, File, Finding, Source};

const TABLES: &[&[Rule]] = &[
    bugs::COMMON,
    bugs::c::RULES,
    bugs::excepts::RULES,
    bugs::go::RULES,
    bugs::memory::RULES,
    bugs::java::RULES,
    bugs::javascript::RULES,
    bugs::php::RULES,
    bugs::python::RULES,
    bugs::ruby::RULES,
    bugs::rust::RULES,
    bugs::sql::RULES,
    bugs::texts::RULES,
    bugs::waiting::RULES,
    bugs::yaml::RULES,
    calls::crypto::RULES,
    calls::input::RULES,
    calls::native::RULES,
    calls::objects::RULES,
    calls::pages::RULES,
    calls::processes::RULES,
    calls::queries::RULES,
    debugging::RULES,
    exposure::RULES,
    infrastructure::RULES,
    migrations::RULES,
    testing::switched::RULES,
    tls::RULES,
    workflows::RULES,
];

/// What the rules said about a change.
#[derive(Default)]
pub struct Reading {
    /// The most important first.
    pub findings: Vec<Finding>,
    /// Where a rule fell silent, in words for the reader; None when none did.
    pub silent: Option<String>,
}

/// All findings of a change; the same for the same change.
pub fn read(change: &Change) -> Reading {
    let report = report(change);
    let silent = silent(&report.partial);
    let hits = report.folded().into_iter();
    Reading {
        findings: hits.map(Hit::finding).collect(),
        silent,
    }
}

fn silent(partial: &BTreeSet<String>) -> Option<String> {
    let first = clip(&visible(partial.first()?), 200);
    let more = match partial.len() {
        1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    Some(format!(
        "A rule looks at no more than {} lines of a file; some lines beyond were left out in {first}{more}.",
        rule::MOST
    ))
}

pub fn scan(change: &Change) -> Vec<Finding> {
    read(change).findings
}

/// Whether a finding of the rules is about the change as a whole, so that any file may bring it about on
/// any other.
pub fn is_of_the_whole(finding: &Finding) -> bool {
    finding.source == Source::Signal && finding.title == untested::UNTESTED.title
}

/// Files that are not to be reviewed are evidence (a lock file, a test that moved), and nothing is
/// said about them.
fn report(change: &Change) -> Report {
    let mut report = Report::default();
    let mut rules = Rules::new(TABLES);
    let mut tests = testing::Tests::default();
    let mut dependencies = dependencies::Dependencies::default();
    let mut guards = guards::Guards::default();
    for file in &change.files {
        let hunks = hunks(file);
        let place = Place::new(file, &hunks);
        modes::read(&place, &mut report);
        edits::read(&place, &mut report);
        tests.read(&place);
        dependencies.read(&place, &mut report);
        guards.read(&place);
        lines(&place, rules.of(&place), &mut report);
    }
    tests.conclude(&mut report);
    dependencies.conclude(change, &mut report);
    guards.conclude(&mut report);
    untested::conclude(change, &mut report);
    let skipped = change.files.iter().filter(|file| file.skip.is_some());
    report.forget(&skipped.map(|file| file.path.as_str()).collect());
    report
}

/// Looks at each added line, once for all families that need no more than that.
fn lines(place: &Place, mut rules: Option<&mut Index>, report: &mut Report) {
    for rows in place.rows() {
        for row in rows.added() {
            conflicts::look(&row, report);
            secrets::look(&row, report);
            unicode::look(&row, report);
            debugging::look(&row, report);
            if let Some(rules) = &mut rules {
                rules.look(&row, report);
            }
        }
    }
}

/// None for a file without a patch, or with one that cannot be read; the review names those.
fn hunks(file: &File) -> Vec<Hunk> {
    let patch = file.patch.as_deref().unwrap_or_default();
    patch::parse(patch).unwrap_or_default()
}

#[cfg(test)]
fn hits(change: &Change) -> Vec<Hit> {
    report(change).folded()
}

#[cfg(test)]
#[path = "../../tests/signals/corpus.rs"]
mod corpus;

#[cfg(test)]
#[path = "../../tests/signals/stories.rs"]
mod stories;
