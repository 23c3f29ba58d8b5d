//! Every line to review is shown exactly once, and a push changes few questions.

use std::collections::{BTreeMap, BTreeSet};

use code_review_function::diff::patch::{Kind, parse};
use code_review_function::wit::{Change, File, Step};
use proptest::prelude::*;

use crate::made::{added, change, changes, patched};
use crate::script::{Told, nothing, settings, step, tell};

pub type Shown = BTreeMap<(String, char, u32), usize>;

/// How often each line is shown, read from the prompts of the chunks.
pub fn shown(told: &Told) -> Shown {
    let mut shown = Shown::new();
    for prompt in told.chunks().values() {
        let mut path = "";
        let diff = prompt.split("The diff:").nth(1).unwrap();
        for line in diff.lines() {
            path = line.strip_prefix("### ").unwrap_or(path);
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            if let (Ok(number), Some(mark)) =
                (line[..line.len() - rest.len()].parse(), rest.chars().next())
            {
                *shown.entry((path.to_string(), mark, number)).or_default() += 1;
            }
        }
    }
    shown
}

/// The lines of the change, each once.
pub fn expected(change: &Change) -> Shown {
    let mut expected = Shown::new();
    for file in change
        .files
        .iter()
        .filter(|file| file.path != "package-lock.json")
    {
        let hunks = file
            .patch
            .as_deref()
            .map(|patch| parse(patch).unwrap())
            .unwrap_or_default();
        for line in hunks.into_iter().flat_map(|hunk| hunk.lines) {
            let (mark, number) = match line.kind {
                Kind::Context => (' ', line.new),
                Kind::Added => ('+', line.new),
                Kind::Deleted => ('-', line.old),
            };
            expected.insert((file.path.clone(), mark, number.unwrap()), 1);
        }
    }
    expected
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_line_is_shown_exactly_once(change in changes(), context in 2600u32..12_000) {
        let told = tell(&change, &settings(context, 500), nothing);
        prop_assert_eq!(shown(&told), expected(&change));
        for (file, entry) in change.files.iter().zip(&told.review.coverage) {
            let lost = file.absent.is_some() || file.path == "package-lock.json";
            prop_assert_eq!((&entry.path, entry.reviewed), (&file.path, !lost));
        }
    }

    #[test]
    fn the_same_change_gives_the_same_bytes(change in changes()) {
        let (one, other) = (tell(&change, &settings(4000, 500), nothing), tell(&change, &settings(4000, 500), nothing));
        prop_assert_eq!(one.requests, other.requests);
        prop_assert_eq!(one.review, other.review);
    }
}

/// Sixty files in six directories.
fn wide() -> Change {
    let file = |nth: usize| -> File {
        let lines: Vec<String> = (0..60 + nth % 7 * 8)
            .map(|line| format!("value_{line} = call({nth}, {line})"))
            .collect();
        added(&format!("area{}/part{nth:02}.py", nth % 6), &lines)
    };
    change((0..60).map(file).collect())
}

/// The prompts of the first round.
fn prompts(change: &Change) -> BTreeSet<String> {
    let Step::Ask(requests) = step(change, &settings(8000, 1000), &[]) else {
        panic!("it asks")
    };
    requests
        .into_iter()
        .map(|request| request.messages[1].text.clone())
        .collect()
}

#[test]
fn a_push_that_changes_one_file_changes_few_questions() {
    let before = prompts(&wide());
    assert!(before.len() > 6, "only {} chunks", before.len());
    let mut new = 0;
    let pushes = (0..60).step_by(4);
    for at in pushes.clone() {
        let mut pushed = wide();
        let lines: Vec<String> = (0..75 + at % 9)
            .map(|line| format!("other_{line} = call({line})"))
            .collect();
        pushed.files[at] = added(&pushed.files[at].path, &lines);
        pushed.head = "2".repeat(40);
        new += prompts(&pushed).difference(&before).count();
    }
    assert!(
        new <= pushes.len() * 3 / 2,
        "{new} new questions in {} pushes",
        pushes.len()
    );
}

#[test]
fn a_push_that_adds_a_file_changes_few_questions() {
    let before = prompts(&wide());
    let mut pushed = wide();
    pushed
        .files
        .push(added("area3/new.py", &vec!["x = 1".to_string(); 20]));
    assert!(prompts(&pushed).difference(&before).count() <= 2);
}

#[test]
fn chunks_are_reasonably_full() {
    let change = wide();
    let bytes: usize = change
        .files
        .iter()
        .map(|file| file.patch.as_deref().unwrap_or_default().len())
        .sum();
    let room = (8000 - 1000 - 1200) * 4;
    assert!(
        prompts(&change).len() <= 2 * bytes.div_ceil(room) + 1,
        "{} chunks",
        prompts(&change).len()
    );
}

#[test]
fn a_hunk_larger_than_a_request_is_cut_between_lines_under_headers_of_its_parts() {
    let lines: Vec<String> = (1..=600)
        .map(|nth| format!("value_{nth} = {nth}"))
        .collect();
    let told = tell(
        &change(vec![added("big.py", &lines)]),
        &settings(3100, 400),
        nothing,
    );
    let chunks = told.chunks();
    assert!(chunks.len() > 2);
    for prompt in chunks.values() {
        let header = prompt.lines().find(|line| line.starts_with("@@ ")).unwrap();
        let numbers: Vec<usize> = prompt
            .lines()
            .filter_map(|line| line.split_once("+|")?.0.parse().ok())
            .collect();
        let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
        assert!(prompt.contains("(a part of the file)"));
        assert_eq!(header, format!("@@ -0,0 +{first},{} @@", last - first + 1));
    }
}

#[test]
fn a_line_too_long_is_shortened_and_the_review_says_so() {
    let file = patched(
        "src/long.py",
        &format!("@@ -1 +1 @@\n-x\n+{}\n", "y".repeat(50_000)),
    );
    let told = tell(&change(vec![file]), &settings(8000, 1000), nothing);
    assert_eq!(
        told.review.problems,
        ["Lines longer than 1000 bytes were truncated for the model: src/long.py."]
    );
    assert!(told.chunks()["chunk/1"].contains("yyy…\n"));
}
