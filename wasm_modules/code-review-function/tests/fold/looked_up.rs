//! Look-ups that findings and verdicts ask for.

use code_review_function::wit::{
    Answer, Finding, Lookup, Passage, Passages, Query, Settings, Source,
};
use serde_json::{Value, json};

use crate::made::shop;
use crate::script::{Told, failed, nothing, said, settings, tell_looking};

fn looking() -> Settings {
    let mut settings = settings(32_000, 2000);
    settings.features.verification = true;
    settings.features.lookups = true;
    settings.confidence = 0.5;
    settings
}

fn suspected(confidence: u32, needs: Value) -> Value {
    json!({
        "path": "shop/cart.py", "side": "new", "line": 11, "end_line": 11, "title": "Division by zero in an empty cart",
        "body": "total() of a new cart divides by count 0.", "category": "correctness", "severity": "major",
        "confidence": confidence, "needs": needs
    })
}

fn definition(name: &str) -> Value {
    json!([{"query": "definition", "text": name, "path": "shop/cart.py", "line": 0}])
}

/// The only thing that the repository has.
fn count(lookup: &Lookup) -> Answer {
    let is_count = lookup.query == Query::Definition && lookup.text == "count";
    let passages = if is_count {
        vec![Passage {
            path: "shop/base.py".into(),
            line: 3,
            end: 4,
            name: "count".into(),
            kind: "function".into(),
            text: "def count(self):\n    return len(self.items)".into(),
        }]
    } else {
        Vec::new()
    };
    Answer::Passages(Passages {
        passages,
        more: false,
    })
}

/// A review with one suspicion, and what is answered to the questions about it.
fn told(suspicion: Value, verdict: impl Fn(&str) -> Value) -> (Told, Vec<Lookup>) {
    let asked = std::cell::RefCell::new(Vec::new());
    let lookup = |one: &Lookup| {
        asked.borrow_mut().push(one.clone());
        count(one)
    };
    let refused = |_: &_| failed(code_review_function::wit::Trouble::Refused);
    let told = tell_looking(
        &shop(),
        &looking(),
        &crate::script::quarter,
        (refused, lookup),
        |request| match request.id.as_str() {
            "chunk/1" => said(json!({"notes": [], "findings": [suspicion], "risks": []})),
            id if id.starts_with("verify") => said(json!({"verdicts": [verdict(id)]})),
            _ => nothing(request),
        },
    );
    (told, asked.into_inner())
}

fn found(told: &Told) -> Vec<&Finding> {
    let findings = told.review.findings.iter();
    findings.filter(|one| one.source == Source::Model).collect()
}

fn prompt<'t>(told: &'t Told, id: &str) -> &'t str {
    let asked = told.requests.iter().find(|request| request.id == id);
    &asked.unwrap().messages[1].text
}

#[test]
fn the_second_look_sees_what_a_finding_wants_looked_up() {
    let (told, lookups) = told(
        suspected(40, definition("count")),
        |_| json!({"number": 1, "verdict": "keep", "severity": "major", "confidence": 95}),
    );
    assert_eq!(told.ids(), ["chunk/1", "verify/1", "summary"]);
    let shown = prompt(&told, "verify/1");
    assert!(
        shown.contains("## definition of count\nshop/base.py:3 (function count)\ndef count(self):"),
        "{shown}"
    );
    let wanted: Vec<&str> = lookups.iter().map(|one| one.id.as_str()).collect();
    assert!(wanted.contains(&"need/0"), "{wanted:?}");
    let finding = found(&told)[0];
    assert_eq!(finding.confidence, 0.95);
    assert!(told.review.unsure.is_empty());
}

#[test]
fn an_unsure_verdict_is_asked_about_once_more_with_what_it_wants() {
    let (told, lookups) = told(suspected(60, json!([])), |id| match id {
        "verify/1" => {
            json!({"number": 1, "verdict": "unsure", "confidence": 50, "needs": definition("count")})
        }
        _ => {
            json!({"number": 1, "verdict": "unsure", "confidence": 50, "needs": definition("other")})
        }
    });
    assert_eq!(
        told.ids(),
        ["chunk/1", "verify/1", "verify/1/again", "summary"]
    );
    assert!(prompt(&told, "verify/1/again").contains("def count(self):"));
    assert!(
        !lookups.iter().any(|one| one.text == "other"),
        "there are two rounds"
    );
    assert!(found(&told).is_empty());
    assert_eq!(told.review.unsure[0].confidence, 0.5);
}

#[test]
fn what_the_second_round_refutes_is_dropped() {
    let (told, _) = told(suspected(60, json!([])), |id| match id {
        "verify/1" => json!({"number": 1, "verdict": "unsure", "needs": definition("count")}),
        _ => json!({"number": 1, "verdict": "drop"}),
    });
    assert!(found(&told).is_empty() && told.review.unsure.is_empty());
}

#[test]
fn a_suspicion_far_below_the_bar_is_not_asked_about() {
    let (told, _) = told(
        suspected(20, definition("count")),
        |_| json!({"number": 1, "verdict": "keep"}),
    );
    assert_eq!(told.ids(), ["chunk/1", "summary"]);
}
