//! What the last review said about files whose diff has not changed since: they are not reviewed again.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::triage::FileDecision;
use crate::findings::report::ModelReport;
use crate::wit::{Change, Finding, Source};

/// Takes the unchanged files out of the review.
pub fn keep_unchanged(change: &Change, decisions: &mut [FileDecision]) {
    let Some(earlier) = &change.earlier else {
        return;
    };
    let paths: BTreeSet<&str> = earlier.paths.iter().map(String::as_str).collect();
    for (file, decision) in change.files.iter().zip(decisions) {
        if matches!(decision, FileDecision::Read(..)) && paths.contains(file.path.as_str()) {
            *decision = FileDecision::Kept;
        }
    }
}

/// The notes on the unchanged files, as if they had been read again, and the findings in them. Findings that the
/// settings exclude by now are left out when all are merged.
pub fn recall<'a>(
    change: &'a Change,
    decisions: &[FileDecision],
    report: &mut ModelReport,
) -> (Vec<Finding>, Vec<Finding>) {
    let Some(earlier) = &change.earlier else {
        return Default::default();
    };
    let files = (0..).zip(&change.files).zip(decisions);
    let kept = files.filter(|(_, decision)| matches!(decision, FileDecision::Kept));
    let kept: BTreeMap<&str, usize> = kept
        .map(|((at, file), _)| (file.path.as_str(), at))
        .collect();
    report.read.extend(kept.values());
    if !kept.is_empty() {
        report.risks.extend(earlier.risks.iter().cloned());
    }
    for note in &earlier.notes {
        if let Some(at) = kept.get(note.name.as_str()) {
            report.notes.insert(*at, note.text.clone());
        }
    }
    let known = |said: &'a [Finding]| {
        let said = said.iter().filter(|one| one.source == Source::Model);
        said.filter(|one| kept.contains_key(one.path.as_str()))
            .cloned()
            .collect()
    };
    (known(&earlier.findings), known(&earlier.unsure))
}

/// The findings of rules that hold: those with the numbers in `refuted` do not. Says so in `problems`.
pub fn without_refuted(
    signals: Vec<Finding>,
    refuted: &BTreeSet<usize>,
    problems: &mut Vec<String>,
) -> Vec<Finding> {
    let (kept, gone): (Vec<_>, Vec<_>) = (1..)
        .zip(signals)
        .partition(|(number, _)| !refuted.contains(number));
    for (_, finding) in &gone {
        problems.push(format!(
            "A rule's finding was dropped, because the model showed that it does not hold: {} ({}:{}).",
            finding.title, finding.path, finding.line
        ));
    }
    kept.into_iter().map(|(_, finding)| finding).collect()
}
