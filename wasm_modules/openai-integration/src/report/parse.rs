//! Reads an error report of any shape into words to search and a message to show.

use serde_json::{Map, Value};

use crate::body;

/// The most characters of a server's message that are passed on.
const SHOWN: usize = 400;
/// How deeply reports may be nested: a router's report may contain the upstream server's, as text.
const WRAPPED: usize = 12;
/// The most values of a report that are read.
const MOST: usize = 400;
/// The most bytes of a text in an unknown field.
const OTHER: usize = 1000;

/// An error report of any of the known shapes, in lower case where it is searched.
pub struct Report {
    /// To show to people.
    pub message: String,
    /// Codes and messages, in lower case, without URLs.
    pub words: String,
    /// The messages only.
    pub prose: String,
}

/// Reads the body of an error.
pub fn read(body: &str) -> Report {
    let mut parts = Parts {
        parts: Vec::new(),
        left: MOST,
    };
    match body::read(body) {
        Some(value) => parts.gather("message", &value, WRAPPED),
        // A proxy's page says nothing useful, a line of text may.
        None if body.trim_start().starts_with('<') => {}
        None => parts.parts.push(Part::Message(body.to_owned())),
    }
    let of = |wanted: fn(&Part) -> bool| -> Vec<&str> {
        let parts = parts.parts.iter().filter(|part| wanted(part));
        parts.map(Part::text).collect()
    };
    let mut messages = of(|part| matches!(part, Part::Message(_)));
    if messages.is_empty() {
        messages = of(|part| matches!(part, Part::Other(_)));
    }
    messages.dedup();
    let prose = of(|part| !matches!(part, Part::Code(_)));
    Report {
        words: searched(&of(|_| true)),
        prose: searched(&prose),
        message: shown(&messages.join(": ")),
    }
}

/// In lower case and without URLs, whose words say nothing about the error.
fn searched(parts: &[&str]) -> String {
    let text = parts.join(" ").to_lowercase();
    let words = text.split(' ').map(|word| match word.find("http") {
        Some(at) if word[at..].contains("://") => &word[..at],
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

enum Part {
    Message(String),
    /// A text in an unknown field.
    Other(String),
    /// Not to show to people.
    Code(String),
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Part::Message(text) | Part::Other(text) | Part::Code(text) => text,
        }
    }
}

struct Parts {
    parts: Vec<Part>,
    /// How many more values are read.
    left: usize,
}

impl Parts {
    /// Codes and messages of a report and of nested ones, whatever its shape. Copies of the request
    /// are not read: they would mention every parameter.
    fn gather(&mut self, key: &str, report: &Value, depth: usize) {
        if depth == 0 || self.left == 0 {
            return;
        }
        self.left -= 1;
        match report {
            Value::String(text) => self.text(key, text, depth),
            Value::Array(reports) => reports
                .iter()
                .for_each(|one| self.gather(key, one, depth - 1)),
            Value::Object(map) => self.map(map, depth),
            _ => {}
        }
    }

    fn text(&mut self, key: &str, text: &str, depth: usize) {
        let inner = body::read(text).filter(|value| value.is_object() || value.is_array());
        if let Some(inner) = inner {
            self.gather(key, &inner, depth - 1);
        } else if CODES.contains(&key) {
            self.parts.push(Part::Code(text.to_owned()));
        } else if MESSAGES.contains(&key) {
            self.parts.push(Part::Message(text.to_owned()));
        } else if text.len() <= OTHER && text.contains(|c: char| c.is_whitespace() || !c.is_ascii())
        {
            self.parts.push(Part::Other(text.to_owned()));
        }
    }

    fn map(&mut self, map: &Map<String, Value>, depth: usize) {
        if map.contains_key("messages") && map.contains_key("model") {
            return;
        }
        for key in CODES.iter().chain(&MESSAGES) {
            match map.get(*key) {
                Some(Value::Array(path)) if *key == "loc" => {
                    let path: Vec<&str> = path.iter().filter_map(Value::as_str).collect();
                    self.parts.push(Part::Message(path.join(".")));
                }
                Some(Value::Array(choices)) if *key == "choices" => choices
                    .iter()
                    .for_each(|choice| self.gather("error", &choice["error"], depth - 1)),
                Some(inner) => self.gather(key, inner, depth - 1),
                None => {}
            }
        }
        for (key, inner) in map {
            let is_known = [&CODES[..], &MESSAGES, &REPEATED].concat();
            if !is_known.contains(&key.as_str()) {
                self.gather(key, inner, depth - 1);
            }
        }
    }
}

const CODES: [&str; 5] = ["code", "type", "param", "status", "loc"];
/// Fields that may repeat the question.
const REPEATED: [&str; 4] = ["input", "input_value", "request", "content"];

/// Fields with messages and nested reports.
const MESSAGES: [&str; 16] = [
    "error",
    "message",
    "Message",
    "msg",
    "detail",
    "errors",
    "error_message",
    "error_description",
    "reason",
    "base_resp",
    "status_msg",
    "metadata",
    "raw",
    "choices",
    "details",
    "title",
];

/// The text on one line, truncated, without anything that looks like a key.
pub fn shown(text: &str) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| if secret(word) { "[key]" } else { word })
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn secret(word: &str) -> bool {
    [
        "sk-", "sk_", "gsk_", "xai-", "AIza", "hf_", "Bearer", "api-key=",
    ]
    .iter()
    .any(|prefix| word.contains(prefix))
}
