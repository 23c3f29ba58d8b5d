//! The context of hunks, for any hunks and texts.

use proptest::prelude::*;

use super::*;
use crate::diff::patch::parse;

const FAMILIES: [Family; 8] = [
    Family::Python,
    Family::Braces,
    Family::Blocks,
    Family::Ends,
    Family::Keys,
    Family::Margin,
    Family::Headings,
    Family::Sections,
];

/// A line of any kind: a definition, a bracket, a heading, words.
fn line() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "(def|class|fn|function|async def|describe) [a-c]\\([a-c]?\\)?( do|:|\\{| =>)?",
        "[\\[\\](){}]{1,2}[;,]?",
        "(#{1,3}|```|\\[[a-c]\\]|- [a-c]:|@[a-c]|//|# [a-c]|end|rescue|else|<[a-c]>|</[a-c]>)",
        "[a-c]+ = [a-c]+",
        "\\PC{0,30}",
    ];
    (0usize..4, text).prop_map(|(depth, text)| format!("{}{text}", "    ".repeat(depth)))
}

/// A text, and the hunks of a change that led to it.
fn changed_text() -> impl Strategy<Value = (Vec<String>, Vec<Hunk>)> {
    let blocks = prop::collection::vec(
        (0usize..40, prop::collection::vec((0u8..3, line()), 1..12)),
        1..5,
    );
    (prop::collection::vec(line(), 0..40), blocks).prop_map(|(filler, blocks)| {
        let (mut text, mut hunks) = (Vec::new(), Vec::new());
        for (gap, block) in blocks {
            text.extend(
                filler
                    .iter()
                    .cycle()
                    .take(if filler.is_empty() { 0 } else { gap + 1 })
                    .cloned(),
            );
            hunks.push(hunk(&block, text.len()));
            let kept = block.into_iter().filter(|(kind, _)| *kind != 2);
            text.extend(kept.map(|(_, line)| line));
        }
        text.extend(filler);
        (text, hunks)
    })
}

/// The hunk of those lines, which begins after so many lines of the head.
fn hunk(block: &[(u8, String)], before: usize) -> Hunk {
    let count = |skipped: u8| block.iter().filter(|(kind, _)| *kind != skipped).count();
    let (old, new) = (count(1), count(2));
    let start = before + usize::from(new > 0);
    let sign = |kind: u8| [' ', '+', '-'][usize::from(kind)];
    let lines: String = block
        .iter()
        .map(|(kind, text)| format!("{}{text}\n", sign(*kind)))
        .collect();
    parse(&format!(
        "@@ -{},{old} +{start},{new} @@\n{lines}",
        start + usize::from(old == 0)
    ))
    .unwrap()
    .remove(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_around_is_unchanged_shown_once_next_to_its_hunk_and_bounded((text, hunks) in changed_text(), which in 0usize..8) {
        let Some(found) = contexts(&hunks, FAMILIES[which], &text.join("\n")) else {
            prop_assert!(hunks.iter().all(|hunk| hunk.new_lines == 0));
            return Ok(());
        };
        let mut seen = vec![false; text.len()];
        hunks.iter().flat_map(shown).for_each(|at| seen[at] = true);
        let mut bytes = 0;
        for (hunk, around) in hunks.iter().zip(&found) {
            for (number, line) in around.signatures.iter().chain(&around.before).chain(&around.after) {
                let at = index(*number);
                prop_assert_eq!(&text[at], line);
                prop_assert!(!std::mem::replace(&mut seen[at], true), "line {} is shown twice", number);
                bytes += line.len() + NUMBER;
            }
            let mut numbers = around.signatures.iter().chain(&around.before).map(|line| line.0);
            prop_assert!(numbers.clone().is_sorted() && numbers.all(|number| index(number) < shown(hunk).start));
            let ends = [around.before.last().map(|line| line.0 as usize), around.after.first().map(|line| line.0 as usize - 1)];
            prop_assert!(ends[0].is_none_or(|end| end == shown(hunk).start));
            prop_assert!(ends[1].is_none_or(|start| start == shown(hunk).end));
        }
        let size: usize = hunks.iter().flat_map(|hunk| &hunk.lines).map(|line| line.text.len() + NUMBER).sum();
        prop_assert!(bytes <= 2 * size + FILE);
    }

    #[test]
    fn no_text_and_no_patch_makes_it_fail(text in "(\\PC|\n|\t|\r){0,400}", patch in "(@@ -[0-9]{1,9}(,[0-9])? \\+[0-9]{1,9}(,[0-9])? @@\n([ +-]\\PC{0,9}\n){0,6}){0,3}", which in 0usize..8) {
        let hunks = parse(&patch).unwrap_or_default();
        let _ = contexts(&hunks, FAMILIES[which], &text);
        let outline = Outline::new(FAMILIES[which], &text);
        for at in [0, 3, 400, usize::MAX] {
            for scope in outline.scopes_of(at).iter().chain(&outline.scopes_of_deleted(at, "    x")) {
                prop_assert!(outline.end(scope, at) >= scope.start);
                outline.name(scope);
            }
        }
    }
}
