//! Failures of models, and how the review handles them.

use code_review_function::run;
use code_review_function::wit::{Finish, Severity, Source, Template, Trouble};
use serde_json::json;

use crate::made::{added, change, shop};
use crate::script::{empty, failed, finished, nothing, quarter, said, settings, tell};

#[test]
fn an_unreadable_answer_is_asked_for_once_more() {
    let told = tell(&shop(), &settings(8000, 1000), |request| {
        match request.id.as_str() {
            "chunk/1" => said("I found no problems!"),
            _ => nothing(request),
        }
    });
    assert_eq!(told.ids(), ["chunk/1", "chunk/1/repair", "summary"]);
    let repair = &told.requests[1];
    assert_eq!(repair.messages[..2], told.requests[0].messages[..]);
    assert_eq!(repair.messages[2].text, "I found no problems!");
    assert!(
        repair.messages[3]
            .text
            .contains("the answer contains no JSON object")
    );
    assert_eq!(told.missed("shop/cart.py"), None);
}

#[test]
fn files_of_an_answer_that_stays_unreadable_are_named() {
    let told = tell(&shop(), &settings(8000, 1000), |_| said("no."));
    assert_eq!(told.ids(), ["chunk/1", "chunk/1/repair"]);
    let why = told.missed("shop/cart.py").unwrap();
    assert!(
        why.starts_with("the model's answer could not be parsed, even at the second attempt: "),
        "{why}"
    );
    assert!(
        told.review.problems[0].starts_with("Not reviewed: shop/cart.py, tests/test_cart.py: ")
    );
    assert!(told.review.purpose.contains("touches 6 files"));
    assert_eq!(
        told.missed("shop/money.py"),
        None,
        "a renamed file has nothing to ask about"
    );
}

#[test]
fn a_chunk_that_is_too_long_for_the_server_is_asked_in_halves() {
    for trouble in [
        failed(Trouble::Context),
        finished("{\"notes\": [", Finish::Length),
    ] {
        let told = tell(&shop(), &settings(8000, 1000), |request| {
            match request.id.as_str() {
                "chunk/1" => trouble.clone(),
                _ => nothing(request),
            }
        });
        assert_eq!(told.ids(), ["chunk/1", "chunk/1/a", "chunk/1/b", "summary"]);
        assert_eq!(told.missed("shop/cart.py"), None);
    }
}

#[test]
fn a_half_that_has_only_names_to_show_is_not_asked_about() {
    let mut change = shop();
    change.files.retain(|file| !file.path.starts_with("tests/"));
    let told = tell(&change, &settings(8000, 1000), |request| {
        match request.id.as_str() {
            "chunk/1" => failed(Trouble::Context),
            _ => nothing(request),
        }
    });
    assert_eq!(told.ids(), ["chunk/1", "chunk/1/a", "summary"]);
    assert_eq!(told.missed("shop/money.py"), None);
}

#[test]
fn halving_ends_and_what_is_left_is_named() {
    let lines: Vec<String> = (0..200).map(|nth| format!("value_{nth} = {nth}")).collect();
    let told = tell(
        &change(vec![added("big.py", &lines)]),
        &settings(8000, 1000),
        |request| {
            if request.messages[1].text.contains("7+|") {
                failed(Trouble::Context)
            } else {
                nothing(request)
            }
        },
    );
    assert!(told.requests.len() < 20);
    assert_eq!(
        told.missed("big.py"),
        Some("even in small parts, it does not fit the model's context (the script says so)")
    );
}

#[test]
fn of_answers_that_stay_cut_the_findings_are_shown_and_the_file_is_not_called_reviewed() {
    for finish in [Finish::Length, Finish::Stop] {
        let told = tell(&shop(), &settings(8000, 1000), |request| {
            if !request.id.starts_with("chunk") {
                return nothing(request);
            }
            let finding = json!({"path": "shop/cart.py", "line": 12, "title": "Right"});
            let cut = format!("{{\"notes\": [], \"findings\": [{finding}, {{\"path\": \"sho");
            finished(&cut, finish)
        });
        let of_model = |found: &&code_review_function::wit::Finding| found.source == Source::Model;
        assert_eq!(told.review.findings.iter().filter(of_model).count(), 1);
        let why = told.missed("shop/cart.py").unwrap();
        assert!(why.starts_with("only a part of it was reviewed: "), "{why}");
    }
}

