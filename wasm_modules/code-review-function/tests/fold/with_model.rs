//! The normal course: the chunks, then the summary.

use code_review_function::wit::{Exchange, Severity, Side, Source, Step};
use serde_json::json;

use crate::made::{added, change, shop};
use crate::script::{empty, nothing, said, settings, step, tell};

fn flaw() -> serde_json::Value {
    json!({
        "notes": [{"path": "shop/cart.py", "text": "The total is scaled by a rate."}],
        "findings": [{
            "path": "shop/cart.py", "side": "new", "line": 11, "end_line": 11, "title": "Division by zero in an empty cart",
            "body": "total() of a new cart divides by count 0.", "category": "correctness", "severity": "major",
            "confidence": 90, "replacement": "        share = self.rate / max(self.count, 1)"
        }],
        "risks": ["Stored totals no longer match."]
    })
}

#[test]
fn a_small_change_takes_two_questions() {
    let told = tell(&shop(), &settings(8000, 1000), |request| {
        match request.id.as_str() {
            "chunk/1" => said(flaw()),
            _ => said(json!({
                "purpose": "Scales the total.", "majors": ["Cart.total changes"], "risks": ["Old totals"],
                "commits": [{"commit": "2", "text": "Applies the rate."}]
            })),
        }
    });
    assert_eq!(told.ids(), ["chunk/1", "summary"]);
    let review = &told.review;
    assert_eq!(
        (review.purpose.as_str(), review.majors[0].as_str()),
        ("Scales the total.", "Cart.total changes")
    );
    let finding = review
        .findings
        .iter()
        .find(|finding| finding.source == Source::Model)
        .unwrap();
    assert_eq!(
        (finding.line, finding.end, finding.side, finding.severity),
        (11, 11, Side::Right, Severity::Major)
    );
    assert_eq!(
        finding.replacement.as_deref(),
        Some("        share = self.rate / max(self.count, 1)")
    );
    let commits: Vec<&str> = review
        .commits
        .iter()
        .map(|note| note.text.as_str())
        .collect();
    assert_eq!(commits, ["touches shop/cart.py", "Applies the rate."]);
    assert_eq!(review.notes[0].text, "The total is scaled by a rate.");
    assert_eq!(review.problems, [""; 0]);
    assert_eq!(told.missed("shop/cart.py"), None);
}

#[test]
fn the_chunk_shows_numbered_lines_and_the_test_beside_its_source() {
    let told = tell(&shop(), &settings(8000, 1000), nothing);
    let prompt = told.chunks()["chunk/1"];
    let expected = "### shop/cart.py\nmodified, +2 -1 lines\n@@ -10,5 +10,6 @@ class Cart:\n10 |    def total(self):\n\
        11-|        return self.sum\n11+|        share = self.rate / self.count\n12+|        return self.sum * share\n13 |\n";
    assert!(prompt.contains(expected), "{prompt}");
    let place = |text: &str| prompt.find(text).unwrap();
    assert!(place("### tests/test_cart.py") > place("### shop/cart.py"));
    assert!(place("### tests/test_cart.py") < place("### shop/money.py"));
    for unseen in ["package-lock.json", "logo.png", "huge.py"] {
        assert!(!prompt.contains(unseen));
    }
}

#[test]
fn the_summary_is_told_what_the_chunks_said() {
    let told = tell(&shop(), &settings(8000, 1000), |request| {
        match request.id.as_str() {
            "chunk/1" => said(flaw()),
            _ => nothing(request),
        }
    });
    for part in [
        "1: Add a rate",
        "The total is scaled by a rate.",
        "major correctness shop/cart.py:11",
    ] {
        assert!(told.summary().contains(part), "{part} is missing");
    }
}

#[test]
fn findings_below_the_threshold_are_dropped() {
    let mut settings = settings(8000, 1000);
    settings.threshold = Severity::Critical;
    let told = tell(&shop(), &settings, |request| match request.id.as_str() {
        "chunk/1" => said(flaw()),
        _ => nothing(request),
    });
    assert!(
        told.review
            .findings
            .iter()
            .all(|finding| finding.severity == Severity::Critical)
    );
}

#[test]
fn the_schema_is_spelled_out_only_where_it_is_not_enforced() {
    let mut settings = settings(8000, 1000);
    let schema = "\"additionalProperties\":false";
    assert!(!tell(&shop(), &settings, nothing).summary().contains(schema));
    settings.model.as_mut().unwrap().enforcement = code_review_function::wit::Enforcement::Prompt;
    assert!(tell(&shop(), &settings, nothing).summary().contains(schema));
}

#[test]
fn notes_too_many_for_one_summary_are_digested_first() {
    let files: Vec<_> = (0..160)
        .map(|nth| added(&format!("src/part{nth:03}/file.py"), &["x = 1".to_string()]))
        .collect();
    let told = tell(&change(files), &settings(4000, 600), |request| {
        let mut answer = empty(request);
        if request.id.starts_with("chunk") {
            let paths = request.messages[1]
                .text
                .lines()
                .filter_map(|line| line.strip_prefix("### "));
            answer["notes"] = paths
                .map(|path| json!({"path": path, "text": "adds ".repeat(40)}))
                .collect();
        }
        said(answer)
    });
    assert!(told.ids().contains(&"digest/1/1"));
    assert!(told.summary().contains("Some files change."));
    assert_eq!(told.review.notes.len(), 160);
    assert_eq!(told.review.problems, [""; 0]);
}

#[test]
fn answers_may_come_one_by_one_and_in_any_order() {
    let files: Vec<_> = (0..8)
        .map(|nth| {
            added(
                &format!("src{nth}/file.py"),
                &vec![format!("value = {nth}"); 200],
            )
        })
        .collect();
    let change = change(files);
    let settings = settings(3000, 400);
    let Step::Ask(all) = step(&change, &settings, &[]) else {
        panic!("it asks")
    };
    assert!(all.len() > 3);
    let mut answers: Vec<Exchange> = Vec::new();
    for request in all.iter().rev() {
        let Step::Ask(open) = step(&change, &settings, &answers) else {
            panic!("it still asks")
        };
        assert!(
            open.iter()
                .all(|open| all.iter().any(|first| first == open))
        );
        assert_eq!(open.len(), all.len() - answers.len());
        answers.push(Exchange {
            id: request.id.clone(),
            answer: nothing(request),
        });
    }
    let Step::Ask(next) = step(&change, &settings, &answers) else {
        panic!("it asks for the summary")
    };
    assert_eq!(next[0].id, "summary");
}

#[test]
fn about_a_change_without_files_nothing_is_asked() {
    let told = tell(&change(Vec::new()), &settings(8000, 1000), nothing);
    assert!(told.ids().is_empty());
}
