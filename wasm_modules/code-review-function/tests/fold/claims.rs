//! Risks and objections to rules are claims, too: they count when they are verified.

use code_review_function::wit::{Request, Severity};
use serde_json::{Value, json};

use crate::made::{change, patched, shop};
use crate::script::{Told, nothing, said, settings, tell};

fn told(change: &code_review_function::wit::Change, chunk: &Value, verdict: &str) -> Told {
    let mut settings = settings(8000, 1000);
    settings.features.verification = true;
    tell(change, &settings, |request: &Request| {
        match request.id.as_str() {
            "chunk/1" => said(chunk),
            "verify/1" => said(json!({"verdicts": [{"number": 1, "verdict": verdict}]})),
            _ => nothing(request),
        }
    })
}

#[test]
fn a_risk_is_posted_only_when_it_was_verified() {
    let text = "Totals that are stored already keep the old scale";
    let chunk =
        json!({"notes": [], "findings": [], "risks": [{"path": "shop/cart.py", "text": text}]});
    for (verdict, posted) in [("keep", true), ("unsure", false), ("drop", false)] {
        let told = told(&shop(), &chunk, verdict);
        assert_eq!(told.ids(), ["chunk/1", "verify/1", "summary"]);
        let expected = format!("{text} (`shop/cart.py`)");
        assert_eq!(told.review.risks.contains(&expected), posted, "{verdict}");
    }
}

#[test]
fn the_finding_of_a_rule_that_does_not_hold_is_dropped_and_told() {
    let change = change(vec![patched(
        "app/run.py",
        "@@ -1 +1,2 @@\n import a\n+def run(items=[]): return len(items)\n",
    )]);
    let chunk = json!({"notes": [], "findings": [], "contradicted": [{"rule": 1, "reason": "It is only read."}]});
    for (verdict, left) in [("keep", 0), ("unsure", 1), ("drop", 1)] {
        let told = told(&change, &chunk, verdict);
        let by_rules = told.review.findings.iter();
        let by_rules = by_rules.filter(|one| one.severity < Severity::Nit).count();
        assert_eq!(by_rules, left, "{verdict}");
        assert_eq!(
            told.review.problems.len(),
            1 - left,
            "{:?}",
            told.review.problems
        );
    }
}

#[test]
fn a_critical_or_security_finding_of_a_rule_stays() {
    let change = change(vec![patched(
        "app/run.py",
        "@@ -1 +1,2 @@\n import a\n+eval(a.text)\n",
    )]);
    let chunk = json!({"notes": [], "findings": [], "contradicted": [{"rule": 1, "reason": "It is only a test."}]});
    let told = told(&change, &chunk, "keep");
    assert_eq!(told.ids(), ["chunk/1", "summary"]);
    assert!(!told.chunks()["chunk/1"].contains("- contradicted:"));
    assert!(
        told.review
            .findings
            .iter()
            .any(|one| one.category == "security")
    );
}
