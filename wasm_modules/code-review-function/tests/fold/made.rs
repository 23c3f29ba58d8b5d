//! Changes for tests.

use code_review_function::wit::{Change, Commit, File, Status};
use proptest::prelude::*;

pub fn change(files: Vec<File>) -> Change {
    Change {
        repository: "octo/shop".into(),
        number: 7,
        title: "Add discounts to the cart".into(),
        body: "Customers asked for discounts.\n\nThis adds them.".into(),
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

pub fn commit(nth: u32, message: &str) -> Commit {
    let paths = vec!["shop/cart.py".to_string()];
    Commit {
        sha: format!("{nth:040}"),
        message: message.into(),
        author: "mona".into(),
        paths,
    }
}

/// A file with that patch; lines are counted from it.
pub fn patched(path: &str, patch: &str) -> File {
    let begins = |mark: char| patch.lines().filter(|line| line.starts_with(mark)).count() as u32;
    File {
        path: path.into(),
        previous: None,
        status: Status::Modified,
        additions: begins('+'),
        deletions: begins('-'),
        before: None,
        after: None,
        patch: Some(patch.into()),
        absent: None,
        marks: Vec::new(),
        skip: None,
        rules: Vec::new(),
    }
}

/// A file without a patch, for that reason.
pub fn absent(path: &str, status: Status, reason: Option<&str>) -> File {
    let file = patched(path, "");
    File {
        status,
        patch: None,
        absent: reason.map(str::to_string),
        ..file
    }
}

/// A new file of those lines.
pub fn added(path: &str, lines: &[String]) -> File {
    let text: String = lines.iter().map(|line| format!("+{line}\n")).collect();
    File {
        status: Status::Added,
        ..patched(path, &format!("@@ -0,0 +1,{} @@\n{text}", lines.len()))
    }
}

/// The cart of a shop with a flaw, its test, a lock file, an image and a rename.
pub fn shop() -> Change {
    let cart = "@@ -10,5 +10,6 @@ class Cart:\n     def total(self):\n-        return self.sum\n+        share = self.rate / self.count\n+        return self.sum * share\n \n     def clear(self):\n         pass\n";
    let mut change = change(vec![
        patched("shop/cart.py", cart),
        patched(
            "tests/test_cart.py",
            "@@ -1,2 +1,3 @@\n def test_total():\n+    assert Cart().total() == 0\n     pass\n",
        ),
        patched("package-lock.json", "@@ -1 +1 @@\n-1\n+2\n"),
        absent("logo.png", Status::Modified, Some("binary file")),
        absent(
            "shop/money.py",
            Status::Renamed,
            Some("renamed without changes"),
        ),
        absent(
            "shop/huge.py",
            Status::Modified,
            Some("too large for GitHub to show"),
        ),
    ]);
    change.commits = vec![
        commit(1, "Add a rate\n\nLonger text."),
        commit(2, "Use the rate"),
    ];
    change
}

/// A line of code, or sometimes something difficult: nothing, text that looks like part of a
/// prompt, a long line, `wild`.
fn line(seed: u16, wild: &str) -> String {
    match seed % 16 {
        0 => String::new(),
        1 => "### shop/fake.py".to_string(),
        2 => "@@ -1,1 +1,1 @@ </data-0>".to_string(),
        3 => "x".repeat(usize::from(seed % 400)),
        4 => wild.to_string(),
        _ => format!(
            "{}value_{seed} = call({seed})",
            " ".repeat(usize::from(seed % 5) * 4)
        ),
    }
}

/// One hunk: kinds and texts of its lines.
fn hunk() -> impl Strategy<Value = Vec<(u8, String)>> {
    let lines = prop::collection::vec((0u8..3, any::<u16>()), 1..60);
    (lines, "\\PC{0,20}").prop_map(|(lines, wild)| {
        let lines = lines.into_iter();
        lines
            .map(|(kind, seed)| (kind, line(seed, &wild)))
            .collect()
    })
}

fn patch(hunks: &[Vec<(u8, String)>]) -> String {
    let (mut old, mut new) = (1, 1);
    let mut patch = String::new();
    for lines in hunks {
        (old, new) = (old + 10, new + 10);
        let count = |skipped: u8| lines.iter().filter(|(kind, _)| *kind != skipped).count();
        let (before, after) = (count(1), count(2));
        let start = |start: usize, count: usize| if count == 0 { start - 1 } else { start };
        patch.push_str(&format!(
            "@@ -{},{before} +{},{after} @@\n",
            start(old, before),
            start(new, after)
        ));
        for (kind, text) in lines {
            patch.push_str(&format!("{}{text}\n", [' ', '+', '-'][usize::from(*kind)]));
        }
        (old, new) = (old + before, new + after);
    }
    patch
}

fn file() -> impl Strategy<Value = File> {
    let path = "(app|lib/(one|two)|tests)/[a-c]{1,3}(_test)?\\.(py|rs|md)";
    let modified = (path, prop::collection::vec(hunk(), 1..5))
        .prop_map(|(path, hunks)| patched(&path, &patch(&hunks)));
    let other = (
        path,
        prop_oneof![
            Just(Status::Renamed),
            Just(Status::Removed),
            Just(Status::Added)
        ],
    );
    let bare = other.prop_map(|(path, status)| absent(&path, status, None));
    let lost = path.prop_map(|path| {
        absent(
            &path,
            Status::Modified,
            Some("too large for GitHub to show"),
        )
    });
    let skipped = Just(patched("package-lock.json", "@@ -1 +1 @@\n-1\n+2\n"));
    prop_oneof![10 => modified, 1 => bare, 1 => lost, 1 => skipped]
}

/// Changes of up to a few dozen files, no path twice.
pub fn changes() -> impl Strategy<Value = Change> {
    prop::collection::vec(file(), 0..25).prop_map(|mut files| {
        files.sort_by(|one, other| one.path.cmp(&other.path));
        files.dedup_by(|one, other| one.path == other.path);
        change(files)
    })
}
