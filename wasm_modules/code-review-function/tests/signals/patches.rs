//! Patches as git prints them, as tools mangle them, and invalid ones.

use proptest::prelude::*;

use super::{Hunk, Kind, Line, parse, shows};
use crate::wit::Side;

fn line(kind: Kind, old: u32, new: u32, text: &str) -> Line {
    let at = |number| (number > 0).then_some(number);
    Line {
        kind,
        old: at(old),
        new: at(new),
        text: text.into(),
        newline: true,
    }
}

/// Prints hunks as git does.
fn print(hunks: &[Hunk]) -> String {
    let mut patch = String::new();
    for hunk in hunks {
        patch += &format!("{}\n", hunk.header);
        for line in &hunk.lines {
            let sign = match line.kind {
                Kind::Context => ' ',
                Kind::Added => '+',
                Kind::Deleted => '-',
            };
            patch += &format!("{sign}{}\n", line.text);
            if !line.newline {
                patch += "\\ No newline at end of file\n";
            }
        }
    }
    patch
}

#[test]
fn lines_are_numbered_on_both_sides() {
    let patch = "@@ -3,3 +3,3 @@ fn main() {\n a\n-b\n+B\n c\n";
    let hunks = parse(patch).unwrap_or_default();
    assert_eq!(hunks.len(), 1);
    assert_eq!(hunks[0].section, "fn main() {");
    let expected = vec![
        line(Kind::Context, 3, 3, "a"),
        line(Kind::Deleted, 4, 0, "b"),
        line(Kind::Added, 0, 4, "B"),
        line(Kind::Context, 5, 5, "c"),
    ];
    assert_eq!(hunks[0].lines, expected);
}

#[test]
fn content_that_looks_like_a_diff_is_content() {
    let patch =
        "@@ -1,3 +1,4 @@\n-@@ -1 +1 @@\n--- a/x\n+++ b/x\n+@@ -9 +9 @@\n+diff --git a/x b/x\n  \n";
    let hunks = parse(patch).unwrap_or_default();
    let texts: Vec<&str> = hunks[0]
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "@@ -1 +1 @@",
            "-- a/x",
            "++ b/x",
            "@@ -9 +9 @@",
            "diff --git a/x b/x",
            " "
        ]
    );
}

#[test]
fn a_count_left_out_is_one() {
    let hunks = parse("@@ -1 +1 @@\n-a\n+b\n@@ -7 +7,0 @@\n-c").unwrap_or_default();
    assert_eq!((hunks[0].old_lines, hunks[0].new_lines), (1, 1));
    assert_eq!((hunks[1].old_lines, hunks[1].new_lines), (1, 0));
}

#[test]
fn a_missing_newline_belongs_to_the_line_before_it() {
    let patch = "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n";
    let hunks = parse(patch).unwrap_or_default();
    assert_eq!(
        hunks[0]
            .lines
            .iter()
            .map(|line| line.newline)
            .collect::<Vec<_>>(),
        [false, false]
    );
    assert_eq!(print(&hunks), patch);
}

#[test]
fn an_empty_context_line_may_have_lost_its_space() {
    let hunks = parse("@@ -1,4 +1,4 @@\n a\n\n\r\n-b\n+c\n").unwrap_or_default();
    assert_eq!(hunks[0].lines[1], line(Kind::Context, 2, 2, ""));
    assert_eq!(hunks[0].lines[2], line(Kind::Context, 3, 3, "\r"));
}

#[test]
fn a_carriage_return_stays_in_the_text() {
    let hunks = parse("@@ -1 +1 @@\n-a\r\n+a\rb\n").unwrap_or_default();
    assert_eq!(hunks[0].lines[0].text, "a\r");
    assert_eq!(hunks[0].lines[1].text, "a\rb");
}

#[test]
fn a_mail_signature_ends_the_patch() {
    let hunks = parse("@@ -1 +1 @@\n-a\n+b\n-- \n2.40.1\n\n").unwrap_or_default();
    assert_eq!(hunks.len(), 1);
}

#[test]
fn an_empty_patch_has_no_hunks() {
    assert_eq!(parse(""), Ok(vec![]));
    assert_eq!(parse("\n"), Ok(vec![]));
}

