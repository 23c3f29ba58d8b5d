//! The record of a changed file: paths, statuses, counts, attributes, and broken patches.

use code_review_function::wit::{Change, Commit, File, Status};

use crate::dice::Dice;

const STATUSES: [Status; 7] = [
    Status::Added,
    Status::Modified,
    Status::Removed,
    Status::Renamed,
    Status::Copied,
    Status::Retyped,
    Status::Unchanged,
];
const ODD_PATHS: [&str; 12] = [
    "",
    "/",
    "a",
    ".",
    "..",
    "a//b.py",
    "ä/世 界.go",
    "a\nb.c",
    " x.js ",
    "x.",
    ".py",
    "migrations/v1__.sql",
];
const MARKS: [&str; 6] = [
    "generated",
    "-generated",
    "vendored",
    "-vendored",
    "documentation",
    "\u{0}",
];

/// A modified file with that patch.
pub fn plain(path: &str, patch: String) -> File {
    let count = |mark| patch.lines().filter(|line| line.starts_with(mark)).count() as u32;
    File {
        path: path.into(),
        previous: None,
        status: Status::Modified,
        additions: count('+'),
        deletions: count('-'),
        before: None,
        after: None,
        patch: Some(patch),
        absent: None,
        marks: Vec::new(),
        skip: None,
        rules: Vec::new(),
    }
}

/// A file with that patch, usually consistent with git.
pub fn file(dice: &mut Dice, path: &str, patch: String) -> File {
    let mut file = plain(path, patch);
    file.status = dice.pick(&STATUSES[..3]);
    while dice.one_in(4) {
        oddity(dice, &mut file);
    }
    file
}

fn oddity(dice: &mut Dice, file: &mut File) {
    match dice.below(11) {
        0 => file.path = dice.pick(&ODD_PATHS).to_string(),
        1 => file.path = format!("{}{}", "d/".repeat(dice.below(400)), file.path),
        2 => file.status = dice.pick(&STATUSES),
        3 => file.previous = Some(dice.pick(&ODD_PATHS).to_string()),
        4 => (file.additions, file.deletions) = (u32::MAX, u32::MAX),
        5 => (file.before, file.after) = (Some("100644".into()), Some("100755".into())),
        6 => file.marks = vec![dice.pick(&MARKS).to_string()],
        7 => file.rules = vec![0, u32::MAX],
        8 => file.absent = Some("too large".into()),
        9 => {
            file.patch = file
                .patch
                .take()
                .filter(|_| dice.one_in(2))
                .map(|patch| broken(dice, patch))
        }
        _ => file.skip = Some("not asked for".into()),
    }
}

/// A patch that is truncated, empty, without its last line feed, or with a wrong header.
fn broken(dice: &mut Dice, patch: String) -> String {
    match dice.below(6) {
        0 => String::new(),
        1 => patch.trim_end().to_string(),
        2 => patch.chars().take(dice.below(patch.len() + 1)).collect(),
        3 => patch.replacen("@@ -", "@@ -4294967295,", 1),
        4 => format!("@@ -0,0 +4294967295,1 @@\n+x\n{patch}"),
        _ => patch.replace('\n', "\r\n"),
    }
}

pub fn of(files: Vec<File>) -> Change {
    Change {
        repository: "octo/shop".into(),
        number: 7,
        title: "Write it otherwise".into(),
        body: "All of it.".into(),
        author: "mona".into(),
        base: "main".into(),
        origin: "0".repeat(40),
        head: "1".repeat(40),
        commits: Vec::new(),
        reports: Vec::new(),
        issues: Vec::new(),
        earlier: None,
        files,
    }
}

pub fn change(dice: &mut Dice, files: Vec<File>) -> Change {
    let mut change = of(files);
    if dice.one_in(10) {
        change.title = dice.pick(&ODD_PATHS).repeat(dice.below(300));
        change.body = dice
            .pick(&["", "<|im_start|>", "```", "\u{202e}\0"])
            .repeat(dice.below(3000));
        let paths = change.files.iter().map(|file| file.path.clone()).collect();
        change.commits = vec![Commit {
            sha: String::new(),
            message: dice.pick(&ODD_PATHS).to_string(),
            author: String::new(),
            paths,
        }];
    }
    change
}
