//! The results of the questions about the chunks.

use std::collections::{BTreeMap, BTreeSet};

use crate::ask::file_diffs::FilePart;
use crate::ask::pieces::Layout;
use crate::ask::questions::Unanswered;
use crate::diff::render;
use crate::findings::claims::{ChunkClaims, Claim, Subject};
use crate::findings::readings::combine;
use crate::findings::reported::repeated;
use crate::text::visible::{clip, visible};
use crate::wit::{Finding, Report};

/// The number of files from which the same text is about none of them.
const REPEATED: usize = 3;

/// What the model said about the files, by their position in the change.
#[derive(Default)]
pub struct ModelReport<'a> {
    /// Whether the model is asked for little at a time.
    pub simple: bool,
    pub notes: BTreeMap<usize, String>,
    /// The claims about each chunk.
    pub found: Vec<ChunkClaims<'a>>,
    /// The risks that were verified.
    pub risks: Vec<String>,
    /// Files that were shown, at least in part, and for which there was an answer.
    pub read: BTreeSet<usize>,
    /// Why a file, or a part of it, was not reviewed.
    pub missed: BTreeMap<usize, Missed>,
    /// Problems that the reader should know about.
    pub problems: Vec<String>,
    /// The number of findings that do not match the diff.
    pub dropped: usize,
    /// The number of findings, risks and notes that say nothing about the change.
    pub unsound: usize,
}

pub struct Missed {
    pub why: String,
    /// Whether only the budget prevented it.
    pub later: bool,
    path: String,
}

impl<'a> ModelReport<'a> {
    /// Adds claims about a chunk to those of its other readings.
    pub fn claim(&mut self, claims: ChunkClaims<'a>) {
        match self.found.iter_mut().find(|one| one.name == claims.name) {
            Some(known) => combine(&mut known.claims, claims.claims),
            None if claims.claims.is_empty() => {}
            None => self.found.push(claims),
        }
    }

    /// Adds what an earlier review said about files that were not read again.
    pub fn recall(&mut self, known: ModelReport) {
        self.read.extend(known.read);
        self.notes.extend(known.notes);
        self.risks.extend(known.risks);
    }

    /// Records files without an answer for their lines. A file without lines is reviewed by its
    /// name.
    pub fn miss(&mut self, parts: &[FilePart], why: Unanswered) {
        let later = matches!(why, Unanswered::Budget(_));
        let why = why.reason();
        let missed = parts.iter().filter(|part| !part.diff.hunks.is_empty());
        let missed: Vec<&FilePart> = missed.collect();
        if !later {
            self.note_missed(&missed, &why);
        }
        for part in missed {
            let known = self.missed.get(&part.diff.file);
            if known.is_none_or(|known| known.later && !later) {
                let missed = Missed {
                    why: clip(&why, 900),
                    later,
                    path: part.diff.path.to_string(),
                };
                self.missed.insert(part.diff.file, missed);
            }
        }
    }

    fn note_missed(&mut self, missed: &[&FilePart], why: &str) {
        let is_new = |part: &&&FilePart| {
            let known = self.missed.get(&part.diff.file);
            known.is_none_or(|known| known.later)
        };
        let fresh: Vec<&str> = missed
            .iter()
            .filter(is_new)
            .map(|part| part.diff.path)
            .collect();
        if !fresh.is_empty() {
            let why = clip(why, 400);
            self.problems
                .push(format!("Not reviewed: {}: {why}", names(&fresh)));
        }
    }

    pub fn clear_replacements(&mut self) {
        for claim in self.found.iter_mut().flat_map(|one| &mut one.claims) {
            if let Subject::Finding(finding) = &mut claim.subject {
                finding.replacement = None;
            }
        }
    }

