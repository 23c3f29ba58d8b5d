//! A file counts as reviewed when its text was read, also if it is deleted.

use code_review_function::wit::{File, Source, Status};
use serde_json::json;

use crate::made::{change, patched};
use crate::script::{nothing, said, settings, tell, without_model};

/// A deleted file of those lines.
fn deleted(path: &str, lines: &[String]) -> File {
    let text: String = lines.iter().map(|line| format!("-{line}\n")).collect();
    File {
        status: Status::Removed,
        ..patched(path, &format!("@@ -1,{} +0,0 @@\n{text}", lines.len()))
    }
}

fn guard() -> Vec<String> {
    ["def is_admin(user):", "    return user.role == ADMIN"]
        .map(String::from)
        .to_vec()
}

fn long(lines: usize) -> Vec<String> {
    (0..lines)
        .map(|nth| format!("    total += prices[{nth}]"))
        .collect()
}

#[test]
fn the_text_of_a_small_deleted_file_is_shown_and_can_be_remarked_on() {
    let change = change(vec![deleted("src/auth_check.py", &guard())]);
    let told = tell(&change, &settings(20_000, 1000), |request| {
        if request.id.starts_with("chunk") {
            let finding = json!({"path": "src/auth_check.py", "side": "old", "line": 1, "end_line": 2,
                "title": "Nobody checks for admins any more", "severity": "major", "confidence": 90});
            said(json!({"findings": [finding], "notes": [], "risks": []}))
        } else {
            nothing(request)
        }
    });
    assert!(
        told.chunks()["chunk/1"]
            .contains("1-|def is_admin(user):\n2-|    return user.role == ADMIN")
    );
    assert_eq!(told.missed("src/auth_check.py"), None);
    let found = told
        .review
        .findings
        .iter()
        .find(|one| one.source == Source::Model);
    assert_eq!(found.map(|one| (one.line, one.end)), Some((1, 2)));
}

#[test]
fn a_large_deleted_file_is_told_by_name_and_not_called_reviewed() {
    let files = vec![
        deleted("src/old.py", &long(1000)),
        patched("src/new.py", "@@ -1 +1 @@\n-1\n+2\n"),
    ];
    let told = tell(&change(files), &settings(50_000, 1000), nothing);
    let chunks = told.chunks();
    assert!(
        chunks["chunk/1"].contains("### src/old.py\nremoved")
            && !chunks["chunk/1"].contains("total +=")
    );
    assert!(told.missed("src/old.py").unwrap().contains("too long"));
    assert_eq!(told.missed("src/new.py"), None);
}

#[test]
fn a_change_that_only_deletes_a_large_file_is_not_called_reviewed() {
    let told = tell(
        &change(vec![deleted("src/old.py", &long(1000))]),
        &settings(20_000, 1000),
        nothing,
    );
    assert!(told.missed("src/old.py").is_some());
    assert!(!told.ids().iter().any(|id| id.starts_with("chunk")));
}

#[test]
fn of_many_deleted_files_the_code_is_shown_first_and_the_rest_is_named() {
    let text = long(100);
    let mut files: Vec<File> = (0..20)
        .map(|nth| deleted(&format!("docs/{nth}.md"), &text))
        .collect();
    files.push(deleted("src/auth.py", &text));
    let told = tell(&change(files), &settings(50_000, 1000), nothing);
    assert_eq!(told.missed("src/auth.py"), None);
    let missed = told
        .review
        .coverage
        .iter()
        .filter(|entry| !entry.reviewed)
        .count();
    assert!((1..20).contains(&missed), "{missed} missed");
}

#[test]
fn without_a_model_the_rules_have_read_what_is_deleted() {
    let change = change(vec![deleted("src/old.py", &long(1000))]);
    assert_eq!(
        tell(&change, &without_model(), nothing).missed("src/old.py"),
        None
    );
}

#[test]
fn without_a_model_and_without_rules_nobody_has_read_anything() {
    let mut settings = without_model();
    settings.features.signals = false;
    let change = change(vec![patched("a.py", "@@ -1 +1 @@\n-1\n+2\n")]);
    assert_eq!(
        tell(&change, &settings, nothing).missed("a.py"),
        Some("neither a model nor a rule has checked it")
    );
}

#[test]
fn a_diff_that_shows_less_than_it_should_is_not_called_reviewed() {
    let cut = File {
        additions: 90,
        ..patched("cut.py", "@@ -1 +1,2 @@\n-1\n+2\n+3\n")
    };
    let empty = File {
        additions: 5,
        ..patched("empty.py", "")
    };
    let told = tell(&change(vec![cut, empty]), &settings(20_000, 1000), nothing);
    let cut = Some("only a part of it was reviewed: the diff shows only 3 of 91 changed lines");
    assert_eq!(told.missed("cut.py"), cut);
    assert_eq!(told.missed("empty.py"), Some("the diff shows no lines"));
}
