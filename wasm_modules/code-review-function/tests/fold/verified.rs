//! The verification of the model's findings.

use code_review_function::wit::{
    Answer, Change, Finding, Request, Settings, Severity, Source, Trouble,
};
use serde_json::{Value, json};

use crate::made::{added, change, patched, shop};
use crate::script::{Told, bytewise, empty, failed, nothing, said, settings, tell, tell_counting};

fn checking(context: u32, answer: u32) -> Settings {
    let mut settings = settings(context, answer);
    settings.features.verification = true;
    settings
}

fn division() -> Value {
    json!({
        "path": "shop/cart.py", "side": "new", "line": 11, "end_line": 11, "title": "Division by zero in an empty cart",
        "body": "total() of a new cart divides by count 0.", "category": "correctness", "severity": "major",
        "confidence": 90, "replacement": "        share = self.rate / max(self.count, 1)"
    })
}

/// The review of `change` by a model that finds `findings` in the first chunk and says `verdict` on it.
fn looked(change: &Change, settings: &Settings, findings: Value, verdict: Answer) -> Told {
    tell(change, settings, |request| match request.id.as_str() {
        "chunk/1" => said(json!({"notes": [], "findings": findings, "risks": []})),
        "verify/1" => verdict.clone(),
        _ => nothing(request),
    })
}

/// The same for the shop, for which one finding is known.
fn shop_looked(verdict: Value) -> Told {
    let answer = said(json!({"verdicts": [verdict]}));
    looked(&shop(), &checking(8000, 1000), json!([division()]), answer)
}

fn found(told: &Told) -> Vec<&Finding> {
    let findings = told.review.findings.iter();
    findings
        .filter(|finding| finding.source == Source::Model)
        .collect()
}

fn prompt<'t>(told: &'t Told, id: &str) -> &'t str {
    let asked = told.requests.iter().find(|request| request.id == id);
    &asked.unwrap().messages[1].text
}

#[test]
fn what_is_refuted_is_dropped() {
    let told = shop_looked(json!({
        "number": 1, "reason": "count is never 0", "verdict": "drop", "severity": "major", "confidence": 5
    }));
    assert_eq!(told.ids(), ["chunk/1", "verify/1", "summary"]);
    assert!(found(&told).is_empty());
    assert_eq!(told.review.problems, [""; 0]);
    assert!(!told.summary().contains("Division by zero"));
}

#[test]
fn a_finding_may_be_lowered() {
    let told = shop_looked(json!({
        "number": 1, "reason": "rare", "verdict": "keep", "severity": "minor", "confidence": 40, "fix": "good"
    }));
    let finding = found(&told)[0];
    assert_eq!(
        (finding.severity, finding.confidence),
        (Severity::Minor, 0.4)
    );
    assert!(finding.replacement.is_some());
}

#[test]
fn its_severity_is_never_raised_and_its_confidence_is_that_of_the_second_look() {
    let told = shop_looked(json!({
        "number": 1, "reason": "sure", "verdict": "keep", "severity": "critical", "confidence": 100, "fix": "good"
    }));
    let finding = found(&told)[0];
    assert_eq!(
        (finding.severity, finding.confidence),
        (Severity::Major, 1.0)
    );
}

#[test]
fn a_finding_that_nothing_is_said_about_is_listed_as_unsure() {
    for (silent, unsure) in [
        (json!({"number": 2, "verdict": "drop"}), true),
        (json!({"number": 1}), false),
        (json!("drop"), true),
    ] {
        let told = shop_looked(silent);
        assert_eq!(told.review.unsure.len(), usize::from(unsure));
        let finding = told
            .review
            .unsure
            .first()
            .unwrap_or_else(|| found(&told)[0]);
        assert_eq!(
            (finding.severity, finding.confidence),
            (Severity::Major, 0.9)
        );
        assert!(finding.replacement.is_some());
    }
}

