//! The repository's guidance, its rules for reviews, and the tone.

use code_review_function::wit::{Change, File, Settings};
use proptest::prelude::*;

use crate::budget::keeps_within;
use crate::made::{added, change, changes};
use crate::script::{Told, bytewise, nothing, quarter, settings, tell};

fn ruled(path: &str, rules: &[u32]) -> File {
    let lines: Vec<String> = (0..60)
        .map(|nth| format!("value_{nth} = call({nth})"))
        .collect();
    File {
        rules: rules.to_vec(),
        ..added(path, &lines)
    }
}

/// Every file in a separate question.
fn asked(change: &Change, rules: &[&str]) -> Told {
    let settings = Settings {
        rules: rules.iter().map(|rule| rule.to_string()).collect(),
        portion: 600,
        ..settings(16_000, 1000)
    };
    tell(change, &settings, nothing)
}

fn about<'t>(told: &'t Told, path: &str) -> &'t str {
    let heading = format!("### {path}\n");
    told.chunks()
        .into_values()
        .find(|prompt| prompt.contains(&heading))
        .unwrap()
}

#[test]
fn a_question_has_the_rules_of_its_files_each_once_and_in_order() {
    let change = change(vec![
        ruled("a/a.py", &[2, 0, 2]),
        ruled("b/b.py", &[1]),
        ruled("c/c.py", &[]),
    ]);
    let told = asked(
        &change,
        &[
            "Money is in cents.",
            "No SQL in views.",
            "Times are in UTC.",
        ],
    );
    assert!(about(&told, "a/a.py").contains("Money is in cents.\n\nTimes are in UTC."));
    assert!(!about(&told, "a/a.py").contains("No SQL in views."));
    assert!(about(&told, "b/b.py").contains("No SQL in views."));
    assert!(!about(&told, "c/c.py").contains("What this repository asks"));
}

#[test]
fn rules_that_there_are_not_are_passed_over() {
    let told = asked(&change(vec![ruled("a.py", &[7])]), &["Money is in cents."]);
    assert!(!about(&told, "a.py").contains("cents"));
}

#[test]
fn guidance_and_tone_are_told_cut_to_size() {
    let settings = Settings {
        guidance: format!("Use tabs.\n{}", "word ".repeat(4000)),
        tone: "terse".into(),
        ..settings(16_000, 1000)
    };
    let told = tell(&change(vec![ruled("a.py", &[])]), &settings, nothing);
    let prompt = about(&told, "a.py");
    assert!(prompt.contains("Use tabs.\nword word"));
    assert!(prompt.matches("word ").count() < 330);
    assert!(told.requests[0].messages[0].text.contains("terse"));
}

fn burdened(context: u32, rules: &[String], guidance: &str) -> Settings {
    Settings {
        rules: rules.to_vec(),
        guidance: guidance.repeat(300),
        tone: "kind to beginners".repeat(30),
        ..settings(context, 500)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn with_rules_and_guidance_every_request_keeps_within_the_context(
        mut change in changes(), context in 2900u32..9000, guidance in "\\PC{0,40}",
        rules in prop::collection::vec("\\PC{0,900}", 0..6),
    ) {
        for (nth, file) in change.files.iter_mut().enumerate() {
            file.rules = vec![nth as u32 % 7, 1];
        }
        keeps_within(&change, &burdened(context, &rules, &guidance), &quarter);
        keeps_within(&change, &burdened(context + 9000, &rules, &guidance), &bytewise);
    }
}
