//! The markers around a model's reasoning.

use crate::slices::head;

/// The most bytes of a marker.
const LONGEST: usize = 80;

/// Names of reasoning elements, between `<` and `>` or `[` and `]`, in lower case.
const NAMES: [&str; 16] = [
    "think",
    "thinking",
    "thought",
    "thoughts",
    "reasoning",
    "reason",
    "reflection",
    "analysis",
    "scratchpad",
    "scratch_pad",
    "deliberation",
    "inner_monologue",
    "internal_monologue",
    "chain_of_thought",
    "antthinking",
    "cot",
];
const OPENING: [&str; 4] = ["begin_of_", "begin_", "start_of_", "start_"];
const CLOSING: [&str; 4] = ["/", "end_of_", "end_", "close_"];

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// The reasoning begins here.
    Open,
    /// The reasoning ends here.
    Close,
    /// Another part of a chat template.
    Other,
}

/// The marker that `text` begins with, and its bytes.
pub fn mark(text: &str) -> Option<(Mark, usize)> {
    let (inner, length) = match text.chars().next()? {
        '<' => between(text, '<', '>')?,
        '[' => between(text, '[', ']')?,
        '◁' => between(text, '◁', '▷')?,
        _ => return None,
    };
    let name = plain(inner);
    if matches!(name.as_str(), "channel" | "channel_end") {
        return Some(channel(inner, text, length));
    }
    if inner.starts_with(['|', '｜']) && TEMPLATE.contains(&name.as_str()) {
        return Some((Mark::Other, length));
    }
    let closed = CLOSING.iter().find_map(|start| name.strip_prefix(start));
    let opened = OPENING.iter().find_map(|start| name.strip_prefix(start));
    let mark = if closed.is_some() {
        Mark::Close
    } else {
        Mark::Open
    };
    let name = closed.or(opened).unwrap_or(&name);
    is_thought(name).then_some((mark, length))
}

/// Words of templates with channels.
const TEMPLATE: [&str; 6] = ["start", "end", "return", "message", "constrain", "call"];

fn between(text: &str, open: char, close: char) -> Option<(&str, usize)> {
    let near = head(text, LONGEST).strip_prefix(open)?;
    let end = near.find(close)?;
    Some((&near[..end], open.len_utf8() + end + close.len_utf8()))
}

/// Lower case, without bars, blanks and attributes: `|END▁OF▁THOUGHT|` is "end_of_thought".
fn plain(inner: &str) -> String {
    let bare = inner.trim().trim_matches(['|', '｜']).replace('▁', "_");
    let first = bare.split_whitespace().next().unwrap_or_default();
    first.to_lowercase()
}

fn is_thought(name: &str) -> bool {
    // A model's own prefix, as in `seed:think`.
    let name = name.rsplit(':').next().unwrap_or(name);
    NAMES.contains(&name)
}

/// `<|channel|>analysis<|message|>` opens, `<|channel|>final<|message|>` closes; another template has
/// `<|channel>thought` and `<channel|>`.
fn channel(inner: &str, text: &str, length: usize) -> (Mark, usize) {
    if !inner.starts_with(['|', '｜']) {
        return (Mark::Close, length);
    }
    let rest = &text[length..];
    let name = rest.trim_start();
    let end = name
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(name.len());
    let mark = match &name[..end] {
        "final" | "response" | "answer" => Mark::Close,
        "commentary" if is_addressed(&name[end..]) => Mark::Close,
        _ => Mark::Open,
    };
    (mark, length + rest.len() - name.len() + end)
}

/// Whether the head of a channel names a recipient or a format, so that what follows is not
/// reasoning.
fn is_addressed(rest: &str) -> bool {
    let near = head(rest, LONGEST * 2);
    let end = near.find("<|message|>").unwrap_or(0);
    near[..end].contains("to=") || near[..end].contains("<|constrain|>")
}

/// Whether an opening marker may also be prose: headings are sometimes in brackets, too.
pub fn is_heading(text: &str) -> bool {
    let name = between(text, '[', ']').map(|(inner, _)| plain(inner));
    name.is_some_and(|name| !name.starts_with("think") && !name.starts_with("thought"))
}

/// Parts of the names of elements that contain answers.
const ANSWERS: [&str; 13] = [
    "answer", "final", "output", "response", "result", "json", "call", "solution", "review",
    "report", "correct", "revis", "fix",
];

/// The bytes of the element without attributes that `text` begins with; None if it has no end, or
/// if it may contain an answer.
pub fn element_length(text: &str) -> Option<usize> {
    let (name, length) = between(text, '<', '>')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-:".contains(c));
    let lower = name.to_lowercase();
    if !is_name || ANSWERS.iter().any(|part| lower.contains(part)) {
        return None;
    }
    let end = format!("</{name}>");
    Some(length + text[length..].find(&end)? + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_its_marks() {
        for (open, close) in [
            ("<think>", "</think>"),
            ("<thinking>", "</thinking>"),
            ("<Thought>", "</Thought >"),
            ("<reasoning effort=\"high\">", "</reasoning>"),
            ("<seed:think>", "</seed:think>"),
            ("<antThinking>", "</antThinking>"),
            ("[THINK]", "[/THINK]"),
            ("◁think▷", "◁/think▷"),
            ("<|begin_of_thought|>", "<|end_of_thought|>"),
            ("<｜begin▁of▁thought｜>", "<｜end▁of▁thought｜>"),
            ("<|START_THINKING|>", "<|END_THINKING|>"),
            ("<|channel|>analysis", "<|channel|>final"),
            ("<|channel|>commentary", "<|channel|> final"),
            ("<|channel>thought", "<channel|>"),
        ] {
            assert_eq!(mark(open), Some((Mark::Open, open.len())), "{open}");
            assert_eq!(mark(close), Some((Mark::Close, close.len())), "{close}");
        }
        assert_eq!(mark("<|message|>x"), Some((Mark::Other, 11)));
    }

    #[test]
    fn other_marks_are_none() {
        for text in [
            "<b>",
            "<",
            "<thinker>",
            "[1]",
            "[think",
            "<rethink>",
            "a < b > c",
            "",
            "◁▷",
            "<>",
            "[]",
        ] {
            assert_eq!(mark(text), None, "{text}");
        }
    }
}
