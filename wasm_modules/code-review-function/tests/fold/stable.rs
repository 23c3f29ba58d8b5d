//! A change of one file leaves the chunks of all others as they were. The context is too small for a map of the other
//! files, which changes with them.

use std::collections::{BTreeMap, BTreeSet};

use code_review_function::wit::{Change, File, Settings, Step};
use proptest::prelude::*;

use crate::made::{added, change};
use crate::script::{settings, step};

/// A source file or its test of so many lines, somewhere in a tree of directories.
fn file(path: &str, lines: usize) -> File {
    let lines: Vec<String> = (0..lines)
        .map(|line| format!("value_{line} = call({line})"))
        .collect();
    added(path, &lines)
}

fn portioned(portion: u32) -> Settings {
    Settings {
        portion,
        ..settings(11_500, 2000)
    }
}

/// The prompts of the chunks, with the paths that each of them shows.
fn prompts(change: &Change, portion: u32) -> BTreeMap<String, BTreeSet<String>> {
    let Step::Ask(requests) = step(change, &portioned(portion), &[]) else {
        panic!("it asks")
    };
    let paths = |text: &str| {
        let paths = text.lines().filter_map(|line| line.strip_prefix("### "));
        paths.map(str::to_string).collect()
    };
    let texts = requests
        .into_iter()
        .map(|request| request.messages[1].text.clone());
    texts.map(|text| (text.clone(), paths(&text))).collect()
}

type Prompts = BTreeMap<String, BTreeSet<String>>;

/// Every prompt of `one` is one of `other`, or only about files that were or are together with
/// `path`.
fn assert_unmoved(one: &Prompts, other: &Prompts, path: &str) {
    let beside: BTreeSet<&String> = other
        .values()
        .filter(|paths| paths.contains(path))
        .flatten()
        .collect();
    for (prompt, paths) in one {
        let is_near = paths.contains(path) || paths.iter().all(|path| beside.contains(path));
        assert!(
            other.contains_key(prompt) || is_near,
            "{paths:?} is asked about anew"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_push_to_one_file_leaves_all_other_questions_as_they_were(
        files in prop::collection::btree_map("(app|lib/(one|two)|tests|docs)/[a-e]{1,3}\\.py", 1usize..120, 10..50),
        which: prop::sample::Index, lines in 1usize..400, portion in 300u32..3000,
    ) {
        let before = change(files.iter().map(|(path, lines)| file(path, *lines)).collect());
        let mut after = before.clone();
        let pushed = which.index(after.files.len());
        let path = after.files[pushed].path.clone();
        after.files[pushed] = file(&path, lines);
        after.head = "2".repeat(40);
        let (before, after) = (prompts(&before, portion), prompts(&after, portion));
        assert_unmoved(&before, &after, &path);
        assert_unmoved(&after, &before, &path);
    }
}

/// Sixty files in six directories.
fn wide() -> Change {
    let one = |nth: usize| {
        file(
            &format!("area{}/part{nth:02}.py", nth % 6),
            20 + nth % 7 * 8,
        )
    };
    change((0..60).map(one).collect())
}

#[test]
fn no_question_has_more_of_the_diff_than_is_wanted() {
    let (small, large) = (prompts(&wide(), 1000), prompts(&wide(), 3600));
    assert!(
        small.len() > 2 * large.len(),
        "{} and {}",
        small.len(),
        large.len()
    );
    let longest = small.keys().map(String::len).max().unwrap_or_default();
    let shortest = large.keys().map(String::len).max().unwrap_or_default();
    assert!(longest + 1800 * 4 < shortest, "{longest} and {shortest}");
}

#[test]
fn no_question_has_more_files_than_its_answer_has_room_for() {
    let tiny = (0..300).map(|nth| file(&format!("area{}/part{nth:03}.py", nth % 7), 1));
    let change = change(tiny.collect());
    let mut least = portioned(30_000);
    least.model.as_mut().unwrap().answer = 600;
    let Step::Ask(requests) = step(&change, &least, &[]) else {
        panic!("it asks")
    };
    for request in requests {
        assert!(request.messages[1].text.matches("\n### ").count() <= 10);
    }
}

#[test]
fn a_file_that_a_push_adds_is_put_among_its_neighbours() {
    let before = prompts(&wide(), 1000);
    let mut pushed = wide();
    pushed.files.push(file("area3/part30a.py", 30));
    let after = prompts(&pushed, 1000);
    let new = after.keys().filter(|prompt| !before.contains_key(*prompt));
    assert!(new.count() <= 2);
}

#[test]
fn what_hangs_on_the_whole_change_is_in_no_question() {
    let pulled = |lines: usize| change(vec![file("a/one.py", 100), file("b/two.py", lines)]);
    let (before, after) = (prompts(&pulled(90), 700), prompts(&pulled(110), 700));
    assert_eq!(before.len(), 2);
    assert_unmoved(&before, &after, "b/two.py");
}
