//! Signals for whole changes.

use super::corpus::{change, file};
use super::rule::MOST;
use super::{hits, read, scan};
use crate::wit::{File, Finding, Severity, Side, Source, Status};

fn titles(files: Vec<File>) -> Vec<String> {
    scan(&change(files))
        .into_iter()
        .map(|finding| finding.title)
        .collect()
}

fn names(files: Vec<File>) -> Vec<&'static str> {
    hits(&change(files))
        .iter()
        .map(|hit| hit.signal.name)
        .collect()
}

fn only(files: Vec<File>) -> Finding {
    let mut found = scan(&change(files));
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn a_finding_says_where_what_and_what_to_do() {
    let found = only(vec![file("app/calc.py", "x = 1\nresult = eval(text)\n")]);
    assert_eq!(
        (found.path.as_str(), found.line, found.end, found.side),
        ("app/calc.py", 12, 12, Side::Right)
    );
    assert_eq!(
        (found.severity, found.source),
        (Severity::Major, Source::Signal)
    );
    assert_eq!(
        (found.category.as_str(), found.title.as_str()),
        ("security", "String is evaluated as code")
    );
    assert!(found.body.contains("Parse it"), "{}", found.body);
}

#[test]
fn one_rule_speaks_once_per_file() {
    let found = only(vec![file("app/a.py", "eval(a)\nx = 1\neval(b)\neval(c)\n")]);
    assert_eq!(found.line, 11);
    assert!(
        found.body.ends_with("Also on 2 more lines of this file."),
        "{}",
        found.body
    );
}

#[test]
fn one_rule_speaks_in_a_limited_number_of_files() {
    let files = (0..40)
        .map(|at| file(&format!("app/a{at:02}.py"), "eval(a)\n"))
        .chain([file("tests/test_a.py", "x = 1\n")]);
    let found = scan(&change(files.collect()));
    assert_eq!(found.len(), 25);
    let last = found
        .iter()
        .find(|finding| finding.path == "app/a24.py")
        .map(|finding| finding.body.as_str());
    assert!(
        last.is_some_and(|body| body.ends_with("Also in 15 more files.")),
        "{last:?}"
    );
}

#[test]
fn the_most_severe_comes_first() {
    let text = "import os\nprint(user)\nresult = eval(text)\n<<<<<<< HEAD\n";
    let found: Vec<Severity> = scan(&change(vec![file("app/a.py", text)]))
        .iter()
        .map(|finding| finding.severity)
        .collect();
    assert_eq!(found, [Severity::Critical, Severity::Major, Severity::Nit]);
}

#[test]
fn a_secret_is_never_repeated() {
    let secret = ["ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    let text = format!("assert (token == \"{secret}\", \"wrong\")\npassword = \"{secret}\"\n");
    for finding in scan(&change(vec![file("app/a.py", &text)])) {
        let said = format!("{finding:?}");
        assert!(!said.contains(&secret[6..]), "{said}");
    }
}

#[test]
fn a_secret_in_tests_weighs_less() {
    let text = format!(
        "TOKEN = \"{}\"\n",
        ["ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"].concat()
    );
    assert_eq!(
        only(vec![file("app/a.py", &text)]).severity,
        Severity::Critical
    );
    assert_eq!(
        only(vec![file("tests/test_a.py", &text)]).severity,
        Severity::Minor
    );
}

#[test]
fn dangerous_calls_in_tests_are_nits_and_plain_bugs_are_not() {
    let dangerous = only(vec![file("tests/test_a.py", "result = eval(text)\n")]);
    assert_eq!(dangerous.severity, Severity::Nit);
    let bug = only(vec![file("tests/test_a.py", "assert (a == 1, \"one\")\n")]);
    assert_eq!(bug.severity, Severity::Major);
}

#[test]
fn documentation_and_what_nobody_wrote_are_left_alone() {
    for path in [
        "README.md",
        "docs/a.rst",
        "vendor/a.py",
        "dist/a.js",
        "static/a.min.js",
        "a_pb2.py",
    ] {
        assert_eq!(
            titles(vec![file(
                path,
                "result = eval(text)\nel.innerHTML = html;\n"
            )]),
            [""; 0],
            "{path}"
        );
    }
}

#[test]
fn a_fix_is_offered_where_it_is_certain() {
    for (path, text, fixed) in [
        (
            "a.js",
            "for (let i = 0; i <= xs.length; i++) {\n  f(xs[i]);",
            "for (let i = 0; i < xs.length; i++) {",
        ),
        (
            "a.py",
            "if kind is \"a\":  # why\n",
            "if kind == \"a\":  # why",
        ),
        (
            "tests/a.py",
            "    assert (x == 1, \"é\")\n",
            "    assert x == 1, \"é\"",
        ),
        ("a.py", "c = yaml.load(f)\n", "c = yaml.safe_load(f)"),
        (
            "a.js",
            "const a = new Agent({ rejectUnauthorized: false });\n",
            "const a = new Agent({ rejectUnauthorized: true });",
        ),
        (
            "a.rs",
            "    for i in 0..=v.len() {\n        f(v[i]);\n",
            "    for i in 0..v.len() {",
        ),
    ] {
        assert_eq!(
            only(vec![file(path, text)]).replacement.as_deref(),
            Some(fixed),
            "{path}"
        );
    }
    assert_eq!(only(vec![file("a.py", "x = eval(y)\n")]).replacement, None);
}

fn code(lines: usize) -> String {
    (0..lines).map(|at| format!("x{at} = {at}\n")).collect()
}

#[test]
fn source_without_tests_is_noticed_once_and_gently() {
    let found = only(vec![
        file("app/small.py", &code(3)),
        file("app/large.py", &code(30)),
    ]);
    assert_eq!(
        (found.path.as_str(), found.line, found.severity),
        ("app/large.py", 11, Severity::Nit)
    );
    assert!(found.body.contains("33 lines"), "{}", found.body);
}

#[test]
fn small_changes_documentation_and_tested_code_need_no_word() {
    assert_eq!(names(vec![file("app/a.py", &code(4))]), [""; 0]);
    assert_eq!(
        names(vec![
            file("README.md", &code(40)),
            file("config.yaml", "a: b\n")
        ]),
        [""; 0]
    );
    assert_eq!(
        names(vec![
            file("app/a.py", &code(40)),
            file("tests/test_a.py", &code(2))
        ]),
        [""; 0]
    );
}

#[test]
fn a_manifest_without_its_lock_is_noticed_where_a_lock_is_known() {
    let manifest = || {
        file(
            "package.json",
            "@@ -3,2 +3,3 @@\n   \"dependencies\": {\n+    \"zod\": \"^3.0.0\",\n     \"x\": \"1.0.0\"\n",
        )
    };
    let lock = || file("package-lock.json", "@@ -1,1 +1,2 @@\n {\n+  \"zod\": {}\n");
    let pipeline = || file(".github/workflows/ci.yml", "      - run: npm ci\n");
    assert_eq!(names(vec![manifest()]), ["dependencies/new"]);
    assert_eq!(
        names(vec![manifest(), pipeline()]),
        ["dependencies/unlocked", "dependencies/new"]
    );
    assert_eq!(
        names(vec![manifest(), lock(), pipeline()]),
        ["dependencies/new"]
    );
    assert_eq!(names(vec![lock()]), ["dependencies/lock-alone"]);
}

#[test]
fn tests_that_move_to_another_file_are_not_lost() {
    let test = "def test_add():\n    assert add(1, 2) == 3\n";
    let gone = |path| {
        file(
            path,
            "@@ -1,2 +0,0 @@\n-def test_add():\n-    assert add(1, 2) == 3\n",
        )
    };
    assert_eq!(
        names(vec![gone("tests/test_a.py")]),
        ["testing/file-deleted"]
    );
    assert_eq!(
        names(vec![gone("tests/test_a.py"), file("tests/test_b.py", test)]),
        [""; 0]
    );
    let source = file("app/a.py", "@@ -1,1 +0,0 @@\n-def add(): pass\n");
    let found = hits(&change(vec![source, gone("tests/test_a.py")]));
    assert_eq!(found[0].severity, Severity::Nit, "its source goes too");
}

#[test]
fn a_check_that_moves_to_another_file_is_not_lost() {
    let gone = "@@ -1,2 +1,1 @@\n-@login_required\n def account(request):\n";
    assert_eq!(names(vec![file("app/views.py", gone)]), ["guards/removed"]);
    assert_eq!(
        names(vec![
            file("app/views.py", gone),
            file("app/urls.py", "path = login_required(account)\n")
        ]),
        [""; 0]
    );
}

fn moded(path: &str, before: &str, after: &str, text: &str) -> File {
    File {
        before: Some(before.into()),
        after: Some(after.into()),
        status: Status::Modified,
        ..file(path, text)
    }
}

#[test]
fn modes_speak_where_no_line_does() {
    assert_eq!(
        names(vec![moded("config.yaml", "100644", "100755", "")]),
        ["modes/executable"]
    );
    assert_eq!(
        names(vec![moded("scripts/run.sh", "100644", "100755", "")]),
        ["modes/script"]
    );
    assert_eq!(
        names(vec![moded("scripts/run.sh", "100755", "100755", "x\n")]),
        [""; 0]
    );
    assert_eq!(
        names(vec![moded("data", "120000", "120000", "/etc/passwd")]),
        ["modes/link"]
    );
    assert_eq!(
        names(vec![moded("a/b", "120000", "120000", "../c")]),
        [""; 0]
    );
    assert_eq!(
        names(vec![moded(
            "lib",
            "160000",
            "160000",
            "Subproject commit 1"
        )]),
        ["modes/submodule"]
    );
}

#[test]
fn a_patch_that_cannot_be_read_says_nothing() {
    assert_eq!(names(vec![file("a.py", "@@ garbage\n+eval(x)\n")]), [""; 0]);
    assert_eq!(
        names(vec![File {
            patch: None,
            ..file("a.py", "")
        }]),
        [""; 0]
    );
}

#[test]
fn nothing_is_said_about_files_that_are_not_to_be_reviewed() {
    let bad = || file("app/calc.py", "result = eval(text)\n");
    let mut skipped = bad();
    skipped.skip = Some("the path filter leaves it out".into());
    assert_eq!(titles(vec![bad()]), ["String is evaluated as code"]);
    assert_eq!(titles(vec![skipped]), [""; 0]);
    let mut marked = bad();
    marked.marks = vec!["generated".into()];
    assert_eq!(titles(vec![marked]), [""; 0]);
}

#[test]
fn a_lock_file_that_is_not_to_be_reviewed_is_still_evidence() {
    let manifest = || file("package.json", "    \"left-pad\": \"^1.0.0\",\n");
    let mut lock = file("package-lock.json", "    \"left-pad\": {\n");
    lock.skip = Some("the path filter leaves it out".into());
    let told = names(vec![manifest(), lock]);
    assert!(told.iter().all(|name| !name.contains("lock")), "{told:?}");
}

#[test]
fn a_file_too_long_for_the_rules_is_named() {
    let long = |lines: usize| file("app/calc.py", &"x = eval(a)\n".repeat(lines));
    assert_eq!(read(&change(vec![long(MOST)]), &[]).stopped_early, None);
    let silent = read(&change(vec![long(MOST + 1)]), &[]).stopped_early;
    assert!(
        silent
            .unwrap()
            .ends_with("later lines were not checked in app/calc.py.")
    );
}
