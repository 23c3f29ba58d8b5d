//! The review of a change, from the first look at it to its last word.

use crate::desk::{self, Desk};
use crate::fold::{Cx, Stop};
use crate::map::{self, Land};
use crate::merge::merge;
use crate::plain;
use crate::rounds;
use crate::rounds::chunks::{self, Report};
use crate::rounds::summary::{Summary, summarise};
use crate::rounds::verify::verify;
use crate::signals;
use crate::texts;
use crate::triage::{self, Fate};
use crate::wit::{Change, Coverage, Features, File, Finding, Note, Review, Settings};

/// The most entries that a list of the review may have; the host takes no more.
const MOST: usize = 10_000;

/// Begins the reason where the rest was reviewed.
const PART: &str = "only a part of it was reviewed: ";

/// Reasons of files whose text was not read.
const NOBODY: &str = "neither a model nor a rule has read it";
const SMALL: &str = "the model's context is too small for any of it";

/// Everything that is said about the whole change.
struct Words {
    summary: Summary,
    notes: Vec<Note>,
    problems: Vec<String>,
}

/// Reviews `change`: with the model of `settings`, or by signals alone.
pub fn review(cx: &Cx, change: &Change, settings: &Settings) -> Result<Review, Stop> {
    let signals = if settings.features.signals {
        signals::read(change, &settings.omit)
    } else {
        signals::Reading::default()
    };
    let (signals, silent) = (signals.findings, signals.silent);
    // About a change without files there is nothing to ask.
    let model = settings.model.as_ref().filter(|_| !change.files.is_empty());
    let fates = triage::fates(change, model.is_some());
    let fates = texts::surround(cx, change, settings, fates)?;
    let mut coverage = coverage(change, &fates);
    let land = Land::of(change, &fates);
    let fitted = match model {
        Some(model) => Some(desk::fitted(cx, change, settings, model)?),
        None => None,
    };
    let (findings, mut words) = match &fitted {
        None | Some(Err(_)) => {
            if let Some(Err(_)) = fitted {
                nobody_read(&mut coverage, &fates, SMALL);
            } else if !settings.features.signals {
                nobody_read(&mut coverage, &fates, NOBODY);
            }
            let findings = merge(signals, Vec::new(), settings);
            let mut words = by_signals(change, &settings.features, &land, &findings);
            let told = fitted.and_then(Result::err);
            let told = told.map(|why| format!("The model was not asked: {why}."));
            words.problems.extend(told);
            (findings, words)
        }
        Some(Ok(model)) => {
            let desk = Desk::new(cx, change, settings, model)?;
            rounds::rehearse(&desk)?;
            let shown: Vec<bool> = fates
                .iter()
                .map(|fate| matches!(fate, Fate::Read(..)))
                .collect();
            let mut report = chunks::review(&desk, fates, &signals)?;
            let found = verify(&desk, &mut report, &signals)?;
            let findings = merge(signals, found, settings);
            own_up(&mut coverage, &shown, &report);
            let words = by_model(&desk, &land, report, &findings)?;
            (findings, words)
        }
    };
    words.problems.extend(silent);
    Ok(assemble(change, land, coverage, findings, words))
}

/// Which files are reviewed, as far as it is known before anybody is asked. Without a model this is
/// the last word: a file whose patch the signals scanned counts as reviewed.
fn coverage(change: &Change, fates: &[Fate]) -> Vec<Coverage> {
    let entry = |(file, fate): (&File, &Fate)| {
        let part = || Some(format!("{PART}{}", triage::shortage(file, fate)?));
        let reason = fate.unread().map(str::to_owned).or_else(part);
        Coverage {
            path: file.path.clone(),
            reviewed: reason.is_none(),
            reason,
            later: false,
        }
    };
    change.files.iter().zip(fates).map(entry).collect()
}

/// Names what the model was `shown` and did not answer for, or not in full: a file is reviewed when all of
/// its changed lines were in questions that were answered.
fn own_up(coverage: &mut [Coverage], shown: &[bool], report: &Report) {
    for (at, (entry, shown)) in coverage.iter_mut().zip(shown).enumerate() {
        let is_read = report.read.contains(&at);
        if let Some(missed) = report.missed.get(&at) {
            let part = if is_read { PART } else { "" };
            entry.reviewed = false;
            entry.reason = Some(format!("{part}{}", missed.why));
            entry.later = missed.later;
        } else if *shown && !is_read {
            entry.reviewed = false;
            entry.reason = Some("the model was not asked about it".to_string());
        }
    }
}

/// No text was read: there is nobody to read it, or it is too long for the model.
fn nobody_read(coverage: &mut [Coverage], fates: &[Fate], why: &str) {
    for (entry, fate) in coverage.iter_mut().zip(fates) {
        if matches!(fate, Fate::Read(..)) {
            entry.reviewed = false;
            entry.reason = Some(why.to_string());
        }
    }
}

fn by_signals(change: &Change, features: &Features, land: &Land, findings: &[Finding]) -> Words {
    Words {
        summary: plain::summary(change, features, land, findings),
        notes: plain::notes(change, land, findings),
        problems: Vec::new(),
    }
}

fn by_model(
    desk: &Desk,
    land: &Land,
    mut report: Report,
    findings: &[Finding],
) -> Result<Words, Stop> {
    let mut words = by_signals(desk.change, &desk.settings.features, land, findings);
    // A model that said nothing about any file will not say more about all of them.
    let is_silent = report.read.is_empty() && !report.missed.is_empty();
    if !is_silent {
        words.notes = notes(desk.change, &report);
    }
    if !is_silent && desk.settings.features.summary {
        match summarise(desk, land, &report, findings)? {
            Ok(summary) => words.summary = summary,
            Err(why) => {
                words
                    .summary
                    .risks
                    .extend(report.risks.iter().take(8).cloned());
                report.problems.push(format!("There is no summary by the model ({why}); this one is put together from its notes."));
            }
        }
    }
    words.problems = report.problems;
    Ok(words)
}

/// The model's notes, in the change's order.
fn notes(change: &Change, report: &Report) -> Vec<Note> {
    let note = |(at, text): (&usize, &String)| {
        Some(Note {
            name: change.files.get(*at)?.path.clone(),
            text: text.clone(),
        })
    };
    report.notes.iter().filter_map(note).collect()
}

fn assemble(
    change: &Change,
    land: Land,
    coverage: Vec<Coverage>,
    mut findings: Vec<Finding>,
    words: Words,
) -> Review {
    let effort = map::effort(change, &land.kinds, &findings);
    findings.truncate(MOST);
    let Words {
        summary,
        mut notes,
        mut problems,
    } = words;
    notes.truncate(MOST);
    problems.truncate(100);
    let Summary {
        purpose,
        majors,
        risks,
        mut commits,
        walkthrough,
        tests,
        diagram,
    } = summary;
    commits.truncate(MOST);
    let mut order = map::order(change, &land.kinds);
    order.truncate(MOST);
    Review {
        purpose,
        risks,
        majors,
        commits,
        notes,
        walkthrough,
        tests,
        diagram,
        findings,
        coverage,
        areas: land.areas,
        order,
        effort,
        problems,
    }
}
