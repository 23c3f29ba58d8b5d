//! What can be said about a change without a model, by rules.

use std::collections::BTreeMap;

use crate::diff::kinds::kind_of;
use crate::diff::overview::Overview;
use crate::diff::render;
use crate::diff::triage::size;
use crate::summary::model::{Summary, wanted};
use crate::summary::walkthrough;
use crate::text::visible::clip;
use crate::text::wording::count;
use crate::wit::{Area, Change, Commit, Features, File, Finding, Note, Severity};

/// The most notes, major changes and risks.
const NOTES: usize = 10;
const MAJORS: usize = 5;
const RISKS: usize = 8;

/// The whole summary.
pub fn summary(
    change: &Change,
    features: &Features,
    overview: &Overview,
    findings: &[Finding],
) -> Summary {
    Summary {
        purpose: purpose(change, &overview.areas),
        majors: majors(change, overview, findings),
        risks: risks(findings),
        commits: wanted(features.commits, commits(change)),
        walkthrough: wanted(features.walkthrough, walkthrough::by_rule(change, overview)),
        tests: String::new(),
        diagram: None,
    }
}

/// Title, size and areas.
pub fn purpose(change: &Change, areas: &[Area]) -> String {
    let title = clip(change.title.trim(), 300);
    let title = if title.is_empty() {
        "This change".to_string()
    } else {
        format!("\u{201c}{title}\u{201d}")
    };
    let (more, less) = change.files.iter().fold((0, 0), |(more, less), file| {
        (
            more + u64::from(file.additions),
            less + u64::from(file.deletions),
        )
    });
    let within = if change.commits.len() > 1 {
        format!(" in {} commits", change.commits.len())
    } else {
        String::new()
    };
    let areas: Vec<String> = areas
        .iter()
        .take(6)
        .map(|area| format!("{} ({})", area.name, count(area.files as usize, "file")))
        .collect();
    let areas = if areas.is_empty() {
        String::new()
    } else {
        format!(": {}", areas.join(", "))
    };
    let lines = format!(
        "{} added and {} deleted",
        count(more as usize, "line"),
        less
    );
    format!(
        "{title} touches {}{within}, with {lines}{areas}.",
        count(change.files.len(), "file")
    )
}

/// The largest files and those with the most severe findings.
pub fn majors(change: &Change, overview: &Overview, findings: &[Finding]) -> Vec<String> {
    let files = by_importance(change, overview, findings)
        .into_iter()
        .take(MAJORS);
    files
        .map(|file| format!("{}: {}", clip(&file.path, 300), kind_status_and_size(file)))
        .collect()
}

/// A note each on the most important files.
pub fn notes(change: &Change, overview: &Overview, findings: &[Finding]) -> Vec<Note> {
    let files = by_importance(change, overview, findings)
        .into_iter()
        .take(NOTES);
    files
        .map(|file| Note {
            name: file.path.clone(),
            text: kind_and_status(file),
        })
        .collect()
}

/// The files to review, the most important first: by their worst finding, then by size.
fn by_importance<'a>(
    change: &'a Change,
    overview: &Overview,
    findings: &[Finding],
) -> Vec<&'a File> {
    let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
    for finding in findings {
        let known = worst.entry(&finding.path).or_insert(finding.severity);
        *known = finding.severity.min(*known);
    }
    let severe = |file: &File| {
        worst
            .get(file.path.as_str())
            .copied()
            .filter(|severity| *severity <= Severity::Major)
    };
    let files = change.files.iter().zip(&overview.kinds);
    let readable = files.filter(|(_, kind)| kind.reviewable());
    let mut files: Vec<&File> = readable.map(|(file, _)| file).collect();
    files.sort_by_key(|file| {
        (
            severe(file).unwrap_or(Severity::Minor),
            std::cmp::Reverse(size(file)),
            &file.path,
        )
    });
    files
}

/// Kind, status and size of a file; without a diff, the reason.
fn kind_status_and_size(file: &File) -> String {
    let lines = match (file.additions, file.deletions, &file.absent) {
        (0, 0, Some(_)) => return kind_and_status(file),
        (0, 0, None) => "no lines changed".to_string(),
        (more, less, _) => format!("{} added, {less} deleted", count(more as usize, "line")),
    };
    format!("{}, {lines}", kind_and_status(file))
}

/// Kind and status of a file; without a diff, the reason.
fn kind_and_status(file: &File) -> String {
    let known = format!(
        "{}, {}",
        kind_of(file).area(),
        render::status_name(file.status)
    );
    match (file.additions, file.deletions, &file.absent) {
        (0, 0, Some(reason)) => format!("{known}, {}", clip(reason, 300)),
        _ => known,
    }
}

/// The severe findings, each title with the places where it was found.
pub fn risks(findings: &[Finding]) -> Vec<String> {
    let mut places: Vec<(&str, Vec<String>)> = Vec::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.severity <= Severity::Major)
    {
        let place = format!("{}:{}", clip(&finding.path, 200), finding.line);
        let is_full = places.len() >= RISKS;
        match places.iter_mut().find(|(title, _)| *title == finding.title) {
            Some((_, known)) => known.push(place),
            None if !is_full => places.push((&finding.title, vec![place])),
            None => {}
        }
    }
    places
        .into_iter()
        .map(|(title, places)| format!("{} ({})", clip(title, 300), named(&places)))
        .collect()
}

fn named(places: &[String]) -> String {
    let shown = places
        .iter()
        .take(3)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if places.len() > 3 {
        format!("{shown} and {} more", places.len() - 3)
    } else {
        shown
    }
}

/// Each of several commits by the files that it touches. The reader sees its message anyway.
pub fn commits(change: &Change) -> Vec<Note> {
    if change.commits.len() < 2 {
        return Vec::new();
    }
    let note = |commit: &Commit| Note {
        name: commit.sha.clone(),
        text: touched(&commit.paths),
    };
    change.commits.iter().map(note).collect()
}

fn touched(paths: &[String]) -> String {
    if paths.is_empty() {
        String::new()
    } else {
        format!("touches {}", clip(&named(paths), 1000))
    }
}