#[test]
fn what_git_would_not_print_is_refused_in_words() {
    for (patch, says) in [
        ("@@@ -1,2 -1,2 +1,3 @@@\n", "combined diff"),
        ("diff --git a/x b/x\n@@ -1 +1 @@\n", "hunk header"),
        ("@@ -1,x +1 @@\n", "hunk header"),
        ("@@ -1,2 +1,2 @@\n a\n", "ends inside"),
        ("@@ -1 +1 @@\n-a\n*b\n", "line 3 of the patch"),
        ("@@ -1,2 +1 @@\n+a\n+b\n", "more lines than its header says"),
        (
            "@@ -1 +1 @@\n\\ No newline at end of file\n",
            "without a line before it",
        ),
        ("@@ -4294967295,9 +1 @@\n-a\n", "hunk header"),
        ("@@ -1 +1 @@\n-a\n+b\n+c\n", "hunk header"),
    ] {
        let why = parse(patch).err().unwrap_or_default();
        assert!(why.contains(says), "{patch:?} gave {why:?}");
    }
}

#[test]
fn both_ends_of_a_range_must_be_in_one_hunk() {
    let hunks =
        parse("@@ -1,2 +1,3 @@\n a\n+x\n b\n@@ -10,2 +11,1 @@\n c\n-d\n").unwrap_or_default();
    assert!(shows(&hunks, Side::Right, 1, 3));
    assert!(!shows(&hunks, Side::Right, 3, 11), "two hunks");
    assert!(!shows(&hunks, Side::Right, 3, 1), "end before line");
    assert!(!shows(&hunks, Side::Right, 4, 4), "between the hunks");
    assert!(shows(&hunks, Side::Left, 11, 11));
    assert!(!shows(&hunks, Side::Right, 12, 12), "deleted");
    assert!(!shows(&[], Side::Left, 1, 1));
}

fn a_line() -> impl Strategy<Value = (u8, String, bool)> {
    let text = prop_oneof![
        "[^\n]{0,30}",
        Just("@@ -1,2 +1,2 @@".to_owned()),
        Just("-- a/x".to_owned()),
        Just("diff --git a/x b/x".to_owned()),
        Just(" No newline at end of file".to_owned()),
    ];
    (0..3u8, text, prop::bool::weighted(0.95))
}

prop_compose! {
    fn a_hunk()(start in 1..10_000u32, section in "[^\n]{0,20}", drawn in prop::collection::vec(a_line(), 1..20)) -> Hunk {
        let (mut old, mut new) = (start, start + 3);
        let mut lines = Vec::new();
        for (kind, text, newline) in drawn {
            let kind = [Kind::Context, Kind::Added, Kind::Deleted][usize::from(kind)];
            let mut made = Line { kind, old: None, new: None, text, newline };
            if kind != Kind::Added {
                made.old = Some(old);
                old += 1;
            }
            if kind != Kind::Deleted {
                made.new = Some(new);
                new += 1;
            }
            lines.push(made);
        }
        let (old_lines, new_lines) = (old - start, new - start - 3);
        let header = format!("@@ -{start},{old_lines} +{},{new_lines} @@ {section}", start + 3);
        Hunk { header, section, old_start: start, old_lines, new_start: start + 3, new_lines, lines }
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(hunks in prop::collection::vec(a_hunk(), 0..5)) {
        prop_assert_eq!(parse(&print(&hunks)), Ok(hunks));
    }

    #[test]
    fn every_line_of_a_hunk_is_shown(hunk in a_hunk()) {
        let hunks = [hunk];
        for line in &hunks[0].lines {
            prop_assert!(line.old.is_none_or(|old| shows(&hunks, Side::Left, old, old)));
            prop_assert!(line.new.is_none_or(|new| shows(&hunks, Side::Right, new, new)));
        }
    }

    #[test]
    fn garbage_never_panics(patch in "(@@ -[0-9]{0,11},?[0-9]{0,3} \\+[0-9]{0,2} @@)?\n?([ +\\\\@-]?[^\n]{0,5}\n?){0,12}") {
        let _ = parse(&patch);
    }
}