#[test]
fn a_file_of_which_a_part_is_missing_is_not_called_reviewed() {
    let lines: Vec<String> = (0..400).map(|nth| format!("value_{nth} = {nth}")).collect();
    let told = tell(
        &change(vec![added("big.py", &lines)]),
        &settings(3000, 400),
        |request| {
            if request.id == "chunk/2" {
                failed(Trouble::Unavailable)
            } else {
                nothing(request)
            }
        },
    );
    assert_eq!(
        told.missed("big.py"),
        Some("only a part of it was reviewed: the model did not answer: the script says so")
    );
}

#[test]
fn a_model_that_refuses_is_asked_no_more_and_the_signals_stand() {
    let told = tell(&shop(), &settings(8000, 1000), |_| failed(Trouble::Refused));
    assert_eq!(told.ids(), ["chunk/1"]);
    assert_eq!(
        told.missed("shop/cart.py"),
        Some("the model did not answer: the script says so")
    );
    assert!(
        told.review
            .findings
            .iter()
            .all(|finding| finding.source == Source::Signal)
    );
}

#[test]
fn without_a_summary_the_notes_and_signals_stand_in() {
    let told = tell(&shop(), &settings(8000, 1000), |request| {
        match request.id.as_str() {
            "summary" => failed(Trouble::Unavailable),
            _ => said(
                json!({"notes": [{"path": "cart.py", "text": "Scales the total."}], "findings": [], "risks": ["Old totals"]}),
            ),
        }
    });
    assert!(told.review.purpose.contains("touches 6 files"));
    assert_eq!(told.review.notes[0].name, "shop/cart.py");
    assert!(
        !told.review.risks.contains(&"Old totals".to_string()),
        "it was not verified"
    );
    assert_eq!(
        told.review.problems,
        [
            "The model gave no summary (the model did not answer: the script says so); this one is compiled from its notes."
        ]
    );
    assert_eq!(told.missed("shop/cart.py"), None);
}

#[test]
fn findings_that_fit_nothing_are_dropped_and_counted() {
    let told = tell(&shop(), &settings(8000, 1000), |request| {
        let mut answer = empty(request);
        if request.id == "chunk/1" {
            answer["findings"] = json!([
                {"path": "shop/other.py", "line": 1, "title": "x"},
                {"path": "shop/cart.py", "line": 900, "title": "x"},
                {"path": "shop/cart.py", "line": "12", "severity": "HIGH", "title": "Right"},
                "nonsense", 7, null
            ]);
        }
        said(answer)
    });
    let found: Vec<_> = told
        .review
        .findings
        .iter()
        .filter(|finding| finding.source == Source::Model)
        .collect();
    assert_eq!(
        (found.len(), found[0].line, found[0].severity),
        (1, 12, Severity::Major)
    );
    assert_eq!(
        told.review.problems,
        ["5 model findings were dropped because they do not refer to a line of the diff."]
    );
}

fn refused(settings: &code_review_function::wit::Settings) -> String {
    run(&shop(), settings, &[], &quarter).unwrap_err().message
}

#[test]
fn a_context_too_small_is_told_with_the_least_that_would_do() {
    let small = tell(&shop(), &settings(1000, 400), nothing);
    assert!(small.requests.is_empty());
    let message = &small.review.problems[0];
    assert!(
        message.contains("1000 tokens, of which 256 are for its answer"),
        "{message}"
    );
    let least = message
        .split("at least ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let told = tell(&shop(), &settings(least, 400), nothing);
    assert_eq!(told.missed("shop/cart.py"), None);
}

#[test]
fn a_broken_or_missing_template_is_refused_by_name() {
    let mut broken = settings(8000, 1000);
    broken.templates[1] = Template {
        name: "chunk".into(),
        text: "{{ diff }}\n{{ dif }}".into(),
    };
    assert_eq!(
        refused(&broken),
        "the prompt template \"chunk\", line 2 is broken: undefined value"
    );
    broken.templates.remove(1);
    assert!(refused(&broken).starts_with("the prompt template \"chunk\" is missing"));
}
