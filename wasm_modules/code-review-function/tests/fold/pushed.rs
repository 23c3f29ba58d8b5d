//! After a push, only the files whose diff it changed are reviewed again.

use code_review_function::wit::{Change, Earlier, Note};
use serde_json::json;

use crate::made::{added, change};
use crate::script::{Told, empty, said, settings, tell};

fn lines(text: &str, count: usize) -> Vec<String> {
    vec![text.to_string(); count]
}

fn pulled(second: &str) -> Change {
    change(vec![
        added("a/one.py", &lines("first = 1", 30)),
        added("b/two.py", &lines(second, 5)),
    ])
}

fn reviewed(change: &Change) -> Told {
    let mut settings = settings(32_000, 2000);
    settings.features.verification = true;
    tell(change, &settings, |request| {
        let mut answer = empty(request);
        if request.id.starts_with("chunk") && request.messages[1].text.contains("### a/one.py") {
            answer["findings"] = json!([{"path": "a/one.py", "line": 7, "title": "first is never read", "confidence": 90}]);
            answer["notes"] = json!([{"path": "a/one.py", "text": "Adds the first names."}]);
        }
        if request.id.starts_with("verify") {
            answer = json!({"verdicts": [{"number": 1, "verdict": "keep", "confidence": 90}]});
        }
        said(answer)
    })
}

#[test]
fn what_did_not_change_is_not_asked_about_and_its_findings_stay() {
    let first = reviewed(&pulled("second = 2"));
    let mut pushed = pulled("second = 3");
    pushed.earlier = Some(Earlier {
        paths: vec!["a/one.py".into()],
        findings: first.review.findings.clone(),
        unsure: Vec::new(),
        notes: first.review.notes.clone(),
        risks: vec!["Stored totals of a/one.py keep their scale".into()],
    });
    let second = reviewed(&pushed);
    assert_eq!(second.ids(), ["chunk/1", "summary"]);
    let prompt = second.chunks()["chunk/1"];
    assert!(
        prompt.contains("### b/two.py") && !prompt.contains("### a/one.py"),
        "{prompt}"
    );
    assert!(prompt.contains("a/one.py (added)"), "the map names it");
    let titles: Vec<&str> = second
        .review
        .findings
        .iter()
        .map(|one| one.title.as_str())
        .collect();
    assert!(titles.contains(&"first is never read"), "{titles:?}");
    assert_eq!(
        second.review.risks,
        ["Stored totals of a/one.py keep their scale"]
    );
    assert!(second.review.coverage.iter().all(|entry| entry.reviewed));
    let note = |note: &Note| note.name == "a/one.py" && note.text == "Adds the first names.";
    assert!(second.review.notes.iter().any(note));
}

#[test]
fn where_nothing_changed_only_the_summary_is_asked_for() {
    let first = reviewed(&pulled("second = 2"));
    let mut pushed = pulled("second = 2");
    pushed.earlier = Some(Earlier {
        paths: vec!["a/one.py".into(), "b/two.py".into(), "gone.py".into()],
        findings: first.review.findings.clone(),
        unsure: Vec::new(),
        notes: Vec::new(),
        risks: Vec::new(),
    });
    let second = reviewed(&pushed);
    assert_eq!(second.ids(), ["summary"]);
    assert_eq!(second.review.findings.len(), first.review.findings.len());
    assert_eq!(second.review.problems, [""; 0]);
}
