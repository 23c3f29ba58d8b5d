//! Merges lists of findings: without duplicates, the most important first.

use std::collections::{BTreeMap, BTreeSet};

use crate::wit::{Finding, Level, Settings, Source, Spot};

/// The most lines between two findings that may be duplicates.
const NEAR: u32 = 2;
/// The least similarity of titles for duplicates on the same lines, and for the same flaw
/// elsewhere.
const ALIKE: f32 = 0.5;
const MUCH_ALIKE: f32 = 0.6;
/// The least words of a title for its similarity to count.
const WORDS: usize = 3;
/// The most findings that others are compared with, and the most other places of one finding.
const LEADERS: usize = 200;
const PLACES: usize = 100;

/// A finding and the words of its title.
struct TitledFinding {
    finding: Finding,
    words: BTreeSet<String>,
}

/// `signals` and the model's findings, ranked, without duplicates and without those that `settings`
/// exclude.
///
/// Of two duplicates the more severe is kept; a signal takes precedence over a model's finding. If
/// the model found the same flaw in several places, one finding lists them all.
pub fn merge(signals: Vec<Finding>, found: Vec<Finding>, settings: &Settings) -> Vec<Finding> {
    let mut all: Vec<Finding> = signals
        .into_iter()
        .chain(found)
        .filter(|finding| is_wanted(finding, settings))
        .collect();
    all.sort_by_key(|finding| finding.severity);
    let mut kept: BTreeMap<String, Vec<TitledFinding>> = BTreeMap::new();
    for finding in all.into_iter().map(TitledFinding::of) {
        let same_file = kept.entry(finding.finding.path.clone()).or_default();
        if !same_file
            .iter()
            .any(|known| is_same(known, &finding, settings))
        {
            same_file.push(finding);
        }
    }
    let mut kept: Vec<TitledFinding> = kept.into_values().flatten().collect();
    kept.sort_by(|one, other| rank(&one.finding, &other.finding));
    gather(kept)
}

/// The unsure findings, ranked, without duplicates and without those that `findings` name already.
pub fn merge_unsure(
    unsure: Vec<Finding>,
    findings: &[Finding],
    settings: &Settings,
) -> Vec<Finding> {
    let known: Vec<TitledFinding> = findings.iter().cloned().map(TitledFinding::of).collect();
    let is_new = |finding: &Finding| {
        let finding = TitledFinding::of(finding.clone());
        let mut same = known.iter();
        !same
            .any(|one| one.finding.path == finding.finding.path && is_same(one, &finding, settings))
    };
    let listed = Settings {
        confidence: 0.0,
        ..settings.clone()
    };
    merge(
        Vec::new(),
        unsure.into_iter().filter(is_new).collect(),
        &listed,
    )
}

/// Whether the finding is severe enough and, if it is a model's, certain enough to be shown.
pub fn is_wanted(finding: &Finding, settings: &Settings) -> bool {
    let is_sure = finding.source == Source::Signal || finding.confidence >= settings.confidence;
    finding.severity <= settings.threshold && is_sure
}

/// Whether one of `signals` says the same and is at least as severe, so that [`merge`] drops the
/// finding.
pub fn is_known(finding: &Finding, signals: &[Finding], settings: &Settings) -> bool {
    let finding = TitledFinding::of(finding.clone());
    signals.iter().any(|signal| {
        signal.path == finding.finding.path
            && signal.severity <= finding.finding.severity
            && is_same(&TitledFinding::of(signal.clone()), &finding, settings)
    })
}

/// Combines findings of the same flaw in different places into the best-ranked one.
fn gather(ranked: Vec<TitledFinding>) -> Vec<Finding> {
    let mut kept: Vec<TitledFinding> = Vec::new();
    for finding in ranked {
        let leaders = kept.iter_mut().take(LEADERS);
        match leaders.into_iter().find(|known| recurs(known, &finding)) {
            Some(known) => known.add(finding.finding),
            None => kept.push(finding),
        }
    }
    kept.into_iter().map(|titled| titled.finding).collect()
}

/// By severity, then confidence, category and place.
fn rank(one: &Finding, other: &Finding) -> std::cmp::Ordering {
    let place = |finding: &Finding| (finding.path.clone(), finding.line, finding.end);
    let severity = one.severity.cmp(&other.severity);
    severity
        .then(other.confidence.total_cmp(&one.confidence))
        .then_with(|| weight(&one.category).cmp(&weight(&other.category)))
        .then_with(|| place(one).cmp(&place(other)))
}

/// The most harmful categories come first.
fn weight(category: &str) -> usize {
    let first = ["security", "data", "correctness", "concurrency"];
    let found = first.iter().position(|name| *name == category);
    found.unwrap_or(first.len())
}

/// Whether two findings of one file are duplicates. Signals are already free of duplicates. Two
/// findings of a model with the same category, even on the same lines, may be different flaws; a
/// small model repeats itself there.
fn is_same(one: &TitledFinding, other: &TitledFinding, settings: &Settings) -> bool {
    let (first, second) = (&one.finding, &other.finding);
    if !touch(first, second) {
        return false;
    }
    let alike = || one.similarity(other) >= ALIKE;
    match (first.source, second.source) {
        (Source::Signal, Source::Signal) => false,
        (Source::Model, Source::Model) => {
            let place = |finding: &Finding| (finding.line, finding.end);
            let repeats = || place(first) == place(second) && first.category == second.category;
            alike() || (is_small(settings) && repeats())
        }
        _ => first.category == second.category || alike(),
    }
}

fn is_small(settings: &Settings) -> bool {
    let model = settings.model.as_ref();
    model.is_some_and(|model| model.level == Level::Simple)
}

