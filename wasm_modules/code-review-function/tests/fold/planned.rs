//! A change that is too large for one question is planned first.

use code_review_function::wit::{Change, Settings};
use serde_json::json;

use crate::made::{added, change};
use crate::script::{Told, empty, failed, said, settings, tell};

/// Six files in six directories, each as long as half a question.
fn large() -> Change {
    let file = |nth: usize| {
        let lines: Vec<String> = (0..60)
            .map(|line| format!("value_{line} = call({nth}, {line})"))
            .collect();
        added(&format!("area{nth}/part.py"), &lines)
    };
    change((0..6).map(file).collect())
}

fn portioned() -> Settings {
    Settings {
        portion: 1100,
        ..settings(16_000, 2000)
    }
}

fn told(plan: Option<serde_json::Value>) -> Told {
    tell(&large(), &portioned(), |request| {
        match (&plan, request.id.as_str()) {
            (Some(plan), "plan") => said(plan),
            (None, "plan") => failed(code_review_function::wit::Trouble::Invalid),
            _ => said(empty(request)),
        }
    })
}

#[test]
fn files_that_belong_together_by_the_plan_are_read_together() {
    let plan = json!({"groups": [{"files": "1, 6"}], "contracts": ["call() now takes the number of the area."]});
    let told = told(Some(plan));
    assert_eq!(told.ids()[0], "plan");
    let chunks = told.chunks();
    let both = |prompt: &&str| prompt.contains("### area0/") && prompt.contains("### area5/");
    assert!(chunks.values().any(both));
    for prompt in chunks.values() {
        assert!(prompt.contains("- call() now takes the number of the area."));
    }
}

#[test]
fn without_a_plan_the_review_goes_on() {
    let told = told(None);
    assert!(told.chunks().len() > 2);
    assert_eq!(told.review.problems, [""; 0]);
}

#[test]
fn a_change_that_fits_into_one_question_needs_no_plan() {
    let told = tell(&large(), &settings(32_000, 2000), |request| {
        said(empty(request))
    });
    assert_eq!(told.ids(), ["chunk/1", "summary"]);
}

#[test]
fn several_readings_attend_to_different_things_and_their_findings_are_merged() {
    let mut twice = settings(32_000, 2000);
    twice.passes = 2;
    let finding = |line: u32, title: &str| json!({"path": "area0/part.py", "line": line, "title": title, "confidence": 90});
    let told = tell(&large(), &twice, |request| {
        let mut answer = empty(request);
        match request.id.as_str() {
            "chunk/1" => answer["findings"] = json!([finding(3, "Number is never checked")]),
            "chunk/1/pass2" => {
                assert!(
                    request.messages[1]
                        .text
                        .contains("Read it for one thing: the contracts")
                );
                answer["findings"] = json!([
                    finding(3, "Number never checked"),
                    finding(20, "Callers expect a text")
                ]);
            }
            _ => {}
        }
        said(answer)
    });
    assert_eq!(told.ids(), ["chunk/1", "chunk/1/pass2", "summary"]);
    let mut titles: Vec<&str> = told
        .review
        .findings
        .iter()
        .map(|one| one.title.as_str())
        .collect();
    titles.retain(|title| title.contains("Number") || title.contains("Callers"));
    assert_eq!(titles.len(), 2, "{titles:?}");
}
