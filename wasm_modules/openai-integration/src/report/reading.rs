//! An error report of any shape, as words to be searched and a message to be shown.

use serde_json::Value;

use crate::body;

/// Longest part of a server's message that is passed on, in characters.
const SHOWN: usize = 400;
/// How deep reports are wrapped in one another: a router's holds that of the server behind it, as text.
const WRAPPED: usize = 12;

/// An error report of any of the known shapes, in lower case where it is searched.
pub struct Report {
    /// For people.
    pub message: String,
    /// Codes and messages, in lower case.
    pub words: String,
}

/// Reads the body of an error.
pub fn read(body: &str) -> Report {
    let mut parts = Vec::new();
    match body::read(body) {
        Some(value) => gather(&value, WRAPPED, &mut parts),
        // A proxy's page tells nothing, a line of text may.
        None if body.trim_start().starts_with('<') => {}
        None => parts.push(Part::Message(body.to_owned())),
    }
    let words: Vec<&str> = parts.iter().map(Part::text).collect();
    let mut messages: Vec<&str> = parts.iter().filter_map(Part::message).collect();
    messages.dedup();
    Report {
        words: words.join(" ").to_lowercase(),
        message: shown(&messages.join(": ")),
    }
}

enum Part {
    Message(String),
    /// Not for people.
    Code(String),
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Part::Message(text) | Part::Code(text) => text,
        }
    }

    fn message(&self) -> Option<&str> {
        match self {
            Part::Message(text) => Some(text),
            Part::Code(_) => None,
        }
    }
}

/// Codes and messages of a report, and of those within it. What a validator repeats of the request is not
/// read: it would speak of every parameter.
fn gather(report: &Value, depth: usize, parts: &mut Vec<Part>) {
    if depth == 0 {
        return;
    }
    match report {
        Value::String(text) => {
            match body::read(text).filter(|value| value.is_object() || value.is_array()) {
                Some(inner) => gather(&inner, depth - 1, parts),
                None => parts.push(Part::Message(text.clone())),
            }
        }
        Value::Array(reports) => reports
            .iter()
            .take(8)
            .for_each(|one| gather(one, depth - 1, parts)),
        Value::Object(map) => {
            for key in ["code", "type", "param", "status"] {
                parts.extend(
                    map.get(key)
                        .and_then(Value::as_str)
                        .map(|code| Part::Code(code.to_owned())),
                );
            }
            if let Some(Value::Array(path)) = map.get("loc") {
                let path: Vec<&str> = path.iter().filter_map(Value::as_str).collect();
                parts.push(Part::Message(path.join(".")));
            }
            for key in MESSAGES {
                map.get(key)
                    .into_iter()
                    .for_each(|inner| gather(inner, depth - 1, parts));
            }
        }
        _ => {}
    }
}

/// Where messages stand, and reports within reports.
const MESSAGES: [&str; 15] = [
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
];

/// The text on one line, shortened, without anything that looks like a key.
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