/// Whether both are the same flaw in different places, found by the model.
fn recurs(one: &TitledFinding, other: &TitledFinding) -> bool {
    let is_models = |titled: &TitledFinding| titled.finding.source == Source::Model;
    is_models(one)
        && is_models(other)
        && one.finding.category == other.finding.category
        && one.words.len().min(other.words.len()) >= WORDS
        && one.similarity(other) >= MUCH_ALIKE
}

/// Whether both are on the same side, and on the same lines or close to each other.
pub fn touch(one: &Finding, other: &Finding) -> bool {
    let begins = |early: &Finding, late: &Finding| early.line <= late.end.saturating_add(NEAR);
    one.side == other.side && begins(one, other) && begins(other, one)
}

impl TitledFinding {
    fn of(finding: Finding) -> Self {
        let words = finding
            .title
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 2);
        let words = words.map(str::to_lowercase).collect();
        TitledFinding { finding, words }
    }

    /// The share of the shorter title's words that the other title contains.
    fn similarity(&self, other: &TitledFinding) -> f32 {
        let least = self.words.len().min(other.words.len());
        if least == 0 {
            return 0.0;
        }
        self.words.intersection(&other.words).count() as f32 / least as f32
    }

    /// Adds the places of `other`.
    fn add(&mut self, other: Finding) {
        let spot = Spot {
            path: other.path,
            line: other.line,
            end: other.end,
            side: other.side,
        };
        let spots = std::iter::once(spot).chain(other.also);
        let free = PLACES.saturating_sub(self.finding.also.len());
        self.finding.also.extend(spots.take(free));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::settings;
    use crate::wit::{Enforcement, Model, Severity, Side};

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
        let settings = Settings {
            threshold,
            ..settings()
        };
        merge(signals, found, &settings)
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
        assert_eq!(merge(vec![], found, &settings()).len(), 2);
    }

    #[test]
    fn two_flaws_of_one_line_are_two_but_for_a_small_model() {
        let found = vec![
            finding(
                Source::Model,
                5,
                Severity::Minor,
                "Zero lifts the socket timeout",
            ),
            finding(Source::Model, 5, Severity::Minor, "Large values overflow"),
        ];
        assert_eq!(merge(vec![], found.clone(), &settings()).len(), 2);
        let model = Model {
            name: "small".into(),
            context: 4000,
            answer: 500,
            enforcement: Enforcement::Schema,
            level: Level::Simple,
            reasoning: false,
            effort: String::new(),
        };
        let small = Settings {
            model: Some(model),
            ..settings()
        };
        assert_eq!(merge(vec![], found, &small).len(), 1);
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

    fn at(path: &str, line: u32, title: &str) -> Finding {
        Finding {
            path: path.into(),
            ..finding(Source::Model, line, Severity::Minor, title)
        }
    }

    #[test]
    fn the_same_flaw_in_many_places_is_one_finding_that_names_them() {
        let mut worst = at("b.py", 7, "Password is compared without constant time");
        worst.severity = Severity::Major;
        let found = vec![
            at("a.py", 3, "Password compared in variable time"),
            worst,
            at("b.py", 90, "Password compared, no constant time"),
            at("c.py", 3, "Token compared in variable time"),
        ];
        let merged = merge(vec![], found, &settings());
        let places = |finding: &Finding| -> Vec<(String, u32)> {
            let spots = finding.also.iter();
            spots.map(|spot| (spot.path.clone(), spot.line)).collect()
        };
        assert_eq!(merged[0].severity, Severity::Major);
        assert_eq!(
            places(&merged[0]),
            [("a.py".into(), 3), ("b.py".into(), 90)]
        );
        assert_eq!((merged.len(), merged[1].path.as_str()), (2, "c.py"));
    }

    #[test]
    fn titles_of_two_words_and_other_categories_are_not_gathered() {
        let mut other = at("c.py", 3, "Missing check of the amount");
        other.category = "tests".into();
        let found = vec![
            at("a.py", 3, "Off by one"),
            at("b.py", 3, "Off by one"),
            at("d.py", 3, "Missing check of the amount"),
            other,
        ];
        assert_eq!(merge(vec![], found, &settings()).len(), 4);
    }

    #[test]
    fn signals_are_not_gathered() {
        let signals = ["a.py", "b.py"].map(|path| Finding {
            source: Source::Signal,
            ..at(path, 3, "A private key was added")
        });
        assert_eq!(merge(signals.to_vec(), vec![], &settings()).len(), 2);
    }

    #[test]
    fn what_the_model_is_not_sure_of_is_dropped_and_signals_stay() {
        let settings = Settings {
            confidence: 0.6,
            ..settings()
        };
        let mut unsure = finding(Source::Model, 3, Severity::Critical, "Maybe");
        unsure.category = "security".into();
        let signal = finding(Source::Signal, 60, Severity::Minor, "Surely");
        let merged = merge(vec![signal], vec![unsure], &settings);
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].title, "Surely");
    }

    #[test]
    fn among_equals_what_hurts_most_comes_first() {
        let of = |category: &str, line| Finding {
            category: category.into(),
            ..finding(Source::Model, line, Severity::Minor, category)
        };
        let found = vec![of("tests", 1), of("correctness", 30), of("security", 60)];
        assert_eq!(
            titles(vec![], found, Severity::Nit),
            ["security", "correctness", "tests"]
        );
    }

    #[test]
    fn a_signal_that_says_it_already_makes_a_finding_known() {
        let signal = finding(Source::Signal, 5, Severity::Major, "Private key added");
        let again = finding(Source::Model, 6, Severity::Major, "A key is committed");
        let worse = finding(Source::Model, 6, Severity::Critical, "A key is committed");
        assert!(is_known(&again, std::slice::from_ref(&signal), &settings()));
        assert!(!is_known(&worse, &[signal], &settings()));
    }
}