#[test]
fn findings_that_could_not_be_checked_are_unsure_and_the_review_says_so() {
    let found_one = json!([division()]);
    for (trouble, why) in [
        (
            Trouble::Unavailable,
            "the model did not answer: the script says so",
        ),
        (Trouble::Budget, "the script says so"),
    ] {
        let told = looked(
            &shop(),
            &checking(8000, 1000),
            found_one.clone(),
            failed(trouble),
        );
        assert!(found(&told).is_empty());
        assert_eq!(told.review.unsure.len(), 1);
        assert_eq!(
            told.review.problems,
            [format!(
                "One model finding could not be verified ({why}); it is listed as unsure and not posted on its lines."
            )]
        );
        assert_eq!(told.missed("shop/cart.py"), None);
    }
}

#[test]
fn a_replacement_that_mends_nothing_is_dropped_and_its_finding_stays() {
    let told = shop_looked(json!({
        "number": 1, "reason": "right", "verdict": "keep", "severity": "major", "confidence": 90, "fix": "bad"
    }));
    assert_eq!(found(&told)[0].replacement, None);
    assert!(prompt(&told, "verify/1").contains("Replacement of these lines:\n        share = "));
}

#[test]
fn nobody_is_asked_about_a_replacement_that_is_not_there() {
    let mut bare = division();
    bare["replacement"] = json!("");
    for (finding, asked) in [(division(), true), (bare, false)] {
        let told = looked(
            &shop(),
            &checking(8000, 1000),
            json!([finding]),
            said(json!({"verdicts": []})),
        );
        let format = told.requests[1].format.as_deref().unwrap();
        assert_eq!(format.contains("\"fix\""), asked);
        assert_eq!(prompt(&told, "verify/1").contains("  fix: "), asked);
    }
}

#[test]
fn the_files_that_the_findings_stand_on_are_shown_with_all_of_their_hunks() {
    let cart = "@@ -1,2 +1,3 @@\n import a\n+import first\n import c\n@@ -50,2 +51,3 @@\n x = 1\n+second = 2\n y = 3\n";
    let files = vec![
        patched("src/cart.py", cart),
        patched("src/other.py", "@@ -1 +1,2 @@\n z\n+third = 3\n"),
    ];
    let finding = json!({"path": "src/cart.py", "line": 52, "title": "Wrong", "confidence": 90});
    let told = looked(
        &change(files),
        &checking(8000, 1000),
        json!([finding]),
        said(json!({"verdicts": []})),
    );
    let shown = prompt(&told, "verify/1");
    assert!(
        shown.contains("### src/cart.py") && shown.contains("52+|second = 2"),
        "{shown}"
    );
    assert!(shown.contains("import first") && !shown.contains("third"));
    assert!(shown.contains("Add discounts to the cart"), "the title");
    assert!(
        shown.contains("1. src/cart.py, new side, lines 52 to 52, minor correctness, 90 %: Wrong")
    );
}

#[test]
fn a_file_that_a_finding_names_is_shown_as_well() {
    let files = vec![
        patched("src/cart.py", "@@ -1 +1,2 @@\n z\n+first = 1\n"),
        patched("src/codec.py", "@@ -1 +1,2 @@\n z\n+second = 2\n"),
        patched("src/Invoices.php", "@@ -1 +1,2 @@\n z\n+fourth = 4\n"),
        patched("src/other.py", "@@ -1 +1,2 @@\n z\n+third = 3\n"),
    ];
    let finding = json!({
        "path": "src/cart.py", "line": 2, "title": "Wrong", "confidence": 90,
        "body": "The decoder in `codec.py` reads another order of fields than Invoices."
    });
    let told = looked(
        &change(files),
        &checking(8000, 1000),
        json!([finding]),
        said(json!({"verdicts": []})),
    );
    let shown = prompt(&told, "verify/1");
    assert!(
        ["first = 1", "second = 2", "fourth = 4"]
            .iter()
            .all(|line| shown.contains(line)),
        "{shown}"
    );
    assert!(!shown.contains("third"), "{shown}");
}

