//! One list of findings from many: no finding twice, the most important first.

use std::collections::{BTreeMap, BTreeSet};

use crate::wit::{Finding, Severity, Source};

/// Lines between two remarks that may be the same one.
const NEAR: u32 = 2;

/// `signals` and what the model found, without repeats and without what is below `threshold`.
///
/// Of two findings of the same thing the more severe is kept, a signal before a model's.
pub fn merge(signals: Vec<Finding>, found: Vec<Finding>, threshold: Severity) -> Vec<Finding> {
    let mut all: Vec<Finding> = signals
        .into_iter()
        .chain(found)
        .filter(|finding| finding.severity <= threshold)
        .collect();
    all.sort_by_key(|finding| finding.severity);
    let mut kept: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in all {
        let same_file = kept.entry(finding.path.clone()).or_default();
        if !same_file.iter().any(|known| is_same(known, &finding)) {
            same_file.push(finding);
        }
    }
    let mut kept: Vec<Finding> = kept.into_values().flatten().collect();
    kept.sort_by(rank);
    kept
}

/// Severity first, then confidence, then where it is.
fn rank(one: &Finding, other: &Finding) -> std::cmp::Ordering {
    let place = |finding: &Finding| (finding.path.clone(), finding.line, finding.end);
    let severity = one.severity.cmp(&other.severity);
    severity
        .then(other.confidence.total_cmp(&one.confidence))
        .then_with(|| place(one).cmp(&place(other)))
}

/// Whether two findings of one file say the same. The rules of the signals know what they repeat; of
/// two remarks of a model, the same kind on neighbouring lines may still be two flaws.
fn is_same(one: &Finding, other: &Finding) -> bool {
    let alike = || likeness(&one.title, &other.title) >= 0.5;
    match (one.source, other.source) {
        (Source::Signal, Source::Signal) => false,
        (Source::Model, Source::Model) => {
            let same_lines =
                (one.line, one.end, &one.category) == (other.line, other.end, &other.category);
            touch(one, other) && (same_lines || alike())
        }
        _ => touch(one, other) && (one.category == other.category || alike()),
    }
}

fn touch(one: &Finding, other: &Finding) -> bool {
    let begins = |early: &Finding, late: &Finding| early.line <= late.end.saturating_add(NEAR);
    one.side == other.side && begins(one, other) && begins(other, one)
}

/// The share of the shorter title's words that the other has as well.
fn likeness(one: &str, other: &str) -> f32 {
    let words = |title: &str| -> BTreeSet<String> {
        let words = title
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 2);
        words.map(str::to_lowercase).collect()
    };
    let (one, other) = (words(one), words(other));
    let least = one.len().min(other.len());
    if least == 0 {
        0.0
    } else {
        one.intersection(&other).count() as f32 / least as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wit::Side;

    fn finding(source: Source, line: u32, severity: Severity, title: &str) -> Finding {
        Finding {
            path: "a.py".into(),
            line,
            end: line,
            side: Side::Right,
            severity,
            category: "security".into(),
            confidence: 0.5,
            title: title.into(),
            body: String::new(),
            replacement: None,
            source,
            also: Vec::new(),
        }
    }

    fn titles(signals: Vec<Finding>, found: Vec<Finding>, threshold: Severity) -> Vec<String> {
        merge(signals, found, threshold)
            .into_iter()
            .map(|finding| finding.title)
            .collect()
    }

    #[test]
    fn a_model_that_repeats_a_signal_is_not_heard_twice() {
        let signal = finding(Source::Signal, 5, Severity::Critical, "Private key added");
        let again = finding(Source::Model, 6, Severity::Major, "A key is committed");
        let other = finding(Source::Model, 50, Severity::Minor, "No timeout");
        assert_eq!(
            titles(vec![signal], vec![again, other], Severity::Nit),
            ["Private key added", "No timeout"]
        );
    }

    #[test]
    fn two_flaws_on_neighbouring_lines_are_two() {
        let found = vec![
            finding(Source::Model, 5, Severity::Minor, "Query built from input"),
            finding(Source::Model, 6, Severity::Minor, "Cookie lacks a flag"),
        ];
        assert_eq!(merge(vec![], found, Severity::Nit).len(), 2);
    }

    #[test]
    fn the_more_severe_of_two_alike_is_kept() {
        let found = vec![
            finding(Source::Model, 5, Severity::Minor, "Missing null check"),
            finding(Source::Model, 5, Severity::Major, "Null check missing here"),
        ];
        assert_eq!(
            titles(vec![], found, Severity::Nit),
            ["Null check missing here"]
        );
    }

    #[test]
    fn findings_are_ranked_and_those_below_the_threshold_dropped() {
        let mut sure = finding(Source::Model, 90, Severity::Major, "Sure");
        sure.confidence = 0.9;
        let found = vec![
            finding(Source::Model, 1, Severity::Nit, "Small"),
            finding(Source::Model, 30, Severity::Major, "Maybe"),
            sure,
        ];
        assert_eq!(
            titles(
                vec![finding(Source::Signal, 60, Severity::Critical, "Worst")],
                found,
                Severity::Minor
            ),
            ["Worst", "Sure", "Maybe"]
        );
    }
}
