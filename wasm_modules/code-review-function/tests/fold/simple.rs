//! A model of few parameters: one file and one finding at a time, in few fields.

use code_review_function::wit::{Answer, Finding, Level, Request, Settings, Source};
use serde_json::{Value, json};

use crate::made::{added, change, shop};
use crate::script::{Told, said, settings, tell};

fn simple() -> Settings {
    let mut settings = settings(4000, 600);
    settings.features.verification = true;
    if let Some(model) = &mut settings.model {
        model.level = Level::Simple;
    }
    settings
}

fn flaw(line: u32, title: &str) -> Value {
    json!({"path": "shop/cart.py", "line": line, "body": "It divides by 0.", "title": title, "severity": "major"})
}

fn answer(request: &Request, findings: &[Value], verdict: impl Fn(&str) -> Value) -> Answer {
    let (round, asked) = (request.id.as_str(), &request.messages[1].text);
    said(match round.split('/').next() {
        Some("chunk") if asked.contains("### shop/cart.py") => {
            json!({"note": "The total is scaled.", "findings": findings})
        }
        Some("chunk") => json!({"note": "", "findings": []}),
        Some("verify") => verdict(asked),
        _ => json!({"purpose": "Scales the total.", "risks": ["Old totals"]}),
    })
}

fn looked(findings: &[Value], verdict: impl Fn(&str) -> Value) -> Told {
    tell(&shop(), &simple(), |request| {
        answer(request, findings, &verdict)
    })
}

fn yes(_: &str) -> Value {
    json!({"reason": "Line 11 shows it.", "real": "yes"})
}

fn found(told: &Told) -> Vec<&Finding> {
    let findings = told.review.findings.iter();
    findings
        .filter(|finding| finding.source == Source::Model)
        .collect()
}

fn fields(request: &Request) -> Vec<String> {
    let schema: Value = serde_json::from_str(request.format.as_deref().unwrap()).unwrap();
    let required = schema["required"].as_array().unwrap().iter();
    required
        .map(|name| name.as_str().unwrap().to_string())
        .collect()
}

#[test]
fn each_question_is_about_one_file_and_asks_for_few_fields() {
    let told = looked(&[], yes);
    let chunks: Vec<&Request> = told
        .requests
        .iter()
        .filter(|request| request.id.starts_with("chunk/"))
        .collect();
    assert!(chunks.len() > 1);
    for request in chunks {
        assert_eq!(fields(request), ["note", "findings"]);
        let text = &request.messages[1].text;
        assert_eq!(text.matches("\n### ").count(), 1, "{text}");
        for unasked in ["confidence", "replacement", "category", "end_line"] {
            assert!(!text.contains(unasked), "{unasked} in {text}");
        }
    }
    assert_eq!(
        fields(told.requests.last().unwrap()),
        ["purpose"],
        "the summary"
    );
}

#[test]
fn a_finding_counts_without_what_was_not_asked() {
    let told = looked(&[flaw(11, "Division by zero in an empty cart")], yes);
    let finding = found(&told)[0];
    assert_eq!((finding.line, finding.confidence), (11, 0.7));
    assert_eq!(finding.category, "correctness");
    assert_eq!(finding.replacement, None);
    let note = told
        .review
        .notes
        .iter()
        .find(|note| note.name == "shop/cart.py");
    assert_eq!(note.unwrap().text, "The total is scaled.");
    assert_eq!(told.review.problems, [""; 0]);
}

#[test]
fn each_finding_is_verified_by_itself_with_yes_or_no() {
    let flaws = [
        flaw(11, "Division by zero in an empty cart"),
        flaw(12, "Share is not rounded"),
    ];
    let told = looked(&flaws, |asked| {
        let real = asked.contains("Division by zero");
        json!({"reason": "See line 11.", "real": if real { "yes" } else { "no" }})
    });
    let verdicts: Vec<&Request> = told
        .requests
        .iter()
        .filter(|request| request.id.starts_with("verify/"))
        .collect();
    assert_eq!(verdicts.len(), 2);
    for request in verdicts {
        assert_eq!(fields(request), ["reason", "real"]);
    }
    let titles: Vec<&str> = found(&told).iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["Division by zero in an empty cart"]);
}

#[test]
fn no_more_than_three_findings_are_taken_from_an_answer() {
    let many: Vec<Value> = (1..=5)
        .map(|line| {
            json!({"path": "scale.py", "line": line, "body": "The scale is wrong.", "title": format!("Flaw number {line} is here"),
                "severity": "minor"})
        })
        .collect();
    let lines: Vec<String> = (1..=9).map(|line| format!("scale = {line}")).collect();
    let told = tell(
        &change(vec![added("scale.py", &lines)]),
        &simple(),
        |request| match request.id.split('/').next() {
            Some("chunk") => said(json!({"note": "New.", "findings": many})),
            Some("verify") => said(yes("")),
            _ => said(json!({"purpose": "Adds a file.", "risks": []})),
        },
    );
    let verified = told
        .ids()
        .iter()
        .filter(|id| id.starts_with("verify/"))
        .count();
    assert_eq!(verified, 3);
}

fn within(context: u32, level: Level) -> Settings {
    let mut settings = simple();
    if let Some(model) = &mut settings.model {
        model.context = context;
        model.level = level;
    }
    settings
}

#[test]
fn a_context_that_is_too_small_for_all_that_can_be_asked_is_enough_for_little() {
    for level in [Level::Simple, Level::Full] {
        let told = tell(&shop(), &within(2400, level), |request| {
            answer(request, &[], yes)
        });
        assert_eq!(told.missed("shop/cart.py"), None);
        assert_eq!(fields(&told.requests[0]), ["note", "findings"]);
    }
}

#[test]
fn a_context_that_is_too_small_for_anything_leaves_the_review_to_the_rules() {
    let told = tell(&shop(), &within(900, Level::Full), |_| panic!("asked"));
    let why = told.missed("shop/cart.py").unwrap();
    assert_eq!(why, "the model's context is too small for any part of it");
    let [problem] = &told.review.problems[..] else {
        panic!("{:?}", told.review.problems)
    };
    assert!(
        problem.contains("is too small: 900 tokens") && problem.contains("are needed"),
        "{problem}"
    );
}

#[test]
fn a_title_that_copies_the_question_or_a_path_is_no_finding() {
    for title in ["The diff is:", "src/shop/cart.py"] {
        assert!(
            found(&looked(&[flaw(11, title)], yes)).is_empty(),
            "{title}"
        );
    }
    assert_eq!(
        found(&looked(
            &[flaw(11, "Division by zero in an empty cart")],
            yes
        ))
        .len(),
        1
    );
}
