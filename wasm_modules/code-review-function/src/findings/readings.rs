//! Combines the claims of several readings of the same lines.

use std::collections::BTreeSet;

use crate::findings::claims::{Claim, Subject};
use crate::findings::merge::touch;
use crate::wit::Finding;

/// The least similarity of two findings of different readings for them to be one: on the same lines, and on lines
/// close to each other.
const SAME_LINES: f32 = 0.3;
const NEAR_LINES: f32 = 0.5;

/// Adds the claims of another reading. What one reading tells apart are different defects, so each known finding has
/// at most one equal among `more`: the one that is most like it.
pub fn combine(known: &mut Vec<Claim>, more: Vec<Claim>) {
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for (at, one) in known.iter().enumerate() {
        for (nth, other) in more.iter().enumerate() {
            if let Some(likeness) = likeness(&one.subject, &other.subject) {
                pairs.push((likeness, at, nth));
            }
        }
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut taken, mut equal) = (BTreeSet::new(), BTreeSet::new());
    for (_, at, nth) in pairs {
        if !taken.contains(&at) && !equal.contains(&nth) {
            taken.insert(at);
            equal.insert(nth);
        }
    }
    let fresh = more.into_iter().enumerate();
    known.extend(
        fresh
            .filter(|(nth, _)| !equal.contains(nth))
            .map(|(_, claim)| claim),
    );
}

/// How much two claims are alike if they may be the same one.
fn likeness(one: &Subject, other: &Subject) -> Option<f32> {
    match (one, other) {
        (Subject::Finding(one), Subject::Finding(other)) => {
            let place = |finding: &Finding| (finding.line, finding.end);
            let least = if place(one) == place(other) {
                SAME_LINES
            } else {
                NEAR_LINES
            };
            let may_be = one.path == other.path && touch(one, other);
            Some(shared(one, other)).filter(|shared| may_be && *shared >= least)
        }
        (Subject::Objection { number, .. }, Subject::Objection { number: same, .. }) => {
            (number == same).then_some(1.0)
        }
        _ => None,
    }
}

/// The share of words of the shorter text that the other one contains, of titles or of whole texts.
fn shared(one: &Finding, other: &Finding) -> f32 {
    let whole = |finding: &Finding| format!("{} {}", finding.title, finding.body);
    share(&one.title, &other.title).max(share(&whole(one), &whole(other)))
}

fn share(one: &str, other: &str) -> f32 {
    let (one, other) = (words(one), words(other));
    let least = one.len().min(other.len()).max(1);
    one.intersection(&other).count() as f32 / least as f32
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words
        .filter(|word| word.len() > 2)
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wit::{Severity, Side, Source};

    fn claim(line: u32, title: &str, body: &str) -> Claim {
        Claim {
            subject: Subject::Finding(Finding {
                path: "index.js".into(),
                line,
                end: line,
                side: Side::Right,
                severity: Severity::Major,
                category: "security".into(),
                confidence: 0.9,
                title: title.into(),
                body: body.into(),
                replacement: None,
                source: Source::Model,
                also: Vec::new(),
            }),
            needs: Vec::new(),
        }
    }

    fn combined(first: Vec<Claim>, second: Vec<Claim>) -> Vec<String> {
        let mut known = first;
        combine(&mut known, second);
        let findings = known.iter().filter_map(Claim::finding);
        findings.map(|finding| finding.title.clone()).collect()
    }

    const METHOD: &str = "A client that sends a cookie named hasOwnProperty replaces the method by a string, and parsing throws.";
    const PROTOTYPE: &str = "A client that sends a cookie named __proto__ replaces the prototype of the result by what decode returns.";

    #[test]
    fn two_defects_of_one_line_are_found_once_each() {
        let first = vec![
            claim(9, "A cookie named hasOwnProperty makes parse throw", METHOD),
            claim(
                9,
                "__proto__ cookie sets the result's prototype under a custom decode",
                PROTOTYPE,
            ),
        ];
        let second = vec![
            claim(
                9,
                "__proto__ cookie can replace the result's prototype",
                PROTOTYPE,
            ),
            claim(9, "Cookie named hasOwnProperty crashes parse", METHOD),
        ];
        assert_eq!(
            combined(first, second),
            [
                "A cookie named hasOwnProperty makes parse throw",
                "__proto__ cookie sets the result's prototype under a custom decode"
            ]
        );
    }

    #[test]
    fn what_only_one_reading_tells_stays() {
        let first = vec![claim(
            9,
            "A cookie named hasOwnProperty makes parse throw",
            METHOD,
        )];
        let second = vec![
            claim(9, "Cookie named hasOwnProperty crashes parse", METHOD),
            claim(9, "Cookie __proto__ sets the prototype", PROTOTYPE),
            claim(40, "Cookie named hasOwnProperty crashes parse", METHOD),
        ];
        assert_eq!(combined(first, second).len(), 3);
    }
}
