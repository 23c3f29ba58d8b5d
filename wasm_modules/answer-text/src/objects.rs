//! Finds the JSON objects in a model's output, and separates those in its reasoning.

use serde_json::Value;

use crate::json::{Error, Parsed, parse};
use crate::reasoning::{Mark, element_length, is_heading, mark};

/// The most bytes that are parsed per byte of text, because text that only looks like JSON is
/// parsed in vain.
const EFFORT: usize = 16;
const LEAST_EFFORT: usize = 64 * 1024;
/// How often JSON may be nested in JSON strings.
const WRAPPED: usize = 2;
/// The most elements that are searched for.
const ELEMENTS: usize = 64;

/// A value in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub value: Value,
    /// Whether it is complete; if not, this is its complete part.
    pub whole: bool,
    /// Whether it is inside an element such as `<planning>`: objects outside elements take
    /// precedence.
    pub in_element: bool,
}

/// Objects and lists of objects, in their order.
#[derive(Debug, Default)]
pub struct Objects {
    /// Those outside the reasoning.
    pub outside: Vec<Found>,
    /// Those inside the reasoning.
    pub inside: Vec<Found>,
    /// Whether there is reasoning with only blanks after it.
    pub only_reasoning: bool,
    /// Whether a reasoning marker appears in prose without a closing one: what follows counts as
    /// the answer, unless the text was truncated.
    pub doubtful: bool,
    /// The syntax error at the first position that looks like an object and cannot be parsed.
    pub error: Option<Error>,
}

/// Reads all of `text`.
pub fn objects(text: &str) -> Objects {
    let mut text = text.to_string();
    for _ in 0..WRAPPED {
        match unwrapped(&text) {
            Some(inner) => text = inner,
            None => break,
        }
    }
    Reader::read(&text).found
}

/// The text after the reasoning; all of `text` if there is no reasoning, or nothing after it.
pub fn without_reasoning(text: &str) -> &str {
    let reader = Reader::read(text);
    let said = text[reader.reasoning_end..].trim_start();
    if said.is_empty() || reader.open {
        text
    } else {
        said
    }
}