/// A long body without repetitions, which would be dropped.
fn much_to_say() -> String {
    (0..100).map(|nth| format!("word{nth} to say ")).collect()
}

/// A file of ten lines, with a flaw on each.
fn ten() -> (Change, Value) {
    let lines: Vec<String> = (1..=10).map(|nth| format!("call_{nth}()")).collect();
    let kinds = [
        "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet",
    ];
    let finding = |(nth, kind): (usize, &&str)| json!({"path": "src/ten.py", "line": nth, "title": kind, "category": "data", "confidence": 90});
    let findings = (1..).zip(&kinds).map(finding).collect();
    (change(vec![added("src/ten.py", &lines)]), findings)
}

/// Keeps what is numbered 1 and drops the rest.
fn first_stands(request: &Request) -> Answer {
    let verdict =
        |nth: u32| json!({"number": nth, "verdict": if nth == 1 { "keep" } else { "drop" }});
    said(json!({"verdicts": (1..=8).map(verdict).collect::<Vec<_>>(), "id": request.id}))
}

#[test]
fn many_findings_are_asked_about_in_batches() {
    let (change, findings) = ten();
    let told = tell(&change, &checking(8000, 1000), |request| {
        if request.id == "chunk/1" {
            return said(json!({"findings": findings}));
        }
        if request.id.starts_with("verify") {
            first_stands(request)
        } else {
            nothing(request)
        }
    });
    assert_eq!(told.ids(), ["chunk/1", "verify/1", "verify/1/2", "summary"]);
    let titles: Vec<&str> = found(&told).iter().map(|f| f.title.as_str()).collect();
    assert_eq!(titles, ["alpha", "foxtrot"]);
}

#[test]
fn findings_too_long_for_one_question_are_asked_about_in_several() {
    let (change, mut findings) = ten();
    for finding in findings.as_array_mut().unwrap() {
        finding["body"] = json!(much_to_say());
    }
    let told = looked(
        &change,
        &checking(3200, 400),
        findings,
        said(json!({"verdicts": []})),
    );
    let asked = told
        .ids()
        .iter()
        .filter(|id| id.starts_with("verify/1"))
        .count();
    assert!(asked > 2, "{asked}");
    assert_eq!(told.review.unsure.len(), 10);
    assert_eq!(told.review.problems, [""; 0]);
}

/// How many lines the chunk and the verification show of a file of that length, with a long finding
/// on line 97.
fn shown_lines(length: usize) -> (usize, usize) {
    let lines: Vec<String> = (1..=length)
        .map(|nth| format!("value_{nth} = {nth}"))
        .collect();
    let finding = json!({
        "path": "big.py", "line": 97, "title": "Wrong", "body": much_to_say(), "confidence": 90,
        "replacement": "much_to_do()\n".repeat(300)
    });
    let big = change(vec![added("big.py", &lines)]);
    let told = tell_counting(&big, &checking(12_000, 500), &bytewise, |request| {
        let mut answer = empty(request);
        if request.messages[1].text.contains("\n97+|") && request.id.starts_with("chunk") {
            answer["findings"] = json!([finding]);
        }
        said(answer)
    });
    let id = *told
        .ids()
        .iter()
        .find(|id| id.starts_with("verify/"))
        .unwrap();
    let shown = prompt(&told, id);
    assert!(shown.contains("\n97+|value_97 = 97\n"), "{shown}");
    let lines = |prompt: &str| prompt.matches("+|value_").count();
    let chunk = id.replace("verify", "chunk");
    (lines(prompt(&told, &chunk)), lines(shown))
}

#[test]
fn of_a_hunk_too_long_the_lines_around_the_finding_are_shown() {
    let shown: Vec<_> = (110..310).step_by(20).map(shown_lines).collect();
    assert!(shown.iter().all(|(chunk, second)| second <= chunk));
    assert!(
        shown.iter().any(|(chunk, second)| second < chunk),
        "{shown:?}"
    );
}

