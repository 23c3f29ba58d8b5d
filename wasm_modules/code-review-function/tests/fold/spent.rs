//! A limited token budget is spent on the most important files, and the others are named.

use code_review_function::wit::{Change, File, Request, Settings, Source, Trouble};
use serde_json::json;

use crate::made::{added, change};
use crate::script::{Told, failed, nothing, said, settings, tell};

fn long(path: &str) -> File {
    added(path, &vec!["value = call(value)".to_string(); 110])
}

/// Files of every kind, in arbitrary order.
fn mixed() -> Change {
    change(vec![
        long("docs/guide.md"),
        long("config/app.yaml"),
        long("lib/cart.py"),
        long("tests/test_other.py"),
        long("migrations/0001_add.sql"),
    ])
}

fn small() -> Settings {
    settings(3000, 400)
}

/// The paths that the request shows.
fn paths(request: &Request) -> Vec<&str> {
    let lines = request.messages[1].text.lines();
    lines.filter_map(|line| line.strip_prefix("### ")).collect()
}

/// A review whose budget is enough for so many questions about chunks.
fn told(change: &Change, settings: &Settings, lasts: usize) -> Told {
    let mut asked = 0;
    tell(change, settings, |request| {
        if request.id.starts_with("chunk/") {
            asked += 1;
            if asked > lasts {
                return failed(Trouble::Budget);
            }
        }
        nothing(request)
    })
}

#[test]
fn the_most_important_chunks_are_asked_about_first() {
    let told = told(&mixed(), &small(), 99);
    let mut kinds: Vec<&str> = Vec::new();
    for request in told.requests.iter().filter(|r| r.id.starts_with("chunk/")) {
        kinds.extend(paths(request));
    }
    kinds.dedup();
    let place = |path: &str| kinds.iter().position(|known| *known == path).unwrap();
    let order = [
        place("lib/cart.py").max(place("migrations/0001_add.sql")),
        place("tests/test_other.py"),
        place("config/app.yaml"),
        place("docs/guide.md"),
    ];
    assert!(order.is_sorted(), "{kinds:?}");
}

#[test]
fn what_the_budget_does_not_allow_is_named_once_and_the_review_concludes() {
    let all = told(&mixed(), &small(), 99).chunks().len();
    let told = told(&mixed(), &small(), all - 2);
    assert_eq!(told.ids().last(), Some(&"summary"));
    assert!(
        !told.ids().iter().any(|id| id.ends_with("/a")),
        "nothing is asked in halves"
    );
    let later: Vec<_> = told
        .review
        .coverage
        .iter()
        .filter(|entry| entry.later)
        .collect();
    assert!(later.iter().any(|entry| entry.path == "docs/guide.md"));
    for entry in &later {
        assert!(!entry.reviewed);
        let reason = entry.reason.as_deref().unwrap();
        assert!(reason.ends_with("the script says so"), "{reason}");
    }
    assert_eq!(told.missed("lib/cart.py"), None);
    assert_eq!(told.missed("migrations/0001_add.sql"), None);
    let [problem] = told.review.problems.as_slice() else {
        panic!("{:?}", told.review.problems)
    };
    assert!(
        problem.starts_with("The model could not be asked about everything: the script says so. "),
        "{problem}"
    );
    assert!(problem.contains("docs/guide.md"), "{problem}");
}

#[test]
fn what_failed_for_another_reason_is_not_for_later() {
    let mut first = true;
    let told = tell(&mixed(), &small(), |request| {
        if request.id.starts_with("chunk/") {
            let trouble = if first {
                Trouble::Refused
            } else {
                Trouble::Budget
            };
            first = false;
            return failed(trouble);
        }
        nothing(request)
    });
    let lost = told.review.coverage.iter().filter(|entry| !entry.later);
    assert!(lost.clone().count() >= 1);
    for entry in lost {
        assert!(
            entry
                .reason
                .as_deref()
                .unwrap()
                .contains("the model did not answer")
        );
    }
    assert_eq!(told.review.problems.len(), 2);
}

#[test]
fn where_nothing_could_be_asked_the_signals_and_plain_words_stand() {
    let mut change = mixed();
    change.files.push(added(
        "app/run.py",
        &["eval(request.args['code'])".to_string()],
    ));
    let told = told(&change, &small(), 0);
    assert!(told.ids().iter().all(|id| id.starts_with("chunk/")));
    let sources = told.review.findings.iter().map(|finding| finding.source);
    assert!(sources.clone().count() > 0);
    assert!(sources.into_iter().all(|source| source == Source::Signal));
    assert!(told.review.purpose.contains("touches 6 files"));
    assert_eq!(told.review.problems.len(), 1);
    assert!(told.review.problems[0].starts_with(
        "The model could not be asked at all: the script says so. 6 files (docs/guide.md, "
    ));
}

#[test]
fn every_question_leaves_enough_for_those_that_must_follow() {
    let mut settings = small();
    settings.features.verification = true;
    let told = tell(&mixed(), &settings, |request| {
        let path = paths(request).first().map(ToString::to_string);
        match (request.id.split('/').next(), path) {
            (Some("chunk"), Some(path)) => said(json!({
                "findings": [{"path": path, "line": 2, "title": format!("Nobody calls {path}"), "confidence": 90}]
            })),
            _ => nothing(request),
        }
    });
    let summary = 3000 + 400;
    for request in &told.requests {
        match request.id.split('/').next() {
            Some("chunk") => assert!(request.spare > summary + 200, "{}", request.spare),
            Some("verify") => assert_eq!(request.spare, summary),
            _ => assert_eq!(request.spare, 0),
        }
    }
    assert!(told.ids().iter().any(|id| id.starts_with("verify/")));
}

#[test]
fn nothing_is_left_for_what_is_not_wanted() {
    let mut settings = small();
    settings.features.summary = false;
    let told = told(&mixed(), &settings, 99);
    assert!(told.requests.iter().all(|request| request.spare == 0));
    assert!(!told.ids().contains(&"summary"));
    assert!(told.review.purpose.contains("touches 5 files"));
}

#[test]
fn a_repair_that_the_budget_does_not_allow_is_for_later() {
    let told = tell(&mixed(), &settings(8000, 1000), |request| {
        if request.id.ends_with("/repair") {
            failed(Trouble::Budget)
        } else if request.id.starts_with("chunk/1") {
            said("no.")
        } else {
            nothing(request)
        }
    });
    assert!(told.review.coverage.iter().any(|entry| entry.later));
}
