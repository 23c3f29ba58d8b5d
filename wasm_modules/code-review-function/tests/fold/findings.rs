//! How findings get into the review.

use code_review_function::wit::{Settings, Source};
use serde_json::{Value, json};

use crate::made::{change, patched, shop};
use crate::script::{Told, nothing, said, settings, tell};

fn finding(path: &str, line: u32, title: &str, replacement: &str) -> Value {
    json!({
        "path": path, "side": "new", "line": line, "end_line": line, "title": title, "body": "Because.",
        "category": "correctness", "severity": "major", "confidence": 90, "replacement": replacement
    })
}

fn told(change: &code_review_function::wit::Change, settings: &Settings, findings: Value) -> Told {
    tell(change, settings, |request| match request.id.as_str() {
        "chunk/1" => said(json!({"notes": [], "findings": findings, "risks": []})),
        _ => nothing(request),
    })
}

#[test]
fn the_same_flaw_in_several_files_is_one_finding_that_names_them_all() {
    let patch = "@@ -1 +1,2 @@\n x\n+response = get(url)\n";
    let files = ["a/one.py", "b/two.py", "c/three.py"].map(|path| patched(path, patch));
    let findings = json!([
        finding("b/two.py", 2, "Request without a timeout", ""),
        finding("a/one.py", 2, "The request is sent without timeout", ""),
        finding("c/three.py", 2, "Response status is never checked", "")
    ]);
    let told = told(&change(files.to_vec()), &settings(8000, 1000), findings);
    let model = told.review.findings.iter();
    let model: Vec<_> = model.filter(|f| f.source == Source::Model).collect();
    let paths: Vec<&str> = model.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["a/one.py", "c/three.py"]);
    let also: Vec<_> = model[0]
        .also
        .iter()
        .map(|s| (s.path.as_str(), s.line))
        .collect();
    assert_eq!(also, [("b/two.py", 2)]);
}

#[test]
fn replacements_are_asked_for_and_kept_only_where_they_are_wanted() {
    let fix = "        share = self.rate / max(self.count, 1)";
    for wanted in [true, false] {
        let mut settings = settings(8000, 1000);
        settings.features.replacements = wanted;
        let findings = json!([finding("shop/cart.py", 11, "Division by zero", fix)]);
        let told = told(&shop(), &settings, findings);
        let asked = &told.requests[0];
        assert_eq!(asked.messages[1].text.contains("replacement:"), wanted);
        assert_eq!(
            asked.format.as_deref().unwrap().contains("replacement"),
            wanted
        );
        let model = told
            .review
            .findings
            .iter()
            .find(|f| f.source == Source::Model);
        assert_eq!(model.unwrap().replacement.is_some(), wanted);
    }
}

#[test]
fn a_replacement_of_a_line_by_itself_or_of_an_unchanged_line_is_dropped() {
    let same = "        share = self.rate / self.count";
    for (line, text) in [(11, same), (10, "    def total(self, rate):")] {
        let findings = json!([finding("shop/cart.py", line, "Division by zero", text)]);
        let told = told(&shop(), &settings(8000, 1000), findings);
        let model = told
            .review
            .findings
            .iter()
            .find(|f| f.source == Source::Model);
        assert_eq!(model.unwrap().replacement, None);
    }
}

#[test]
fn without_signals_only_the_model_speaks() {
    let mut change = shop();
    change.files.push(patched(
        "app/run.py",
        "@@ -1 +1,2 @@\n x\n+eval(request.args['code'])\n",
    ));
    for wanted in [true, false] {
        let mut settings = settings(8000, 1000);
        settings.features.signals = wanted;
        let told = told(&change, &settings, json!([]));
        assert_eq!(!told.review.findings.is_empty(), wanted);
    }
}

#[test]
fn the_repository_s_rules_and_guidance_stand_before_the_diff() {
    let mut settings = settings(8000, 1000);
    settings.guidance = "We use tabs.".into();
    settings.rules = vec!["Every query has a limit.".into(), "Unrelated.".into()];
    settings.tone = "terse".into();
    let mut change = shop();
    change.files[0].rules = vec![0];
    let told = told(&change, &settings, json!([]));
    let prompt = &told.requests[0].messages[1].text;
    let place = |text: &str| prompt.find(text).unwrap();
    assert!(place("We use tabs.") < place("Its title:"));
    assert!(place("Every query has a limit.") < place("The diff:"));
    assert!(!prompt.contains("Unrelated."));
    assert!(told.requests[0].messages[0].text.contains("terse"));
}
