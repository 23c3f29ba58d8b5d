//! The review of a change, from the first look at it to the finished record.

use crate::ask::answer_guard::{distinct, repeats};
use crate::ask::file_texts;
use crate::ask::host::{Host, Stop};
use crate::ask::plan::{self, plan};
use crate::ask::prompt_context::{PromptContext, fit_model};
use crate::ask::surroundings::{self, Surroundings};
use crate::diff::overview::{self, Overview};
use crate::diff::triage::{self, FileDecision};
use crate::findings::batches;
use crate::findings::earlier;
use crate::findings::merge::{merge, merge_unsure};
use crate::findings::report::ModelReport;
use crate::findings::reported::{self, drop_reported};
use crate::findings::rounds::review_chunks;
use crate::findings::verify::verify;
use crate::signals;
use crate::summary::digests;
use crate::summary::heuristics;
use crate::summary::model::Summary;
use crate::summary::rounds::summarise;
use crate::wit::{Change, Coverage, Features, File, Finding, Note, Review, Settings};

/// The most entries that a list of the review may have; the host accepts no more.
const MOST: usize = 10_000;

/// The most risks of a model.
const RISKS: usize = 8;

/// Begins the reason where the rest was reviewed.
const PART: &str = "only a part of it was reviewed: ";

/// Reasons for files whose text was not read.
const UNREAD: &str = "neither a model nor a rule has checked it";
const SMALL: &str = "the model's context is too small for any part of it";

/// Everything that is said about the change as a whole.
struct Words {
    summary: Summary,
    notes: Vec<Note>,
    problems: Vec<String>,
}

/// Reviews `change` with the model of `settings`, or by signals alone.
pub fn review(host: &Host, change: &Change, settings: &Settings) -> Result<Review, Stop> {
    let signals = if settings.features.signals {
        signals::read(change, &settings.omit)
    } else {
        signals::Reading::default()
    };
    let signals::Reading {
        findings: mut signals,
        facts,
        stopped_early,
    } = signals;
    let mut reported = drop_reported(&mut signals, &change.reports);
    // A change without files gives no question to ask.
    let model = settings.model.as_ref().filter(|_| !change.files.is_empty());
    let mut decisions = triage::decisions(change, model.is_some());
    if model.is_some() {
        earlier::keep_unchanged(change, &mut decisions);
    }
    let decisions = file_texts::add_contexts(host, change, settings, decisions)?;
    let around = surroundings::gather(host, change, settings, &decisions)?;
    let unseen = unseen(&around);
    let mut coverage = coverage(change, &decisions);
    let overview = Overview::of(change, &decisions);
    let fitted = match model {
        Some(model) => Some(fit_model(host, change, settings, model)?),
        None => None,
    };
    let mut unsure = Vec::new();
    let (findings, mut words) = match &fitted {
        None | Some(Err(_)) => {
            if let Some(Err(_)) = fitted {
                mark_unread(&mut coverage, &decisions, SMALL);
            } else if !settings.features.signals {
                mark_unread(&mut coverage, &decisions, UNREAD);
            }
            let findings = merge(signals, Vec::new(), settings);
            let mut words = by_signals(change, &settings.features, &overview, &findings);
            let reason = fitted.and_then(Result::err);
            let reason = reason.map(|why| format!("The model was not asked: {why}."));
            words.problems.extend(reason);
            (findings, words)
        }
        Some(Ok(model)) => {
            let mut context = PromptContext::new(host, change, settings, model)?;
            context.surround(around, seen(&decisions))?;
            check_templates(&context)?;
            let shown: Vec<bool> = decisions
                .iter()
                .map(|decision| matches!(decision, FileDecision::Read(..)))
                .collect();
            let mut known = ModelReport::default();
            let (kept, kept_unsure) = earlier::recall(change, &decisions, &mut known);
            let groups = planned(&mut context, &decisions)?;
            let mut report = review_chunks(&context, decisions, &signals, &groups)?;
            reported += report.drop_reported(&change.reports);
            let mut verified = verify(&context, &mut report, &signals)?;
            report.recall(known);
            report.risks.append(&mut verified.risks);
            verified.findings.extend(kept);
            verified.unsure.extend(kept_unsure);
            let signals =
                earlier::without_refuted(signals, &verified.refuted, &mut report.problems);
            let findings = merge(signals, verified.findings, settings);
            unsure = merge_unsure(verified.unsure, &findings, settings);
            mark_missed(&mut coverage, &shown, &report);
            let words = by_model(&context, &overview, report, &findings)?;
            (findings, words)
        }
    };
    words.summary.add(facts);
    words.problems.extend(stopped_early);
    words.problems.extend(unseen);
    words.problems.extend(reported::note(reported));
    Ok(assemble(
        change,
        overview,
        coverage,
        (findings, unsure),
        words,
    ))
}