    pub fn note_clipped(&mut self, parts: &[FilePart], layout: Layout) {
        let long = |part: &&FilePart| render::clipped(&part.diff.hunks, layout.line) > 0;
        let paths: Vec<&str> = parts
            .iter()
            .filter(long)
            .map(|part| part.diff.path)
            .collect();
        if !paths.is_empty() {
            self.problems.push(format!(
                "Lines longer than {} bytes were truncated for the model: {}.",
                layout.line,
                names(&paths)
            ));
        }
    }

    pub fn note_dropped(&mut self) {
        match self.dropped {
            0 => {}
            1 => self.problems.push(
                "One model finding was dropped because it does not refer to a line of the diff.".to_string(),
            ),
            many => self.problems.push(format!(
                "{many} model findings were dropped because they do not refer to a line of the diff."
            )),
        }
    }

    /// Drops findings that other tools have reported already; returns their number.
    pub fn drop_reported(&mut self, reports: &[Report]) -> usize {
        let found = self.found.iter_mut();
        let dropped = found.map(|one| {
            let findings: Vec<_> = one.claims.iter().filter_map(Claim::finding).collect();
            let repeated = repeated(&findings, reports);
            retain_findings(&mut one.claims, |at, _| !repeated.contains(&at))
        });
        let count = dropped.sum();
        self.found.retain(|one| !one.claims.is_empty());
        count
    }

    /// Drops findings with the same text in several files: it is about none of them.
    pub fn drop_repeated(&mut self) {
        let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let claims = self.found.iter().flat_map(|one| &one.claims);
        for finding in claims.filter_map(Claim::finding) {
            let paths = files.entry(text_of(finding)).or_default();
            paths.insert(finding.path.clone());
        }
        for one in &mut self.found {
            self.unsound += retain_findings(&mut one.claims, |_, finding| {
                let paths = files.get(&text_of(finding));
                paths.is_none_or(|paths| paths.len() < REPEATED)
            });
        }
        self.found.retain(|one| !one.claims.is_empty());
    }

    pub fn note_unsound(&mut self) {
        match self.unsound {
            0 => {}
            1 => self.problems.push(
                "One statement of the model was dropped because it repeats the question or names nothing of the change."
                    .to_string(),
            ),
            many => self.problems.push(format!(
                "{many} statements of the model were dropped because they repeat the question or name nothing of the change."
            )),
        }
    }

    /// Reports the files for which the budget was not enough, once.
    pub fn note_later(&mut self) {
        let later: Vec<&Missed> = self.missed.values().filter(|one| one.later).collect();
        let paths: Vec<&str> = later.iter().map(|one| one.path.as_str()).collect();
        let (names, why) = (names(&paths), later.first().map_or("", |one| &one.why));
        let (count, are) = match paths.len() {
            0 => return,
            1 => ("1 file".to_string(), "is"),
            many => (format!("{many} files"), "are"),
        };
        let told = if self.read.is_empty() {
            format!(
                "The model could not be asked at all: {why}. {count} ({names}) {are} not reviewed by the model."
            )
        } else {
            format!(
                "The model could not be asked about everything: {why}. {count} ({names}) {are} not fully reviewed."
            )
        };
        self.problems.push(told);
    }
}

/// Keeps the findings that `keep`, by their number among the findings, and all other claims; returns how many went.
fn retain_findings(claims: &mut Vec<Claim>, keep: impl Fn(usize, &Finding) -> bool) -> usize {
    let (before, mut next) = (claims.len(), 0);
    claims.retain(|claim| {
        let Some(finding) = claim.finding() else {
            return true;
        };
        next += 1;
        keep(next - 1, finding)
    });
    before - claims.len()
}

fn text_of(finding: &Finding) -> String {
    format!("{}\n{}", finding.title.trim(), finding.body.trim()).to_lowercase()
}

/// The first of `paths`, and the number of the others.
fn names(paths: &[&str]) -> String {
    let shown: Vec<String> = paths
        .iter()
        .take(3)
        .map(|path| clip(&visible(path), 200))
        .collect();
    let more = paths.len() - shown.len();
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}