/// The contents of a JSON string, if `text` is one and contains an object.
fn unwrapped(text: &str) -> Option<String> {
    let trimmed = text.trim();
    let parsed = trimmed.starts_with('"').then(|| parse(trimmed).ok())??;
    match parsed.value {
        Value::String(inner) if inner.contains('{') && parsed.length == trimmed.len() => {
            Some(inner)
        }
        _ => None,
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    left: usize,
    /// Whether the current position is inside the reasoning.
    open: bool,
    /// How many objects were found before the reasoning began.
    before: usize,
    /// Whether the opening marker may be prose: something precedes it, or it is a heading.
    doubtful: bool,
    /// The end of the current element; 0 if there is none.
    element_end: usize,
    elements: usize,
    /// The position at which the reasoning ends.
    reasoning_end: usize,
    found: Objects,
}

impl<'t> Reader<'t> {
    fn read(text: &'t str) -> Self {
        let mut reader = Reader {
            text,
            at: 0,
            left: (text.len() * EFFORT).max(LEAST_EFFORT),
            open: false,
            before: 0,
            doubtful: false,
            element_end: 0,
            elements: ELEMENTS,
            reasoning_end: 0,
            found: Objects::default(),
        };
        reader.skip_bare_channels();
        while reader.step() {}
        reader.settle();
        let rest = text[reader.reasoning_end..].trim();
        reader.found.only_reasoning = reader.open || (reader.reasoning_end > 0 && rest.is_empty());
        reader
    }

    /// Without a closing marker, the text is not reasoning if the opening one may be prose and no
    /// object precedes it.
    fn settle(&mut self) {
        if self.open && self.doubtful && self.before == 0 {
            self.open = false;
            self.found.doubtful = true;
            self.found.outside.append(&mut self.found.inside);
        }
    }

    /// Some servers remove a template's markers and keep the names of its channels.
    fn skip_bare_channels(&mut self) {
        let start = self.text.trim_start();
        if let Some(at) = self
            .text
            .rfind("assistantfinal")
            .filter(|_| start.starts_with("analysis"))
        {
            self.at = at + "assistantfinal".len();
            self.reasoning_end = self.at;
        }
    }

    /// Reads the next object, marker or character of interest; false if there is none.
    fn step(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let Some(next) = rest.find(['{', '[', '<', '◁']) else {
            return false;
        };
        self.at += next;
        let rest = &self.text[self.at..];
        let length = if let Some((mark, length)) = mark(rest) {
            self.heed(mark, self.at + length);
            length
        } else if rest.starts_with('<') {
            self.enter(rest);
            0
        } else if rest.starts_with('{') || (rest.starts_with('[') && is_list_of_objects(rest)) {
            self.take(rest)
        } else {
            0
        };
        let first = rest.chars().next().map_or(1, char::len_utf8);
        self.at += length.max(first);
        true
    }

    /// Records the element that `rest` begins with, if it is one.
    fn enter(&mut self, rest: &str) {
        if self.at >= self.element_end
            && self.elements > 0
            && rest[1..].starts_with(char::is_alphabetic)
        {
            self.elements -= 1;
            self.element_end =
                element_length(rest).map_or(self.element_end, |length| self.at + length);
        }
    }

    fn heed(&mut self, mark: Mark, end: usize) {
        match mark {
            Mark::Open if !self.open => {
                self.open = true;
                let before = &self.text[self.reasoning_end..self.at];
                self.doubtful = !before.trim().is_empty() || is_heading(&self.text[self.at..]);
                self.before = self.found.outside.len();
            }
            Mark::Open | Mark::Other => {}
            Mark::Close => {
                // Without an opening marker (the template may contain it), everything before is
                // reasoning.
                let kept = if self.open { self.before } else { 0 };
                let drafts = self.found.outside.drain(kept..);
                self.found.inside.extend(drafts);
                self.open = false;
                self.reasoning_end = end;
            }
        }
    }

    /// Reads the object or list that `rest` begins with; returns its bytes, or 0 if there is none.
    fn take(&mut self, rest: &str) -> usize {
        if self.left == 0 {
            return 0;
        }
        match parse(rest) {
            Ok(Parsed {
                value,
                length,
                whole,
            }) => {
                self.left = self.left.saturating_sub(length);
                let list = if self.open {
                    &mut self.found.inside
                } else {
                    &mut self.found.outside
                };
                // No part of a truncated object is read twice. A truncated one without contents may
                // not be an object.
                let is_any = whole || !is_empty(&value);
                let in_element = self.at < self.element_end;
                list.push(Found {
                    value,
                    whole,
                    in_element,
                });
                if is_any { length } else { 0 }
            }
            Err(error) => {
                self.left = self.left.saturating_sub(error.at + 1);
                let at = self.at;
                self.found.error.get_or_insert(Error {
                    at: at + error.at,
                    ..error
                });
                0
            }
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn is_list_of_objects(rest: &str) -> bool {
    rest[1..].trim_start().starts_with('{')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn said(text: &str) -> Vec<Value> {
        let found = objects(text).outside.into_iter();
        found.filter(|one| one.whole).map(|one| one.value).collect()
    }

    #[test]
    fn objects_are_found_between_prose() {
        assert_eq!(
            said("Sure:\n```json\n{\"a\": 1}\n```\nor fn f() { x } {\"b\": {}}."),
            [json!({"a": 1}), json!({"b": {}})]
        );
        assert_eq!(said("see [1] and [{\"a\": 1}]"), [json!([{"a": 1}])]);
        assert_eq!(said("\"{\\\"a\\\": 1}\""), [json!({"a": 1})]);
        assert!(said("nothing { here").is_empty());
    }

    #[test]
    fn thoughts_are_apart() {
        let (draft, real) = ("{\"a\": 0}", "{\"a\": 1}");
        for text in [
            format!("<think>{draft}</think>{real}"),
            format!("maybe {draft}</think>{real}"),
            format!("<think>x <think>{draft}</think> {draft}</think>{real}"),
            format!("<think>x <think>{draft}</think>{real}"),
            format!("[THINK]{draft}[/THINK]\n{real}"),
            format!("◁think▷{draft}◁/think▷{real}"),
            format!(
                "<|channel|>analysis<|message|>{draft}<|end|><|start|>assistant<|channel|>final<|message|>{real}<|return|>"
            ),
            format!("analysisHm {draft}assistantfinal{real}"),
            format!("{real}\n<think>fine? {draft}</think>"),
            format!("{real}\n<think>fine? {draft}"),
            format!("My [analysis]: fine.\n{real}"),
            format!("see [reason] {real}"),
            format!("Using <analysis> style. {real}"),
            format!("The tag <think> is used here. {real}"),
            format!("[ANALYSIS]\nIt is wrong.\n\n[ANSWER]\n{real}"),
            format!(
                "<|channel|>analysis<|message|>{draft}<|end|><|start|>assistant<|channel|>commentary to=functions.answer <|constrain|>json<|message|>{real}<|call|>"
            ),
        ] {
            assert_eq!(said(&text), [json!({"a": 1})], "{text}");
        }
    }

    #[test]
    fn what_stands_in_an_element_of_its_own_is_told_apart() {
        for (text, expected) in [
            ("{\"a\": 1}<planning>{\"a\": 0}</planning>", [false, true]),
            (
                "<self_check>{\"a\": 0}</self_check> {\"a\": 1}",
                [true, false],
            ),
            ("{\"a\": 0} <answer>{\"a\": 1}</answer>", [false, false]),
            ("{\"a\": 0} <b>{\"a\": 1}", [false, false]),
        ] {
            let in_elements: Vec<bool> = objects(text)
                .outside
                .iter()
                .map(|one| one.in_element)
                .collect();
            assert_eq!(in_elements, expected, "{text}");
        }
    }

    #[test]
    fn a_mark_in_prose_that_nothing_closes_is_told() {
        assert!(objects("Hm, <think> {\"a\": 0}").doubtful);
        assert!(!objects("<think> {\"a\": 0}").doubtful);
        assert!(!objects("[THINK] {\"a\": 0}").doubtful);
        assert!(!objects("Hm, <think> {\"a\": 0}</think>{}").doubtful);
    }

    #[test]
    fn unclosed_thoughts_are_told() {
        let found = objects("<think>hm {\"a\": 0}");
        assert!(found.only_reasoning && found.outside.is_empty());
        assert_eq!(found.inside.len(), 1);
        assert!(objects("hm {\"a\": 0}</think> \n").only_reasoning);
        assert!(!objects("{}").only_reasoning);
    }

    #[test]
    fn marks_inside_of_an_object_are_its_text() {
        let text = json!({"a": "strips </think>", "b": "<think> {\"a\": 0}"});
        assert_eq!(said(&text.to_string()), [text]);
    }

    #[test]
    fn the_text_after_thoughts_is_the_answer() {
        for (text, expected) in [
            ("\n<think>Hm.</think>\n\n{}", "{}"),
            ("<reasoning>Hm.</reasoning>Hello", "Hello"),
            ("{\"a\": \"</think>\"}", "{\"a\": \"</think>\"}"),
            ("<think>Hm", "<think>Hm"),
            ("<think>Hm</think>", "<think>Hm</think>"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(without_reasoning(text), expected);
        }
    }

    #[test]
    fn text_that_only_looks_like_json_costs_little() {
        let text = "{\"a\": [".repeat(20_000);
        assert!(objects(&text).outside.iter().all(|one| !one.whole));
        let text = format!("{}{{\"b\": 1}}", "fn f() { return x; } ".repeat(2000));
        assert_eq!(said(&text), [json!({"b": 1})]);
    }

    proptest! {
        #[test]
        fn the_last_object_is_found_whatever_stands_before(prose in "[^{}\\[\\]<>◁\"]{0,80}", drafts in 0..3usize) {
            let real = json!({"real": prose.clone(), "list": [1, {"x": "</think>"}]});
            let text = format!("{}{prose}{real}{prose}", "<think>{\"real\": 0}</think>".repeat(drafts));
            let found = said(&text);
            prop_assert_eq!(found.last(), Some(&real));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", odd in "[<>|/{}\\[\\]\"think◁▷:, a]{0,120}") {
            let _ = (objects(&text), without_reasoning(&text));
            let _ = (objects(&odd), without_reasoning(&odd));
        }
    }
}