/// The groups of files to read together: by the plan, or by what they define and use of each other.
fn planned(
    context: &mut PromptContext,
    decisions: &[FileDecision],
) -> Result<Vec<Vec<usize>>, Stop> {
    let numbered = (0..).zip(decisions);
    let read: Vec<(usize, usize)> = numbered
        .filter_map(|(at, decision)| Some((at, decision.bytes()?)))
        .collect();
    let bytes = read.iter().map(|(_, bytes)| bytes).sum();
    let mut groups = context.linked();
    if read.len() > 1 && context.needs_plan(bytes) {
        let files: Vec<usize> = read.into_iter().map(|(at, _)| at).collect();
        let plan = plan(context, &files)?;
        context.follow(plan.noted);
        groups.extend(plan.groups);
    }
    Ok(groups)
}

/// The positions of the files whose text a model sees, now or in the last review.
fn seen(decisions: &[FileDecision]) -> Vec<usize> {
    let numbered = (0..).zip(decisions);
    let seen = numbered
        .filter(|(_, decision)| matches!(decision, FileDecision::Read(..) | FileDecision::Kept));
    seen.map(|(at, _)| at).collect()
}

/// A problem for the reader if the repository could not be read.
fn unseen(around: &Surroundings) -> Option<String> {
    let failed = !around.failure.is_empty();
    failed.then(|| format!("The review sees only the diff, because {}.", around.failure))
}

/// Renders the templates that only some reviews need, so that the first review of all reports a broken one.
fn check_templates(context: &PromptContext) -> Result<(), Stop> {
    digests::prompt(context, "x", "x")?;
    if context.has_template("plan") {
        plan::check_template(context)?;
    }
    if context.settings.features.verification {
        batches::check_template(context)?;
    }
    Ok(())
}

/// Which files are reviewed, as far as this is known before the model is asked. Without a model it is final:
/// a file whose patch the signals scanned counts as reviewed.
fn coverage(change: &Change, decisions: &[FileDecision]) -> Vec<Coverage> {
    let entry = |(file, decision): (&File, &FileDecision)| {
        let part = || Some(format!("{PART}{}", triage::shortage(file, decision)?));
        let reason = decision.unread().map(str::to_owned).or_else(part);
        Coverage {
            path: file.path.clone(),
            reviewed: reason.is_none(),
            reason,
            later: false,
        }
    };
    change.files.iter().zip(decisions).map(entry).collect()
}

/// Marks the files that the model was `shown` and gave no answer about, or not in full: a file is reviewed when
/// all of its changed lines were in requests that were answered.
fn mark_missed(coverage: &mut [Coverage], shown: &[bool], report: &ModelReport) {
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

/// Marks every file that was to be read: no reader is configured, or the text is too long for the model.
fn mark_unread(coverage: &mut [Coverage], decisions: &[FileDecision], why: &str) {
    for (entry, decision) in coverage.iter_mut().zip(decisions) {
        if matches!(decision, FileDecision::Read(..)) {
            entry.reviewed = false;
            entry.reason = Some(why.to_string());
        }
    }
}

fn by_signals(
    change: &Change,
    features: &Features,
    overview: &Overview,
    findings: &[Finding],
) -> Words {
    Words {
        summary: heuristics::summary(change, features, overview, findings),
        notes: heuristics::notes(change, overview, findings),
        problems: Vec::new(),
    }
}

fn by_model(
    context: &PromptContext,
    overview: &Overview,
    mut report: ModelReport,
    findings: &[Finding],
) -> Result<Words, Stop> {
    let features = &context.settings.features;
    let mut words = by_signals(context.change, features, overview, findings);
    words.summary.risks.extend(risks(&report.risks, findings));
    // A model that said nothing about any file will not say more about all of them.
    let is_silent = report.read.is_empty() && !report.missed.is_empty();
    if !is_silent {
        words.notes = notes(context.change, &report);
    }
    if !is_silent && features.summary {
        match summarise(context, overview, &report, findings)? {
            Ok(summary) => {
                let risks = risks(&report.risks, findings);
                words.summary = Summary { risks, ..summary };
            }
            Err(why) => {
                report.problems.push(format!(
                    "The model gave no summary ({why}); this one is compiled from its notes."
                ));
            }
        }
    }
    words.problems = report.problems;
    Ok(words)
}

/// The verified risks, each once, without those that a finding names already.
fn risks(said: &[String], findings: &[Finding]) -> Vec<String> {
    let titles: Vec<String> = findings.iter().map(|one| one.title.clone()).collect();
    let fresh = said.iter().filter(|risk| !repeats(risk, &titles)).cloned();
    distinct(fresh.collect()).into_iter().take(RISKS).collect()
}

/// The model's notes, in the change's order.
fn notes(change: &Change, report: &ModelReport) -> Vec<Note> {
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
    overview: Overview,
    coverage: Vec<Coverage>,
    (mut findings, mut unsure): (Vec<Finding>, Vec<Finding>),
    words: Words,
) -> Review {
    let effort = overview::effort(change, &overview.kinds, &findings);
    findings.truncate(MOST);
    unsure.truncate(MOST);
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
    let mut order = overview::order(change, &overview.kinds);
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
        unsure,
        coverage,
        areas: overview.areas,
        order,
        effort,
        problems,
    }
}
