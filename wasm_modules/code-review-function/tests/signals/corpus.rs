//! The signals on a corpus of small changes: what must be found, and what must not.
//!
//! A corpus is a text of cases. A case begins with `>>> NAMES PATH` and contains the added lines of
//! that file, or a patch if its first line begins with `@@`. NAMES are the expected signals,
//! separated by commas; `quiet` means none. A "¦" is removed before the case is read: it keeps
//! secret scanners from reporting the fake secrets here. The signal for changes without tests is
//! ignored.

use super::{Hit, hits, scan};
use proptest::prelude::*;

use crate::wit::{Change, File, Status};

pub fn change(files: Vec<File>) -> Change {
    Change {
        repository: "o/r".into(),
        number: 1,
        title: String::new(),
        body: String::new(),
        author: String::new(),
        base: "main".into(),
        origin: String::new(),
        head: String::new(),
        commits: vec![],
        reports: vec![],
        issues: vec![],
        earlier: None,
        files,
    }
}

pub fn file(path: &str, text: &str) -> File {
    let patch = if text.starts_with("@@") {
        text.to_owned()
    } else {
        all_added(text)
    };
    let count = |sign: char| patch.lines().filter(|line| line.starts_with(sign)).count() as u32;
    let (additions, deletions) = (count('+'), count('-'));
    let status = match (additions, deletions) {
        (0, 1..) if patch.contains(" +0,0 @@") => Status::Removed,
        _ if patch.starts_with("@@ -0,0") => Status::Added,
        _ => Status::Modified,
    };
    File {
        path: path.into(),
        previous: None,
        status,
        additions,
        deletions,
        before: None,
        after: None,
        patch: Some(patch),
        absent: None,
        marks: Vec::new(),
        skip: None,
        rules: Vec::new(),
    }
}

/// A patch that adds the text after line 10 of an existing file.
fn all_added(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let body: String = lines.iter().map(|line| format!("+{line}\n")).collect();
    format!("@@ -10,0 +11,{} @@\n{body}", lines.len())
}

struct Case<'c> {
    names: Vec<&'c str>,
    path: &'c str,
    text: String,
}

fn cases(corpus: &str) -> Vec<Case<'_>> {
    let blocks = corpus.split("\n>>> ").skip(1);
    let case = |block| {
        let (head, text): (&str, &str) = str::split_once(block, '\n').unwrap_or((block, ""));
        let (names, path) = head.split_once(' ').unwrap_or((head, ""));
        let mut names: Vec<&str> = names.split(',').filter(|name| *name != "quiet").collect();
        names.sort_unstable();
        Case {
            names,
            path,
            text: text.replace('¦', ""),
        }
    };
    blocks.map(case).collect()
}

fn names(hits: &[Hit]) -> Vec<&'static str> {
    let mut names: Vec<_> = hits.iter().map(|hit| hit.signal.name).collect();
    names.retain(|name| *name != "untested/source");
    names.sort_unstable();
    names.dedup();
    names
}

/// The cases with unexpected results, by number.
fn differences(corpus: &str) -> String {
    let mut report = String::new();
    for case in cases(corpus) {
        let found = hits(&change(vec![file(case.path, &case.text)]));
        if names(&found) != case.names {
            report += &format!(
                "{}: expected {:?}, found {:?}\n{}\n",
                case.path,
                case.names,
                names(&found),
                case.text
            );
        }
    }
    report
}

fn check(corpus: &str) {
    assert!(cases(corpus).len() > 5, "the corpus is read");
    let report = differences(corpus);
    assert!(report.is_empty(), "\n{report}");
}

macro_rules! corpora {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                check(include_str!(concat!(stringify!($name), ".txt")));
            }
        )*

        const CORPORA: &[&str] = &[$(include_str!(concat!(stringify!($name), ".txt"))),*];
    };
}

corpora!(
    bugs,
    calls,
    changes,
    debugging,
    dependencies,
    migrations,
    secrets,
    tests,
    unicode,
    workflows
);

#[test]
fn every_finding_lands_on_the_diff() {
    for case in CORPORA.iter().flat_map(|corpus| cases(corpus)) {
        let file = file(case.path, &case.text);
        let hunks = crate::diff::patch::parse(file.patch.as_deref().unwrap_or_default())
            .unwrap_or_default();
        for finding in scan(&change(vec![file.clone()])) {
            let lands = crate::diff::patch::shows(&hunks, finding.side, finding.line, finding.end);
            assert!(
                lands,
                "{}:{} {}\n{}",
                finding.path, finding.line, finding.title, case.text
            );
        }
    }
}

/// Parts of the corpus, mixed with text that breaks careless slicing.
fn a_line() -> impl Strategy<Value = String> {
    let lines = CORPORA
        .iter()
        .flat_map(|corpus| corpus.lines())
        .filter(|line| !line.starts_with(">>>"));
    let lines: Vec<String> = lines.map(str::to_owned).collect();
    let odd = "([a-z_]{1,6}|[(){}\\[\\]'\"`;:=<>+*&|/#$%.,!@ \\t-]|é|\u{202e}|=>|eval|SELECT|where|f\"|\\$\\{){0,25}";
    (prop::sample::select(lines), odd, 0..60usize).prop_map(|(line, odd, at)| {
        let at = (0..=at.min(line.len()))
            .rev()
            .find(|at| line.is_char_boundary(*at))
            .unwrap_or(0);
        format!("{}{odd}{}", &line[..at], &line[at..])
    })
}

const PATHS: &[&str] = &[
    "a.py",
    "a.js",
    "a.tsx",
    "a.go",
    "a.rs",
    "A.java",
    "a.c",
    "a.cpp",
    "a.rb",
    "a.php",
    "a.cs",
    "a.kt",
    "a.sql",
    "a.yml",
    "a.tf",
    "a.sh",
    "Dockerfile",
    "package.json",
    "go.mod",
    "Gemfile",
    "pyproject.toml",
    "requirements.txt",
    "package-lock.json",
    "a.vue",
    "README.md",
    "a",
    ".github/workflows/a.yml",
    "migrations/1.py",
    "migrations/1.sql",
    "tests/test_a.py",
    ".env",
    "a.html",
    "a.erb",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn nothing_panics_and_everything_lands(
        path in prop::sample::select(PATHS.to_vec()),
        lines in prop::collection::vec((0..3u8, a_line()), 1..8),
    ) {
        let signs = [' ', '+', '-'];
        let body: String = lines.iter().map(|(kind, line)| format!("{}{line}\n", signs[usize::from(*kind)])).collect();
        let count = |not: u8| lines.iter().filter(|(kind, _)| *kind != not).count();
        let patch = format!("@@ -5,{} +5,{} @@\n{body}", count(1), count(2));
        let hunks = crate::diff::patch::parse(&patch).unwrap_or_default();
        let found = scan(&change(vec![file(path, &patch)]));
        prop_assert_eq!(&found, &scan(&change(vec![file(path, &patch)])), "the same again");
        for finding in found {
            let worded = !finding.title.is_empty() && !finding.body.contains("{}");
            prop_assert!(worded, "{} says: {}", finding.title, finding.body);
            let shown = crate::diff::patch::shows(&hunks, finding.side, finding.line, finding.end);
            prop_assert!(shown || count(2) == 0, "{} at {}", finding.title, finding.line);
        }
    }
}
