//! The body of the answer: JSON, or what servers and proxies make of it.

use answer_text::json;
use serde_json::{Value, json};

use crate::output;

/// The completion in `body`: JSON, JSON after keep-alive comments, or a stream of events or lines,
/// which is assembled. None for anything else.
pub fn read(body: &str) -> Option<Value> {
    let text = body.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let lines = text.lines().filter(|line| !line.starts_with(':'));
    let text = lines.collect::<Vec<_>>().join("\n");
    let events = events(&text);
    if events.is_empty() {
        lenient(&text)
    } else {
        put_together(&events)
    }
}

/// Almost valid JSON, for example with half of a surrogate pair, or with something after it.
fn lenient(text: &str) -> Option<Value> {
    let text = text.trim_start();
    let parsed = text
        .starts_with(['{', '['])
        .then(|| json::parse(text).ok())??;
    parsed.whole.then_some(parsed.value)
}

/// The data of server-sent events, or lines of JSON; empty unless there are several.
fn events(text: &str) -> Vec<Value> {
    let mut data: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines() {
        match line.trim().strip_prefix("data:") {
            Some(part) => data
                .last_mut()
                .into_iter()
                .for_each(|event| event.push(part)),
            None if line.trim().is_empty() => data.push(Vec::new()),
            None => {}
        }
    }
    if data.iter().any(|event| !event.is_empty()) {
        return data.iter().flat_map(|event| event_of(event)).collect();
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let values: Option<Vec<Value>> = lines.map(lenient).collect();
    values.filter(|values| values.len() > 1).unwrap_or_default()
}

/// One event over several lines, or one per line if the blank lines between them are missing.
fn event_of(lines: &[&str]) -> Vec<Value> {
    let is_spread = lines.first().is_some_and(|line| lenient(line).is_none());
    match lenient(&lines.join("\n")).filter(|_| is_spread) {
        Some(event) => vec![event],
        None => lines.iter().filter_map(|line| lenient(line)).collect(),
    }
}

/// One completion from the parts of a stream, or the error report that ended it.
fn put_together(events: &[Value]) -> Option<Value> {
    if let Some(report) = events.iter().find(|event| !event["error"].is_null()) {
        return Some(report.clone());
    }
    // How the Responses API ends its streams.
    let mut responses = events.iter().map(|event| &event["response"]);
    if let Some(response) = responses.rfind(|response| response["output"].is_array()) {
        return Some(response.clone());
    }
    let mut whole = Whole {
        index: events.iter().filter_map(index).min(),
        ..Whole::default()
    };
    for event in events {
        whole.add(event);
    }
    whole.is_any.then(|| whole.completion())
}

fn index(event: &Value) -> Option<u64> {
    event["choices"][0]["index"].as_u64()
}

#[derive(Default)]
struct Whole {
    is_any: bool,
    /// Of the first choice.
    index: Option<u64>,
    content: String,
    reasoning: String,
    arguments: String,
    refusal: String,
    finish: Value,
    usage: Value,
    model: Value,
}

impl Whole {
    fn add(&mut self, event: &Value) {
        let choice = event["choices"].get(0).unwrap_or(event);
        let delta = ["delta", "message"].iter().find_map(|key| choice.get(key));
        let delta = delta.unwrap_or(choice);
        self.is_any |= event.get("choices").is_some() || event.get("message").is_some();
        if index(event).is_some_and(|index| Some(index) != self.index) {
            return; // of another choice
        }
        let parts = &event["candidates"][0]["content"]["parts"]; // Gemini
        self.is_any |= parts.is_array();
        self.content += &output::of_content(parts).content;
        let parts = output::of_content(&delta["content"]);
        self.content += &parts.content;
        self.reasoning += &parts.reasoning;
        for key in ["text", "response"] {
            self.content += delta[key].as_str().unwrap_or_default();
        }
        for key in ["reasoning_content", "reasoning", "thinking"] {
            self.reasoning += delta[key].as_str().unwrap_or_default();
        }
        self.refusal += delta["refusal"].as_str().unwrap_or_default();
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            let arguments = &call["function"]["arguments"];
            self.arguments += arguments.as_str().unwrap_or_default();
        }
        let finish = [&choice["finish_reason"], &event["done_reason"]];
        for (kept, told) in [
            (
                &mut self.finish,
                finish.into_iter().find(|one| !one.is_null()),
            ),
            (&mut self.usage, event.get("usage")),
            (&mut self.model, event.get("model")),
        ] {
            if let Some(told) = told.filter(|told| !told.is_null()) {
                *kept = told.clone();
            }
        }
    }

    fn completion(self) -> Value {
        let message = json!({
            "content": self.content,
            "reasoning_content": self.reasoning,
            "refusal": self.refusal,
            "tool_calls": [{"function": {"arguments": self.arguments}}],
        });
        json!({
            "model": self.model,
            "choices": [{"message": message, "finish_reason": self.finish}],
            "usage": self.usage,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(body: &str) -> Option<String> {
        let answer = read(body)?;
        answer["choices"][0]["message"]["content"]
            .as_str()
            .map(str::to_owned)
    }

    #[test]
    fn what_stands_around_json_is_passed_over() {
        let plain = r#"{"choices":[{"message":{"content":"hi"}}]}"#;
        for body in [
            plain.to_string(),
            format!("\u{feff}{plain}"),
            format!("\n\n  \n{plain}\n"),
            format!(": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n{plain}"),
            format!("{plain}\n\ndata: [DONE]"),
            format!("{plain}garbage"),
        ] {
            assert_eq!(content(&body).as_deref(), Some("hi"), "{body}");
        }
        assert_eq!(
            content(r#"{"choices":[{"message":{"content":"a\ud83d"}}]}"#).as_deref(),
            Some("a\u{fffd}")
        );
    }

    #[test]
    fn a_stream_is_put_together() {
        let events = ": ping\n\nevent: x\ndata: {\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"h\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"i\"},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":3}}\n\ndata: [DONE]\n\n";
        let answer = read(events).unwrap();
        assert_eq!(answer["choices"][0]["message"]["content"], "hi");
        assert_eq!(answer["choices"][0]["finish_reason"], "stop");
        assert_eq!(
            (&answer["model"], &answer["usage"]["prompt_tokens"]),
            (&json!("m"), &json!(3))
        );
        let lines = "{\"message\":{\"content\":\"h\"},\"done\":false}\n{\"message\":{\"content\":\"i\"},\"done\":true,\"done_reason\":\"stop\"}\n";
        assert_eq!(content(lines).as_deref(), Some("hi"));
        assert_eq!(
            content("data: {\"choices\":[{\"message\":{\"content\":\"hi\"}}]}").as_deref(),
            Some("hi")
        );
    }

    #[test]
    fn events_come_in_many_forms() {
        let parts = "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"h\"}]}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"i\"}]}}]}\n\n";
        let lines = "data: {\"choices\":\ndata: [{\"message\":\ndata: {\"content\":\"hi\"}}]}\n\n";
        let others = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\ndata: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}\n\n";
        let odd = "{\"choices\":[{\"message\":{\"content\":\"hi\"}}],\"a\":NaN,\"b\":-Infinity}";
        for body in [parts, lines, others, odd] {
            assert_eq!(content(body).as_deref(), Some("hi"), "{body}");
        }
    }

    #[test]
    fn the_error_of_a_stream_is_its_answer() {
        let body = "data: {\"choices\":[{\"delta\":{\"content\":\"h\"}}]}\n\ndata: {\"error\":{\"message\":\"busy\",\"code\":503}}\n";
        assert_eq!(read(body).unwrap()["error"]["code"], 503);
    }

    #[test]
    fn what_is_no_completion_is_none() {
        for body in [
            "",
            "  ",
            "<html>",
            "hello",
            "{\"choices\":[{\"message\":{\"content\":\"cut",
            "data: hello",
            "data: [DONE]",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }
}