#[test]
fn nothing_is_asked_where_nothing_would_come_of_it() {
    let mut settings = checking(8000, 1000);
    settings.confidence = 0.5;
    settings.threshold = Severity::Minor;
    let findings = json!([
        {"path": "shop/cart.py", "line": 11, "title": "Unsure", "severity": "critical", "category": "security", "confidence": 24},
        {"path": "shop/cart.py", "line": 12, "title": "Harmless", "severity": "nit", "confidence": 99}
    ]);
    let told = looked(&shop(), &settings, findings, said("never asked"));
    assert_eq!(told.ids(), ["chunk/1", "summary"]);
    assert!(found(&told).is_empty());
}

#[test]
fn what_a_signal_names_already_is_not_asked_about() {
    let key = format!("key = \"AKIA{}\"", "Q3EGRIJW5XKZ7PLM");
    let change = change(vec![added("app/keys.py", &[key])]);
    let finding = json!({
        "path": "app/keys.py", "line": 1, "title": "A key is committed", "severity": "critical", "category": "security",
        "confidence": 99
    });
    let told = looked(
        &change,
        &checking(8000, 1000),
        json!([finding]),
        said("never asked"),
    );
    assert_eq!(told.ids(), ["chunk/1", "summary"]);
    assert_eq!(told.review.findings.len(), 1);
    assert_eq!(told.review.findings[0].source, Source::Signal);
}

#[test]
fn what_the_second_look_leaves_below_the_bar_is_unsure() {
    let mut settings = checking(8000, 1000);
    settings.confidence = 0.6;
    for (confidence, unsure) in [(59, true), (60, false)] {
        let verdict = json!({"number": 1, "verdict": "keep", "confidence": confidence});
        let answer = said(json!({"verdicts": [verdict]}));
        let told = looked(&shop(), &settings, json!([division()]), answer);
        assert_eq!(told.review.unsure.len(), usize::from(unsure));
        assert_eq!(found(&told).len(), usize::from(!unsure));
    }
}

#[test]
fn the_gravest_are_asked_about_first() {
    let files = (0..6).map(|nth| {
        added(
            &format!("area{nth}/part.py"),
            &vec!["x = 1".to_string(); 200],
        )
    });
    let told = tell(&change(files.collect()), &checking(3000, 400), |request| {
        if !request.id.starts_with("chunk") {
            return nothing(request);
        }
        let path = request.messages[1].text.split("### ").nth(1).unwrap();
        let path = path.lines().next().unwrap();
        let severity = if path.contains('4') { "major" } else { "nit" };
        let finding = json!({"path": path, "line": 3, "title": format!("Nobody calls {path}"), "severity": severity, "confidence": 90});
        let line =
            request.messages[1].text.contains(" 3+|") || request.messages[1].text.contains("\n3+|");
        said(
            json!({"notes": [], "risks": [], "findings": if line { json!([finding]) } else { json!([]) }}),
        )
    });
    let first = told
        .ids()
        .iter()
        .find(|id| id.starts_with("verify"))
        .copied();
    assert!(prompt(&told, first.unwrap()).contains("area4/part.py"));
}

#[test]
fn a_push_elsewhere_asks_the_same_again() {
    let files = |other: &str| {
        vec![
            patched("a/cart.py", "@@ -1 +1,2 @@\n x\n+y = 1\n"),
            added("z/other.py", &vec![other.to_string(); 300]),
        ]
    };
    let asked = |other: &str| {
        let told = tell(&change(files(other)), &checking(3500, 400), |request| {
            let mut answer = empty(request);
            if request.id.starts_with("chunk") && request.messages[1].text.contains("### a/cart.py")
            {
                answer["findings"] =
                    json!([{"path": "a/cart.py", "line": 2, "title": "Wrong", "confidence": 90}]);
            }
            said(answer)
        });
        let verify = told
            .requests
            .into_iter()
            .find(|request| request.id.starts_with("verify"));
        verify.unwrap().messages
    };
    assert_eq!(asked("value = 1"), asked("value = 2"));
}
