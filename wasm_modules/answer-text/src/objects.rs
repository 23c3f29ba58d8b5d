//! The JSON objects in what a model wrote, apart from those that it only thought of.

use serde_json::Value;

use crate::json::{Error, Parsed, parse};
use crate::thoughts::{Mark, aside, is_heading, mark};

/// Bytes that may be read for one byte of the text: places that only look like JSON are read in vain.
const EFFORT: usize = 16;
const LEAST_EFFORT: usize = 64 * 1024;
/// How often JSON may be wrapped into a string of JSON.
const WRAPPED: usize = 2;
/// How many elements are looked for.
const ELEMENTS: usize = 64;

/// A value in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub value: Value,
    /// Whether its end is there; if not, this is what is complete of it.
    pub whole: bool,
    /// Whether it stands in an element of its own, such as `<planning>`: whatever stands outside of one counts
    /// for more.
    pub aside: bool,
}

/// Objects, and lists of objects, in their order.
#[derive(Debug, Default)]
pub struct Objects {
    /// Those that stand outside of thoughts.
    pub said: Vec<Found>,
    /// Those within.
    pub thought: Vec<Found>,
    /// Whether there are thoughts, and nothing but blanks after them.
    pub only_thoughts: bool,
    /// Whether a mark of thoughts stands in prose and nothing closes it: what follows counts as said, unless the
    /// text was cut.
    pub doubtful: bool,
    /// What is wrong with the first place that looks like an object and cannot be read.
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

/// What stands after the thoughts; all of `text` where there are none, or nothing else.
pub fn without_thoughts(text: &str) -> &str {
    let reader = Reader::read(text);
    let said = text[reader.said_from..].trim_start();
    if said.is_empty() || reader.open {
        text
    } else {
        said
    }
}

/// The text that a JSON string holds, where `text` is one and it holds an object.
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
    /// Whether thoughts are open.
    open: bool,
    /// How many objects had been said when they were opened.
    before: usize,
    /// Whether what opened them may be prose: something else stands before it, or it is a heading.
    doubtful: bool,
    /// Where the element ends that is being read; 0 where there is none.
    aside: usize,
    elements: usize,
    /// Where the text begins that is no thought.
    said_from: usize,
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
            aside: 0,
            elements: ELEMENTS,
            said_from: 0,
            found: Objects::default(),
        };
        reader.skip_bare_channels();
        while reader.step() {}
        reader.settle();
        let rest = text[reader.said_from..].trim();
        reader.found.only_thoughts = reader.open || (reader.said_from > 0 && rest.is_empty());
        reader
    }

    /// Nothing closes the thoughts: they were none where their mark may be prose and no object stands before it.
    fn settle(&mut self) {
        if self.open && self.doubtful && self.before == 0 {
            self.open = false;
            self.found.doubtful = true;
            self.found.said.append(&mut self.found.thought);
        }
    }

    /// Some servers leave out a template's marks and keep the names of its channels.
    fn skip_bare_channels(&mut self) {
        let start = self.text.trim_start();
        if let Some(at) = self
            .text
            .rfind("assistantfinal")
            .filter(|_| start.starts_with("analysis"))
        {
            self.at = at + "assistantfinal".len();
            self.said_from = self.at;
        }
    }

    /// Passes the next object, mark or character of interest; false when there is none.
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

    /// Notes the element that `rest` begins with, if it is one.
    fn enter(&mut self, rest: &str) {
        if self.at >= self.aside && self.elements > 0 && rest[1..].starts_with(char::is_alphabetic)
        {
            self.elements -= 1;
            self.aside = aside(rest).map_or(self.aside, |length| self.at + length);
        }
    }

    fn heed(&mut self, mark: Mark, end: usize) {
        match mark {
            Mark::Open if !self.open => {
                self.open = true;
                let before = &self.text[self.said_from..self.at];
                self.doubtful = !before.trim().is_empty() || is_heading(&self.text[self.at..]);
                self.before = self.found.said.len();
            }
            Mark::Open | Mark::Other => {}
            Mark::Close => {
                // Without an opening mark (the template may have given it) all before was thought.
                let kept = if self.open { self.before } else { 0 };
                let drafts = self.found.said.drain(kept..);
                self.found.thought.extend(drafts);
                self.open = false;
                self.said_from = end;
            }
        }
    }

    /// Reads the object or list that `rest` begins with; returns its bytes, 0 when there is none.
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
                    &mut self.found.thought
                } else {
                    &mut self.found.said
                };
                // Of a cut object nothing is read twice. A cut one without anything in it may be none.
                let is_any = whole || !is_empty(&value);
                let aside = self.at < self.aside;
                list.push(Found {
                    value,
                    whole,
                    aside,
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
        let found = objects(text).said.into_iter();
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
            let asides: Vec<bool> = objects(text).said.iter().map(|one| one.aside).collect();
            assert_eq!(asides, expected, "{text}");
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
        assert!(found.only_thoughts && found.said.is_empty());
        assert_eq!(found.thought.len(), 1);
        assert!(objects("hm {\"a\": 0}</think> \n").only_thoughts);
        assert!(!objects("{}").only_thoughts);
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
            assert_eq!(without_thoughts(text), expected);
        }
    }

    #[test]
    fn text_that_only_looks_like_json_costs_little() {
        let text = "{\"a\": [".repeat(20_000);
        assert!(objects(&text).said.iter().all(|one| !one.whole));
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
            let _ = (objects(&text), without_thoughts(&text));
            let _ = (objects(&odd), without_thoughts(&odd));
        }
    }
}
